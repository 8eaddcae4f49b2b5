"""Encoder and classifier of a release: fine-tuned together where there is enough to learn from."""

import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from bot.classifier import Classifier
from retrieval.encoder import Encoder
from training.background import background
from training.calibrate import FEW_OUTSIDE, TOO_FEW, HeldOut
from training.examples import History
from training.fit_intent import Progress, fit_classifier, require_dialogues
from training.held_back import held_back, not_learned
from training.prepare_encoder import prepare_encoder
from training.recipe import COLD, WARM
from training.warm_start import Start

LEAST = 2000  # messages; of fewer, tuning gains nothing (docs/experiments.md)


@dataclass(frozen=True)
class Recognizer:
    """What understands messages, and what it said of those that it had not seen."""

    encoder: Encoder
    classifier: Classifier
    held_out: HeldOut


def fit_recognizer(
    history: History,
    folder: Path,
    encoder: str | None = None,
    max_wrong_answers: float = 0.05,
    tune: bool = True,
    progress: Progress = lambda share, what: None,
    start: Start | None = None,
    figures: Callable[[Mapping[str, float], int], None] = lambda values, step: None,
) -> Recognizer:
    """Train on a history; the encoder is kept in the new `folder`.

    With `tune` the bundled encoder learns from the history, too; where this brings no sample for gate and
    thresholds, some dialogues are held back for them (`held_back`). Where these would be too few, and where
    another encoder is asked for, it stays as it is. It goes on from a `start` where one is given, in a
    fraction of the time. `figures` is told how the fine-tuning goes.
    Raises DeskError for a history of fewer than three dialogues, EncoderError where the encoder can't be
    loaded.
    """
    require_dialogues(history.messages)
    if not tune or encoder or len(history.messages) < LEAST or len(not_learned(history)) < TOO_FEW:
        progress(0.0, "preparing the encoder")
        opened = prepare_encoder(encoder, folder)
        classifier, held_out = fit_classifier(
            history, opened, max_wrong_answers, progress=lambda share, what: progress(0.1 + 0.9 * share, what)
        )
        return Recognizer(opened, classifier, held_out)
    from training.fine_tune import fine_tune  # torch

    history = _with_enough_outside(history)
    with tempfile.TemporaryDirectory() as scratch:
        tuned = Path(scratch) / "tuned.safetensors"
        pairs = zip(history.messages, held_back(history), strict=True)
        messages = [*(m for m, back in pairs if not back), *history.names]
        learned = fine_tune(
            messages, tuned, WARM if start else COLD,
            lambda share: progress(0.7 * share, "fine-tuning the encoder"), start, figures,
        )  # fmt: skip
        opened = prepare_encoder(encoder, folder, tuned)
    classifier, held_out = fit_classifier(
        history, opened, max_wrong_answers, learned,
        progress=lambda share, what: progress(0.7 + 0.3 * share, what),
    )  # fmt: skip
    return Recognizer(opened, classifier, held_out)


def _with_enough_outside(history: History) -> History:
    """Add messages out of scope in the languages in which a gate could hardly be fitted.

    The stand-ins that `fit_classifier` would take are intents that a tuned encoder has learned from.
    """
    outside = Counter(m.language for m in not_learned(history) if not m.labels)
    lacking = {m.language for m in history.messages if outside[m.language] < FEW_OUTSIDE}
    return replace(history, messages=[*history.messages, *background(lacking)])
