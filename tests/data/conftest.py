"""Data tests run on every database that Frontdesk runs on."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Engine, create_engine, text

from data.database import open_database
from tests.postgres import postgres_server, server_folder

DATABASES = ("sqlite", "postgresql") if server_folder() else ("sqlite",)
TEMPLATE = "up_to_date"


def pytest_report_header() -> str:
    missing = "" if "postgresql" in DATABASES else " (PostgreSQL is not installed, see `make test-setup`)"
    return f"databases: {', '.join(DATABASES)}{missing}"


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a real PostgreSQL server, which has an up-to-date database to copy."""
    with postgres_server() as server:
        administer(server, f"CREATE DATABASE {TEMPLATE}")
        open_database(f"{server}/{TEMPLATE}", tmp_path_factory.mktemp("postgres")).dispose()
        yield server


@pytest.fixture(params=DATABASES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An up-to-date, empty database, of each kind in turn."""
    url = f"sqlite:///{tmp_path / 'frontdesk.sqlite3'}"
    if request.param == "postgresql":
        server, name = request.getfixturevalue("postgres"), f"test_{uuid4().hex}"
        administer(server, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        url = f"{server}/{name}"
    engine = open_database(url, tmp_path)
    yield engine
    engine.dispose()


def administer(server: str, statement: str) -> None:
    """Run a statement that must stand alone."""
    engine = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as db:
        db.execute(text(statement))
    engine.dispose()
