"""The inbox: what waits for a person, one conversation with its summary, and what a person may do with it."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field, StringConstraints

from bot.handoff import without_open_questions
from bot.staff.fields import STORABLE
from bot.staff.summary import summary
from bot.staff.written import as_kept
from data.errors import ConflictError, MessageError
from data.log.cases import Cases
from data.log.inbox import Inbox
from data.tables import Remark, TurnRow, now
from data.users import Account

if TYPE_CHECKING:
    from bot.staff.console import Staff

MOST_CHARS = 4000  # of a reply or a note
SILENT = timedelta(minutes=30)  # without a message, after which a customer has most likely left


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MOST_CHARS), STORABLE]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{8,64}$")]


class Act(BaseModel):
    """Something done once: whoever is not sure that it arrived sends it again with the same key."""

    key: Key = Field(description="made by the sender, another one for each thing done")


class Words(Act):
    text: Text


class Transfer(Act):
    to: Annotated[str, StringConstraints(min_length=1, max_length=64), STORABLE] = Field(
        description="the colleague who is to have it"
    )


class Silent(Act):
    sessions: Annotated[
        list[Annotated[str, StringConstraints(max_length=64), STORABLE]], Field(max_length=100)
    ]


class Claim(BaseModel):
    take_from: Annotated[str, StringConstraints(max_length=64), STORABLE] | None = Field(
        None, description="the colleague who has it; admins only"
    )


def inbox_routes(staff: "Staff") -> APIRouter:
    router = APIRouter()
    inbox, cases = Inbox(staff.engine, without_open_questions), Cases(staff.engine)
    agent = Depends(staff.sessions.require("agent"))

    @router.get("/inbox/count")
    def count(user: Annotated[Account, agent]) -> dict[str, Any]:
        return asdict(cases.queue(user.name))

    @router.get("/inbox")
    def lists(user: Annotated[Account, agent]) -> dict[str, Any]:
        lists = {"waiting": cases.waiting(), "mine": cases.mine(user.name)}
        if user.may("reviewer"):
            lists["colleagues"] = cases.colleagues(user.name)
        shown = {name: [asdict(case) for case in listed] for name, listed in lists.items()}
        return {**shown, "queue": asdict(cases.queue(user.name)), "silent_after": SILENT.total_seconds()}

    @router.get("/colleagues")
    def colleagues(user: Annotated[Account, agent]) -> dict[str, Any]:
        """Return whom the user may pass a conversation on to, and how many each of them has."""
        held = cases.held_by()
        others = (u.name for u in staff.users.all() if not u.disabled and u.name != user.name)
        return {"colleagues": [{"name": name, "has": held.get(name, 0)} for name in others]}

    @router.get("/inbox/{session}")
    def conversation(
        session: str, _user: Annotated[Account, agent], language: str = "en", version: str = ""
    ) -> dict[str, Any]:
        """Return a conversation; nothing of it where the version that was seen is still the latest."""
        latest = inbox.version(session)
        if version and version == latest:
            return {"version": latest, "same": True}
        return {"version": latest, **_conversation(inbox, cases, staff, session, language)}

    @router.get("/inbox/{session}/suggestions")
    def suggestions(session: str, _user: Annotated[Account, agent]) -> dict[str, Any]:
        """Return what the bot would say; nothing where somebody may be hurt: that is no matter for a form.

        Raises MessageError where there is no such conversation.
        """
        inbox.conversation(session)
        found = () if cases.danger(session) else staff.bot().suggestions(session)
        return {"suggestions": [asdict(s) for s in found]}

    @router.post("/inbox/{session}/claim")
    def claim(session: str, claim: Claim, user: Annotated[Account, agent]) -> dict[str, bool]:
        if claim.take_from is not None and not user.may("admin"):
            raise ConflictError(f"{claim.take_from} has this conversation; only an admin may take it over")
        inbox.claim(session, user.name, claim.take_from)
        return {"done": True}

    @router.post("/inbox/{session}/transfer")
    def transfer(session: str, sent: Transfer, user: Annotated[Account, agent]) -> dict[str, bool]:
        inbox.transfer(session, user.name, sent.to, sent.key)
        return {"done": True}

    def speaking(name: str, act: Callable[[str, str, str, str], None]) -> None:
        @router.post(f"/inbox/{{session}}/{name}")
        def speak(session: str, words: Words, user: Annotated[Account, agent]) -> dict[str, Any]:
            """Keep a reply or a note without personal data, and return which kinds of it were cut down."""
            written = as_kept(words.text, staff.bot().desk)
            act(session, user.name, written.text, words.key)
            return {"done": True, "masked": written.masked}

    def letting_go(name: str, act: Callable[[str, str, str], None]) -> None:
        @router.post(f"/inbox/{{session}}/{name}")
        def let_go(session: str, sent: Act, user: Annotated[Account, agent]) -> dict[str, bool]:
            act(session, user.name, sent.key)
            return {"done": True}

    def give_back(session: str, user: str, key: str) -> None:
        """Let the bot go on, and answer what was asked last: nobody is to wait for a reply in vain."""
        inbox.give_back(session, user, key)
        staff.bot().answer_left_open(session)

    speaking("reply", inbox.reply)
    speaking("note", inbox.note)
    letting_go("give_back", give_back)
    letting_go("close", inbox.close)

    @router.post("/inbox/close_silent")
    def close_silent(sent: Silent, user: Annotated[Account, agent]) -> dict[str, Any]:
        """Close conversations whose customers have left; who wrote meanwhile or is in danger stays."""
        everybodys = user.may("reviewer")
        closed = [
            s for s in sent.sessions if cases.danger(s) is None and _close(s, sent.key, user, everybodys)
        ]
        return {"closed": closed}

    def _close(session: str, key: str, user: Account, everybodys: bool) -> bool:
        own_key = sha256(f"{key} {session}".encode()).hexdigest()
        try:
            inbox.close_silent(session, user.name, own_key, now() - SILENT, everybodys)
        except (ConflictError, MessageError):
            return False
        return True

    return router


def _conversation(inbox: Inbox, cases: Cases, staff: "Staff", session: str, language: str) -> dict[str, Any]:
    row, turns = inbox.conversation(session), inbox.turns(session)
    kept = ("session", "owner", "person", "waiting_since", "closed", "csat", "started")
    return {
        **{name: getattr(row, name) for name in kept},
        "danger": cases.danger(session),
        "turns": [_turn(t) for t in turns],
        "remarks": [_remark(r) for r in inbox.remarks(session)],
        "summary": summary(staff.bot(), turns, dict(row.memory), language),
    }


def _turn(row: TurnRow) -> dict[str, Any]:
    names = ("number", "at", "text", "language", "intent", "confidence", "route", "reason", "reply")
    return {name: getattr(row, name) for name in names} | {"masked": row.details.get("masked") or []}


def _remark(row: Remark) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("id", "after", "author", "kind", "text", "at", "key")}
