"""The command lists runs, shows one, and follows a figure over time."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine

from data.night.runs import Runs
from training.runs import main

Said = Callable[..., str]


@pytest.fixture
def home(engine: Engine, tmp_path: Path) -> Path:
    """A home with a run that is done, one that failed and one that never ended."""
    runs = Runs(engine)
    for number, (kind, error) in enumerate((("publish", None), ("night", "DeskError"), ("night", None)), 1):
        run = runs.begin(kind, f"{kind}-{number}", "shop", {"desk": "shop", "recipe": {"epochs": number}})
        for step in (10, 20):
            runs.add(run, {"loss": 1 / (step + number)}, step)
        runs.add(run, {"en/accuracy": 0.9 + number / 100})
        if number < 3:
            runs.end(run, {"release": f"r{number}"}, error)
    return tmp_path


@pytest.fixture
def said(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Said:
    """What the command prints, given its arguments."""
    monkeypatch.setenv("FRONTDESK_HOME", str(home))
    monkeypatch.setenv("COLUMNS", "120")

    def run(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["training.runs", *arguments])
        main()
        return capsys.readouterr().out

    return run


def test_runs_are_listed_newest_first(said: Said) -> None:
    rows = [line.split() for line in said().splitlines()]
    assert rows[0][:5] == ["run", "kind", "desk", "started", "state"]
    assert [row[0] for row in rows[1:]] == ["3", "2", "1"]
    assert [row[5] for row in rows[1:]] == ["unfinished", "failed", "done"]
    assert rows[2][6] == "(DeskError)"
    assert rows[3][-2:] == ["release", "r1"]


def test_one_run_is_shown_with_its_figures(said: Said) -> None:
    lines = [" ".join(line.split()) for line in said("1").splitlines()]
    assert {"state done", "recipe/epochs 1", "release r1", "folder runs/publish-1"} < set(lines)
    assert "loss 0.04762 0.09091 2" in lines
    assert "en/accuracy 0.91 1" in lines


def test_as_json(said: Said) -> None:
    listed = json.loads(said("--json", "--kind", "night", "--most", "1"))
    assert [(run["id"], run["state"]) for run in listed] == [(3, "unfinished")]
    one = json.loads(said("2", "--json"))
    assert (one["error"], one["figures"]["loss"]) == ("DeskError", {"10": 1 / 12, "20": 1 / 22})


def test_a_figure_over_time(said: Said) -> None:
    points = json.loads(said("--figure", "en/accuracy", "--json"))
    assert [(p["run"], p["value"]) for p in points] == [(1, 0.91), (2, 0.92), (3, 0.93)]
    assert said("--figure", "en/accuracy").split()[-1] == "0.93"


def test_a_run_that_is_not_there_is_said_without_a_traceback(said: Said) -> None:
    with pytest.raises(SystemExit, match="frontdesk: there is no run 9"):
        said("9")
