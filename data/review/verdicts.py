"""Verdicts: what people say about turns, so that the night can learn from it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Engine, func, insert, select, update

from data.audit import write_audit
from data.errors import ConflictError, VerdictError
from data.review.groups import recount
from data.review.rank import CLAIM_LASTS, held_by
from data.review.same import groups_saying_same
from data.tables import ReviewClaim, ReviewItem, Verdict, now

AT_ONCE = 1000  # turns in one statement


@dataclass(frozen=True)
class Ruling:
    """What a person decided; which of the fields are wanted depends on `kind`."""

    kind: str
    intents: tuple[str, ...] = ()
    title: dict[str, str] | None = None
    answer: str | None = None
    link: str | None = None
    note: str = ""


@dataclass(frozen=True)
class Batch:
    """What one keystroke did."""

    id: str
    kind: str
    messages: int
    group: int | None


def give_verdict(
    engine: Engine,
    user: str,
    group: int,
    ruling: Ruling,
    turns: Sequence[int] | None = None,
    language: str | None = None,
) -> Batch:
    """Write a verdict on all messages of a group that have none, or on some of them, as a row each.

    Raises ConflictError where the user has not claimed the group, or nothing of it is left, VerdictError
    where one written answer would be kept for messages in several languages.
    """
    batch = uuid4().hex
    with engine.begin() as db:
        held = update(ReviewClaim).where(ReviewClaim.group == group, *held_by(user))
        if db.execute(held.values(until=now() + CLAIM_LASTS)).rowcount == 0:
            raise ConflictError(f"group {group} is not yours: two minutes went by, or somebody else has it")
        columns = (ReviewItem.turn, ReviewItem.reading, ReviewItem.language)
        wanted = select(*columns).where(ReviewItem.group == group, ReviewItem.open)
        rows = [r for r in db.execute(wanted.order_by(ReviewItem.turn)) if turns is None or r.turn in turns]
        spoken = sorted({r.language for r in rows})
        if ruling.answer and language is None and len(spoken) > 1:
            raise VerdictError(f"these messages are in {' and '.join(spoken)}; say which the answer is in")
        readings = {r.turn: r.reading for r in rows if language in (None, r.language)}
        if not readings:
            raise ConflictError(f"the messages of group {group} have their verdict already")
        db.execute(
            insert(Verdict), [verdict_row(turn, r, ruling, user, batch) for turn, r in readings.items()]
        )
        _close(db, list(readings))
        recount(db, {group, *groups_saying(db, list(readings))})
        said = {"kind": ruling.kind, "intents": list(ruling.intents), "messages": len(readings)}
        write_audit(db, user, "verdict", f"batch {batch}", None, said)
    return Batch(batch, ruling.kind, len(readings), group)


def undo_verdict(engine: Engine, user: str, batch: str | None = None) -> Batch:
    """Take back a user's verdict, the last where `batch` names none; the messages are asked about again.

    Raises ConflictError where there is nothing to take back.
    """
    with engine.begin() as db:
        mine = select(Verdict.batch).where(Verdict.author == user, Verdict.undone_at.is_(None))
        mine = mine.where(Verdict.learned.is_(None))
        mine = mine.where(Verdict.batch == batch) if batch else mine
        last = mine.order_by(Verdict.id.desc()).limit(1).scalar_subquery()
        undone = update(Verdict).where(Verdict.batch == last).values(undone_at=now())
        rows = db.execute(undone.returning(Verdict.turn, Verdict.kind, Verdict.batch)).all()
        if not rows:
            raise ConflictError("there is no verdict of yours to take back")
        turns = [row.turn for row in rows]
        _reopen(db, turns)
        groups = {g for part in _parts(turns) for g in _groups_of(db, part)}
        recount(db, {g for g in groups if g} | groups_saying(db, turns))
        write_audit(db, user, "verdict_undone", f"batch {rows[0].batch}", None, {"messages": len(rows)})
    return Batch(rows[0].batch, rows[0].kind, len(rows), next(iter(groups - {None}), None))


def done_since(engine: Engine, moment: datetime) -> dict[str, int]:
    """Return how many messages each person has given a verdict on since a moment; a skip is none."""
    counted = select(Verdict.author, func.count(Verdict.turn.distinct())).group_by(Verdict.author)
    given = (Verdict.at >= moment, Verdict.undone_at.is_(None), Verdict.kind != "skip")
    with engine.connect() as db:
        return dict(db.execute(counted.where(*given)).all())


def verdict_row(turn: int, reading: str | None, ruling: Ruling, user: str, batch: str) -> dict[str, Any]:
    """Return the row of one turn; where the bot was right, it keeps how the bot read that turn."""
    as_read = ruling.kind in ("right", "answer") and not ruling.intents
    intents = (reading,) if as_read and reading else ruling.intents
    return {
        "turn": turn, "batch": batch, "kind": ruling.kind, "intents": " ".join(intents),
        "title": ruling.title, "answer": ruling.answer, "link": ruling.link, "note": ruling.note,
        "author": user,
    }  # fmt: skip


def _close(db: Connection, turns: list[int]) -> None:
    for part in _parts(turns):
        db.execute(update(ReviewItem).where(ReviewItem.turn.in_(part)).values(open=False))


def _reopen(db: Connection, turns: list[int]) -> None:
    """Ask about turns again, but those on which another verdict stands."""
    decided = select(Verdict.turn).where(Verdict.undone_at.is_(None))
    for part in _parts(turns):
        undecided = (ReviewItem.turn.in_(part), ReviewItem.turn.not_in(decided.where(Verdict.turn.in_(part))))
        db.execute(update(ReviewItem).where(*undecided).values(open=True))


def _groups_of(db: Connection, turns: list[int]) -> set[int | None]:
    return set(db.scalars(select(ReviewItem.group).where(ReviewItem.turn.in_(turns)).distinct()))


def groups_saying(db: Connection, turns: list[int]) -> set[int]:
    """Return the groups whose rank a verdict on some turns changes, as they hold the same words."""
    return {g for part in _parts(turns) for g in db.scalars(groups_saying_same(part)) if g}


def _parts(turns: list[int]) -> Iterator[list[int]]:
    for at in range(0, len(turns), AT_ONCE):
        yield turns[at : at + AT_ONCE]
