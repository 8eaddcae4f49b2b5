"""Who may sign in to the staff console.

python -m data.users add NAME --role agent|reviewer|admin    asks for a password twice
python -m data.users passwd NAME                             sets another one and ends all sessions
python -m data.users role NAME agent|reviewer|admin          changes what a user may do
python -m data.users disable NAME                            ends all sessions; `enable` lets them in again
python -m data.users list
"""

import argparse
import getpass
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from pwdlib import PasswordHash
from sqlalchemy import Connection, Engine, case, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from data.audit import write_audit
from data.database import open_database
from data.errors import FrontdeskError, UserError
from data.quiet_pipe import quiet_pipe
from data.settings import Settings
from data.tables import AuditRow, User, now

ROLES = ("agent", "reviewer", "admin")  # each may do what those before it may
LEAST_CHARS = 10
MOST_CHARS = 256
FAILURES = 5  # wrong passwords in a row, after which an account is locked
LOCKED = timedelta(minutes=15)
SIGNED_IN = "signed_in"
_NAME = re.compile(r"[\w.@+-]{1,64}")


@dataclass(frozen=True)
class Account:
    """A user as everything but the password knows them."""

    name: str
    role: str
    epoch: int
    disabled: bool
    locked_until: datetime | None
    created: datetime

    @property
    def locked(self) -> bool:
        return self.locked_until is not None and self.locked_until > now()

    def may(self, role: str) -> bool:
        return ROLES.index(self.role) >= ROLES.index(role)


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()  # argon2id


@cache
def _nobody() -> str:
    return _hasher().hash("the password of nobody")


class Users:
    """The users of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, name: str, role: str, password: str, by: str) -> Account:
        """Add a user; raises UserError where name, role or password can't be taken."""
        if not _NAME.fullmatch(name):
            raise UserError(f"a name is 1 to 64 letters, digits or . _ @ + -, got {name[:80]!r}")
        _require_role(role)
        row = {"name": name, "role": role, "password": _hashed(password)}
        try:
            with self._engine.begin() as db:
                db.execute(insert(User), row)
                write_audit(db, by, "user_added", name, None, {"role": role})
        except IntegrityError as error:
            raise UserError(f"there is a user {name!r} already; `passwd` sets another password") from error
        return self.get(name)

    def get(self, name: str) -> Account:
        """Return a user; raises UserError where there is none of that name."""
        with self._engine.connect() as db:
            row = db.execute(select(User.__table__).where(User.name == name)).one_or_none()
        if row is None:
            raise UserError(f"there is no user {name!r}; `python -m data.users list` shows all")
        return _account(row)

    def all(self) -> list[Account]:
        with self._engine.connect() as db:
            return [_account(row) for row in db.execute(select(User.__table__).order_by(User.name))]

    def any(self) -> bool:
        with self._engine.connect() as db:
            return bool(db.scalar(select(func.count()).select_from(User)))

    def set_password(self, name: str, password: str, by: str) -> None:
        """Set a password, end all sessions and any lock."""
        self._change(name, by, "password_set", password=_hashed(password), failures=0, locked_until=None)

    def change_own_password(self, name: str, old: str, password: str) -> Account:
        """Set one's own password, which ends all sessions; raises UserError where the old one is wrong."""
        hashed = _hashed(password)
        if self.verify(name, old) is None:  # counted: after five wrong ones the account is locked
            raise UserError("the old password is wrong, or the account is locked; nothing was changed")
        self._change(name, name, "password_set", password=hashed)
        return self.get(name)

    def set_disabled(self, name: str, disabled: bool, by: str) -> None:
        """Keep a user out, or let them in again; either ends all sessions.

        Raises UserError where nobody would be left to administer.
        """
        action = "user_disabled" if disabled else "user_enabled"
        self._change(name, by, action, disabled=disabled, failures=0)

    def set_role(self, name: str, role: str, by: str) -> None:
        """Change what a user may do, and end all sessions.

        Raises UserError where nobody would be left to administer.
        """
        _require_role(role)
        self._change(name, by, "role_set", role=role)

    def note_sign_in(self, user: Account) -> None:
        """Write down that a user signed in."""
        with self._engine.begin() as db:
            write_audit(db, user.name, SIGNED_IN, user.name)

    def last_sign_ins(self) -> dict[str, datetime]:
        """Return when each user signed in last, for those of whom it is known."""
        mine = AuditRow.user == User.name, AuditRow.action == SIGNED_IN
        last = select(func.max(AuditRow.at)).where(*mine).correlate(User).scalar_subquery()
        with self._engine.connect() as db:
            return {name: at for name, at in db.execute(select(User.name, last)) if at}

    def verify(self, name: str, password: str) -> Account | None:
        """Return the user if the password is theirs and they may sign in; see `recognise`."""
        user = self.recognise(name, password)
        return user if user and not (user.disabled or user.locked) else None

    def recognise(self, name: str, password: str) -> Account | None:
        """Return the user if the password is theirs, also one who is disabled or locked and may not sign in.

        After five wrong passwords in a row an account is locked for a quarter of an hour. After five more
        nobody is recognised before that is over: who guesses on must not learn the right one from being told
        of the lock. It takes as long where there is no such user.
        """
        row = None
        if _NAME.fullmatch(name):  # no database may look for any text: PostgreSQL refuses zero bytes
            with self._engine.connect() as db:
                row = db.execute(select(User.__table__).where(User.name == name)).one_or_none()
        right = _hasher().verify(password[:MOST_CHARS], row.password if row else _nobody())
        if row is None:
            return None
        kept_out = row.disabled or _account(row).locked
        if kept_out and right:
            return _account(row) if row.failures < FAILURES else None
        with self._engine.begin() as db:
            mine = update(User).where(User.name == name)
            if right:
                db.execute(mine.values(failures=0, locked_until=None))
            elif kept_out:
                db.execute(mine.values(failures=User.failures + 1))
            else:
                self._count_failure(db, name)
        return _account(row) if right else None

    def _count_failure(self, db: Connection, name: str) -> None:
        mine = User.name == name
        lock_is_over = User.locked_until.is_not(None)  # what was counted during it is over, too
        counted = case((lock_is_over, 1), else_=User.failures + 1)
        change = update(User).where(mine).values(failures=counted, locked_until=None)
        failures = db.scalar(change.returning(User.failures))
        if failures is not None and failures >= FAILURES:
            db.execute(update(User).where(mine).values(failures=0, locked_until=now() + LOCKED))
            write_audit(db, name, "user_locked", name, None, {"minutes": LOCKED.seconds // 60})

    def _change(self, name: str, by: str, action: str, **values: object) -> None:
        with self._engine.begin() as db:
            _require_admin_left(db, name, values)
            row = db.execute(select(User.__table__).where(User.name == name)).one_or_none()
            if row is None:
                raise UserError(f"there is no user {name!r}; `python -m data.users list` shows all")
            changed = update(User).where(User.name == name).values(epoch=User.epoch + 1, **values)
            db.execute(changed)
            role = values.get("role")
            write_audit(
                db, by, action, name, {"role": row.role} if role else None, {"role": role} if role else None
            )


def _require_admin_left(db: Connection, name: str, values: Mapping[str, object]) -> None:
    """Raise UserError where a change would leave no administrator who may sign in."""
    if values.get("role", "admin") == "admin" and not values.get("disabled"):
        return
    db.execute(
        update(User).where(User.role == "admin").values(epoch=User.epoch)
    )  # two can't both be the last
    active = select(User.name).where(User.role == "admin", User.disabled.is_(False))
    if list(db.scalars(active)) == [name]:
        raise UserError(
            f"{name} is the last active administrator, so nobody could manage users any more; "
            "make somebody else an administrator first"
        )


def _require_role(role: str) -> None:
    if role not in ROLES:
        raise UserError(f"role {role!r} is none of {', '.join(ROLES)}")


def _account(row: object) -> Account:
    return Account(**{f: getattr(row, f) for f in Account.__dataclass_fields__})


def _hashed(password: str) -> str:
    if not LEAST_CHARS <= len(password) <= MOST_CHARS:
        raise UserError(
            f"a password has {LEAST_CHARS} to {MOST_CHARS} characters, this one has {len(password)}"
        )
    return _hasher().hash(password)


def _ask_password() -> str:
    """Return the password typed twice, or the one line on a standard input that is no terminal."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != first:
        raise UserError("the two passwords differ; nothing was changed")
    return first


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    for command in ("add", "passwd", "role", "disable", "enable"):
        one = commands.add_parser(command)
        one.add_argument("name")
        if command == "add":
            one.add_argument("--role", choices=ROLES, default="agent")
        elif command == "role":
            one.add_argument("role", choices=ROLES)
    commands.add_parser("list")
    args = parser.parse_args()
    by = f"{getpass.getuser()} (command line)"
    try:
        settings = Settings()
        users = Users(open_database(settings.url, settings.home))
        if args.command == "add":
            users.add(args.name, args.role, _ask_password(), by)
        elif args.command == "passwd":
            users.set_password(args.name, _ask_password(), by)
        elif args.command == "role":
            users.set_role(args.name, args.role, by)
        elif args.command in ("disable", "enable"):
            users.set_disabled(args.name, args.command == "disable", by)
        with quiet_pipe(0):  # what was asked for is done
            for user in users.all():
                print(f"{user.name}\t{user.role}\t{'disabled' if user.disabled else 'active'}")
    except (FrontdeskError, ValueError) as error:
        sys.exit(f"frontdesk: {error}")


if __name__ == "__main__":
    main()
