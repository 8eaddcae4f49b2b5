"""The one method that is measured, and what it may be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bot.classifier import Floats, Ints, Thresholds


@dataclass(frozen=True)
class Options:
    """What a system may be told; peers use no more than the seed."""

    encoder: str | None = None
    max_wrong: float = 0.05
    quick: bool = False
    seed: int = 20

    @property
    def recipe(self) -> str:
        """Return the recipe that is trained by."""
        return "quick" if self.quick else "full"


@dataclass(frozen=True)
class Prediction:
    """What is said of n messages, one row each; no masks where a system refuses and accepts nothing."""

    labels: tuple[str, ...]  # the intents that `best` numbers
    best: Ints  # the likeliest intent, shape (n,)
    confidence: Floats  # its probability in [0, 1], shape (n,)
    in_scope: Floats  # higher is likelier in scope, in [0, 1], shape (n,)
    refused: NDArray[np.bool_] | None
    accepted: NDArray[np.bool_] | None  # sure enough to act on, and not refused
    sentiment: Floats | None = None  # below 0 is angry or unhappy


class Recognizer(Protocol):
    """A trained system, ready to be measured."""

    @property
    def fit_seconds(self) -> float: ...

    @property
    def thresholds(self) -> Thresholds | None: ...

    def predict(self, texts: Sequence[str]) -> Prediction: ...
