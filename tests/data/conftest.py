"""Conversations at given moments, written as the bot writes them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, insert

from data.tables import Conversation, Feedback, Remark, TurnRow

Talk = Callable[..., str]


@pytest.fixture
def talk(engine: Engine) -> Talk:
    """Return a function that writes a conversation: each turn is a route and what differs from the usual."""

    def write(
        at: datetime,
        *turns: tuple[str, dict[str, Any]],
        csat: int | None = None,
        thumbs: dict[int, bool] | None = None,
        replied: datetime | None = None,
    ) -> str:
        session = uuid4().hex
        with engine.begin() as db:
            db.execute(insert(Conversation), {"session": session, "desk": "shop", "csat": csat, "memory": {}})
            for number, (route, given) in enumerate(turns, 1):
                details = {"sentiment": given.get("sentiment", 0.5), **given.get("details", {})}
                usual = {
                    "session": session, "number": number, "at": at + timedelta(minutes=number - 1),
                    "text": "where is it", "language": "en", "intent": "track_order", "confidence": 0.9,
                    "route": route, "reason": "sure", "reply": "Here.", "release": "r1", "ms": 20.0,
                }  # fmt: skip
                known = {k: v for k, v in given.items() if k in usual}
                db.execute(insert(TurnRow), {**usual, **known, "details": details})
            for number, helpful in (thumbs or {}).items():
                db.execute(insert(Feedback), {"session": session, "number": number, "helpful": helpful})
            if replied:
                row = {"session": session, "after": 1, "author": "ann", "kind": "reply", "text": "Hi"}
                db.execute(insert(Remark), {**row, "at": replied})
        return session

    return write
