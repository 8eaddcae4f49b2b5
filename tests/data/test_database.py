"""The database is up to date however it is opened, and what is committed stays."""

import logging
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from filelock import FileLock
from sqlalchemy import Engine, inspect, text
from sqlalchemy.engine import Connection

from data.database import MIGRATIONS, open_database
from data.log.conversations import Conversations
from data.log.filter import LogFilter
from data.log.search import LogSearch
from data.log.words import TABLE
from data.tables import Base

OPEN = """
import sys
from pathlib import Path
from data.database import open_database
home = Path(sys.argv[1])
engine = open_database(f"sqlite:///{home / 'frontdesk.sqlite3'}", home)
"""
WRITE = """
import os, signal
from data.log.conversations import Conversations
turn = dict(session="s", number=1, text="hi", language="en", intent=None, confidence=0.5, route="refuse",
            reason="unfamiliar", reply="Sorry.", release="r", ms=1.0, details={})
Conversations(engine, "kiosk").add(turn, {"misses": 1}, "bot")
os.kill(os.getpid(), signal.SIGKILL)
"""
KILLED = """
import os, signal
from data.log import words
from data.tables import Base
words.BATCH, made, calls = 2, words.WHERE, []
def killed(*given):
    calls.append(made(*given))
    if "WHERE" == "create_index" or len(calls) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
words.WHERE = killed
"""
BEFORE_SEARCH = "0002"  # the revision before 0004_log_search
ON_SQLITE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def start(code: str, home: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", textwrap.dedent(code), str(home)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])


def differences(connection: Connection) -> list[object]:
    """Return what the models say otherwise; the words' index is a table that no model describes."""

    def described(name: str | None, kind: str, _parents: object) -> bool:
        return kind != "table" or not (name or "").startswith(TABLE)

    options = {"include_name": described}
    return list(compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata))


def pragma(engine: Engine, name: str) -> object:
    with engine.connect() as connection:
        return connection.execute(text(f"PRAGMA {name}")).scalar()


def test_migrations_make_what_the_models_describe(engine: Engine) -> None:
    with engine.connect() as connection:
        assert differences(connection) == []


def test_a_difference_would_be_found(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("ALTER TABLE feedback DROP COLUMN reason"))
        assert len(differences(connection)) == 1


def test_opening_again_keeps_what_is_there(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'frontdesk.sqlite3'}"
    for _ in range(2):
        engine = open_database(url, tmp_path)
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE IF NOT EXISTS mine (n INTEGER)"))
            connection.execute(text("INSERT INTO mine VALUES (1)"))
        engine.dispose()
    assert pragma(engine, "user_version") == 0
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM mine")).scalar() == 2
    engine.dispose()


def test_the_home_is_made(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    open_database(f"sqlite:///{home / 'frontdesk.sqlite3'}", home).dispose()
    assert (home / "frontdesk.sqlite3").exists()


def test_several_processes_may_open_a_new_database_at_once(tmp_path: Path) -> None:
    with FileLock(tmp_path / "migrate.lock"):  # all are kept waiting, then let go together
        processes = [start(OPEN, tmp_path) for _ in range(3)]
        for process in processes:
            try:
                process.wait(1.5)
            except subprocess.TimeoutExpired:
                continue
    errors = [process.communicate(timeout=60)[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], errors
    engine = open_database(f"sqlite:///{tmp_path / 'frontdesk.sqlite3'}", tmp_path)
    assert set(Base.metadata.tables) < set(inspect(engine).get_table_names())
    engine.dispose()


def test_readers_go_on_while_one_writes(engine: Engine) -> None:
    with engine.begin() as writer, engine.connect() as reader:
        columns = "session, desk, owner, memory, started, updated"
        writer.execute(
            text(
                f"INSERT INTO conversations ({columns}) "
                "VALUES ('s', 'd', 'bot', '{}', '2026-01-01', '2026-01-01')"
            )
        )
        assert reader.execute(text("SELECT count(*) FROM conversations")).scalar() == 0


@ON_SQLITE
def test_journal_is_written_ahead(engine: Engine) -> None:
    assert pragma(engine, "journal_mode") == "wal"


@ON_SQLITE
def test_foreign_keys_are_enforced(engine: Engine) -> None:
    assert pragma(engine, "foreign_keys") == 1


def test_a_killed_process_loses_nothing_it_committed(tmp_path: Path) -> None:
    process = start(OPEN + WRITE, tmp_path)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, errors
    engine = open_database(f"sqlite:///{tmp_path / 'frontdesk.sqlite3'}", tmp_path)
    kept = Conversations(engine, "kiosk")
    assert [turn.reply for turn in kept.turns("s")] == ["Sorry."]
    assert kept.state("s").memory == {"misses": 1}
    engine.dispose()


def test_a_log_from_before_the_search_can_be_searched(tmp_path: Path) -> None:
    write_old_log(tmp_path)
    engine = open_database(f"sqlite:///{tmp_path / 'frontdesk.sqlite3'}", tmp_path)
    found = LogSearch(engine).find(LogFilter("退款", mood="negative")).hits
    assert [hit.session for hit in found] == ["s4", "s3", "s2", "s1", "s0"]
    engine.dispose()


@pytest.mark.parametrize("where", ["create_index", "_index"])  # within a revision; and between two steps
def test_one_that_is_killed_while_it_brings_a_log_up_to_date_can_be_started_again(
    where: str, tmp_path: Path
) -> None:
    write_old_log(tmp_path)
    process = start(KILLED.replace("WHERE", where) + OPEN, tmp_path)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, errors
    engine = open_database(f"sqlite:///{tmp_path / 'frontdesk.sqlite3'}", tmp_path)
    with engine.connect() as connection:
        assert differences(connection) == []
    found = LogSearch(engine).find(LogFilter("退款", mood="negative")).hits
    assert [hit.session for hit in found] == ["s4", "s3", "s2", "s1", "s0"]
    engine.dispose()


def test_it_says_how_far_it_is(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write_old_log(tmp_path)
    with pytest.MonkeyPatch.context() as patch, caplog.at_level(logging.INFO, "data.log.words"):
        patch.setattr("data.log.words.BATCH", 2)
        patch.setattr("data.log.words.TELL", 0.0)
        open_database(f"sqlite:///{tmp_path / 'frontdesk.sqlite3'}", tmp_path).dispose()
    assert caplog.messages[1:4] == [f"indexing 5 turns, {share} %" for share in (40, 80, 100)]


def write_old_log(home: Path) -> None:
    """Write five turns as a version without search had them."""
    engine = open_database(f"sqlite:///{home / 'frontdesk.sqlite3'}", home)
    turn = {
        "number": 1, "text": "我要退款", "language": "zh", "intent": None, "confidence": 0.5,
        "route": "refuse", "reason": "out_of_scope", "reply": "抱歉。", "release": "r", "ms": 1.0,
        "details": {"sentiment": -0.7},
    }  # fmt: skip
    for at in range(5):
        Conversations(engine, "kiosk").add({**turn, "session": f"s{at}"}, {}, "bot")
    with engine.connect() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.downgrade(config, BEFORE_SEARCH)
        connection.commit()
    engine.dispose()
