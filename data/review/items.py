"""The turns worth reading, taken from the log as it grows."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, bindparam, insert, select, update

from data.errors import VerdictError
from data.review.same import said_as
from data.review.worth import FACTS, REASONS, Facts, dissatisfaction, facts_of, reasons_of
from data.tables import Conversation, Feedback, ReviewItem, ReviewMark, TurnRow, TurnVector

ALIKE = 0.85  # cosine from which a message repeats the one before it
LOW_CSAT = 2
BATCH = 5000
LATE = 100  # turns, in which a transaction that began earlier may still commit
LATE_BY = timedelta(minutes=1)
Found = dict[int, set[str]]  # turns and why they are worth reading


def take_in(engine: Engine, most: int = BATCH) -> int:
    """Read the next `most` turns and what customers said of earlier ones; return how many turns were new.

    Marks and items are written together, so that a killed process goes on where it was.
    """
    with engine.connect() as db:  # nothing is locked while this reads
        marks = {row.name: row.value for row in db.execute(select(ReviewMark.name, ReviewMark.value))}
        at = int(marks.get("turns", 0))
        query = FACTS.where(TurnRow.id > at - LATE).order_by(TurnRow.id).limit(most + LATE)
        rows = list(map(facts_of, db.execute(query)))
        fresh = [f for f in rows if f.turn > at][:most]
        seen = {f.turn: f for f in (*(f for f in rows if f.turn <= at), *fresh)}
        thumbs, thumbs_until = _thumbs(db, marks.get("feedback"), most)
        unhappy, unhappy_until = _low_csat(db, marks.get("csat"), most)
        found: Found = {}
        for facts in seen.values():
            _add(found, reasons_of(facts))
        for reasons in (_repeated(db, seen), thumbs, unhappy):
            _add(found, reasons)
        new = _without_known(db, found)
        seen |= {f.turn: f for f in _facts(db, [t for t in new if t not in seen])}
    reached = {"turns": str(fresh[-1].turn if fresh else at), "feedback": thumbs_until, "csat": unhappy_until}
    changed = {k: v for k, v in reached.items() if v and v != marks.get(k)}
    if changed or new:
        with engine.begin() as db:  # a write comes first, see data/log/conversations.py
            _set_marks(db, changed or {"turns": str(fresh[-1].turn if fresh else at)})
            _keep(db, new, seen)
    return len(fresh)


def close_item(db: Connection, turn: int) -> None:
    """Let a turn be decided, in a transaction: it is no longer asked about, whether it was or not.

    A turn that was not worth asking about becomes an item, so that its verdict can be taken back and shown
    beside the same words.
    """
    closed = update(ReviewItem).where(ReviewItem.turn == turn).values(open=False)
    if db.execute(closed).rowcount == 0:  # a write comes first, see data/log/conversations.py
        facts = next(_facts(db, [turn]), None)
        if facts is None:
            raise VerdictError(f"there is no turn {turn}; its conversation may have been erased")
        db.execute(insert(ReviewItem), {**_row(facts, {"raised"}), "open": False})


def turn_vectors(db: Connection, turns: Iterable[int]) -> dict[int, NDArray[np.float16]]:
    """Return the stored vectors of turns; turns without one are left out."""
    found: dict[int, NDArray[np.float16]] = {}
    for part in _parts(turns):
        query = select(TurnVector.turn, TurnVector.vector).where(TurnVector.turn.in_(part))
        found |= {turn: np.frombuffer(kept, np.float16) for turn, kept in db.execute(query) if kept}
    return found


def _add(found: Found, reasons: Iterable[tuple[int, str]]) -> None:
    for turn, reason in reasons:
        found.setdefault(turn, set()).add(reason)


def _repeated(db: Connection, seen: Mapping[int, Facts]) -> Iterator[tuple[int, str]]:
    """Yield the turns whose question the customer's next message repeats."""
    pairs = [(f.before, f.turn) for f in seen.values() if f.before]
    vectors = turn_vectors(db, {turn for pair in pairs for turn in pair})
    for before, turn in pairs:
        first, second = vectors.get(before), vectors.get(turn)
        if first is None or second is None or first.shape != second.shape:
            continue
        if np.dot(first.astype(np.float32), second.astype(np.float32)) >= ALIKE:
            yield before, "repeated"


def _thumbs(db: Connection, mark: str | None, most: int) -> tuple[list[tuple[int, str]], str | None]:
    """Return the turns with a thumb down since the mark, and how far this has read."""
    rated = (Feedback.session == TurnRow.session) & (Feedback.number == TurnRow.number)
    query = select(TurnRow.id, Feedback.at, Feedback.helpful).join(Feedback, rated)
    if mark:
        query = query.where(Feedback.at >= datetime.fromisoformat(mark) - LATE_BY)
    rows = db.execute(query.order_by(Feedback.at).limit(most)).all()
    return [(r.id, "thumbs_down") for r in rows if not r.helpful], rows[-1].at.isoformat() if rows else mark


def _low_csat(db: Connection, mark: str | None, most: int) -> tuple[list[tuple[int, str]], str | None]:
    """Return the answered turns of conversations that ended unhappily, and how far this has read."""
    query = select(Conversation.session, Conversation.updated).where(Conversation.csat <= LOW_CSAT)
    if mark:
        query = query.where(Conversation.updated >= datetime.fromisoformat(mark) - LATE_BY)
    ended = db.execute(query.order_by(Conversation.updated).limit(most)).all()
    if not ended:
        return [], mark
    named = TurnRow.session.in_([row.session for row in ended])
    answered = TurnRow.route.in_(("answer", "search", "clarify", "refuse"))
    turns = db.scalars(select(TurnRow.id).where(named, answered))
    return [(turn, "low_csat") for turn in turns], ended[-1].updated.isoformat()


def _facts(db: Connection, turns: Iterable[int]) -> Iterator[Facts]:
    for part in _parts(turns):
        yield from map(facts_of, db.execute(FACTS.where(TurnRow.id.in_(part))))


def _without_known(db: Connection, found: Found) -> Found:
    """Return what the items don't say yet."""
    known: Found = {}
    for part in _parts(found):
        query = select(ReviewItem.turn, ReviewItem.reasons).where(ReviewItem.turn.in_(part))
        known |= {turn: set(reasons) for turn, reasons in db.execute(query)}
    return {t: reasons for t, reasons in found.items() if reasons - known.get(t, set())}


def _keep(db: Connection, found: Found, seen: Mapping[int, Facts]) -> None:
    """Write new items, and new reasons of those that are there."""
    for part in _parts(found):
        query = select(ReviewItem.turn, ReviewItem.reasons).where(ReviewItem.turn.in_(part))
        there = {turn: set(reasons) for turn, reasons in db.execute(query)}
        rows = [_row(seen[t], found[t] | there.get(t, set())) for t in part if t in seen]
        if new := [row for row in rows if row["turn"] not in there]:
            db.execute(insert(ReviewItem), new)
        if more := [
            {"known": row["turn"], "why": row["reasons"], "unhappy": row["dissatisfaction"]}
            for row in rows
            if row["turn"] in there
        ]:
            change: dict[str, Any] = {"reasons": bindparam("why"), "dissatisfaction": bindparam("unhappy")}
            db.execute(update(ReviewItem).where(ReviewItem.turn == bindparam("known")).values(change), more)


def _row(facts: Facts, reasons: set[str]) -> dict[str, Any]:
    named = [r for r in REASONS if r in reasons]
    return {
        "turn": facts.turn,
        "open": True,
        "reading": facts.reading,
        "language": facts.language,
        "said": said_as(facts.text, facts.language),
        "mood": facts.mood,
        "uncertainty": facts.uncertainty,
        "reasons": named,
        "dissatisfaction": dissatisfaction(named, facts.mood),
    }


def _set_marks(db: Connection, marks: Mapping[str, str]) -> None:
    for name, value in marks.items():
        if db.execute(update(ReviewMark).where(ReviewMark.name == name).values(value=value)).rowcount == 0:
            db.execute(insert(ReviewMark), {"name": name, "value": value})


def _parts(turns: Iterable[int]) -> Iterator[list[int]]:
    ids = sorted(turns)
    for at in range(0, len(ids), BATCH):
        yield ids[at : at + BATCH]
