"""Verdicts: what people say about turns, so that the night can learn from it.

python -m data.reviews export                   one JSON object a line: what was said of each turn last
python -m data.reviews export --since 2026-05-01
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Engine, Select, func, insert, select, update

from data.audit import write_audit
from data.database import open_database
from data.errors import ConflictError, FrontdeskError, VerdictError
from data.night_tables import Taught
from data.review_groups import recount
from data.review_rank import CLAIM_LASTS, held_by
from data.review_same import groups_saying_same
from data.settings import Settings
from data.tables import ReviewClaim, ReviewItem, TurnRow, Verdict, now

KINDS = ("right", "intent", "new_intent", "out_of_scope", "answer", "skip")
NEW = "new:"  # begins the id of an intent that the desk does not have yet
AT_ONCE = 1000
DAMAGED = (ValueError, TypeError)  # JSON or a moment that is none


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
        db.execute(insert(Verdict), [_row(turn, r, ruling, user, batch) for turn, r in readings.items()])
        _set_open(db, list(readings), False)
        recount(db, {group, *_groups_saying(db, list(readings))})
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
        _set_open(db, turns, True)
        groups = {g for part in _parts(turns) for g in _groups_of(db, part)}
        recount(db, {g for g in groups if g} | _groups_saying(db, turns))
        write_audit(db, user, "verdict_undone", f"batch {rows[0].batch}", None, {"messages": len(rows)})
    return Batch(rows[0].batch, rows[0].kind, len(rows), next(iter(groups - {None}), None))


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


def done_since(engine: Engine, moment: datetime) -> dict[str, int]:
    """Return how many messages each person has given a verdict on since a moment; a skip is none."""
    counted = select(Verdict.author, func.count(Verdict.turn.distinct())).group_by(Verdict.author)
    given = (Verdict.at >= moment, Verdict.undone_at.is_(None), Verdict.kind != "skip")
    with engine.connect() as db:
        return dict(db.execute(counted.where(*given)).all())


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


def _row(turn: int, reading: str | None, ruling: Ruling, user: str, batch: str) -> dict[str, Any]:
    """Return the row of one turn; where the bot was right, it keeps how the bot read that turn."""
    as_read = ruling.kind in ("right", "answer") and not ruling.intents
    intents = (reading,) if as_read and reading else ruling.intents
    return {
        "turn": turn, "batch": batch, "kind": ruling.kind, "intents": " ".join(intents),
        "title": ruling.title, "answer": ruling.answer, "link": ruling.link, "note": ruling.note,
        "author": user,
    }  # fmt: skip


def _standing(kinds: Sequence[str] = KINDS[:-1]) -> Select[Any]:
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


def _set_open(db: Connection, turns: list[int], is_open: bool) -> None:
    for part in _parts(turns):
        db.execute(update(ReviewItem).where(ReviewItem.turn.in_(part)).values(open=is_open))


def _groups_of(db: Connection, turns: list[int]) -> set[int | None]:
    return set(db.scalars(select(ReviewItem.group).where(ReviewItem.turn.in_(turns)).distinct()))


def _groups_saying(db: Connection, turns: list[int]) -> set[int]:
    """Return the groups whose rank a verdict on some turns changes, as they hold the same words."""
    return {g for part in _parts(turns) for g in db.scalars(groups_saying_same(part)) if g}


def _parts(turns: list[int]) -> Iterator[list[int]]:
    for at in range(0, len(turns), AT_ONCE):
        yield turns[at : at + AT_ONCE]


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m data.reviews", description="Verdicts of the review queue."
    )
    export = parser.add_subparsers(dest="what", required=True).add_parser(
        "export", help="print them as JSON lines"
    )
    export.add_argument(
        "--since", type=datetime.fromisoformat, help="only those given since, such as 2026-05-01"
    )
    arguments = parser.parse_args()
    since = arguments.since
    if since and since.tzinfo is None:
        since = since.replace(tzinfo=UTC)
    try:
        settings = Settings()
        engine = open_database(settings.url, settings.home)
        for example in examples(engine, since):
            print(json.dumps({**asdict(example), "at": example.at.isoformat()}, ensure_ascii=False))
        engine.dispose()
    except FrontdeskError as error:
        sys.exit(f"data.reviews: {error}")


if __name__ == "__main__":
    main()
