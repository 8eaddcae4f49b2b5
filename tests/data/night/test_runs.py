"""Training runs are kept with their figures, whatever became of them."""

import math
import re

import pytest
from sqlalchemy import Engine, delete

from data.errors import RunError
from data.night.runs import Point, Runs
from data.tables import RunRow

CONFIG = {"desk": "shop", "epochs": 5, "encoder": None}


@pytest.fixture
def runs(engine: Engine) -> Runs:
    return Runs(engine)


def test_a_run_that_never_ended_is_unfinished(runs: Runs) -> None:
    number = runs.begin("tune", "tune-1", "shop", CONFIG)
    runs.add(number, {"loss": 2.5}, step=10)
    kept = runs.get(number)
    assert (kept.state, kept.ended, kept.kind, kept.desk, kept.config) == (
        "unfinished", None, "tune", "shop", CONFIG,
    )  # fmt: skip
    assert kept.started < kept.seen
    assert runs.figures(number) == {"loss": {10: 2.5}}


def test_a_run_ends_with_what_came_of_it(runs: Runs) -> None:
    number = runs.begin("publish", "publish-1", "shop", {})
    runs.end(number, {"release": "20260102-01"})
    kept = runs.get(number)
    assert (kept.state, kept.error, kept.outcome) == ("done", None, {"release": "20260102-01"})
    assert kept.ended is not None


def test_a_failure_is_kept_by_its_class(runs: Runs) -> None:
    number = runs.begin("night", "night-1", "shop", {})
    runs.end(number, {}, "DeskError")
    assert (runs.get(number).state, runs.get(number).error) == ("failed", "DeskError")


def test_figures_are_kept_by_step_and_the_later_ones_stay(runs: Runs) -> None:
    number = runs.begin("tune", "tune-1", "shop", {})
    for step in (10, 2, 30):
        runs.add(number, {"loss": 1 / step, "rate": 1e-4}, step)
    runs.add(number, {"loss": 7.0}, 10)
    assert runs.figures(number)["loss"] == {2: 0.5, 10: 7.0, 30: 1 / 30}
    assert list(runs.figures(number)["rate"]) == [2, 10, 30]


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_what_is_no_number_is_left_out(value: float, runs: Runs) -> None:
    number = runs.begin("tune", "tune-1", "shop", {})
    runs.add(number, {"loss": value, "rate": 0.5}, 1)
    runs.add(number, {"loss": value}, 2)
    assert runs.figures(number) == {"rate": {1: 0.5}}


def test_a_figure_over_time_is_the_last_of_each_run(runs: Runs) -> None:
    numbers = [
        runs.begin(kind, kind, desk, {}) for kind, desk in (("night", "a"), ("tune", "a"), ("night", "b"))
    ]
    for number in numbers:
        for step in (1, 2):
            runs.add(number, {"loss": number + step / 10, "other": 9.0}, step)
    runs.add(runs.begin("night", "without", "a", {}), {"other": 1.0})
    started = {number: runs.get(number).started for number in numbers}
    expected = [Point(number, started[number], pytest.approx(number + 0.2)) for number in numbers]
    assert runs.over_time("loss") == expected
    assert [p.run for p in runs.over_time("loss", kind="night")] == [numbers[0], numbers[2]]
    assert [p.run for p in runs.over_time("loss", kind="night", desk="a")] == [numbers[0]]
    assert runs.over_time("nothing") == []


def test_the_newest_come_first(runs: Runs) -> None:
    numbers = [
        runs.begin(kind, f"{kind}-{n}", "shop", {}) for n, kind in enumerate(("night", "tune", "night"))
    ]
    assert [r.id for r in runs.latest()] == numbers[::-1]
    assert [r.id for r in runs.latest(most=1)] == numbers[2:]
    assert [r.id for r in runs.latest(kind="night")] == [numbers[2], numbers[0]]
    assert runs.latest(desk="other") == []


def test_a_run_goes_with_its_figures(runs: Runs, engine: Engine) -> None:
    number = runs.begin("tune", "tune-1", "shop", {})
    runs.add(number, {"loss": 1.0})
    with engine.begin() as db:
        db.execute(delete(RunRow))
    assert runs.figures(number) == {}


def test_a_run_that_is_not_there_is_named(runs: Runs) -> None:
    with pytest.raises(RunError, match=re.escape("no run 7; `python -m training.runs` lists them")):
        runs.get(7)


def test_as_json_says_all_that_is_known(runs: Runs) -> None:
    number = runs.begin("tune", "tune-1", "shop", CONFIG)
    said = runs.get(number).as_json()
    assert (said["state"], said["ended"], said["config"]) == ("unfinished", None, CONFIG)
    assert said["started"] == runs.get(number).started.isoformat()
