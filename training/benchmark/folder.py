"""A benchmark → the folder that is kept of it."""

import csv
import json
from pathlib import Path

from training.benchmark.benchmark import Benchmark
from training.benchmark.charts import charts
from training.benchmark.report import report
from training.benchmark.split import Message

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")  # owasp.org/www-community/attacks/CSV_Injection
COLUMNS = ("text", "truth", "prediction", "confidence", "in_scope", "decision")


def write_folder(benchmark: Benchmark, folder: Path) -> None:
    """Write figures, predictions, pictures and report into a folder, made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    figures = json.dumps(benchmark.as_json(), ensure_ascii=False, indent=1)
    (folder / "figures.json").write_text(figures + "\n", "utf-8")
    _write_predictions(benchmark, folder / "predictions.csv")
    pictures = charts(benchmark)
    for name, png in pictures.items():
        (folder / name).write_bytes(png)
    (folder / "report.html").write_text(report(benchmark, pictures), "utf-8")


def _write_predictions(benchmark: Benchmark, file: Path) -> None:
    with file.open("w", encoding="utf-8-sig", newline="") as out:  # the mark tells Excel that it is UTF-8
        rows = csv.writer(out)
        rows.writerow(COLUMNS)
        for number, message in enumerate(benchmark.split.test):
            rows.writerow([harmless(cell) for cell in _cells(benchmark, number, message)])


def _cells(benchmark: Benchmark, row: int, message: Message) -> tuple[str, ...]:
    found = benchmark.frontdesk.prediction
    assert found.refused is not None
    assert found.accepted is not None
    decision = "refused" if found.refused[row] else "acted on" if found.accepted[row] else "asked back"
    return (
        message.text,
        message.intent or "",
        found.labels[found.best[row]],
        f"{found.confidence[row]:.4f}",
        f"{found.in_scope[row]:.4f}",
        decision,
    )


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula: an apostrophe before what would start one."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
