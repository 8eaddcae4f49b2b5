"""Counts the log by day, in the desk's time zone, so that charts need not read every turn.

A day is counted again until it is `SETTLED` old: conversations go on past midnight, and thumbs and people's
replies come late. What comes later than that is in the log, but not in the charts.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from data.log.mood import UNHAPPY_BELOW
from data.review.worth import GIVEN_UP
from data.tables import (
    Conversation,
    CountedDay,
    DailyConversations,
    DailyTimes,
    DailyTurns,
    Feedback,
    Remark,
    TurnRow,
    now,
)  # fmt: skip

SETTLED = timedelta(days=3)
ANSWERS = {"answer", "search", "social"}  # routes that leave a customer with an answer
HANDOFF = "handoff"
BASE = 1.2  # of the buckets of times: a median is off by a tenth at most
DAILY: tuple[type[DailyTurns | DailyConversations | DailyTimes], ...] = (
    DailyTurns, DailyConversations, DailyTimes,
)  # fmt: skip


@dataclass(frozen=True)
class Daily:
    """The daily counts of one database."""

    engine: Engine
    zone: ZoneInfo
    clock: Callable[[], datetime] = now

    def today(self) -> date:
        return self.clock().astimezone(self.zone).date()

    def first_day(self) -> date | None:
        """Return the day of the first turn, None where there is none yet."""
        with self.engine.connect() as db:
            first = db.scalar(select(func.min(TurnRow.at)))
        return first.astimezone(self.zone).date() if first else None

    def due(self) -> list[date]:
        """Return the days that are to be counted, the latest first: those are looked at most."""
        first = self.first_day()
        if first is None:
            return []
        with self.engine.connect() as db:
            settled = set(db.scalars(select(CountedDay.day).where(CountedDay.settled)))
        days = ((self.today() - timedelta(days=n)) for n in range((self.today() - first).days + 1))
        return [day for day in days if day not in settled]

    def catch_up(self) -> None:
        """Count every day that is due, each in a transaction of its own."""
        for day in self.due():
            self.count(day)

    def count_today(self, kept: timedelta) -> None:
        """Count today unless that was done within `kept`, and yesterday where the day has just begun."""
        today = self.today()
        with self.engine.connect() as db:
            counted = select(CountedDay.day).where(CountedDay.counted > self.clock() - kept)
            fresh = set(db.scalars(counted.where(CountedDay.day >= today)))
            known = db.scalar(select(func.count()).where(CountedDay.day == today - timedelta(days=1)))
        if today not in fresh:
            self.count(today)
        if not known:
            self.count(today - timedelta(days=1))

    def count(self, day: date) -> None:
        """Count one day anew, in place of what was counted before; of two at once one does it."""
        start, end = bounds(day, self.zone)
        settled = self.clock() >= end + SETTLED
        with self.engine.connect() as db:
            rows = {
                DailyTurns: list(_turns(db, day, start, end)),
                DailyConversations: list(_conversations(db, day, start, end)),
                DailyTimes: list(_times(db, day, start, end)),
            }
        with suppress(IntegrityError), self.engine.begin() as db:
            db.execute(delete(CountedDay).where(CountedDay.day == day))
            for daily in DAILY:
                db.execute(delete(daily).where(daily.day == day))
            db.execute(insert(CountedDay), {"day": day, "counted": self.clock(), "settled": settled})
            for table, counted in rows.items():
                if counted:
                    db.execute(insert(table), counted)


def bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when a day begins and ends where the desk is: it may have 23 or 25 hours."""
    start = datetime.combine(day, time(), zone)
    return start.astimezone(UTC), datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)


def bucket_of(milliseconds: float) -> int:
    return math.floor(math.log(max(milliseconds, 1.0)) / math.log(BASE))


def _turns(db: Connection, day: date, start: datetime, end: datetime) -> Iterator[dict[str, Any]]:
    query = (
        select(
            TurnRow.language, TurnRow.intent, TurnRow.route, TurnRow.reason, TurnRow.release,
            TurnRow.sentiment, Feedback.helpful,
        )
        .outerjoin(Feedback, (Feedback.session == TurnRow.session) & (Feedback.number == TurnRow.number))
        .where(TurnRow.at >= start, TurnRow.at < end)
    )  # fmt: skip
    counts: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for row in db.execute(query):
        counts[row.language, row.intent or "", row.route, row.reason, row.release].update(
            turns=1,
            negative=int(row.sentiment < UNHAPPY_BELOW),
            up=int(row.helpful is True),
            down=int(row.helpful is False),
        )
    names = ("language", "intent", "route", "reason", "release")
    for key, counted in counts.items():
        yield {"day": day, **dict(zip(names, key, strict=True)), **counted}


def _conversations(db: Connection, day: date, start: datetime, end: datetime) -> Iterator[dict[str, Any]]:
    counts: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    for turns in _begun(db, start, end).values():
        handed_off = any(map(_passed_on, turns))
        csat = turns[0].csat
        counts[_key(turns)].update(
            conversations=1,
            answered=int(not handed_off and any(t.route in ANSWERS for t in turns)),
            handed_off=int(handed_off),
            csat_count=int(csat is not None),
            csat_sum=csat or 0,
        )
    for (language, intent, release), counted in counts.items():
        yield {"day": day, "language": language, "intent": intent, "release": release, **counted}


def _times(db: Connection, day: date, start: datetime, end: datetime) -> Iterator[dict[str, Any]]:
    counts: Counter[tuple[str, str, str, str, int]] = Counter()
    began = select(TurnRow.language, TurnRow.intent, TurnRow.release, TurnRow.ms)
    for row in db.execute(began.where(TurnRow.at >= start, TurnRow.at < end)):
        counts["bot", row.language, row.intent or "", row.release, bucket_of(row.ms)] += 1
    conversations = _begun(db, start, end)
    replies = _first_replies(db, start, end)
    for session, turns in conversations.items():
        asked = next((t.at for t in turns if _passed_on(t)), None)
        if asked and session in replies and replies[session] >= asked:
            waited = (replies[session] - asked).total_seconds() * 1000
            counts["person", *_key(turns), bucket_of(waited)] += 1
    names = ("speaker", "language", "intent", "release", "bucket")
    for key, answers in counts.items():
        yield {"day": day, **dict(zip(names, key, strict=True)), "answers": answers}


def _passed_on(turn: Any) -> bool:
    """Return whether a customer got into the queue by a turn, and was not only offered to."""
    return turn.route == HANDOFF and turn.reason not in GIVEN_UP


def _key(turns: list[Any]) -> tuple[str, str, str]:
    """Return language, topic and release of a conversation: its topic is the first intent acted on."""
    return turns[0].language, next((t.intent for t in turns if t.intent), ""), turns[0].release


def _begun(db: Connection, start: datetime, end: datetime) -> dict[str, list[Any]]:
    """Return the turns of the conversations whose first turn lies in a span."""
    first = select(TurnRow.session).where(TurnRow.at >= start, TurnRow.at < end, TurnRow.number == 1)
    query = (
        select(
            TurnRow.session, TurnRow.at, TurnRow.language, TurnRow.intent, TurnRow.route, TurnRow.reason,
            TurnRow.release, Conversation.csat,
        )
        .join(Conversation, Conversation.session == TurnRow.session)
        .where(TurnRow.session.in_(first))
        .order_by(TurnRow.session, TurnRow.number)
    )  # fmt: skip
    found: dict[str, list[Any]] = defaultdict(list)
    for row in db.execute(query):
        found[row.session].append(row)
    return found


def _first_replies(db: Connection, start: datetime, end: datetime) -> dict[str, datetime]:
    first = select(TurnRow.session).where(TurnRow.at >= start, TurnRow.at < end, TurnRow.number == 1)
    query = (
        select(Remark.session, func.min(Remark.at).label("at"))
        .where(Remark.kind == "reply", Remark.session.in_(first))
        .group_by(Remark.session)
    )
    return {row.session: row.at for row in db.execute(query)}
