"""Reads and writes conversations; the only module that knows their tables."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, delete, func, select, update
from sqlalchemy.orm import Session

from data.errors import MessageError
from data.tables import Conversation, Feedback, TurnRow, now


@dataclass(frozen=True)
class State:
    """What is known of a conversation before its next message."""

    turns: int = 0
    owner: str = "bot"
    memory: dict[str, Any] = field(default_factory=dict)


class Conversations:
    """The conversations of one desk in one database."""

    def __init__(self, engine: Engine, desk: str) -> None:
        self._engine = engine
        self._desk = desk

    def state(self, session: str) -> State:
        with Session(self._engine) as db:
            row = db.get(Conversation, session)
            if row is None:
                return State()
            count = db.scalar(select(func.max(TurnRow.number)).where(TurnRow.session == session))
            return State(count or 0, row.owner, dict(row.memory))

    def add(self, turn: dict[str, Any], memory: dict[str, Any], owner: str) -> None:
        """Write one turn and the conversation's new state, both or neither.

        `turn` has the columns of `turns`. Raises IntegrityError when that turn was written already.
        """
        with Session(self._engine) as db, db.begin():
            # the write comes first: a transaction that reads before it writes can't wait for another's write
            known = update(Conversation).where(Conversation.session == turn["session"])
            changed = db.execute(known.values(memory=memory, owner=owner, updated=now()))
            if changed.rowcount == 0:  # type: ignore[attr-defined]
                db.add(Conversation(session=turn["session"], desk=self._desk, memory=memory, owner=owner))
                db.flush()
            db.add(TurnRow(**turn))

    def turns(self, session: str) -> list[TurnRow]:
        """Return the turns of a conversation, oldest first."""
        with Session(self._engine) as db:
            query = select(TurnRow).where(TurnRow.session == session).order_by(TurnRow.number)
            return list(db.scalars(query))

    def rate(self, session: str, number: int, helpful: bool, reason: str | None = None) -> None:
        """Keep a thumb for one answer; raises MessageError when there is no such turn."""
        with Session(self._engine) as db, db.begin():
            known = select(TurnRow.id).where(TurnRow.session == session, TurnRow.number == number)
            if db.scalar(known) is None:
                raise MessageError(f"session {session!r} has no turn {number}, so it can't be rated")
            db.execute(delete(Feedback).where(Feedback.session == session, Feedback.number == number))
            db.add(Feedback(session=session, number=number, helpful=helpful, reason=reason))

    def ratings(self, session: str) -> list[Feedback]:
        """Return the thumbs given in a conversation."""
        with Session(self._engine) as db:
            query = select(Feedback).where(Feedback.session == session).order_by(Feedback.number)
            return list(db.scalars(query))
