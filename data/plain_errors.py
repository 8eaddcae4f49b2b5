"""What pydantic found wrong, as a sentence for the people who wrote the file or the setting."""

from typing import Any

from pydantic import ValidationError

_KEY = "[key]"  # pydantic's last step to a key that may not be
_SHOWN = 60  # characters of a value that is named


def plainly(error: ValidationError, content: Any = None) -> str:
    """Return each thing that is wrong: where, what came and what is wanted.

    Where the whole `content` is a list, its entries are named by their ids.
    """
    return "; ".join(dict.fromkeys(_said(wrong, content) for wrong in error.errors()))


def wanted(wrong: Any) -> str:
    """Return what one of pydantic's errors wants: "one of 'a' or 'b'", "a valid integer"."""
    said = str(wrong["msg"]).removeprefix("Value error, ").removeprefix("Input should be ")
    said = said.replace("String should match pattern", "text like")
    said = said.split(", unable to parse")[0]
    return f"one of {said}" if wrong["type"] == "literal_error" else said


def came(wrong: Any) -> str:
    """Return the value that one of pydantic's errors is about, as long as can be read."""
    shown = repr(wrong["input"])
    return shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 1]}…"


def _said(wrong: Any, content: Any) -> str:
    *steps, last = map(str, wrong["loc"] or ("it",))
    if steps and isinstance(content, list):
        steps[0] = _called(content[int(steps[0])], int(steps[0]))
    if last == _KEY:
        *before, key = steps
        return f"{_place(before)}has the key {key!r}, wanted is {wanted(wrong)}"
    if wrong["type"] == "extra_forbidden":
        return f"{_place(steps)}has the key {last!r}, which means nothing"
    if wrong["type"] == "missing":
        return f"{_place(steps)}lacks {last!r}"
    return f"{'.'.join((*steps, last))} is {came(wrong)}, wanted is {wanted(wrong)}"


def _called(entry: Any, at: int) -> str:
    named = entry.get("id") if isinstance(entry, dict) else None
    return repr(named) if isinstance(named, str) else f"entry {at + 1}"


def _place(steps: list[str]) -> str:
    return f"{'.'.join(steps) or 'it'} "
