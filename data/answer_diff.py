"""What changed between two contents of an answer, line by line."""

import difflib
import json
from dataclasses import dataclass
from typing import Any

from data.answer_files import Content


@dataclass(frozen=True)
class Line:
    """One line of a part; `sign` is + where it came, - where it went, and a blank where it stayed."""

    part: str  # language, when, next, intents
    sign: str
    text: str


def diff(before: Content | None, after: Content | None) -> list[Line]:
    """Return all lines of the parts that differ; None is an answer that is not there."""
    old, new = _parts(before), _parts(after)
    lines = []
    for part in dict.fromkeys((*old, *new)):
        was, now = old.get(part, []), new.get(part, [])
        if was != now:
            lines += [
                Line(part, line[0], line[2:]) for line in difflib.ndiff(was, now) if not line.startswith("?")
            ]
    return lines


def _parts(content: Content | None) -> dict[str, list[str]]:
    if content is None:
        return {}
    parts = {language: _lines(text) for language, text in content["texts"].items()}
    for name in ("when", "next", "intents"):
        value: Any = content.get(name)
        if value:
            parts[name] = [json.dumps(value, ensure_ascii=False, sort_keys=True)]
    return parts


def _lines(text: Any) -> list[str]:
    return str(text).splitlines() if isinstance(text, str) else [text["title"], *text["body"].splitlines()]
