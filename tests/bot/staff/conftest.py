"""The console over HTTP, without its Gradio page, and users of each role signed in to it."""

import asyncio
from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app import create_app
from bot.pipeline import Bot
from bot.staff import Staff
from bot.staff.session import COOKIE, TOKEN_HEADER
from data.settings import Settings
from data.users import Users

PASSWORD = "correct horse battery"
SignIn = Callable[..., TestClient]


@pytest.fixture(scope="session")
def staff(bot: Bot, tmp_path_factory: pytest.TempPathFactory) -> Staff:
    return Staff(lambda: bot, bot.conversations.engine, Settings(home=tmp_path_factory.mktemp("staff")))


@pytest.fixture(scope="session")
def house(staff: Staff) -> FastAPI:
    """The whole application: API, console and chat page."""
    return whole_house(staff)


def whole_house(staff: Staff) -> FastAPI:
    async def build() -> FastAPI:  # outside a loop, the toolkit opens some that it never closes
        return create_app(staff.bot, staff)

    return asyncio.run(build())


@pytest.fixture
def stranger(house: FastAPI) -> Iterator[TestClient]:
    """A client that nobody has signed in."""
    with TestClient(house, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def sign_in(house: FastAPI, staff: Staff) -> Iterator[SignIn]:
    """Return a function that gives a client signed in as a user of a role; one user a role, or named."""
    clients = []

    def signed_in(role: str, name: str | None = None) -> TestClient:
        users, name = Users(staff.engine), name or f"the-{role}"
        if name not in {u.name for u in users.all()}:
            users.add(name, role, PASSWORD, by="test")
        client = TestClient(house, raise_server_exceptions=False)
        client.__enter__()
        clients.append(client)
        cookie = staff.sessions.cookie(users.get(name))
        client.cookies.set(COOKIE, cookie, domain="testserver.local", path="/staff")
        client.headers[TOKEN_HEADER] = client.get("/staff/api/me").json()["token"]
        return client

    yield signed_in
    for client in clients:
        client.__exit__(None, None, None)
