"""Tells when negative messages on a topic are more than its history and the day's traffic explain.

For each topic and day the count is compared with the same weekday of the twelve weeks before, as a share of
all messages that the desk had: a day with twice the traffic may have twice as many (a population offset,
Noufaily et al. 2013, doi.org/10.1002/sim.5595, as are the quantiles). All messages, not the topic's own:
where one topic alone grows, something has happened. A day with less traffic than usual is measured as a
usual one, so that a limit holds from the day's first message on.

Counts of complaints vary more than Poisson counts do, so they are taken as negative binomial: dispersion
estimated over all days of the history and not below 1, the uncertainty of the mean added (Farrington et al.
1996, doi.org/10.2307/2983331). A day's limit is the count that is reached by chance with a probability of
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


def watch(intent: str, days: Sequence[date], counts: Ints, traffic: Ints, topics: int) -> Watched:
    """Return the limits of a series' last days, each by the days before it and its own traffic alone.

    `counts` of negative messages and `traffic`, all messages of the desk, both of shape (n,), are of
    consecutive days that end with the last of `days`. History begins with the first day that had any traffic:
    a desk that is new has none, however long the period that is looked at.
    """
    start, born = len(counts) - len(days), int(np.argmax(traffic > 0))
    expected = np.full(len(days), np.nan)
    limit = np.full(len(days), np.nan)
    for row in range(len(days)):
        at = start + row
        before = slice(max(born, at - 7 * WEEKS), at)
        if at - before.start >= 7 * LEAST_WEEKS and traffic[before].any():
            expected[row], dispersion = _explained(counts[before], traffic[before], int(traffic[at]))
            limit[row] = max(upper_limit(expected[row], dispersion, FAMILY / max(topics, 1)), LEAST_COUNT)
    return Watched(intent, tuple(days), counts[start:], expected, limit)


def _explained(history: Ints, traffic: Ints, today: int) -> tuple[float, float]:
    """Return the mean expected on the day after a history, and the variance of the count over that mean."""
    weekday = np.arange(len(history)) % 7
    messages = np.bincount(weekday, traffic, minlength=7)
    # half a message more than there were: a topic that had none may have one
    negative = np.bincount(weekday, history, minlength=7) + 0.5
    overall = negative.sum() / messages.sum()  # of a weekday on which nobody has written yet
    shares = np.divide(negative, messages, out=np.full(7, overall), where=messages > 0)
    means = shares[weekday] * traffic
    known = means > 0
    spread = (history[known] - means[known]) ** 2 / means[known]
    dispersion = max(1.0, float(spread.sum() / max(len(spread) - 7, 1)))
    next_day = len(history) % 7
    usual = messages[next_day] / np.count_nonzero(weekday == next_day)
    expected = shares[next_day] * max(today, usual, 1)
    return float(expected), dispersion * (1 + max(today, usual) / max(float(messages[next_day]), 1.0))


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
    turns = select(DailyTurns.day, func.sum(DailyTurns.turns)).where(*span[:2]).group_by(DailyTurns.day)
    with engine.connect() as db:
        earliest = db.scalar(select(func.min(CountedDay.day)))
        traffic = db.execute(turns).all()
        topics = db.scalar(select(func.count(DailyTurns.intent.distinct())).where(*span)) or 0
        rows = db.execute(query if intent is None else query.where(DailyTurns.intent == intent)).all()
    if earliest is None:
        return
    begin = min(max(begin, earliest), first)
    length = (last - begin).days + 1
    series = {row.intent: np.zeros(length, np.int64) for row in rows}
    all_turns = np.zeros(length, np.int64)
    for day, count in traffic:
        all_turns[(day - begin).days] = int(count)
    for row in rows:
        series[row.intent][(row.day - begin).days] += int(row.negative)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    for name, counts in sorted(series.items()):
        if counts.any():
            yield watch(name, days, counts, all_turns, topics)


def raise_alerts(engine: Engine, today: date) -> list[str]:
    """Keep an alert for each topic that is beyond its limit today or was yesterday; return the new ones.

    A topic has one alert a day. A count that is beyond the limit of a usual day is an alarm before the day is
    over.
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
