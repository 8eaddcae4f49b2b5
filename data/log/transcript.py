"""One conversation as it went, and which releases have answered."""

from dataclasses import dataclass

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from data.tables import Conversation, Feedback, Remark, TurnRow

MOST_TURNS = 1000  # of one conversation, the first ones
MOST_RELEASES = 400


@dataclass(frozen=True)
class Transcript:
    """What was said in a conversation, by whom, and what customers thought of it; each oldest first."""

    conversation: Conversation
    turns: list[TurnRow]
    remarks: list[Remark]
    feedback: list[Feedback]


def transcript(engine: Engine, session: str) -> Transcript | None:
    """Return a conversation, None where there is none of that name."""
    with Session(engine, expire_on_commit=False) as db:
        conversation = db.get(Conversation, session)
        if conversation is None:
            return None
        turns = select(TurnRow).where(TurnRow.session == session).order_by(TurnRow.number).limit(MOST_TURNS)
        remarks = select(Remark).where(Remark.session == session).order_by(Remark.id)
        feedback = select(Feedback).where(Feedback.session == session).order_by(Feedback.number)
        return Transcript(
            conversation, list(db.scalars(turns)), list(db.scalars(remarks)), list(db.scalars(feedback))
        )


def turn_of(engine: Engine, session: str, number: int) -> TurnRow | None:
    """Return one turn, None where there is none."""
    with Session(engine) as db:
        return db.scalar(select(TurnRow).where(TurnRow.session == session, TurnRow.number == number))


def releases_named(engine: Engine) -> list[str]:
    """Return the releases that have answered, newest first: one look into the index for each."""
    found: list[str] = []
    with engine.connect() as db:
        latest = db.scalar(select(func.max(TurnRow.release)))
        while latest is not None and len(found) < MOST_RELEASES:
            found.append(latest)
            latest = db.scalar(select(func.max(TurnRow.release)).where(TurnRow.release < latest))
    return found
