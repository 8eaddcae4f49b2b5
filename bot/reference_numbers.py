"""The numbers that customers name: of their orders, bookings or contracts, in any spelling.

A slot of the desk says what they look like, `HB-#######`: `#` is a digit, `@` a letter, all else itself. In
`HB-#######` the letters tell the number, with any marks or spaces in between; so does a word before it
("order", what else the slot is `called`), and six digits or more tell it by themselves. While the bot has
asked for the number, fewer do, too.

Not covered: numbers with a digit missing; numbers in words, but for Chinese digits after the letters.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from bot.dates import level, longest
from bot.spoken_digits import HAN, Digits, spoken_digits
from bot.turn import Entity
from data.desk import Slot

Span = tuple[int, int]
ORDER = "order_number"
LEAST_BARE = 6  # digits that are a number without a word before them
UNFIT = "unfit_"  # before a slot's name: what was given for it and is of no format
_HAN_DIGIT = f"[0-9{''.join(HAN)}]"
_GAP = r"[ ._/\-\u2010-\u2015]{0,2}"
_MARKS = r"[\s#:._,/\-\u2010-\u2015\u2212]{0,4}"
_SAID_MARKS = {
    "/": "/|slash|斜杠",
    "-": "dash|横?杠",
    ".": r"\.|dot|点",
}  # of a format, as people write or say them
_ORDER_WORDS = r"(?<![a-z])order|订单|单号|#"
_IS = r"(?:[ .:,]{0,2}(?:numbers?|num|nr|no|id|is|it's|编?号码?|是|为|#)){0,3}[ .:,#-]{0,3}"
_NAMED = (  # what says that a number of the customer's follows, and not which
    r"(?<![a-z])(?:ref(?:erence)?|confirmation)"
    r"|(?:^|(?<![a-z])(?:the|my|its|is|and|with|under)|[.,;:!]) ?number"
    r"|(?:(?<![\u4e00-\u9fff])|(?<=[我您它其的是]))(?:单号|编号|号码?)"
)
_OTHER_BEFORE = re.compile(  # what says that digits are something else
    r"(?:(?<![a-z])(?:phone|tel|mobile|cell|call(?: me)?|text|whatsapp|fax|code|pin|otp|zip|postcode|tracking"
    r"|waybill|voucher|coupon|card|ticket|room|flight|points|usd|cny|rmb|eur|gbp|hkd|password)|手机|电话|座机|验证码|密码|邮编"
    r"|积分|快递单?号?|物流单?号?|运单号?|取件码|券码|卡号|税号|工号|房间号?|房号|航班号?|车牌号?|尾号)"
    r"(?:[ .:,]{0,2}(?:numbers?|no|is|at|on|号码?|是|为)){0,2}[ .:,#]{0,3}$"
)
_OTHER_AFTER = re.compile(
    r" ?(?:元|块|万|积分|分|美|欧|人|名|points?|dollars?|bucks|usd|rmb|euros?|pounds?|people)"
)
_SOME_NUMBER = re.compile(
    r"(?<![0-9a-z$¥£€+@])(?<![0-9][.,/:\-])(?:[a-z]{1,5}[_-]?)?[0-9]{3,20}(?![0-9a-z%@]|[.,/:\-][0-9])"
)
_CUE_LENGTH = 30


class ReferenceNumbers:
    """Finds what the slots of a desk have a format for."""

    def __init__(self, slots: Mapping[str, Slot]) -> None:
        self._formats = [
            _Format(name, shape, _words(name, slot)) for name, slot in slots.items() for shape in slot.shapes
        ]

    def find(self, text: str, asked: str | None = None) -> list[Entity]:
        """Return the numbers in `text` in order, without overlaps, values as their format spells them.

        `asked` is the slot that the bot has just asked for.
        """
        flat = level(text)
        runs = tuple(spoken_digits(flat))
        return longest(
            Entity(f.slot, text[start:end], value, start, end)
            for f in self._formats
            for start, end, value in (
                *f.told(flat),
                *f.bare(flat, f.slot == asked),
                *f.named(flat),
                *f.spoken(flat, runs, f.slot == asked),
            )
        )

    def alone(self, text: str) -> str | None:
        """Return the slot of which a text is the number and nothing beside it."""
        flat = level(text)
        said = flat.strip(" \t\n.,;:!?#。，！？")
        return next((f.slot for f in self._formats if f.is_all(said)), None)

    def unfit(self, text: str, asked: str | None = None) -> list[Entity]:
        """Return what was given for a number and is of no format: RES-4821, and 4821 where it was asked for.

        Types are the slots' names behind `UNFIT`, values what was written.
        """
        flat = level(text)
        runs = tuple(spoken_digits(flat)) if asked else ()
        found = (
            Entity(f"{UNFIT}{f.slot}", text[start:end], text[start:end], start, end)
            for f in self._formats
            for start, end in (*f.lettered(flat), *(f.near(flat, runs) if f.slot == asked else ()))
        )
        fitting = self.find(text, asked)
        return longest(e for e in found if all(e.end <= f.start or f.end <= e.start for f in fitting))

    def not_personal(self, flat: str, asked: str | None = None) -> list[Span]:
        """Return what of a levelled text is no phone or card number, since letters or words say so."""
        found = [(*span, "") for f in self._formats for span in f.lettered(flat)]
        found += [hit for f in self._formats for hit in f.told(flat)]
        found += [hit for f in self._formats if f.slot == asked for hit in f.bare(flat, True)]
        return [(e.start, e.end) for e in longest(Entity("", "", "", start, end) for start, end, _ in found)]


def _words(name: str, slot: Slot) -> str:
    """Return a pattern of what is said before a slot's number; "" where nothing is."""
    called = [level(word) for words in slot.called.values() for word in words]
    own = [("(?<![a-z])" if word.isascii() else "") + _spellings(word) for word in called]
    return "|".join([*own, _ORDER_WORDS] if name == ORDER else own)


def _spellings(word: str) -> str:
    """Return the pattern of a word, of 预订号 also 预定号, 预订号码, 预订单号 and 预订编号."""
    stem = re.sub("[单编]?号码?$", "", word)
    pattern = re.escape(stem).replace("订", "[订定]")
    return pattern if stem == word or not stem else f"{pattern}[单编]?号码?"


@dataclass(frozen=True)
class _Format:
    slot: str
    shape: str
    words: str

    def told(self, flat: str) -> Iterator[tuple[int, int, str]]:
        """Yield spans and values of numbers that letters of theirs, or words before them, tell."""
        for pattern in self._spelled:
            for m in pattern.finditer(flat):
                yield *m.span(), self._value(m[0], self.shape)
        if self._announced:
            for m in self._announced.finditer(flat):
                yield *m.span(1), self._value(m[1], self._digits)

    def bare(self, flat: str, asked: bool) -> Iterator[tuple[int, int, str]]:
        """Yield spans and values of numbers that stand alone."""
        patterns = (self._alone, self._apart if asked else None)
        for pattern in filter(None, patterns if asked or self._size >= LEAST_BARE else ()):
            for m in pattern.finditer(flat):
                if not _is_other(flat, *m.span()):
                    yield *m.span(), self._value(m[0], self._digits)

    def named(self, flat: str) -> Iterator[tuple[int, int, str]]:
        """Yield spans and values of numbers after a word that says no more than that one follows."""
        if self._after_name:
            for m in self._after_name.finditer(flat):
                if not _is_other(flat, *m.span(1)):
                    yield *m.span(1), self._value(m[1], self._digits)

    def spoken(self, flat: str, runs: Iterable[Digits], asked: bool) -> Iterator[tuple[int, int, str]]:
        """Yield spans and values of numbers in words, with the letters before them."""
        for run in runs if self._digits else ():
            if not self._all_digits.fullmatch(run.digits):
                continue
            before = flat[max(0, run.start - _CUE_LENGTH) : run.start]
            letters = self._letters_before.search(before) if self._letters else None
            named = letters or asked or self._named_before.search(before)
            if named and not _is_other(flat, run.start, run.end):
                start = run.start - len(before) + letters.start() if letters else run.start
                yield start, run.end, self._value(run.digits, self._digits)

    def is_all(self, said: str) -> bool:
        """Return whether a text is the digits of a number, in figures or in words."""
        if not self._digits:
            return False
        runs = (r.digits for r in spoken_digits(said) if (r.start, r.end) == (0, len(said)))
        return self._all_digits.fullmatch(next(runs, said)) is not None

    def near(self, flat: str, runs: Iterable[Digits]) -> Iterator[Span]:
        """Yield digits that are about as many as the format's, with letters that may belong to them."""
        spans = [(m.span(), sum(map(str.isdecimal, m[0]))) for m in _SOME_NUMBER.finditer(flat)]
        spans += [((run.start, run.end), len(run.digits)) for run in runs]
        size = sum(c == "#" or c.isdecimal() for c in self._chars)
        for span, digits in spans:
            if size <= 2 * digits and digits <= 2 * size and not _is_other(flat, *span):
                yield span

    def lettered(self, flat: str) -> Iterator[Span]:
        """Yield what begins as the format does, with digits to follow, be they too few or too many."""
        if self._begun:
            for m in self._begun.finditer(flat):
                yield m.span()

    @cached_property
    def _chars(self) -> str:
        return "".join(c for c in self.shape if c.isalnum() or c in "#@")

    @cached_property
    def _letters(self) -> int:
        """The number of letters that the format begins with."""
        return len(self._chars) - len(self._chars.lstrip("@" + "".join(filter(str.isalpha, self._chars))))

    @cached_property
    def _digits(self) -> str:
        """The format without its own letters; "" where any letter could stand there."""
        return "" if "@" in self.shape else "".join(c for c in self._chars if not c.isalpha())

    @cached_property
    def _marks(self) -> list[str]:
        """Return the marks of the format between each two of its characters."""
        places = [at for at, c in enumerate(self.shape) if _is_place(c)]
        return [self.shape[one + 1 : other].strip() for one, other in pairwise(places)]

    def _run(self, gap: str) -> str:
        """Return the pattern of the digits: between them a gap, and where the format has a mark, that."""
        marks = self._marks[len(self._chars) - len(self._digits) :]
        parts = [_one(self._digits[0], "[0-9]")]
        for c, mark in zip(self._digits[1:], marks, strict=True):
            parts += [_gap(mark, gap), _one(c, "[0-9]")]
        return "".join(parts)

    @cached_property
    def _size(self) -> int:
        return len(self._digits)

    @cached_property
    def _spelled(self) -> tuple[re.Pattern[str], ...]:
        """The whole number, where it has letters: hb-2048817, h b - 204 8817, hb二零四八八一七."""
        if not any(_is_letter(c) for c in self._chars):
            return ()
        after = "(?![a-z])" if _is_letter(self._chars[-1]) else "(?![0-9])"
        western = rf"(?<![a-z0-9]){self._joined('[0-9]', _GAP)}{after}"
        chinese = rf"(?<![a-z0-9]){self._joined(_HAN_DIGIT, ' ?')}{after}(?!{_HAN_DIGIT})"
        return re.compile(western), re.compile(chinese)

    @cached_property
    def _begun(self) -> re.Pattern[str] | None:
        if not self._letters:
            return None
        letters = "[ ._-]?".join("[a-z]" if c == "@" else c.lower() for c in self._chars[: self._letters])
        return re.compile(rf"(?<![a-z0-9]){letters}{_MARKS}[0-9]{{4,12}}(?![0-9])")

    @cached_property
    def _announced(self) -> re.Pattern[str] | None:
        if not self.words or not self._digits:
            return None
        return re.compile(rf"(?:{self.words}){_IS}({self._run('[ -]?')})(?![ -]?[0-9]|[.,][0-9])")

    @cached_property
    def _after_name(self) -> re.Pattern[str] | None:
        if not self._digits:
            return None
        return re.compile(rf"(?:{_NAMED}){_IS}({self._run('[ -]?')})(?![ -]?[0-9]|[.,:/][0-9]|[a-z%])")

    @cached_property
    def _all_digits(self) -> re.Pattern[str]:
        return re.compile(self._run(""))

    @cached_property
    def _letters_before(self) -> re.Pattern[str]:
        letters = "[ ._-]?".join(_one(c, "") for c in self._chars[: self._letters])
        return re.compile(rf"(?<![a-z0-9]){letters}{_MARKS}$")

    @cached_property
    def _named_before(self) -> re.Pattern[str]:
        words = f"{self.words}|{_NAMED}" if self.words else _NAMED
        return re.compile(rf"(?:{words}){_IS}$")

    @cached_property
    def _apart(self) -> re.Pattern[str] | None:
        """The digits alone, with a space or a dash among them."""
        if not self._digits:
            return None
        return re.compile(
            rf"(?<![0-9a-z$¥£€+@])(?<![0-9][.,/:\- ]){self._run('[ -]?')}(?![0-9a-z%@]|[.,/:\- ][0-9])"
        )

    @cached_property
    def _alone(self) -> re.Pattern[str] | None:
        if not self._digits:
            return None
        return re.compile(
            rf"(?<![0-9a-z$¥£€+@])(?<![0-9][.,/:\-]){self._run('')}(?![0-9a-z%@]|[.,/:\-][0-9])"
        )

    def _joined(self, digit: str, gap: str) -> str:
        """Return the pattern of all characters, with what people write between them."""
        parts = [_one(self._chars[0], digit)]
        for (before, c), mark in zip(pairwise(self._chars), self._marks, strict=True):
            if _is_letter(before):
                parts.append("[ ._-]?" if _is_letter(c) else _MARKS)
            else:
                parts.append(_gap(mark, gap))
            parts.append(_one(c, digit))
        return "".join(parts)

    def _value(self, said: str, shape: str) -> str:
        """Return what was said in the format's spelling; `shape` is what of it was said."""
        said = "".join(HAN.get(c, c) for c in self._without_marks(said) if c.isalnum())
        told = iter([c for c, place in zip(said, filter(_is_place, shape), strict=True) if place in "#@"])
        return "".join(next(told).upper() if c in "#@" else c for c in self.shape)

    def _without_marks(self, said: str) -> str:
        """Return what was said without the words for the format's marks, which stand behind a digit."""
        words = "|".join(_SAID_MARKS[mark] for mark in set(self._marks) & _SAID_MARKS.keys())
        return re.sub(rf"(?<={_HAN_DIGIT[:-1]} ])(?:{words})", "", said) if words else said


def _is_place(c: str) -> bool:
    return c.isalnum() or c in "#@"


def _is_letter(c: str) -> bool:
    return c == "@" or c.isalpha()


def _one(c: str, digit: str) -> str:
    """Return the pattern of one character of a format."""
    return digit if c == "#" else "[a-z]" if c == "@" else re.escape(c.lower())


def _gap(mark: str, gap: str) -> str:
    """Return the pattern of what people write between two digits, of which the format has a mark or none."""
    return rf"(?:{gap}| ?(?:{_SAID_MARKS.get(mark, re.escape(mark))}|-)? ?)" if mark else gap


def _is_other(flat: str, start: int, end: int) -> bool:
    before = flat[max(0, start - _CUE_LENGTH) : start]
    return bool(_OTHER_BEFORE.search(before) or _OTHER_AFTER.match(flat, end))
