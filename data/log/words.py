"""The index that the log is searched by: which turn has which words.

A turn is found by what the customer wrote, and by what people wrote before the next turn; the bot's answers
are approved texts that say little about a turn. SQLite keeps the words in an FTS5 table, PostgreSQL as a
tsvector; both are written in the transaction that writes the text, and go when the turn goes.
"""

import logging
import time
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    bindparam,
    cast,
    column,
    func,
    insert,
    literal,
    select,
    table,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY, TSVECTOR
from sqlalchemy.types import Text

from data.log.search_terms import Term, index_terms
from data.tables import Remark, TurnRow

log = logging.getLogger(__name__)
TABLE = "turn_words"  # in SQLite a virtual table, which no model can describe
WRITTEN = ("reply", "note")  # remarks that are indexed; the others hold names and scores
BATCH = 5000  # turns indexed at once
TELL = 5.0  # seconds between two lines on how far it is
MERGED = 200  # pages of the index rewritten at once
MERGE_DONE = 2  # rows changed, under which a merge found nothing to do (SQLite's own documentation)
_CHANGES = text("SELECT total_changes()")
WORDS = {  # database: the table, its turn's id, its words
    "sqlite": table(TABLE, column("rowid"), column(TABLE), column("words")),
    "postgresql": table(TABLE, column("turn"), column("words", TSVECTOR)),
}
CREATE = {
    "sqlite": (
        # what is stored has been folded and cut already; which words a turn has is enough, not where
        f"CREATE VIRTUAL TABLE {TABLE} USING fts5(words, detail='none', "
        "tokenize=\"unicode61 remove_diacritics 0\", prefix='3 4 5')",
        f"CREATE TRIGGER {TABLE}_gone AFTER DELETE ON turns "
        f"BEGIN DELETE FROM {TABLE} WHERE rowid = old.id; END",
    ),
    "postgresql": (
        f"CREATE TABLE {TABLE} (turn INTEGER PRIMARY KEY REFERENCES turns(id) ON DELETE CASCADE, "
        "words TSVECTOR NOT NULL)",
        f"CREATE INDEX ix_{TABLE} ON {TABLE} USING gin (words)",
    ),
}
_MOOD = {  # a turn from before the mood had a column has it in its details only
    "sqlite": text(
        "UPDATE turns SET sentiment = json_extract(details, '$.sentiment') WHERE id BETWEEN :first AND :last "
        "AND sentiment = 0 AND json_extract(details, '$.sentiment') <> 0"
    ),
    "postgresql": text(
        "UPDATE turns SET sentiment = CAST(details ->> 'sentiment' AS float8) WHERE id "
        "BETWEEN :first AND :last AND sentiment = 0 AND CAST(details ->> 'sentiment' AS float8) <> 0"
    ),
}


def create_index(db: Connection) -> None:
    """Make the empty index; `index_rest` fills it."""
    for statement in CREATE[db.dialect.name]:
        db.execute(text(statement))


def index_turn(db: Connection, turn: int, words: str) -> None:
    """Index a new turn by its customer's words."""
    _add(db, [{"turn": turn, "words": index_terms(words)}])


def index_remark(db: Connection, session: str, after: int, words: str) -> None:
    """Let the turn that a person's words follow be found by them, too."""
    terms = index_terms(words)
    known = select(TurnRow.id).where(TurnRow.session == session, TurnRow.number == after)
    turn = db.scalar(known)
    if turn is None or not terms:
        return
    words_of = WORDS[db.dialect.name]
    more = func.array_to_tsvector(cast(terms, ARRAY(Text))) if _is_postgres(db) else " " + " ".join(terms)
    db.execute(update(words_of).where(_id(db) == turn).values(words=words_of.c.words.concat(more)))


def index_rest(engine: Engine) -> int:
    """Index the turns after the last one that is indexed, and keep their mood; return how many there were.

    A log from before there was an index is taken in steps that are kept one by one: whenever the process is
    stopped, the next one goes on from there.
    """
    last = func.coalesce(select(func.max(turn_id(engine.dialect.name))).scalar_subquery(), 0)
    with engine.connect() as db:
        # one statement, so that a turn written meanwhile is seen with its words or not at all
        count, first = db.execute(select(func.count(), func.min(TurnRow.id)).where(TurnRow.id > last)).one()
    if count:
        _index_from(engine, first, count)
    return int(count)


def _index_from(engine: Engine, first: int, count: int) -> None:
    log.info("indexing %s turns for search, once; it may be stopped and goes on where it was", f"{count:,}")
    query = select(TurnRow.id, TurnRow.session, TurnRow.number, TurnRow.text).order_by(TurnRow.id)
    done, told = 0, time.monotonic()
    while done < count:
        with engine.connect() as db:
            rows = db.execute(query.where(TurnRow.id >= first).limit(BATCH)).all()
        if not rows:  # some were erased meanwhile
            break
        with engine.begin() as db:
            db.execute(_MOOD[engine.dialect.name], {"first": first, "last": rows[-1].id})
            _index(db, rows)
        first, done = rows[-1].id + 1, done + len(rows)
        if time.monotonic() >= told + TELL:
            told = time.monotonic()
            log.info("indexing %s turns, %d %%", f"{count:,}", 100 * done // count)
    log.info("indexed %s turns", f"{done:,}")


def _index(db: Connection, rows: Sequence[Any]) -> None:
    said = _said(db, rows)
    texts = ("\n".join((r.text, *said.get((r.session, r.number), ()))) for r in rows)
    _add(db, [{"turn": r.id, "words": index_terms(t)} for r, t in zip(rows, texts, strict=True)])


def forget_erased(engine: Engine) -> None:
    """Drop the words of turns that are gone from the index's files, too.

    They are found no more as soon as the turn is gone, but SQLite keeps them until parts of its index are
    merged. This merges all of it in steps between which others write; PostgreSQL's own vacuum does it there.
    """
    if engine.dialect.name != "sqlite":
        return
    merge = text(f"INSERT INTO {TABLE} ({TABLE}, rank) VALUES ('merge', :pages)")
    pages, changed = -MERGED, MERGE_DONE  # the first step, below 0, begins with all parts; the others go on
    while changed >= MERGE_DONE:
        began = time.monotonic()
        with engine.begin() as db:
            before = db.scalar(_CHANGES) or 0
            db.execute(merge, {"pages": pages})
            changed = (db.scalar(_CHANGES) or 0) - before
        pages = MERGED
        time.sleep(time.monotonic() - began)  # others get their turn


def matches(dialect: str, terms: Sequence[Term]) -> ColumnElement[bool]:
    """Return the condition, on the table `WORDS[dialect]`, that a turn has all terms."""
    # terms are letters and digits only: there is nothing to escape
    if dialect == "postgresql":
        wanted = " & ".join(f"'{t.text}'{':*' if t.prefix else ''}" for t in terms)
        return WORDS[dialect].c.words.op("@@")(cast(literal(wanted), TSQUERY))
    wanted = " AND ".join(f'"{t.text}"{"*" if t.prefix else ""}' for t in terms)
    return WORDS[dialect].c[TABLE].op("MATCH")(wanted)


def turn_id(dialect: str) -> ColumnElement[int]:
    """Return the column of `WORDS[dialect]` that holds the turn's id."""
    return WORDS[dialect].c["turn" if dialect == "postgresql" else "rowid"]


def _id(db: Connection) -> ColumnElement[int]:
    return turn_id(db.dialect.name)


def _add(db: Connection, rows: list[dict[str, Any]]) -> None:
    words = WORDS[db.dialect.name]
    if _is_postgres(db):
        lexemes = func.array_to_tsvector(cast(bindparam("words"), ARRAY(Text)))
        db.execute(insert(words).values(turn=bindparam("turn"), words=lexemes), rows)
    else:
        flat = [{"rowid": r["turn"], "words": " ".join(r["words"])} for r in rows]
        db.execute(insert(words), flat)


def _said(db: Connection, rows: Sequence[Any]) -> dict[tuple[str, int], list[str]]:
    """Return what people said after each of these turns."""
    query = select(Remark.session, Remark.after, Remark.text).where(
        Remark.session.in_({r.session for r in rows}), Remark.kind.in_(WRITTEN)
    )
    found: dict[tuple[str, int], list[str]] = {}
    for remark in db.execute(query.order_by(Remark.id)):
        found.setdefault((remark.session, remark.after), []).append(remark.text)
    return found


def _is_postgres(db: Connection) -> bool:
    return db.dialect.name == "postgresql"
