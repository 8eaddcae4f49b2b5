"""The tables: conversations, what was said in them, what customers thought of it, and who works here."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    DateTime,
    Dialect,
    ForeignKey,
    LargeBinary,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


def now() -> datetime:
    return datetime.now(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment that is read as it was written: SQLite keeps no time zone, so UTC is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value


class Base(DeclarativeBase):
    type_annotation_map: ClassVar = {dict[str, Any]: JSON, list[Any]: JSON, datetime: UtcDateTime}


class Conversation(Base):
    """One customer's conversation and what the bot must remember of it."""

    __tablename__ = "conversations"

    session: Mapped[str] = mapped_column(String(64), primary_key=True)
    desk: Mapped[str] = mapped_column(String(64))
    owner: Mapped[str] = mapped_column(String(16), default="bot", index=True)  # bot, waiting or person
    person: Mapped[str | None] = mapped_column(String(64))  # the user who has it, where `owner` is person
    waiting_since: Mapped[datetime | None]  # when it began to wait for a person
    closed: Mapped[datetime | None]  # when a person closed it; the customer's next message opens it again
    csat: Mapped[int | None]  # 1 to 5, the customer's one tap at the end
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


class TurnVector(Base):
    """The unit vector of a turn's text as float16, for grouping like messages."""

    __tablename__ = "turn_vectors"

    turn: Mapped[int] = mapped_column(ForeignKey("turns.id"), primary_key=True)
    vector: Mapped[bytes] = mapped_column(LargeBinary)


class Remark(Base):
    """What a person said or did in a conversation, after its turn number `after`."""

    __tablename__ = "remarks"

    id: Mapped[int] = mapped_column(primary_key=True)
    session: Mapped[str] = mapped_column(ForeignKey("conversations.session"), index=True)
    after: Mapped[int]
    author: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))  # reply, note, claimed, given_back or closed
    text: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(default=now)


class User(Base):
    """Someone who may sign in to the staff console."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(16))  # agent, reviewer or admin
    password: Mapped[str] = mapped_column(Text)  # argon2
    epoch: Mapped[int] = mapped_column(default=0)  # raised to end all sessions
    failures: Mapped[int] = mapped_column(default=0)  # wrong passwords in a row
    locked_until: Mapped[datetime | None]
    disabled: Mapped[bool] = mapped_column(default=False)
    created: Mapped[datetime] = mapped_column(default=now)


class AuditRow(Base):
    """One change that a user made: who, when, what, before and after."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    user: Mapped[str] = mapped_column(String(64), index=True)
    action: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(128))
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class AnswerVersion(Base):
    """One edit of a template or an article, laid over the desk's files; the latest one is the draft."""

    __tablename__ = "answer_versions"
    __table_args__ = (UniqueConstraint("desk", "kind", "subject", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    desk: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))  # template or article
    subject: Mapped[str] = mapped_column(String(64))  # the template's or article's id
    version: Mapped[int]  # counts from 1; 0 is what the desk's files say
    state: Mapped[str] = mapped_column(String(16))  # text, retired, or files: as the desk's files have it
    content: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    base: Mapped[int]  # the version that was edited
    author: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(default=now)
    released: Mapped[str | None] = mapped_column(String(64))  # the first release that it went out with
