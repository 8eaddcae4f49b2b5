"""What the nightly command says and exits with; the night itself is stood in for."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from data.errors import ConflictError
from training.nightly import __main__ as command
from training.nightly.findings import measured
from training.nightly.night import KEPT, Result
from training.nightly.stages import Report

HELD = "night of shop runs already: db1:4242:1a2b has it until 02:14:00 UTC unless it goes on"


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FRONTDESK_HOME", str(tmp_path))
    monkeypatch.setattr("sys.argv", ["nightly", "--dry-run"])
    return tmp_path


def test_a_second_night_names_who_is_at_work_and_alarms_nobody(
    at_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def taken(*_given: Any) -> Result:
        raise ConflictError(HELD)

    monkeypatch.setattr(command, "run_night", taken)
    with pytest.raises(SystemExit) as ended:
        command.main()
    assert ended.value.code == 3
    assert json.loads(capsys.readouterr().out) == {"outcome": "busy", "reasons": [HELD]}


def test_a_dry_run_says_what_the_gate_would_have_done(
    at_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = {"en": {"golden": {"live": 0.9, "candidate": 0.925, "n": 40},
                      "reviewed": {"live": 0.5, "candidate": 0.5, "n": 4}}}  # fmt: skip
    checks = [{"check": "golden", "passed": True}, {"check": "size", "passed": True}]
    found = {"figures": figures, "checks": checks, "asked": 30, "changes": [{}, {}]}
    result = Result("n-1", "dry", None, (), at_home, measured(found))
    monkeypatch.setattr(command, "run_night", lambda *_given: result)
    with pytest.raises(SystemExit) as ended:
        command.main()
    said = json.loads(capsys.readouterr().out)
    assert (ended.value.code, said["outcome"], said["gate"]) == (3, "dry", "passed")
    assert said["checks"] == "2 of 2 passed"
    assert said["changed_figures"] == {"en": {"golden": "90.0% → 92.5% of 40"}}
    assert said["changed_answers"] == "2 of 30 logged questions"
    assert measured({"checks": []}) == {}


def test_a_moment_that_is_none_is_answered_with_an_example(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["nightly", "--since", "yesterday"])
    with pytest.raises(SystemExit):
        command.main()
    assert "'yesterday' is no moment; write a day, 2026-11-01" in capsys.readouterr().err


def kept(_settings: object, _options: object, report: Report) -> Result:
    report(0.0, "retention")
    return Result("night-1", KEPT, None, ("nothing is new",), Path("/nights/night-1"))


def test_the_bar_of_a_night_ends_at_its_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "run_night", kept)
    monkeypatch.setattr(sys, "argv", ["nightly"])
    with pytest.raises(SystemExit) as ended:
        command.main()
    assert ended.value.code == 3
    said = capsys.readouterr()
    assert '"outcome": "kept"' in said.out
    assert "100%" in said.err.splitlines()[-1]
    assert "retention" not in said.err.splitlines()[-1]
