"""A set → Frontdesk, trained on it as a desk is."""

import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from bot.classifier import Classifier, Thresholds
from bot.features import plain
from retrieval.encoder import Encoder
from training.benchmark.recognizer import Options, Prediction
from training.benchmark.split import Message, Split
from training.examples import MOODS, History, LabelledMessage
from training.fit_recognizer import fit_recognizer


@dataclass(frozen=True)
class Frontdesk:
    """The product's own classifier, with thresholds as a release would have them."""

    classifier: Classifier
    encoder: Encoder
    language: str
    fit_seconds: float

    @property
    def thresholds(self) -> Thresholds:
        return self.classifier.thresholds_for(self.language)

    def predict(self, texts: Sequence[str]) -> Prediction:
        vectors = self.encoder.encode([plain(text) for text in texts])
        scores = self.classifier.score(texts, vectors, self.language)
        confidence = scores.intents.max(1)
        refused = scores.in_scope < self.thresholds.refuse_below
        return Prediction(
            labels=self.classifier.intents,
            best=scores.intents.argmax(1),
            confidence=confidence,
            in_scope=scores.in_scope,
            refused=refused,
            accepted=~refused & (confidence >= self.thresholds.accept_at),
            sentiment=scores.sentiment,
        )


def fit_frontdesk(split: Split, options: Options) -> Frontdesk:
    """Train as `training.publish` trains a desk."""
    history = History(
        split.intents,
        labelled(split.train, split.language),
        names_of(split.intents, split.language),
        labelled(split.valid, split.language),
    )
    started = perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        found = fit_recognizer(
            history, Path(folder) / "encoder", options.encoder, options.max_wrong, not options.quick, _Said()
        )
    return Frontdesk(found.classifier, found.encoder, split.language, perf_counter() - started)


def labelled(messages: Sequence[Message], language: str) -> list[LabelledMessage]:
    """Return the messages as training takes them, each a dialogue of its own."""
    return [
        LabelledMessage(
            text=m.text,
            language=language,
            labels=() if m.intent is None else (m.intent,),
            mood=MOODS[m.mood or "neutral"],
            dialogue=str(number),
        )
        for number, m in enumerate(messages)
    ]


def names_of(intents: Sequence[str], language: str) -> list[LabelledMessage]:
    """Return each label as words; a label without letters says nothing."""
    words = {intent: intent.replace("_", " ").replace("-", " ") for intent in intents}
    return [
        LabelledMessage(name, language, (intent,), 0.0, f"name-{intent}")
        for intent, name in words.items()
        if any(c.isalpha() for c in name)
    ]


class _Said:
    """Progress on stderr, one line for each thing that is done."""

    def __init__(self) -> None:
        self._last = ""

    def __call__(self, share: float, what: str) -> None:
        if what != self._last:
            print(f"  {what}", file=sys.stderr)
            self._last = what
