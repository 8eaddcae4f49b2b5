"""A night's pictures: drawn of what there is, whatever its names are."""

import io
from typing import Any

import matplotlib
import numpy as np
import pytest
from PIL import Image

from tests.training.nightly.made_up_night import evil_night, good_night
from training.nightly.report_charts import charts

DRAWN_OF = {
    "nights": "former", "curve": "curve", "calibration": "calibration", "confusion": "confused",
    "coverage": "coverage",
}  # fmt: skip


def alone(name: str) -> dict[str, Any]:
    """Return what one picture is drawn of, and nothing else."""
    return {DRAWN_OF[name]: good_night()[DRAWN_OF[name]]}


@pytest.mark.parametrize("night", [good_night(), evil_night()], ids=["good", "evil"])
def test_pictures_are_pngs_with_ink(night: dict[str, Any]) -> None:
    found = charts(night)
    assert found.keys() == DRAWN_OF.keys()
    for name, png in found.items():
        picture = np.asarray(Image.open(io.BytesIO(png)).convert("L"))
        assert min(picture.shape) > 400, name
        assert picture.min() < 120 < picture.mean(), name


@pytest.mark.parametrize("name", DRAWN_OF)
def test_each_is_drawn_of_its_own_part(name: str) -> None:
    assert list(charts(alone(name))) == [name]


@pytest.mark.parametrize("night", [{}, {name: [] for name in DRAWN_OF.values()}])
def test_of_nothing_nothing_is_drawn(night: dict[str, Any]) -> None:
    assert charts(night) == {}


@pytest.mark.parametrize(
    "night",
    [
        {"curve": [{"examples": 3, "figures": {"en": 0.5}}]},
        {"former": [{"night": "a", "figures": {"en": {"top_intent": 0.5}}}]},
        {"coverage": {"live": {"answer": 0}, "candidate": {"answer": 3}}},
        {"confused": [{"wanted": "a", "taken_for": "b", "live": 0, "candidate": 0}]},
        {"calibration": {"en": [{"confidence": 0.5, "right": 0.5, "n": 0}, {"confidence": float("nan")}]}},
    ],
)
def test_too_little_is_not_drawn(night: dict[str, Any]) -> None:
    assert charts(night) == {}


@pytest.mark.parametrize("name", ["golden", "reviewed"])
def test_a_desk_without_tests_is_followed_by_what_there_is(name: str) -> None:
    nights = [{"night": str(n), "figures": {"en": {name: 0.8 + n / 100}}} for n in range(3)]
    assert list(charts({"former": nights})) == ["nights"]


def test_a_night_that_did_not_go_live_looks_otherwise() -> None:
    pictures = []
    for outcome in ("live", "kept"):
        night = alone("nights")
        night["former"][-1]["outcome"] = outcome
        pictures.append(charts(night)["nights"])
    assert pictures[0] != pictures[1]


def test_drawing_leaves_no_style_behind() -> None:
    before = dict(matplotlib.rcParams)
    charts(alone("curve"))
    assert dict(matplotlib.rcParams) == before
