"""Conversations with all that may hang on them."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import Engine, insert, select, update

from data.audit import write_audit
from data.log.conversations import Conversations
from data.tables import Conversation, Remark, ReviewGroup, ReviewItem, TurnRow, Verdict, now


def write_conversation(
    engine: Engine, session: str, at: datetime, turns: int = 2, said: str = "where is my parcel"
) -> list[int]:
    """Write a conversation with a thumb, a person's reply and its audit row; return its turns."""
    conversations = Conversations(engine, "kiosk")
    for number in range(1, turns + 1):
        row = {
            "session": session, "number": number, "text": f"{said} {number}", "language": "en",
            "intent": "track_order", "confidence": 0.9, "route": "answer", "reason": "intent_accepted",
            "reply": "Here.", "release": "r1", "ms": 1.0, "sentiment": -0.5,
            "details": {"sentiment": -0.5}, "at": at,
        }  # fmt: skip
        conversations.add(row, {}, "bot", b"\0\0")
    conversations.rate(session, 1, helpful=False, reason="no")
    with engine.begin() as db:
        remark = {"session": session, "after": 1, "author": "ann", "kind": "reply", "text": "Sorry about it"}
        db.execute(insert(Remark), remark)
        write_audit(db, "ann", "conversation_reply", session, None, {"text": "Sorry about it"})
        db.execute(update(Conversation).where(Conversation.session == session).values(updated=at))
        return list(db.scalars(select(TurnRow.id).where(TurnRow.session == session).order_by(TurnRow.id)))


def review(
    engine: Engine, turn: int, kind: str = "intent", intents: str = "track_order", group: int = 1
) -> int:
    """Put a turn into a group of the review queue and give a verdict on it; return the verdict's number."""
    with engine.begin() as db:
        if db.scalar(select(ReviewGroup.id).where(ReviewGroup.id == group)) is None:
            named = {"id": group, "words": ["parcel"], "medoid": turn, "centre": b"\0\0"}
            db.execute(insert(ReviewGroup), named)
        item = {
            "turn": turn, "group": group, "open": False, "language": "en", "mood": 0.0, "uncertainty": 0.5,
            "dissatisfaction": 0.0, "reasons": [],
        }  # fmt: skip
        db.execute(insert(ReviewItem), item)
        verdict = {"turn": turn, "batch": uuid4().hex, "kind": kind, "intents": intents, "author": "ann"}
        return int(db.scalars(insert(Verdict).returning(Verdict.id), verdict).one())


def taught_row(
    session: str, turn: int, verdict: int, said: str = "where is my parcel 1"
) -> dict[str, object]:
    """Return the row of a message as training has it."""
    return {
        "turn": turn, "session": session, "verdict": verdict, "text": said, "language": "en",
        "labels": "track_order", "mood": 0.0, "author": "ann", "at": now(), "exam": False,
    }  # fmt: skip
