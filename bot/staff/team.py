"""The Team page: who works here, what they may do, and everything that anybody changed."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from data.audit import all_audit_rows, audit_rows, audited
from data.csv_file import csv_lines
from data.tables import AuditRow
from data.users import LEAST_CHARS, MOST_CHARS, ROLES, Account

if TYPE_CHECKING:
    from bot.staff.console import Staff

PAGE = 100  # rows of the audit log shown at once
Row = dict[str, Any]
Name = Annotated[str, Field(max_length=64)]
Password = Annotated[str, Field(max_length=MOST_CHARS)]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class UserIn(_In):
    name: Name
    role: Name
    password: Password


class RoleIn(_In):
    role: Name


class PasswordIn(_In):
    password: Password


class DisabledIn(_In):
    disabled: bool


class OwnPasswordIn(_In):
    old: Password
    password: Password


def team_routes(staff: "Staff") -> APIRouter:
    router = APIRouter()
    admin = Annotated[Account, Depends(staff.sessions.require("admin"))]
    agent = Annotated[Account, Depends(staff.sessions.require("agent"))]
    asked_user = Annotated[str | None, Query(max_length=64)]
    asked_action = Annotated[str | None, Query(max_length=32)]

    @router.get("/team")
    def overview(_user: admin) -> Row:
        last = staff.users.last_sign_ins()
        names, actions = audited(staff.engine)
        return {
            "users": [_shown(user) | {"last_sign_in": last.get(user.name)} for user in staff.users.all()],
            "roles": ROLES,
            "least_chars": LEAST_CHARS,
            "audited": {"users": names, "actions": actions},
        }

    @router.post("/team")
    def add(asked: UserIn, user: admin) -> Row:
        return _shown(staff.users.add(asked.name, asked.role, asked.password, user.name))

    @router.post("/team/{name}/password")
    def set_password(name: str, asked: PasswordIn, user: admin) -> Row:
        staff.users.set_password(name, asked.password, user.name)
        return _shown(staff.users.get(name))

    @router.post("/team/{name}/role")
    def set_role(name: str, asked: RoleIn, user: admin) -> Row:
        staff.users.set_role(name, asked.role, user.name)
        return _shown(staff.users.get(name))

    @router.post("/team/{name}/disabled")
    def set_disabled(name: str, asked: DisabledIn, user: admin) -> Row:
        staff.users.set_disabled(name, asked.disabled, user.name)
        return _shown(staff.users.get(name))

    @router.get("/team/audit")
    def audit(
        _user: admin, before: int | None = None, user: asked_user = None, action: asked_action = None
    ) -> Row:
        rows = audit_rows(staff.engine, PAGE + 1, before, user or None, action or None)
        shown = rows[:PAGE]
        return {"rows": [_row(r) for r in shown], "next": shown[-1].id if len(rows) > PAGE else None}

    @router.get("/team/audit.csv")
    def export(_user: admin, user: asked_user = None, action: asked_action = None) -> StreamingResponse:
        rows = all_audit_rows(staff.engine, user or None, action or None)
        name = {"Content-Disposition": 'attachment; filename="audit.csv"'}
        return StreamingResponse(csv_lines(_cells(rows)), media_type="text/csv; charset=utf-8", headers=name)

    @router.post("/me/password")
    def own_password(asked: OwnPasswordIn, request: Request, response: Response, user: agent) -> Row:
        """Set one's own password: it ends all sessions, and this one begins anew."""
        changed = staff.users.change_own_password(user.name, asked.old, asked.password)
        staff.sessions.begin(request, response, changed)
        return {"name": changed.name}

    return router


def _shown(user: Account) -> Row:
    state = "disabled" if user.disabled else "locked" if user.locked else "active"
    return {
        "name": user.name, "role": user.role, "state": state, "created": user.created,
        "locked_until": user.locked_until if user.locked else None,
    }  # fmt: skip


def _row(row: AuditRow) -> Row:
    return {f: getattr(row, f) for f in ("id", "at", "user", "action", "subject", "before", "after")}


def _cells(rows: Iterator[AuditRow]) -> Iterator[Row]:
    for row in rows:
        values = _row(row)
        for side in ("before", "after"):
            values[side] = json.dumps(values[side], ensure_ascii=False) if values[side] else None
        yield values
