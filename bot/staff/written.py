"""What a person writes, as it is kept and shown: personal data is cut down to what the customer knows it by.

A card number becomes "•••• 1111", a phone number "•••• 5678", an e-mail address "j•••@example.com", so that
nothing after this sees, stores or logs the whole. bot.redaction says what is covered and what is not. The
desk's own addresses and numbers, all that its facts, answers and articles name, stay: they are for everybody.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.dates import level
from bot.redaction import personal_data
from data.desk import Desk

HIDDEN = "••••"
SHOWN = 4  # last characters, by which people tell their card or phone
LEAST_NAME = 3  # letters before the @, of which the first is shown
_SPELLING = re.compile(r"[^0-9a-z@]")


@dataclass(frozen=True)
class Written:
    """A text without personal data, and which kinds of it there were."""

    text: str
    masked: tuple[str, ...]


def as_kept(text: str, desk: Desk) -> Written:
    """Return a person's words as they may be kept and shown; doing it twice changes nothing."""
    kinds: dict[str, None] = {}
    own = _own(desk) if personal_data(text) else frozenset()  # read only where it matters
    # again, because what is cut down may uncover what a number beside it hid
    while found := [f for f in personal_data(text) if _plain(text[f[0] : f[1]]) not in own]:
        for start, end, kind in reversed(found):
            text = f"{text[:start]}{_cut_down(text[start:end], kind)}{text[end:]}"
        kinds |= dict.fromkeys(kind for _, _, kind in found)
    return Written(text, tuple(kinds))


def _cut_down(found: str, kind: str) -> str:
    if kind != "email":
        return f"{HIDDEN} {_plain(found)[-SHOWN:].upper()}"
    at = level(found).index("@")
    name, domain = found[:at].strip(), found[at + 1 :].strip()
    return f"{name[0] if len(name) >= LEAST_NAME else ''}{HIDDEN[1:]}@{domain}"


def _plain(found: str) -> str:
    """Return an address or number without what it may be spelled with or without."""
    return _SPELLING.sub("", level(found))


def _own(desk: Desk) -> frozenset[str]:
    """Return the addresses and numbers that a desk gives to everybody."""
    return frozenset(_plain(text[start:end]) for text in _said(desk) for start, end, _ in personal_data(text))


def _said(desk: Desk) -> Iterator[str]:
    for fact in desk.facts.values():
        yield from fact.values() if isinstance(fact, dict) else (fact,)
    for template in desk.templates.values():
        yield from template.texts.values()
    for article in desk.articles:
        for section in article.sections:
            yield from section.paragraphs
