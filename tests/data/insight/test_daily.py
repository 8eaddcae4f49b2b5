"""Days are the desk's own, and are counted again until they are settled."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, func, select

from data.insight.daily import SETTLED, Daily, bounds, bucket_of
from data.tables import CountedDay, DailyConversations, DailyTimes, DailyTurns
from tests.data.conftest import Talk

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
DAY = date(2026, 3, 10)


def daily(engine: Engine, now: datetime, zone: ZoneInfo = SHANGHAI) -> Daily:
    return Daily(engine, zone, clock=lambda: now)


def turns_of(engine: Engine) -> dict[date, int]:
    with engine.connect() as db:
        query = select(DailyTurns.day, func.sum(DailyTurns.turns)).group_by(DailyTurns.day)
        return {row[0]: row[1] for row in db.execute(query)}


def test_a_turn_belongs_to_the_desks_day(engine: Engine, talk: Talk) -> None:
    talk(datetime(2026, 3, 10, 15, 59, 59, tzinfo=UTC), ("answer", {}))  # a second before midnight there
    talk(datetime(2026, 3, 10, 16, 0, 0, tzinfo=UTC), ("answer", {}))
    daily(engine, datetime(2026, 3, 12, tzinfo=UTC)).catch_up()
    assert turns_of(engine) == {DAY: 1, DAY + timedelta(days=1): 1}


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (DAY, 24)])
def test_a_day_is_as_long_as_the_clocks_say(day: date, hours: int) -> None:
    start, end = bounds(day, BERLIN)
    assert (end - start) == timedelta(hours=hours)


def test_what_comes_late_is_counted_until_the_day_is_settled(engine: Engine, talk: Talk) -> None:
    noon = datetime(2026, 3, 10, 4, tzinfo=UTC)
    talk(noon, ("answer", {}))
    daily(engine, noon + timedelta(hours=1)).catch_up()
    talk(noon + timedelta(hours=2), ("answer", {}))
    late = daily(engine, noon + timedelta(days=1))
    late.catch_up()
    assert turns_of(engine)[DAY] == 2
    end = bounds(DAY, SHANGHAI)[1]
    daily(engine, end + SETTLED).catch_up()
    talk(noon + timedelta(hours=3), ("answer", {}))
    settled = daily(engine, end + SETTLED + timedelta(hours=1))
    assert DAY not in settled.due()
    settled.catch_up()
    assert turns_of(engine)[DAY] == 2


def test_today_is_counted_when_it_is_asked_for(engine: Engine, talk: Talk) -> None:
    now = datetime(2026, 3, 10, 4, tzinfo=UTC)
    talk(now, ("answer", {}))
    today = daily(engine, now)
    today.count_today(timedelta(seconds=20))
    talk(now, ("answer", {}))
    today.count_today(timedelta(seconds=20))
    assert turns_of(engine)[DAY] == 1  # what was counted a moment ago is kept
    daily(engine, now + timedelta(seconds=30)).count_today(timedelta(seconds=20))
    assert turns_of(engine)[DAY] == 2


def test_a_conversation_counts_where_it_began(engine: Engine, talk: Talk) -> None:
    began = datetime(2026, 3, 10, 15, 59, tzinfo=UTC)  # its second turn is of the next day
    talk(
        began, ("answer", {"intent": None}), ("handoff", {"intent": "human_agent"}),
        csat=4, replied=began + timedelta(minutes=1, seconds=90),
    )  # fmt: skip
    talk(began, ("answer", {}), ("social", {}), thumbs={1: True, 2: False})
    daily(engine, datetime(2026, 3, 12, tzinfo=UTC)).catch_up()
    with engine.connect() as db:
        table = DailyConversations
        rows = {
            (r.intent, r.conversations, r.answered, r.handed_off, r.csat_count, r.csat_sum)
            for r in db.execute(select(table.__table__).where(table.day == DAY))
        }
        people = db.execute(select(DailyTimes.__table__).where(DailyTimes.speaker == "person")).one()
        up, down = db.execute(select(func.sum(DailyTurns.up), func.sum(DailyTurns.down))).one()
    assert rows == {("human_agent", 1, 0, 1, 1, 4), ("track_order", 1, 1, 0, 0, 0)}
    assert (people.day, people.bucket, people.answers) == (DAY, bucket_of(90_000), 1)
    assert (up, down) == (1, 1)


def test_an_empty_log_has_no_days(engine: Engine) -> None:
    empty = daily(engine, datetime(2026, 3, 10, tzinfo=UTC))
    assert (empty.first_day(), empty.due()) == (None, [])
    empty.count_today(timedelta(0))
    with engine.connect() as db:
        assert set(db.scalars(select(CountedDay.day))) == {DAY, DAY - timedelta(days=1)}


def test_who_was_only_offered_a_person_is_not_handed_over(engine: Engine, talk: Talk) -> None:
    noon = datetime(2026, 3, 10, 4, tzinfo=UTC)
    offered = ("handoff", {"reason": "not_understood_twice"})
    talk(noon, ("refuse", {}), offered)
    talk(noon, offered, ("handoff", {"reason": "asked_for_a_person"}), replied=noon + timedelta(seconds=90))
    daily(engine, noon + timedelta(hours=1)).catch_up()
    with engine.connect() as db:
        counted = db.execute(
            select(func.sum(DailyConversations.conversations), func.sum(DailyConversations.handed_off))
        ).one()
        waited = db.scalars(select(DailyTimes.bucket).where(DailyTimes.speaker == "person")).all()
    assert tuple(counted) == (2, 1)
    assert waited == [bucket_of(30_000)]  # from the second turn on, a minute after the first
