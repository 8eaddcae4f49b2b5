"""Tells when negative messages on a topic are more than its history explains.

For each topic and day the count is compared with the same weekday of the twelve weeks before. Counts of
complaints vary more than Poisson counts do, so they are taken as negative binomial: mean of the weekday,
dispersion estimated over all days of the history and not below 1, the uncertainty of the mean added
(Farrington et al. 1996, doi.org/10.2307/2983331; quantiles of the negative binomial as in Noufaily et al.
2013, doi.org/10.1002/sim.5595). A day's limit is the count that is reached by chance with a probability of
`FAMILY` divided by the number of topics (Bonferroni), so that on at most one day in fifty there is any
false alarm, whatever the number of topics.

Not covered: what rises slowly over months becomes history, and a holiday is compared with usual days.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc
from sqlalchemy import Engine, func, insert, select
from sqlalchemy.exc import IntegrityError

from data.tables import AlertRow, CountedDay, DailyTurns

FAMILY = 0.02  # chance of any false alarm on a day
WEEKS = 12
LEAST_WEEKS = 4  # of history, before which nothing is an alarm
TRIED = 32  # counts that are looked at in one go
LEAST_COUNT = 5  # negative messages, under which nothing is an alarm
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Watched:
    """One topic's negative messages day by day, what was expected, and from which count on it is an alarm."""

    intent: str
    days: tuple[date, ...]
    negative: Ints  # shape (days,)
    expected: Floats  # nan where there is too little history
    limit: Floats  # the least count that is an alarm; nan where there is too little history

    @property
    def alarms(self) -> NDArray[np.bool_]:
        return np.asarray(self.negative >= self.limit)  # a comparison with nan is false


def watch(intent: str, days: Sequence[date], counts: Ints, topics: int) -> Watched:
    """Return the limits of a series' last days, each by the days before it alone.

    `counts`, shape (n,), are of consecutive days that end with the last of `days`.
    """
    start = len(counts) - len(days)
    expected = np.full(len(days), np.nan)
    limit = np.full(len(days), np.nan)
    for row in range(len(days)):
        history = counts[max(0, start + row - 7 * WEEKS) : start + row]
        if len(history) >= 7 * LEAST_WEEKS:
            expected[row], dispersion = _explained(history)
            limit[row] = max(upper_limit(expected[row], dispersion, FAMILY / max(topics, 1)), LEAST_COUNT)
    return Watched(intent, tuple(days), counts[start:], expected, limit)


def _explained(history: Ints) -> tuple[float, float]:
    """Return the mean expected on the day after a history, and the variance of the count over that mean."""
    weekday = np.arange(len(history)) % 7
    days = np.bincount(weekday, minlength=7)
    # half a message more than there were: a topic that had none may have one
    means = (np.bincount(weekday, history, minlength=7) + 0.5) / days
    spread = (history - means[weekday]) ** 2 / means[weekday]
    dispersion = max(1.0, float(spread.sum() / (len(history) - 7)))
    next_day = len(history) % 7
    return float(means[next_day]), dispersion * (1 + 1 / float(days[next_day]))


def upper_limit(mean: float, dispersion: float, chance: float) -> int:
    """Return the least count that a negative binomial of this mean and variance ratio hardly ever reaches."""
    size, success = mean / (dispersion - 1), 1 / dispersion
    first = max(1, int(mean))
    while True:
        rare = betainc(np.arange(first, first + TRIED), size, 1 - success) <= chance
        if rare.any():
            return first + int(rare.argmax())
        first += TRIED


def watch_topics(engine: Engine, first: date, last: date, intent: str | None = None) -> Iterator[Watched]:
    """Yield the topics with their negative messages from `first` to `last`; one that had none is left out.

    A topic's limits take milliseconds, and a file of all of them is sent as they are found. History begins
    with the earliest day that is counted.
    """
    begin = first - timedelta(weeks=WEEKS)
    span = [DailyTurns.day >= begin, DailyTurns.day <= last, DailyTurns.intent != ""]
    negative = func.sum(DailyTurns.negative).label("negative")
    query = (
        select(DailyTurns.intent, DailyTurns.day, negative)
        .where(*span)
        .group_by(DailyTurns.intent, DailyTurns.day)
    )
    with engine.connect() as db:
        earliest = db.scalar(select(func.min(CountedDay.day)))
        topics = db.scalar(select(func.count(DailyTurns.intent.distinct())).where(*span)) or 0
        rows = db.execute(query if intent is None else query.where(DailyTurns.intent == intent)).all()
    if earliest is None:
        return
    begin = min(max(begin, earliest), first)
    series = {row.intent: np.zeros((last - begin).days + 1, np.int64) for row in rows}
    for row in rows:
        series[row.intent][(row.day - begin).days] += int(row.negative)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    yield from (watch(name, days, counts, topics) for name, counts in sorted(series.items()) if counts.any())


def raise_alerts(engine: Engine, today: date) -> list[str]:
    """Keep an alert for each topic that is beyond its limit today or was yesterday; return the new ones.

    A topic has one alert a day. A count of today that is beyond the limit of a whole day stays so.
    """
    new = []
    for watched in watch_topics(engine, today - timedelta(days=1), today):
        for at in np.flatnonzero(watched.alarms):
            row = {
                "day": watched.days[at], "intent": watched.intent, "negative": int(watched.negative[at]),
                "expected": round(float(watched.expected[at]), 2), "limit": int(watched.limit[at]),
            }  # fmt: skip
            try:
                with engine.begin() as db:
                    db.execute(insert(AlertRow), row)
                new.append(watched.intent)
            except IntegrityError:
                continue  # known already
    return new


def alerts(engine: Engine, first: date, last: date) -> list[AlertRow]:
    """Return the alerts of a period, the latest first."""
    query = select(AlertRow.__table__).where(AlertRow.day >= first, AlertRow.day <= last)
    with engine.connect() as db:
        rows = db.execute(query.order_by(AlertRow.day.desc(), AlertRow.intent))
        return [AlertRow(**row._mapping) for row in rows]
