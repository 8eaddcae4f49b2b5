"""The lists of the inbox: which conversations wait for a person, and which ones a user has."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Engine, Row, exists, func, or_, select
from sqlalchemy.orm import aliased

from data.tables import Conversation, Remark, TurnRow

MOST = 100  # conversations of a list
LATEST = 3  # turns whose worst mood counts
DANGERS = ("crisis", "injury")  # reasons of turns; the first is the worse
LET_GO = ("given_back", "closed", "withdrawn")  # remarks after which no person has a conversation

_LAST = select(func.max(TurnRow.number)).where(TurnRow.session == Conversation.session).scalar_subquery()
_ANSWERED = (  # the last turn that a person, not the bot, has answered
    select(func.max(Remark.after))
    .where(Remark.session == Conversation.session, Remark.kind == "reply")
    .scalar_subquery()
)


_TAKEN = func.coalesce(  # when who has a conversation got it
    select(func.max(Remark.at))
    .where(Remark.session == Conversation.session, Remark.kind.in_(("claimed", "transferred")))
    .scalar_subquery(),
    Conversation.updated,
)


def _danger_after(*kinds: str) -> Any:
    """Return the worst danger that a conversation told of after its latest remark of these kinds."""
    seen_to = select(func.coalesce(func.max(Remark.after), 0)).where(
        Remark.session == TurnRow.session, Remark.kind.in_(kinds)
    )
    told = select(func.min(TurnRow.reason)).where(
        TurnRow.session == Conversation.session,
        TurnRow.reason.in_(DANGERS),
        TurnRow.number > seen_to.correlate(TurnRow).scalar_subquery(),
    )
    return told.correlate(Conversation).scalar_subquery()


def _given_by() -> Any:
    """Return who passed a conversation on to the one who has it, until that one has done something in it."""
    given, done = aliased(Remark), aliased(Remark)
    begun = exists().where(
        done.session == given.session, done.id > given.id, done.author == Conversation.person
    )
    query = select(given.author).where(
        given.session == Conversation.session,
        given.kind == "transferred",
        given.text == Conversation.person,
        ~begun.correlate(given, Conversation),
    )
    return query.correlate(Conversation).order_by(given.id.desc()).limit(1).scalar_subquery()


_DANGER = _danger_after(*LET_GO)
_UNANSWERED_DANGER = _danger_after(*LET_GO, "reply")
_GIVEN_BY = _given_by()


@dataclass(frozen=True)
class Case:
    """A conversation in a list."""

    session: str
    since: datetime  # when it began to wait; in one's own list, when it last changed; else, when it was taken
    turns: int
    text: str  # what the customer wrote last
    at: datetime
    language: str
    mood: float  # the worst of the last turns, -1 to 1
    reason: str  # why the last turn went as it did
    unanswered: bool  # the customer has the last word
    danger: str | None  # crisis or injury, where it was told of
    person: str | None  # who has it
    given_by: str | None  # the colleague who passed it on, until who has it now has done something


@dataclass(frozen=True)
class Queue:
    """What calls for a user, in numbers; `newest` is when the latest customer began to wait."""

    waiting: int
    danger: int  # of those who wait, and of the user's own before a word was said to it
    given: int  # passed on to the user, who has done nothing with it yet
    newest: datetime | None


class Cases:
    """The conversations of one database as the inbox lists them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def queue(self, user: str) -> Queue:
        """Return how many wait and since when the latest does, how many tell of a danger or were given."""
        waits = Conversation.owner == "waiting"
        mine = (Conversation.owner == "person") & (Conversation.person == user)
        numbers = select(func.count(), func.max(Conversation.waiting_since)).where(waits)
        dangers = or_(waits & _DANGER.is_not(None), mine & _UNANSWERED_DANGER.is_not(None))
        with self._engine.connect() as db:
            count, newest = db.execute(numbers).one()
            told, given = (
                db.scalar(select(func.count()).select_from(Conversation).where(which)) or 0
                for which in (dangers, mine & _GIVEN_BY.is_not(None))
            )
            return Queue(count, told, given, newest)

    def waiting(self) -> list[Case]:
        """Return the conversations that wait for a person: those that tell of a danger, then the oldest."""
        return self._cases(Conversation.waiting_since, Conversation.owner == "waiting")

    def mine(self, user: str) -> list[Case]:
        """Return a user's conversations: a danger first, then unanswered ones, each the oldest first."""
        cases = self._cases(Conversation.updated, Conversation.owner == "person", Conversation.person == user)
        return sorted(cases, key=lambda c: (c.danger is None, not c.unanswered))

    def colleagues(self, user: str) -> list[Case]:
        """Return what others than a user have: a danger first, then those taken longest ago."""
        return self._cases(_TAKEN, Conversation.owner == "person", Conversation.person != user)

    def held_by(self) -> dict[str, int]:
        """Return how many conversations each user has who has any."""
        held = select(Conversation.person, func.count()).where(Conversation.owner == "person")
        with self._engine.connect() as db:
            return {name: count for name, count in db.execute(held.group_by(Conversation.person)) if name}

    def danger(self, session: str) -> str | None:
        """Return the danger that a conversation tells of: crisis, injury or None."""
        with self._engine.connect() as db:
            return db.scalar(select(_DANGER).select_from(Conversation).where(Conversation.session == session))

    def _cases(self, since: Any, *which: ColumnElement[bool]) -> list[Case]:
        chosen = (
            select(
                Conversation.session,
                since.label("since"),
                _LAST.label("last"),
                _ANSWERED.label("told"),
                _DANGER.label("danger"),
                _GIVEN_BY.label("given_by"),
                Conversation.person,
            )
            .where(*which)
            .order_by(_DANGER.is_(None), since, Conversation.session)
            .limit(MOST)
            .subquery()
        )
        latest = (TurnRow.session == chosen.c.session, TurnRow.number > chosen.c.last - LATEST)
        query = select(
            chosen, TurnRow.number, TurnRow.text, TurnRow.at, TurnRow.language, TurnRow.reason,
            TurnRow.sentiment.label("mood"),
        ).join(TurnRow, latest[0] & latest[1])  # fmt: skip
        with self._engine.connect() as db:
            rows = db.execute(
                query.order_by(chosen.c.danger.is_(None), chosen.c.since, chosen.c.session, TurnRow.number)
            ).all()
        by_session: dict[str, list[Row[Any]]] = {}
        for row in rows:
            by_session.setdefault(row.session, []).append(row)
        return [_case(turns) for turns in by_session.values()]


def _case(turns: list[Row[Any]]) -> Case:
    """Return the list's line for a conversation's latest turns."""
    last = turns[-1]
    return Case(
        last.session, last.since, last.last, last.text, last.at, last.language,
        min(t.mood for t in turns), last.reason, last.told is None or last.last > last.told,
        last.danger, last.person, last.given_by,
    )  # fmt: skip
