"""The nights of one desk: how each began and ended, and where its report lies.

<home>/desks/<desk>/nights/<night>/report.json, report.html
"""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Select, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from data.errors import ConflictError
from data.night.tables import Night
from data.tables import now

OUTCOMES = ("live", "trial", "kept", "idle", "dry", "failed")  # idle: nothing was new to learn
MOST = 100
SIDES = ("live", "candidate", "n")
PAIRED = ("better", "worse")  # messages that changed sides, where they were counted
FEW = 20  # test messages, under which a figure is no trend
Row = dict[str, Any]


class Nights:
    """The nights of one desk."""

    def __init__(self, engine: Engine, desk: str) -> None:
        self._engine = engine
        self._desk = desk

    def begin(self, night_id: str, before: str, settings: Mapping[str, Any]) -> None:
        """Note that a night began while `before` was live; raises ConflictError where it did already."""
        row = {"id": night_id, "desk": self._desk, "before": before, "settings": dict(settings)}
        try:
            with self._engine.begin() as db:
                db.execute(insert(Night), row)
        except IntegrityError as error:
            raise ConflictError(f"night {night_id} began already; each needs an id of its own") from error

    def end(
        self,
        night_id: str,
        outcome: str,
        release: str | None,
        reasons: Sequence[Any],
        figures: Mapping[str, Any],
    ) -> None:
        """Note how a night ended; `figures` is `in_short` of its report, `reasons` are its failed checks.

        Raises ConflictError where no night of that id goes on.
        """
        if outcome not in OUTCOMES:
            raise ValueError(f"an outcome is one of {', '.join(OUTCOMES)}, got {outcome!r}")
        ended = {
            "ended": now(), "outcome": outcome, "release": release,
            "reasons": list(reasons), "figures": dict(figures),
        }  # fmt: skip
        going_on = update(Night).where(Night.id == night_id, Night.desk == self._desk, Night.ended.is_(None))
        with self._engine.begin() as db:
            if db.execute(going_on.values(**ended)).rowcount == 0:
                raise ConflictError(f"no night {night_id} of {self._desk} goes on that could end")

    def latest(self, most: int = MOST) -> list[Night]:
        """Return the latest nights, newest first; one that was killed has no end."""
        return self._read(self._newest_first().limit(most))

    def one(self, night_id: str) -> Night | None:
        found = self._read(select(Night).where(Night.desk == self._desk, Night.id == night_id))
        return found[0] if found else None

    def former(self, most: int = 30) -> list[Row]:
        """Return the latest nights that have ended as a report wants them, oldest first.

        A night's figures are those of the release it made, whether that went live or not.
        """
        ended = self._read(self._newest_first().where(Night.ended.is_not(None)).limit(most))
        return [
            {
                "night": night.id, "began": night.began.isoformat(), "outcome": night.outcome,
                "release": night.release, "figures": _reached(night.figures),
            }
            for night in reversed(ended)
        ]  # fmt: skip

    def _newest_first(self) -> Select[Any]:
        return select(Night).where(Night.desk == self._desk).order_by(Night.began.desc(), Night.id.desc())

    def _read(self, query: Select[Any]) -> list[Night]:
        with Session(self._engine) as db:
            return list(db.scalars(query))


def night_folder(home: Path, desk: str, night_id: str) -> Path:
    """Return where a night's report.json and report.html lie; the id must be one that `Nights` knows."""
    return home / "desks" / desk / "nights" / night_id


def in_short(report: Mapping[str, Any]) -> Row:
    """Return what the list of nights shows of a report; a night that ended early lacks some of it.

    `{"learned": {"examples", "fresh", "exam", "by_author": {name: {"fresh", "kept_out"}}, "new_intents",
    "left_out"}, "figures": {"en": {"top_intent": {"live", "candidate", "n"}}}, "asked", "changes",
    "suspects", "checks", "failed"}`; the last four are counts.
    """
    learned = report.get("learned") or {}
    authors = (learned.get("by_author") or {}).items()
    figures = (report.get("figures") or {}).items()
    checks = report.get("checks") or []
    found = {
        "learned": {
            **{name: learned.get(name) for name in ("examples", "fresh", "exam")},
            "by_author": {a: {name: of.get(name) for name in ("fresh", "kept_out")} for a, of in authors},
            "new_intents": learned.get("new_intents") or [],
            "left_out": len(learned.get("left_out") or []),
        },
        "figures": {
            language: {
                name: {side: f.get(side) for side in SIDES} | {side: f[side] for side in PAIRED if side in f}
                for name, f in of.items()
            }
            for language, of in figures
        },
        "asked": report.get("asked"),
        "changes": len(report.get("changes") or []),
        "suspects": len(report.get("suspects") or []),
        "checks": len(checks),
        "failed": sum(not check.get("passed") for check in checks),
    }  # fmt: skip
    return {name: _storable(value) for name, value in found.items()}


def reasons_of(report: Mapping[str, Any]) -> list[Row]:
    """Return why a release was kept or a night failed: its failed checks, and its error as one of them.

    A night with nothing to learn says so instead.
    """
    failed = [dict(check) for check in report.get("checks") or [] if not check.get("passed")]
    error, idle = report.get("error"), report.get("idle")
    found = [
        *failed,
        *([{"check": "reviews", "language": "", "text": idle}] if idle else []),
        *([{"check": "error", "language": "", "text": error}] if error else []),
    ]
    return [_storable(reason) for reason in found]


def _storable(value: Any) -> Any:
    """Return a value as every database and browser takes it: no number without end, no half character."""
    if isinstance(value, Mapping):
        return {_storable(name): _storable(v) for name, v in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(v) for v in value]
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def few(messages: Any) -> bool:
    """Return whether a figure is known to be of too few messages to be followed."""
    return isinstance(messages, int | float) and messages < FEW


def _reached(figures: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """Return per language the figures of the release that a night made, but those of too few messages."""
    return {
        language: {
            name: f["candidate"]
            for name, f in of.items()
            if f.get("candidate") is not None and not few(f.get("n"))
        }
        for language, of in (figures.get("figures") or {}).items()
    }
