"""The HTTP door: messages in, answers out, and whether the service is up."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any, Literal
from urllib.parse import unquote

from fastapi import Body, FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, StrictStr
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from bot.doors import Message, new_session
from bot.handoff import shown_name, shown_text
from bot.pipeline import Bot
from bot.turn import Route
from data.errors import MessageError

MOST_BYTES = 256 * 1024  # of a request; a message is far shorter
MOST_NAMED = 80  # characters of a field's name in an error; it may be the sender's own
READ_ONLY = ("GET", "HEAD", "OPTIONS")


class MessageIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: StrictStr = Field(description="what the customer wrote", examples=["where is my order HB-2048817"])
    session: StrictStr | None = Field(
        None, description="messages with the same session form one conversation", examples=["a1b2c3"]
    )


class IntentOut(BaseModel):
    id: str
    confidence: float


class EntityOut(BaseModel):
    type: str
    text: str
    value: str
    start: int
    end: int


class PassageOut(BaseModel):
    id: str
    kind: Literal["article", "template"]
    title: str
    score: float


class AnswerOut(BaseModel):
    """The reply and why: what was understood, what was decided, what it was taken from."""

    session: str
    turn: int
    text: str = Field(description="the message with personal data masked")
    language: str
    intent: str | None = Field(description="the intent acted on, or null")
    confidence: float
    intents: list[IntentOut] = Field(description="the likeliest intents, ranked")
    requests: list[IntentOut] = Field(description="the requests found in this message")
    entities: list[EntityOut]
    sentiment: float = Field(ge=-1, le=1)
    route: Route
    reason: str
    reply: str = Field(description="empty while a person has the conversation: they answer in the chat")
    owner: Literal["bot", "waiting", "person"] = Field(description="who has the conversation now")
    passages: list[PassageOut]
    quick_replies: list[str]
    release: str
    ms: float


class SaidOut(BaseModel):
    """Something that a person said or did in a conversation."""

    id: int
    kind: Literal["reply", "claimed", "transferred", "given_back", "closed", "withdrawn", "answered"] = Field(
        description="`answered`: the bot, to a message that a person gave back without a reply to it"
    )
    author: str = Field(description="the person's name, empty where the customer or the bot did it")
    text: str = Field(description="what they wrote; of `transferred` the name of who has it now")
    at: datetime


class NewsOut(BaseModel):
    """What people said since, and who has the conversation now."""

    owner: Literal["bot", "waiting", "person"]
    messages: list[SaidOut]


class ErrorOut(BaseModel):
    error: str = Field(examples=["text is empty; write a message"])


EXAMPLES: dict[str, Any] = {
    "english": {"summary": "an order", "value": {"text": "where is my order HB-2048817"}},
    "chinese": {"summary": "a conversation", "value": {"session": "a1b2c3", "text": "那寄到加拿大呢"}},
}


def add_api(app: FastAPI, bot: Callable[[], Bot]) -> None:
    """Add the routes to `app`; `bot` returns the bot to use now."""

    @app.post(
        "/api/v1/messages",
        summary="Answer one customer message",
        responses={413: {"model": ErrorOut}, 422: {"model": ErrorOut}},
    )
    def answer(message: Annotated[MessageIn, Body(openapi_examples=EXAMPLES)]) -> AnswerOut:
        checked = Message.of(message.model_dump(exclude_none=True), new_session())
        return AnswerOut(**bot().reply(checked.session, checked.text).as_reply())

    @app.get("/api/v1/messages", summary="Return what people wrote in a conversation")
    def news(
        session: Annotated[str, Query(max_length=64, description="the conversation")],
        after: Annotated[int, Query(ge=0, description="only what has a higher id")] = 0,
    ) -> NewsOut:
        conversations = bot().conversations
        said = [
            SaidOut(id=r.id, kind=r.kind, author=shown_name(r.author), text=shown_text(r), at=r.at)
            for r in conversations.remarks(session, after)
        ]
        return NewsOut(owner=conversations.state(session).owner, messages=said)

    @app.get("/healthz", summary="Is the process up")
    def healthy() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz", summary="Can it answer", responses={503: {"model": ErrorOut}})
    def ready(response: Response) -> dict[str, str]:
        try:
            bot().conversations.state("readyz")
        except SQLAlchemyError as error:
            response.status_code = 503
            return {"error": f"the database does not answer: {type(error).__name__}"}
        return {"status": "ready", "release": bot().release}

    @app.exception_handler(MessageError)
    def refuse(_request: Request, error: MessageError) -> JSONResponse:
        return JSONResponse({"error": str(error)}, 422)

    @app.exception_handler(RequestValidationError)
    def explain(_request: Request, error: RequestValidationError) -> JSONResponse:
        problems = [
            "the body is not valid JSON"
            if e["type"] == "json_invalid"
            else f"{'.'.join(map(str, e['loc'][1:]))[:MOST_NAMED] or 'body'}: {e['msg']}"
            for e in error.errors()
        ]
        return JSONResponse({"error": "; ".join(problems)}, 422)

    @app.exception_handler(HTTPException)
    def tell(_request: Request, error: HTTPException) -> JSONResponse:
        return JSONResponse({"error": str(error.detail)}, error.status_code, error.headers)

    @app.middleware("http")
    async def limit(request: Request, handle: Callable[[Request], Awaitable[Response]]) -> Response:
        if "\0" in unquote(request.url.query) + request.url.path:  # PostgreSQL can't even look for one
            return JSONResponse({"error": "an address with a zero byte is none of ours"}, 400)
        # the page takes no files, but its toolkit opens an upload route to everybody
        if request.url.path.rstrip("/").endswith("/upload") and request.method not in READ_ONLY:
            return JSONResponse({"error": "files are not taken here"}, 403)
        if request.method not in READ_ONLY:  # all doors: console and page would read a body of any size
            size = 0
            chunks = []
            async for chunk in request.stream():
                size += len(chunk)
                if size > MOST_BYTES:
                    return JSONResponse({"error": f"the request is larger than {MOST_BYTES} bytes"}, 413)
                chunks.append(chunk)
            request._body = b"".join(chunks)
        return await handle(request)
