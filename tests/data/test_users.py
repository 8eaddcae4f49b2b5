"""Users: names and passwords that are taken, locks, sessions that end, and what the audit log says."""

import io
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, update

from data.audit import all_audit_rows, audit_rows, audited
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


def test_who_guesses_on_while_locked_is_not_told_the_right_one(users: Users, engine: Engine) -> None:
    for _ in range(FAILURES):
        users.recognise("ann", "wrong")
    known = users.recognise("ann", PASSWORD)
    assert known is not None
    assert known.locked
    for _ in range(FAILURES):
        users.recognise("ann", "wrong")
    assert users.recognise("ann", PASSWORD) is None
    with engine.begin() as db:
        db.execute(update(User).values(locked_until=now() - timedelta(seconds=1)))
    users.recognise("ann", "wrong")  # the first after the lock, not the eleventh: it locks nobody out again
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


@pytest.mark.parametrize(
    ("user", "action", "found"),
    [("eve", None, 2), (None, "user_added", 1), ("eve", "password_set", 1), ("test", "password_set", 0)],
)
def test_the_audit_log_is_filtered(
    users: Users, engine: Engine, user: str | None, action: str | None, found: int
) -> None:
    users.set_password("ann", PASSWORD, by="eve")
    users.set_role("ann", "agent", by="eve")
    assert len(audit_rows(engine, user=user, action=action)) == found
    assert len(list(all_audit_rows(engine, user, action))) == found
    assert audited(engine) == (["eve", "test"], ["password_set", "role_set", "user_added"])


def test_a_role_is_changed_with_before_and_after(users: Users, engine: Engine) -> None:
    users.set_role("ann", "admin", by="eve")
    assert (users.get("ann").role, users.get("ann").epoch) == ("admin", 1)
    row = audit_rows(engine)[0]
    assert (row.action, row.before, row.after) == ("role_set", {"role": "reviewer"}, {"role": "admin"})
    with pytest.raises(UserError, match="none of agent"):
        users.set_role("ann", "boss", by="eve")


@pytest.mark.parametrize("change", ["disable", "demote"])
def test_the_last_active_administrator_stays(users: Users, engine: Engine, change: str) -> None:
    def act(name: str) -> None:
        users.set_disabled(name, True, "eve") if change == "disable" else users.set_role(name, "agent", "eve")

    users.add("max", "admin", PASSWORD, by="test")
    users.add("gone", "admin", PASSWORD, by="test")
    users.set_disabled("gone", True, by="test")
    before = len(audit_rows(engine))
    with pytest.raises(UserError, match="max is the last active administrator"):
        act("max")
    assert (users.get("max").role, users.get("max").disabled) == ("admin", False)
    assert len(audit_rows(engine)) == before
    users.set_role("max", "admin", by="test")  # what leaves an administrator may be done
    users.add("eve", "admin", PASSWORD, by="test")
    act("max")
    assert not users.get("max").may("admin") or users.get("max").disabled


def test_two_administrators_at_once_do_not_shut_out_each_other(users: Users) -> None:
    users.add("max", "admin", PASSWORD, by="test")
    users.add("eve", "admin", PASSWORD, by="test")

    def disable(name: str) -> None:
        with suppress(UserError):
            users.set_disabled(name, True, by="test")

    with ThreadPoolExecutor(2) as both:
        list(both.map(disable, ["max", "eve"]))
    assert sum(u.role == "admin" and not u.disabled for u in users.all()) == 1


def test_ones_own_password_needs_the_old_one(users: Users) -> None:
    with pytest.raises(UserError, match="old password is wrong"):
        users.change_own_password("ann", "wrong", "another long one")
    with pytest.raises(UserError, match="10 to 256"):
        users.change_own_password("ann", PASSWORD, "short")
    assert users.verify("ann", PASSWORD) is not None
    assert users.change_own_password("ann", PASSWORD, "another long one").epoch == 1
    assert users.verify("ann", "another long one") is not None


def test_guessing_the_old_password_locks(users: Users) -> None:
    for _ in range(FAILURES):
        with pytest.raises(UserError):
            users.change_own_password("ann", "wrong", "another long one")
    assert users.get("ann").locked


def test_the_last_sign_in_is_known(users: Users) -> None:
    users.add("bob", "agent", PASSWORD, by="test")
    users.note_sign_in(users.get("ann"))
    assert list(users.last_sign_ins()) == ["ann"]
    assert now() - users.last_sign_ins()["ann"] < timedelta(minutes=1)


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
    run(shell, "add", "bob", typed=f"{PASSWORD}\n")
    run(shell, "role", "bob", "admin")
    capsys.readouterr()
    run(shell, "disable", "ann")
    run(shell, "list")
    assert capsys.readouterr().out == "ann\tadmin\tdisabled\nbob\tadmin\tactive\n" * 2


@pytest.mark.parametrize("change", [["disable", "ann"], ["role", "ann", "reviewer"]])
def test_the_command_keeps_the_last_administrator(shell: pytest.MonkeyPatch, change: list[str]) -> None:
    run(shell, "add", "ann", "--role", "admin", typed=f"{PASSWORD}\n")
    with pytest.raises(SystemExit, match="last active administrator"):
        run(shell, *change)


def test_the_command_says_what_was_wrong(shell: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit, match="there is no user 'bob'"):
        run(shell, "passwd", "bob", typed=f"{PASSWORD}\n")
