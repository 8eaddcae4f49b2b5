"""Single messages of a test that were refused or acted on wrongly."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.classifier import Floats
from training.benchmark.recognizer import Prediction
from training.benchmark.split import OUTSIDE, Split

LISTED = 20  # messages of a kind that a report and its JSON list; predictions.csv holds all


@dataclass(frozen=True)
class Mistake:
    """A test message, what it wants, and what it was taken for; `truth` None means out of scope."""

    text: str
    truth: str | None
    likeliest: str
    confidence: float
    in_scope: float


def wrongly_refused(split: Split, found: Prediction) -> tuple[Mistake, ...]:
    """Return the in-scope messages that were refused, surest refusal first; none of what refuses nothing."""
    if found.refused is None:
        return ()
    return _mistakes(split, found, (split.truth != OUTSIDE) & found.refused, found.in_scope)


def wrongly_acted_on(split: Split, found: Prediction) -> tuple[Mistake, ...]:
    """Return the out-of-scope messages that were acted on, surest first; none of what accepts nothing."""
    if found.accepted is None:
        return ()
    return _mistakes(split, found, (split.truth == OUTSIDE) & found.accepted, -found.confidence)


def first_as_json(mistakes: Sequence[Mistake]) -> dict[str, Any]:
    """Return how many there are and the first of them."""
    return {"total": len(mistakes), "messages": [asdict(mistake) for mistake in mistakes[:LISTED]]}


def _mistakes(split: Split, found: Prediction, mask: NDArray[np.bool_], order: Floats) -> tuple[Mistake, ...]:
    """Return the test messages of a mask, those of the lowest `order` first; both have shape (n,)."""
    rows = np.flatnonzero(mask)
    return tuple(
        Mistake(
            text=split.test[i].text,
            truth=split.test[i].intent,
            likeliest=found.labels[found.best[i]],
            confidence=round(float(found.confidence[i]), 5),
            in_scope=round(float(found.in_scope[i]), 5),
        )
        for i in rows[np.argsort(order[rows], kind="stable")]
    )
