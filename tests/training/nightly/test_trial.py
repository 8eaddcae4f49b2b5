"""A night may put its release on trial: customers keep theirs, and nothing counts as learned."""

import json

from data.review.examples import to_learn
from tests.training.nightly.conftest import House
from tests.training.nightly.test_week import shuffled
from training.examples import LabelledMessage
from training.nightly.night import run_night
from training.nightly.options import Options


def test_a_release_on_trial(house: House, shop_messages: list[LabelledMessage]) -> None:
    house.day([(m.text, m.label) for m in shuffled(shop_messages, ["gift_card"], 40)])
    before = house.releases.live().id
    night = run_night(house.settings, Options(trial="shadow"))
    assert (night.outcome, night.reasons) == ("trial", ())
    trial = house.releases.on_trial()
    assert trial is not None
    assert (trial.release, trial.mode, trial.by) == (night.release, "shadow", "night")
    assert house.releases.live().id == before
    assert dict(to_learn(house.engine)[0]) == {"intent": 40}
    report = json.loads((night.folder / "report.json").read_text("utf-8"))
    assert [point["share"] for point in report["curve"]] == [0.0, 0.25, 0.5, 1.0]
    assert report["curve"][0]["examples"] == 0
    for language in ("en", "zh"):
        assert report["curve"][-1]["figures"][language] >= report["curve"][0]["figures"][language]
    assert {stage["name"] for stage in report["stages"]} >= {"fit", "exam", "changes", "curve", "publishing"}
