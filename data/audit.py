"""The audit log: every change that a user made, with before and after."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.orm import Session

from data.tables import AuditRow

PAGE = 1000  # rows read at once


def write_audit(
    db: Connection,
    user: str,
    action: str,
    subject: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write one row within the transaction that makes the change, so that neither is there alone."""
    row = {"user": user, "action": action, "subject": subject, "before": before, "after": after}
    db.execute(insert(AuditRow), row)


def audit_rows(
    engine: Engine,
    most: int = 200,
    before_id: int | None = None,
    user: str | None = None,
    action: str | None = None,
) -> list[AuditRow]:
    """Return the latest rows, newest first; `before_id` goes on from where an earlier call ended."""
    query = select(AuditRow).order_by(AuditRow.id.desc()).limit(most)
    if before_id is not None:
        query = query.where(AuditRow.id < before_id)
    if user is not None:
        query = query.where(AuditRow.user == user)
    if action is not None:
        query = query.where(AuditRow.action == action)
    with Session(engine) as db:
        return list(db.scalars(query))


def all_audit_rows(engine: Engine, user: str | None = None, action: str | None = None) -> Iterator[AuditRow]:
    """Yield all rows, newest first, read page by page."""
    before = None
    while rows := audit_rows(engine, PAGE, before, user, action):
        yield from rows
        before = rows[-1].id


def audited(engine: Engine) -> tuple[list[str], list[str]]:
    """Return the users and the actions that the log knows."""
    with engine.connect() as db:
        users = db.scalars(select(AuditRow.user).distinct().order_by(AuditRow.user)).all()
        actions = db.scalars(select(AuditRow.action).distinct().order_by(AuditRow.action)).all()
    return list(users), list(actions)
