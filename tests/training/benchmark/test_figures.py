"""All figures of one small prediction, by hand."""

from dataclasses import asdict, fields, replace

import numpy as np
import pytest

from training.benchmark.figures import MEANINGS, Costs, Figures, figures_of
from training.benchmark.recognizer import Prediction
from training.benchmark.split import OUTSIDE
from training.calibrate import expected_calibration_error

COSTS = Costs(fit_seconds=1.5, peak_memory_mb=200.0, median_ms=2.0, p95_ms=3.0)
TRUTH = np.array([0, 0, 1, 1, 2, OUTSIDE, OUTSIDE])  # training lacks intent 2
FOUND = Prediction(
    labels=("x", "y"),
    best=np.array([0, 1, 1, 1, 0, 0, 1]),
    confidence=np.array([0.9, 0.8, 0.7, 0.1, 0.3, 0.2, 0.6], np.float32),
    in_scope=np.array([0.9, 0.9, 0.8, 0.2, 0.6, 0.3, 0.7], np.float32),
    refused=np.array([False, False, False, True, False, True, False]),
    accepted=np.array([True, True, True, False, False, False, True]),
)


def test_figures_by_hand() -> None:
    found = asdict(figures_of(FOUND, TRUTH, COSTS))
    assert found.pop("calibration_error") == pytest.approx(
        expected_calibration_error(FOUND.confidence, np.array([1, 0, 1, 1, 0, 0, 0], bool))
    )
    assert found.pop("risk_coverage_area") == pytest.approx(
        (0 + 1 / 2 + 1 / 3 + 2 / 4 + 3 / 5 + 4 / 6 + 4 / 7) / 7
    )
    assert found == pytest.approx(
        {
            "accuracy": 3 / 5,
            "macro_f1": (0.5 + 0.8 + 0) / 3,
            "in_scope_accuracy": 2 / 5,  # one of the right ones is refused
            "in_scope_refused": 1 / 5,
            "out_of_scope_recall": 1 / 2,
            "matthews": (7 * 3 - (2 * 2 + 2 * 3 + 2 * 2)) / np.sqrt((49 - 17) * (49 - 13)),
            "auroc": (2 * 3 + 1 + 0) / 10,
            "recall_at_5": 0,  # 5 % of five is none: the limit is the lowest in-scope score
            "accuracy_at_5": 3 / 5,
            "wrong_answers": 2 / 4,
            "coverage": 4 / 7,
            **asdict(COSTS),
            "mood_accuracy": None,
            "negative_recall": None,
        }
    )


def test_a_system_that_refuses_nothing_has_no_figures_of_it() -> None:
    found = asdict(figures_of(replace(FOUND, refused=None, accepted=None), TRUTH, COSTS))
    assert [name for name, value in found.items() if value is None] == [
        "in_scope_accuracy", "in_scope_refused", "out_of_scope_recall", "matthews", "wrong_answers",
        "coverage", "mood_accuracy", "negative_recall",
    ]  # fmt: skip


def test_a_test_without_out_of_scope_has_no_figures_of_it() -> None:
    inside = TRUTH != OUTSIDE
    part = Prediction(
        FOUND.labels, FOUND.best[inside], FOUND.confidence[inside], FOUND.in_scope[inside],
        np.zeros(5, bool), np.zeros(5, bool),
    )  # fmt: skip
    found = asdict(figures_of(part, TRUTH[inside], COSTS))
    assert [name for name, value in found.items() if value is None] == [
        "out_of_scope_recall", "auroc", "recall_at_5", "wrong_answers", "mood_accuracy", "negative_recall",
    ]  # fmt: skip
    assert found["coverage"] == 0


def test_every_figure_has_a_meaning() -> None:
    assert list(MEANINGS) == [field.name for field in fields(Figures)]


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("accuracy", 0.98765, "98.8 %"),
        ("matthews", -0.5, "-0.500"),
        ("peak_memory_mb", 1234.5, "1,234 MB"),
        ("auroc", None, "–"),
    ],
)
def test_figures_are_shown_with_their_unit(name: str, value: float | None, shown: str) -> None:
    assert MEANINGS[name].shown(value) == shown


def test_moods_are_measured_where_a_set_has_them() -> None:
    negative = np.array([True, True, True, False, False, False, False])
    sentiment = np.array([-0.9, -0.1, 0.3, 0.2, -0.4, 0.0, 0.8], np.float32)
    found = figures_of(replace(FOUND, sentiment=sentiment), TRUTH, COSTS, negative)
    assert found.mood_accuracy == pytest.approx(5 / 7)
    assert found.negative_recall == pytest.approx(2 / 3)
