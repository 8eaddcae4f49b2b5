"""The trial on the Releases page: begin it, end it, and how it goes."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from bot.staff.answer_forms import TellingRoute
from data.errors import ReleaseError
from data.release.comparison import PRIMARY, compare
from data.release.shadow_turns import ShadowTurns
from data.release.trial import EFFECT, Mode, Trial
from data.users import Account

if TYPE_CHECKING:
    from bot.staff.console import Staff


class TrialIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    mode: Mode
    share: float = Field(0.1, gt=0, lt=1, description="of the conversations; in the shadow it counts nothing")
    effect: float = Field(EFFECT, gt=0, lt=1, description="difference of the primary figure worth finding")


def trial_routes(staff: "Staff") -> APIRouter:
    router = APIRouter(route_class=TellingRoute)
    admin = Annotated[Account, Depends(staff.sessions.require("admin"))]

    @router.get("/releases/trial")
    def progress(_user: admin) -> dict[str, Any]:
        try:
            trial = staff.publisher.releases.last_trial()
        except ReleaseError as error:
            return {"trial": None, "problem": str(error), "shadow": None, "comparison": None}
        by_share = trial is not None and trial.mode == "share"
        return {
            "trial": asdict(trial) if trial else None,
            "problem": staff.trial_problem if trial and not trial.ended else "",
            "shadow": _shadow(staff, trial) if trial and not by_share else None,
            "comparison": _comparison(staff, trial) if trial and by_share else None,
        }

    @router.post("/releases/trial/end")
    def end(user: admin) -> dict[str, bool]:
        ended = staff.publisher.end_trial(user.name)
        staff.refresh()
        return {"ended": ended is not None}

    @router.post("/releases/{release_id}/trial")
    def begin(release_id: str, asked: TrialIn, user: admin) -> dict[str, Any]:
        trial = staff.publisher.try_out(release_id, asked.mode, asked.share, user.name, asked.effect)
        staff.refresh()
        return {"trial": asdict(trial), "problem": staff.trial_problem}

    return router


def _shadow(staff: "Staff", trial: Trial) -> dict[str, Any]:
    rows = ShadowTurns(staff.engine)
    return {
        **asdict(rows.figures(trial.id)),
        "disagreements": [asdict(found) for found in rows.disagreements(trial.id)],
    }


def _comparison(staff: "Staff", trial: Trial) -> dict[str, Any]:
    found = compare(staff.engine, trial)
    return {
        **asdict(found),
        "verdict": found.verdict,
        "primary": PRIMARY,
        "figures": [{**asdict(figure), "better": figure.better} for figure in found.figures],
    }
