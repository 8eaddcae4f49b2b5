"""Who gets in, how they are kept out, and what a session is worth."""

from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from bot.pipeline import Bot
from bot.staff import Staff
from bot.staff.session import COOKIE, Sessions, home_secret
from bot.staff.sign_in import SetUp
from data.database import open_database
from data.errors import UserError
from data.settings import Settings
from data.users import FAILURES, Users
from tests.bot.staff.conftest import PASSWORD, SignIn, signed_in, whole_house

HTML = {"Accept": "text/html"}
CLOSED = [
    "/staff/", "/staff/api/me", "/staff/console/console.js", "/staff/config", "/staff/theme.css",
    "/staff/gradio_api/info", "/staff//api/me", "/staff/api/nothing", "/staff/%61pi/me",
    "/staff/sign-in/../api/me",
]  # fmt: skip


@pytest.fixture
def sign_in(app: FastAPI, staff: Staff) -> Iterator[SignIn]:
    """Return a function that returns a client with a session of its own, which a test may end."""
    with ExitStack() as open_clients:

        def sign_in(role: str, name: str | None = None) -> TestClient:
            name = name or f"enters-{role}"
            with suppress(UserError):  # there already
                staff.users.add(name, role, PASSWORD, by="test")
            client = signed_in(app, staff, name)
            open_clients.callback(client.close)
            return client

        yield sign_in


@pytest.mark.parametrize("path", CLOSED)
def test_nothing_answers_without_a_session(stranger: TestClient, path: str) -> None:
    assert stranger.get(path).status_code == 401


def test_a_person_without_a_session_is_asked_to_sign_in(stranger: TestClient) -> None:
    answer = stranger.get("/staff/", headers=HTML, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/sign-in")
    page = stranger.get("/staff/sign-in", headers={"Accept-Language": "zh-CN"})
    assert "登录" in page.text
    assert page.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("forged", ["", "x", "eyJhIjoxfQ.x.y", "é", "a" * 5000])
def test_a_forged_cookie_is_nobodys(stranger: TestClient, forged: str) -> None:
    sent = f"{COOKIE}={forged}".encode()
    assert stranger.get("/staff/api/me", headers={"Cookie": sent}).status_code == 401


def test_a_cookie_of_another_house_is_nobodys(
    stranger: TestClient, sign_in: SignIn, staff: Staff, tmp_path: Path
) -> None:
    sign_in("admin")
    user = staff.users.get("enters-admin")
    stranger.cookies.set(COOKIE, Sessions(staff.users, tmp_path).cookie(user))
    assert stranger.get("/staff/api/me").status_code == 401
    stranger.cookies.clear()
    stranger.cookies.set(COOKIE, staff.sessions.cookie(user))
    assert stranger.get("/staff/api/me").status_code == 200


def test_who_signs_in_sees_their_own_name(sign_in: SignIn) -> None:
    me = sign_in("reviewer").get("/staff/api/me", params={"language": "zh"}).json()
    assert (me["name"], me["role"], me["desk"]) == ("enters-reviewer", "reviewer", "港桦")
    assert me["words"]["console"]["sign_out"] == "退出登录"


def test_the_cookie_is_kept_from_scripts_and_other_sites(stranger: TestClient, sign_in: SignIn) -> None:
    sign_in("agent")
    answer = stranger.post(
        "/staff/sign-in", data={"name": "enters-agent", "password": PASSWORD}, follow_redirects=False
    )
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/staff" in cookie


def test_a_wrong_password_is_refused_without_saying_which_was_wrong(
    stranger: TestClient, sign_in: SignIn
) -> None:
    sign_in("agent")
    wrong, unknown = (
        stranger.post("/staff/sign-in", data={"name": name, "password": "wrong"})
        for name in ("enters-agent", "nobody")
    )
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace("enters-agent", "nobody") == unknown.text
    assert 'value="enters-agent"' in wrong.text  # the name need not be typed again


def test_a_form_of_another_site_is_refused(stranger: TestClient, sign_in: SignIn) -> None:
    sign_in("agent")
    answer = stranger.post(
        "/staff/sign-in",
        data={"name": "enters-agent", "password": PASSWORD},
        headers={"Sec-Fetch-Site": "cross-site"},
        follow_redirects=False,
    )
    assert answer.status_code == 429
    assert "set-cookie" not in answer.headers


def test_signing_out_ends_it(sign_in: SignIn) -> None:
    client = sign_in("agent")
    client.post("/staff/sign-out")
    assert client.get("/staff/api/me").status_code == 401


@pytest.mark.parametrize("change", ["password", "disabled"])
def test_a_change_of_the_user_ends_their_sessions(sign_in: SignIn, staff: Staff, change: str) -> None:
    client = sign_in("agent", f"leaves-{change}")
    if change == "password":
        staff.users.set_password(f"leaves-{change}", PASSWORD, by="test")
    else:
        staff.users.set_disabled(f"leaves-{change}", True, by="test")
    assert client.get("/staff/api/me").status_code == 401


def test_guessing_is_slowed_down_by_address(house_of_its_own: TestClient) -> None:
    codes = [
        house_of_its_own.post("/staff/sign-in", data={"name": f"n{i}", "password": "x"}).status_code
        for i in range(21)
    ]
    assert set(codes[:20]) == {401}
    assert codes[20] == 429


@pytest.fixture
def own(bot: Bot, tmp_path: Path) -> Iterator[Staff]:
    """A console of an empty database, whose counters no other test shares."""
    engine = open_database(f"sqlite:///{tmp_path / 'own.sqlite3'}", tmp_path)
    yield Staff(lambda: bot, engine, Settings(home=tmp_path))
    engine.dispose()


@pytest.fixture
def house_of_its_own(own: Staff) -> TestClient:
    return TestClient(whole_house(own), raise_server_exceptions=False)


def test_the_first_start_has_a_link_that_works_once(own: Staff, house_of_its_own: TestClient) -> None:
    path = str(own.set_up.path)
    assert house_of_its_own.get(path).status_code == 200
    short = house_of_its_own.post(path, data={"name": "ann", "password": "short"})
    assert "10 to 256 characters" in short.text
    made = house_of_its_own.post(path, data={"name": "ann", "password": PASSWORD}, follow_redirects=False)
    assert (made.status_code, made.headers["location"]) == (303, "/staff/")
    assert house_of_its_own.get("/staff/api/me").json()["role"] == "admin"
    again = house_of_its_own.post(path, data={"name": "eve", "password": PASSWORD})
    assert again.status_code == 403


def test_before_there_are_users_it_is_said_where_the_link_is(
    house_of_its_own: TestClient, own: Staff
) -> None:
    where = "where the server was started"
    assert where in house_of_its_own.get("/staff/sign-in").text
    own.users.add("ann", "admin", PASSWORD, by="test")
    assert where not in house_of_its_own.get("/staff/sign-in").text


def test_who_knows_the_password_is_told_of_a_lock(own: Staff, house_of_its_own: TestClient) -> None:
    for name in ("ann", "bob"):
        own.users.add(name, "admin", PASSWORD, by="test")

    def told(name: str, password: str) -> str:
        answer = house_of_its_own.post("/staff/sign-in", data={"name": name, "password": password})
        assert answer.status_code == 401
        return answer.text

    for _ in range(FAILURES):
        assert "Name or password is wrong" in told("ann", "wrong")
    assert "Try again in 15 min" in told("ann", PASSWORD)
    assert "Name or password is wrong" in told("ann", "wrong")
    own.users.set_disabled("bob", True, by="test")
    assert "this account is disabled" in told("bob", PASSWORD)
    assert "Name or password is wrong" in told("bob", "wrong")


def test_another_link_does_not(house_of_its_own: TestClient) -> None:
    assert house_of_its_own.get("/staff/set-up/guess").status_code == 404


def test_there_is_no_link_once_there_are_users(staff: Staff, sign_in: SignIn) -> None:
    sign_in("agent")
    assert SetUp(Users(staff.engine)).path is None


def test_a_secret_is_made_once_and_only_its_owner_reads_it(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    home = tmp_path_factory.mktemp("secret")
    first = home_secret(home)
    assert home_secret(home) == first
    assert (home / "secret").stat().st_mode & 0o077 == 0
    assert len(first) >= 32
