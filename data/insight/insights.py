"""What the log says of a period: figures, rows of charts, questions without an answer."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, func, select

from data.errors import InsightsError
from data.insight.daily import BASE, HANDOFF, Daily, bounds
from data.log.mood import UNHAPPY_BELOW
from data.tables import CountedDay, DailyConversations, DailyTimes, DailyTurns, TurnRow

REFUSED = ("refuse", "clarify")  # routes of questions without an answer
UNANSWERED = (*REFUSED, "search")
LOOKED_AT = 20_000  # latest questions without an answer among which those near one intent are looked for
ALREADY = (
    "in_the_queue",
    "with_a_person",
    "about_the_wait",
)  # reasons of those who have one, or wait for one
READ = 2000  # latest questions without an answer that are grouped
GROUPS = 30
TEXTS = 5
NEAR = 0.45  # score from which an article is near enough to a question to be quoted (bot.answer)
DIMENSIONS = ("day", "language", "intent", "release")
CONVERSATIONS = ("conversations", "answered", "handed_off", "csat_count", "csat_sum")
Row = dict[str, Any]


@dataclass(frozen=True)
class Period:
    """Days of the desk, both ends included, and what to look at only."""

    first: date
    last: date
    language: str | None = None
    intent: str | None = None
    release: str | None = None

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise InsightsError(f"a period ends after it begins, {self.first} to {self.last} does not")

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def before(self) -> "Period":
        """Return the period of the same length that ends where this begins."""
        long = timedelta(days=self.days)
        return Period(self.first - long, self.last - long, self.language, self.intent, self.release)

    def holds(self, table: Any) -> list[ColumnElement[bool]]:
        """Return the conditions that rows of a daily table must meet."""
        wanted = {"language": self.language, "intent": self.intent, "release": self.release}
        return [
            table.day >= self.first, table.day <= self.last,
            *(getattr(table, name) == value for name, value in wanted.items() if value is not None),
        ]  # fmt: skip


@dataclass(frozen=True)
class Figures:
    """The headline figures of some turns and conversations; None is a share of nothing."""

    turns: int = 0
    conversations: int = 0
    answered: int = 0
    handed_off: int = 0
    out_of_scope: int = 0
    negative: int = 0
    up: int = 0
    down: int = 0
    csat_count: int = 0
    csat_sum: int = 0
    bot_ms: float | None = None  # median
    person_ms: float | None = None

    def as_row(self) -> Row:
        """Return counts and shares, the same names in the page, its charts and its files."""
        return {
            **asdict(self),
            "answered_share": _share(self.answered, self.conversations),
            "handed_off_share": _share(self.handed_off, self.conversations),
            "out_of_scope_share": _share(self.out_of_scope, self.turns),
            "negative_share": _share(self.negative, self.turns),
            "helpful_share": _share(self.up, self.up + self.down),
            "csat": round(self.csat_sum / self.csat_count, 2) if self.csat_count else None,
        }


class Insights:
    """Reads the daily counts of one database; `Daily` keeps them."""

    def __init__(self, daily: Daily) -> None:
        self._daily = daily

    @property
    def _engine(self) -> Engine:
        return self._daily.engine

    def figures(self, period: Period) -> Figures:
        return _merged(self._cells(period).values())

    def by(self, dimension: str, period: Period) -> list[Row]:
        """Return the figures of each day, language, intent or release of a period; every day has a row."""
        if dimension not in DIMENSIONS:
            raise InsightsError(f"{dimension!r} is none of {', '.join(DIMENSIONS)}")
        return _rows(dimension, self._cells(period, dimension), 0, period)

    def overview(self, period: Period) -> dict[str, Any]:
        """Return the figures of a period, of the one before, and by day, language and release."""
        cells = self._cells(replace(period, first=period.before.first), "day", "language", "release")
        within = {key: cell for key, cell in cells.items() if key[0] >= period.first}
        return {
            "figures": _merged(within.values()).as_row(),
            "before": _merged(cell for key, cell in cells.items() if key not in within).as_row(),
            "days": _rows("day", within, 0, period),
            "languages": _rows("language", within, 1, period),
            "releases": _rows("release", within, 2, period),
        }

    def reasons(self, period: Period) -> list[Row]:
        """Return why customers were handed to a person, how often each, most first."""
        table, count = DailyTurns, func.sum(DailyTurns.turns)
        handed_over = (table.route == HANDOFF, table.reason.not_in(ALREADY))
        query = select(table.reason, count.label("turns")).where(*period.holds(table), *handed_over)
        with self._engine.connect() as db:
            rows = db.execute(query.group_by(table.reason).order_by(count.desc(), table.reason))
            return [dict(row._mapping) for row in rows]

    def topics(self, period: Period) -> list[Row]:
        """Return topic × mood: the turns on each topic and the negative ones, most of these first."""
        table = DailyTurns
        turns, negative = func.sum(table.turns), func.sum(table.negative)
        query = (
            select(table.intent, turns.label("turns"), negative.label("negative"))
            .where(*period.holds(table), table.intent != "")
            .group_by(table.intent)
            .order_by(negative.desc(), table.intent)
        )
        with self._engine.connect() as db:
            return [
                {**row._mapping, "negative_share": _share(row.negative, row.turns)}
                for row in db.execute(query)
            ]

    def unanswered(self, period: Period) -> list[Row]:
        """Return the latest questions without an answer, grouped by language and what they come nearest to.

        `no_article` counts those that no article comes near to: the gaps in what the desk knows.
        """
        groups: dict[tuple[str, str], list[Any]] = defaultdict(list)
        start, end = bounds(period.first, self._daily.zone)[0], bounds(period.last, self._daily.zone)[1]
        with self._engine.connect() as db:
            for row in db.execute(_unanswered(period, TurnRow.at >= start, TurnRow.at < end)):
                groups[row.language, row.nearest or ""].append(row)
        ranked = sorted(groups.items(), key=lambda group: -len(group[1]))[:GROUPS]
        return [{"language": key[0], "nearest": key[1], **_group(rows)} for key, rows in ranked]

    def turns(self, period: Period) -> Iterator[Row]:
        """Yield the turns of a period, oldest first, without holding all of them."""
        columns = (
            TurnRow.at, TurnRow.session, TurnRow.number, TurnRow.language, TurnRow.text, TurnRow.intent,
            TurnRow.confidence, TurnRow.route, TurnRow.reason, TurnRow.reply, TurnRow.release, TurnRow.ms,
            TurnRow.sentiment,
        )  # fmt: skip
        start, end = bounds(period.first, self._daily.zone)[0], bounds(period.last, self._daily.zone)[1]
        query = _only(select(*columns), period).where(TurnRow.at >= start, TurnRow.at < end)
        with self._engine.connect().execution_options(yield_per=1000) as db:
            for row in db.execute(query.order_by(TurnRow.at, TurnRow.id)):
                yield dict(row._mapping)

    def releases(self) -> list[str]:
        """Return the releases that the counted days had, the latest first."""
        with self._engine.connect() as db:
            return sorted(db.scalars(select(DailyConversations.release).distinct()), reverse=True)

    def counted_from(self) -> date | None:
        """Return the earliest day that is counted; what lies before it is not yet in the charts."""
        with self._engine.connect() as db:
            return db.scalar(select(func.min(CountedDay.day)))

    def _cells(self, period: Period, *dimensions: str) -> dict[tuple[Any, ...], "_Cell"]:
        """Return what was counted in a period for each combination of the dimensions."""
        cells: dict[tuple[Any, ...], _Cell] = defaultdict(_Cell)
        refused = func.sum(DailyTurns.turns).filter(DailyTurns.route == "refuse").label("out_of_scope")
        wanted: list[tuple[Any, list[Any]]] = [
            (DailyTurns, [*_sums(DailyTurns, "turns", "negative", "up", "down"), refused]),
            (DailyConversations, _sums(DailyConversations, *CONVERSATIONS)),
        ]
        with self._engine.connect() as db:
            for table, sums in wanted:
                keys = [getattr(table, name) for name in dimensions]
                for row in db.execute(select(*keys, *sums).where(*period.holds(table)).group_by(*keys)):
                    for name, value in list(row._mapping.items())[len(keys) :]:
                        cells[tuple(row[: len(keys)])].counts[str(name)] += int(value or 0)
            keys = [getattr(DailyTimes, name) for name in dimensions]
            of = [DailyTimes.speaker, DailyTimes.bucket]
            times = select(*keys, *of, func.sum(DailyTimes.answers)).where(*period.holds(DailyTimes))
            for row in db.execute(times.group_by(*keys, *of)):
                *key, speaker, bucket, answers = row
                cells[tuple(key)].times[speaker][bucket] += int(answers)
        return cells


@dataclass(frozen=True)
class _Cell:
    """Counts that can be added up, and how many answers took how long, by who gave them."""

    counts: Counter[str] = field(default_factory=Counter)
    times: dict[str, Counter[int]] = field(default_factory=lambda: {"bot": Counter(), "person": Counter()})


def _merged(cells: Iterable[_Cell]) -> Figures:
    counts: Counter[str] = Counter()
    times: dict[str, Counter[int]] = {"bot": Counter(), "person": Counter()}
    for cell in cells:
        counts.update(cell.counts)
        for speaker, buckets in cell.times.items():
            times[speaker].update(buckets)
    medians = {f"{speaker}_ms": _median(buckets) for speaker, buckets in times.items()}
    return Figures(**counts, **medians)  # type: ignore[arg-type]


def _rows(name: str, cells: Mapping[tuple[Any, ...], _Cell], at: int, period: Period) -> list[Row]:
    """Return a row for each value that the keys have `at` a place: by day, or those with most turns first."""
    groups: dict[Any, list[_Cell]] = defaultdict(list)
    for key, cell in cells.items():
        groups[key[at]].append(cell)
    if name == "day":
        days = [period.first + timedelta(days=n) for n in range(period.days)]
        return [{name: day, **_merged(groups.get(day, [])).as_row()} for day in days]
    rows = [{name: value, **_merged(group).as_row()} for value, group in sorted(groups.items())]
    return sorted(rows, key=lambda row: -row["turns"])


def _sums(table: Any, *names: str) -> list[Any]:
    return [func.sum(getattr(table, name)).label(name) for name in names]


def _median(buckets: Mapping[int, int]) -> float | None:
    """Return the middle of the times, as if those of a bucket were evenly spread over it; None of none."""
    half, below = sum(buckets.values()) / 2, 0
    for bucket in sorted(buckets):
        if below + buckets[bucket] >= half:
            return round(math.pow(BASE, bucket + (half - below) / buckets[bucket]), 1)
        below += buckets[bucket]
    return None


def _only(query: Select[*tuple[Any, ...]], period: Period) -> Select[*tuple[Any, ...]]:
    for name in ("language", "intent", "release"):
        if (value := getattr(period, name)) is not None:
            query = query.where(getattr(TurnRow, name) == (value or None))
    return query


def _unanswered(period: Period, *span: ColumnElement[bool]) -> Select[Any]:
    # by time and not by route: SQLite would read and sort all turns of these routes to find the latest
    details = TurnRow.details
    nearest = details[("intents", 0, "id")].as_string()
    wanted = [func.coalesce(TurnRow.route, "").in_(UNANSWERED), *span]
    if period.language is not None:
        wanted.append(TurnRow.language == period.language)
    if period.release is not None:
        wanted.append(TurnRow.release == period.release)
    query = select(
        TurnRow.session, TurnRow.number, TurnRow.text, TurnRow.language, TurnRow.route, TurnRow.reason,
        nearest.label("nearest"),
        details[("passages", 0, "score")].as_float().label("score"),
        TurnRow.sentiment,
    )  # fmt: skip
    if period.intent is not None:  # what a question is near to stands in the long rows
        latest = select(TurnRow.id).where(*wanted).order_by(TurnRow.at.desc()).limit(LOOKED_AT)
        wanted = [TurnRow.id.in_(latest), nearest == period.intent]
    return query.where(*wanted).order_by(TurnRow.at.desc()).limit(READ)


def _group(rows: Sequence[Any]) -> Row:
    texts = Counter(" ".join(row.text.split())[:200] for row in rows)
    examples = {" ".join(row.text.split())[:200]: row for row in reversed(rows)}
    return {
        "questions": sum(row.route in REFUSED for row in rows),
        "searched": sum(row.route not in REFUSED for row in rows),
        "no_article": sum((row.score or 0) < NEAR for row in rows),
        "negative": sum(row.sentiment < UNHAPPY_BELOW for row in rows),
        "reason": Counter(row.reason for row in rows).most_common(1)[0][0],
        "texts": [
            {"text": text, "times": times, "session": examples[text].session, "turn": examples[text].number}
            for text, times in texts.most_common(TEXTS)
        ],
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
