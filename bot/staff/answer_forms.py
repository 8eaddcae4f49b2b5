"""What the Answers page sends, of bounded size, and how it is told what is wrong."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any

from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from bot.staff.fields import STORABLE
from data.answer.answers import MOST_NOTE, Version
from data.answer.checks import MOST_BODY, MOST_TITLE, Problem
from data.answer.drafts import AnswerConflictError, WrongAnswerError
from data.answer.files import KINDS, Content
from data.errors import AnswerError, DeskError, MessageError, ReleaseError

Id = Annotated[str, StringConstraints(max_length=64), STORABLE]
Text = Annotated[str, StringConstraints(max_length=2 * MOST_BODY), STORABLE]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ArticleText(_In):
    title: Annotated[str, StringConstraints(max_length=2 * MOST_TITLE), STORABLE] = ""
    body: Text = ""


class ContentIn(_In):
    """What is edited of a template (when, next, texts) or an article (intents, texts)."""

    when: dict[Id, Id | list[Id]] = Field(default={}, max_length=10)
    next: list[Id] = Field(default=[], max_length=10)
    intents: list[Id] = Field(default=[], max_length=60)
    texts: dict[Id, Text | ArticleText] = Field(default={}, max_length=20)

    def of(self, kind: str) -> Content:
        """Return the content as it is kept; raises AnswerError where the texts are of the other kind."""
        texts = {k: t.model_dump() if isinstance(t, ArticleText) else t for k, t in self.texts.items()}
        if kind not in KINDS or any(isinstance(t, str) != (kind == "template") for t in texts.values()):
            raise AnswerError(
                f"these texts are none of a {kind[:20]}: a template has plain ones, an article title and body"
            )
        if kind == "article":
            return {"intents": self.intents, "texts": texts}
        when = {name: value for name, value in self.when.items() if value}
        return {"when": when, "next": self.next, "texts": texts}


class CheckIn(_In):
    kind: Id
    id: Id
    content: ContentIn


class SaveIn(_In):
    content: ContentIn | None = Field(description="null retires the answer")
    base: int | None = Field(ge=0, le=10**9, description="the version that was edited; null: it is new")
    note: Annotated[str, StringConstraints(max_length=MOST_NOTE), STORABLE] = ""


class RestoreIn(_In):
    version: int = Field(ge=0, le=10**9)
    base: int = Field(ge=0, le=10**9)


class PublishIn(_In):
    versions: dict[Annotated[str, StringConstraints(max_length=100), STORABLE], int] = Field(
        min_length=1, max_length=2000
    )
    note: Annotated[str, StringConstraints(max_length=MOST_NOTE), STORABLE] = ""


class TryIn(_In):
    text: Annotated[str, StringConstraints(min_length=1, max_length=4000), STORABLE]


class TellingRoute(APIRoute):
    """Turns what is wrong with an answer into a reply that the page can show beside the text."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        handle = super().get_route_handler()

        async def tell(request: Request) -> Response:
            try:
                return await handle(request)
            except WrongAnswerError as error:
                problems = [problem_out(p) for p in error.problems]
                return JSONResponse({"error": str(error), "problems": problems}, 422)
            except AnswerConflictError as error:
                lines = [asdict(line) for line in error.lines]
                theirs = {
                    "theirs": version_out(error.theirs),
                    "content": error.theirs.content,
                    "lines": lines,
                }
                return JSONResponse({"error": str(error), **theirs}, 409)
            except (AnswerError, DeskError, ReleaseError, MessageError) as error:
                return JSONResponse({"error": str(error)}, 422)

        return tell


def problem_out(problem: Problem) -> dict[str, Any]:
    return {**asdict(problem), "hint": problem.is_hint, "message": str(problem)}


def version_out(version: Version) -> dict[str, Any]:
    names = ("version", "state", "base", "author", "note", "at", "released")
    return {name: getattr(version, name) for name in names} | {"at": version.at.isoformat()}
