"""The whole app with its staff console, and clients that are signed in to it."""

import gc
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app import create_app
from bot.pipeline import Bot
from bot.staff import Staff
from bot.staff.session import TOKEN_HEADER
from data.settings import Settings

PASSWORD = "a long enough password"
SignIn = Callable[..., TestClient]


@pytest.fixture(scope="session")
def staff(bot: Bot, tmp_path_factory: pytest.TempPathFactory) -> Staff:
    home: Path = tmp_path_factory.mktemp("staff")
    return Staff(lambda: bot, bot.conversations.engine, Settings(home=home))


@pytest.fixture(scope="session")
def app(bot: Bot, staff: Staff) -> FastAPI:
    with warnings.catch_warnings():
        # the toolkit leaves event loops to the garbage collector
        warnings.simplefilter("ignore", ResourceWarning)
        app = create_app(lambda: bot, staff)  # type: ignore[arg-type]
        gc.collect()
    return app


@pytest.fixture(scope="session")
def staff_client(app: FastAPI, staff: Staff) -> Iterator[SignIn]:
    """Return a function that returns a client signed in with a role, the same one for the same name."""
    with ExitStack() as open_clients:
        clients: dict[str, TestClient] = {}

        def sign_in(role: str = "agent", name: str | None = None) -> TestClient:
            name = name or f"the-{role}"
            if name not in clients:
                staff.users.add(name, role, PASSWORD, by="test")
                client = TestClient(app, raise_server_exceptions=False)
                open_clients.callback(client.close)
                client.post("/staff/sign-in", data={"name": name, "password": PASSWORD})
                client.headers[TOKEN_HEADER] = client.get("/staff/api/me").json()["token"]
                clients[name] = client
            return clients[name]

        yield sign_in


@pytest.fixture
def stranger(app: FastAPI) -> Iterator[TestClient]:
    """A client that nobody has signed in."""
    client = TestClient(app, raise_server_exceptions=False, follow_redirects=False)
    yield client
    client.close()
