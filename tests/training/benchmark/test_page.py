"""docs/benchmarks.md says what was measured, what was published, and what is out of date."""

import re
from typing import Any

from training.benchmark.page import page

FIGURES = {"accuracy": 0.931, "macro_f1": 0.93, "median_ms": 3.21, "out_of_scope_recall": 0.5}
MACHINE = {"python": "3.11.7", "cores": 2}


def kept(name: str, system: str, code: str = "new", **more: Any) -> dict[str, Any]:
    about = {
        "train": 10003, "valid": 0, "test": 3080,
        "train_out_of_scope": 0, "valid_out_of_scope": 0, "test_out_of_scope": 1000 * (name == "clinc150"),
    }  # fmt: skip
    settings = {"seed": 20, "recipe": "quick", "encoder": None}
    return {
        "key": {"set": name, "system": system, "code": code, "settings": settings},
        "about": about, "cautions": [], "title": "Frontdesk" if system == "frontdesk" else "TF-IDF | SVM",
        "figures": FIGURES, "thresholds": None, "date": "2026-11-22", "machine": MACHINE, **more,
    }  # fmt: skip


def rows(text: str, heading: str) -> list[list[str]]:
    part = text.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line.strip("|") for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.split(" | ")] for line in lines]


def test_rows_are_ours_then_peers_then_published() -> None:
    text = page([kept("banking77", "tfidf_svm"), kept("banking77", "frontdesk")], "new")
    found = rows(text, "BANKING77")
    assert [row[0] for row in found[2:]] == [
        "**Frontdesk, quick recipe**",
        "TF-IDF \\| SVM",
        "*BERT, fine-tuned, Casanueva et al. 2020*",
        "*USE + ConveRT, Casanueva et al. 2020*",
    ]
    assert [row[1] for row in found[2:]] == ["93.1 %", "93.1 %", "*93.7 %*", "*93.4 %*"]
    assert {len(row) for row in found} == {len(found[0])}
    assert "10,003 messages to learn from, 3,080 to measure with." in text


def test_out_of_scope_has_columns_only_where_it_is_tested() -> None:
    text = page([kept("banking77", "frontdesk"), kept("clinc150", "frontdesk")], "new")
    assert "Out of scope: refused" not in rows(text, "BANKING77")[0]
    table = rows(text, "CLINC150")
    at = table[0].index("Out of scope: refused")
    assert [row[at] for row in table[2:4]] == ["50.0 %", "*40.3 %*"]


def test_rows_measured_with_other_code_are_marked() -> None:
    text = page([kept("hwu64", "frontdesk", code="old"), kept("hwu64", "tfidf_svm")], "new")
    titles = [row[0] for row in rows(text, "HWU64")[2:4]]
    assert titles == ["**Frontdesk, quick recipe** †", "TF-IDF \\| SVM"]
    assert "† Measured with code before the present one." in text
    assert "†" not in page([kept("hwu64", "frontdesk")], "new")


def test_what_thresholds_were_fitted_to_is_said_of_each_row() -> None:
    fitted = (
        ("full", None, "held-out messages"), ("quick", None, "intents left out"),
        ("quick", "some/encoder", "intents left out"),
    )  # fmt: skip
    rows = [kept("hwu64", "frontdesk", thresholds={"basis": basis}) for _, _, basis in fitted]
    for row, (recipe, encoder, _) in zip(rows, fitted, strict=True):
        row["key"]["settings"] = {"seed": 20, "recipe": recipe, "encoder": encoder}
    text = page([*rows, kept("hwu64", "tfidf_svm")], "new")
    assert re.findall("thresholds were fitted to: (.*)", text) == [
        "held-out messages (full recipe); intents left out (quick recipe, quick recipe, some/encoder)."
    ]
    assert "thresholds were fitted to" not in page([kept("hwu64", "tfidf_svm")], "new")


def test_times_measured_while_other_work_ran_are_upper_bounds() -> None:
    text = page([kept("hwu64", "frontdesk", busy=True), kept("hwu64", "tfidf_svm", busy=False)], "new")
    table = rows(text, "HWU64")
    at = table[0].index("Per message, median")
    assert [row[at] for row in table[2:4]] == ["≤ 3.2 ms", "3.2 ms"]
    assert table[2][1] == "93.1 %"
    assert table[2][table[0].index("Training")] == "–"  # nothing is no bound


def test_the_encoder_has_a_table() -> None:
    row = {
        "key": {"set": "encoder", "system": "encoder", "code": "new", "settings": {"encoder": None}},
        "title": "bundled", "figures": {"lcqmc_auc": 0.9, "zh_to_en": None}, "date": "2026-11-22",
        "machine": MACHINE,
    }  # fmt: skip
    table = rows(page([row], "new"), "The encoder")
    assert table[2][:5] == ["bundled", "90.0 %", "–", "–", "–"]


def test_nothing_measured_is_no_table() -> None:
    assert "|" not in page([], "new")
