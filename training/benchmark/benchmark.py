"""A set and all that was measured on it: what the folder, the report and the JSON are made of."""

import os
import platform
from collections import Counter
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib.metadata import version
from typing import Any

import numpy as np

from bot.classifier import Ints
from training.benchmark.measured import FRONTDESK, SYSTEMS, Measured
from training.benchmark.mistakes import Mistake, first_as_json, wrongly_acted_on, wrongly_refused
from training.benchmark.recognizer import Options
from training.benchmark.split import OUTSIDE, Message, Split

PACKAGES = ("numpy", "scikit-learn", "onnxruntime")  # what the figures may differ by


@dataclass(frozen=True)
class ConfusedPair:
    """Messages of one intent that were taken for another."""

    truth: str
    predicted: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Benchmark:
    """One set, the systems measured on it, Frontdesk first, and what to mind when reading."""

    split: Split
    options: Options
    measured: tuple[Measured, ...]
    cautions: tuple[str, ...] = ()

    @property
    def frontdesk(self) -> Measured:
        return next(m for m in self.measured if m.system == FRONTDESK)

    @property
    def names(self) -> tuple[str, ...]:
        """Return what the numbers in `Split.truth` stand for."""
        return (*self.split.intents, *self.split.unknown)

    def confused_pairs(self, most: int) -> list[ConfusedPair]:
        """Return the pairs with the most wrong top intents among in-scope messages, most first."""
        truth, best = self.split.truth, self.frontdesk.prediction.best
        wrong = np.flatnonzero((truth != OUTSIDE) & (truth != best))
        counts = Counter((int(truth[i]), int(best[i])) for i in wrong)
        ranked = sorted(counts, key=lambda pair: (-counts[pair], pair))[:most]
        texts = self.split.texts
        return [
            ConfusedPair(
                self.names[t], self.names[b], tuple(texts[i] for i in wrong if (truth[i], best[i]) == (t, b))
            )
            for t, b in ranked
        ]

    @cached_property
    def wrongly_refused(self) -> tuple[Mistake, ...]:
        return wrongly_refused(self.split, self.frontdesk.prediction)

    @cached_property
    def wrongly_acted_on(self) -> tuple[Mistake, ...]:
        return wrongly_acted_on(self.split, self.frontdesk.prediction)

    def as_json(self) -> dict[str, Any]:
        return {
            "set": described(self.split),
            "settings": {**asdict(self.options), "recipe": self.options.recipe},
            "systems": {m.system: system_as_json(m) for m in self.measured},
            "wrongly_refused": first_as_json(self.wrongly_refused),
            "wrongly_acted_on": first_as_json(self.wrongly_acted_on),
            "cautions": list(self.cautions),
            "machine": machine(),
        }


def system_as_json(measured: Measured) -> dict[str, Any]:
    """Return title, thresholds and figures, rounded to five decimals."""
    figures = {k: None if v is None else round(v, 5) for k, v in asdict(measured.figures).items()}
    limits = measured.thresholds
    return {
        "title": SYSTEMS[measured.system].title,
        "thresholds": limits and asdict(limits),
        "figures": figures,
    }


def described(split: Split) -> dict[str, Any]:
    """Return name, language and sizes of a set."""

    def outside(messages: tuple[Message, ...]) -> int:
        return sum(m.intent is None for m in messages)

    parts = {"train": split.train, "valid": split.valid, "test": split.test}
    return {
        "name": split.name,
        "language": split.language,
        "intents": len(split.intents),
        **{part: len(messages) - outside(messages) for part, messages in parts.items()},
        **{f"{part}_out_of_scope": outside(messages) for part, messages in parts.items()},
    }


def machine() -> dict[str, Any]:
    """Return what the costs and the last digits depend on."""
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
        **{name: version(name) for name in PACKAGES},
    }


def most_confused(truth: Ints, best: Ints, most: int) -> Ints:
    """Return the numbers of the intents that take part in the most errors, in their own order."""
    inside = truth != OUTSIDE
    wrong = inside & (truth != best)
    errors = Counter([*truth[wrong].tolist(), *best[wrong].tolist()])
    intents = np.unique(np.concatenate([truth[inside], best[inside]]))
    ranked = sorted(intents.tolist(), key=lambda intent: (-errors[intent], intent))
    return np.array(sorted(ranked[:most]), np.int64)
