"""The tables: conversations, their turns, and what customers said of the answers."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


def now() -> datetime:
    return datetime.now(UTC)


class Base(DeclarativeBase):
    type_annotation_map: ClassVar = {dict[str, Any]: JSON, list[Any]: JSON, datetime: DateTime(timezone=True)}


class Conversation(Base):
    """One customer's conversation and what the bot must remember of it."""

    __tablename__ = "conversations"

    session: Mapped[str] = mapped_column(String(64), primary_key=True)
    desk: Mapped[str] = mapped_column(String(64))
    owner: Mapped[str] = mapped_column(String(16), default="bot")  # bot, or waiting for a person
    memory: Mapped[dict[str, Any]] = mapped_column(default=dict)
    started: Mapped[datetime] = mapped_column(default=now)
    updated: Mapped[datetime] = mapped_column(default=now, onupdate=now, index=True)


class TurnRow(Base):
    """One message and everything that was decided about it; personal data is masked."""

    __tablename__ = "turns"
    __table_args__ = (UniqueConstraint("session", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session: Mapped[str] = mapped_column(ForeignKey("conversations.session"), index=True)
    number: Mapped[int]
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8))
    intent: Mapped[str | None] = mapped_column(String(64), index=True)
    confidence: Mapped[float]
    route: Mapped[str] = mapped_column(String(16), index=True)
    reason: Mapped[str] = mapped_column(String(64))
    reply: Mapped[str] = mapped_column(Text)
    release: Mapped[str] = mapped_column(String(64))
    ms: Mapped[float]
    details: Mapped[dict[str, Any]]  # ranked intents, entities, passages, examples, quick replies …


class Feedback(Base):
    """A thumb up or down under an answer; a later one replaces an earlier one."""

    __tablename__ = "feedback"
    __table_args__ = (UniqueConstraint("session", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session: Mapped[str] = mapped_column(ForeignKey("conversations.session"), index=True)
    number: Mapped[int]
    helpful: Mapped[bool]
    reason: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(default=now)
