"""A reply → a template's text: what differs from customer to customer becomes a placeholder or a mark.

A placeholder where the desk has one for it: `{slot.order_number}`, `{fact.return_days}`. A mark,
`[[date: 3 May]]`, where a person has to decide: what the order system knows, what another fact says, or leave
the sentence out. What at least three of the like replies say, and half of them, is a rule of the house and
stays; for a certain day five must say it. So does a time or an amount in a sentence that states a rule
(house_rules.py). What one agent says of itself, `[[done: I have cancelled it]]`, is
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
from training.history.mine.deeds import find_deeds
from training.history.mine.house_rules import holds_for_everybody, is_contradicted, weekdays_of_the_house
from training.history.mine.particulars import find_particulars
from training.history.mine.staff_names import StaffNames
from training.history.mine.trimmed import NOBODY

COMMON = 0.5  # share of the like replies that give a value, from which it is a rule
LEAST = 3  # of these replies: two agents may have answered about one order
LEAST_OF_A_DAY = 5  # for a certain day: on a day of many faults several replies name the same
LEAST_FACT = 3  # characters of a fact that is looked for; "7" stands everywhere
STATED = ("time", "amount")  # what a general statement makes a rule, however few say it
CASES = ("date", "number", "postcode")  # what makes a sentence one customer's
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
    staff: StaffNames = NOBODY,
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
    stated = [(start, end) for start, end, new in changes if new.startswith("{fact.")]
    stated += weekdays_of_the_house(text)
    values = [("date", d.start, d.text) for d in find_dates(text, today)]
    values += [(p.kind, p.start, text[p.start : p.end]) for p in find_particulars(text)]
    values = [v for v in values if all(v[1] + len(v[2]) <= start or end <= v[1] for start, end in stated)]
    values += [("amount", a.start, a.text) for a in find_amounts(text)]
    cases = [(start, start + len(said)) for kind, start, said in values if kind in CASES]
    for kind, start, said in values:
        changes += _mark(kind, text, start, said, like, cases)
    changes += [(m.start(), m.end(), f"[[name: {m[0]}]]") for m in _TITLED.finditer(text)]
    changes += [(start, end, f"[[name: {text[start:end]}]]") for start, end in staff.find(text)]
    changes += [(d.start, d.end, f"[[{d.kind}: {_plain(text[d.start : d.end])}]]") for d in find_deeds(text)]
    return _applied(text, changes)


@cache
def _to_simplified() -> opencc.OpenCC:
    """Return what puts Chinese into the characters that templates have; a customer's own are chosen later."""
    return opencc.OpenCC("t2s")


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


def _mark(
    kind: str, text: str, start: int, said: str, like: Sequence[str], cases: Sequence[tuple[int, int]]
) -> list[tuple[int, int, str]]:
    """Return where a mark goes and the mark; none where what is said is a rule of the house."""
    said = said.rstrip(" .,，。")
    span = start, start + len(said)
    least = LEAST_OF_A_DAY if kind == "date" and _CERTAIN_DAY.search(level(said)) else LEAST
    if _is_rule(said, like, least):
        return []
    if (
        kind in STATED
        and holds_for_everybody(text, span, kind, cases)
        and not is_contradicted(text, span, like)
    ):
        return []
    return [(*span, f"[[{kind}: {said}]]")]


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
