"""Cities and countries in a message, in English and both Chinese scripts; values are English names.

Not covered: provinces, states and districts, streets, typing errors, most small towns.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from babel import Locale

from bot.dates import level, longest
from bot.turn import Entity

_DATA = Path(__file__).with_name("places.yaml")
_LANGUAGES = ("en", "zh_Hans", "zh_Hant")
_NO_COUNTRIES = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AQ", "UM"}


class Names:
    """Names and what they stand for, found in a levelled text in one pass."""

    def __init__(self, names: Mapping[str, str]) -> None:
        by_start: dict[str, list[tuple[str, str]]] = {}
        for name in sorted(names, key=len, reverse=True):
            by_start.setdefault(name[:2], []).append((name, names[name]))
        self._by_start = by_start

    def find(self, flat: str) -> Iterator[tuple[int, int, str]]:
        """Yield start, end and meaning of each longest name; Latin ones only as whole words, or with an s."""
        i = 0
        while i < len(flat) - 1:
            end, value = self._at(flat, i)
            if end:
                yield i, end, value
            i = max(end, i + 1)

    def _at(self, flat: str, start: int) -> tuple[int, str]:
        for name, value in self._by_start.get(flat[start : start + 2], ()):
            if not flat.startswith(name, start):
                continue
            end = start + len(name)
            if _is_latin(name[0]) and start and _is_latin(flat[start - 1]):
                continue
            if _is_latin(name[-1]) and end < len(flat) and _is_latin(flat[end]):
                end += 1
                if flat[end - 1] != "s" or (end < len(flat) and _is_latin(flat[end])):
                    continue
            return end, value
        return 0, ""


def find_places(text: str) -> list[Entity]:
    """Return the cities and countries named in `text`, in order and without overlaps."""
    flat = level(text)
    names, capital, unless = _tables()
    found = []
    for kind in ("country", "city"):
        for start, end, value in names[kind].find(flat):
            name, written = flat[start:end], text[start:end]
            letters = written if capital.get(name, "").isupper() else written[0]
            if name in capital and not letters.isupper():
                continue
            if flat[end : end + 1] and flat[end] in unless.get(name, ""):
                continue
            found.append(Entity(kind, written, value, start, end))
    return longest(found)


def _is_latin(char: str) -> bool:
    return char.isalnum() and char < "\u0250"


@cache
def _tables() -> tuple[dict[str, Names], dict[str, str], dict[str, str]]:
    """Return the names of each kind, those that need a capital, and what may not follow a name."""
    data: dict[str, Any] = yaml.safe_load(_DATA.read_text("utf-8"))
    unsaid = set(data["unsaid"])
    names = {
        kind: Names({level(n): value for n, value in pairs if n not in unsaid and len(n) > 1})
        for kind, pairs in (("city", _cities(data["cities"])), ("country", _countries(data["countries"])))
    }
    return names, {level(n): n for n in data["capital"]}, dict(data["unless"])


def _cities(lines: str) -> Iterator[tuple[str, str]]:
    for line in lines.splitlines():
        yield from _both_languages(line)


def _countries(lines: str) -> Iterator[tuple[str, str]]:
    said = dict(line.split("; ", 1) for line in lines.splitlines())
    territories = [Locale.parse(language).territories for language in _LANGUAGES]
    for code, english in territories[0].items():
        if len(code) != 2 or not code.isalpha() or code in _NO_COUNTRIES:
            continue
        value = said[code].split(",")[0].split(" | ")[0] if code in said else _short(english)
        yield from ((n, value) for t in territories if code in t for n in _spellings(_short(str(t[code]))))
        yield from ((n, value) for n, _ in _both_languages(said.get(code, "|")))


def _both_languages(line: str) -> Iterator[tuple[str, str]]:
    """Yield each spelling of the names in a line of the table, with the first of them."""
    english, _, chinese = line.partition("|")
    names = [n.strip() for n in (*english.split(","), *chinese.split(",")) if n.strip()]
    yield from ((spelling, names[0]) for name in names for spelling in _spellings(name))


def _spellings(name: str) -> Iterable[str]:
    plain = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
    return {spelling for n in (name, plain) for spelling in (n, n.replace("&", "and"), n.replace("’", "'"))}


def _short(name: str) -> str:
    """Return Babel's name without what it adds in brackets."""
    for bracket in ("（", " ("):
        name = name.partition(bracket)[0]
    return name
