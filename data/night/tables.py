"""The night's tables: what it was taught, who is at work, and how each night went."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from data.tables import Base, now


class Taught(Base):
    """A reviewed message as training has it: it stays when the conversation's time is up.

    Personal data is masked. Erasing a session takes its messages out of here, too.
    """

    __tablename__ = "taught"

    turn: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # it may be gone from the log
    session: Mapped[str] = mapped_column(String(64), index=True)
    verdict: Mapped[int]  # the latest one on it
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8))
    labels: Mapped[str] = mapped_column(String(512))  # intents with a space between; empty: out of scope
    mood: Mapped[float]  # -1 to 1
    author: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    exam: Mapped[bool]  # never learned from: releases are measured on it
    learned: Mapped[str | None] = mapped_column(String(64))  # the first release that knew of it


class Night(Base):
    """One run of the nightly training; one without an end was killed, or goes on."""

    __tablename__ = "nights"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)  # 20260501-0200-3f9c
    desk: Mapped[str] = mapped_column(String(64), index=True)
    began: Mapped[datetime] = mapped_column(default=now, index=True)
    ended: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(16), default="")  # one of nights.OUTCOMES
    before: Mapped[str] = mapped_column(String(64))  # the release that was live
    release: Mapped[str | None] = mapped_column(String(64))  # the one it made
    reasons: Mapped[list[Any]] = mapped_column(JSON, default=list)  # why it was kept or failed
    settings: Mapped[dict[str, Any]]
    figures: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what the report says in numbers


class Lease(Base):
    """Who does what only one may do at a time, until when."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(96), primary_key=True)
    owner: Mapped[str] = mapped_column(String(128))
    until: Mapped[datetime]
