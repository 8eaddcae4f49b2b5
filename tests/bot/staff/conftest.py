"""The staff console on a home of its own, and people signed in to it."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot.api import add_api
from bot.doors import LiveBot
from bot.staff import Staff, add_staff
from data.settings import Settings

StaffClient = Callable[[str], TestClient]
PASSWORD = "a long enough password"


@pytest.fixture
def own_settings(home: Path, tmp_path: Path) -> Settings:
    """Settings of a home that shares the files of the built release, and nothing else."""
    shutil.copytree(home / "desks", tmp_path / "home" / "desks", copy_function=os.link)
    pointer = tmp_path / "home" / "desks" / "shop" / "live"
    shutil.copy(home / "desks" / "shop" / "live", pointer.with_suffix(".own"))
    os.replace(pointer.with_suffix(".own"), pointer)
    return Settings(home=tmp_path / "home")


@pytest.fixture
def staff(own_settings: Settings) -> Iterator[Staff]:
    bot = LiveBot(own_settings)
    yield Staff(bot, bot().conversations.engine, own_settings)
    bot.close()
    bot().conversations.engine.dispose()


@pytest.fixture
def staff_client(staff: Staff) -> Iterator[StaffClient]:
    """Return a function that signs somebody in with a role; the name is the role's."""
    app = FastAPI()
    add_api(app, staff.bot)
    add_staff(app, staff)
    clients: list[TestClient] = []

    def sign_in(role: str) -> TestClient:
        staff.users.add(role, role, PASSWORD, by="test")
        client = TestClient(app, base_url="http://testserver")
        clients.append(client)
        client.post("/staff/sign-in", data={"name": role, "password": PASSWORD})
        token = client.get("/staff/api/me").json()["token"]
        client.headers["X-Frontdesk-Token"] = token
        return client

    yield sign_in
    for client in clients:
        client.close()
