"""Reviewed messages as the night learns from them: the verdicts that stand, and those it has not learned."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Select, func, select

from data.night.tables import Taught
from data.tables import ReviewItem, TurnRow, Verdict

KINDS = ("right", "intent", "new_intent", "out_of_scope", "answer")  # what can be learned from; a skip is not
NEW = "new:"  # begins the id of an intent that the desk does not have yet
AT_ONCE = 1000
DAMAGED = (ValueError, TypeError)  # JSON or a moment that is none


@dataclass(frozen=True)
class Example:
    """A reviewed message as the night learns from it.

    `labels` is None where the verdict says nothing about the intent, and empty where it is out of scope; an
    id that begins with "new:" is an intent of `title` that the desk does not have yet. `standalone` is False
    where only the conversation told the bot what was meant.
    """

    turn: int
    verdict: int
    session: str
    text: str
    language: str
    kind: str
    labels: tuple[str, ...] | None
    title: dict[str, str] | None
    answer: str | None
    link: str | None
    note: str
    author: str
    at: datetime
    mood: float
    standalone: bool
    learned: str | None


@dataclass(frozen=True)
class Unreadable:
    """A verdict or a turn whose row is damaged."""

    turn: int
    error: str


def examples(engine: Engine, since: datetime | None = None) -> Iterator[Example]:
    """Yield the last verdict of each turn that was not undone or skipped, oldest first, in bounded memory."""
    query = _standing().order_by(Verdict.id)
    if since:
        query = query.where(Verdict.at >= since)
    reached = 0
    with engine.connect() as db:
        while rows := db.execute(query.where(Verdict.id > reached).limit(AT_ONCE)).all():
            reached = rows[-1].Verdict_id
            yield from map(_example, rows)


def changed_examples(engine: Engine, kinds: Sequence[str]) -> Iterator[Example | Unreadable]:
    """Yield the standing verdicts of some kinds that `taught` lacks or has otherwise, in bounded memory."""
    new = Verdict.id != func.coalesce(Taught.verdict, 0)
    query = _standing(kinds).outerjoin(Taught, Taught.turn == Verdict.turn).where(new).order_by(Verdict.id)
    reached = 0
    with engine.connect() as db:
        while ids := db.execute(
            query.with_only_columns(Verdict.id, Verdict.turn).where(Verdict.id > reached).limit(AT_ONCE)
        ).all():
            found = query.where(Verdict.id > reached, Verdict.id <= ids[-1].id)
            reached = ids[-1].id
            try:
                yield from map(_example, db.execute(found).all())
            except DAMAGED:
                yield from (_one(db, query, row.id, row.turn) for row in ids)


def _one(db: Connection, query: Select[Any], verdict: int, turn: int) -> Example | Unreadable:
    try:
        return _example(db.execute(query.where(Verdict.id == verdict)).one())
    except DAMAGED as error:
        return Unreadable(turn, str(error))


def to_learn(engine: Engine) -> tuple[Counter[str], Counter[str]]:
    """Return what the next night will learn: how many messages by kind, and by intent."""
    standing = _standing().where(Verdict.learned.is_(None)).subquery()
    counted = select(standing.c.kind, standing.c.intents, func.count()).group_by(
        standing.c.kind, standing.c.intents
    )
    kinds: Counter[str] = Counter()
    intents: Counter[str] = Counter()
    with engine.connect() as db:
        for kind, named, count in db.execute(counted):
            kinds[kind] += count
            for intent in named.split():
                intents[intent] += count
    return kinds, intents


def latest_to_learn(engine: Engine, most: int = 50) -> list[Example]:
    """Return the latest of what the next night will learn, newest first."""
    query = _standing().where(Verdict.learned.is_(None)).order_by(Verdict.id.desc()).limit(most)
    with engine.connect() as db:
        return [_example(row) for row in db.execute(query)]


def new_intents(engine: Engine) -> dict[str, dict[str, str]]:
    """Return the intents that people want and the desk does not have yet: id → title per language."""
    query = select(Verdict.intents, Verdict.title).where(
        Verdict.kind == "new_intent", Verdict.undone_at.is_(None), Verdict.learned.is_(None)
    )
    last = select(func.max(Verdict.id)).group_by(Verdict.intents)
    with engine.connect() as db:
        rows = db.execute(
            query.where(Verdict.id.in_(last.where(Verdict.kind == "new_intent", Verdict.undone_at.is_(None))))
        ).all()
    return {row.intents: row.title for row in rows if row.title}


def _standing(kinds: Sequence[str] = KINDS) -> Select[Any]:
    """Select the verdicts that count: of each turn the last of these kinds that was not undone."""
    counts = (Verdict.undone_at.is_(None), Verdict.kind.in_(kinds))
    last = select(func.max(Verdict.id)).where(*counts).group_by(Verdict.turn)
    return (
        select(
            Verdict.id.label("Verdict_id"), Verdict.turn, Verdict.kind, Verdict.intents, Verdict.title,
            Verdict.answer, Verdict.link, Verdict.note, Verdict.author, Verdict.at, Verdict.learned,
            TurnRow.session, TurnRow.text, TurnRow.language, TurnRow.confidence, ReviewItem.mood,
        )
        .join(TurnRow, TurnRow.id == Verdict.turn)
        .outerjoin(ReviewItem, ReviewItem.turn == Verdict.turn)
        .where(Verdict.id.in_(last))
    )  # fmt: skip


def _example(row: Any) -> Example:
    intents = tuple(row.intents.split())
    silent = row.kind == "answer" and not intents
    return Example(
        turn=row.turn, verdict=row.Verdict_id, session=row.session, text=row.text, language=row.language,
        kind=row.kind, labels=None if silent else intents, title=row.title, answer=row.answer,
        link=row.link, note=row.note, author=row.author, at=row.at, mood=row.mood or 0.0,
        standalone=row.confidence < 1, learned=row.learned,
    )  # fmt: skip
