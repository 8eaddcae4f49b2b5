"""The review queue over HTTP: groups, claims, verdicts, and what the next night will learn."""

import re
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field, StringConstraints

from bot.staff.fields import STORABLE
from bot.staff.review_answers import AnswerSearch, has_answer
from bot.staff.wording import LANGUAGES
from data.desk import Desk
from data.errors import ConflictError, VerdictError
from data.fold import fold
from data.review.corrections import correct
from data.review.examples import NEW, latest_to_learn, new_intents, to_learn
from data.review.rank import UNHAPPY_WEIGHT, claim, claim_next, left, ranked_groups, release, renew
from data.review.read import around, group_messages
from data.review.verdicts import Batch, Ruling, done_since, give_verdict, undo_verdict
from data.users import Account

if TYPE_CHECKING:
    from bot.staff.console import Staff

LIKELY = 5
Id = Annotated[int, Field(ge=1, le=2**31 - 1)]
Ids = Annotated[list[Id], Field(max_length=1000)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), STORABLE]
BATCH = StringConstraints(pattern=r"^[0-9a-f]{32}$")


class Groups(BaseModel):
    groups: Ids = []


class Opened(BaseModel):
    group: Id


class Undone(BaseModel):
    batch: Annotated[str, BATCH] | None = None


class Ruled(BaseModel):
    """What a page sends of any verdict."""

    kind: Literal["right", "intent", "new_intent", "out_of_scope", "answer", "skip"]
    intents: Annotated[list[Name], Field(max_length=3)] = []
    title: Annotated[dict[str, Name], Field(max_length=2)] | None = None
    answer: Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000), STORABLE] | None = None
    language: Annotated[str, StringConstraints(max_length=8), STORABLE] | None = None  # of `answer`
    link: Annotated[str, StringConstraints(max_length=160), STORABLE] | None = None
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500), STORABLE] = ""


class Said(Ruled):
    """A verdict of the queue; without `turns` it holds for the whole group."""

    group: Id
    turns: Ids | None = None


class Corrected(Ruled):
    """A verdict on one turn of the log; `seen` is the batch of the verdict that its author saw stand."""

    seen: Annotated[str, BATCH] | None = None


def review_routes(staff: "Staff") -> APIRouter:
    reviewer = Depends(staff.sessions.require("reviewer"))
    router = APIRouter(prefix="/review", dependencies=[reviewer])
    engine = staff.engine
    search = AnswerSearch()

    def shown(group: int) -> dict[str, Any]:
        ranked = ranked_groups(engine, only=group)
        if not ranked or not ranked[0].open:
            raise ConflictError(f"nothing of group {group} is to be decided any more; take the next one")
        messages = group_messages(engine, group)
        return {**asdict(ranked[0]), "messages": messages, "likely": likely(messages, staff.bot().desk)}

    @router.get("/queue")
    def queue() -> dict[str, Any]:
        groups = [asdict(g) for g in ranked_groups(engine)]
        since = datetime.combine(datetime.now(zone := ZoneInfo(staff.bot().desk.timezone)), time(), zone)
        done = done_since(engine, since.astimezone(UTC))
        return {"groups": groups, "left": left(engine), "done": done, "unhappy_weight": UNHAPPY_WEIGHT}

    @router.post("/next")
    def following(user: Annotated[Account, reviewer], sent: Groups) -> dict[str, Any]:
        without = list(sent.groups)
        while group := claim_next(engine, user.name, without):
            try:
                return {"group": shown(group)}
            except ConflictError:  # a verdict, or the grouping of what is new, was quicker
                without.append(group)
        return {"group": None}

    @router.post("/open")
    def opened(user: Annotated[Account, reviewer], sent: Opened) -> dict[str, Any]:
        if not claim(engine, user.name, sent.group):
            raise ConflictError(f"somebody else has group {sent.group} open, or it is gone")
        return {"group": shown(sent.group)}

    @router.post("/renew")
    def renewed(user: Annotated[Account, reviewer], sent: Groups) -> dict[str, Any]:
        return {"groups": renew(engine, user.name, sent.groups)}

    @router.post("/release")
    def released(user: Annotated[Account, reviewer], sent: Groups) -> dict[str, Any]:
        release(engine, user.name, sent.groups)
        return {}

    @router.get("/groups/{group}/messages")
    def more(group: Id, after: Annotated[int, Query(ge=0, le=10**6)] = 0) -> dict[str, Any]:
        return {"messages": group_messages(engine, group, after)}

    @router.get("/turns/{turn}/around")
    def context(turn: Id) -> dict[str, Any]:
        return {"turns": around(engine, turn)}

    @router.get("/answers")
    def answers(
        q: Annotated[str, Query(max_length=200)] = "", language: Annotated[str, Query(max_length=8)] = "en"
    ) -> dict[str, Any]:
        bot = staff.bot()
        spoken = language if language in bot.desk.languages else bot.desk.languages[0]
        return {"answers": search.find(bot.desk, bot.release, q, spoken)}

    @router.get("/intents")
    def proposed() -> dict[str, Any]:
        return {"proposed": new_intents(engine)}

    @router.post("/verdict")
    def verdict(user: Annotated[Account, reviewer], sent: Said) -> dict[str, Any]:
        ruling = ruling_of(sent, staff.bot().desk, new_intents(engine))
        language = sent.language if sent.answer else None
        return _done(give_verdict(engine, user.name, sent.group, ruling, sent.turns, language))

    @router.post("/turns/{turn}/verdict")
    def correction(turn: Id, user: Annotated[Account, reviewer], sent: Corrected) -> dict[str, Any]:
        """Decide a turn of the log, whether the queue asks about it or not."""
        if sent.kind == "skip":
            raise VerdictError("nobody asks about this message: leave it as it is")
        ruling = ruling_of(sent, staff.bot().desk, new_intents(engine))
        return _done(correct(engine, user.name, turn, ruling, sent.seen))

    @router.post("/undo")
    def undo(user: Annotated[Account, reviewer], sent: Undone) -> dict[str, Any]:
        return _done(undo_verdict(engine, user.name, sent.batch))

    @router.get("/tonight")
    def tonight() -> dict[str, Any]:
        kinds, intents = to_learn(engine)
        return {
            "kinds": kinds,
            "intents": intents.most_common(),
            "proposed": new_intents(engine),
            "latest": [asdict(example) for example in latest_to_learn(engine)],
        }

    return router


def likely(messages: Iterable[dict[str, Any]], desk: Desk) -> list[str]:
    """Return the intents that the bot found likeliest over some messages, best first."""
    sums: dict[str, float] = {}
    for message in messages:
        for guess in message["likely"]:
            if guess["id"] in desk.intents:
                sums[guess["id"]] = sums.get(guess["id"], 0) + guess["confidence"]
    return sorted(sums, key=lambda i: -sums[i])[:LIKELY]


def ruling_of(sent: Ruled, desk: Desk, proposed: dict[str, dict[str, str]]) -> Ruling:
    """Return what was decided; raises VerdictError where something is missing or unknown to the desk."""
    intents = tuple(dict.fromkeys(sent.intents))
    if unknown := [i for i in intents if i not in desk.intents and i not in proposed]:
        raise VerdictError(f"this desk has no intent {', '.join(unknown)}; choose one of the list")
    wanted = [i for i in intents if i in proposed and i not in desk.intents]
    if sent.kind == "intent" and wanted and len(intents) == 1:  # another message for a proposed one
        return Ruling("new_intent", intents, proposed[intents[0]], note=sent.note)
    if sent.kind == "intent" and (wanted or not intents):
        raise VerdictError("choose an intent; one that is only proposed stands alone")
    if sent.kind == "new_intent":
        return Ruling("new_intent", (_new_id(sent, desk),), dict(sent.title or {}), note=sent.note)
    if sent.kind == "answer":
        if not sent.answer and not sent.link:
            raise VerdictError("write the better answer, or choose a template or an article")
        if sent.link and not has_answer(desk, sent.link):
            raise VerdictError(f"this desk has no {sent.link}; choose one of the list")
        template = (sent.link or "").removeprefix("template:")
        intents = intents or ((template.split(".")[0],) if template in desk.templates else ())
        intents = tuple(i for i in intents if i in desk.intents)
        return Ruling("answer", intents, answer=sent.answer or None, link=sent.link, note=sent.note)
    return Ruling(sent.kind, intents if sent.kind == "intent" else (), note=sent.note)


def _new_id(sent: Ruled, desk: Desk) -> str:
    title = sent.title or {}
    if missing := [language for language in LANGUAGES if not title.get(language)]:
        raise VerdictError(f"a new intent needs its title in {' and '.join(missing)}, too")
    taken = {fold(t).lower(): i.id for i in desk.intents.values() for t in i.title.values()}
    for text in title.values():
        if found := taken.get(fold(text).lower()):
            raise VerdictError(f"this desk has {text!r} already: it is the intent {found}")
    return NEW + (re.sub(r"\W+", "_", fold(title["en"]).lower()).strip("_") or "intent")


def _done(batch: Batch) -> dict[str, Any]:
    return {"batch": batch.id, "kind": batch.kind, "messages": batch.messages, "group": batch.group}
