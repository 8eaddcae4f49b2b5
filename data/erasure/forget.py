"""Takes conversations out of the database, with everything that hangs on them.

What names a conversation or a turn by a foreign key goes with it, whichever table that is. The audit log
keeps its rows without the words they quote, under a hash in the conversation's place. What training learned
from (`taught`) is not touched here: it stays when a conversation's time is up.
"""

import hashlib
import hmac
import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Engine, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute

from data.erasure.tables import ErasureSalt  # with these, all tables are known
from data.fold import fold
from data.review.groups import leave_groups
from data.tables import AuditRow, Base, Conversation, ReviewItem, TurnRow

AT_ONCE = 1000  # numbers named in one statement
QUOTING = "conversation_%"  # audited actions whose subject is a conversation
Counts = Counter[str]  # rows by table


def forget(db: Connection, key: bytes, sessions: Sequence[str], *still: ColumnElement[bool]) -> Counts:
    """Delete conversations within a transaction; return how many rows went of each table.

    A conversation for which `still` does not hold any more stays: somebody wrote meanwhile. `key` is `salt`.
    """
    going = _locked(db, sessions, *still)
    if not going:
        return Counter()
    turns = list(db.scalars(select(TurnRow.id).where(TurnRow.session.in_(going)).with_for_update()))
    gone: Counts = Counter()
    groups: set[int] = set()
    for part in _parts(turns):
        items = select(ReviewItem.group).where(ReviewItem.turn.in_(part)).distinct()
        groups |= {group for group in db.scalars(items) if group is not None}
        for column in hanging(TurnRow.id):
            gone[column.table.name] += db.execute(delete(column.table).where(column.in_(part))).rowcount
    for column in hanging(Conversation.session):
        gone[column.table.name] += db.execute(delete(column.table).where(column.in_(going))).rowcount
    gone["conversations"] += db.execute(delete(Conversation).where(Conversation.session.in_(going))).rowcount
    gone["audit"] += _unquote(db, key, going)
    leave_groups(db, groups, turns)
    return +gone


def hanging(parent: InstrumentedAttribute[Any]) -> list[Column[Any]]:
    """Return the columns of other tables that name a row of this one's table; what hangs on others first."""
    (column,) = parent.property.columns
    return [
        child
        for table in reversed(Base.metadata.sorted_tables)
        for child in table.c
        if any(key.column is column for key in child.foreign_keys)
    ]


def hashed(key: bytes, text: str) -> str:
    """Return a text's hash: the same one however it is spelt, and not to be guessed without the key."""
    return hmac.new(key, fold(text).casefold().encode(), hashlib.sha256).hexdigest()


def salt(engine: Engine) -> bytes:
    """Return the database's salt, made when it is first asked for."""
    query = select(ErasureSalt.salt)
    with engine.connect() as db:
        found = db.scalar(query)
    if found is None:
        with suppress(IntegrityError), engine.begin() as db:  # another process may make it
            db.execute(insert(ErasureSalt), {"id": 1, "salt": secrets.token_hex(32)})
        with engine.connect() as db:
            found = db.scalars(query).one()
    return bytes.fromhex(found)


def nameless(key: bytes, session: str) -> str:
    """Return what stands in the audit log where a conversation stood that is gone."""
    return f"gone {hashed(key, session)[:24]}"


def _locked(db: Connection, sessions: Sequence[str], *still: ColumnElement[bool]) -> list[str]:
    """Return those conversations that may go, held until the transaction ends."""
    wanted = (Conversation.session.in_(sessions), *still)
    # a write comes first, see data/log/conversations.py; it changes nothing
    db.execute(update(Conversation).where(*wanted).values(updated=Conversation.updated))
    return list(db.scalars(select(Conversation.session).where(*wanted).with_for_update()))


def _unquote(db: Connection, key: bytes, sessions: Sequence[str]) -> int:
    """Take the words of conversations out of the audit log, and their names; return of how many rows."""
    mine = AuditRow.action.like(QUOTING)
    known = db.scalars(select(AuditRow.subject).where(AuditRow.subject.in_(sessions), mine).distinct()).all()
    return sum(
        db.execute(
            update(AuditRow)
            .where(AuditRow.subject == session, mine)
            .values(subject=nameless(key, session), after=None)
        ).rowcount
        for session in known
    )


def _parts(numbers: Sequence[int]) -> Iterable[Sequence[int]]:
    return (numbers[at : at + AT_ONCE] for at in range(0, len(numbers), AT_ONCE))
