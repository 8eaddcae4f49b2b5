"""Who has a conversation: what waits for a person, and how a person takes it, answers, and lets it go.

Each change is one transaction that begins with one conditional UPDATE, so that of two people who want the
same conversation one gets it, and carries its remark and its row of the audit log. The other half of the
rule, that the bot writes nothing meanwhile, is `Conversations.add`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Row,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from data.audit import write_audit
from data.errors import ConflictError, MessageError
from data.log_words import index_remark
from data.tables import Conversation, Remark, TurnRow, now

MOST = 100  # conversations of a list
MOST_TURNS = 500  # of a transcript; the latest
LATEST = 3  # turns whose worst mood counts
Memory = dict[str, Any]

_LAST = select(func.max(TurnRow.number)).where(TurnRow.session == Conversation.session).scalar_subquery()
_ANSWERED = (  # the last turn that a person, not the bot, has answered
    select(func.max(Remark.after))
    .where(Remark.session == Conversation.session, Remark.kind == "reply")
    .scalar_subquery()
)
_MOOD = TurnRow.details["sentiment"].as_float()
DANGERS = ("crisis", "injury")  # reasons of turns; the first is the worse
_DANGER = (  # told of since the customer waits for a person, and so seen to by none before
    select(func.min(TurnRow.reason))
    .where(
        TurnRow.session == Conversation.session,
        TurnRow.reason.in_(DANGERS),
        TurnRow.at >= Conversation.waiting_since,
    )
    .correlate(Conversation)
    .scalar_subquery()
)


@dataclass(frozen=True)
class Case:
    """A conversation in a list."""

    session: str
    since: datetime  # when it began to wait; in one's own list, when it last changed
    turns: int
    text: str  # what the customer wrote last
    at: datetime
    language: str
    mood: float  # the worst of the last turns, -1 to 1
    reason: str  # why the last turn went as it did
    unanswered: bool  # the customer has the last word
    danger: str | None  # crisis or injury, where it was told of


@dataclass(frozen=True)
class Queue:
    """Who waits, in numbers; `newest` is when the latest began to."""

    waiting: int
    danger: int
    newest: datetime | None


class Inbox:
    """The conversations of one database as people work on them.

    `settle` returns a conversation's memory as the bot is to find it when it is given back.
    """

    def __init__(self, engine: Engine, settle: Callable[[Memory], Memory]) -> None:
        self._engine = engine
        self._settle = settle

    # ---- what there is

    def count(self) -> int:
        """Return how many conversations wait for a person."""
        return self.queue().waiting

    def queue(self) -> "Queue":
        """Return how many wait, since when the latest does, and how many of them tell of a danger."""
        waits = Conversation.owner == "waiting"
        numbers = select(func.count(), func.max(Conversation.waiting_since)).where(waits)
        told = select(func.count()).select_from(Conversation).where(waits, _DANGER.is_not(None))
        with self._engine.connect() as db:
            count, newest = db.execute(numbers).one()
            return Queue(count, db.scalar(told) or 0, newest)

    def waiting(self) -> list[Case]:
        """Return the conversations that wait for a person: those that tell of a danger, then the oldest."""
        return self._cases(Conversation.waiting_since, Conversation.owner == "waiting")

    def mine(self, user: str) -> list[Case]:
        """Return a user's conversations: those whose customer has the last word first, then the oldest."""
        cases = self._cases(Conversation.updated, Conversation.owner == "person", Conversation.person == user)
        return sorted(cases, key=lambda c: (c.danger is None, not c.unanswered))

    def conversation(self, session: str) -> Row[Any]:
        """Return a conversation's row; raises MessageError where there is none."""
        with self._engine.connect() as db:
            row = db.execute(select(Conversation.__table__).where(Conversation.session == session)).first()
        if row is None:
            raise MessageError(f"there is no conversation {session[:80]!r}")
        return row

    def danger(self, session: str) -> str | None:
        """Return the danger that a conversation tells of: crisis, injury or None."""
        with self._engine.connect() as db:
            return db.scalar(select(_DANGER).select_from(Conversation).where(Conversation.session == session))

    def version(self, session: str) -> str:
        """Return a text that is another one as soon as anything of a conversation has changed."""
        remark = select(func.max(Remark.id)).where(Remark.session == Conversation.session).scalar_subquery()
        kept = (Conversation.owner, Conversation.person, Conversation.csat, _LAST, remark)
        with self._engine.connect() as db:
            row = db.execute(select(*kept).where(Conversation.session == session)).first()
        return "/".join(map(str, row)) if row else ""

    def turns(self, session: str) -> list[TurnRow]:
        """Return the latest turns of a conversation, oldest first."""
        query = select(TurnRow).where(TurnRow.session == session).order_by(TurnRow.number.desc())
        with Session(self._engine) as db:
            return list(db.scalars(query.limit(MOST_TURNS)))[::-1]

    def remarks(self, session: str) -> list[Remark]:
        """Return everything that people said and did in a conversation, their notes too, oldest first."""
        with Session(self._engine) as db:
            return list(db.scalars(select(Remark).where(Remark.session == session).order_by(Remark.id)))

    def _cases(self, since: Any, *which: ColumnElement[bool]) -> list[Case]:
        chosen = (
            select(
                Conversation.session,
                since.label("since"),
                _LAST.label("last"),
                _ANSWERED.label("told"),
                _DANGER.label("danger"),
            )
            .where(*which)
            .order_by(_DANGER.is_(None), since, Conversation.session)
            .limit(MOST)
            .subquery()
        )
        latest = (TurnRow.session == chosen.c.session, TurnRow.number > chosen.c.last - LATEST)
        query = select(
            chosen, TurnRow.number, TurnRow.text, TurnRow.at, TurnRow.language, TurnRow.reason,
            _MOOD.label("mood"),
        ).join(TurnRow, latest[0] & latest[1])  # fmt: skip
        with self._engine.connect() as db:
            rows = db.execute(
                query.order_by(chosen.c.danger.is_(None), chosen.c.since, chosen.c.session, TurnRow.number)
            ).all()
        by_session: dict[str, list[Row[Any]]] = {}
        for row in rows:
            by_session.setdefault(row.session, []).append(row)
        return [_case(turns) for turns in by_session.values()]

    # ---- what people do

    def claim(self, session: str, user: str, take_from: str | None = None) -> None:
        """Give a conversation that no person has to a user, `take_from`'s too if they are named.

        To claim one's own again changes nothing. Raises ConflictError that says who has it.
        """
        # in this order, since the bot may pass the conversation on in between
        free = [Conversation.owner == "bot", Conversation.owner == "waiting"]
        if take_from is not None:
            free.append((Conversation.owner == "person") & (Conversation.person == take_from))
        with self._engine.begin() as db:
            for condition, before in zip(free, ("bot", "waiting", f"person {take_from}"), strict=False):
                if _change(db, session, condition, owner="person", person=user, closed=None):
                    _remark(db, session, user, "claimed", before={"owner": before})
                    return
            if _owner(db, session) != user:
                raise _taken(db, session, user)

    def reply(self, session: str, user: str, text: str, key: str) -> None:
        """Say something to the customer. Raises ConflictError where the user does not have the conversation.

        What is sent again with the same key, because its first answer got lost, is there once.
        """
        self._once(session, user, "reply", key, text)

    def note(self, session: str, user: str, text: str, key: str) -> None:
        """Write something for colleagues only; anyone may, whoever has the conversation."""
        self._once(session, user, "note", key, text)

    def give_back(self, session: str, user: str, key: str) -> None:
        """Let the bot go on, with no question open from before."""
        self._once(session, user, "given_back", key, owner="bot", person=None, waiting_since=None)

    def close(self, session: str, user: str, key: str) -> None:
        """End a conversation; the customer is asked how it was, and the bot answers if they write again."""
        self._once(session, user, "closed", key, owner="bot", person=None, waiting_since=None, closed=now())

    def _once(self, session: str, user: str, kind: str, key: str, text: str = "", **values: object) -> None:
        """Make one change and its remark, unless a remark with this key says that it was made before."""
        if self._is_done(session, user, kind, key):
            return
        try:
            with self._engine.begin() as db:
                own = (Conversation.owner == "person") & (Conversation.person == user)
                condition = Conversation.session == session if kind == "note" else own
                if not _change(db, session, condition, **(values or {"updated": now()})):
                    raise _taken(db, session, user)
                if values.get("owner") == "bot":
                    self._close_questions(db, session)
                _remark(db, session, user, kind, text, key)
        except IntegrityError:
            if not self._is_done(session, user, kind, key):  # the same request came twice at once
                raise

    def _is_done(self, session: str, user: str, kind: str, key: str) -> bool:
        query = select(Remark.session, Remark.author, Remark.kind).where(Remark.key == key)
        with self._engine.connect() as db:
            found = db.execute(query).first()
        if found is not None and tuple(found) != (session, user, kind):
            raise ConflictError("this key was used for something else; load the page again")
        return found is not None

    def _close_questions(self, db: Connection, session: str) -> None:
        memory = db.scalar(select(Conversation.memory).where(Conversation.session == session))
        _change(db, session, Conversation.session == session, memory=self._settle(dict(memory or {})))


def _change(db: Connection, session: str, condition: ColumnElement[bool], **values: object) -> bool:
    mine = update(Conversation).where(Conversation.session == session, condition)
    return bool(db.execute(mine.values(**values)).rowcount)


def _remark(
    db: Connection,
    session: str,
    user: str,
    kind: str,
    text: str = "",
    key: str | None = None,
    before: Memory | None = None,
) -> None:
    latest = select(func.coalesce(func.max(TurnRow.number), 0)).where(TurnRow.session == session)
    after = db.scalar(latest) or 0
    row = {"session": session, "after": after, "author": user, "kind": kind, "text": text, "key": key}
    db.execute(insert(Remark), row)
    if text:
        index_remark(db, session, after, text)
    had = {"owner": f"person {user}"} if kind in ("given_back", "closed") else before
    write_audit(db, user, f"conversation_{kind}", session, had, {"text": text} if text else None)


def _owner(db: Connection, session: str) -> str | None:
    return db.scalar(select(Conversation.person).where(Conversation.session == session))


def _taken(db: Connection, session: str, user: str) -> Exception:
    """Return what to raise where a user can't have or change a conversation."""
    known = select(Conversation.owner, Conversation.person).where(Conversation.session == session)
    row = db.execute(known).first()
    if row is None:
        return MessageError(f"there is no conversation {session[:80]!r}")
    if row.owner == "person" and row.person != user:
        return ConflictError(f"{row.person} has this conversation")
    return ConflictError("you do not have this conversation; claim it first")


def _case(turns: list[Row[Any]]) -> Case:
    """Return the list's line for a conversation's latest turns."""
    last = turns[-1]
    moods = [float(t.mood) for t in turns if t.mood is not None]
    return Case(
        last.session, last.since, last.last, last.text, last.at, last.language,
        min(moods, default=0.0), last.reason, last.told is None or last.last > last.told,
        last.danger,
    )  # fmt: skip
