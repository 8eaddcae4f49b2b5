"""Data tests run on every database that Frontdesk runs on: the fixture `engine` is each in turn."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, inspect, text

from data.database import open_database
from tests.postgres import postgres_server, server_folder

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
