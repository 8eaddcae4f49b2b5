"""The command from files to a report, as a person starts it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from training.benchmark.__main__ import main
from training.benchmark.split import Split

ROOT = Path(__file__).parent.parent.parent.parent


def command(folder: Path, *more: str) -> list[str]:
    files = ["--train", str(folder / "train.csv"), "--test", str(folder / "test.jsonl")]
    return [*files, "--oos", str(folder / "oos.jsonl"), "--oos-label", "other", *more]


def test_from_files_to_a_report(folder: Path, split: Split) -> None:
    more = ("--language", "zh", "--out", str(folder / "out"), "--json")
    done = subprocess.run(
        [sys.executable, "-m", "training.benchmark", *command(folder, *more)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)  # nothing else is on stdout
    assert found["set"]["name"] == "train.csv → test.jsonl"
    sizes = (found["set"]["train"], found["set"]["train_out_of_scope"], found["set"]["test_out_of_scope"])
    outside = sum(m.intent is None for m in split.train)
    assert sizes == (len(split.train) - outside, outside, 4)
    assert found["systems"]["frontdesk"]["figures"]["accuracy"] > 0.7
    assert found["folder"] == str(folder / "out")
    assert (folder / "out" / "report.html").exists()
    assert "learning the intents" in done.stderr
    assert "Accuracy" in done.stderr
    unfitted = "too few messages to fit thresholds to 5% of wrong answers"
    assert f"frontdesk: {unfitted}" in done.stderr
    assert found["cautions"][-1].startswith(unfitted)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            ["--text-column", "body"],
            "frontdesk: .*train.csv has the columns No, Utterance, Category;",
        ),
        (["--valid", "none.csv"], r"frontdesk: none\.csv is missing"),
        (["--oos-train", "none.tsv"], r"frontdesk: none\.tsv is missing"),
    ],
)
def test_an_error_is_one_line(more: list[str], said: str, folder: Path) -> None:
    with pytest.raises(SystemExit, match=said) as raised:
        main(command(folder, *more))
    assert "\n" not in str(raised.value)  # what is exited with is printed, with exit code 1


@pytest.mark.parametrize("share", ["1.5", "-0.1", "many", "5%"])
def test_a_share_is_between_0_and_1(share: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(command(folder, "--max-wrong", share))
    said = capsys.readouterr().err
    assert f"--max-wrong: {share!r} is no share between 0 and 1; 0.05 means 5 %" in said
