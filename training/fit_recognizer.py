"""Encoder and classifier of a release: fine-tuned together where there is enough to learn from."""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from bot.classifier import Classifier
from retrieval.encoder import Encoder
from training.background import background
from training.calibrate import TOO_FEW, HeldOut
from training.examples import History
from training.fit_intent import Progress, fit_classifier, is_held_back, require_dialogues
from training.prepare_encoder import prepare_encoder


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
) -> Recognizer:
    """Train on a history; the encoder is kept in the new `folder`.

    With `tune` the bundled encoder learns from the history, too, one in ten dialogues held back for the
    thresholds. Where these would be too few to fit thresholds to, and where another encoder is asked for,
    it stays as it is.
    Raises DeskError for a history of fewer than three dialogues, EncoderError where the encoder can't be
    loaded.
    """
    require_dialogues(history.messages)
    held_back = [m for m in history.messages if is_held_back(m)]
    if not tune or encoder or len(held_back) < TOO_FEW:
        progress(0.0, "preparing the encoder")
        opened = prepare_encoder(encoder, folder)
        classifier, held_out = fit_classifier(
            history, opened, max_wrong_answers, progress=lambda share, what: progress(0.1 + 0.9 * share, what)
        )
        return Recognizer(opened, classifier, held_out)
    from training.fine_tune import fine_tune  # torch

    if all(m.labels for m in held_back):
        # the stand-ins that `fit_classifier` would take are intents that this encoder has learned from
        outside = background({m.language for m in history.messages})
        history = replace(history, messages=[*history.messages, *outside])
    with tempfile.TemporaryDirectory() as scratch:
        tuned = Path(scratch) / "tuned.safetensors"
        messages = [*(m for m in history.messages if not is_held_back(m)), *history.names]
        learned = fine_tune(
            messages, tuned, progress=lambda share: progress(0.7 * share, "fine-tuning the encoder")
        )
        opened = prepare_encoder(encoder, folder, tuned)
    classifier, held_out = fit_classifier(
        history, opened, max_wrong_answers, learned,
        progress=lambda share, what: progress(0.7 + 0.3 * share, what),
    )  # fmt: skip
    return Recognizer(opened, classifier, held_out)
