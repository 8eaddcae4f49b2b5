"""An alarm is what history does not explain: rare on usual days, sure on bad ones."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import nbinom
from sqlalchemy import Engine, insert

from data.alerts import (
    FAMILY,
    LEAST_COUNT,
    LEAST_WEEKS,
    WEEKS,
    alerts,
    raise_alerts,
    upper_limit,
    watch,
    watch_topics,
)
from data.daily import Daily
from data.tables import CountedDay, DailyTurns
from tests.data.conftest import Talk

TODAY = date(2026, 6, 1)
TOPICS = 50
HISTORY = 7 * WEEKS
WEEKEND = np.array([1.3, 1.1, 1.0, 1.0, 1.1, 0.8, 0.7])  # of the weekday's mean


def days(count: int) -> list[date]:
    return [TODAY - timedelta(days=n) for n in range(count)][::-1]


def history(mean: float, count: int, dispersion: float, seed: int) -> NDArray[np.int64]:
    """Return negative-binomial counts with a weekly rhythm, shape (TOPICS, count)."""
    means = np.broadcast_to(mean * WEEKEND[np.arange(count) % 7], (TOPICS, count))
    return np.asarray(
        np.random.default_rng(seed).negative_binomial(means / (dispersion - 1), 1 / dispersion), np.int64
    )


@pytest.mark.parametrize(("mean", "dispersion"), [(0.4, 1.3), (7.0, 1.01), (7.0, 1.8), (60.0, 3.0)])
def test_the_limit_is_the_quantile_of_the_distribution(mean: float, dispersion: float) -> None:
    limit = upper_limit(mean, dispersion, 1e-3)
    of = nbinom(mean / (dispersion - 1), 1 / dispersion)
    assert of.sf(limit - 1) <= 1e-3 < of.sf(limit - 2)


@pytest.mark.parametrize(("mean", "dispersion"), [(0.5, 1.2), (3.0, 1.2), (10.0, 1.5), (40.0, 2.0)])
def test_false_alarms_are_as_rare_as_was_said(mean: float, dispersion: float) -> None:
    watched = 60
    counts = history(mean, HISTORY + watched, dispersion, seed=1)
    alarms = np.array([watch("t", days(watched), row, TOPICS).alarms for row in counts])
    share = alarms.any(0).mean()  # of the days that have any false alarm, all topics together
    print(f"mean {mean}, dispersion {dispersion}: a false alarm on {share:.1%} of days")
    assert share <= 3 * FAMILY


@pytest.mark.parametrize(("mean", "times", "least"), [(3.0, 5.0, 0.6), (10.0, 3.0, 0.8), (40.0, 2.0, 0.8)])
def test_a_rise_is_found(mean: float, times: float, least: float) -> None:
    counts = history(mean, HISTORY + 1, 1.3, seed=2)
    counts[:, -1] = history(mean * times, HISTORY + 1, 1.3, seed=3)[:, -1]
    found = np.mean([watch("t", days(1), row, TOPICS).alarms[0] for row in counts])
    print(f"{times} times a mean of {mean}: found on its first day in {found:.0%}")
    assert found >= least


def test_tiny_numbers_are_no_alarm() -> None:
    counts = np.zeros(HISTORY + 1, np.int64)
    counts[-1] = LEAST_COUNT - 1
    assert not watch("t", days(1), counts, TOPICS).alarms[0]
    counts[-1] = LEAST_COUNT + 1
    assert watch("t", days(1), counts, TOPICS).alarms[0]


def test_a_short_history_explains_nothing() -> None:
    counts = np.full(7 * LEAST_WEEKS, 3)
    counts[-1] = 1000
    watched = watch("t", days(1), counts, TOPICS)
    assert np.isnan(watched.limit[0])
    assert not watched.alarms[0]


def test_a_day_is_measured_by_the_same_weekday() -> None:
    counts = np.array(([20] + [1] * 6) * WEEKS + [20])
    watched = watch("t", days(1), counts, TOPICS)
    assert watched.expected[0] == pytest.approx(20, rel=0.01)
    assert not watched.alarms[0]
    assert watch("t", days(1), np.array(([1] * 7) * WEEKS + [20]), TOPICS).alarms[0]


@pytest.fixture
def quiet(engine: Engine) -> Engine:
    """A database with thirteen weeks of two negative messages a day on each of two topics."""
    with engine.begin() as db:
        for n in range(1, 92):
            day = TODAY - timedelta(days=n)
            db.execute(insert(CountedDay), {"day": day, "counted": datetime.now(UTC), "settled": True})
            for intent in ("get_refund", "track_order"):
                key = {"day": day, "language": "en", "intent": intent, "route": "answer", "reason": "sure"}
                counts = {"release": "r", "turns": 9, "negative": 2, "up": 0, "down": 0}
                db.execute(insert(DailyTurns), key | counts)
    return engine


def test_an_alert_is_kept_once_a_day_and_topic(quiet: Engine, talk: Talk) -> None:
    for _ in range(15):
        talk(datetime(2026, 6, 1, 4, tzinfo=UTC), ("answer", {"intent": "get_refund", "sentiment": -0.9}))
    talk(datetime(2026, 6, 1, 4, tzinfo=UTC), ("answer", {"intent": "track_order", "sentiment": -0.9}))
    Daily(quiet, ZoneInfo("Asia/Shanghai")).count(TODAY)
    assert raise_alerts(quiet, TODAY) == ["get_refund"]
    assert raise_alerts(quiet, TODAY) == []
    (kept,) = alerts(quiet, TODAY, TODAY)
    assert (kept.day, kept.intent, kept.negative, kept.sent) == (TODAY, "get_refund", 15, None)
    assert kept.expected == pytest.approx(2, abs=0.1)
    assert kept.limit <= 15


def test_a_usual_day_has_no_alert(quiet: Engine) -> None:
    assert raise_alerts(quiet, TODAY - timedelta(days=1)) == []


def test_one_topic_has_the_limits_it_has_among_all(quiet: Engine) -> None:
    first = TODAY - timedelta(days=9)
    both = list(watch_topics(quiet, first, TODAY - timedelta(days=1)))
    (alone,) = watch_topics(quiet, first, TODAY - timedelta(days=1), "track_order")
    assert [w.intent for w in both] == ["get_refund", "track_order"]
    assert alone.limit.tolist() == both[1].limit.tolist()
    assert len(alone.days) == 9
