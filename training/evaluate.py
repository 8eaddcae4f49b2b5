"""Measure the classifier: on held-out folds when a release is built, and on a desk's tests."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from bot.classifier import Thresholds, softmax
from training.calibrate import HeldOut, expected_calibration_error


def summary(held_out: HeldOut, thresholds: Mapping[str, Thresholds]) -> dict[str, Any]:
    """Return accuracy, calibration and both sides of the refusal per language, as shares."""
    report = {}
    for language in np.unique(held_out.languages):
        part, limits = held_out.of(str(language)), thresholds[str(language)]
        inside, right = part.inside, part.right
        confidence = softmax(part.margins / limits.temperature).max(1) * part.in_scope
        refused = part.in_scope < limits.refuse_below
        answered = ~refused & (confidence >= limits.accept_at)
        shares = {
            "accuracy": right[inside].mean(),
            "calibration_error": expected_calibration_error(confidence, right),
            "in_scope_answered": answered[inside].mean(),
            "in_scope_refused": refused[inside].mean(),
            "out_of_scope_refused": refused[~inside].mean() if (~inside).any() else 0.0,
            "out_of_scope_answered": answered[~inside].mean() if (~inside).any() else 0.0,
            "answers_wrong": (~right[answered]).mean() if answered.any() else 0.0,
        }
        report[str(language)] = {name: round(float(value), 4) for name, value in shares.items()}
    return report
