"""Opens the database and brings its tables up to date."""

import json
import re
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from filelock import FileLock
from sqlalchemy import Connection, Engine, create_engine, event

from data.log.words import index_rest

MIGRATIONS = Path(__file__).parent / "migrations"
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")  # after an escaped backslash it is text


def open_database(url: str, home: Path) -> Engine:
    """Return an engine on an up-to-date database; several processes may call this at once.

    A long log from an older version takes minutes, which the log of the process tells of; it may be stopped.
    """
    home.mkdir(parents=True, exist_ok=True)
    sqlite = url.startswith("sqlite")
    engine = _sqlite_engine(url) if sqlite else _postgres_engine(url)
    with FileLock(home / "migrate.lock"):
        with engine.connect() as connection:
            if sqlite:
                event.listen(connection, "begin", _begin_sqlite)
            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
        index_rest(engine)
    return engine


def empty_log(engine: Engine) -> None:
    """Drop from SQLite's write-ahead log what it holds of pages as they were; readers may delay it."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as db:
            db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def to_json(value: Any) -> str:
    """Return a value as JSON without NUL characters, which no database can look for or look past."""
    return _NUL.sub(r"\1", json.dumps(value))


def _sqlite_engine(url: str) -> Engine:
    engine = create_engine(url, connect_args={"timeout": 30}, json_serializer=to_json)
    event.listen(engine, "connect", _prepare_sqlite)
    return engine


def _postgres_engine(url: str) -> Engine:
    from data.postgres import prepare_postgres  # its driver is an extra

    engine = create_engine(url, pool_pre_ping=True, json_serializer=to_json)
    event.listen(engine, "connect", prepare_postgres)
    return engine


def _begin_sqlite(connection: Connection) -> None:
    # the driver begins a transaction at the first row written, after tables and columns are made
    connection.exec_driver_sql("BEGIN")


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # WAL lets readers go on while one writes. NORMAL keeps every committed row when the
    # process is killed; only a power cut may cost the last ones. What is deleted is overwritten,
    # which some builds of SQLite do by themselves.
    for pragma in (
        "journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=30000", "secure_delete=ON",
    ):  # fmt: skip
        connection.execute(f"PRAGMA {pragma}")
