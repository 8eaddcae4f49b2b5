"""Questions of a draft over HTTP: all of a group or in none, put elsewhere, and a group in two parts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field, StringConstraints

from data.audit import write_audit
from data.errors import ConflictError, DeskError
from data.night.moves import move
from data.night.questions import NONE, Asked
from data.night.topics import read_draft
from data.night.typical import find_questions
from data.users import Account
from retrieval.halves import halves_of

if TYPE_CHECKING:
    from bot.staff.console import Staff

PAGE = 50  # questions at once
PART = 8  # questions that are shown of each part of a group
MOST = 20_000  # questions that are moved at once
Name = Annotated[str, StringConstraints(max_length=80)]
Group = Annotated[str, StringConstraints(max_length=8)]


class Sent(BaseModel):
    """Questions by their numbers, and where they go: a group, "new", "none" or an intent of the desk."""

    questions: Annotated[list[int], Field(min_length=1, max_length=MOST)]
    to: Annotated[str, StringConstraints(max_length=41)]


def question_routes(router: APIRouter, staff: "Staff", folder_of: Callable[[str], Path]) -> None:
    """Add to the routes of topics those of their questions; `folder_of` finds a draft by its name."""
    reviewer = Depends(staff.sessions.require("reviewer"))

    @router.get("/{draft}/{group}/questions")
    def questions(
        draft: Name,
        group: Group,
        find: Annotated[str, Query(max_length=80)] = "",
        start: Annotated[int, Query(ge=0)] = 0,
    ) -> dict[str, Any]:
        with _changed_by_hand():
            found = find_questions(folder_of(draft), group, find)
        return {"total": len(found), "questions": [_row(q) for q in found[start : start + PAGE]]}

    @router.get("/{draft}/{group}/halves")
    def halves(draft: Name, group: Group) -> dict[str, Any]:
        with _changed_by_hand():
            both = halves_of(folder_of(draft), group)
        parts = [{"size": len(part), "examples": [_row(q) for q in part[:PART]]} for part in both]
        return {"parts": parts, "second": [q.number for q in both[1]]}

    @router.post("/{draft}/move")
    def moved(user: Annotated[Account, reviewer], draft: Name, sent: Sent) -> dict[str, Any]:
        folder = folder_of(draft)
        with _changed_by_hand():
            done = move(folder, sent.questions, sent.to, tuple(read_draft(folder)["intents"]))
        with staff.engine.begin() as db:
            subject, after = f"{draft}/{done.to or NONE}", {"questions": sent.questions}
            write_audit(db, user.name, "topic_decided", subject, dict(done.back), after)
        return {"to": done.to, "back": [{"to": g, "questions": own} for g, own in done.back.items()]}


@contextmanager
def _changed_by_hand() -> Iterator[None]:
    """Say what is wrong with a draft that somebody has edited; it is no fault of the server."""
    try:
        yield
    except DeskError as error:
        raise ConflictError(str(error)) from error


def _row(question: Asked) -> dict[str, Any]:
    return {"number": question.number, "language": question.language, "text": question.text}
