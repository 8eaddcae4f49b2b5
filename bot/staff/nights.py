"""The Nights page: how each nightly training went, its report, and what the next one will learn."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import FileResponse

from data.night.nights import Nights, night_folder
from data.night.tables import Night
from data.review.examples import new_intents, to_learn

if TYPE_CHECKING:
    from bot.staff.console import Staff

REPORT = "report.html"
MOST_SHOWN = 60
POLICY = "; ".join(  # of the report: it shows what customers wrote, and may do nothing but be shown
    (
        "default-src 'none'", "img-src data:", "style-src 'unsafe-inline'", "frame-ancestors 'none'",
        "base-uri 'none'", "form-action 'none'", "sandbox",
    )
)  # fmt: skip


def nights_routes(staff: "Staff") -> APIRouter:
    router = APIRouter(dependencies=[Depends(staff.sessions.require("reviewer"))])

    def nights() -> Nights:
        return Nights(staff.engine, staff.bot().desk.id)

    def report(night: Night) -> Path:
        return night_folder(staff.settings.home, night.desk, night.id) / REPORT

    @router.get("/nights")
    def overview() -> dict[str, Any]:
        found = nights().latest(MOST_SHOWN)
        kinds, intents = to_learn(staff.engine)
        return {
            "nights": [{**_shown(night), "report": report(night).exists()} for night in found],
            "tonight": {
                "messages": sum(kinds.values()),
                "intents": intents.most_common(),
                "proposed": new_intents(staff.engine),
            },
        }

    @router.get("/nights/{night_id}/report")
    def read(night_id: str) -> FileResponse:
        night = nights().one(night_id)
        if night is None or not (file := report(night)).exists():
            raise HTTPException(404, f"there is no report of a night {night_id[:40]!r}")
        return FileResponse(file, media_type="text/html", headers={"Content-Security-Policy": POLICY})

    return router


def _shown(night: Night) -> dict[str, Any]:
    names = ("id", "began", "ended", "outcome", "before", "release", "reasons", "figures")
    return {name: getattr(night, name) for name in names}
