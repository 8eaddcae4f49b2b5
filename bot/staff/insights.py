"""The console's charts: figures of a period, topics and their moods, questions without an answer, files."""

import importlib.util
import math
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query
from fastapi.responses import FileResponse, StreamingResponse

from bot.staff.fields import Day
from data.csv_file import csv_lines
from data.errors import InsightsError
from data.insight.alerts import Watched, alerts, watch_topics
from data.insight.daily import Daily
from data.insight.insights import Insights, Period
from data.tables import AlertRow

if TYPE_CHECKING:
    from bot.staff.console import Staff

Row = dict[str, Any]
KEEP = "private, max-age=604800"  # the drawing library changes with the server only
LONGEST = 400  # days of a period
TODAY_KEPT = timedelta(seconds=20)  # how old the counts of today may be


def insights_routes(staff: "Staff") -> APIRouter:
    router = APIRouter()
    reviewer = Depends(staff.sessions.require("reviewer"))
    daily = Daily(staff.engine, ZoneInfo(staff.bot().desk.timezone))
    insights = Insights(daily)

    def period(
        first: Annotated[Day | None, Query(alias="from")] = None,
        last: Annotated[Day | None, Query(alias="to")] = None,
        days: Annotated[int, Query(ge=1, le=LONGEST)] = 30,
        language: Annotated[str | None, Query(max_length=8)] = None,
        intent: Annotated[str | None, Query(max_length=64)] = None,
        release: Annotated[str | None, Query(max_length=64)] = None,
    ) -> Period:
        daily.count_today(TODAY_KEPT)
        last = last or daily.today()
        asked = Period(first or last - timedelta(days=days - 1), last, language, intent, release)
        if asked.days > LONGEST:
            raise InsightsError(f"a period has at most {LONGEST} days, {first} to {last} has {asked.days}")
        return asked

    asked = Depends(period)

    @router.get("/insights", dependencies=[reviewer])
    def overview(period: Annotated[Period, asked]) -> Row:
        earliest, first = insights.counted_from(), daily.first_day()
        return {
            "from": period.first, "to": period.last, "today": daily.today(),
            "counting": bool(first and (earliest is None or earliest > first)),
            "counted_from": earliest,
            **insights.overview(period),
            "reasons": insights.reasons(period),
            "topics": insights.topics(period),
            "alerts": [_alert(row) for row in alerts(staff.engine, period.first, period.last)],
            "all_releases": insights.releases(),
        }  # fmt: skip

    @router.get("/insights/topic", dependencies=[reviewer])
    def topic(intent: Annotated[str, Query(max_length=64)], period: Annotated[Period, asked]) -> Row:
        found = watch_topics(staff.engine, period.first, period.last, intent)
        return {"intent": intent, "days": list(_watched(found))}

    @router.get("/insights/questions", dependencies=[reviewer])
    def questions(period: Annotated[Period, asked]) -> list[Row]:
        return insights.unanswered(period)

    @router.get("/insights/plotly.js", dependencies=[reviewer])
    def plotly() -> FileResponse:
        return FileResponse(plotly_file(), media_type="text/javascript", headers={"Cache-Control": KEEP})

    files: dict[str, Callable[[Period], Iterable[Row]]] = {
        "days": lambda period: insights.by("day", period),
        "languages": lambda period: insights.by("language", period),
        "intents": lambda period: insights.by("intent", period),
        "releases": lambda period: insights.by("release", period),
        "reasons": insights.reasons,
        "topics": lambda period: _watched(
            watch_topics(staff.engine, period.first, period.last, period.intent)
        ),
        "questions": lambda period: _questions(insights.unanswered(period)),
        "alerts": lambda period: map(_alert, alerts(staff.engine, period.first, period.last)),
        "turns": insights.turns,
    }

    @router.get("/insights/export/{name}.csv", dependencies=[reviewer])
    def export(name: str, period: Annotated[Period, asked]) -> StreamingResponse:
        if name not in files:
            raise InsightsError(f"there is no file {name[:40]!r}; there are {', '.join(files)}")
        attached = f'attachment; filename="{name}-{period.first}-{period.last}.csv"'
        return StreamingResponse(
            csv_lines(files[name](period)), media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": attached},
        )  # fmt: skip

    return router


def plotly_file() -> Path:
    """Return the browser's drawing library, which the package plotly brings, without importing that."""
    package = importlib.util.find_spec("plotly")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / "package_data" / "plotly.min.js"


def _alert(row: AlertRow) -> Row:
    names = ("day", "intent", "negative", "expected", "limit", "found", "sent")
    return {name: getattr(row, name) for name in names}


def _watched(found: Iterable[Watched]) -> Iterator[Row]:
    for topic in found:
        for at, day in enumerate(topic.days):
            known = not math.isnan(topic.limit[at])
            yield {
                "day": day, "intent": topic.intent, "negative": int(topic.negative[at]),
                "expected": round(float(topic.expected[at]), 2) if known else None,
                "limit": int(topic.limit[at]) if known else None,
                "alarm": int(topic.alarms[at]),
            }  # fmt: skip


def _questions(groups: Iterable[Row]) -> Iterator[Row]:
    """Yield one row a text."""
    for group in groups:
        rest = {name: value for name, value in group.items() if name != "texts"}
        for text in group["texts"]:
            yield {**rest, **text}
