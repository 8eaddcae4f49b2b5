"""Edits of templates and articles: kept in versions, the latest one is the draft.

What customers get is not written here: a release says which versions it holds. So an edit goes live with
the release, and out of sight with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, and_, func, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from data.answer.checks import Problem, check_answer, serious
from data.answer.files import INTENT, Content, Overlay, Subject, with_intents
from data.audit import write_audit
from data.desk import Desk
from data.errors import ConflictError
from data.tables import AnswerVersion

_OF = (AnswerVersion.kind, AnswerVersion.subject)
MOST_NOTE = 300


@dataclass(frozen=True)
class Version:
    """One edit of an answer."""

    subject: Subject
    version: int
    state: str  # text, retired, or files: as the desk's files have it
    content: Content | None
    base: int
    author: str
    note: str
    at: datetime
    released: str | None


class StaleError(ConflictError):
    """The version edited is not the latest one any more."""


class Answers:
    """The edits of one desk in one database."""

    def __init__(self, engine: Engine, desk: str) -> None:
        self.engine = engine
        self._desk = desk

    def head(self) -> str:
        """Return a text that is another one after each edit, and after each edit's first release."""
        query = select(func.max(AnswerVersion.id), func.count(AnswerVersion.released)).where(self._mine)
        with self.engine.connect() as db:
            last, released = db.execute(query).one()
        return f"{last or 0}-{released}"

    def latest(self) -> dict[Subject, Version]:
        """Return the latest version of each answer that was ever edited."""
        last = (
            select(*_OF, func.max(AnswerVersion.version).label("version"))
            .where(self._mine)
            .group_by(*_OF)
            .subquery()
        )
        same = and_(
            AnswerVersion.kind == last.c.kind,
            AnswerVersion.subject == last.c.subject,
            AnswerVersion.version == last.c.version,
        )
        with self.engine.connect() as db:
            rows = db.execute(select(AnswerVersion.__table__).join(last, same).where(self._mine))
            return {(v := _version(row)).subject: v for row in rows}

    def at(self, versions: Mapping[str, int]) -> dict[Subject, Version]:
        """Return certain versions, given as `{"template/greeting.one": 3}`; unknown ones are left out."""
        wanted = [(*Subject.of(subject), number) for subject, number in versions.items()]
        if not wanted:
            return {}
        chosen = tuple_(*_OF, AnswerVersion.version).in_(wanted)
        with self.engine.connect() as db:
            rows = db.execute(select(AnswerVersion.__table__).where(self._mine, chosen))
            return {(v := _version(row)).subject: v for row in rows}

    def released(self) -> dict[str, int]:
        """Return the latest version of each answer that went out with any release, as `at` takes them."""
        query = (
            select(*_OF, func.max(AnswerVersion.version))
            .where(self._mine, AnswerVersion.released.is_not(None))
            .group_by(*_OF)
        )
        with self.engine.connect() as db:
            return {str(Subject(kind, subject)): number for kind, subject, number in db.execute(query)}

    def versions(self, subject: Subject) -> list[Version]:
        """Return all versions of an answer, newest first."""
        query = (
            select(AnswerVersion.__table__)
            .where(self._mine, *_is(subject))
            .order_by(AnswerVersion.version.desc())
        )
        with self.engine.connect() as db:
            return [_version(row) for row in db.execute(query)]

    def mark_released(self, db: Connection, versions: Mapping[str, int], release: str) -> None:
        """Note the first release that versions go out with, within the transaction that makes it live."""
        wanted = [(*Subject.of(subject), number) for subject, number in versions.items()]
        if wanted:
            chosen = tuple_(*_OF, AnswerVersion.version).in_(wanted)
            mine = (self._mine, chosen, AnswerVersion.released.is_(None))
            db.execute(update(AnswerVersion).where(*mine).values(released=release))

    @property
    def _mine(self) -> ColumnElement[bool]:
        return AnswerVersion.desk == self._desk

    def add(
        self,
        subject: Subject,
        state: str,
        content: Content | None,
        base: int,
        author: str,
        note: str = "",
    ) -> Version:
        """Keep a new version on top of version `base`; raises StaleError where that is not the latest."""
        row = {
            "desk": self._desk, "kind": subject.kind, "subject": subject.id, "version": base + 1,
            "state": state, "content": content, "base": base, "author": author, "note": note[:MOST_NOTE],
        }  # fmt: skip
        latest = select(func.max(AnswerVersion.version)).where(self._mine, *_is(subject))
        try:
            with self.engine.begin() as db:
                write_audit(
                    db, author, f"answer_{state}", str(subject), {"version": base}, {"version": base + 1}
                )
                if (db.scalar(latest) or 0) != base:
                    raise StaleError(f"version {base} of {subject.id} is not the latest one")
                db.execute(insert(AnswerVersion), row)
        except IntegrityError as error:
            raise StaleError(f"version {base + 1} of {subject.id} was saved meanwhile") from error
        return self.versions(subject)[0]


def overlay_of(versions: Mapping[Subject, Version]) -> Overlay:
    """Return what versions lay over the desk's files."""
    return {subject: v.content for subject, v in versions.items() if v.state != "files"}


def usable(desk: Desk, overlay: Overlay) -> tuple[Overlay, dict[Subject, tuple[Problem, ...]]]:
    """Return the edits that fit the desk's files as they are, and what is wrong with the others."""
    desk = with_intents(desk, overlay)
    wrong = {
        subject: problems
        for subject, content in overlay.items()
        if content is not None
        and subject.kind != INTENT
        and (problems := serious(check_answer(desk, subject, content)))
    }
    return {s: c for s, c in overlay.items() if s not in wrong}, wrong


def _is(subject: Subject) -> tuple[ColumnElement[bool], ...]:
    return AnswerVersion.kind == subject.kind, AnswerVersion.subject == subject.id


def _version(row: Row[Any]) -> Version:
    fields = {f: getattr(row, f) for f in Version.__dataclass_fields__ if f != "subject"}
    return Version(subject=Subject(row.kind, row.subject), **fields)
