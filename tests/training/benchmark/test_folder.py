"""What is kept of a benchmark."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from training.benchmark.benchmark import Benchmark
from training.benchmark.folder import harmless, write_folder
from training.benchmark.split import Message


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("=1+1", "'=1+1"), ("+49 170", "'+49 170"), ("-5", "'-5"), ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"), ("\n=1", "'\n=1"), ("hi = there", "hi = there"), ("", ""), ("退货", "退货"),
    ],
)  # fmt: skip
def test_no_cell_is_a_formula(cell: str, kept: str) -> None:
    assert harmless(cell) == kept


def test_a_folder_holds_everything(benchmark: Benchmark, tmp_path: Path) -> None:
    evil = Message('=HYPERLINK("http://evil.example")', benchmark.split.test[0].intent)
    split = replace(benchmark.split, test=(evil, *benchmark.split.test[1:]))
    write_folder(replace(benchmark, split=split), tmp_path / "new" / "folder")
    names = {f.name for f in (tmp_path / "new" / "folder").iterdir()}
    assert names == {
        "figures.json", "predictions.csv", "report.html", "confusion.png", "risk_coverage.png",
        "reliability.png", "in_scope.png",
    }  # fmt: skip
    figures = json.loads((tmp_path / "new/folder/figures.json").read_text("utf-8"))
    assert figures == json.loads(json.dumps(benchmark.as_json()))
    with (tmp_path / "new/folder/predictions.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["text"] for row in rows] == [harmless(m.text) for m in split.test]
    assert rows[0]["text"] == '\'=HYPERLINK("http://evil.example")'
    assert [row["truth"] for row in rows] == [m.intent or "" for m in split.test]
    found = benchmark.frontdesk.prediction
    assert [row["prediction"] for row in rows] == [found.labels[b] for b in found.best]
    assert found.refused is not None
    assert [row["decision"] == "refused" for row in rows] == found.refused.tolist()
    assert {row["decision"] for row in rows} <= {"refused", "acted on", "asked back"}
