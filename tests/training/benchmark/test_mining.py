"""Groups beside labels."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from training.benchmark.__main__ import main
from training.benchmark.mining import b_cubed

CARDS = (
    "my card has not come",
    "where is the card i ordered",
    "card still not here",
    "when will my card arrive",
)
RATES = (
    "what exchange rate do i get",
    "is the exchange rate fair",
    "exchange rate today",
    "rates for exchange",
)


def test_b_cubed_of_a_known_case() -> None:
    labels, found = np.array([0, 0, 0, 1, 1]), np.array([0, 0, 1, 1, 1])
    precision = (1 + 1 + 1 / 3 + 2 / 3 + 2 / 3) / 5
    recall = (2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5
    assert b_cubed(labels, found) == pytest.approx(2 * precision * recall / (precision + recall))
    assert b_cubed(labels, labels + 3) == 1


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "banking77"
    folder.mkdir()
    rows = [{"text": t, "intent": i} for i, texts in (("card", CARDS), ("rate", RATES)) for t in texts]
    for part in ("train", "test"):
        (folder / f"{part}.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return tmp_path


def test_the_command_measures_a_set(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["mining", "--data", str(data), "--sets", "banking77", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert [g["system"] for g in found] == ["ours", "K-means, true number", "K-means, our number"]
    assert found[0]["groups"] == 2
    assert found[0]["ari"] == 1


def test_the_command_measures_time_and_memory(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["mining", "--data", str(data), "--sets", "banking77", "--times", "60"])
    said = capsys.readouterr().out
    assert re.match(r"60 messages, [2-8] groups: .* at most [1-9]\d+ MB of memory", said)


def test_a_missing_set_is_said_in_a_line(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"frontdesk: .* is missing"):
        main(["mining", "--data", str(tmp_path)])
