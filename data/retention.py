"""What is kept, and for how long: old conversations, nights and releases go.

python -m data.retention              does now what a night does at its end
python -m data.retention --dry-run    says what would go
"""

import argparse
import getpass
import json
import logging
import shutil
import sys
import time
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Engine, delete, exists, func, literal, or_, select, tuple_
from sqlalchemy.orm import aliased

from data.audit import write_audit
from data.database import open_database
from data.desk import load_desk
from data.erasure.forget import forget, salt
from data.erasure.texts import purge
from data.errors import FrontdeskError
from data.insight.daily import Daily
from data.log.words import forget_erased
from data.night.tables import Night, Taught
from data.night.taught import LABELLING
from data.quiet_pipe import quiet_pipe
from data.release.releases import Releases
from data.settings import Settings
from data.tables import Conversation, TurnRow, UtcDateTime, Verdict, now

log = logging.getLogger(__name__)
AT_ONCE = 20  # conversations of one transaction: customers wait no longer than for these
REST = 1.0  # times as long as a transaction took others may write before the next
NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # nothing is older
NIGHTS = "desks/*/nights/*"
RUNS = "runs/*"


@dataclass(frozen=True)
class Forgotten:
    """How much of the log went; `waiting` conversations are old, but not yet learned from."""

    conversations: int = 0
    turns: int = 0
    waiting: int = 0


@dataclass(frozen=True)
class CleanedUp:
    """What a night's end took away: how many nights and training runs, and which releases."""

    forgotten: Forgotten
    nights: int
    runs: int
    releases: tuple[str, ...]


def clean_up(
    engine: Engine, settings: Settings, by: str, spare: Collection[str] = (), dry_run: bool = False
) -> CleanedUp:
    """Take away what the settings keep no longer, and every release that holds an erased text.

    `spare` names releases that stay, such as one on trial. May be killed at any moment and called again.
    """
    desk = load_desk(settings.desk)
    releases = Releases(settings.home, desk.id)
    before = now() - timedelta(days=settings.keep_days) if settings.keep_days else NEVER
    if dry_run:
        return CleanedUp(
            _would_go(engine, before),
            len(_old_nights(engine, before)),
            len(list(_old_folders(settings.home, RUNS, before))),
            tuple(releases.beyond(settings.keep_releases, spare)),
        )
    erased = purge(engine, releases, desk, spare)
    forgotten = forget_old(engine, settings.keep_days, ZoneInfo(desk.timezone))
    if forgotten.conversations:
        with engine.begin() as db:
            after = {"conversations": forgotten.conversations, "turns": forgotten.turns}
            write_audit(db, by, "conversations_forgotten", f"{settings.keep_days} days", None, after)
    nights = forget_nights(engine, settings.home, before)
    runs = [_removed(folder) for folder in _old_folders(settings.home, RUNS, before)]
    gone = (*erased.removed, *releases.tidy(settings.keep_releases, spare))
    return CleanedUp(forgotten, nights, len(runs), gone)


def forget_old(engine: Engine, days: int, zone: ZoneInfo | None = None) -> Forgotten:
    """Forget the conversations that nobody has touched for so many days, 0 for none.

    In small transactions, between which others write; whenever it is stopped, the next call goes on. Charts
    keep what they show: with the desk's `zone`, days that were never counted are counted first. What was
    reviewed stays until training has taken it over.
    """
    if not days:
        return Forgotten()
    if zone:
        Daily(engine, zone).catch_up()
    before, key = now() - timedelta(days=days), salt(engine)
    old = Conversation.updated < before
    conversations = turns = 0
    for batch in _batches(engine, old):
        began = time.monotonic()
        with engine.begin() as db:
            gone = forget(db, key, batch, old, ~_to_be_learned())
        conversations += gone["conversations"]
        turns += gone["turns"]
        time.sleep(REST * (time.monotonic() - began))
    if conversations:
        forget_erased(engine)
        log.info("forgot %d conversations with %d turns", conversations, turns)
    return Forgotten(conversations, turns, _waiting(engine, old))


def forget_nights(engine: Engine, home: Path, before: datetime) -> int:
    """Forget the nights that began before a moment, their folders first; return how many."""
    gone = 0
    for desk, night in _old_nights(engine, before):
        shutil.rmtree(home / "desks" / desk / "nights" / night, ignore_errors=True)
        with engine.begin() as db:
            gone += db.execute(delete(Night).where(Night.id == night)).rowcount
    with engine.connect() as db:
        known = set(db.scalars(select(Night.id)))
    for folder in _old_folders(home, NIGHTS, before):
        if folder.name not in known:  # its row was lost
            _removed(folder)
    return gone


def _batches(engine: Engine, old: ColumnElement[bool]) -> Iterator[list[str]]:
    """Yield old conversations that may go, the oldest first, each once."""
    query = select(Conversation.session, Conversation.updated).where(old, ~_to_be_learned())
    place = tuple_(Conversation.updated, Conversation.session)  # a row value, which the index serves
    query = query.order_by(Conversation.updated, Conversation.session).limit(AT_ONCE)
    reached: ColumnElement[bool] | None = None
    while True:
        with engine.connect() as db:
            rows = db.execute(query if reached is None else query.where(reached)).all()
        if not rows:
            return
        yield [row.session for row in rows]
        last = tuple_(literal(rows[-1].updated, UtcDateTime()), literal(rows[-1].session))
        reached = place > last


def _to_be_learned() -> ColumnElement[bool]:
    """Return the condition that a conversation has a verdict that training has yet to take over.

    What counts of a turn is its last verdict on what the message means. One on a message that only its
    conversation explains is none to learn from.
    """
    later, taught = aliased(Verdict), aliased(Taught)
    return exists().where(
        TurnRow.session == Conversation.session,
        TurnRow.confidence < 1,
        Verdict.turn == TurnRow.id,
        Verdict.kind.in_(LABELLING),
        Verdict.undone_at.is_(None),
        Verdict.learned.is_(None),
        or_(Verdict.kind == "out_of_scope", Verdict.intents != ""),
        ~exists().where(
            later.turn == Verdict.turn,
            later.id > Verdict.id,
            later.kind.in_(LABELLING),
            later.undone_at.is_(None),
        ),
        ~exists().where(taught.turn == Verdict.turn, taught.verdict >= Verdict.id),
    )


def _would_go(engine: Engine, before: datetime) -> Forgotten:
    old = Conversation.updated < before
    goes = select(Conversation.session).where(old, ~_to_be_learned())
    with engine.connect() as db:
        conversations = db.scalar(select(func.count()).select_from(goes.subquery()))
        turns = db.scalar(select(func.count()).select_from(TurnRow).where(TurnRow.session.in_(goes)))
    return Forgotten(conversations or 0, turns or 0, _waiting(engine, old))


def _waiting(engine: Engine, old: ColumnElement[bool]) -> int:
    with engine.connect() as db:
        return db.scalar(select(func.count()).select_from(Conversation).where(old, _to_be_learned())) or 0


def _old_nights(engine: Engine, before: datetime) -> list[tuple[str, str]]:
    query = select(Night.desk, Night.id).where(Night.began < before)
    with engine.connect() as db:
        return [(row.desk, row.id) for row in db.execute(query)]


def _old_folders(home: Path, pattern: str, before: datetime) -> Iterator[Path]:
    """Yield the folders in which nothing has changed since a moment."""
    for folder in sorted(home.glob(pattern)):
        files = [folder, *folder.rglob("*")]
        if folder.is_dir() and max(f.stat().st_mtime for f in files) < before.timestamp():
            yield folder


def _removed(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m data.retention", description="What is kept no longer goes."
    )
    parser.add_argument("--dry-run", action="store_true", help="only say what would go")
    parser.add_argument(
        "--spare", action="append", default=[], metavar="RELEASE", help="a release that stays"
    )
    args = parser.parse_args()
    try:
        settings = Settings()
        engine = open_database(settings.url, settings.home)
        by = f"{getpass.getuser()} (command line)"
        gone = clean_up(engine, settings, by, args.spare, args.dry_run)
        engine.dispose()
        with quiet_pipe(0):  # they are gone
            print(json.dumps({"dry_run": args.dry_run, **asdict(gone)}, indent=1))
    except (FrontdeskError, ValueError) as error:
        sys.exit(f"frontdesk: {error}")


if __name__ == "__main__":
    main()
