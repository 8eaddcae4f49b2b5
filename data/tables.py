"""The tables: conversations, what was said in them and thought of it, who works here, reviews, runs."""

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
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
    __table_args__ = (
        UniqueConstraint("session", "number"),
        # all that the log is filtered by, so that a filter never reads the long rows themselves
        Index(
            "ix_turns_log", "id", "session", "number", "at", "language", "intent", "route", "reason",
            "release", "confidence", "sentiment",
        ),
    )  # fmt: skip

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
    release: Mapped[str] = mapped_column(String(64), index=True)
    ms: Mapped[float]
    sentiment: Mapped[float] = mapped_column(default=0.0)  # the customer's mood, -1 to 1
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
    at: Mapped[datetime] = mapped_column(default=now, index=True)


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
    kind: Mapped[str] = mapped_column(
        String(16)
    )  # of people and of customers: data/log/conversations.py, data/log/inbox.py
    text: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(default=now)
    key: Mapped[str | None] = mapped_column(
        String(64), unique=True, index=True
    )  # who sends again, sends this


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
    subject: Mapped[str] = mapped_column(String(128), index=True)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class ReviewGroup(Base):
    """Like messages that one verdict may settle; what it counts are its members without a verdict."""

    __tablename__ = "review_groups"

    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[list[Any]]  # its distinctive words
    medoid: Mapped[int | None]  # the turn nearest to its middle
    centre: Mapped[bytes] = mapped_column(LargeBinary)  # unit vector, float16
    open: Mapped[int] = mapped_column(default=0)
    uncertainty: Mapped[float] = mapped_column(default=0.0)  # of its most typical message
    dissatisfaction: Mapped[float] = mapped_column(default=0.0)  # mean of the members
    score: Mapped[float] = mapped_column(default=0.0, index=True)


class ReviewItem(Base):
    """A turn that is worth reading: why, and how it was understood."""

    __tablename__ = "review_items"
    __table_args__ = (Index("ix_review_items_group", "group", "open"),)

    turn: Mapped[int] = mapped_column(ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True)
    group: Mapped[int | None] = mapped_column(ForeignKey("review_groups.id"))  # None: waits to be grouped
    open: Mapped[bool] = mapped_column(default=True)  # no verdict yet
    reading: Mapped[str | None] = mapped_column(String(64))  # likeliest intent; None: taken for out of scope
    language: Mapped[str] = mapped_column(String(8))
    mood: Mapped[float]  # -1 to 1
    uncertainty: Mapped[float]  # probability that what the bot did was wrong
    dissatisfaction: Mapped[float]  # 0 to 1
    reasons: Mapped[list[Any]]  # names of data.review.items.REASONS
    said: Mapped[str | None] = mapped_column(String(16), index=True)  # key of its words, data/review/same.py


class ReviewClaim(Base):
    """Who has a group open, until when; nobody else gets it meanwhile."""

    __tablename__ = "review_claims"

    group: Mapped[int] = mapped_column(ForeignKey("review_groups.id"), primary_key=True, autoincrement=False)
    user: Mapped[str] = mapped_column(String(64), index=True)
    until: Mapped[datetime]


class ReviewMark(Base):
    """How far the log has been read for review; `name` says what of it."""

    __tablename__ = "review_marks"

    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    value: Mapped[str] = mapped_column(String(64))


class Verdict(Base):
    """What a person says about one turn; those given by one keystroke share a batch."""

    __tablename__ = "verdicts"

    id: Mapped[int] = mapped_column(primary_key=True)
    turn: Mapped[int] = mapped_column(ForeignKey("turns.id", ondelete="CASCADE"), index=True)
    batch: Mapped[str] = mapped_column(String(32), index=True)
    kind: Mapped[str] = mapped_column(String(16))  # right, intent, new_intent, out_of_scope, answer or skip
    intents: Mapped[str] = mapped_column(String(512), default="")  # ids with a space between
    title: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # of a new intent, per language
    answer: Mapped[str | None] = mapped_column(Text)  # a better one in the message's language
    link: Mapped[str | None] = mapped_column(String(160))  # template:<id> or article:<id>
    note: Mapped[str] = mapped_column(Text, default="")
    author: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(default=now, index=True)
    undone_at: Mapped[datetime | None]
    learned: Mapped[str | None] = mapped_column(String(64))  # the first release trained with it


class DailyTurns(Base):
    """How many turns of a kind a day had; days are the desk's own."""

    __tablename__ = "daily_turns"
    __table_args__ = (  # in the order that charts add up
        Index(
            "ix_daily_turns_charts", "day", "language", "release", "route", "turns", "negative", "up", "down"
        ),
    )

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    intent: Mapped[str] = mapped_column(String(64), primary_key=True)  # empty where none was acted on
    route: Mapped[str] = mapped_column(String(16), primary_key=True)
    reason: Mapped[str] = mapped_column(String(64), primary_key=True)
    release: Mapped[str] = mapped_column(String(64), primary_key=True)
    turns: Mapped[int]
    negative: Mapped[int]  # of angry or unhappy customers
    up: Mapped[int]
    down: Mapped[int]


class DailyConversations(Base):
    """How the conversations went that began on a day, by language, topic and release of their beginning."""

    __tablename__ = "daily_conversations"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    intent: Mapped[str] = mapped_column(String(64), primary_key=True)
    release: Mapped[str] = mapped_column(String(64), primary_key=True)
    conversations: Mapped[int]
    answered: Mapped[int]  # by the bot alone
    handed_off: Mapped[int]
    csat_count: Mapped[int]
    csat_sum: Mapped[int]


class DailyTimes(Base):
    """How many answers took how long: `bucket` n holds what took 1.2ⁿ to 1.2ⁿ⁺¹ milliseconds."""

    __tablename__ = "daily_times"
    __table_args__ = (
        Index("ix_daily_times_charts", "day", "language", "release", "speaker", "bucket", "answers"),
    )

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    speaker: Mapped[str] = mapped_column(String(8), primary_key=True)  # bot or person
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    intent: Mapped[str] = mapped_column(String(64), primary_key=True)
    release: Mapped[str] = mapped_column(String(64), primary_key=True)
    bucket: Mapped[int] = mapped_column(primary_key=True)
    answers: Mapped[int]


class CountedDay(Base):
    """A day whose turns stand in the daily tables; one that is settled is not counted again."""

    __tablename__ = "counted_days"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    counted: Mapped[datetime]
    settled: Mapped[bool]


class AlertRow(Base):
    """More negative messages on a topic in a day than its history explains."""

    __tablename__ = "alerts"
    __table_args__ = (UniqueConstraint("day", "intent"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(Date)
    intent: Mapped[str] = mapped_column(String(64))
    negative: Mapped[int]
    expected: Mapped[float]
    limit: Mapped[int]
    found: Mapped[datetime] = mapped_column(default=now)
    attempts: Mapped[int] = mapped_column(default=0)  # to send it
    next_attempt: Mapped[datetime] = mapped_column(default=now)
    sent: Mapped[datetime | None]


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


class RunRow(Base):
    """One training run: what it was set to and what came of it."""

    __tablename__ = "runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), index=True)  # publish, night, tune …
    name: Mapped[str] = mapped_column(String(64))  # of its folder below <home>/runs
    desk: Mapped[str] = mapped_column(String(64))
    started: Mapped[datetime] = mapped_column(default=now)
    seen: Mapped[datetime] = mapped_column(default=now)  # when it wrote something last
    ended: Mapped[datetime | None]  # None: it runs, or was killed
    error: Mapped[str | None] = mapped_column(String(64))  # the exception's class, where it failed
    config: Mapped[dict[str, Any]]
    outcome: Mapped[dict[str, Any]] = mapped_column(default=dict)


class RunFigure(Base):
    """One number of a run; step 0 is of the run as a whole."""

    __tablename__ = "run_figures"
    __table_args__ = (Index("ix_run_figures_name", "name", "run", "step", "value"),)

    run: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(160), primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[float]


class ShadowTurn(Base):
    """What a release on trial would have said to a turn's message, which the customer never sees."""

    __tablename__ = "shadow_turns"
    __table_args__ = (Index("ix_shadow_turns_trial", "trial", "same", "turn"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    turn: Mapped[int] = mapped_column(ForeignKey("turns.id", ondelete="CASCADE"), index=True)
    trial: Mapped[str] = mapped_column(String(32))
    release: Mapped[str] = mapped_column(String(64))
    same: Mapped[bool]  # route, intent and reply are the live ones
    route: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(64))
    intent: Mapped[str | None] = mapped_column(String(64))
    confidence: Mapped[float]
    reply: Mapped[str] = mapped_column(Text)
    ms: Mapped[float]
    dropped: Mapped[int] = mapped_column(default=0)  # messages that it could not keep up with before this one
    at: Mapped[datetime] = mapped_column(default=now)
