"""Reads and writes conversations; the only module that knows their tables."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from data.errors import MessageError
from data.log_words import index_turn
from data.tables import Conversation, Feedback, TurnRow, TurnVector, now

_LAST = select(func.max(TurnRow.number)).where(TurnRow.session == Conversation.session).scalar_subquery()
_STATE = select(Conversation.owner, Conversation.memory, _LAST.label("turns")).where(
    Conversation.session == bindparam("session")
)
_CHANGE = (
    update(Conversation)
    .where(Conversation.session == bindparam("known"))
    .values({name: bindparam(name) for name in ("memory", "owner", "updated")})
)


@dataclass(frozen=True)
class State:
    """What is known of a conversation before its next message."""

    turns: int = 0
    owner: str = "bot"
    memory: dict[str, Any] = field(default_factory=dict)


class Conversations:
    """The conversations of one desk in one database."""

    def __init__(self, engine: Engine, desk: str) -> None:
        self.engine = engine
        self._desk = desk

    def state(self, session: str) -> State:
        with self.engine.connect() as db:
            row = db.execute(_STATE, {"session": session}).one_or_none()
        return State(row.turns or 0, row.owner, dict(row.memory)) if row else State()

    def add(
        self, turn: dict[str, Any], memory: dict[str, Any], owner: str, vector: bytes | None = None
    ) -> None:
        """Write one turn, its words, its vector as float16 and the conversation's new state, all or none.

        `turn` has the columns of `turns`. Raises IntegrityError when that turn was written already.
        """
        state = {"memory": memory, "owner": owner, "updated": now()}
        with self.engine.begin() as db:
            # the write comes first: a transaction that reads before it writes can't wait for another's write
            if db.execute(_CHANGE, {"known": turn["session"], **state}).rowcount == 0:
                db.execute(insert(Conversation), {"session": turn["session"], "desk": self._desk, **state})
            added = db.execute(insert(TurnRow), turn)
            (number,) = added.inserted_primary_key or (None,)
            assert number is not None
            index_turn(db, number, turn["text"])
            if vector:
                db.execute(insert(TurnVector), {"turn": number, "vector": vector})

    def turns(self, session: str) -> list[TurnRow]:
        """Return the turns of a conversation, oldest first."""
        with Session(self.engine) as db:
            query = select(TurnRow).where(TurnRow.session == session).order_by(TurnRow.number)
            return list(db.scalars(query))

    def rate(self, session: str, number: int, helpful: bool, reason: str | None = None) -> None:
        """Keep a thumb for one answer; raises MessageError when there is no such turn."""
        with Session(self.engine) as db, db.begin():
            known = select(TurnRow.id).where(TurnRow.session == session, TurnRow.number == number)
            if db.scalar(known) is None:
                raise MessageError(f"session {session!r} has no turn {number}, so it can't be rated")
            db.execute(delete(Feedback).where(Feedback.session == session, Feedback.number == number))
            db.add(Feedback(session=session, number=number, helpful=helpful, reason=reason))

    def ratings(self, session: str) -> list[Feedback]:
        """Return the thumbs given in a conversation."""
        with Session(self.engine) as db:
            query = select(Feedback).where(Feedback.session == session).order_by(Feedback.number)
            return list(db.scalars(query))
