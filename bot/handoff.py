"""Who speaks: once a person has a conversation, the bot reads and keeps what comes, and says nothing.

That holds through restarts, since the owner is in the database, and against a person who takes the
conversation while the bot is composing: `Conversations.add` writes no turn that was made for another owner.
"""

from typing import Any

from bot.danger import danger_told
from bot.turn import Decision, Turn
from data.tables import Remark

WITH_A_PERSON = Decision("handoff", "with_a_person")
QUESTIONS = ("asked_slot", "asked_times", "pending", "offered", "misses", "danger")  # of memory: what is open


class SilenceStep:
    """Fills `decision`, by which a person sees a danger at once, and leaves all that would be shown empty."""

    def __call__(self, turn: Turn) -> Turn:
        told = danger_told(turn.text)
        turn.decision = Decision("handoff", told) if told else WITH_A_PERSON
        turn.owner = "person"
        turn.reply, turn.quick_replies, turn.passages = "", (), ()
        return turn


def without_open_questions(memory: dict[str, Any]) -> dict[str, Any]:
    """Return a memory as the bot may go on with: what it had asked is settled or forgotten by now."""
    return {name: value for name, value in memory.items() if name not in QUESTIONS}


def shown_name(user: str) -> str:
    """Return a user's name as customers see it: of an e-mail address only what stands before the @."""
    name = user.split("@")[0] or user
    return name[:1].upper() + name[1:]


def shown_text(remark: Remark) -> str:
    """Return a remark's text as customers see it; of one who passed the conversation on, to whom."""
    return shown_name(remark.text) if remark.kind == "transferred" else remark.text
