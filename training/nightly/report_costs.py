"""What a night took: time and memory of its stages, size and speed of the release, its settings."""

from collections.abc import Iterator
from typing import Any

from training.nightly.options import Options
from training.nightly.report_read import (
    DASH,
    Row,
    clean,
    count,
    day_and_time,
    duration,
    listed,
    number,
    part,
    rows,
    spoken,
    text,
    texts,
)
from training.nightly.report_table import NUMBER, missing, stack

SWITCHED = {
    "dry_run": "changing nothing (a dry run)",
    "fresh": "training whether or not a review is new",
    "trial": "putting the release on trial",
}
LIMITS = {
    "wrong_answers": "with a limit of wrong answers of",
    "out_of_scope_refused": "with a least share of out of scope messages refused of",
    "significance": "at a significance of",
    "scripted": "with scripted conversations that may newly fail:",
    "slower": "with a limit of time, times the former release's, of",
    "larger": "with a limit of size, times the former release's, of",
}


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
    """Return what the night was told to do otherwise than usual, in words."""
    said = listed(_set(part(night, "options"), night.get("timezone")))
    about = f"Night {night.get('night') or DASH}" + (f", {said}." if said else ", with the usual settings.")
    return f'<p class="pale">{text(about, 2000)} report.json, beside this file, holds all of it.</p>'


def _set(given: Row, zone: Any) -> Iterator[str]:
    """Yield in words what was set; what is as it is by itself says nothing."""
    usual = Options().as_json()
    changed = {name: value for name, value in given.items() if value != usual.get(name)}
    limits = part(given, "limits")
    for name, value in changed.items():
        if name == "budget":
            yield f"within {clean(value)} hours"
        elif name == "since":
            yield f"without older reviews than {day_and_time(value, zone)}"
        elif name == "trust" and value:
            yield f"trusting {listed(texts(value))}"
        elif name == "tune":
            yield "letting the encoder learn" if value else "not letting the encoder learn"
        elif name in SWITCHED:
            yield SWITCHED[name]
        elif name == "replayed":
            yield f"asking {count(value)} logged questions again"
        elif name not in ("limits", "trust"):
            yield f"{spoken(name)} {clean(value)}"
    for name, value in limits.items():
        if value != usual["limits"].get(name):
            yield f"{LIMITS.get(name, spoken(name))} {clean(value)}"


def _amount(value: object, unit: str) -> str:
    found = number(value)
    return DASH if found is None else f"{found:,.{0 if found >= 100 else 1}f} {unit}"


def _bar(of_longest: float) -> str:
    return f'<span class="bar" style="width: {max(1, round(100 * of_longest))}%"></span>'
