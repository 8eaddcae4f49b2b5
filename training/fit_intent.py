"""Fit the intent classifier on a desk's labelled messages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GroupKFold
from sklearn.svm import LinearSVC

from bot.classifier import (
    NEIGHBOURS, OUT_OF_SCOPE, Classifier, Features, Floats, Gate, KnownExamples, evidence, plain,
)  # fmt: skip
from retrieval.encoder import Encoder, Vectors
from retrieval.vectors import VectorIndex
from training.calibrate import HeldOut, fit_thresholds
from training.examples import LabelledMessage

C = 0.5
FOLDS = 5
Progress = Callable[[float, str], None]  # share done, what is being done


@dataclass(frozen=True)
class Head:
    """The linear part of the classifier."""

    features: Features
    weights: Floats
    bias: Floats

    def margins(self, texts: Sequence[str], vectors: Vectors) -> Floats:
        return np.asarray(self.features(texts, vectors) @ self.weights + self.bias, np.float32)


def fit_classifier(
    messages: Sequence[LabelledMessage],
    intents: Sequence[str],
    encoder: Encoder,
    max_wrong_answers: float,
    progress: Progress = lambda share, what: None,
) -> tuple[Classifier, HeldOut]:
    """Return the classifier and the held-out predictions that its gate and thresholds were fitted on.

    Held-out means: five folds split by dialogue, each predicted by a head that has not seen it.
    """
    labels = (*intents, OUT_OF_SCOPE)
    texts = [m.text for m in messages]
    progress(0.0, "reading the messages")
    vectors = encoder.encode([plain(t) for t in texts])
    primary = np.array([labels.index(m.label) for m in messages])
    names = [m.label for m in messages]

    margins = np.zeros((len(messages), len(labels)), np.float32)
    seen = np.zeros((len(messages), 6), np.float32)
    folds = GroupKFold(FOLDS).split(texts, groups=[m.dialogue for m in messages])
    for number, (train, test) in enumerate(folds):
        progress((1 + number) / (FOLDS + 2), "learning the intents")
        head = fit_head([messages[i] for i in train], vectors[train], labels)
        margins[test] = head.margins([texts[i] for i in test], vectors[test])
        near, rows = VectorIndex.of(vectors[train]).search(vectors[test], NEIGHBOURS)
        seen[test] = evidence(margins[test], near, rows, [names[i] for i in train], labels)
    outside = primary == len(intents)
    gate = _fit_gate(seen, ~outside)
    held_out = HeldOut(
        labels=labels,
        languages=np.array([m.language for m in messages]),
        truth=[set(m.labels) for m in messages],
        margins=margins[:, :-1],
        in_scope=gate(seen),
    )
    thresholds = fit_thresholds(held_out, max_wrong_answers)

    progress((FOLDS + 1) / (FOLDS + 2), "learning the intents")
    head = fit_head(messages, vectors, labels)
    known = KnownExamples(tuple(texts), tuple(names), VectorIndex.of(vectors))
    mood = _fit_mood(head.features(texts, vectors), np.array([m.mood for m in messages]))
    progress(1.0, "intents learned")
    return Classifier(labels, head.features, head.weights, head.bias, mood, known, gate, thresholds), held_out


def fit_head(messages: Sequence[LabelledMessage], vectors: Vectors, labels: Sequence[str]) -> Head:
    """Fit one linear SVM per label; a message with two labels is a positive example of both."""
    texts = [m.text for m in messages]
    features = Features().fit(texts)
    rows = features(texts, vectors)
    weights = np.zeros((rows.shape[1], len(labels)), np.float32)
    bias = np.full(len(labels), -1.0, np.float32)  # the margin of a label without examples
    for column, label in enumerate(labels):
        positive = np.array([label in m.labels or label == m.label for m in messages])
        if positive.any():
            svm = LinearSVC(C=C, random_state=0).fit(rows, positive)
            weights[:, column], bias[column] = svm.coef_[0], svm.intercept_[0]
    return Head(features, weights, bias)


def _fit_gate(seen: Floats, in_scope: NDArray[np.bool_]) -> Gate:
    if in_scope.all():  # nothing out of scope to learn from: familiarity and margin decide
        return Gate((2.0, 1.0, 0.0, 3.0, 3.0, 0.0), -1.0)
    model = LogisticRegression(C=1.0, class_weight="balanced", max_iter=1000).fit(seen, in_scope)
    return Gate(tuple(float(w) for w in model.coef_[0]), float(model.intercept_[0]))


def _fit_mood(rows: sparse.csr_matrix, moods: NDArray[np.float64]) -> Floats:
    model = Ridge(alpha=3.0, solver="sparse_cg").fit(rows, moods)
    return np.append(model.coef_, model.intercept_).astype(np.float32)
