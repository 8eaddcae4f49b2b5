"""Moments as sources write them."""

import re
from datetime import UTC, datetime

_FORMATS = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %H:%M:%S UTC",
    "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y.%m.%d %H:%M:%S",
    "%Y年%m月%d日 %H:%M:%S", "%Y年%m月%d日 %H:%M",
    "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y",
    "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y", "%d/%m/%Y %I:%M %p",
    "%m/%d/%Y %I:%M %p", "%m/%d/%Y %I:%M:%S %p", "%d %b %Y %H:%M", "%d %b %Y %H:%M:%S",
    "%b %d, %Y %I:%M %p", "%b %d, %Y %H:%M", "%a %b %d %H:%M:%S %z %Y", "%a, %d %b %Y %H:%M:%S %z",
)  # fmt: skip
_EPOCH = re.compile(r"\d{10}(?:\.\d+)?|\d{13}")
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")
MOST_FIT = 0.8  # share of the samples that have one format
FIRST = datetime(1990, 1, 1, tzinfo=UTC)  # nothing before it is a message of a support desk


def time_format(samples: list[str]) -> str | None:
    """Return the format that the samples have: `iso`, `epoch` or one of strptime's; None where none fits.

    Some may be mistaken. Days come before months where both would do as well.
    """
    samples = [s for s in samples if s.strip()]
    fitting = {f: sum(read_time(s, f) is not None for s in samples) for f in ("iso", "epoch", *_FORMATS)}
    best = max(fitting, key=lambda form: fitting[form])
    return best if samples and fitting[best] >= MOST_FIT * len(samples) else None


def read_time(text: str, form: str) -> datetime | None:
    """Return a moment written in a format that `time_format` gave, None where it is not."""
    text = text.strip()
    try:
        if form == "epoch":
            return _epoch(text)
        moment = datetime.fromisoformat(text) if form == "iso" else datetime.strptime(text, form)
    except ValueError:
        return None
    if form == "iso" and (text.isdecimal() or _CLOCK.fullmatch(text)):
        return None  # 20260314 and 1600000000 are read as dates by the standard library
    return moment if _aware(moment) >= FIRST else None


def written(moment: datetime) -> str:
    """Return a moment as dialogues have it, ISO 8601 to the second; what had no zone gets none."""
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def moment_of(value: object) -> str | None:
    """Return a moment of a JSON export, seconds since 1970 or ISO 8601, as dialogues have it."""
    text = "" if value is None or isinstance(value, bool) else str(value)
    found = read_time(text, "epoch") or read_time(text, "iso")
    return written(found) if found else None


def seconds(at: str) -> float:
    """Return what a written moment is counted in, to order by; without a zone it is taken as UTC."""
    return _aware(datetime.fromisoformat(at)).timestamp()


def _epoch(text: str) -> datetime | None:
    if not _EPOCH.fullmatch(text):
        return None
    value = float(text)
    return datetime.fromtimestamp(value / 1000 if value > 1e11 else value, UTC)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
