"""Users: names and passwords that are taken, locks, sessions that end, and what the audit log says."""

import io
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, update

from data.audit import audit_rows
from data.errors import UserError
from data.tables import User, now
from data.users import FAILURES, Users, main

PASSWORD = "correct horse battery"


@pytest.fixture
def users(engine: Engine) -> Users:
    users = Users(engine)
    users.add("ann", "reviewer", PASSWORD, by="test")
    return users


def test_the_right_password_lets_in(users: Users) -> None:
    user = users.verify("ann", PASSWORD)
    assert user is not None
    assert (user.name, user.role) == ("ann", "reviewer")


@pytest.mark.parametrize(("name", "password"), [("ann", "wrong"), ("ann", ""), ("bob", PASSWORD), ("", "")])
def test_nothing_else_does(users: Users, name: str, password: str) -> None:
    assert users.verify(name, password) is None


def test_the_password_is_not_kept(users: Users, engine: Engine) -> None:
    with engine.connect() as db:
        kept = db.execute(User.__table__.select()).one()
    assert PASSWORD not in str(kept)
    assert kept.password.startswith("$argon2id$")


@pytest.mark.parametrize(
    ("name", "role", "password", "problem"),
    [
        ("a b", "agent", PASSWORD, "a name is"),
        ("", "agent", PASSWORD, "a name is"),
        ("x" * 65, "agent", PASSWORD, "a name is"),
        ("bob", "boss", PASSWORD, "none of agent, reviewer, admin"),
        ("bob", "agent", "short", "10 to 256 characters"),
        ("bob", "agent", "x" * 257, "10 to 256 characters"),
        ("ann", "agent", PASSWORD, "already"),
    ],
)
def test_what_cannot_be_added_says_why(
    users: Users, name: str, role: str, password: str, problem: str
) -> None:
    with pytest.raises(UserError, match=problem):
        users.add(name, role, password, by="test")
    assert [u.name for u in users.all()] == ["ann"]


@pytest.mark.parametrize(("role", "may"), [("agent", True), ("reviewer", True), ("admin", False)])
def test_a_role_may_what_those_before_it_may(users: Users, role: str, may: bool) -> None:
    assert users.get("ann").may(role) is may


def test_wrong_passwords_in_a_row_lock_for_a_while(users: Users, engine: Engine) -> None:
    for _ in range(FAILURES):
        assert users.verify("ann", "wrong") is None
    assert users.verify("ann", PASSWORD) is None
    with engine.begin() as db:
        db.execute(update(User).values(locked_until=now() - timedelta(seconds=1)))
    assert users.verify("ann", PASSWORD) is not None


def test_a_right_password_forgets_the_wrong_ones(users: Users) -> None:
    for _ in range(3):
        for _ in range(FAILURES - 1):
            users.verify("ann", "wrong")
        assert users.verify("ann", PASSWORD) is not None


def test_a_new_password_ends_sessions_and_locks(users: Users) -> None:
    for _ in range(FAILURES):
        users.verify("ann", "wrong")
    users.set_password("ann", "another long one", by="test")
    assert users.verify("ann", PASSWORD) is None
    user = users.verify("ann", "another long one")
    assert user is not None
    assert user.epoch == 1


def test_a_disabled_user_stays_out_until_enabled(users: Users) -> None:
    users.set_disabled("ann", True, by="test")
    assert users.verify("ann", PASSWORD) is None
    assert users.get("ann").epoch == 1
    users.set_disabled("ann", False, by="test")
    assert users.verify("ann", PASSWORD) is not None


def test_every_change_is_in_the_audit_log(users: Users, engine: Engine) -> None:
    users.set_disabled("ann", True, by="eve")
    for _ in range(FAILURES):
        users.verify("ann", "wrong")  # a disabled account is not locked besides
    users.set_disabled("ann", False, by="eve")
    users.set_password("ann", PASSWORD, by="eve")
    rows = [(r.user, r.action, r.subject) for r in reversed(audit_rows(engine))]
    assert rows == [
        ("test", "user_added", "ann"),
        ("eve", "user_disabled", "ann"),
        ("eve", "user_enabled", "ann"),
        ("eve", "password_set", "ann"),
    ]


def test_the_audit_log_is_read_page_by_page(users: Users, engine: Engine) -> None:
    for number in range(5):
        users.set_password("ann", f"{PASSWORD}{number}", by="eve")
    first = audit_rows(engine, most=4)
    rest = audit_rows(engine, most=4, before_id=first[-1].id)
    assert [r.id for r in [*first, *rest]] == [6, 5, 4, 3, 2, 1]


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("FRONTDESK_HOME", str(tmp_path))
    return monkeypatch


def run(shell: pytest.MonkeyPatch, *args: str, typed: str = "") -> None:
    shell.setattr(sys, "argv", ["users", *args])
    shell.setattr(sys, "stdin", io.StringIO(typed))
    main()


def test_the_command_adds_lists_and_disables(
    shell: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, "add", "ann", "--role", "admin", typed=f"{PASSWORD}\n")
    assert capsys.readouterr().out == "ann\tadmin\tactive\n"
    run(shell, "disable", "ann")
    run(shell, "list")
    assert capsys.readouterr().out == "ann\tadmin\tdisabled\n" * 2


def test_the_command_says_what_was_wrong(shell: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit, match="there is no user 'bob'"):
        run(shell, "passwd", "bob", typed=f"{PASSWORD}\n")
