"""Who speaks: once a person has a conversation, the bot reads and keeps what comes, and says nothing.

That holds through restarts, since the owner is in the database, and against a person who takes the
conversation while the bot is composing: `Conversations.add` writes no turn that was made for another owner.
"""

from typing import Any

from bot.turn import Decision, Turn

WITH_A_PERSON = Decision("handoff", "with_a_person")
QUESTIONS = ("asked_slot", "asked_times", "pending", "offered", "misses", "danger")  # of memory: what is open


class SilenceStep:
    """Fills `decision`, and leaves everything that would be shown empty."""

    def __call__(self, turn: Turn) -> Turn:
        turn.decision = WITH_A_PERSON
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
