"""An alarm is what history does not explain: rare on usual days, sure on bad ones."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import nbinom
from sqlalchemy import Engine, insert

from data.insight.alerts import (
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
from data.insight.daily import Daily
from data.tables import CountedDay, DailyTurns
from tests.data.conftest import Talk

TODAY = date(2026, 6, 1)
TOPICS = 50
HISTORY = 7 * WEEKS
TRAFFIC = 2000  # messages a day
WEEKEND = np.array([1.3, 1.1, 1.0, 1.0, 1.1, 0.8, 0.7])  # of the weekday's mean


def days(count: int) -> list[date]:
    return [TODAY - timedelta(days=n) for n in range(count)][::-1]


def history(mean: float, count: int, dispersion: float, seed: int) -> NDArray[np.int64]:
    """Return negative-binomial counts with a weekly rhythm, shape (TOPICS, count)."""
    means = np.broadcast_to(mean * WEEKEND[np.arange(count) % 7], (TOPICS, count))
    return negative_binomial(means, dispersion, seed)


def negative_binomial(means: NDArray[np.float64], dispersion: float, seed: int) -> NDArray[np.int64]:
    """Return counts of these means and this variance ratio, shape (TOPICS, days)."""
    means = np.broadcast_to(means, (TOPICS, means.shape[-1]))
    drawn = np.random.default_rng(seed).negative_binomial(means / (dispersion - 1), 1 / dispersion)
    return np.asarray(drawn, np.int64)


def usual(watched: int) -> NDArray[np.int64]:
    """Return the usual traffic of a history and the days watched after it."""
    return np.full(HISTORY + watched, TRAFFIC)


def false_alarms(counts: NDArray[np.int64], traffic: NDArray[np.int64], watched: int) -> float:
    """Return the share of days that have any alarm, all topics together."""
    alarms = np.array([watch("t", days(watched), row, traffic, TOPICS).alarms for row in counts])
    return float(alarms.any(0).mean())


@pytest.mark.parametrize(("mean", "dispersion"), [(0.4, 1.3), (7.0, 1.01), (7.0, 1.8), (60.0, 3.0)])
def test_the_limit_is_the_quantile_of_the_distribution(mean: float, dispersion: float) -> None:
    limit = upper_limit(mean, dispersion, 1e-3)
    of = nbinom(mean / (dispersion - 1), 1 / dispersion)
    assert of.sf(limit - 1) <= 1e-3 < of.sf(limit - 2)


@pytest.mark.parametrize(("mean", "dispersion"), [(0.5, 1.2), (3.0, 1.2), (10.0, 1.5), (40.0, 2.0)])
def test_false_alarms_are_as_rare_as_was_said(mean: float, dispersion: float) -> None:
    watched = 60
    share = false_alarms(history(mean, HISTORY + watched, dispersion, seed=1), usual(watched), watched)
    print(f"mean {mean}, dispersion {dispersion}: a false alarm on {share:.1%} of days")
    assert share <= 3 * FAMILY


@pytest.mark.parametrize(("mean", "dispersion"), [(0.5, 1.2), (3.0, 1.2), (10.0, 1.5), (40.0, 2.0)])
@pytest.mark.parametrize("traffic", ["doubles", "varies", "grows", "halves"])
def test_traffic_alone_gives_no_more_false_alarms(traffic: str, mean: float, dispersion: float) -> None:
    """The share of unhappy messages stays what it was, whatever the traffic does."""
    watched, chance = 60, np.random.default_rng(4)
    size = usual(watched).astype(float)
    days_on = np.arange(len(size)) >= HISTORY
    size *= {
        "doubles": np.where(days_on, 2.0, 1.0),
        "varies": chance.lognormal(0, 0.4, len(size)),
        "grows": np.linspace(1, 3, len(size)),
        "halves": np.where(days_on, 0.5, 1.0),
    }[traffic]
    messages = size.astype(np.int64)
    means = mean * WEEKEND[np.arange(len(size)) % 7] * messages / usual(watched)
    counts = negative_binomial(means, dispersion, seed=5)
    share = false_alarms(counts, messages, watched)
    print(f"traffic {traffic}, mean {mean}: a false alarm on {share:.1%} of days")
    assert share <= 3 * FAMILY


def test_while_the_day_goes_on_no_more_is_an_alarm() -> None:
    """Looked at forty times on each of a hundred days with twice the traffic."""
    counts = history(10.0, HISTORY + 1, 1.5, seed=6)
    chance = np.random.default_rng(7)
    alarmed = np.zeros(100, bool)
    for day in range(len(alarmed)):
        row, traffic = counts[day % TOPICS].copy(), usual(1)
        written = np.cumsum(chance.random(2 * TRAFFIC) < 10.0 * WEEKEND[0] / TRAFFIC)
        for share in np.linspace(0.02, 1, 40):
            traffic[-1] = int(share * len(written))
            row[-1] = written[traffic[-1] - 1]
            alarmed[day] |= watch("t", days(1), row, traffic, TOPICS).alarms[0]
    print(f"a topic alarms falsely on {alarmed.mean():.2%} of such days")
    assert alarmed.mean() <= 0.01


def test_twice_the_traffic_explains_twice_the_messages() -> None:
    counts, traffic = np.full(HISTORY + 1, 10), np.full(HISTORY + 1, TRAFFIC)
    counts[-1] = 20
    alone = watch("t", days(1), counts, traffic, TOPICS)
    traffic[-1] *= 2
    explained = watch("t", days(1), counts, traffic, TOPICS)
    assert (alone.expected[0], explained.expected[0]) == pytest.approx((10, 20), rel=0.01)
    assert explained.limit[0] > 1.5 * alone.limit[0]
    assert not explained.alarms[0]
    counts[-1] = 45  # more than twice the traffic explains
    assert watch("t", days(1), counts, traffic, TOPICS).alarms[0]


def test_a_quiet_day_is_measured_as_a_usual_one() -> None:
    counts, traffic = np.full(HISTORY + 1, 10), np.full(HISTORY + 1, TRAFFIC)
    usual_day = watch("t", days(1), counts, traffic, TOPICS)
    traffic[-1] = 3
    assert watch("t", days(1), counts, traffic, TOPICS).limit[0] == usual_day.limit[0]


def test_a_weekday_without_traffic_has_the_share_of_the_others() -> None:
    traffic = np.array([TRAFFIC] * 6 + [0])[np.arange(HISTORY + 7) % 7]
    counts = np.where(traffic > 0, 10, 0)
    traffic[-1] = TRAFFIC
    assert watch("t", days(1), counts, traffic, TOPICS).expected[0] == pytest.approx(10, rel=0.02)


@pytest.mark.parametrize(("mean", "times", "least"), [(3.0, 5.0, 0.6), (10.0, 3.0, 0.8), (40.0, 2.0, 0.8)])
def test_a_rise_is_found(mean: float, times: float, least: float) -> None:
    counts = history(mean, HISTORY + 1, 1.3, seed=2)
    counts[:, -1] = history(mean * times, HISTORY + 1, 1.3, seed=3)[:, -1]
    found = np.mean([watch("t", days(1), row, usual(1), TOPICS).alarms[0] for row in counts])
    print(f"{times} times a mean of {mean}: found on its first day in {found:.0%}")
    assert found >= least


def test_tiny_numbers_are_no_alarm() -> None:
    counts = np.zeros(HISTORY + 1, np.int64)
    counts[-1] = LEAST_COUNT - 1
    assert not watch("t", days(1), counts, np.full(len(counts), TRAFFIC), TOPICS).alarms[0]
    counts[-1] = LEAST_COUNT + 1
    assert watch("t", days(1), counts, np.full(len(counts), TRAFFIC), TOPICS).alarms[0]


def test_a_short_history_explains_nothing() -> None:
    counts = np.full(7 * LEAST_WEEKS, 3)
    counts[-1] = 1000
    watched = watch("t", days(1), counts, np.full(len(counts), TRAFFIC), TOPICS)
    assert np.isnan(watched.limit[0])
    assert not watched.alarms[0]


def test_days_before_the_first_message_are_no_history() -> None:
    """A period of thirty days of a desk that is two days old."""
    counts, traffic = np.zeros(30, np.int64), np.zeros(30, np.int64)
    counts[-2:], traffic[-2:] = 6, 160
    watched = watch("t", days(30), counts, traffic, TOPICS)
    assert np.isnan(watched.limit).all()
    assert not watched.alarms.any()


def test_a_day_is_measured_by_the_same_weekday() -> None:
    counts = np.array(([20] + [1] * 6) * WEEKS + [20])
    watched = watch("t", days(1), counts, np.full(len(counts), TRAFFIC), TOPICS)
    assert watched.expected[0] == pytest.approx(20, rel=0.01)
    assert not watched.alarms[0]
    counts = np.array(([1] * 7) * WEEKS + [20])
    assert watch("t", days(1), counts, np.full(len(counts), TRAFFIC), TOPICS).alarms[0]


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
