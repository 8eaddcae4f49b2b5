"""Erasing from the console: an administrator sees what would go, keeps a copy, and has it erased."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from bot.staff import Staff

SignIn = Callable[[str], TestClient]
ERASURE = "/staff/api/erasure"


@pytest.fixture
def said(as_built: Staff) -> str:
    session = uuid4().hex
    for text in ("where is my refund?", "发票怎么开"):
        as_built.bot().reply(session, text)
    return session


def test_what_would_go_is_named_and_then_it_goes(own_client: SignIn, as_built: Staff, said: str) -> None:
    admin = own_client("admin")
    found = admin.get(f"{ERASURE}/{said}").json()
    assert (found["rows"]["turns"], found["releases"], found["waiting"]) == (2, [], [])
    copy = admin.get(f"{ERASURE}/{said}/export")
    assert [t["text"] for t in copy.json()["turns"]] == ["where is my refund?", "发票怎么开"]
    assert "attachment" in copy.headers["content-disposition"]
    assert admin.post(f"{ERASURE}/{said}", json={}).json()["rows"] == found["rows"]
    for method, path in (("GET", ERASURE), ("POST", ERASURE), ("GET", "/staff/api/conversations")):
        assert admin.request(method, f"{path}/{said}", json={}).status_code == 404
    row = admin.get("/staff/api/team/audit").json()["rows"][0]
    assert (row["user"], row["action"], row["after"]["turns"]) == ("admin", "conversation_erased", 2)
    assert said not in str(row)


def test_only_administrators_erase(own_client: SignIn, as_built: Staff, said: str) -> None:
    for role in ("agent", "reviewer"):
        client = own_client(role)
        assert client.get(f"{ERASURE}/{said}").status_code == 403
        assert client.get(f"{ERASURE}/{said}/export").status_code == 403
        assert client.post(f"{ERASURE}/{said}", json={}).status_code == 403
    assert own_client("agent").get(f"/staff/api/conversations/{said}").status_code == 200
