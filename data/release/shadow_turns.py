"""What a release on trial would have said, and where that differs from what customers were told."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Engine, func, insert, select, tuple_

from data.tables import ShadowTurn, TurnRow

GROUPS = 30
EXAMPLES = 3  # of each group
KIND = ("live_route", "live_intent", "trial_route", "trial_intent")


@dataclass(frozen=True)
class Said:
    """What is compared of two answers."""

    route: str
    intent: str | None
    reply: str


@dataclass(frozen=True)
class Example:
    """A message, personal data masked, how often it came so, and the latest two answers to it."""

    session: str
    number: int
    text: str
    count: int
    live: str
    trial: str


@dataclass(frozen=True)
class Disagreement:
    """How often a route and an intent of the live release became these, or only the words differ."""

    live: tuple[str, str | None]
    trial: tuple[str, str | None]
    count: int
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class ShadowFigures:
    """How far a trial in the shadow is; times are means in milliseconds."""

    heard: int = 0
    differing: int = 0
    dropped: int = 0
    live_ms: float | None = None
    trial_ms: float | None = None


class ShadowTurns:
    """The answers of releases on trial in one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, rows: Sequence[dict[str, Any]]) -> None:
        """Write answers, each with session and number of its turn; those to erased turns are left out."""
        asked = {(row["session"], row["number"]) for row in rows}
        turns = select(TurnRow.session, TurnRow.number, TurnRow.id)
        with self._engine.begin() as db:
            known = db.execute(turns.where(tuple_(TurnRow.session, TurnRow.number).in_(asked)))
            ids = {(row.session, row.number): row.id for row in known}
            kept = [
                {k: v for k, v in row.items() if k not in ("session", "number")} | {"turn": ids[at]}
                for row in rows
                if (at := (row["session"], row["number"])) in ids
            ]
            if kept:
                db.execute(insert(ShadowTurn), kept)

    def figures(self, trial: str) -> ShadowFigures:
        query = (
            select(
                func.count(), func.count().filter(~ShadowTurn.same), func.sum(ShadowTurn.dropped),
                func.avg(TurnRow.ms), func.avg(ShadowTurn.ms),
            )
            .join(TurnRow, TurnRow.id == ShadowTurn.turn)
            .where(ShadowTurn.trial == trial)
        )  # fmt: skip
        with self._engine.connect() as db:
            heard, differing, dropped, live, tried = db.execute(query).one()
        return ShadowFigures(heard, differing, int(dropped or 0), live, tried)

    def disagreements(self, trial: str, most: int = GROUPS) -> list[Disagreement]:
        """Return where the answers differ, the most frequent first, each with its most frequent messages."""
        kind = (TurnRow.route, TurnRow.intent, ShadowTurn.route, ShadowTurn.intent)
        latest_first = ShadowTurn.id.desc()
        each = (*kind, TurnRow.text)
        differing = (
            select(
                *(column.label(name) for column, name in zip(kind, KIND, strict=True)), ShadowTurn.id,
                TurnRow.session, TurnRow.number, TurnRow.text, TurnRow.reply.label("live"),
                ShadowTurn.reply.label("trial"), func.count().over(partition_by=kind).label("times"),
                func.count().over(partition_by=each).label("asked"),
                func.row_number().over(partition_by=each, order_by=latest_first).label("again"),
            )
            .join(TurnRow, TurnRow.id == ShadowTurn.turn)
            .where(ShadowTurn.trial == trial, ~ShadowTurn.same)
            .subquery()
        )  # fmt: skip
        of_kind = [differing.c[name] for name in KIND]
        often = (differing.c.asked.desc(), differing.c.id.desc())
        listed = (
            select(differing, func.row_number().over(partition_by=of_kind, order_by=often).label("place"))
            .where(differing.c.again == 1)
            .subquery()
        )
        shown = select(listed).where(listed.c.place <= EXAMPLES)
        in_order = (listed.c.times.desc(), *(listed.c[name] for name in KIND), listed.c.place)
        groups: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
        with self._engine.connect() as db:
            for row in db.execute(shown.order_by(*in_order)):
                groups[tuple(getattr(row, name) for name in KIND)].append(row)
        return [_disagreement(kind, rows) for kind, rows in islice(groups.items(), most)]


def _disagreement(kind: tuple[Any, ...], rows: list[Any]) -> Disagreement:
    examples = tuple(Example(r.session, r.number, r.text, r.asked, r.live, r.trial) for r in rows)
    return Disagreement(kind[:2], kind[2:], rows[0].times, examples)
