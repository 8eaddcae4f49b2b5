"""The whole app with its staff console, and clients that are signed in to it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import delete

from app import create_app
from bot.doors import LiveBot
from bot.pipeline import Bot
from bot.staff import Staff
from bot.staff.session import COOKIE, TOKEN_HEADER
from data.release.releases import Releases
from data.settings import Settings
from data.tables import AnswerVersion, AuditRow, Conversation, TurnRow, TurnVector
from tests.app_process import home_of_its_own
from tests.in_a_loop import in_a_loop

PASSWORD = "a long enough password"
SignIn = Callable[..., TestClient]


def whole_house(staff: Staff) -> FastAPI:
    """Return API, console and chat page in one app."""

    async def build() -> FastAPI:  # outside a loop, the toolkit opens some that it never closes
        return create_app(staff.bot, staff)  # type: ignore[arg-type]

    return in_a_loop(build)


def signed_in(app: FastAPI, staff: Staff, name: str) -> TestClient:
    """Return a client with a new session of a user, as signing in gives it."""
    client = TestClient(app, raise_server_exceptions=False)
    cookie = staff.sessions.cookie(staff.users.get(name))
    client.cookies.set(COOKIE, cookie, domain="testserver.local", path="/staff")
    client.headers[TOKEN_HEADER] = client.get("/staff/api/me").json()["token"]
    return client


@pytest.fixture(scope="session")
def staff(bot: Bot, home: Path, tmp_path_factory: pytest.TempPathFactory) -> Staff:
    own = home_of_its_own(home, tmp_path_factory.mktemp("staff"))
    return Staff(lambda: bot, bot.conversations.engine, Settings(home=own))


@pytest.fixture(scope="session")
def app(staff: Staff) -> FastAPI:
    return whole_house(staff)


@contextmanager
def sign_ins(app: FastAPI, staff: Staff) -> Iterator[SignIn]:
    """Yield a function that returns a client signed in with a role, the same one for the same name."""
    with ExitStack() as open_clients:
        clients: dict[str, TestClient] = {}

        def sign_in(role: str = "agent", name: str | None = None) -> TestClient:
            name = name or role
            if name not in clients:
                staff.users.add(name, role, PASSWORD, by="test")
                clients[name] = client = signed_in(app, staff, name)
                open_clients.callback(client.close)
            return clients[name]

        yield sign_in


@pytest.fixture(scope="session")
def staff_client(app: FastAPI, staff: Staff) -> Iterator[SignIn]:
    with sign_ins(app, staff) as sign_in:
        yield sign_in


@pytest.fixture
def stranger(app: FastAPI) -> Iterator[TestClient]:
    """A client that nobody has signed in."""
    client = TestClient(app, raise_server_exceptions=False, follow_redirects=False)
    yield client
    client.close()


# a console whose releases a test may change


@pytest.fixture(scope="module")
def own_home(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that shares the files of the built release, and nothing else."""
    return home_of_its_own(home, tmp_path_factory.mktemp("own"))


@pytest.fixture(scope="module")
def own_staff(own_home: Path) -> Iterator[Staff]:
    bot = LiveBot(Settings(home=own_home), every=3600)
    yield Staff(bot, bot().conversations.engine, Settings(home=own_home))
    bot.close()
    bot().conversations.engine.dispose()


@pytest.fixture(scope="module")
def own_client(own_staff: Staff) -> Iterator[SignIn]:
    with sign_ins(whole_house(own_staff), own_staff) as sign_in:
        yield sign_in


@pytest.fixture
def as_built(own_staff: Staff, own_home: Path) -> Iterator[Staff]:
    """The console of a home as it was built; what a test makes of it is gone afterwards."""
    with own_staff.engine.begin() as db:
        db.execute(delete(AuditRow))
    yield own_staff
    releases = Releases(own_home, "shop")
    first, *later = releases.ids()
    releases.make_live(first)
    own_staff.refresh()
    for made in later:
        shutil.rmtree(own_home / "desks" / "shop" / "releases" / made)
    with own_staff.engine.begin() as db:
        for table in (AnswerVersion, AuditRow, TurnVector, TurnRow, Conversation):
            db.execute(delete(table))
