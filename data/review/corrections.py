"""Verdicts on single turns of the log, whether the queue asks about them or not."""

from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.exc import IntegrityError

from data.audit import write_audit
from data.errors import ConflictError, VerdictError
from data.review.groups import recount
from data.review.items import close_item
from data.review.verdicts import Batch, Ruling, groups_saying, verdict_row
from data.review.worth import FACTS, facts_of
from data.tables import ReviewItem, TurnRow, Verdict

Shown = dict[str, Any]


def correct(engine: Engine, user: str, turn: int, ruling: Ruling, seen: str | None = None) -> Batch:
    """Write a verdict on one turn as the queue's verdicts are; `seen` is the batch of the one it follows.

    Raises ConflictError where another verdict stands by now than the user saw, VerdictError where there is no
    such turn, or "right" is said of one that was not read.
    """
    batch = uuid4().hex
    try:
        with engine.begin() as db:
            close_item(db, turn)
            one = select(ReviewItem.reading, ReviewItem.group).where(ReviewItem.turn == turn)
            item = db.execute(one).one()
            stands = _standing(db, TurnRow.id == turn).get(turn)
            if seen != (stands and stands["batch"]):
                raise ConflictError("somebody has decided this message meanwhile; look at it again")
            if (
                ruling.kind == "right"
                and not facts_of(db.execute(FACTS.where(TurnRow.id == turn)).one()).readable
            ):
                raise VerdictError("a fixed rule decided here, and no intent was read; say which is meant")
            db.execute(insert(Verdict), verdict_row(turn, item.reading, ruling, user, batch))
            recount(db, {g for g in (item.group, *groups_saying(db, [turn])) if g})
            said = {"kind": ruling.kind, "intents": list(ruling.intents), "messages": 1}
            write_audit(db, user, "verdict", f"batch {batch}", None, said)
    except IntegrityError as error:  # the queue took it in at the same moment
        raise ConflictError("this message has just come into the queue; try again") from error
    return Batch(batch, ruling.kind, 1, item.group)


def judged(engine: Engine, session: str) -> dict[int, Shown]:
    """Return for each turn of a conversation, by its number, what a reviewer needs beside it.

    That is `turn`, `reading`, `readable` if that can be right, and the `verdict` that stands or None.
    """
    with engine.connect() as db:
        rows = db.execute(FACTS.add_columns(TurnRow.number).where(TurnRow.session == session)).all()
        verdicts = _standing(db, TurnRow.session == session)
    shown = {}
    for row in rows:
        facts = facts_of(row)
        shown[row.number] = {
            "turn": facts.turn,
            "reading": facts.reading,
            "readable": facts.readable,
            "verdict": verdicts.get(facts.turn),
        }
    return shown


def _standing(db: Connection, of: Any) -> dict[int, Shown]:
    """Return the last verdict that stands on some turns; a skip says nothing."""
    shown = (
        Verdict.batch,
        Verdict.kind,
        Verdict.intents,
        Verdict.title,
        Verdict.author,
        Verdict.at,
        Verdict.learned,
    )
    query = select(Verdict.turn, *shown).join(TurnRow, TurnRow.id == Verdict.turn).where(of)
    counts = (Verdict.undone_at.is_(None), Verdict.kind != "skip")
    rows = [dict(row._mapping) for row in db.execute(query.where(*counts).order_by(Verdict.id))]
    return {row.pop("turn"): {**row, "intents": row["intents"].split()} for row in rows}
