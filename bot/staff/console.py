"""The console's frame: who may see what, its routes, and its page in front of them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from sqlalchemy import Engine
from starlette.types import Receive, Scope, Send

from bot.doors import LiveBot
from bot.page_mount import mount_page
from bot.pipeline import Bot
from bot.publish_answers import AnswerPublisher
from bot.staff.answers import answers_routes
from bot.staff.conversations import conversations_routes
from bot.staff.erasure import erasure_routes
from bot.staff.inbox import inbox_routes
from bot.staff.insights import insights_routes
from bot.staff.nights import nights_routes
from bot.staff.page import MOUNT, PAGES, staff_page
from bot.staff.releases import releases_routes
from bot.staff.review import review_routes
from bot.staff.session import Sessions, refusal
from bot.staff.sign_in import SetUp, sign_in_routes
from bot.staff.team import team_routes
from bot.staff.topics import topics_routes
from bot.staff.wording import console_words
from data.answer.drafts import Drafts
from data.errors import ConflictError, FrontdeskError, InsightsError, UserError, VerdictError
from data.log.mood import ANGRY_UP_TO, UNHAPPY_BELOW
from data.settings import Settings
from data.users import Account, Users

HERE = Path(__file__).parent
OPEN = ("/staff/sign-in", "/staff/set-up/")  # what answers without a session
READING = "text/html"
HEADERS = {  # of everything below /staff: in no other site's frame, taken for what it says, kept nowhere
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "; ".join(
        ("frame-ancestors 'none'", "object-src 'none'", "base-uri 'self'", "form-action 'self'")
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True)
class Staff:
    """What the console works with; `bot` returns the bot to use now."""

    bot: Callable[[], Bot]
    engine: Engine
    settings: Settings

    @cached_property
    def users(self) -> Users:
        return Users(self.engine)

    @cached_property
    def set_up(self) -> SetUp:
        return SetUp(self.users)

    @cached_property
    def sessions(self) -> Sessions:
        return Sessions(self.users, self.settings.home)

    @cached_property
    def publisher(self) -> AnswerPublisher:
        return AnswerPublisher(self.settings, self.engine)

    @cached_property
    def drafts(self) -> Drafts:
        return Drafts(self.settings.desk, self.publisher.answers)

    @property
    def trial_problem(self) -> str:
        """Why the release on trial does not answer here; empty where it does."""
        return self.bot.trial_problem if isinstance(self.bot, LiveBot) else ""

    def refresh(self) -> None:
        """Take notice of what has just gone live or on trial, without waiting for the watch to see it."""
        if isinstance(self.bot, LiveBot):
            self.bot.refresh()


ROUTES: tuple[Callable[[Staff], APIRouter], ...] = (  # one router a page, each below /staff/api
    inbox_routes,
    conversations_routes,
    erasure_routes,
    review_routes,
    topics_routes,
    answers_routes,
    insights_routes,
    nights_routes,
    releases_routes,
    team_routes,
)


def add_staff(app: FastAPI, staff: Staff) -> None:
    """Add the console below /staff; nothing of it but the sign-in answers without a session."""
    agent = staff.sessions.require("agent")

    @app.middleware("http")
    async def guard(request: Request, handle: Callable[[Request], Awaitable[Response]]) -> Response:
        path = request.url.path
        if path != "/staff" and not path.startswith("/staff/"):
            return await handle(request)
        response = turned_away(staff, request) or await handle(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    @app.get("/staff/api/me", include_in_schema=False)
    def me(
        request: Request, user: Annotated[Account, Depends(agent)], language: str = "en"
    ) -> dict[str, Any]:
        desk = staff.bot().desk
        return {
            "name": user.name,
            "role": user.role,
            "token": staff.sessions.token(request),
            "pages": [page.name for page in PAGES if user.may(page.role)],
            "words": console_words(language),
            "desk": desk.name.get(language) or next(iter(desk.name.values())),
            "intents": {i.id: i.title for i in desk.intents.values()},
            "release": staff.bot().release,
            "zone": desk.timezone,
            "moods": {"unhappy_below": UNHAPPY_BELOW, "angry_up_to": ANGRY_UP_TO},
        }

    @app.exception_handler(ConflictError)
    def conflict(_request: Request, error: ConflictError) -> JSONResponse:
        return JSONResponse({"error": str(error)}, 409)

    @app.exception_handler(VerdictError)
    @app.exception_handler(InsightsError)
    @app.exception_handler(UserError)
    def refuse(_request: Request, error: FrontdeskError) -> JSONResponse:
        return JSONResponse({"error": str(error)}, 422)

    app.include_router(sign_in_routes(staff.users, staff.sessions, staff.set_up, staff.bot))
    for routes in ROUTES:
        app.include_router(routes(staff), prefix="/staff/api", include_in_schema=False)
    app.mount("/staff/api", nothing_there)
    app.mount("/staff/console", StaticFiles(directory=HERE / "static"))
    page = staff_page(staff.bot().desk)
    mount_page(app, page, "/staff", auth_dependency=staff.sessions.name, **MOUNT)


async def nothing_there(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer for all addresses below /staff/api that are no route's; the toolkit has no words for them."""
    said = f"there is no {scope['method']} {scope['path'][:80]}"
    await JSONResponse({"error": said}, 404)(scope, receive, send)


def turned_away(staff: Staff, request: Request) -> Response | None:
    """Return what a request below /staff gets that has no session, None where it may go on."""
    path = request.url.path
    if path == "/staff":
        return RedirectResponse("/staff/", 307)
    if path.startswith(OPEN) or staff.sessions.user(request) is not None:
        return None
    if READING in request.headers.get("accept", ""):
        return RedirectResponse("/staff/sign-in", 303)
    refused = refusal(request, 401, "sign in first")
    return JSONResponse({"error": refused.detail}, refused.status_code)
