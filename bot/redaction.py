"""Masks personal data, so that nothing after this step sees, stores or logs it.

Covered: e-mail addresses, phone numbers, bank card numbers (Luhn) and mainland Chinese identity numbers
(check digit), with full-width digits, the usual separators and 汉字 directly beside them. A number that could
be a phone is masked when in doubt, except where order, tracking or date says what it is.

Not covered: names, street and postal addresses, birthdays, user names, passwords and codes; US social
security numbers and the identity numbers of other countries, passports, 15-digit Chinese identity numbers;
bank accounts and IBANs, card expiry dates and security codes; e-mail addresses spelled out ("name at gmail
dot com") or with non-Latin domains; numbers in words (一三八…, "four one five") or with a space after each
digit; local phone numbers without an area code, unless the words before say phone; anything mistyped so that
its check digit is wrong. What someone disguises on purpose gets through.
"""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import phonenumbers

from bot.dates import level
from bot.reference_numbers import ReferenceNumbers
from bot.turn import Entity, Turn
from data.desk import Slot

Span = tuple[int, int]
Found = tuple[int, int, str]
Keep = Callable[[str], Iterable[Span]]
Fits = Callable[[str, Sequence[Span]], bool]  # the text, and neighbouring digit groups in it

KINDS = ("email", "phone", "card_number", "national_id")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_PLACEHOLDER = re.compile(rf"\[({'|'.join(KINDS)})\]")
_BLANK = "\x00"  # stands for what was dealt with; no text has it any more

# no \b: there is none between 汉字 and digits
_GAP = r"[ \t\u00a0._\-\u00ad\u00b7\u2010-\u2015\u2212\u200b-\u200f\u2060\ufeff()]"
_RUN = re.compile(rf"\d+(?:{_GAP}{{1,3}}\d+)*")
_GROUP = re.compile(r"\d+")
_GAPS = re.compile(_GAP)
_NATIONAL_ID = re.compile(rf"(?<!\d)(?=(\d(?:{_GAP}?\d){{16}}{_GAP}?[\dx])(?!\d))")
_BIRTH = re.compile(r"[1-9]\d{5}(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dx]")

_LOCAL = "abcdefghijklmnopqrstuvwxyz0123456789àáâãäåæçèéêëìíîïñòóôõöøùúûüýß._%+-'!#$&*^~"
_RARE = _LOCAL + "`{|}/=?"  # allowed, but more often what stands before an address
_DOMAIN = re.compile(
    r"(?:[a-z0-9-]{1,63}(?:\.|。(?=(?:com|cn|net|org|edu|hk|tw)(?![a-z0-9]))))+(?:xn--[a-z0-9-]{2,59}|[a-z]{2,24})"
)
_SPACED_DOMAIN = re.compile(  # with a space only these: "look @ our-shop.com" is no address
    r" ?(?:(?:vip\.)?qq|163|126|139|189|foxmail|sina|sohu|aliyun|gmail|googlemail|hotmail|outlook|live|msn"
    r"|yahoo|icloud|me|aol|gmx|web|proton|protonmail)\.[a-z]{2,3}(?:\.[a-z]{2})?(?![a-z0-9])"
)

_NOT_PERSONAL = tuple(  # codes with their letters
    re.compile(p)
    for p in (
        (
            r"(?<![a-z0-9])(?!(?:tel|ph|phone|mob|cell|fax|sms|text|call|wx|vx|qq|wa)(?![a-z]))[a-z]{1,5}"
            r"[-#_\u2010-\u2015]\d{4,9}(?![\d-])"
        ),
        r"(?<![a-z0-9])1z(?: ?[0-9a-z]){16}(?![0-9a-z])",
        (
            r"(?<![a-z0-9])(?:sf|yt|yd|zto|sto|jd[a-z]{0,3}|jt|ems|lp|tba|dpk|zjs|ups|usps|fedex|dhl)"
            r"[ \-]?\d{12,22}(?!\d)"
        ),
        r"(?<![a-z0-9])[a-z]{2}\d{9}[a-z]{2}(?![a-z0-9])",
    )
)
_NO_PHONE = tuple(  # digits that read like a phone number but are a date or an amount
    re.compile(p)
    for p in (
        r"(?<!\d)(?:19|20)\d\d[-/. ](?:0?[1-9]|1[0-2])[-/. ](?:0?[1-9]|[12]\d|3[01])(?!\d)",
        r"(?<!\d)(?:0?[1-9]|[12]\d|3[01])[-/. ](?:0?[1-9]|[12]\d|3[01])[-/. ](?:19|20)\d\d(?!\d)",
        r"(?<!\d)(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)",
        r"[$¥£€]\s?\d{1,9}(?:\.\d\d?)?(?!\d)",
        r"(?<!\d)\d{1,9}(?:\.\d\d?)?\s?(?:元|块|dollars?|usd|rmb|yuan)(?![a-z])",
    )
)
_SAYS_PHONE = re.compile(
    r"(?:(?<![a-z])(?:(?:tele)?phone|tel|mobile|mob|cell|ph|call(?: me)?|text(?: me)?|ring(?: me)?"
    r"|reach me|whats ?app|sms|fax|wechat|weixin|wx|vx|contact)|手机|(?<!打)电话|座机|固话"
    r"|联系方式|联系我|微信|加我|致电|来电|打给我)"
    r"(?:[ .:,#'’=]{0,3}(?:numbers?|no|nr|num|is|at|on|me|s|it|号码?|是|为|叫)){0,3}[ .:,#(+]{0,4}(?=\d)"
)
_SAYS_CODE = re.compile(
    r"(?:(?<![a-z])(?:tracking|waybill|awb|consignment|shipment|parcel|order|invoice)|快递|物流|运|货|面|订|单|发票)"
    r"(?:[ .:,#]{0,3}(?:numbers?|no|nr|num|code|id|is|编?号码?|单号?|是|为)){0,3}[ .:,#]{0,3}$"
)
_CUE_LENGTH = 40  # characters before a number that may say what it is

_BRAND = re.compile(  # issuers' prefixes with their lengths, asked for where the grouping is unlike a card's
    r"4(?:\d{15}|\d{18})|5[1-5]\d{14}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}|35\d{14}|6(?:011|[245]\d\d)\d{12,15}|9558\d{15}"
)
_MAINLAND_MOBILE = re.compile(r"1[3-9](?: ?\d){9}")  # masked unasked: new blocks come faster than libraries
_MAINLAND_ABROAD = re.compile(r"(?:00 ?)?86 ?1[3-9](?: ?\d){9}")
_SPELLINGS: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (  # and the regions that must know it
    (re.compile(r"(?:1 )?[2-9]\d\d \d{3} \d{4}"), ()),
    (_MAINLAND_ABROAD, ()),
    (re.compile(r"00 ?[1-9](?: ?\d){7,13}"), ("",)),
    (re.compile(r"1? ?[2-9]\d\d ?[2-9]\d{2} ?\d{4}"), ("US",)),  # and Canada
    (re.compile(r"[6-9]\d{4} ?\d{5}"), ("IN",)),
    (re.compile(r"(?:[2-9]\d{3} |[4-9]\d{3})\d{4}"), ("HK", "SG", "MO")),
    (re.compile(r"0[1-9](?: ?\d){7,10}"), ("CN", "GB", "TW", "AU", "JP", "FR", "DE", "MY", "NZ")),
    (re.compile(r"[48]00 ?\d{3} ?\d{4}"), ("CN",)),
)
_MOST_GROUPS = 7


class RedactionStep:
    """Fills `text`, `masked` and the personal ones of `entities`; the desk's own numbers stay."""

    def __init__(self, slots: Mapping[str, Slot]) -> None:
        self._numbers = ReferenceNumbers(slots)

    def __call__(self, turn: Turn) -> Turn:
        asked = turn.memory.asked_slot
        turn.text, turn.entities = mask(turn.raw, lambda flat: self._numbers.not_personal(flat, asked))
        turn.masked = tuple(kind for kind in KINDS if any(e.type == kind for e in turn.entities))
        return turn


def mask(text: str, keep: Keep = lambda flat: ()) -> tuple[str, tuple[Entity, ...]]:
    """Return `text` with placeholders for personal data, and an entity for each placeholder in it.

    `keep` returns the spans of a levelled text that are known to be no phone or card number. Control
    characters but newline and tab are removed. Masking twice changes nothing.
    """
    text = _UNPRINTABLE.sub("", text)
    # again, because a placeholder may uncover what a number beside it hid
    while found := personal_data(text, keep):
        for start, end, kind in reversed(found):
            text = f"{text[:start]}[{kind}]{text[end:]}"
    return text, tuple(Entity(m[1], m[0], m[0], m.start(), m.end()) for m in _PLACEHOLDER.finditer(text))


def personal_data(text: str, keep: Keep = lambda flat: ()) -> list[Found]:
    """Return the spans to mask and their kinds, in order.

    Each search sees blanks where earlier ones found something.
    """
    flat = level(text)
    found: list[Found] = []

    def take(spans: Iterator[Span], kind: str = "") -> None:
        nonlocal flat
        taken = list(spans)
        if taken:
            parts, at = [], 0
            for start, end in taken:
                parts += [flat[at:start], _BLANK * (end - start)]
                at = end
            flat = "".join(parts) + flat[at:]
        if kind:
            found.extend((start, end, kind) for start, end in taken)

    take(_emails(flat), "email")
    if _GROUP.search(flat):
        take(iter(keep(flat)))
        for pattern in _NOT_PERSONAL:
            take(m.span() for m in pattern.finditer(flat))
        take(_national_ids(flat), "national_id")
        take(_windows(flat, _is_card, 13, 19, 8), "card_number")
        take(_announced_phones(flat), "phone")
        for pattern in _NO_PHONE:
            take(m.span() for m in pattern.finditer(flat))
        take(_windows(flat, _is_phone, 8, 17, _MOST_GROUPS), "phone")
    return sorted(found)


def _emails(flat: str) -> Iterator[Span]:
    done, at = 0, flat.find("@")
    while at >= 0:
        domain = _DOMAIN.match(flat, at + 1)
        head = flat[done:at]
        if not domain or head.endswith(" "):
            domain = _SPACED_DOMAIN.match(flat, at + 1)
            head = head.removesuffix(" ")
        start = done + len(head.rstrip(_LOCAL) if head[-1:] in _LOCAL else head.rstrip(_RARE))
        if domain and start < done + len(head):
            yield start, domain.end()
            done = domain.end()
        else:
            done = at + 1
        at = flat.find("@", done)


def _national_ids(flat: str) -> Iterator[Span]:
    done = 0
    for m in _NATIONAL_ID.finditer(flat):
        digits = _GAPS.sub("", m[1])
        if m.start() >= done and _BIRTH.fullmatch(digits) and _check_digit(digits) == digits[-1]:
            done = m.end(1)
            yield m.span(1)


def _windows(flat: str, fits: Fits, least: int, most: int, groups: int) -> Iterator[Span]:
    """Yield the longest rows of neighbouring digit groups that fit, from left to right."""
    for run in _RUN.finditer(flat):
        spans = [m.span() for m in _GROUP.finditer(flat, *run.span())]
        i = 0
        while i < len(spans):
            rows = _rows(spans[i : i + groups], least, most)
            row = next((row for row in rows if fits(flat, row)), None)
            if row:
                yield _with_prefix(flat, row[0][0]), row[-1][1]
            i += len(row or "1")


def _rows(spans: Sequence[Span], least: int, most: int) -> list[Sequence[Span]]:
    """Return the rows from the first group on that have `least` to `most` digits, the longest first."""
    rows, size = [], 0
    for j, (start, end) in enumerate(spans, 1):
        size += end - start
        if size > most:
            break
        if size >= least:
            rows.append(spans[:j])
    return rows[::-1]


def _announced_phones(flat: str) -> Iterator[Span]:
    """Yield the numbers that the words before call a phone number, whatever their spelling."""
    done = 0
    for m in _SAYS_PHONE.finditer(flat):
        run = _RUN.match(flat, m.end())
        if not run or m.end() < done:
            continue
        spans = [g.span() for g in itertools.islice(_GROUP.finditer(flat, *run.span()), 15)]
        rows = _rows(spans, 7, 15)
        row = next((row for row in rows if _is_phone(flat, row)), rows[0] if rows else None)
        if row:
            done = row[-1][1]
            yield _with_prefix(flat, row[0][0]), done


def _with_prefix(flat: str, start: int) -> int:
    """Return where a number starts with its plus sign or bracket."""
    prefix = flat[max(0, start - 2) : start]
    return start - next((len(p) for p in ("(+", "+(", "+", "(") if prefix.endswith(p)), 0)


def _is_card(flat: str, row: Sequence[Span]) -> bool:
    digits = "".join(flat[s:e] for s, e in row)
    if not _BRAND.fullmatch(digits):
        sizes = [e - s for s, e in row]
        if min(sizes[:-1], default=13) < 3 or 7 in sizes:  # sizes, dates; seven digits are an order number
            return False
        before = _before(flat, row[0][0])
        if _SAYS_CODE.search(before) or before.endswith("+") or _MAINLAND_ABROAD.fullmatch(digits):
            return False
    return _luhn(digits)


def _is_phone(flat: str, row: Sequence[Span]) -> bool:
    """Return whether the spelling of these digit groups is that of a phone number."""
    spelled = " ".join(flat[s:e] for s, e in row)
    before = _before(flat, row[0][0])
    if len(row) <= 4 and _MAINLAND_MOBILE.fullmatch(spelled):
        return True
    international = before.endswith(("+", "+("))
    if not (international or any(p.fullmatch(spelled) for p, _ in _SPELLINGS)):
        return False
    if "a" <= before[-1:] <= "z" or _SAYS_CODE.search(before):
        return False
    if international:
        return _valid(f"+{spelled}", None, possible=True)
    return any(
        not regions or any(_valid(spelled, region) for region in regions)
        for p, regions in _SPELLINGS
        if p.fullmatch(spelled)
    )


def _before(flat: str, start: int) -> str:
    return flat[max(0, start - _CUE_LENGTH) : start]


def _valid(number: str, region: str | None, possible: bool = False) -> bool:
    try:
        parsed = phonenumbers.parse(number if region else f"+{number.lstrip('+0')}", region or None)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_possible_number(parsed) if possible else phonenumbers.is_valid_number(parsed)


def _luhn(digits: str) -> bool:
    doubled = (2 * int(c) for c in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(n - 9 if n > 9 else n for n in doubled)) % 10 == 0


def _check_digit(digits: str) -> str:
    """Return the last character that GB 11643 asks for after the first seventeen digits."""
    return "10x98765432"[sum(int(c) * 2 ** (17 - i) for i, c in enumerate(digits[:17])) % 11]
