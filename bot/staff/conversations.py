"""The console's log: search with filters, a transcript, and why each turn went as it did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, HTTPException, Query
from pydantic import BaseModel, ConfigDict, Field

from bot.staff.fields import Day
from bot.turn import Route
from data.insight.daily import bounds
from data.log.filter import LogFilter
from data.log.search import COUNTED, LogSearch
from data.log.transcript import Transcript, releases_named, transcript, turn_of
from data.review.corrections import judged
from data.tables import Feedback, Remark, TurnRow

if TYPE_CHECKING:
    from bot.staff.console import Staff

WHY = ("intents", "in_scope", "accept_at", "refuse_below", "examples", "passages", "entities", "masked")
Name = Annotated[str, Field(max_length=64)]
Session = Annotated[str, Field(max_length=64)]
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]


class Asked(BaseModel):
    """What the page sends: the fields of LogFilter, checked, and days for its moments."""

    model_config = ConfigDict(extra="forbid")

    words: str = Field("", max_length=200)
    first: Day | None = Field(None, alias="from", description="day of the desk, as in the charts")
    last: Day | None = Field(None, alias="to", description="included")
    language: Name | None = None
    intent: Name | None = None
    route: Route | None = None
    reason: Name | None = None
    least: float | None = Field(None, ge=0, le=1)
    most: float | None = Field(None, ge=0, le=1)
    mood: Literal["negative", "neutral"] | None = None
    thumb: bool | None = None
    csat: int | None = Field(None, ge=1, le=5)
    release: Name | None = None
    owner: Literal["bot", "waiting", "person"] | None = None

    def filter(self, zone: ZoneInfo) -> LogFilter:
        """Return what is wanted; days begin and end where the desk is."""
        known = {n: getattr(self, n) for n in LogFilter.__dataclass_fields__ if n not in ("since", "until")}
        since = bounds(self.first, zone)[0] if self.first else None
        return LogFilter(**known, since=since, until=bounds(self.last, zone)[1] if self.last else None)


class AskedPage(Asked):
    before: int | None = Field(None, ge=1, le=2**31 - 1)


def conversations_routes(staff: Staff) -> APIRouter:
    router = APIRouter(dependencies=[Depends(staff.sessions.require("agent"))])
    log = LogSearch(staff.engine)

    def wanted(asked: Asked) -> LogFilter:
        return asked.filter(ZoneInfo(staff.bot().desk.timezone))

    @router.get("/conversations")
    def found(asked: Annotated[AskedPage, Query()]) -> dict[str, Any]:
        page = log.find(wanted(asked), asked.before)
        return {"hits": [asdict(hit) for hit in page.hits], "next": page.next}

    @router.get("/conversations/count")
    def counted(asked: Annotated[Asked, Query()]) -> dict[str, Any]:
        count = log.count(wanted(asked))
        return {"count": min(count, COUNTED), "more": count > COUNTED}

    @router.get("/conversations/choices")
    def choices() -> dict[str, Any]:
        """Return what a filter can be set to, beside what the page knows itself."""
        desk = staff.bot().desk
        return {
            "languages": list(desk.languages),
            "routes": list(get_args(Route)),
            "releases": releases_named(staff.engine),
        }

    @router.get("/conversations/{session}")
    def read(session: Session) -> dict[str, Any]:
        kept = transcript(staff.engine, session)
        if kept is None:
            raise HTTPException(404, f"there is no conversation {session!r}")
        return _conversation(kept, judged(staff.engine, session))

    @router.get("/conversations/{session}/{number}/words")
    def words(session: Session, number: Number) -> dict[str, Any]:
        """Return how much each word spoke for the likeliest intent, by the release that is live now."""
        turn = turn_of(staff.engine, session, number)
        if turn is None:
            raise HTTPException(404, f"conversation {session!r} has no turn {number}")
        ranked = turn.details.get("intents") or []
        bot = staff.bot()
        effects = bot.words_for(turn.text, ranked[0]["id"]) if ranked else ()
        return {"release": bot.release, "words": [asdict(e) for e in effects]}

    return router


def _conversation(kept: Transcript, reviewed: Mapping[int, dict[str, Any]]) -> dict[str, Any]:
    names = ("session", "owner", "person", "csat", "started", "updated", "closed")
    return {
        **{name: getattr(kept.conversation, name) for name in names},
        "turns": [_shown(turn) | reviewed.get(turn.number, {}) for turn in kept.turns],
        "remarks": [_remark(remark) for remark in kept.remarks],
        "feedback": [_feedback(thumb) for thumb in kept.feedback],
    }


def _shown(turn: TurnRow) -> dict[str, Any]:
    names = (
        "number", "at", "text", "language", "intent", "confidence", "route", "reason", "reply", "release",
        "ms", "sentiment",
    )  # fmt: skip
    return {name: getattr(turn, name) for name in names} | {name: turn.details.get(name) for name in WHY}


def _remark(remark: Remark) -> dict[str, Any]:
    return {name: getattr(remark, name) for name in ("after", "author", "kind", "text", "at")}


def _feedback(thumb: Feedback) -> dict[str, Any]:
    return {name: getattr(thumb, name) for name in ("number", "helpful", "reason", "at")}
