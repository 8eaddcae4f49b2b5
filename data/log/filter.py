"""What the log can be filtered by, as conditions on its turns."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select

from data.log.mood import UNHAPPY_BELOW
from data.tables import Conversation, Feedback, TurnRow

MOODS = ("negative", "neutral")
FEW_OWNED = ("waiting", "person")  # owners of so few conversations that these are looked up first


@dataclass(frozen=True)
class LogFilter:
    """What a message and its conversation must be; None or empty: anything."""

    words: str = ""
    since: datetime | None = None
    until: datetime | None = None
    language: str | None = None
    intent: str | None = None  # "none": no intent was acted on
    route: str | None = None
    reason: str | None = None
    least: float | None = None  # confidence, included
    most: float | None = None  # confidence, excluded unless it is 1
    mood: str | None = None  # one of MOODS
    thumb: bool | None = None
    csat: int | None = None
    release: str | None = None
    owner: str | None = None


def conditions(wanted: LogFilter) -> list[ColumnElement[bool]]:
    """Return everything but the words."""
    found = time_conditions(wanted)
    for name in ("language", "route", "reason", "release"):
        if (value := getattr(wanted, name)) is not None:
            found.append(getattr(TurnRow, name) == value)
    if wanted.intent is not None:
        found.append(TurnRow.intent.is_(None) if wanted.intent == "none" else TurnRow.intent == wanted.intent)
    if wanted.least is not None:
        found.append(TurnRow.confidence >= wanted.least)
    if wanted.most is not None and wanted.most < 1:
        found.append(TurnRow.confidence < wanted.most)
    if wanted.mood is not None:
        unhappy = TurnRow.sentiment < UNHAPPY_BELOW
        found.append(unhappy if wanted.mood == "negative" else ~unhappy)
    if wanted.thumb is not None:
        found.append(
            exists().where(
                Feedback.session == TurnRow.session,
                Feedback.number == TurnRow.number,
                Feedback.helpful.is_(wanted.thumb),
            )
        )
    return found + _of_conversation(wanted)


def _of_conversation(wanted: LogFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.csat is not None:
        rated = select(Conversation.session).where(Conversation.csat == wanted.csat)
        found.append(TurnRow.session.in_(rated))
    if wanted.owner in FEW_OWNED:
        owned = select(Conversation.session).where(Conversation.owner == wanted.owner)
        found.append(TurnRow.session.in_(owned))
    elif wanted.owner is not None:  # nearly all: name the others
        others = select(Conversation.session).where(Conversation.owner.in_(FEW_OWNED))
        found.append(TurnRow.session.not_in(others))
    return found


def time_conditions(wanted: LogFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.since is not None:
        found.append(TurnRow.at >= wanted.since)
    if wanted.until is not None:
        found.append(TurnRow.at < wanted.until)
    return found
