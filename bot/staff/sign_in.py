"""Signing in and out, and the one-time link with which the first administrator is made.

These pages are plain forms: they work without scripts, before anything else of the console may load.
"""

import hmac
import math
import secrets
from collections.abc import Callable
from html import escape
from pathlib import Path
from string import Template
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from bot.chat_page.colours import accent_variables
from bot.chat_page.wording import wanted_language
from bot.pipeline import Bot
from bot.staff.session import Sessions, from_own_site
from bot.staff.wording import console_words
from data.errors import UserError
from data.tables import now
from data.users import MOST_CHARS, Account, Users

HERE = Path(__file__).parent
ATTEMPTS = RateLimitItemPerMinute(20)  # from one address: each costs a fifth of a second of a core
ME = "/staff/"


class SetUp:
    """The one-time link; it works as long as there is no user, and only in this process."""

    def __init__(self, users: Users) -> None:
        self._users = users
        self._token = secrets.token_urlsafe(24)

    @property
    def path(self) -> str | None:
        """Return the link's path, or None where there are users already."""
        return None if self._users.any() else f"/staff/set-up/{self._token}"

    def fits(self, token: str) -> bool:
        return hmac.compare_digest(token.encode(), self._token.encode()) and not self._users.any()


def sign_in_routes(users: Users, sessions: Sessions, set_up: SetUp, bot: Callable[[], Bot]) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    limiter = MovingWindowRateLimiter(MemoryStorage())
    forms = Forms(bot, set_up)

    def refused(request: Request) -> str | None:
        address = request.client.host if request.client else "unknown"
        if not from_own_site(request):
            return "failed"
        return None if limiter.hit(ATTEMPTS, "sign-in", address) else "too_often"

    def welcome(request: Request, name: str, password: str) -> Response | None:
        user = users.recognise(name, password)
        if user is None:
            return None
        if user.disabled or user.locked:  # said only to who knows the password: names can't be tried out
            return forms.kept_out(request, user)
        users.note_sign_in(user)
        response = RedirectResponse(ME, 303)
        sessions.begin(request, response, user)
        return response

    @router.get("/staff/sign-in")
    def ask(request: Request) -> Response:
        return RedirectResponse(ME, 303) if sessions.user(request) else forms.sign_in(request)

    @router.post("/staff/sign-in")
    def sign_in(
        request: Request, name: Annotated[str, Form()] = "", password: Annotated[str, Form()] = ""
    ) -> Response:
        if problem := refused(request):
            return forms.sign_in(request, problem, 429, name)
        if answer := welcome(request, name, password[:MOST_CHARS]):
            return answer
        return forms.sign_in(request, "wrong", 401, name)

    @router.post("/staff/sign-out")
    def sign_out() -> Response:
        response = RedirectResponse("/staff/sign-in", 303)
        sessions.end(response)
        return response

    @router.get("/staff/set-up/{token}")
    def first(request: Request, token: str) -> Response:
        return (
            forms.set_up(request, token) if set_up.fits(token) else forms.sign_in(request, "set_up_over", 404)
        )

    @router.post("/staff/set-up/{token}")
    def create(
        request: Request, token: str, name: Annotated[str, Form()] = "", password: Annotated[str, Form()] = ""
    ) -> Response:
        if (problem := refused(request)) or not set_up.fits(token):
            return forms.sign_in(request, problem or "set_up_over", 403)
        try:
            users.add(name, "admin", password, by="set-up link")
        except UserError as error:
            return forms.set_up(request, token, str(error))
        return welcome(request, name, password) or forms.sign_in(request)

    return router


class Forms:
    """The two forms, in the browser's language."""

    def __init__(self, bot: Callable[[], Bot], set_up: SetUp) -> None:
        self._bot = bot
        self._set_up = set_up
        self._template = Template((HERE / "form.html").read_text("utf-8"))

    def sign_in(self, request: Request, problem: str = "", status: int = 200, name: str = "") -> HTMLResponse:
        said = self._words(request)
        return self._ask(request, said, said.get(problem, ""), status, name)

    def kept_out(self, request: Request, user: Account) -> HTMLResponse:
        """Tell somebody who knows the password that they may not sign in, and for how long."""
        said = self._words(request)
        minutes = math.ceil((user.locked_until - now()).total_seconds() / 60) if user.locked_until else 0
        problem = said["disabled"] if user.disabled else said["locked"].replace("{n}", str(max(minutes, 1)))
        return self._ask(request, said, problem, 401, user.name)

    def _ask(
        self, request: Request, said: dict[str, str], problem: str, status: int, name: str
    ) -> HTMLResponse:
        hint = said["set_up_where"] if self._set_up.path else ""
        said |= {"title": said["sign_in"], "button": said["sign_in"], "hint": hint, "typed": name[:64]}
        return self._page(request, {**said, "action": "/staff/sign-in", "problem": problem}, status)

    def set_up(self, request: Request, token: str, problem: str = "") -> HTMLResponse:
        said = self._words(request)
        said |= {"title": said["set_up"], "button": said["create"], "hint": said["set_up_hint"], "typed": ""}
        action = f"/staff/set-up/{token}"
        return self._page(request, {**said, "action": action, "problem": problem}, 422 if problem else 200)

    def _page(self, request: Request, said: dict[str, str], status: int) -> HTMLResponse:
        desk = self._bot().desk
        values = {
            **said, "language": self._language(request), "complaint": "" if said["problem"] else "hidden",
            "first": "" if said["typed"] else "autofocus", "then": "autofocus" if said["typed"] else "",
            "desk": desk.name.get(self._language(request)) or next(iter(desk.name.values())),
        }  # fmt: skip
        page = self._template.substitute(
            {k: escape(v) for k, v in values.items()}, colours=accent_variables(desk.accent)
        )
        return HTMLResponse(page, status)

    def _words(self, request: Request) -> dict[str, str]:
        return dict(console_words(self._language(request))["console"])

    def _language(self, request: Request) -> str:
        return wanted_language(request.headers.get("accept-language", ""), ("en", "zh-Hans"))[:2]
