"""The Answers page: templates and articles edited, checked, tried out and published."""

from dataclasses import asdict
from threading import Lock
from typing import TYPE_CHECKING, Annotated, Any
from weakref import WeakKeyDictionary

from fastapi import APIRouter, Depends, HTTPException, Query

from bot.pipeline import Bot
from bot.staff.answer_forms import CheckIn, Id, PublishIn, RestoreIn, SaveIn, TellingRoute, TryIn, version_out
from bot.staff.answer_search import AnswerSearch
from bot.staff.answer_views import checked, items, known, pending, standing, state_of, tried
from data.answer.diff import diff
from data.answer.files import Subject, contents
from data.answer.use import use_of
from data.errors import AnswerError, ConflictError
from data.users import Account
from retrieval.search import Retriever
from retrieval.split import passages

if TYPE_CHECKING:
    from bot.staff.console import Staff


class AnswersDesk:
    """What is made of the drafts when somebody looks for one or tries them out."""

    def __init__(self, staff: "Staff") -> None:
        self._staff = staff
        self._lock = Lock()
        # goes with the live bot, whose parts it shares: a replaced release must not stay in memory
        self._tried: WeakKeyDictionary[Bot, tuple[str, Bot]] = WeakKeyDictionary()
        self._search: AnswerSearch | None = None

    def live_answers(self) -> dict[str, int]:
        """Return the version of each edited answer that customers get now."""
        return self._staff.publisher.releases.get(self._staff.bot().release).answers

    def search(self) -> AnswerSearch:
        draft = self._staff.drafts.now()
        with self._lock:
            if self._search is None or self._search.key != draft.key:
                self._search = AnswerSearch(draft)
            return self._search

    def draft_bot(self) -> Bot:
        """Return a bot that answers with the drafts; only passages that changed are encoded."""
        draft, live = self._staff.drafts.now(), self._staff.bot()
        with self._lock:
            found = self._tried.get(live)
            if found is None or found[0] != draft.key:
                index = Retriever.build(list(passages(draft.desk)), live.encoder, live.retriever)
                found = self._tried[live] = (draft.key, live.with_answers(draft.desk, index))
            return found[1]


def answers_routes(staff: "Staff") -> APIRouter:
    router = APIRouter(route_class=TellingRoute)
    here = AnswersDesk(staff)
    reviewer = Annotated[Account, Depends(staff.sessions.require("reviewer"))]

    @router.get("/answers")
    def overview(_user: reviewer, language: str = "en") -> dict[str, Any]:
        draft, bot, live = staff.drafts.now(), staff.bot(), here.live_answers()
        return {
            "release": bot.release,
            "items": list(items(draft, contents(bot.desk), live, language)),
            "pending": pending(draft, bot.desk, live),
            "known": known(draft.desk),
        }

    @router.get("/answers/search")
    def search(q: Annotated[str, Query(max_length=200)], _user: reviewer) -> dict[str, list[str]]:
        return {"found": here.search().find(q)}

    @router.get("/answers/{kind}/{subject}")
    def one(kind: Id, subject: Id, _user: reviewer) -> dict[str, Any]:
        it, draft, live = Subject(kind, subject), staff.drafts.now(), contents(staff.bot().desk)
        versions = staff.drafts.answers.versions(it)
        content, at = draft.content(it), here.live_answers().get(str(it), 0)
        if content is None and not versions:
            raise HTTPException(404, f"there is no {kind} {subject!r}")
        shown = content or next((v.content for v in versions if v.content), None) or draft.of_files.get(it)
        intents = [subject.split(".")[0]] if kind == "template" else (shown or {}).get("intents", [])
        return {
            "kind": kind,
            "id": subject,
            "version": draft.version(it),
            "content": shown,
            "retired": content is None,
            "state": state_of(draft, it, live, at),
            "lines": [asdict(line) for line in diff(live.get(it), content)],
            "of_files": it in draft.of_files,
            "versions": [version_out(v) | {"standing": standing(v, at)} for v in versions],
            "use": asdict(use_of(staff.engine, it, intents)),
            **checked(draft, it, shown),
        }

    @router.get("/answers/{kind}/{subject}/diff")
    def changes(kind: Id, subject: Id, before: int, after: int, _user: reviewer) -> list[dict[str, str]]:
        it = Subject(kind, subject)
        return [
            asdict(line)
            for line in diff(staff.drafts.content_of(it, before), staff.drafts.content_of(it, after))
        ]

    @router.post("/answers/check")
    def check(asked: CheckIn, _user: reviewer) -> dict[str, Any]:
        return checked(staff.drafts.now(), Subject(asked.kind, asked.id), asked.content.of(asked.kind))

    @router.post("/answers/try")
    def try_out(asked: TryIn, _user: reviewer) -> dict[str, Any]:
        return {"live": tried(staff.bot(), asked.text), "draft": tried(here.draft_bot(), asked.text)}

    @router.post("/answers/publish")
    def publish(asked: PublishIn, user: reviewer) -> dict[str, Any]:
        draft = staff.drafts.now()
        stale = [s for s, number in asked.versions.items() if draft.version(Subject.of(s)) != number]
        if stale:
            raise ConflictError(
                f"{', '.join(sorted(stale))[:300]} changed meanwhile; look at it before it goes live"
            )
        release = staff.publisher.publish(asked.versions, user.name, asked.note, staff.bot().encoder)
        staff.refresh()
        return {"release": release.id, "answering": staff.bot().release}

    @router.post("/answers/{kind}/{subject}")
    def save(kind: Id, subject: Id, asked: SaveIn, user: reviewer) -> dict[str, Any]:
        it = Subject(kind, subject)
        content = asked.content.of(kind) if asked.content else None
        if asked.base is None:
            if content is None:
                raise AnswerError("an answer that is new needs a text")
            return version_out(staff.drafts.create(it, content, user.name, asked.note))
        return version_out(staff.drafts.save(it, content, asked.base, user.name, asked.note))

    @router.post("/answers/{kind}/{subject}/restore")
    def restore(kind: Id, subject: Id, asked: RestoreIn, user: reviewer) -> dict[str, Any]:
        return version_out(staff.drafts.restore(Subject(kind, subject), asked.version, asked.base, user.name))

    return router
