"""The console's log: search with filters, a transcript, and why each turn went as it did."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

from fastapi import APIRouter, Depends, HTTPException, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from bot.turn import Route
from data.log_filter import LogFilter
from data.log_search import COUNTED, LogSearch
from data.tables import Feedback, Remark, TurnRow
from data.transcript import Transcript, releases_named, transcript, turn_of

if TYPE_CHECKING:
    from bot.staff.console import Staff

WHY = ("intents", "in_scope", "accept_at", "refuse_below", "examples", "passages", "entities", "masked")
Name = Annotated[str, Field(max_length=64)]
Session = Annotated[str, Field(max_length=64)]
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]


class Asked(BaseModel):
    """What the page sends; the same fields as LogFilter, checked."""

    model_config = ConfigDict(extra="forbid")

    words: str = Field("", max_length=200)
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
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

    def filter(self) -> LogFilter:
        return LogFilter(**{name: getattr(self, name) for name in LogFilter.__dataclass_fields__})


class AskedPage(Asked):
    before: int | None = Field(None, ge=1, le=2**31 - 1)


def conversations_routes(staff: Staff) -> APIRouter:
    router = APIRouter(dependencies=[Depends(staff.sessions.require("agent"))])
    log = LogSearch(staff.engine)

    @router.get("/conversations")
    def found(asked: Annotated[AskedPage, Query()]) -> dict[str, Any]:
        page = log.find(asked.filter(), asked.before)
        return {"hits": [asdict(hit) for hit in page.hits], "next": page.next}

    @router.get("/conversations/count")
    def counted(asked: Annotated[Asked, Query()]) -> dict[str, Any]:
        count = log.count(asked.filter())
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
        return _conversation(kept)

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


def _conversation(kept: Transcript) -> dict[str, Any]:
    names = ("session", "owner", "person", "csat", "started", "updated", "closed")
    return {
        **{name: getattr(kept.conversation, name) for name in names},
        "turns": [_shown(turn) for turn in kept.turns],
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
