"""What a reviewer sees of a group: its messages, what the bot did about each, and what was said around it."""

from typing import Any

from sqlalchemy import Engine, select

from data.review.same import verdicts_on_same
from data.tables import Feedback, ReviewItem, TurnRow

SHOWN = 50  # messages at once
AROUND = 3  # turns before and after


def group_messages(engine: Engine, group: int, after: int = 0, most: int = SHOWN) -> list[dict[str, Any]]:
    """Return messages of a group that have no verdict, the most doubtful first, from the `after`th on."""
    thumb = (Feedback.session == TurnRow.session) & (Feedback.number == TurnRow.number)
    query = (
        select(
            TurnRow.id.label("turn"), TurnRow.session, TurnRow.number, TurnRow.at, TurnRow.text,
            TurnRow.language, TurnRow.reply, TurnRow.route, TurnRow.confidence, TurnRow.details,
            ReviewItem.reasons, ReviewItem.reading, ReviewItem.mood, ReviewItem.said,
            Feedback.reason.label("complaint"),
        )
        .join(TurnRow, TurnRow.id == ReviewItem.turn)
        .outerjoin(Feedback, thumb & Feedback.helpful.is_(False))
        .where(ReviewItem.group == group, ReviewItem.open)
        .order_by((ReviewItem.uncertainty + ReviewItem.dissatisfaction).desc(), ReviewItem.turn)
        .offset(after)
        .limit(most)
    )  # fmt: skip
    with engine.connect() as db:
        messages = [_message(dict(row._mapping)) for row in db.execute(query)]
        decided = verdicts_on_same(db, [m["said"] for m in messages if m["said"]])
    return [{**m, "decided": decided.get(m["said"])} for m in messages]


def around(engine: Engine, turn: int, each_way: int = AROUND) -> list[dict[str, Any]]:
    """Return the turns before and after one, itself included, as they were said; none if there is no such."""
    with engine.connect() as db:
        one = db.execute(select(TurnRow.session, TurnRow.number).where(TurnRow.id == turn)).one_or_none()
        if one is None:
            return []
        near = TurnRow.number.between(one.number - each_way, one.number + each_way)
        query = select(TurnRow.number, TurnRow.at, TurnRow.text, TurnRow.reply, TurnRow.route, TurnRow.intent)
        said = db.execute(query.where(TurnRow.session == one.session, near).order_by(TurnRow.number))
        return [{**row._mapping, "here": row.number == one.number} for row in said]


def _message(row: dict[str, Any]) -> dict[str, Any]:
    details = row.pop("details") or {}
    return {**row, "likely": details.get("intents", [])[:5], "requests": details.get("requests", [])}
