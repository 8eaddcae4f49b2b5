"""Figures of a recognizer, each a function of arrays.

`truth` and `predicted` hold numbers of intents, shape (n,), `OUTSIDE` for out of scope; `inside`, `right`
and `accepted` are masks over the same messages; all scores grow with certainty.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from bot.classifier import Floats, Ints
from training.benchmark.split import OUTSIDE

Mask = NDArray[np.bool_]


def share(mask: Mask) -> float | None:
    """Return the share that holds, or None of nothing."""
    return float(mask.mean()) if len(mask) else None


def right_of(truth: Ints, best: Ints) -> Mask:
    """Return which best intents are right; for a message out of scope none is."""
    return np.asarray((truth != OUTSIDE) & (best == truth))


def accuracy(truth: Ints, best: Ints) -> float:
    """Return the share of in-scope messages whose best intent is theirs, whatever is refused."""
    inside = truth != OUTSIDE
    return float((best[inside] == truth[inside]).mean())


def macro_f1(truth: Ints, best: Ints) -> float:
    """Return the mean F1 over the intents that in-scope messages have or were given."""
    inside = truth != OUTSIDE
    intents, found = np.unique(np.stack([truth[inside], best[inside]]), return_inverse=True)
    wanted, given = found.reshape(2, -1)
    both = np.bincount(wanted[wanted == given], minlength=len(intents))
    seen = np.bincount(wanted, minlength=len(intents)) + np.bincount(given, minlength=len(intents))
    return float((2 * both / seen).mean())


def matthews(truth: Ints, predicted: Ints) -> float:
    """Return Matthews' correlation over all classes, out of scope being one; 0 where one side is constant.

    Gorodkin 2004, https://doi.org/10.1016/j.compbiolchem.2004.09.006
    """
    classes, found = np.unique(np.stack([truth, predicted]), return_inverse=True)
    wanted, given = (np.eye(len(classes))[row] for row in found.reshape(2, -1))
    t, p = wanted.sum(0), given.sum(0)
    n, right = len(truth), float((wanted * given).sum())
    spread = (n * n - p @ p) * (n * n - t @ t)
    return float((right * n - t @ p) / np.sqrt(spread)) if spread > 0 else 0.0


def auroc(score: Floats, inside: Mask) -> float | None:
    """Return the chance that an in-scope message has a higher score than one out of scope, ties half."""
    many, few = int(inside.sum()), int((~inside).sum())
    if not many or not few:
        return None
    above = rankdata(score)[inside].sum() - many * (many + 1) / 2
    return float(above / (many * few))


def limit_refusing(at_most: float, score: Floats) -> float:
    """Return the highest limit under which at most a share of the scores lies."""
    return float(np.sort(score)[int(at_most * len(score) + 1e-9)])


def risk_coverage(confidence: Floats, right: Mask) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return for the k surest messages, k = 1 … n, their share of all and the share of errors among them.

    Equally sure messages count as if drawn in any order, so that the order of the rows changes nothing.
    """
    _, group = np.unique(-confidence, return_inverse=True)
    errors = np.bincount(group, ~right) / np.bincount(group)
    count = np.arange(1, len(right) + 1)
    return count / len(right), np.cumsum(errors[np.sort(group)]) / count


def area_under_risk_coverage(confidence: Floats, right: Mask) -> float:
    """Return the mean of the risk over all coverages (Geifman et al. 2019, arxiv.org/abs/1805.08206)."""
    return float(risk_coverage(confidence, right)[1].mean())


def reliability(confidence: Floats, right: Mask, bins: int = 10) -> list[tuple[float, float, int]]:
    """Return mean confidence, share of right and count of every bin that holds messages."""
    which = np.minimum((confidence * bins).astype(int), bins - 1)
    return [
        (float(confidence[which == b].mean()), float(right[which == b].mean()), int((which == b).sum()))
        for b in range(bins)
        if (which == b).any()
    ]
