"""Messages → intents: a linear head over the dense vector beside TF-IDF of words and characters.

One-vs-rest linear SVMs with softmax over their margins, one temperature per language, and a gate that says
how likely a message is this desk's matter at all. Training is in `training.fit_intent`; this is what serves.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from retrieval.encoder import Vectors
from retrieval.fold import fold
from retrieval.keywords import words
from retrieval.vectors import VectorIndex

OUT_OF_SCOPE = "out_of_scope"  # the label of the class that is no intent
DENSE_WEIGHT = 2.0
NEIGHBOURS = 16
_ORDER_NUMBER = re.compile(r"\bHB-\d{7}\b")
_DIGIT = re.compile(r"\d")
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Thresholds:
    """Fitted per language: softmax temperature, when to act on an intent, when to refuse."""

    temperature: float = 0.15  # about what is fitted where there are enough messages
    accept_at: float = 0.5  # confidence from which an intent is acted on
    refuse_below: float = 0.3  # in-scope probability under which a message is refused
    request_at: float = 0.6  # confidence from which a part of a message is a request of its own


@dataclass(frozen=True)
class Gate:
    """Logistic regression from evidence (see `Classifier.evidence`) to the in-scope probability."""

    weights: tuple[float, ...]
    bias: float

    def __call__(self, evidence: Floats) -> Floats:
        return np.asarray(1 / (1 + np.exp(-(evidence @ np.array(self.weights) + self.bias))), np.float32)


@dataclass(frozen=True)
class KnownExamples:
    """The training messages, for familiarity and for the staff's "why"."""

    texts: tuple[str, ...]
    labels: tuple[str, ...]
    index: VectorIndex


@dataclass(frozen=True)
class Scores:
    """What the classifier says of n messages, one row each."""

    intents: Floats  # probability of each intent, in-scope share included, shape (n, intents)
    in_scope: Floats  # shape (n,)
    sentiment: Floats  # in [-1, 1], shape (n,)
    neighbours: NDArray[np.int64]  # rows of the known examples, nearest first, shape (n, 16)
    similarities: Floats  # their cosines, shape (n, 16)


def plain(text: str) -> str:
    """Return the part of a message that says what it is about: folded, an order number reduced to `HB`."""
    return fold(_ORDER_NUMBER.sub("HB", text))


def word_terms(text: str) -> list[str]:
    """Return words and pairs of neighbouring words, digits made alike."""
    single = [_DIGIT.sub("0", w) for w in words(plain(text))]
    return single + [f"{a} {b}" for a, b in pairwise(single)]


def char_terms(text: str) -> list[str]:
    """Return the runs of 2 to 5 characters; a space marks where words begin and end."""
    padded = f" {_DIGIT.sub('0', plain(text).lower())} "
    return [padded[i : i + n] for n in range(2, 6) for i in range(len(padded) - n + 1)]


class Features:
    """Text and vector → one sparse row: TF-IDF of words, TF-IDF of characters, the dense vector."""

    def __init__(self) -> None:
        kind: dict[str, Any] = {"sublinear_tf": True, "min_df": 2, "dtype": np.float32, "lowercase": False}
        self._lexical = (
            TfidfVectorizer(analyzer=word_terms, **kind),
            TfidfVectorizer(analyzer=char_terms, **kind),
        )

    def fit(self, texts: Sequence[str]) -> "Features":
        for vectorizer in self._lexical:
            vectorizer.fit(texts)
        return self

    def __call__(self, texts: Sequence[str], vectors: Vectors) -> sparse.csr_matrix:
        lexical = [vectorizer.transform(texts) for vectorizer in self._lexical]
        return sparse.hstack([*lexical, sparse.csr_matrix(vectors * DENSE_WEIGHT)], format="csr")

    def state(self) -> dict[str, Any]:
        """Return what `of` needs: each vectorizer's terms in column order and their weights."""
        return {
            "terms": [sorted(v.vocabulary_, key=v.vocabulary_.__getitem__) for v in self._lexical],
            "idf": [[round(float(x), 5) for x in v.idf_] for v in self._lexical],
        }

    @classmethod
    def of(cls, state: dict[str, Any]) -> "Features":
        features = cls()
        for vectorizer, terms, idf in zip(features._lexical, state["terms"], state["idf"], strict=True):
            vectorizer.vocabulary_ = {term: column for column, term in enumerate(terms)}
            vectorizer.idf_ = np.array(idf, np.float32)
        return features


@dataclass(frozen=True)
class Classifier:
    """Everything that was learned from the dialogues; immutable, safe to share between threads."""

    labels: tuple[str, ...]  # intents, and out_of_scope last
    features: Features
    weights: Floats  # (features, labels)
    bias: Floats  # (labels,)
    mood: Floats  # (features + 1,), the last is the intercept
    known: KnownExamples
    gate: Gate
    thresholds: dict[str, Thresholds]

    def thresholds_for(self, language: str) -> Thresholds:
        """Return the thresholds fitted for a language, or safe ones where its history was too short."""
        return self.thresholds.get(language, Thresholds())

    @property
    def intents(self) -> tuple[str, ...]:
        return self.labels[:-1]

    def score(self, texts: Sequence[str], vectors: Vectors, language: str) -> Scores:
        """Score messages given their unit vectors, shape (n, dim)."""
        rows = self.features(texts, vectors)
        margins = self._margins(rows)
        similarities, neighbours = self.known.index.search(vectors, NEIGHBOURS)
        in_scope = self.gate(evidence(margins, similarities, neighbours, self.known.labels, self.labels))
        probabilities = softmax(margins[:, :-1] / self.thresholds_for(language).temperature)
        return Scores(
            intents=probabilities * in_scope[:, None],
            in_scope=in_scope,
            sentiment=np.clip(np.asarray(rows @ self.mood[:-1]).ravel() + self.mood[-1], -1, 1),
            neighbours=neighbours,
            similarities=similarities,
        )

    def margins(self, texts: Sequence[str], vectors: Vectors) -> Floats:
        """Return the signed distances to each label's border, shape (n, labels), given unit vectors."""
        return self._margins(self.features(texts, vectors))

    def _margins(self, rows: sparse.csr_matrix) -> Floats:
        return np.asarray(rows @ self.weights + self.bias, np.float32)

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        np.savez(folder / "head.npz", weights=self.weights.astype(np.float16), bias=self.bias, mood=self.mood)
        self.known.index.save(folder / "examples.faiss")
        kept = {
            "labels": self.labels,
            "gate": asdict(self.gate),
            "thresholds": {language: asdict(t) for language, t in self.thresholds.items()},
            "examples": list(zip(self.known.texts, self.known.labels, strict=True)),
            "features": self.features.state(),
        }
        (folder / "classifier.json").write_text(json.dumps(kept, ensure_ascii=False), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Classifier":
        kept = json.loads((folder / "classifier.json").read_text("utf-8"))
        with np.load(folder / "head.npz") as head:
            weights, bias, mood = head["weights"].astype(np.float32), head["bias"], head["mood"]
        return cls(
            labels=tuple(kept["labels"]),
            features=Features.of(kept["features"]),
            weights=weights,
            bias=bias,
            mood=mood,
            known=KnownExamples(
                tuple(text for text, _ in kept["examples"]),
                tuple(label for _, label in kept["examples"]),
                VectorIndex.load(folder / "examples.faiss"),
            ),
            gate=Gate(tuple(kept["gate"]["weights"]), kept["gate"]["bias"]),
            thresholds={language: Thresholds(**t) for language, t in kept["thresholds"].items()},
        )


def softmax(margins: Floats) -> Floats:
    raised = np.exp(margins - margins.max(1, keepdims=True))
    return np.asarray(raised / raised.sum(1, keepdims=True), np.float32)


def evidence(
    margins: Floats,
    similarities: Floats,
    neighbours: NDArray[np.int64],
    known_labels: Sequence[str],
    labels: Sequence[str],
) -> Floats:
    """Return what the gate judges by, shape (n, 6).

    The best intent's margin, its lead over the second, the margin of out of scope, and the cosines to the
    nearest known example of any intent, of the best intent, and of out of scope.
    """
    in_scope = np.sort(margins[:, :-1], axis=1)
    best = np.array(labels)[margins[:, :-1].argmax(1)]
    near = np.array(known_labels, dtype=object)[neighbours]
    outside = near == OUT_OF_SCOPE

    def nearest(mask: NDArray[np.bool_]) -> Floats:
        floor = similarities.min(1, keepdims=True)
        return np.asarray(np.where(mask, similarities, floor).max(1), np.float32)

    columns = (
        in_scope[:, -1], in_scope[:, -1] - in_scope[:, -2], margins[:, -1],
        nearest(~outside), nearest(near == best[:, None]), nearest(outside),
    )  # fmt: skip
    return np.stack(columns, axis=1).astype(np.float32)
