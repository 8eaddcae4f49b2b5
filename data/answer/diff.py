"""What changed between two contents of an answer, sentence by sentence."""

import difflib
import re
from dataclasses import dataclass
from typing import Any

from data.answer.files import Content

_SENTENCE = re.compile(r"(?<=[.!?;]) |(?<=[。！？；])")


@dataclass(frozen=True)
class Line:
    """One sentence of a part; `sign` is + where it came, - where it went, and a blank where it stayed."""

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
    parts["when"] = [f"{name}: {_joined(value)}" for name, value in content.get("when", {}).items()]
    for name in ("next", "intents"):
        parts[name] = list(content.get(name, ()))
    return parts


def _joined(value: str | list[str]) -> str:
    return value if isinstance(value, str) else ", ".join(value)


def _lines(text: Any) -> list[str]:
    lines = text.splitlines() if isinstance(text, str) else [text["title"], *text["body"].splitlines()]
    return [sentence for line in lines for sentence in _SENTENCE.split(line) if sentence.strip()]
