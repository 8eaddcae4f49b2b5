"""Who has a conversation: how a person takes it, answers, passes it on, and lets it go.

Each change is one transaction that begins with one conditional UPDATE, so that of two people who want the
same conversation one gets it, and carries its remark and its row of the audit log. The other half of the
rule, that the bot writes nothing meanwhile, is `Conversations.add`.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, exists, func, insert, select, true, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from data.audit import write_audit
from data.errors import ConflictError, MessageError, UserError
from data.log.words import WRITTEN, index_remark
from data.tables import Conversation, Remark, TurnRow, User, now

MOST_TURNS = 500  # of a transcript; the latest
LEAVING = ("given_back", "closed", "transferred")  # remarks of those who have a conversation no longer
Memory = dict[str, Any]

_LAST = select(func.max(TurnRow.number)).where(TurnRow.session == Conversation.session).scalar_subquery()


class Inbox:
    """The conversations of one database as people work on them.

    `settle` returns a conversation's memory as the bot is to find it when it is given back.
    """

    def __init__(self, engine: Engine, settle: Callable[[Memory], Memory]) -> None:
        self._engine = engine
        self._settle = settle

    # ---- what there is

    def conversation(self, session: str) -> Row[Any]:
        """Return a conversation's row; raises MessageError where there is none."""
        with self._engine.connect() as db:
            row = db.execute(select(Conversation.__table__).where(Conversation.session == session)).first()
        if row is None:
            raise MessageError(f"there is no conversation {session[:80]!r}")
        return row

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

    def close_silent(
        self, session: str, user: str, key: str, since: datetime, everybodys: bool = False
    ) -> None:
        """End a conversation whose customer has written nothing since a moment.

        With `everybodys` it may wait for a person, or be a colleague's. Raises ConflictError where it may not
        be ended, or the customer has written.
        """
        if self._is_done(session, user, "closed", key):
            return
        row = self.conversation(session)
        own = row.owner == "person" and row.person == user
        if not own and not (everybodys and row.owner in ("waiting", "person")):
            raise ConflictError(f"{row.person or 'the bot'} has this conversation")
        wrote = exists().where(TurnRow.session == Conversation.session, TurnRow.at > since)
        as_seen = (Conversation.owner == row.owner) & Conversation.person.is_not_distinct_from(row.person)
        had = f"person {row.person}" if row.person else row.owner
        with self._engine.begin() as db:
            ended = {"owner": "bot", "person": None, "waiting_since": None, "closed": now()}
            if not _change(db, session, as_seen & ~wrote, **ended):
                raise ConflictError("the customer has written, or somebody else was quicker")
            self._close_questions(db, session)
            _remark(db, session, user, "closed", key=key, before={"owner": had})

    def transfer(self, session: str, user: str, to: str, key: str) -> None:
        """Give a conversation to a colleague: it is theirs at once, and the customer sees their name.

        Raises ConflictError where the user does not have it, UserError where nobody of that name may sign in.
        """
        if to == user:
            raise UserError(f"{user} has this conversation already; name a colleague")
        there = exists().where(User.name == to, User.disabled.is_(False))
        self._once(session, user, "transferred", key, to, there, person=to)

    def _once(
        self,
        session: str,
        user: str,
        kind: str,
        key: str,
        text: str = "",
        only_if: ColumnElement[bool] | None = None,
        **values: object,
    ) -> None:
        """Make one change and its remark, unless a remark with this key says that it was made before."""
        if self._is_done(session, user, kind, key):
            return
        try:
            with self._engine.begin() as db:
                own = (Conversation.owner == "person") & (Conversation.person == user)
                condition = true() if kind == "note" else own
                if only_if is not None:
                    condition &= only_if
                if not _change(db, session, condition, **(values or {"updated": now()})):
                    raise _not_changed(db, session, user, text)
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
    if kind in WRITTEN:
        index_remark(db, session, after, text)
    had = {"owner": f"person {user}"} if kind in LEAVING and before is None else before
    owner = {
        "claimed": f"person {user}",
        "transferred": f"person {text}",
        "given_back": "bot",
        "closed": "bot",
    }
    has = {"owner": owner[kind]} if kind in owner else {"text": text} if text else None
    write_audit(db, user, f"conversation_{kind}", session, had, has)


def _owner(db: Connection, session: str) -> str | None:
    return db.scalar(select(Conversation.person).where(Conversation.session == session))


def _not_changed(db: Connection, session: str, user: str, to: str) -> Exception:
    """Return what to raise where a change found no row: the user lacks it, or `to` may not sign in."""
    if _owner(db, session) == user:
        return UserError(f"there is no colleague {to[:80]!r} who may sign in; the page Team shows all")
    return _taken(db, session, user)


def _taken(db: Connection, session: str, user: str) -> Exception:
    """Return what to raise where a user can't have or change a conversation."""
    known = select(Conversation.owner, Conversation.person).where(Conversation.session == session)
    row = db.execute(known).first()
    if row is None:
        return MessageError(f"there is no conversation {session[:80]!r}")
    if row.owner == "person" and row.person != user:
        return ConflictError(f"{row.person} has this conversation")
    return ConflictError("you do not have this conversation; claim it first")
