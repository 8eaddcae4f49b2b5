"""A night's JSON, any part of which may be missing → values to show, and texts that are safe in HTML."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

Row = Mapping[str, Any]
LARGEST = 1e12
LONGEST = 700  # characters of a message or a reply
DASH = "–"
LANGUAGES = {"en": "English", "zh": "Chinese"}
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")  # some turn what follows around
SAME = 0.0005  # a smaller change would be shown as 0.0


def part(night: Row, *path: str) -> Row:
    """Return the object that lies on a path, empty where there is none."""
    found: Any = night
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def rows(night: Row, *path: str) -> list[Row]:
    """Return the objects of the list that lies on a path, none where there is none."""
    *before, name = path
    found = part(night, *before).get(name)
    return [row for row in found if isinstance(row, Mapping)] if isinstance(found, list) else []


def parts(of: Row) -> list[tuple[str, Row]]:
    """Return the objects of an object, with their names."""
    return [(str(name), row) for name, row in of.items() if isinstance(row, Mapping)]


def number(value: Any) -> float | None:
    """Return a number of a size that means something, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < LARGEST:
        return None
    return float(value)


def count(value: Any) -> str:
    found = number(value)
    return DASH if found is None else f"{found:,.0f}"


def share(value: Any) -> str:
    found = number(value)
    return DASH if found is None else f"{100 * found:.1f}\u00a0%"


def points(before: Any, now: Any) -> float | None:
    """Return by how much a share has changed, None where that is unknown."""
    was, is_now = number(before), number(now)
    return None if was is None or is_now is None else is_now - was


def signed(change: float | None) -> str:
    """Return a change in points."""
    if change is None:
        return DASH
    if abs(change) < SAME:
        return "±0.0"
    return f"{'+' if change > 0 else '−'}{100 * abs(change):.1f}"


def text(value: Any, most: int = LONGEST) -> str:
    """Return anything as text that is safe in HTML, cut where it is very long."""
    plain = clean(value)
    return escape(plain if len(plain) <= most else plain[: most - 1] + "…")


def clean(value: Any) -> str:
    """Return anything as text that can be written as UTF-8 and changes nothing around it."""
    plain = "" if value is None else str(value).encode("utf-8", "replace").decode()
    return _CONTROL.sub(" ", plain)


def texts(values: Any) -> list[str]:
    """Return a list's values as texts; a text alone is a list of one."""
    if isinstance(values, str):
        return [values]
    return [clean(v) for v in values] if isinstance(values, Sequence) else []


def moment(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None


def local(value: Any, zone: Any) -> datetime | None:
    """Return a moment in the desk's time zone, as it is where that is unknown."""
    found = moment(value)
    try:
        return found.astimezone(ZoneInfo(zone)) if found and found.tzinfo and zone else found
    except (ValueError, TypeError, OSError, KeyError):  # no zone of that name
        return found


def day_and_time(value: Any, zone: Any = None) -> str:
    """Return a moment with its time zone, the desk's where that is known."""
    if not (found := local(value, zone)):
        return text(value, 40)
    named = str(found.tzinfo) if isinstance(found.tzinfo, ZoneInfo) else f"{found:%Z}"
    return f"{found.day} {found:%B %Y, %H:%M} {text(named, 40)}".strip()


def duration(seconds: Any) -> str:
    found = number(seconds)
    if found is None:
        return DASH
    if found < 60:
        return f"{found:.1f} s"
    minutes, rest = divmod(round(found), 60)
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"{minutes} min {rest:02} s"


def language(code: Any) -> str:
    return LANGUAGES.get(str(code), text(code, 20))


def spoken(name: Any) -> str:
    """Return a name of code as words."""
    return text(name, 60).replace("_", " ")


def counted(n: int, one: str, many: str) -> str:
    return f"{n:,} {one if n == 1 else many}"


def listed(parts: Iterable[str]) -> str:
    """Return "a, b and c"."""
    *most, last = list(parts) or [""]
    return f"{', '.join(most)} and {last}" if most else last
