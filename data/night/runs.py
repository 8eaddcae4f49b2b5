"""Training runs: what each was set to, its figures, and how it ended."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from math import isfinite
from typing import Any

from sqlalchemy import Engine, delete, func, insert, select, update

from data.errors import RunError
from data.tables import RunFigure, RunRow, now


@dataclass(frozen=True)
class Run:
    """One training run."""

    id: int
    kind: str
    name: str
    desk: str
    started: datetime
    seen: datetime
    ended: datetime | None
    error: str | None
    config: dict[str, Any]
    outcome: dict[str, Any]

    @property
    def state(self) -> str:
        """Done, failed, or unfinished: it still runs, or was killed after it was `seen`."""
        if self.ended is None:
            return "unfinished"
        return "failed" if self.error else "done"

    def as_json(self) -> dict[str, Any]:
        moments = {n: v.isoformat() for n in ("started", "seen", "ended") if (v := getattr(self, n))}
        return {**asdict(self), "ended": None, **moments, "state": self.state}


@dataclass(frozen=True)
class Point:
    """A figure of one run, as it was last."""

    run: int
    started: datetime
    value: float


class Runs:
    """The training runs in one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, kind: str, name: str, desk: str, config: Mapping[str, Any]) -> int:
        """Write down that a run begins; return its id."""
        row = {"kind": kind, "name": name, "desk": desk, "config": dict(config), "outcome": {}}
        with self._engine.begin() as db:
            return int(db.scalars(insert(RunRow).returning(RunRow.id), row).one())

    def add(self, run: int, figures: Mapping[str, float], step: int = 0) -> None:
        """Keep figures of a step; later ones replace those of the same name and step.

        What is no number (NaN) or infinite is left out: no database keeps both alike.
        """
        rows = [
            {"run": run, "name": name, "step": step, "value": float(value)}
            for name, value in figures.items()
            if isfinite(value)
        ]
        with self._engine.begin() as db:
            names = [row["name"] for row in rows]
            same = RunFigure.run == run, RunFigure.step == step, RunFigure.name.in_(names)
            db.execute(delete(RunFigure).where(*same))
            if rows:
                db.execute(insert(RunFigure), rows)
            db.execute(update(RunRow).where(RunRow.id == run).values(seen=now()))

    def end(self, run: int, outcome: Mapping[str, Any], error: str | None = None) -> None:
        """Write down how a run ended; `error` is the class of the exception that ended it."""
        ended = {"seen": now(), "ended": now(), "outcome": dict(outcome), "error": error and error[:64]}
        with self._engine.begin() as db:
            db.execute(update(RunRow).where(RunRow.id == run).values(**ended))

    def latest(self, most: int = 20, kind: str | None = None, desk: str | None = None) -> list[Run]:
        """Return runs, newest first."""
        query = select(RunRow.__table__).order_by(RunRow.id.desc()).limit(most)
        if kind is not None:
            query = query.where(RunRow.kind == kind)
        if desk is not None:
            query = query.where(RunRow.desk == desk)
        with self._engine.connect() as db:
            return [Run(**row._mapping) for row in db.execute(query)]

    def get(self, run: int) -> Run:
        """Return a run; raises RunError where there is none of that number."""
        with self._engine.connect() as db:
            row = db.execute(select(RunRow.__table__).where(RunRow.id == run)).one_or_none()
        if row is None:
            raise RunError(f"there is no run {run}; `python -m training.runs` lists them")
        return Run(**row._mapping)

    def figures(self, run: int) -> dict[str, dict[int, float]]:
        """Return a run's figures by name: the value of each step, in the order of the steps."""
        query = select(RunFigure.name, RunFigure.step, RunFigure.value).where(RunFigure.run == run)
        found: dict[str, dict[int, float]] = {}
        with self._engine.connect() as db:
            for name, step, value in db.execute(query.order_by(RunFigure.name, RunFigure.step)):
                found.setdefault(name, {})[step] = value
        return found

    def over_time(self, figure: str, kind: str | None = None, desk: str | None = None) -> list[Point]:
        """Return a figure's last value in each run that has it, oldest run first."""
        last = func.row_number().over(partition_by=RunFigure.run, order_by=RunFigure.step.desc())
        values = select(RunFigure.run, RunFigure.value, last.label("back")).where(RunFigure.name == figure)
        found = values.subquery()
        query = select(RunRow.id, RunRow.started, found.c.value).join(found, found.c.run == RunRow.id)
        query = query.where(found.c.back == 1).order_by(RunRow.id)
        if kind is not None:
            query = query.where(RunRow.kind == kind)
        if desk is not None:
            query = query.where(RunRow.desk == desk)
        with self._engine.connect() as db:
            return [Point(*row) for row in db.execute(query)]
