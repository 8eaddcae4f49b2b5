"""A system and a set → what was measured, in a process of its own so that its memory is its own."""

import importlib.util
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from bot.classifier import Thresholds
from training.benchmark.figures import Costs, Figures, figures_of
from training.benchmark.frontdesk import fit_frontdesk
from training.benchmark.own_process import in_own_process
from training.benchmark.peers import fit_minilm, fit_setfit, fit_tfidf_svm
from training.benchmark.recognizer import Options, Prediction, Recognizer
from training.benchmark.split import Split

TIMED = 200  # messages that are read one by one, for the time each takes
WARM_UP = 10


@dataclass(frozen=True)
class System:
    """Something that can be trained on a set, if the modules it needs are there; `extra` installs them."""

    title: str
    fit: Callable[[Split, Options], Recognizer]
    needs: tuple[str, ...] = ()
    extra: str = "train"
    most_messages: int | None = None

    @property
    def missing(self) -> str | None:
        """Return what is to be said of modules that are not installed, None if all are."""
        if names := [name for name in self.needs if importlib.util.find_spec(name) is None]:
            return f"{' and '.join(names)} not installed (pip install -e '.[{self.extra}]')"
        return None

    def hindrance(self, split: Split) -> str | None:
        """Return why it can't be measured on a set, None if it can."""
        if self.missing:
            return f"{self.title} is left out: {self.missing}"
        if self.most_messages and len(split.train) > self.most_messages:
            return f"{self.title} is left out: it is for at most {self.most_messages:,} training messages"
        return None


FRONTDESK = "frontdesk"
SYSTEMS = {
    FRONTDESK: System("Frontdesk", fit_frontdesk),
    "tfidf_svm": System("TF-IDF + linear SVM", fit_tfidf_svm),
    "minilm": System("all-MiniLM-L6-v2 + logistic regression", fit_minilm, ("sentence_transformers",)),
    # Pairs of messages are what it trains on: beyond few shots that takes hours without a GPU.
    "setfit": System(
        "SetFit, all-MiniLM-L6-v2, a tenth of the paper's pairs", fit_setfit, ("setfit",), "peers", 2000
    ),
}
PEERS = tuple(name for name in SYSTEMS if name != FRONTDESK)
OPTIONAL = ("setfit",)  # left out of the public sets where it is not installed


@dataclass(frozen=True)
class Measured:
    """What one system did on one set."""

    system: str
    figures: Figures
    prediction: Prediction
    thresholds: Thresholds | None


def measure(system: str, split: Split, options: Options) -> Measured:
    """Train a system on a set and measure it; raises BenchmarkError if its process dies."""
    return in_own_process(SYSTEMS[system].title, measure_here, system, split, options)


def measure_here(system: str, split: Split, options: Options) -> Measured:
    """Like `measure`, in this process: the peak memory is that of all that the process has done."""
    recognizer = SYSTEMS[system].fit(split, options)
    times = _milliseconds(recognizer, split.texts, options.seed)
    prediction = recognizer.predict(split.texts)
    costs = Costs(
        fit_seconds=recognizer.fit_seconds,
        peak_memory_mb=_peak_memory_mb(),
        median_ms=float(np.median(times)),
        p95_ms=float(np.quantile(times, 0.95)),
    )
    return Measured(
        system, figures_of(prediction, split.truth, costs, split.negative), prediction, recognizer.thresholds
    )


def _milliseconds(recognizer: Recognizer, texts: list[str], seed: int) -> NDArray[np.float64]:
    """Return the time that each of up to `TIMED` messages takes by itself."""
    chosen = random.Random(seed).sample(texts, min(TIMED, len(texts)))
    for text in chosen[:WARM_UP]:
        recognizer.predict([text])
    times = []
    for text in chosen:
        started = perf_counter()
        recognizer.predict([text])
        times.append(1000 * (perf_counter() - started))
    return np.array(times)


def _peak_memory_mb() -> float | None:
    """Return the largest resident memory this process has had; None on Windows, which does not tell."""
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak * (1 if sys.platform == "darwin" else 1024) / 1e6  # macOS counts bytes, others kibibytes
