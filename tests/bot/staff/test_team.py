"""The Team page: users are managed, every change is listed, and everybody can change their own password."""

import csv
import io

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from bot.staff import Staff
from bot.staff.session import TOKEN_HEADER
from data.audit import write_audit
from tests.bot.staff.conftest import PASSWORD, SignIn, signed_in

TEAM = "/staff/api/team"


@pytest.fixture
def admin(staff_client: SignIn) -> TestClient:
    return staff_client("admin")


@pytest.fixture
def engine(staff: Staff) -> Engine:
    return staff.engine


@pytest.mark.parametrize("role", ["agent", "reviewer"])
def test_only_administrators_see_it(staff_client: SignIn, role: str) -> None:
    client = staff_client(role)
    assert "team" not in client.get("/staff/api/me").json()["pages"]
    for path in (TEAM, f"{TEAM}/audit", f"{TEAM}/audit.csv"):
        assert client.get(path).status_code == 403
    assert client.post(TEAM, json={"name": "x", "role": "admin", "password": PASSWORD}).status_code == 403


def test_a_user_is_added_changed_and_kept_out(admin: TestClient) -> None:
    sent = {"name": "tom@shop", "role": "agent", "password": PASSWORD}
    assert admin.post(TEAM, json=sent).json()["role"] == "agent"
    assert admin.post(TEAM, json=sent).status_code == 422  # there already
    assert admin.post(f"{TEAM}/tom@shop/role", json={"role": "reviewer"}).json()["role"] == "reviewer"
    assert admin.post(f"{TEAM}/tom@shop/disabled", json={"disabled": True}).json()["state"] == "disabled"
    shown = next(u for u in admin.get(TEAM).json()["users"] if u["name"] == "tom@shop")
    assert (shown["role"], shown["state"], shown["last_sign_in"]) == ("reviewer", "disabled", None)
    rows = admin.get(f"{TEAM}/audit").json()["rows"]
    done = [r["action"] for r in rows if r["subject"] == "tom@shop"]
    assert done == ["user_disabled", "role_set", "user_added"]


def test_what_cannot_be_says_why(admin: TestClient) -> None:
    assert "no user" in admin.post(f"{TEAM}/nobody/role", json={"role": "agent"}).json()["error"]
    assert admin.post(f"{TEAM}/admin/role", json={"role": "x" * 65}).status_code == 422
    short = admin.post(TEAM, json={"name": "ida", "role": "agent", "password": "short"})
    assert "10 to 256" in short.json()["error"]


def test_a_sign_in_is_seen(admin: TestClient, stranger: TestClient, staff: Staff) -> None:
    staff.users.add("lea", "agent", PASSWORD, by="test")
    stranger.post("/staff/sign-in", data={"name": "lea", "password": PASSWORD})
    shown = next(u for u in admin.get(TEAM).json()["users"] if u["name"] == "lea")
    assert shown["last_sign_in"] is not None


def test_the_log_goes_on_page_by_page(admin: TestClient, engine: Engine) -> None:
    with engine.begin() as db:
        for number in range(150):
            write_audit(db, "paging", "verdict", f"batch {number}")
    first = admin.get(f"{TEAM}/audit", params={"user": "paging"}).json()
    rest = admin.get(f"{TEAM}/audit", params={"user": "paging", "before": first["next"]}).json()
    subjects = [r["subject"] for r in [*first["rows"], *rest["rows"]]]
    assert subjects == [f"batch {n}" for n in reversed(range(150))]
    assert rest["next"] is None
    assert admin.get(f"{TEAM}/audit", params={"user": "paging", "action": "none"}).json()["rows"] == []


def test_the_file_opens_safely_in_a_spreadsheet(admin: TestClient, engine: Engine) -> None:
    with engine.begin() as db:
        write_audit(db, "sheet", "conversation_note", "=HYPERLINK(1)", None, {"text": '你好, "quoted"'})
    answer = admin.get(f"{TEAM}/audit.csv", params={"user": "sheet"})
    assert answer.headers["content-type"].startswith("text/csv")
    (row,) = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert (row["user"], row["subject"]) == ("sheet", "'=HYPERLINK(1)")
    assert "你好" in row["after"]


def test_ones_own_password(app: FastAPI, staff: Staff) -> None:
    staff.users.add("mia", "agent", PASSWORD, by="test")
    client, other = signed_in(app, staff, "mia"), signed_in(app, staff, "mia")
    with client, other:
        sent = {"old": "not the right one", "password": "quite another one"}
        wrong = client.post("/staff/api/me/password", json=sent)
        assert (wrong.status_code, "old password" in wrong.json()["error"]) == (422, True)
        sent["old"] = PASSWORD
        assert client.post("/staff/api/me/password", json=sent).status_code == 200
        assert other.get("/staff/api/me").status_code == 401  # every other session ended
        client.headers[TOKEN_HEADER] = client.get("/staff/api/me").json()["token"]
        assert client.get("/staff/api/me").json()["name"] == "mia"
    assert staff.users.verify("mia", "quite another one") is not None
