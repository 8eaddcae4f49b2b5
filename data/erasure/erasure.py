"""Erases what a customer asks to have erased, down to the training rows; or shows it.

docs/retention.md says what this covers, and what not.
"""

import html
import json
import os
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Engine, delete, func, select

from data.audit import write_audit
from data.database import empty_log
from data.desk import load_desk
from data.erasure.forget import QUOTING, forget, hanging, nameless, salt
from data.erasure.texts import known_otherwise, purge, remember, unquote
from data.log.words import forget_erased
from data.night.tables import Taught
from data.release.releases import Releases
from data.settings import Settings
from data.tables import AuditRow, Conversation, TurnRow, Verdict

ERASED = "conversation_erased"
GONE = "[erased]"
CLOCK = 2.0  # seconds by which a file's time may be behind: file systems keep coarser ones
LONG = 12  # characters, from which a text is looked for inside of others
FRAMES = ('"{}"', ">{}<", "| {} |", "\t{}\t")  # what stands around a text that is quoted as a whole


@dataclass(frozen=True)
class Erased:
    """What went, or would go, of a conversation: rows by table, and the releases that know its messages."""

    rows: dict[str, int] = field(default_factory=dict)
    quotes: int = 0  # other conversations' turns that named a message as their nearest example
    reports: int = 0  # of nights: files that quoted a message
    releases: tuple[str, ...] = ()  # that went
    waiting: tuple[str, ...] = ()  # that still serve, and go after the next night

    @property
    def nothing(self) -> bool:
        return not self.rows


class Erasure:
    """Erases from one database and from the releases of one desk."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self._engine = engine
        self._home = settings.home
        self._desk = load_desk(settings.desk)
        self._releases = Releases(settings.home, self._desk.id)

    def preview(self, session: str) -> Erased:
        """Return what `erase` would take away now; the turns that quote its messages are not counted."""
        with self._engine.connect() as db:
            rows = {name: n for name, n in _counted(db, session).items() if n}
            learned = _learned(db, session)
            said, since = _said(db, session)
        own = self._own(session, learned)
        holding = [i for i in self._releases.ids() if own & self._releases.known_messages(i)] if own else []
        used = self._releases.in_use()
        return Erased(
            rows,
            reports=len(list(self._reports(said, since))),
            releases=tuple(i for i in holding if i not in used),
            waiting=tuple(i for i in holding if i in used),
        )

    def erase(self, session: str, by: str, spare: Collection[str] = ()) -> Erased:
        """Erase a conversation and all that came of it; return what went.

        What quotes it goes first, it itself in one transaction, releases last: whenever the process is
        killed, calling it again or the next night does the rest. Releases that `spare` names, such as one
        on trial, stay until the next night.
        """
        key = salt(self._engine)
        with self._engine.connect() as db:
            learned = _learned(db, session)
            said, since = _said(db, session)
        own = self._own(session, learned)
        quotes = unquote(self._engine, own, min((turn for turn, _ in learned), default=0))
        reports = self._erase_reports(said, since)
        with self._engine.begin() as db:
            gone = forget(db, key, [session])
            remember(db, key, [(turn, text) for turn, text in learned if text in own])
            gone["taught"] += db.execute(delete(Taught).where(Taught.session == session)).rowcount
            rows = dict(+gone)
            if rows:
                write_audit(db, by, ERASED, nameless(key, session), None, rows)
        purged = purge(self._engine, self._releases, self._desk, spare)
        if rows:
            forget_erased(self._engine)
            empty_log(self._engine)
        return Erased(rows, quotes, reports, purged.removed, purged.barred)

    def _own(self, session: str, learned: Collection[tuple[int, str]]) -> set[str]:
        """Return those of a conversation's learned messages that training has from nowhere else."""
        texts = {text for _, text in learned}
        return texts - known_otherwise(self._engine, self._desk, texts, session)

    def export(self, session: str) -> dict[str, Any]:
        """Return all that is kept of a conversation, as JSON has it; vectors are left out."""
        with self._engine.connect() as db:
            turns = select(TurnRow.id).where(TurnRow.session == session)
            found = {
                "conversations": _rows(db, Conversation.__table__, Conversation.session == session),
                "taught": _rows(db, Taught.__table__, Taught.session == session),
                "audit": _rows(db, AuditRow.__table__, AuditRow.subject == session),
            }
            for column in hanging(Conversation.session):
                found[column.table.name] = _rows(db, column.table, column == session)
            for column in hanging(TurnRow.id):
                found[column.table.name] = _rows(db, column.table, column.in_(turns))
        return {"session": session, **{name: rows for name, rows in found.items() if rows}}

    def erased_before(self, session: str) -> AuditRow | None:
        """Return the audit log's row of when a conversation was erased, None where it was not."""
        subject = nameless(salt(self._engine), session)
        query = select(AuditRow.__table__).where(AuditRow.subject == subject, AuditRow.action == ERASED)
        with self._engine.connect() as db:
            row = db.execute(query.order_by(AuditRow.id.desc())).first()
        return AuditRow(**row._mapping) if row else None

    def _reports(self, texts: Collection[str], since: datetime | None) -> Iterator[tuple[Path, bytes]]:
        """Yield the files of nights that quote one of these texts, and what is to stand there instead."""
        spelt = _spelt(texts)
        for file in self._home.glob("desks/*/nights/**/*") if spelt else ():
            if file.is_file() and (since is None or file.stat().st_mtime >= since.timestamp() - CLOCK):
                content = whole = file.read_bytes()
                for quoted, instead in spelt.items():
                    content = content.replace(quoted, instead)
                if content != whole:
                    yield file, content

    def _erase_reports(self, texts: Collection[str], since: datetime | None) -> int:
        changed = list(self._reports(texts, since))
        for file, content in changed:
            unfinished = file.with_name(f".{file.name}.{uuid4().hex}")
            unfinished.write_bytes(content)
            os.replace(unfinished, file)
        return len(changed)


def _learned(db: Connection, session: str) -> list[tuple[int, str]]:
    """Return the messages of a conversation that training has, or may be taking over now, by their turns."""
    taught = select(Taught.turn, Taught.text).where(Taught.session == session)
    reviewed = select(TurnRow.id, TurnRow.text).join(Verdict, Verdict.turn == TurnRow.id)
    found = {(turn, text) for turn, text in db.execute(taught)}
    found |= {(turn, text) for turn, text in db.execute(reviewed.where(TurnRow.session == session))}
    return sorted(found)


def _counted(db: Connection, session: str) -> Counter[str]:
    """Return how many rows of each table `erase` takes away."""
    turns = select(TurnRow.id).where(TurnRow.session == session)
    quoting = (AuditRow.subject == session, AuditRow.action.like(QUOTING))
    wanted = [
        ("conversations", Conversation.__table__, (Conversation.session == session,)),
        ("taught", Taught.__table__, (Taught.session == session,)),
        ("audit", AuditRow.__table__, quoting),
        *((c.table.name, c.table, (c == session,)) for c in hanging(Conversation.session)),
        *((c.table.name, c.table, (c.in_(turns),)) for c in hanging(TurnRow.id)),
    ]
    found: Counter[str] = Counter()
    for name, table, conditions in wanted:
        found[name] += db.scalar(select(func.count()).select_from(table).where(*conditions)) or 0
    return found


def _rows(db: Connection, table: Any, *conditions: Any) -> list[dict[str, Any]]:
    rows = db.execute(select(*(c for c in table.c if c.name != "vector")).where(*conditions))
    return [dict(row._mapping) for row in rows]


def _said(db: Connection, session: str) -> tuple[set[str], datetime | None]:
    """Return what a customer wrote in a conversation, and since when."""
    turns = db.execute(select(TurnRow.text, TurnRow.at).where(TurnRow.session == session)).all()
    learned = db.scalars(select(Taught.text).where(Taught.session == session))
    return {t.text for t in turns} | set(learned), min((t.at for t in turns), default=None)


def _spelt(texts: Collection[str]) -> dict[bytes, bytes]:
    """Return all that a file of text, HTML or JSON may quote texts as, and what takes its place.

    A short text, which others may hold by chance, is a quotation only as a whole.
    """
    found: dict[bytes, bytes] = {}
    for text in sorted(
        (t for t in texts if t.strip()), key=len, reverse=True
    ):  # of two, the longer one first
        forms = {text, html.escape(text), html.escape(text, quote=False)}
        forms |= {json.dumps(form, ensure_ascii=ascii)[1:-1] for form in forms for ascii in (True, False)}
        for frame in FRAMES if len(text) < LONG else ("{}",):
            found |= {frame.format(form).encode(): frame.format(GONE).encode() for form in forms}
    return found


def _json(value: Any) -> str:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON")


def as_json(exported: Any) -> str:
    """Return an export as text."""
    return json.dumps(exported, ensure_ascii=False, indent=1, default=_json)
