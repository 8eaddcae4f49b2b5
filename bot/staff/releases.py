"""The Releases page: what is live, what each release was made of, and going to another one."""

from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from bot.pipeline import Bot
from bot.staff.answer_forms import TellingRoute
from bot.staff.replay import Replay
from bot.staff.trials import trial_routes
from data.answer.diff import diff
from data.answer.files import INTENT, Subject, contents
from data.desk import Desk, load_desk
from data.errors import ReleaseError
from data.log.questions import logged_questions
from data.release.release import Release
from data.users import Account

if TYPE_CHECKING:
    from bot.staff.console import Staff

MOST_SHOWN = 100
MOST_REPLAYED = 300


class ReplayIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    most: int = Field(MOST_REPLAYED, ge=1, le=MOST_REPLAYED)


class ReleasesDesk:
    """The releases of the desk that is served, and the comparison that goes on."""

    def __init__(self, staff: "Staff") -> None:
        self.staff = staff
        self.replay = Replay()

    def bots(self, before: Release, after: Release) -> tuple[Bot, Bot]:
        """Return bots on two releases; what they share with the one that serves is not loaded again."""
        live = self.staff.bot()
        found = [live if live.release == r.id else live.on(r) for r in (before, after)]
        return found[0], found[1]


def releases_routes(staff: "Staff") -> APIRouter:
    router = APIRouter(route_class=TellingRoute)
    router.include_router(trial_routes(staff))
    here = ReleasesDesk(staff)
    admin = Annotated[Account, Depends(staff.sessions.require("admin"))]

    @router.get("/releases")
    def overview(_user: admin) -> dict[str, Any]:
        releases = staff.publisher.releases
        ids = releases.ids()[::-1][:MOST_SHOWN]
        return {"live": releases.live().id, "releases": [_read(staff, i) for i in ids]}

    @router.get("/releases/{release_id}")
    def one(release_id: str, against: str, _user: admin) -> dict[str, Any]:
        release, other = staff.publisher.releases.get(release_id), staff.publisher.releases.get(against)
        replay = here.replay.of(against, release_id)
        return {
            "release": _shown(release),
            "against": _shown(other),
            "answers": _answers(_desk(other.desk_folder), _desk(release.desk_folder)),
            "differs": _differs(staff, _desk(release.desk_folder)),
            "taken_back": staff.publisher.taken_back(staff.publisher.releases.live(), release),
            "intents": _intents(release, other),
            "replay": asdict(replay) if replay else None,
        }

    @router.post("/releases/{release_id}/replay")
    def replay(release_id: str, against: str, asked: ReplayIn, _user: admin) -> dict[str, Any]:
        release, other = staff.publisher.releases.get(release_id), staff.publisher.releases.get(against)
        questions = logged_questions(staff.engine, asked.most)
        return asdict(here.replay.start(other.id, release.id, questions, lambda: here.bots(other, release)))

    @router.get("/releases/{release_id}/replay")
    def progress(release_id: str, against: str, _user: admin) -> dict[str, Any] | None:
        found = here.replay.of(against, release_id)
        return asdict(found) if found else None

    @router.post("/releases/{release_id}/live")
    def make_live(release_id: str, user: admin) -> dict[str, Any]:
        release = staff.publisher.make_live(release_id, user.name)
        staff.refresh()
        return {
            "live": release.id,
            "answering": staff.bot().release,
            "differs": _differs(staff, _desk(release.desk_folder)),
        }

    return router


@lru_cache(maxsize=4)
def _desk(folder: Path) -> Desk:
    """Return a release's own files, which never change, as a desk."""
    return load_desk(folder)


def _read(staff: "Staff", release_id: str) -> dict[str, Any]:
    try:
        return _shown(staff.publisher.releases.get(release_id))
    except ReleaseError as error:
        return {"id": release_id, "error": str(error)}


def _shown(release: Release) -> dict[str, Any]:
    topics = [subject.id for subject in map(Subject.of, sorted(release.answers)) if subject.kind == INTENT]
    figures = {k: v for k, v in release.metrics.items() if isinstance(v, dict) and k != "intents"}
    return {
        "id": release.id,
        "created": release.created,
        "files": release.desk[:12],
        "kind": release.about.get("kind", "trained"),
        "by": release.about.get("by", ""),
        "note": release.about.get("note", ""),
        "base": release.about.get("base", ""),
        "changed": release.about.get("changed", []),
        "edits": len(release.answers) - len(topics),
        "topics": topics,
        "messages": release.metrics.get("messages"),
        "tuned": release.metrics.get("tuned"),
        "seconds": release.about.get("seconds", release.metrics.get("seconds")),
        "figures": figures,
    }


def _answers(before: Desk, after: Desk) -> list[dict[str, Any]]:
    was, now = contents(before), contents(after)
    return [
        {
            "kind": subject.kind,
            "id": subject.id,
            "lines": [asdict(x) for x in diff(was.get(subject), now.get(subject)) if x.sign.strip()],
        }
        for subject in dict.fromkeys((*now, *was))
        if was.get(subject) != now.get(subject)
    ]


def _differs(staff: "Staff", desk: Desk) -> list[str]:
    """Return which answers of a release are not as the drafts have them."""
    return [str(subject) for subject in staff.drafts.now().pending(desk)]


def _intents(release: Release, other: Release) -> list[dict[str, Any]]:
    now, was = release.metrics.get("intents", {}), other.metrics.get("intents", {})
    return [{"id": intent, "now": now.get(intent), "was": was.get(intent)} for intent in now]
