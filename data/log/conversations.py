"""Reads and writes conversations; the only module that knows their tables."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Integer,
    bindparam,
    case,
    cast,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from data.errors import MessageError
from data.log.words import index_turn
from data.night.tables import Taught
from data.tables import Conversation, Feedback, Remark, ReviewMark, TurnRow, TurnVector, UtcDateTime, now

LOW = 2  # score up to which it is asked what was wrong
SHOWN = (  # remarks that the customer sees; never a note
    "reply", "claimed", "transferred", "given_back", "closed", "withdrawn", "answered",
)  # fmt: skip

_LAST = select(func.max(TurnRow.number)).where(TurnRow.session == Conversation.session).scalar_subquery()
_STATE = select(
    Conversation.owner, Conversation.person, Conversation.closed, Conversation.csat, Conversation.memory,
    _LAST.label("turns"),
).where(Conversation.session == bindparam("session"))  # fmt: skip
_MOMENT = bindparam("moment", type_=UtcDateTime())
_SINCE = case(  # who waits already goes on waiting
    (Conversation.owner == "waiting", func.coalesce(Conversation.waiting_since, _MOMENT)),
    else_=_MOMENT,
)
_MINE = update(Conversation).where(Conversation.session == bindparam("known"))
# SQLite gives the number of the last turn again once that turn is erased; what still knows of it must not
# take the next one for it: the training rows, and the mark up to which the log was read for review.
_READ = select(cast(ReviewMark.value, Integer)).where(ReviewMark.name == "turns")
_NEXT_TURN = 1 + func.max(
    *(
        func.coalesce(query.scalar_subquery(), 0)
        for query in (select(func.max(TurnRow.id)), select(func.max(Taught.turn)), _READ)
    )
)
_OPEN: dict[str, Any] = {"owner": bindparam("new_owner"), "updated": _MOMENT, "closed": None}
_MEMORY: dict[str, Any] = {"memory": bindparam("new_memory")}
# The one place where it is settled who speaks: a turn of the bot finds no row once a person has the
# conversation, and a turn kept for a person finds none once they have given it back.
_CHANGES = {
    "bot": _MINE.where(Conversation.owner != "person").values(**_OPEN, **_MEMORY, waiting_since=None),
    "waiting": _MINE.where(Conversation.owner != "person").values(**_OPEN, **_MEMORY, waiting_since=_SINCE),
    "person": _MINE.where(Conversation.owner == "person").values(**_OPEN),
}


@dataclass(frozen=True)
class State:
    """What is known of a conversation before its next message."""

    turns: int = 0
    owner: str = "bot"
    memory: dict[str, Any] = field(default_factory=dict)
    person: str | None = None  # the user who has it
    closed: datetime | None = None  # when a person closed it, unless the customer wrote again
    csat: int | None = None


class Conversations:
    """The conversations of one desk in one database."""

    def __init__(self, engine: Engine, desk: str) -> None:
        self.engine = engine
        self._desk = desk

    def state(self, session: str) -> State:
        with self.engine.connect() as db:
            row = db.execute(_STATE, {"session": session}).one_or_none()
        if row is None:
            return State()
        return State(row.turns or 0, row.owner, dict(row.memory), row.person, row.closed, row.csat)

    def add(
        self, turn: dict[str, Any], memory: dict[str, Any], owner: str, vector: bytes | None = None
    ) -> None:
        """Write one turn, its words, its vector as float16 and the conversation's new state, all or none.

        `turn` has the columns of `turns`; `owner` says for whom it was made. While a person has the
        conversation its memory stays as it is. Raises IntegrityError when that turn was written already, or
        when a person has taken the conversation, or given it back, since its state was read.
        """
        session, moment = turn["session"], now()
        state = {"known": session, "new_owner": owner, "moment": moment}
        if owner != "person":
            state["new_memory"] = memory
        with self.engine.begin() as db:
            # the write comes first: a transaction that reads before it writes can't wait for another's write
            if db.execute(_CHANGES[owner], state).rowcount == 0:
                new = {"session": session, "desk": self._desk, "memory": memory, "owner": owner}
                since = moment if owner == "waiting" else None
                db.execute(insert(Conversation), {**new, "waiting_since": since, "updated": moment})
            number = _add_turn(db, turn)
            index_turn(db, number, turn["text"])
            if vector:
                db.execute(insert(TurnVector), {"turn": number, "vector": vector})
            if turn["reason"] == "withdrawn":
                db.execute(insert(Remark), _remark(session, turn["number"], "withdrawn"))

    def withdraw(self, session: str) -> bool:
        """Let a customer wait no longer for a person; returns False where they did not wait."""
        waits = (Conversation.session == session, Conversation.owner == "waiting")
        with self.engine.begin() as db:
            left = update(Conversation).where(*waits).values(owner="bot", waiting_since=None, updated=now())
            if db.execute(left).rowcount == 0:
                return False
            self._remember(db, session, "withdrawn")
        return True

    def _remember(self, db: Connection, session: str, kind: str, text: str = "") -> None:
        """Write something that the customer did where it happened: after the latest turn."""
        last = select(func.max(TurnRow.number)).where(TurnRow.session == session)
        db.execute(insert(Remark), _remark(session, db.scalar(last) or 0, kind, text))

    def left_open(self, session: str) -> TurnRow | None:
        """Return the last message where it came to a person who has given it back without a word to it."""
        last = select(TurnRow).where(TurnRow.session == session).order_by(TurnRow.number.desc()).limit(1)
        spoke = Remark.kind.in_(("reply", "answered"))
        said = select(func.max(Remark.after)).where(Remark.session == session, spoke)
        owner = select(Conversation.owner).where(Conversation.session == session)
        with Session(self.engine) as db:
            turn = db.scalar(last)
            if turn is None or turn.reply or db.scalar(owner) != "bot":
                return None
            return turn if (db.scalar(said) or 0) < turn.number else None

    def answer_late(self, session: str, number: int, text: str, memory: dict[str, Any]) -> bool:
        """Keep what the bot says to the last message, once; False where anybody was quicker."""
        later = select(TurnRow.id).where(TurnRow.session == session, TurnRow.number > number).exists()
        free = (Conversation.session == session, Conversation.owner == "bot", ~later)
        key = sha256(f"answered {session} {number}".encode()).hexdigest()
        with suppress(IntegrityError), self.engine.begin() as db:
            if db.execute(update(Conversation).where(*free).values(memory=memory)).rowcount == 0:
                return False
            db.execute(insert(Remark), {**_remark(session, number, "answered", text), "key": key})
            return True
        return False

    def turns(self, session: str, since: int = 0) -> list[TurnRow]:
        """Return the turns of a conversation with numbers above `since`, oldest first."""
        with Session(self.engine) as db:
            query = select(TurnRow).where(TurnRow.session == session, TurnRow.number > since)
            return list(db.scalars(query.order_by(TurnRow.number)))

    def remarks(self, session: str, since: int = 0) -> list[Remark]:
        """Return what people said and did that the customer may see, oldest first, with ids above `since`."""
        with Session(self.engine) as db:
            mine = (Remark.session == session, Remark.id > since, Remark.kind.in_(SHOWN))
            return list(db.scalars(select(Remark).where(*mine).order_by(Remark.id)))

    def score(self, session: str, csat: int) -> bool:
        """Keep the customer's one tap, 1 to 5; returns False where there is one, or no conversation."""
        if not 1 <= csat <= 5:
            raise MessageError(f"a conversation is scored from 1 to 5, got {csat}")
        unscored = (Conversation.session == session, Conversation.csat.is_(None))
        with self.engine.begin() as db:
            if db.execute(update(Conversation).where(*unscored).values(csat=csat)).rowcount == 0:
                return False
            self._remember(db, session, "scored", str(csat))
        return True

    def comment(self, session: str, text: str) -> bool:
        """Keep why a customer was not content, once; returns False where no score of theirs is low."""
        low = select(Conversation.session).where(Conversation.session == session, Conversation.csat <= LOW)
        said = select(Remark.id).where(Remark.session == session, Remark.kind == "comment")
        with self.engine.begin() as db:
            if db.scalar(low) is None or db.scalar(said) is not None:
                return False
            self._remember(db, session, "comment", text)
        return True

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


def _add_turn(db: Connection, turn: dict[str, Any]) -> int:
    """Write a turn; return its number, which no other turn ever had."""
    new = insert(TurnRow)
    if db.dialect.name == "sqlite":
        new = new.values(id=_NEXT_TURN)
    return db.execute(new.returning(TurnRow.id), turn).scalar_one()


def _remark(session: str, after: int, kind: str, text: str = "") -> dict[str, Any]:
    """Return the row of something that the customer did; no colleague is its author."""
    return {"session": session, "after": after, "author": "", "kind": kind, "text": text}
