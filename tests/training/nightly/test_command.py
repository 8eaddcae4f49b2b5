"""The command that runs a night: how its bar ends, and its exit code."""

import sys
from pathlib import Path

import pytest

from training.nightly import __main__ as command
from training.nightly.night import KEPT, Result
from training.nightly.stages import Report


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
