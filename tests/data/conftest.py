"""Data tests run on every database that Frontdesk runs on: the fixture `engine` is each in turn."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, insert, inspect, text

from data.database import open_database
from data.log.cases import Cases
from data.log.conversations import Conversations
from data.log.inbox import Inbox
from data.tables import Conversation, Feedback, Remark, TurnRow
from tests.postgres import postgres_server, server_folder

Talk = Callable[..., str]
Write = Callable[..., None]
DATABASES = ("sqlite", "postgresql") if server_folder() else ("sqlite",)


def pytest_report_header() -> str:
    missing = "" if "postgresql" in DATABASES else " (PostgreSQL is not installed, see `make test-setup`)"
    return f"databases: {', '.join(DATABASES)}{missing}"


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of a database on a real PostgreSQL server; whoever uses it leaves it empty."""
    with postgres_server() as server:
        administrator = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
        with administrator.connect() as db:
            db.execute(text("CREATE DATABASE desk"))
        administrator.dispose()
        yield f"{server}/desk"


@pytest.fixture(params=DATABASES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An up-to-date, empty database, of each kind in turn."""
    on_server = request.param == "postgresql"
    url = request.getfixturevalue("postgres") if on_server else f"sqlite:///{tmp_path / 'frontdesk.sqlite3'}"
    engine = open_database(url, tmp_path)
    yield engine
    if on_server:  # to make a database anew for each test takes far longer
        _empty(engine)
    engine.dispose()


def _empty(engine: Engine) -> None:
    names = set(inspect(engine).get_table_names()) - {"alembic_version"}
    quoted = ", ".join(f'"{name}"' for name in sorted(names))
    with engine.begin() as db:
        db.execute(text(f"TRUNCATE {quoted} RESTART IDENTITY CASCADE"))


@pytest.fixture
def talk(engine: Engine) -> Talk:
    """Return a function that writes a conversation: each turn is a route and what differs from the usual."""

    def write(
        at: datetime,
        *turns: tuple[str, dict[str, Any]],
        csat: int | None = None,
        thumbs: dict[int, bool] | None = None,
        replied: datetime | None = None,
    ) -> str:
        session = uuid4().hex
        with engine.begin() as db:
            db.execute(insert(Conversation), {"session": session, "desk": "shop", "csat": csat, "memory": {}})
            for number, (route, given) in enumerate(turns, 1):
                details = {"sentiment": given.get("sentiment", 0.5), **given.get("details", {})}
                usual = {
                    "session": session, "number": number, "at": at + timedelta(minutes=number - 1),
                    "text": "where is it", "language": "en", "intent": "track_order", "confidence": 0.9,
                    "route": route, "reason": "sure", "reply": "Here.", "release": "r1", "ms": 20.0,
                }  # fmt: skip
                known = {k: v for k, v in given.items() if k in usual}
                row = {**usual, **known, "sentiment": details["sentiment"], "details": details}
                db.execute(insert(TurnRow), row)
            for number, helpful in (thumbs or {}).items():
                db.execute(insert(Feedback), {"session": session, "number": number, "helpful": helpful})
            if replied:
                row = {"session": session, "after": 1, "author": "ann", "kind": "reply", "text": "Hi"}
                db.execute(insert(Remark), {**row, "at": replied})
        return session

    return write


def settle(memory: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in memory.items() if k != "asked_slot"}


@pytest.fixture
def conversations(engine: Engine) -> Conversations:
    return Conversations(engine, "kiosk")


@pytest.fixture
def inbox(engine: Engine) -> Inbox:
    return Inbox(engine, settle)


@pytest.fixture
def cases(engine: Engine) -> Cases:
    return Cases(engine)


@pytest.fixture
def write(conversations: Conversations) -> Write:
    """Return a function that writes a turn of a conversation, and for whom it was made."""

    def write(session: str, owner: str = "waiting", number: int = 1, **changes: Any) -> None:
        turn = {
            "session": session, "number": number, "text": "Where is my parcel", "language": "en",
            "intent": "track_order", "confidence": 0.9, "route": "answer", "reason": "intent_accepted",
            "reply": "It is on its way.", "release": "r-01", "ms": 9.0, "sentiment": 0.1, "details": {},
        }  # fmt: skip
        memory = {"asked_slot": "order_number", "slots": {"city": "Leeds"}}
        conversations.add(turn | changes, memory, owner)

    return write
