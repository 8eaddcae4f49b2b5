"""Fit the linear head of the intent classifier, and predict messages by heads that have not seen them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.svm import LinearSVC

from bot.classifier import NEIGHBOURS, OUT_OF_SCOPE, Floats, Head, Ints, evidence, label_numbers
from retrieval.encoder import Vectors
from retrieval.vectors import VectorIndex
from training.examples import LabelledMessage

DENSE_C = 20.0
LEXICAL_C = 0.5
LEXICAL_TOLERANCE = 0.1  # a tighter one measures the same
BLENDS = (0.5, 1.0, 2.0, 3.0, 4.0, 6.0)  # the more examples, the more do words say beyond the vector
NEVER = -10.0  # the logit of a label without examples
FOLDS = 3
FOLDS_LEAVING_OUT = 4  # where a quarter of the intents is left out of each

Dense = tuple[Floats, Floats]  # a softmax over vectors: weights (dim, labels) and bias (labels,)


@dataclass(frozen=True)
class Examples:
    """Labelled messages and what the head sees of each."""

    messages: Sequence[LabelledMessage]
    rows: sparse.csr_matrix  # (n, terms)
    vectors: Vectors  # (n, dim)
    labels: tuple[str, ...]  # of the head, out of scope last
    learned: Dense | None = None  # with the encoder, where it was fine-tuned

    @cached_property
    def numbers(self) -> Ints:
        """Return the place of each message's first label among all labels, shape (n,)."""
        return label_numbers([m.label for m in self.messages], self.labels)

    @cached_property
    def weights(self) -> Floats:
        return np.array([m.weight for m in self.messages])

    @cached_property
    def index(self) -> VectorIndex:
        return VectorIndex.of(self.vectors)

    def of(self, rows: Ints) -> "Examples":
        return replace(
            self, messages=[self.messages[i] for i in rows], rows=self.rows[rows], vectors=self.vectors[rows]
        )


@dataclass(frozen=True)
class CrossPredictions:
    """What is said of messages by heads that have not seen them."""

    messages: Ints  # which message, shape (n,)
    unknown: NDArray[np.bool_]  # whether the head knew no example of the message's intent, shape (n,)
    logits: Floats  # of the softmax, shape (n, labels)
    lexical: Floats  # margins of the SVMs, shape (n, labels)
    cosines: Floats  # to each label's weights, shape (n, labels)
    similarities: Floats  # to the nearest examples that the head knew, shape (n, 16)
    near: Ints  # these examples' labels, shape (n, 16)

    def margins(self, blend: float) -> Floats:
        return self.logits + blend * self.lexical

    def evidence(self, blend: float) -> Floats:
        return evidence(self.margins(blend), self.lexical, self.cosines, self.similarities, self.near)


def fit_head(examples: Examples, blend: float = 1.0) -> Head:
    """Return a head for the examples' labels; one with two labels is an example of both.

    A dense half that was learned with the encoder stays: another one, fitted to vectors of messages that the
    encoder has seen, is worse on those that it has not (docs/experiments.md).
    """
    dense, dense_bias = examples.learned or softmax_regression(examples)
    lexical, lexical_bias = _support_vectors(examples)
    return Head(dense, dense_bias, lexical, lexical_bias, blend)


def softmax_regression(examples: Examples) -> Dense:
    """Return a softmax over the vectors; a message with two labels is half an example of each."""
    labels = examples.labels
    weights = np.zeros((examples.vectors.shape[1], len(labels)), np.float32)
    bias = np.full(len(labels), NEVER, np.float32)
    several = [m.labels or (OUT_OF_SCOPE,) for m in examples.messages]
    rows = np.repeat(np.arange(len(several)), [len(names) for names in several])
    given = label_numbers([name for names in several for name in names], labels)
    shares = (examples.weights / [len(names) for names in several])[rows]
    known = np.unique(given)
    if len(known) == 1:
        bias[known] = 0.0
        return weights, bias
    model = LogisticRegression(C=DENSE_C, tol=1e-3, max_iter=100)
    model.fit(examples.vectors[rows], given, sample_weight=shares)
    two = len(known) == 2  # of two labels scikit-learn keeps the second's logit only
    weights[:, known] = np.stack([-model.coef_[0] / 2, model.coef_[0] / 2], 1) if two else model.coef_.T
    bias[known] = np.array([-0.5, 0.5]) * model.intercept_ if two else model.intercept_
    return weights, bias


def _support_vectors(examples: Examples) -> tuple[Floats, Floats]:
    labels = examples.labels
    weights = np.zeros((examples.rows.shape[1], len(labels)), np.float32)
    bias = np.full(len(labels), -1.0, np.float32)  # the margin of a label without examples
    rows = examples.rows.astype(np.float64)  # once: liblinear wants it so
    for column, name in enumerate(labels):
        positive = np.array([name in m.labels or name == m.label for m in examples.messages])
        if positive.all():
            bias[column] = 1.0
        elif positive.any():
            # not in threads: they would draw from one generator, and two trainings would differ
            svm = LinearSVC(C=LEXICAL_C, tol=LEXICAL_TOLERANCE, random_state=0)
            svm.fit(rows, positive, sample_weight=examples.weights)
            weights[:, column], bias[column] = svm.coef_[0], svm.intercept_[0]
    return weights, bias


def cross_predict(
    examples: Examples,
    count: int,
    leave_out: bool = False,
    progress: Callable[[float], None] = lambda share: None,
    most: int | None = None,
) -> CrossPredictions:
    """Predict each of the first `count` examples by a head that was fitted without its dialogue.

    Every head is fitted on the examples after these. With `leave_out` each head does without a part of the
    intents, too, and also predicts all messages of these: they stand for messages out of scope where the
    examples have none.

    Where there would be more than `most` predictions, some of them, drawn evenly, stand for all: each looks
    at every example for the nearest, so that all would take time that grows with the square.
    """
    dialogues = [m.dialogue for m in examples.messages[:count]]
    folds = min(FOLDS_LEAVING_OUT if leave_out else FOLDS, len(set(dialogues)))
    intents = sorted({name for m in examples.messages for name in m.labels})
    part = np.random.default_rng(0).permutation(len(intents)) % folds
    draw, found = np.random.default_rng(0), []
    for number, (_, test) in enumerate(GroupKFold(folds).split(dialogues, groups=dialogues)):
        held = np.zeros(len(examples.messages), np.bool_)
        held[test] = True
        left_out = {name for at, name in zip(part, intents, strict=True) if leave_out and at == number}
        some = np.array([not left_out.isdisjoint(m.labels) for m in examples.messages])
        absent = np.array([left_out.issuperset(m.labels) for m in examples.messages]) & some
        asked = np.flatnonzero((held | absent)[:count])
        if most is not None and len(asked) > most // folds:
            asked = np.sort(draw.choice(asked, most // folds, replace=False))
        found.append(_predict(asked, absent[asked], examples, examples.of(np.flatnonzero(~held & ~some))))
        progress((number + 1) / folds)
    return CrossPredictions(*(np.concatenate(column) for column in zip(*found, strict=True)))


def predict_some(examples: Examples, asked: NDArray[np.bool_]) -> CrossPredictions:
    """Predict the examples that `asked`, shape (n,), marks by one head that was fitted on the others."""
    rows = np.flatnonzero(asked)
    unknown = np.zeros(len(rows), np.bool_)
    return CrossPredictions(*_predict(rows, unknown, examples, examples.of(np.flatnonzero(~asked))))


def _predict(
    rows: Ints, unknown: NDArray[np.bool_], examples: Examples, known: Examples
) -> tuple[Ints, NDArray[np.bool_], Floats, Floats, Floats, Floats, Ints]:
    """Return the columns of `CrossPredictions` of some examples by a head that was fitted on `known`."""
    head = fit_head(known, blend=0.0)
    logits, lexical = head(examples.rows[rows], examples.vectors[rows])
    cosines = head.cosines(examples.vectors[rows])
    similarities, near = known.index.search(examples.vectors[rows], NEIGHBOURS)
    return rows, unknown, logits, lexical, cosines, similarities, known.numbers[near]


def best_blend(predictions: CrossPredictions, examples: Examples) -> float:
    """Return the blend that predicts most in-scope messages right, the smallest of equals."""
    inside = [
        (row, set(examples.messages[i].labels))
        for row, i in enumerate(predictions.messages)
        if examples.messages[i].labels and not predictions.unknown[row]
    ]

    def right(blend: float) -> int:
        best = predictions.margins(blend)[:, :-1].argmax(1)
        return sum(examples.labels[best[row]] in names for row, names in inside)

    return max(BLENDS, key=lambda blend: (right(blend), -blend))
