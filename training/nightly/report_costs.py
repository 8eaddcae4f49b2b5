"""What a night took: time and memory of its stages, size and speed of the release, its settings."""

import json

from training.nightly.report_read import DASH, Row, duration, number, part, rows, text
from training.nightly.report_table import NUMBER, missing, stack


def stages(night: Row) -> str:
    """Return each stage with its time, as a bar, too, and its peak of memory."""
    found = rows(night, "stages")
    if not found:
        return missing("No stage was finished.")
    seconds = [number(stage.get("seconds")) or 0.0 for stage in found]
    longest = max(seconds) or 1.0
    heads = (("Stage", ""), ("Time", NUMBER), ("", "bar-of"), ("Peak memory", NUMBER), (" ", ""))
    lines = [
        (text(stage.get("name"), 60).replace("_", " "), duration(stage.get("seconds")), _bar(took / longest),
         _amount(stage.get("peak_mb"), "MB"), "taken up again" if stage.get("resumed") else "")
        for stage, took in zip(found, seconds, strict=True)
    ]  # fmt: skip
    peaks = [peak for stage in found if (peak := number(stage.get("peak_mb"))) is not None]
    lines.append(
        ("<b>All</b>", f"<b>{duration(sum(seconds))}</b>", "", _amount(max(peaks, default=None), "MB"), "")
    )
    return stack(heads, lines)


def weight(night: Row) -> str:
    """Return size and speed of both releases."""
    heads = (("Release", ""), ("Before", NUMBER), ("New", NUMBER))
    lines = [
        (title, _amount(of.get("live"), unit), _amount(of.get("candidate"), unit))
        for title, of, unit in (
            ("Size on disk", part(night, "size_mb"), "MB"),
            ("One message", part(night, "latency_ms"), "ms"),
        )
        if of
    ]
    return stack(heads, lines) if lines else ""


def options(night: Row) -> str:
    """Return the settings that the night ran with."""
    found = part(night, "options")
    said = ", ".join(f"{name} {_plain(value)}" for name, value in found.items())
    about = f"Night {night.get('night') or DASH}" + (f"; {said}." if said else ".")
    return f'<p class="pale">{text(about, 2000)} report.json, beside this file, holds all of it.</p>'


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _amount(value: object, unit: str) -> str:
    found = number(value)
    return DASH if found is None else f"{found:,.{0 if found >= 100 else 1}f} {unit}"


def _bar(of_longest: float) -> str:
    return f'<span class="bar" style="width: {max(1, round(100 * of_longest))}%"></span>'
