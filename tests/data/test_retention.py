"""What is old goes, in small steps and while others write; what charts show and training needs stays."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, func, insert, select, text, update

import data.retention
from data.database import open_database
from data.erasure.forget import forget, hanging, salt
from data.errors import SettingsError
from data.log.conversations import Conversations
from data.log.words import TABLE
from data.night.tables import Night, Taught
from data.release.releases import Releases
from data.retention import clean_up, forget_nights, forget_old
from data.settings import Settings
from data.tables import (
    AuditRow,
    Base,
    Conversation,
    DailyConversations,
    DailyTurns,
    Feedback,
    Remark,
    ReviewClaim,
    ReviewGroup,
    ReviewItem,
    ReviewMark,
    TurnRow,
    TurnVector,
    Verdict,
    now,
)
from tests.data.old_log import review, taught_row, write_conversation

LONG_AGO = now() - timedelta(days=400)
LATELY = now() - timedelta(days=20)
Write = Callable[..., list[int]]


@pytest.fixture
def write(engine: Engine) -> Write:
    return partial(write_conversation, engine)


def rows(engine: Engine, *tables: type[Base]) -> list[int]:
    with engine.connect() as db:
        return [int(db.scalar(select(func.count()).select_from(table)) or 0) for table in tables]


# ---- conversations


def test_what_nobody_touched_for_so_long_goes_with_everything_on_it(engine: Engine, write: Write) -> None:
    old = write("old", LONG_AGO, turns=3)
    write("new", LATELY)
    with engine.begin() as db:
        db.execute(insert(Taught), taught_row("old", old[0], review(engine, old[0])))
    gone = forget_old(engine, 365)
    assert (gone.conversations, gone.turns, gone.waiting) == (1, 3, 0)
    tables = (Conversation, TurnRow, TurnVector, Feedback, Remark, ReviewItem, Verdict, ReviewGroup, Taught)
    assert rows(engine, *tables) == [1, 2, 2, 1, 1, 0, 0, 0, 1]
    with engine.connect() as db:
        assert db.scalar(text(f"SELECT count(*) FROM {TABLE}")) == 2
        kept = db.execute(select(AuditRow.subject, AuditRow.after).order_by(AuditRow.id)).all()
    assert [row.after for row in kept] == [None, {"text": "Sorry about it"}]
    assert kept[0].subject.startswith("gone ")
    assert kept[1].subject == "new"


def test_every_table_that_names_a_conversation_or_a_turn_is_emptied() -> None:
    known = {column.table.name for column in (*hanging(TurnRow.id), *hanging(Conversation.session))}
    naming = {t.name for t in Base.metadata.sorted_tables if {"session", "turn"} & set(t.c.keys())}
    assert naming - known == {"conversations", "taught", "erased_texts"}


def test_zero_days_keep_all(engine: Engine, write: Write) -> None:
    write("old", LONG_AGO)
    assert forget_old(engine, 0).conversations == 0
    assert rows(engine, Conversation) == [1]


def test_any_touch_counts(engine: Engine, write: Write) -> None:
    write("old", LONG_AGO)
    Conversations(engine, "kiosk").score("old", 5)
    assert forget_old(engine, 365).conversations == 0


@pytest.mark.parametrize(
    ("kind", "intents", "stays"),
    [
        ("intent", "track_order", True),
        ("out_of_scope", "", True),
        ("right", "track_order", True),
        ("answer", "", False),  # says nothing of the intent
        ("skip", "", False),
    ],
)
def test_what_was_reviewed_stays_until_training_has_it(
    engine: Engine, write: Write, kind: str, intents: str, stays: bool
) -> None:
    (turn, *_) = write("old", LONG_AGO)
    verdict = review(engine, turn, kind, intents)
    gone = forget_old(engine, 365)
    assert (gone.conversations, gone.waiting) == ((0, 1) if stays else (1, 0))
    with engine.begin() as db:
        db.execute(insert(Taught), taught_row("old", turn, verdict))
    assert forget_old(engine, 365).conversations == int(stays)


def test_a_later_verdict_is_waited_for_too(engine: Engine, write: Write) -> None:
    (turn, *_) = write("old", LONG_AGO)
    first = review(engine, turn)
    with engine.begin() as db:
        db.execute(insert(Taught), taught_row("old", turn, first))
        again = {"turn": turn, "batch": "b", "kind": "intent", "intents": "get_refund", "author": "ann"}
        later = db.scalars(insert(Verdict).returning(Verdict.id), again).one()
    assert forget_old(engine, 365).waiting == 1
    with engine.begin() as db:
        db.execute(update(Verdict).where(Verdict.id == later).values(undone_at=now()))
    assert forget_old(engine, 365).conversations == 1


def test_charts_keep_what_they_show(engine: Engine, write: Write) -> None:
    write("old", now() - timedelta(days=15))
    write("new", now() - timedelta(days=5))
    for _ in range(2):  # the day of what is gone is not counted again
        forget_old(engine, 10, ZoneInfo("Asia/Shanghai"))
        assert rows(engine, TurnRow, DailyTurns, DailyConversations) == [2, 2, 2]


def test_a_group_that_loses_its_typical_message_shows_another(engine: Engine, write: Write) -> None:
    old, new = write("old", LONG_AGO), write("new", LATELY)
    for turn in (old[0], new[0]):
        review(engine, turn, "skip")
    forget_old(engine, 365)
    with engine.connect() as db:
        assert db.execute(select(ReviewGroup.id, ReviewGroup.medoid)).all() == [(1, new[0])]


def test_a_group_that_somebody_has_open_stays(engine: Engine, write: Write) -> None:
    (turn, *_) = write("old", LONG_AGO)
    review(engine, turn, "skip")
    with engine.begin() as db:
        db.execute(insert(ReviewClaim), {"group": 1, "user": "ann", "until": now() + timedelta(minutes=1)})
    forget_old(engine, 365)
    assert rows(engine, ReviewGroup, ReviewItem) == [1, 0]


def test_who_writes_again_in_between_is_not_forgotten(engine: Engine, write: Write) -> None:
    """A conversation is looked at again in the transaction that would delete it."""
    write("old", LONG_AGO)
    write("back", LONG_AGO)
    with engine.begin() as db:
        db.execute(update(Conversation).where(Conversation.session == "back").values(updated=now()))
    old = Conversation.updated < now() - timedelta(days=365)
    key = salt(engine)
    with engine.begin() as db:
        assert forget(db, key, ["old", "back"], old)["conversations"] == 1
    with engine.connect() as db:
        assert db.scalars(select(Conversation.session)).all() == ["back"]


def test_a_turns_number_is_never_given_twice(engine: Engine, write: Write) -> None:
    """SQLite would give it again; what training or the review mark still names must not be another turn."""
    old = write("old", LONG_AGO, turns=5)
    with engine.begin() as db:
        db.execute(insert(Taught), taught_row("old", old[3], review(engine, old[3])))
        db.execute(insert(ReviewMark), {"name": "turns", "value": str(old[4])})
    assert forget_old(engine, 365).turns == 5
    assert write("new", LATELY)[0] > old[4]


FORGET = """
import os, signal, sys
from pathlib import Path
import data.retention
from data.database import open_database

engine = open_database(sys.argv[1], Path(sys.argv[2]))
data.retention.AT_ONCE = 3
real, calls = data.retention.forget, 0

def killed(db, *arguments):
    global calls
    calls += 1
    gone = real(db, *arguments)
    if calls == 3:  # deleted, but not committed
        os.kill(os.getpid(), signal.SIGKILL)
    return gone

data.retention.forget = killed
data.retention.forget_old(engine, 365)
"""


def test_a_killed_run_leaves_whole_conversations_and_the_next_goes_on(
    engine: Engine, write: Write, tmp_path: Path
) -> None:
    for number in range(12):
        write(f"old-{number:02d}", LONG_AGO + timedelta(hours=number))
    write("new", LATELY)
    url = engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", FORGET, url, str(tmp_path)]
    assert subprocess.run(command, cwd=Path(__file__).parents[2]).returncode == -signal.SIGKILL
    assert rows(engine, Conversation, TurnRow, Feedback, TurnVector) == [7, 14, 7, 14]
    assert forget_old(engine, 365).conversations == 6
    assert rows(engine, Conversation, TurnRow, Feedback, TurnVector) == [1, 2, 1, 2]


def test_customers_go_on_writing_meanwhile(
    engine: Engine, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data.retention, "AT_ONCE", 2)
    for number in range(40):
        write(f"old-{number:02d}", LONG_AGO)
    failed: list[BaseException] = []
    done = threading.Event()

    def customer(name: int) -> None:
        try:
            conversations = Conversations(engine, "kiosk")
            number = 3
            while not done.is_set() or number < 5:
                row = {
                    "session": f"old-{name:02d}" if number % 2 else f"new-{name}", "number": number,
                    "text": "and now?", "language": "en", "confidence": 0.5, "route": "answer",
                    "reason": "intent_accepted", "reply": "Here.", "release": "r1", "ms": 1.0, "details": {},
                }  # fmt: skip
                conversations.add(row, {}, "bot", b"\0\0")
                number += 1
        except BaseException as error:
            failed.append(error)

    writers = [threading.Thread(target=customer, args=(name,)) for name in (39, 38)]
    for writer in writers:
        writer.start()
    gone = forget_old(engine, 365)
    done.set()
    for writer in writers:
        writer.join()
    assert failed == []
    assert 38 <= gone.conversations <= 40
    with engine.connect() as db:
        left = set(db.scalars(select(Conversation.session)))
        parts = db.execute(select(TurnRow.session, func.min(TurnRow.number)).group_by(TurnRow.session)).all()
    assert left == {"old-38", "old-39", "new-38", "new-39"}  # what they wrote is there
    assert {session for session, _ in parts} == left
    assert all(first in (1, 3, 4) for _, first in parts)  # whole, or only what came after


# ---- nights, training runs, all of it together


def night(engine: Engine, home: Path, name: str, began: datetime) -> Path:
    with engine.begin() as db:
        row = {"id": name, "desk": "kiosk", "began": began, "before": "r1", "settings": {}}
        db.execute(insert(Night), row)
    return folder(home / "desks" / "kiosk" / "nights" / name, began)


def folder(path: Path, changed: datetime) -> Path:
    path.mkdir(parents=True)
    (path / "report.html").write_text("<p>report</p>")
    for file in (path / "report.html", path):
        os.utime(file, (changed.timestamp(), changed.timestamp()))
    return path


def test_old_nights_go_with_their_folders(engine: Engine, tmp_path: Path) -> None:
    old, new = night(engine, tmp_path, "old", LONG_AGO), night(engine, tmp_path, "new", LATELY)
    lost = folder(tmp_path / "desks" / "kiosk" / "nights" / "lost", LONG_AGO)
    assert forget_nights(engine, tmp_path, now() - timedelta(days=365)) == 1
    assert (old.exists(), lost.exists(), new.exists()) == (False, False, True)
    with engine.connect() as db:
        assert db.scalars(select(Night.id)).all() == ["new"]


@pytest.fixture
def settings(tmp_path: Path, small_desk: Path) -> Settings:
    return Settings(home=tmp_path, desk=small_desk, keep_days=10, keep_releases=2)


def build(folder: Path) -> dict[str, object]:
    (folder / "classifier").mkdir()
    (folder / "classifier" / "classifier.json").write_text(json.dumps({"examples": []}))
    return {}


def test_a_dry_run_says_what_would_go_and_then_it_goes(
    engine: Engine, write: Write, settings: Settings, tmp_path: Path
) -> None:
    old, new = now() - timedelta(days=15), now() - timedelta(days=5)
    write("old", old)
    write("new", new)
    night(engine, tmp_path, "old", old)
    folder(tmp_path / "runs" / "old", old)
    folder(tmp_path / "runs" / "new", new)
    releases = Releases(tmp_path, "kiosk")
    made = [releases.publish(f"desk-{n}", build).id for n in range(4)]
    said = clean_up(engine, settings, "night", dry_run=True)
    assert rows(engine, Conversation, Night) == [2, 1]
    assert clean_up(engine, settings, "night") == said
    assert (said.forgotten.conversations, said.nights, said.runs, said.releases) == (1, 1, 1, tuple(made[:2]))
    assert rows(engine, Conversation, Night) == [1, 0]
    assert {f.name for f in (tmp_path / "runs").iterdir()} == {"new"}
    with engine.connect() as db:
        row = db.execute(select(AuditRow.user, AuditRow.after).order_by(AuditRow.id.desc())).first()
    assert row == ("night", {"conversations": 1, "turns": 2})


def test_the_command(tmp_path: Path, small_desk: Path) -> None:
    engine = open_database(f"sqlite:///{tmp_path / 'frontdesk.sqlite3'}", tmp_path)
    with engine.begin() as db:
        row = {"session": "old", "desk": "kiosk", "memory": {}, "updated": LONG_AGO}
        db.execute(insert(Conversation), row)
    env = {**os.environ, "FRONTDESK_HOME": str(tmp_path), "FRONTDESK_DESK": str(small_desk)}
    for arguments, left in ((["--dry-run"], 1), ([], 0)):
        command = [sys.executable, "-m", "data.retention", *arguments]
        done = subprocess.run(
            command, cwd=Path(__file__).parents[2], env=env, capture_output=True, check=True
        )
        assert json.loads(done.stdout)["forgotten"]["conversations"] == 1
        assert rows(engine, Conversation) == [left]
    engine.dispose()


def test_so_few_days_that_charts_could_not_count_are_refused(tmp_path: Path) -> None:
    assert Settings(home=tmp_path, keep_days=7).keep_days == 7
    with pytest.raises(SettingsError, match="KEEP_DAYS is 3, wanted is 0, which keeps all, or at least 7"):
        Settings(home=tmp_path, keep_days=3)
