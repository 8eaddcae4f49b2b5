"""Fit the mood: logistic regressions that tell messages of angry or unhappy customers from all others."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold

from bot.classifier import Floats
from training.fit_head import FOLDS, Examples

STRENGTHS = (0.5, 1.0, 2.0, 5.0)  # C, for vector and terms each the one that folds of the dialogues favour
USUAL = 1.0
BETA = 1.5  # recall weighs so much more than precision: who is unhappy in a quiet way is easily overlooked
LEAST = 40  # messages of either kind, under which nothing is chosen or measured by folds
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class MoodFigures:
    """What held-out messages say of the mood, as shares."""

    mood_right: float  # of the messages, taken for negative or not
    negative_found: float  # of the negative ones


@dataclass(frozen=True)
class Mood:
    """The weights, shape (terms + dim + 1,), the last is the intercept, and figures per language."""

    weights: Floats
    figures: Mapping[str, MoodFigures]


def fit_mood(examples: Examples) -> Mood:
    """Return the mood's weights: their margin is below 0 where a customer is angry or unhappy.

    The margin adds two models', one over the vector and one over the terms, both kinds of message weighing
    alike. Its scale is that of a logit (Platt 1999); the border, at 0, has the best F measure of negative
    messages among those held out: in a history where few complain, half and half would call too many unhappy.
    A history without moods gives 0 for every message.
    """
    negative = np.array([m.mood < 0 for m in examples.messages])
    terms, vectors = examples.rows.astype(np.float64), examples.vectors
    if negative.all() or not negative.any():
        return Mood(np.zeros(terms.shape[1] + vectors.shape[1] + 1, np.float32), {})
    if min(negative.sum(), (~negative).sum()) < LEAST:
        return Mood(_joined(_fit(terms, negative, USUAL), _fit(vectors, negative, USUAL), 0.5, 0.0), {})
    by_terms, of_terms = _best(examples, terms, negative)
    by_vector, of_vector = _best(examples, vectors, negative)
    held_out = by_terms + by_vector
    scale, shift = _logit(held_out, negative)
    languages = np.array([m.language for m in examples.messages])
    figures = {
        str(language): mood_figures(scale * held_out[part] + shift < 0, negative[part])
        for language in np.unique(languages)
        for part in [languages == language]
    }
    weights = _joined(_fit(terms, negative, of_terms), _fit(vectors, negative, of_vector), scale, shift)
    return Mood(weights, figures)


def mood_figures(found: Mask, negative: Mask) -> MoodFigures:
    """Compare what was found negative with what is, both of shape (n,)."""
    return MoodFigures(
        float((found == negative).mean()), float(found[negative].mean()) if negative.any() else 0.0
    )


def _fit(seen: Any, negative: Mask, strength: float) -> LogisticRegression:
    solver, tol = ("liblinear", 1e-2) if sparse.issparse(seen) else ("lbfgs", 1e-4)
    model = LogisticRegression(C=strength, class_weight="balanced", solver=solver, tol=tol, max_iter=500)
    return model.fit(seen, ~negative)


def _best(examples: Examples, seen: Any, negative: Mask) -> tuple[Floats, float]:
    """Return held-out margins, and the strength that orders them best."""
    margins = {strength: _held_out(examples, seen, negative, strength) for strength in STRENGTHS}
    best = max(STRENGTHS, key=lambda strength: float(roc_auc_score(~negative, margins[strength])))
    return margins[best], best


def _held_out(examples: Examples, seen: Any, negative: Mask, strength: float) -> Floats:
    """Return each message's margin by a model that has not seen its dialogue."""
    dialogues = [m.dialogue for m in examples.messages]
    margins = np.zeros(len(dialogues), np.float32)
    for known, test in GroupKFold(FOLDS).split(dialogues, groups=dialogues):
        margins[test] = _fit(seen[known], negative[known], strength).decision_function(seen[test])
    return margins


def _logit(margins: Floats, negative: Mask) -> tuple[float, float]:
    """Return the scale and the shift that make a margin a logit that is 0 at the border.

    The border is where the probability of a negative message is the best F measure that any border has,
    divided by 1 + beta² (Lipton et al. 2014, arxiv.org/abs/1402.1892, show it for F1): steadier than the
    border at which the measure happens to be best.
    """
    model = LogisticRegression(C=1e6).fit(margins[:, None], ~negative)
    limits = np.quantile(margins, np.linspace(0.01, 0.99, 197))
    found = np.searchsorted(np.sort(margins), limits)
    right = np.searchsorted(np.sort(margins[negative]), limits)
    probability = float((right / (found + BETA**2 * negative.sum())).max())  # F / (1 + beta²)
    border = float(np.log((1 - probability) / probability))  # a logit of not negative
    return float(model.coef_[0, 0]), float(model.intercept_[0]) - border


def _joined(terms: LogisticRegression, vector: LogisticRegression, scale: float, shift: float) -> Floats:
    intercept = scale * (terms.intercept_[0] + vector.intercept_[0]) + shift
    weights = np.concatenate([scale * terms.coef_[0], scale * vector.coef_[0], [intercept]])
    return np.asarray(weights, np.float32)
