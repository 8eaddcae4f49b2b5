"""Who is asking: a signed cookie, checked against the user as they are now.

The cookie holds name and epoch, signed with the home's secret. Disabling a user or setting a password raises
the epoch, which ends every session. Writes must carry the token in a header, which a page of another
site can't know (OWASP, "Signed Double-Submit Cookie"), and must not come from another site.
"""

import hashlib
import hmac
import logging
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from fastapi import HTTPException, Request, Response
from itsdangerous import BadSignature, URLSafeTimedSerializer

from data.errors import UserError
from data.users import Account, Users

log = logging.getLogger(__name__)
COOKIE = "frontdesk_staff"
TOKEN_HEADER = "X-Frontdesk-Token"
LASTS = 12 * 3600  # seconds: a working day
READ_ONLY = ("GET", "HEAD", "OPTIONS")
OWN_SITE = ("same-origin", "none")  # Sec-Fetch-Site of our own pages, and of an address typed in


class Sessions:
    """Begins, checks and ends the sessions of users."""

    def __init__(self, users: Users, home: Path) -> None:
        self._users = users
        self._secret = home_secret(home)
        self._signer = URLSafeTimedSerializer(self._secret, salt="staff session")

    def cookie(self, user: Account) -> str:
        """Return a new session's cookie."""
        return str(self._signer.dumps([user.name, user.epoch, secrets.token_hex(8)]))

    def begin(self, request: Request, response: Response, user: Account) -> None:
        response.set_cookie(
            COOKIE, self.cookie(user), max_age=LASTS, path="/staff", httponly=True, samesite="strict",
            secure=request.url.scheme == "https",
        )  # fmt: skip

    def end(self, response: Response) -> None:
        response.delete_cookie(COOKIE, path="/staff")

    def user(self, request: Request) -> Account | None:
        """Return who is signed in, or None."""
        try:
            name, epoch, _ = self._signer.loads(request.cookies.get(COOKIE, ""), max_age=LASTS)
            user = self._users.get(name)
        except (BadSignature, UserError, ValueError, TypeError):
            return None
        return user if user.epoch == epoch and not user.disabled else None

    def name(self, request: Request) -> str | None:
        """Return the name of who is signed in, or None."""
        user = self.user(request)
        return user.name if user else None

    def token(self, request: Request) -> str:
        """Return what a write of this session must carry."""
        cookie = request.cookies.get(COOKIE, "")
        return hmac.new(self._secret.encode(), cookie.encode(), hashlib.sha256).hexdigest()

    def require(self, role: str) -> "Required":
        """Return a dependency that lets in users who may do what `role` may."""
        return Required(self, role)

    def is_ours(self, request: Request) -> bool:
        """Return whether one of this session's own pages sent a request."""
        sent = request.headers.get(TOKEN_HEADER, "")
        return from_own_site(request) and hmac.compare_digest(sent.encode(), self.token(request).encode())


@dataclass(frozen=True)
class Required:
    """A dependency: who may do what `role` may gets in; each of the others is told why, and logged once.

    Refusals go to the server's log, not to the audit log: that one holds changes, and who may not write
    must not be able to fill a table.
    """

    sessions: Sessions
    role: str

    def __call__(self, request: Request) -> Account:
        user = self.sessions.user(request)
        if user is None:
            raise refusal(request, 401, "sign in first")
        if request.method not in READ_ONLY and not self.sessions.is_ours(request):
            said = f"this request lacks the session's {TOKEN_HEADER}; load the page again"
            raise refusal(request, 403, said, user)
        if not user.may(self.role):
            raise refusal(request, 403, f"this needs the role {self.role}; {user.name} is {user.role}", user)
        return user


def refusal(request: Request, status: int, said: str, user: Account | None = None) -> HTTPException:
    """Log that a request is refused for lack of rights; return what to raise."""
    address = request.client.host if request.client else "unknown"
    who = f"user {user.name}" if user else "nobody signed in"
    log.warning("refused: %s %.200r, %s, from %s: %s", request.method, request.url.path, who, address, said)
    return HTTPException(status, said)


def from_own_site(request: Request) -> bool:
    """Return whether a browser says that one of our own pages sent this; other clients say nothing."""
    return request.headers.get("Sec-Fetch-Site", "none") in OWN_SITE


def home_secret(home: Path) -> str:
    """Return the home's secret, made at first; only its owner can read the file."""
    file = home / "secret"
    home.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
            new.write(secrets.token_urlsafe(32))
    except FileExistsError:
        pass
    return file.read_text()
