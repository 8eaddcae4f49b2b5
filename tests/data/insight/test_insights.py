"""The figures of the daily counts are those of the log itself."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, select

from data.errors import InsightsError
from data.insight.daily import BASE, Daily
from data.insight.insights import Insights, Period
from data.tables import TurnRow
from tests.data.conftest import Talk

ZONE = ZoneInfo("Asia/Shanghai")
FIRST, LAST = date(2026, 5, 1), date(2026, 5, 20)
NOW = datetime(2026, 6, 1, tzinfo=UTC)
ROUTES = ("answer", "search", "refuse", "clarify", "handoff", "social")
INTENTS = ("track_order", "get_refund", None)


@pytest.fixture
def insights(engine: Engine, talk: Talk) -> Insights:
    """Two hundred conversations of chance, over days before, in and after the period."""
    chance = random.Random(5)
    for _ in range(200):
        at = datetime(2026, 4, 10, tzinfo=UTC) + timedelta(seconds=chance.random() * 50 * 86400)
        turns = [
            (
                chance.choice(ROUTES),
                {
                    "intent": chance.choice(INTENTS), "language": chance.choice(("en", "zh")),
                    "release": chance.choice(("r1", "r2")), "sentiment": chance.uniform(-1, 1),
                    "ms": chance.lognormvariate(3, 0.5), "reason": chance.choice(("one", "two")),
                },
            )
            for _ in range(chance.randint(1, 4))
        ]  # fmt: skip
        csat = chance.choice([None, 1, 5])
        talk(at, *turns, csat=csat, thumbs={1: chance.random() < 0.5} if chance.random() < 0.3 else None)
    daily = Daily(engine, ZONE, clock=lambda: NOW)
    daily.catch_up()
    return Insights(daily)


@pytest.fixture
def log(engine: Engine, insights: Insights) -> list[Any]:
    with engine.connect() as db:
        return list(db.execute(select(TurnRow.__table__)))


def day_of(row: Any) -> date:
    at: datetime = row.at
    return at.astimezone(ZONE).date()


@pytest.mark.parametrize(
    "only", [{}, {"language": "zh"}, {"intent": "get_refund"}, {"release": "r2"}], ids=str
)
def test_counts_of_turns_are_those_of_the_log(
    only: dict[str, str], insights: Insights, log: list[Any]
) -> None:
    found = insights.figures(Period(FIRST, LAST, **only))
    rows = [
        r for r in log
        if FIRST <= day_of(r) <= LAST and all(getattr(r, name) == value for name, value in only.items())
    ]  # fmt: skip
    assert found.turns == len(rows) > 20
    assert found.negative == sum(r.details["sentiment"] < 0 for r in rows)
    assert found.out_of_scope == sum(r.route == "refuse" for r in rows)
    assert found.bot_ms == pytest.approx(median(r.ms for r in rows), rel=BASE - 1)


def test_counts_of_conversations_are_those_of_the_log(insights: Insights, log: list[Any]) -> None:
    sessions: dict[str, list[Any]] = {}
    for row in sorted(log, key=lambda r: r.number):
        sessions.setdefault(row.session, []).append(row)
    within = [turns for turns in sessions.values() if FIRST <= day_of(turns[0]) <= LAST]
    routes = [{t.route for t in turns} for turns in within]
    found = insights.figures(Period(FIRST, LAST))
    assert found.conversations == len(within)
    assert found.handed_off == sum("handoff" in r for r in routes)
    assert found.answered == sum(
        "handoff" not in r and bool(r & {"answer", "search", "social"}) for r in routes
    )


@pytest.mark.parametrize("dimension", ["day", "language", "release", "intent"])
def test_the_parts_add_up_to_the_whole(dimension: str, insights: Insights) -> None:
    period = Period(FIRST, LAST)
    rows, whole = insights.by(dimension, period), insights.figures(period).as_row()
    for name in ("turns", "conversations", "answered", "handed_off", "negative", "up", "down", "csat_sum"):
        assert sum(row[name] for row in rows) == whole[name]
    if dimension == "day":
        assert [row["day"] for row in rows] == [FIRST + timedelta(days=n) for n in range(20)]


def test_what_is_read_at_once_is_what_is_read_apart(insights: Insights) -> None:
    period = Period(FIRST, LAST, language="en")
    assert insights.overview(period) == {
        "figures": insights.figures(period).as_row(),
        "before": insights.figures(period.before).as_row(),
        "days": insights.by("day", period),
        "languages": insights.by("language", period),
        "releases": insights.by("release", period),
    }
    assert (period.before.first, period.before.last) == (date(2026, 4, 11), date(2026, 4, 30))


def test_reasons_and_topics_are_those_of_the_log(insights: Insights, log: list[Any]) -> None:
    rows = [r for r in log if FIRST <= day_of(r) <= LAST]
    reasons = Counter(r.reason for r in rows if r.route == "handoff")
    assert {r["reason"]: r["turns"] for r in insights.reasons(Period(FIRST, LAST))} == reasons
    negative = Counter(r.intent for r in rows if r.intent and r.details["sentiment"] < 0)
    assert {r["intent"]: r["negative"] for r in insights.topics(Period(FIRST, LAST))} == negative


def test_questions_without_an_answer_are_grouped(engine: Engine, talk: Talk) -> None:
    at = datetime(2026, 5, 5, tzinfo=UTC)
    near = {"intents": [{"id": "gift_card"}], "passages": [{"score": 0.8}]}
    far = {"intents": [{"id": "gift_card"}], "passages": [{"score": 0.2}]}
    for text, details in (
        ("can I pay with two cards", near),
        ("gift cards abroad?", far),
        ("gift cards abroad?", far),
    ):
        talk(at, ("refuse", {"text": text, "details": details, "intent": None}))
    talk(at, ("search", {"text": "engraving?", "details": {"intents": [], "passages": []}, "intent": None}))
    talk(at, ("answer", {"text": "where is it"}))
    first, second = Insights(Daily(engine, ZONE)).unanswered(Period(FIRST, LAST))
    assert (first["nearest"], first["questions"], first["no_article"], first["searched"]) == (
        "gift_card",
        3,
        2,
        0,
    )
    assert [(t["text"], t["times"]) for t in first["texts"]] == [
        ("gift cards abroad?", 2), ("can I pay with two cards", 1),
    ]  # fmt: skip
    assert (second["nearest"], second["questions"], second["searched"]) == ("", 0, 1)


def test_the_raw_turns_are_all_there(insights: Insights, log: list[Any]) -> None:
    rows = list(insights.turns(Period(FIRST, LAST)))
    assert len(rows) == sum(FIRST <= day_of(r) <= LAST for r in log)
    assert [r["at"] for r in rows] == sorted(r["at"] for r in rows)


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(InsightsError, match="ends after it begins"):
        Period(LAST, FIRST)


def test_nothing_is_a_share_of_nothing(engine: Engine) -> None:
    row = Insights(Daily(engine, ZONE)).figures(Period(FIRST, LAST)).as_row()
    assert {row[name] for name in row if name.endswith("_share")} | {row["csat"], row["bot_ms"]} == {None}
