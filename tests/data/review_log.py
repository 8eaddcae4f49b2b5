"""A log with something to review."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import Engine, select

from data.log.conversations import Conversations
from data.review.groups import Found, open_items, replace_groups
from data.review.items import take_in
from data.tables import ReviewItem, TurnRow


def write_groups(engine: Engine, *sizes: int) -> list[list[int]]:
    """Write turns that the bot was unsure of, so many a group, and group them so; return their ids."""
    with engine.connect() as db:
        first = len(db.scalars(select(TurnRow.id)).all())
    for group, size in enumerate(sizes):
        for one in range(size):
            say_unsure(engine, f"{first}-{group}-{one}", group)
    take_in(engine)
    with engine.connect() as db:
        turns = list(db.scalars(select(ReviewItem.turn).order_by(ReviewItem.turn)))[first:]
    ends = np.cumsum(sizes)
    groups = [turns[end - size : end] for end, size in zip(ends, sizes, strict=True)]
    group_as(engine, groups)
    return groups


def say_unsure(engine: Engine, session: str, axis: int, **changes: Any) -> None:
    vector = np.zeros(16, np.float16)
    vector[axis] = 1
    turn = {
        "session": session, "number": 1, "text": f"question {axis}", "language": "en",
        "intent": "return_item", "confidence": 0.5, "route": "answer", "reason": "intent_accepted",
        "reply": "Certainly.", "release": "r-1", "ms": 9.0,
        "details": {
            "intents": [{"id": "return_item", "confidence": 0.5}], "in_scope": 1.0, "accept_at": 0.5,
            "refuse_below": 0.8, "sentiment": 0.0,
        },
    }  # fmt: skip
    Conversations(engine, "kiosk").add(turn | changes, {}, "bot", vector.tobytes())


def group_as(engine: Engine, groups: Sequence[Sequence[int]]) -> None:
    """Write groups as a full pass would that found these, and every other message alone."""
    items = open_items(engine)
    name = {turn: f"group {at}" for at, turns in enumerate(groups) for turn in turns}
    names, medoids, labels = np.unique(
        [name.get(turn, f"turn {turn}") for turn in items.turns.tolist()],
        return_index=True, return_inverse=True,
    )  # fmt: skip
    found = [
        Found([str(name)], int(items.turns[row]), items.vectors[items.says[row]].tobytes())
        for name, row in zip(names, medoids, strict=True)
    ]
    replace_groups(engine, items, labels.astype(np.int64), found)
