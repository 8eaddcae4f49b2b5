"""The row of a turn: everything that was decided, by which release, and why."""

from dataclasses import asdict

import numpy as np

from bot.turn import Turn
from data.log.conversations import Conversations


def record(turn: Turn, conversations: Conversations) -> None:
    """Write the turn and the conversation's memory, both or neither; only masked text is written."""
    answered = turn.as_reply()
    found = turn.understanding
    row = {
        "session": turn.session,
        "number": turn.number,
        "text": turn.text,
        "language": turn.language,
        "intent": answered["intent"],
        "confidence": answered["confidence"],
        "route": turn.decision.route,
        "reason": turn.decision.reason,
        "reply": turn.reply,
        "release": turn.release,
        "ms": turn.ms,
        "sentiment": answered["sentiment"],
        "details": {
            "intents": answered["intents"],
            "requests": answered["requests"],
            "entities": answered["entities"],
            "sentiment": answered["sentiment"],
            "in_scope": round(found.in_scope, 4),
            "accept_at": round(found.accept_at, 4),
            "refuse_below": round(found.refuse_below, 4),
            "examples": [asdict(e) for e in found.examples],
            "passages": [asdict(p) for p in turn.passages],
            "quick_replies": list(turn.quick_replies),
            "masked": list(turn.masked),
            "by_words": turn.decision.by_words,
        },
    }
    vector = found.vector.astype(np.float16).tobytes()
    conversations.add(row, asdict(turn.memory), turn.owner, vector)
