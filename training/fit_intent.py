"""Fit the intent classifier on a desk's labelled messages."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GroupKFold
from sklearn.svm import LinearSVC

from bot.classifier import (
    NEIGHBOURS,
    OUT_OF_SCOPE,
    Classifier,
    Features,
    Floats,
    Gate,
    KnownExamples,
    evidence,
    plain,
)  # fmt: skip
from data.errors import DeskError
from retrieval.encoder import Encoder, Vectors
from retrieval.vectors import VectorIndex
from training.calibrate import TOO_FEW, HeldOut, fit_thresholds
from training.examples import LabelledMessage

C = 0.5
TOLERANCE = 0.1  # liblinear's own default; a tighter one takes longer and measures the same
FOLDS = 3
ENCODE_AT_ONCE = 1024
Progress = Callable[[float, str], None]  # share done, what is being done


def fit_classifier(
    messages: Sequence[LabelledMessage],
    intents: Sequence[str],
    encoder: Encoder,
    max_wrong_answers: float,
    sample: Sequence[LabelledMessage] = (),
    progress: Progress = lambda share, what: None,
) -> tuple[Classifier, HeldOut]:
    """Return the classifier and the held-out predictions that its thresholds were fitted on.

    Held-out means: three folds split by dialogue, each predicted by a head that has not seen its labels.
    The gate is fitted on these; the thresholds, too, but for languages in which `sample` has enough
    messages: ordinary ones, which nothing is trained on, say more about what is to come.
    """
    require_dialogues(messages)
    labels = (*intents, OUT_OF_SCOPE)
    texts = [m.text for m in messages]
    names = np.array([m.label for m in messages], dtype=object)
    vectors = encode_messages(texts, encoder, lambda share: progress(0.5 * share, "reading the messages"))
    progress(0.5, "learning the intents")
    features = Features().fit(texts)
    rows = features(texts, vectors)

    margins, seen = cross_predict(
        messages, rows, vectors, labels, lambda share: progress(0.5 + 0.4 * share, "learning the intents")
    )
    gate = _fit_gate(seen, names != OUT_OF_SCOPE)
    held_out = _held_out(messages, labels, margins, gate(seen))
    weights, bias = fit_head(rows, messages, labels)
    known = KnownExamples(tuple(texts), tuple(names), VectorIndex.of(vectors))
    if sample:
        said = [m.text for m in sample]
        new = encode_messages(said, encoder)
        near, ids = known.index.search(new, NEIGHBOURS)
        scored = np.asarray(features(said, new) @ weights + bias, np.float32)
        judged = gate(evidence(scored, near, ids, known.labels, labels))
        held_out = held_out.replaced_by(_held_out(sample, labels, scored, judged), at_least=TOO_FEW)
    thresholds = fit_thresholds(held_out, max_wrong_answers)
    mood = _fit_mood(rows, np.array([m.mood for m in messages]))
    progress(1.0, "intents learned")
    return Classifier(labels, features, weights, bias, mood, known, gate, thresholds), held_out


def require_dialogues(messages: Sequence[LabelledMessage]) -> None:
    """Raise DeskError where the messages are of too few dialogues to predict one by the others."""
    if len({m.dialogue for m in messages}) < FOLDS:
        raise DeskError(
            f"the history has {len(messages)} labelled messages in fewer than {FOLDS} dialogues; "
            "the classifier needs some examples of each intent, forty are a good start"
        )


def cross_predict(
    messages: Sequence[LabelledMessage],
    rows: sparse.csr_matrix,
    vectors: Vectors,
    labels: Sequence[str],
    progress: Callable[[float], None] = lambda share: None,
) -> tuple[Floats, Floats]:
    """Return margins, shape (n, labels), and evidence, shape (n, 6), by heads that have not seen a message.

    Each third of the dialogues is predicted by a head that was fitted on the other two.
    """
    names = np.array([m.label for m in messages], dtype=object)
    margins = np.zeros((len(messages), len(labels)), np.float32)
    seen = np.zeros((len(messages), 6), np.float32)
    folds = GroupKFold(FOLDS).split(names, groups=[m.dialogue for m in messages])
    for number, (train, test) in enumerate(folds, 1):
        weights, bias = fit_head(rows[train], [messages[i] for i in train], labels)
        margins[test] = rows[test] @ weights + bias
        near, ids = VectorIndex.of(vectors[train]).search(vectors[test], NEIGHBOURS)
        seen[test] = evidence(margins[test], near, ids, names[train], labels)
        progress(number / FOLDS)
    return margins, seen


def fit_head(
    rows: sparse.csr_matrix, messages: Sequence[LabelledMessage], labels: Sequence[str]
) -> tuple[Floats, Floats]:
    """Return weights and bias of one linear SVM per label; two labels make an example of both."""
    weights = np.zeros((rows.shape[1], len(labels)), np.float32)
    bias = np.full(len(labels), -1.0, np.float32)  # the margin of a label without examples

    def fit_label(column: int) -> None:
        positive = np.array([labels[column] in m.labels or labels[column] == m.label for m in messages])
        if positive.any():
            svm = LinearSVC(C=C, tol=TOLERANCE, random_state=0).fit(rows, positive)
            weights[:, column], bias[column] = svm.coef_[0], svm.intercept_[0]

    with ThreadPoolExecutor() as pool:  # liblinear leaves Python's lock
        list(pool.map(fit_label, range(len(labels))))
    return weights, bias


def _held_out(
    messages: Sequence[LabelledMessage], labels: tuple[str, ...], margins: Floats, in_scope: Floats
) -> HeldOut:
    return HeldOut(
        labels=labels,
        languages=np.array([m.language for m in messages]),
        truth=[set(m.labels) for m in messages],
        margins=margins[:, :-1],
        in_scope=in_scope,
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


def _fit_gate(seen: Floats, in_scope: NDArray[np.bool_]) -> Gate:
    if in_scope.all():  # nothing out of scope to learn from: familiarity and margin decide
        return Gate((2.0, 1.0, 0.0, 3.0, 3.0, 0.0), -1.0)
    model = LogisticRegression(C=1.0, class_weight="balanced", max_iter=1000).fit(seen, in_scope)
    return Gate(tuple(float(w) for w in model.coef_[0]), float(model.intercept_[0]))


def _fit_mood(rows: sparse.csr_matrix, moods: NDArray[np.float64]) -> Floats:
    model = Ridge(alpha=3.0, solver="sparse_cg").fit(rows, moods)
    return np.append(model.coef_, model.intercept_).astype(np.float32)
