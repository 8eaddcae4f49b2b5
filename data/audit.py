"""The audit log: every change that a user made, with before and after."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.orm import Session

from data.tables import AuditRow


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


def audit_rows(engine: Engine, most: int = 200, before_id: int | None = None) -> list[AuditRow]:
    """Return the latest rows, newest first; `before_id` goes on from where an earlier call ended."""
    query = select(AuditRow).order_by(AuditRow.id.desc()).limit(most)
    if before_id is not None:
        query = query.where(AuditRow.id < before_id)
    with Session(engine) as db:
        return list(db.scalars(query))
