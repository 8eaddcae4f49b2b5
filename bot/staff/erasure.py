"""Erasing a conversation for good, from the Conversations page: what would go, a copy of it, and doing it."""

from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Response
from pydantic import Field

from data.erasure.erasure import Erased, Erasure, as_json
from data.users import Account

if TYPE_CHECKING:
    from bot.staff.console import Staff

Session = Annotated[str, Field(max_length=64)]


def erasure_routes(staff: "Staff") -> APIRouter:
    router = APIRouter()
    admin = Annotated[Account, Depends(staff.sessions.require("admin"))]

    @cache
    def erasure() -> Erasure:
        return Erasure(staff.engine, staff.settings)

    @router.get("/erasure/{session}")
    def preview(session: Session, _user: admin) -> dict[str, Any]:
        return _told(session, erasure().preview(session))

    @router.get("/erasure/{session}/export")
    def export(session: Session, _user: admin) -> Response:
        _told(session, erasure().preview(session))
        name = {"Content-Disposition": 'attachment; filename="conversation.json"'}
        text = as_json(erasure().export(session))
        return Response(text, media_type="application/json", headers=name)

    @router.post("/erasure/{session}")
    def erase(session: Session, user: admin) -> dict[str, Any]:
        return _told(session, erasure().erase(session, user.name))

    return router


def _told(session: str, found: Erased) -> dict[str, Any]:
    if found.nothing:
        raise HTTPException(404, f"there is no conversation {session!r}")
    return asdict(found)
