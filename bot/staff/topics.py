"""Topics found in dialogues without labels, over HTTP: what is in a draft, and what staff decide about it.

Drafts lie below the home (`data.night.topics`); the command `accept` makes a desk of what was approved.
"""

import shlex
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field, StringConstraints

from bot.staff.topic_questions import question_routes
from data.audit import write_audit
from data.errors import ConflictError, DeskError
from data.night.numbers import numbers_called
from data.night.pooled import answers_taken
from data.night.regrouped import read_regrouped
from data.night.topics import (
    Draft,
    Topic,
    decide,
    drafts_in,
    read_answer,
    read_topics,
    write_answer,
)
from data.night.written import Answer, Title
from data.users import Account

if TYPE_CHECKING:
    from bot.staff.console import Staff

Name = Annotated[str, StringConstraints(max_length=80)]
Group = Annotated[str, StringConstraints(max_length=8)]


class Decided(BaseModel):
    """What changes of a topic; `into` "" takes a merge back."""

    group: Group
    state: Literal["proposed", "approved", "rejected", "outside"] | None = None
    id: Annotated[str, StringConstraints(max_length=41)] | None = None
    title: Annotated[dict[Annotated[str, Field(max_length=8)], Title], Field(max_length=4)] | None = None
    into: Annotated[str, StringConstraints(max_length=41)] | None = None

    def change(self) -> dict[str, Any]:
        given = self.model_dump(exclude_none=True, exclude={"group"})
        return given | ({"into": given["into"] or None} if "into" in given else {})


class Written(BaseModel):
    group: Group
    texts: Annotated[dict[Annotated[str, Field(max_length=8)], Answer], Field(max_length=4)]


def topics_routes(staff: "Staff") -> APIRouter:
    reviewer = Depends(staff.sessions.require("reviewer"))
    router = APIRouter(prefix="/topics", dependencies=[reviewer])

    def folder_of(name: str) -> Path:
        found = {folder.name: folder for folder in drafts_in(staff.settings.home)}
        if name not in found:
            raise ConflictError("this draft is not there any more; load the page again")
        return found[name]

    @router.get("")
    def drafts(draft: Annotated[Name, Query()] = "") -> dict[str, Any]:
        found = drafts_in(staff.settings.home)
        if not found:
            return {"drafts": [], "draft": None, "topics": []}
        names = [folder.name for folder in found]
        folder = folder_of(draft or names[0])
        whole, topics = _read(folder)
        groups = {group["id"]: group for group in whole["groups"]}
        rows = [_row(topic, groups[topic.group]) for topic in topics if topic.group in groups]
        head = {k: whole[k] for k in ("made", "languages", "dialogues", "questions", "alone", "intents")}
        head["known"] = whole.get("known", 0)
        head["numbers"] = {la: numbers_called(whole, la) for la in ("en", "zh")}
        return {
            "drafts": names,
            "draft": {"name": folder.name, **head, "accept": _command(folder, whole)},
            "topics": rows,
        }

    @router.get("/{draft}/{group}")
    def topic(draft: Name, group: Group) -> dict[str, Any]:
        folder = folder_of(draft)
        whole, topics = _read(folder)
        return _shown(folder, whole, _one(topics, group), topics)

    @router.post("/{draft}/decide")
    def decided(user: Annotated[Account, reviewer], draft: Name, sent: Decided) -> dict[str, Any]:
        folder = folder_of(draft)
        whole, topics = _read(folder)
        before, change = _one(topics, sent.group), sent.change()
        after = _one(decide(folder, [(sent.group, change)], tuple(whole["intents"])), sent.group)
        _audit(user, draft, sent.group, {name: getattr(before, name) for name in change}, change)
        return {"topic": _row(after, _group(whole, sent.group)), "before": _undo(before, change)}

    @router.post("/{draft}/answer")
    def answered(user: Annotated[Account, reviewer], draft: Name, sent: Written) -> dict[str, Any]:
        folder = folder_of(draft)
        whole, topics = _read(folder)
        found, before = _one(topics, sent.group), read_answer(folder, sent.group)
        write_answer(folder, sent.group, sent.texts)
        _audit(user, draft, sent.group, before, sent.texts)
        return _shown(folder, whole, found, topics)

    question_routes(router, staff, folder_of)

    def _audit(user: Account, draft: str, group: str, before: Any, after: Any) -> None:
        with staff.engine.begin() as db:
            write_audit(db, user.name, "topic_decided", f"{draft}/{group}", before, after)

    return router


def _command(folder: Path, draft: Draft) -> str:
    """Return what makes a desk of a draft, or adds to the one that it was compared with, on the server."""
    into = draft.get("desk") or Path("desks") / folder.name
    return f"python -m training.history accept {shlex.quote(str(folder))} --into {shlex.quote(str(into))}"


def _read(folder: Path) -> tuple[Draft, list[Topic]]:
    """Return a draft and its topics; raises ConflictError where a hand-made change broke one."""
    try:
        return read_regrouped(folder), read_topics(folder)
    except DeskError as error:
        raise ConflictError(str(error)) from error


def _one(topics: list[Topic], group: str) -> Topic:
    found = next((topic for topic in topics if topic.group == group), None)
    if found is None:
        raise ConflictError(f"this draft has no group {group}; load the page again")
    return found


def _group(whole: Draft, group: str) -> dict[str, Any]:
    found: dict[str, Any] | None = next((g for g in whole["groups"] if g["id"] == group), None)
    if found is None:
        raise ConflictError(f"nothing is known of group {group} in this draft; load the page again")
    return found


def _row(topic: Topic, group: dict[str, Any]) -> dict[str, Any]:
    return {
        **topic.model_dump(include={"group", "state", "id", "into", "title"}),
        "size": group["size"],
        "languages": group["languages"],
        "words": group["words"],
    }


def _shown(folder: Path, whole: Draft, topic: Topic, topics: list[Topic]) -> dict[str, Any]:
    group = _group(whole, topic.group)
    kept = ("dialogues", "order_numbers", "existing", "examples", "replies")
    evidence = {name: group[name] for name in kept} | {"declined": group.get("declined")}
    taken = answers_taken(folder, whole, topic, {t.group: t for t in topics})
    answers = {
        "answer": read_answer(folder, topic.group),
        "taken": {la: asdict(t) for la, t in taken.items()},
    }
    return {**_row(topic, group), **evidence, **answers}


def _undo(before: Topic, change: dict[str, Any]) -> dict[str, Any]:
    """Return what takes a change back."""
    was = before.model_dump(include=set(change))
    return was | ({"into": was["into"] or ""} if "into" in was else {})
