"""How often answers are used, and what customers thought of them: from the latest turns of their intents."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, and_, select

from data.answer.files import Subject
from data.tables import Feedback, TurnRow

LOOKED_AT = 500  # turns: enough to tell often from seldom, few enough to be read while somebody waits


@dataclass(frozen=True)
class Use:
    """Of the `turns` latest ones of an answer's intents, how many used it, and their thumbs."""

    turns: int
    used: int
    up: int
    down: int


def use_of(engine: Engine, subject: Subject, intents: Sequence[str]) -> Use:
    """Return the use of an answer; an article is used where a passage of it was shown."""
    rated = and_(Feedback.session == TurnRow.session, Feedback.number == TurnRow.number)
    latest = (
        select(TurnRow.details, Feedback.helpful)
        .outerjoin(Feedback, rated)
        .where(TurnRow.intent.in_(intents))
        .order_by(TurnRow.id.desc())
        .limit(LOOKED_AT)
    )
    with engine.connect() as db:
        rows = db.execute(latest).all()
    thumbs = [row.helpful for row in rows if subject in _used(row.details)]
    return Use(len(rows), len(thumbs), thumbs.count(True), thumbs.count(False))


def _used(details: dict[str, list[dict[str, str]]]) -> set[Subject]:
    return {Subject(p["kind"], p["id"].split("#")[0]) for p in details.get("passages", ())}
