"""Fit the intent classifier on a desk's labelled messages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from bot.classifier import OUT_OF_SCOPE, Classifier, Floats, Gate, KnownExamples
from bot.features import plain
from data.errors import DeskError
from retrieval.encoder import Encoder, Vectors
from retrieval.vectors import VectorIndex
from training.calibrate import FEW_OUTSIDE, STAND_IN, TOO_FEW, HeldOut, fit_thresholds
from training.examples import History, LabelledMessage
from training.fit_features import fit_features
from training.fit_head import (
    FOLDS,
    NEVER,
    CrossPredictions,
    Dense,
    Examples,
    best_blend,
    cross_predict,
    fit_head,
    predict_some,
)
from training.fit_mood import fit_mood
from training.held_back import held_back

Progress = Callable[[float, str], None]  # share done, what is being done
ENCODE_AT_ONCE = 1024
MOST_PREDICTED = 24_000  # held-out predictions that the gate and the thresholds are fitted on
MANY = 4096  # examples, of which a graph finds the nearest in less time
LEAST_INTENTS = 8  # of which some can be left out
# of a desk with fewer intents and next to nothing out of scope: familiarity decides
CAREFUL = Gate((2.0, 1.0, 0.0, 0.0, 2.0, 4.0, 0.0, 0.0, 0.0), -4.2)


def fit_classifier(
    history: History,
    encoder: Encoder,
    max_wrong_answers: float = 0.05,
    learned: Mapping[str, Vectors] | None = None,
    progress: Progress = lambda share, what: None,
) -> tuple[Classifier, HeldOut]:
    """Return the classifier and the held-out predictions that its thresholds were fitted on.

    The names of the intents are examples that every head has. Held-out means: predicted by a head that was
    fitted without the message's dialogue. The gate is fitted on these; where few messages are out of scope,
    messages of intents that the head was fitted without stand for it. So are the thresholds, but for
    languages in which the history's sample has enough messages: ordinary ones, which nothing is trained on,
    say more about what is to come. Of an encoder that was fine-tuned, `learned` has each label's weights:
    they stay, and predicted is what it has not learned from, the sample with it.
    """
    messages = history.messages
    require_dialogues(messages)
    given = [*messages, *history.names]
    asked = [*given, *history.sample] if learned else given
    texts = [m.text for m in asked]
    vectors = encode_messages(texts, encoder, lambda share: progress(0.5 * share, "reading the messages"))
    features = fit_features(texts[: len(given)])
    labels = (*history.intents, OUT_OF_SCOPE)
    all_asked = Examples(
        asked, features(texts), vectors, labels, _dense(learned, labels) if learned else None
    )
    examples = all_asked.of(np.arange(len(given)))

    progress(0.5, "learning the intents")
    few = sum(not m.labels for m in given) < FEW_OUTSIDE
    intents = {label for m in given for label in m.labels}
    leave_out = not learned and few and len(intents) >= LEAST_INTENTS
    if learned:
        back = np.concatenate(
            [held_back(history), np.zeros(len(history.names)), np.ones(len(history.sample))]
        )
        predictions = predict_some(all_asked, back.astype(np.bool_))
    else:
        predictions = cross_predict(
            examples,
            len(messages),
            leave_out,
            lambda share: progress(0.5 + 0.4 * share, "learning the intents"),
            MOST_PREDICTED,
        )
    blend = best_blend(predictions, all_asked)
    gate, held_out = _gate_and_held_out(predictions, all_asked, blend, leave_out)
    head = fit_head(examples, blend)
    index = VectorIndex.graph_of(examples.vectors) if len(given) >= MANY else examples.index
    remembered = KnownExamples(tuple(texts[: len(given)]), tuple(m.label for m in given), index)
    mood = fit_mood(examples.of(np.arange(len(messages))))
    held_out = replace(held_out, mood=mood.figures)
    classifier = Classifier(labels, features, head, mood.weights, remembered, gate, {})
    if history.sample and not learned:
        held_out = held_out.replaced_by(_predicted(history.sample, classifier, encoder), at_least=TOO_FEW)
    progress(1.0, "intents learned")
    return replace(classifier, thresholds=fit_thresholds(held_out, max_wrong_answers)), held_out


def require_dialogues(messages: Sequence[LabelledMessage]) -> None:
    """Raise DeskError where the messages are of too few dialogues to predict one by the others."""
    if len({m.dialogue for m in messages}) < FOLDS:
        raise DeskError(
            f"the history has {len(messages)} labelled messages in fewer than {FOLDS} dialogues; "
            "the classifier needs some examples of each intent, forty are a good start"
        )


def encode_messages(
    texts: Sequence[str], encoder: Encoder, progress: Callable[[float], None] = lambda share: None
) -> Vectors:
    """Return the vectors of all texts, encoded in their order of length so that little is padded."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    vectors = np.empty((len(texts), encoder.dim), np.float32)
    for start in range(0, len(order), ENCODE_AT_ONCE):
        part = order[start : start + ENCODE_AT_ONCE]
        vectors[part] = encoder.encode([plain(texts[i]) for i in part])
        progress((start + len(part)) / len(order))
    return vectors


def _gate_and_held_out(
    predictions: CrossPredictions, examples: Examples, blend: float, leave_out: bool
) -> tuple[Gate, HeldOut]:
    predicted = [examples.messages[i] for i in predictions.messages]
    truth = [set(() if u else m.labels) for m, u in zip(predicted, predictions.unknown, strict=True)]
    seen, inside = predictions.evidence(blend), np.array([bool(t) for t in truth])
    gate = _fit_gate(seen, inside, STAND_IN if leave_out else 1.0)
    languages = np.array([m.language for m in predicted])
    stand_ins = frozenset(languages) if leave_out else frozenset[str]()
    margins = predictions.margins(blend)[:, :-1]
    return gate, HeldOut(examples.labels, languages, truth, margins, gate(seen), stand_ins)


def _predicted(sample: Sequence[LabelledMessage], classifier: Classifier, encoder: Encoder) -> HeldOut:
    texts = [m.text for m in sample]
    found = classifier.judge(texts, encode_messages(texts, encoder))
    languages, truth = np.array([m.language for m in sample]), [set(m.labels) for m in sample]
    return HeldOut(classifier.labels, languages, truth, found.margins[:, :-1], found.in_scope)


def _dense(learned: Mapping[str, Vectors], labels: Sequence[str]) -> Dense:
    """Return the learned weights in the order of the labels; a label that is not learned is never likely."""
    nothing = np.zeros_like(next(iter(learned.values())))
    bias = [0.0 if label in learned else NEVER for label in labels]
    return np.stack([learned.get(label, nothing) for label in labels], axis=1), np.array(bias, np.float32)


def _fit_gate(seen: Floats, in_scope: NDArray[np.bool_], outside: float) -> Gate:
    """Fit the gate as if out of scope were `outside` times as frequent as in scope."""
    if (~in_scope).sum() < FEW_OUTSIDE or not in_scope.any():
        return CAREFUL
    weights = np.where(in_scope, 1 / in_scope.mean(), outside / (~in_scope).mean())
    model = LogisticRegression(C=0.5, max_iter=1000).fit(seen, in_scope, sample_weight=weights)
    return Gate(tuple(float(w) for w in model.coef_[0]), float(model.intercept_[0]))
