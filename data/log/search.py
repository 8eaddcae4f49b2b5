"""Finds conversations in the log: by words in both languages, and by what was decided about their turns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Select, func, select

from data.log.filter import FEW_OWNED, LogFilter, conditions, time_conditions
from data.log.search_terms import Term, mark, question_terms
from data.log.words import WORDS, matches, turn_id
from data.tables import Conversation, Feedback, Remark, TurnRow

COUNTED = 1000  # matching messages are counted up to here
SNIPPET = 120  # characters shown of a message
LEAD = 30  # characters before the first hit
CHUNK = 200  # messages read at once for one page of conversations
INDEX = "INDEXED BY ix_turns_log"  # SQLite would rather read the long rows


@dataclass(frozen=True)
class Hit:
    """A conversation, shown by its newest message that fits; `pieces` of it say what was asked for."""

    session: str
    number: int
    at: datetime
    language: str
    intent: str | None
    route: str
    confidence: float
    sentiment: float
    owner: str
    csat: int | None
    thumb: bool | None
    said_by: str  # customer, or the person whose words fit
    pieces: list[tuple[str, bool]]


@dataclass(frozen=True)
class Page:
    """Some conversations, newest first; `next` is what `before` must be to go on, None at the end."""

    hits: list[Hit]
    next: int | None


class LogSearch:
    """Searches the log of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, wanted: LogFilter, before: int | None = None, most: int = 50) -> Page:
        """Return the conversations with a message that fits, the one with the newest such message first.

        A later page may name a conversation again, by an older message of it.
        """
        terms = question_terms(wanted.words)
        if wanted.words.strip() and not terms:
            return Page([], None)
        with self._engine.connect() as db:
            bounds = _bounds(db, wanted)
            if bounds is None:
                return Page([], None)
            newest: dict[str, int] = {}
            while len(newest) <= most:
                rows = db.execute(_fitting(db, wanted, terms, bounds, before).limit(CHUNK)).all()
                for row in rows:
                    if row.session not in newest and len(newest) > most:
                        break
                    newest.setdefault(row.session, row.id)
                    before = row.id
                if len(rows) < CHUNK:
                    break
            chosen = list(newest.values())[:most]
            more = len(newest) > most
            hits = self._hits(db, chosen, wanted.words)
        return Page(hits, chosen[-1] if more else None)

    def count(self, wanted: LogFilter) -> int:
        """Return how many messages fit, COUNTED + 1 where there are more than COUNTED."""
        terms = question_terms(wanted.words)
        if wanted.words.strip() and not terms:
            return 0
        with self._engine.connect() as db:
            bounds = _bounds(db, wanted)
            if bounds is None:
                return 0
            fitting = _fitting(db, wanted, terms, bounds, None).limit(COUNTED + 1).subquery()
            return int(db.scalar(select(func.count()).select_from(fitting)) or 0)

    def _hits(self, db: Connection, turns: Sequence[int], words: str) -> list[Hit]:
        thumb = (Feedback.session == TurnRow.session) & (Feedback.number == TurnRow.number)
        query = (
            select(
                TurnRow.id, TurnRow.session, TurnRow.number, TurnRow.at, TurnRow.language, TurnRow.intent,
                TurnRow.route, TurnRow.confidence, TurnRow.sentiment, TurnRow.text, Conversation.owner,
                Conversation.csat, Feedback.helpful,
            )
            .join(Conversation, Conversation.session == TurnRow.session)
            .outerjoin(Feedback, thumb)
            .where(TurnRow.id.in_(turns))
            .order_by(TurnRow.id.desc())
        )  # fmt: skip
        rows = db.execute(query).all()
        said = _remarks(db, rows) if words.strip() else {}
        hits = []
        for row in rows:
            by, pieces = _snippet(row.text, said.get((row.session, row.number), []), words)
            hits.append(
                Hit(
                    session=row.session, number=row.number, at=row.at, language=row.language,
                    intent=row.intent, route=row.route, confidence=row.confidence,
                    sentiment=row.sentiment, owner=row.owner, csat=row.csat, thumb=row.helpful,
                    said_by=by, pieces=pieces,
                )
            )  # fmt: skip
        return hits


def _bounds(db: Connection, wanted: LogFilter) -> tuple[int, int] | None:
    """Return the least and greatest id of the messages of a time, None where there are none.

    Ids grow with time, nearly; so that is the part of the log to look at.
    """
    if wanted.since is None and wanted.until is None:
        return (0, 2**31 - 1)
    row = db.execute(select(func.min(TurnRow.id), func.max(TurnRow.id)).where(*time_conditions(wanted))).one()
    return None if row[0] is None else (row[0], row[1])


def _fitting(
    db: Connection,
    wanted: LogFilter,
    terms: Sequence[Term],
    bounds: tuple[int, int],
    before: int | None,
) -> Select[int, str]:
    """Return the query for ids and sessions of the messages that fit, newest first."""
    dialect = db.dialect.name
    first, last = bounds[0], min(bounds[1], before - 1 if before is not None else bounds[1])
    query = select(TurnRow.id, TurnRow.session).where(*conditions(wanted))
    if wanted.owner not in FEW_OWNED or terms:
        query = query.with_hint(TurnRow, INDEX, "sqlite")
    if not terms:
        return query.where(TurnRow.id.between(first, last)).order_by(TurnRow.id.desc())
    words = turn_id(dialect)
    return (
        query.select_from(WORDS[dialect])
        .where(TurnRow.id == words, matches(dialect, terms), words.between(first, last))
        .order_by(words.desc())
    )


def _remarks(db: Connection, rows: Sequence[Any]) -> dict[tuple[str, int], list[Any]]:
    """Return what people said after each of these turns."""
    query = select(Remark.session, Remark.after, Remark.author, Remark.text).where(
        Remark.session.in_([r.session for r in rows]), Remark.text != ""
    )
    found: dict[tuple[str, int], list[Any]] = {}
    for remark in db.execute(query.order_by(Remark.id)):
        found.setdefault((remark.session, remark.after), []).append(remark)
    return found


def _snippet(text: str, said: Sequence[Any], words: str) -> tuple[str, list[tuple[str, bool]]]:
    """Return who said what fits best, and the part of it around the first hit."""
    candidates = [("customer", mark(text, words)), *((r.author, mark(r.text, words)) for r in said)]
    by, pieces = max(candidates, key=lambda c: sum(len(piece) for piece, is_hit in c[1] if is_hit))
    return by, _cut(pieces)


def _cut(pieces: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    lead = 0
    for piece, is_hit in pieces:
        if is_hit:
            break
        lead += len(piece)
    else:
        lead = 0
    start = lead - LEAD if lead > LEAD + 10 else 0
    cut: list[tuple[str, bool]] = [("…", False)] if start else []
    at = 0
    for piece, is_hit in pieces:
        shown = piece[max(0, start - at) : max(0, start + SNIPPET - at)]
        if shown:
            cut.append((shown, is_hit))
        at += len(piece)
    return [*cut, ("…", False)] if at > start + SNIPPET else cut
