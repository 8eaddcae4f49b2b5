"""A reply → a template's text: what differs from customer to customer becomes a placeholder or a mark.

A placeholder where the desk has one for it: `{slot.order_number}`, `{fact.return_days}`. A mark,
`[[date: 3 May]]`, where a person has to decide: what the order system knows, what another fact says, or leave
the sentence out. What at least three of the like replies say, and half of them, is a rule of the house and
stays; for a certain day five must say it. What one agent says of itself, `[[done: I have cancelled it]]`, is
marked likewise (deeds.py).

Not covered: names of customers in the middle of a sentence, places, goods.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache

import opencc

from bot.dates import find_dates, level
from bot.entities import find_amounts
from bot.reference_numbers import ReferenceNumbers
from data.desk import Text
from data.night.topics import OPEN
from training.history.mine.deeds import find_deeds
from training.history.mine.particulars import find_particulars

COMMON = 0.5  # share of the like replies that give a value, from which it is a rule
LEAST = 3  # of these replies: two agents may have answered about one order
LEAST_OF_A_DAY = 5  # for a certain day: on a day of many faults several replies name the same
LEAST_FACT = 3  # characters of a fact that is looked for; "7" stands everywhere
_MASKED = re.compile(r"\[(email|phone|card_number|national_id)\]")
_TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Miss)\.? [A-Z][\w'’-]+|[\u4e00-\u9fff]{1,2}(?:先生|女士|小姐)")
_CERTAIN_DAY = re.compile(
    r"[0-9]{4}|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z.]* ?[0-9]?|[0-9](?:st|nd|rd|th)"
    r"|[0-9]/[0-9]|[0-9一二三四五六七八九十] ?[月号日]"
)
_BRACES = re.compile(r"[{}]")


def template_text(
    text: str,
    like: Sequence[str],
    language: str,
    facts: Mapping[str, Text],
    slots: Iterable[str],
    numbers: ReferenceNumbers,
    today: date,
) -> str:
    """Return a reply with placeholders and marks; `like` are replies that say nearly the same."""
    text = _BRACES.sub("", _to_simplified().convert(text) if language == "zh" else text)
    changes = [(m.start(), m.end(), f"[[{m[1]}]]") for m in _MASKED.finditer(text)]
    changes += _facts(text, language, facts)
    known = set(slots)
    for number in numbers.find(text):
        called = number.type.replace("_", " ")
        new = f"{{slot.{number.type}}}" if number.type in known else f"[[{called}: {number.text}]]"
        changes.append((number.start, number.end, new))
    for value in find_amounts(text):
        changes += _mark("amount", text, value.start, value.text, like)
    for value in find_dates(text, today):
        changes += _mark("date", text, value.start, value.text, like)
    stated = [(start, end) for start, end, new in changes if new.startswith("{fact.")]
    for p in find_particulars(text):
        if all(p.end <= start or end <= p.start for start, end in stated):
            changes += _mark(p.kind, text, p.start, text[p.start : p.end], like)
    changes += [(m.start(), m.end(), f"[[name: {m[0]}]]") for m in _TITLED.finditer(text)]
    changes += [(d.start, d.end, f"[[{d.kind}: {_plain(text[d.start : d.end])}]]") for d in find_deeds(text)]
    return _applied(text, changes)


@cache
def _to_simplified() -> opencc.OpenCC:
    """Return what puts Chinese into the characters that templates have; a customer's own are chosen later."""
    return opencc.OpenCC("t2s")


def marks(text: str) -> list[str]:
    """Return what a person still has to decide in a text."""
    return OPEN.findall(text)


def _facts(text: str, language: str, facts: Mapping[str, Text]) -> list[tuple[int, int, str]]:
    """Return where a text states a fact of the desk, and the fact's placeholder."""
    found = []
    for name, value in facts.items():
        said = value if isinstance(value, str) else value.get(language, "")
        if len(said) < LEAST_FACT or not any(c.isdigit() or c == "@" for c in said):
            continue
        found += [
            (m.start(), m.end(), f"{{fact.{name}}}")
            for m in re.finditer(rf"(?<![\w.]){re.escape(said)}(?![\d])", text)
        ]
    return found


def _mark(kind: str, text: str, start: int, said: str, like: Sequence[str]) -> list[tuple[int, int, str]]:
    """Return where a mark goes and the mark; none where what is said is a rule of the house."""
    said = said.rstrip(" .,，。")
    least = LEAST_OF_A_DAY if kind == "date" and _CERTAIN_DAY.search(level(said)) else LEAST
    return [] if _is_rule(said, like, least) else [(start, start + len(said), f"[[{kind}: {said}]]")]


def _is_rule(value: str, like: Sequence[str], least: int) -> bool:
    said = re.compile(rf"(?<![0-9a-z]){re.escape(level(value))}(?![0-9])")
    count = sum(bool(said.search(level(other))) for other in like)
    return count >= max(least, COMMON * len(like))


def _plain(said: str) -> str:
    """Return what stands in a mark, which may hold no brackets of masked data."""
    return said.replace("[", "").replace("]", "")


def _applied(text: str, changes: list[tuple[int, int, str]]) -> str:
    """Return a text with spans replaced, of overlapping ones the longest."""
    taken: list[tuple[int, int, str]] = []
    for change in sorted(changes, key=lambda c: (c[0] - c[1], c[0], "{" not in c[2])):
        if all(change[1] <= start or end <= change[0] for start, end, _ in taken):
            taken.append(change)
    for start, end, new in sorted(taken, reverse=True):
        text = text[:start] + new + text[end:]
    return text
