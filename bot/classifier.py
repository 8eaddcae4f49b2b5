"""Messages → intents: a softmax over the dense vector beside linear SVMs over TF-IDF of words and characters.

Their margins are added, with one temperature per language, and a gate says how likely a message is this
desk's matter at all. Training is in `training.fit_intent`; this is what serves.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bot.features import Features
from retrieval.encoder import Vectors
from retrieval.vectors import VectorIndex

OUT_OF_SCOPE = "out_of_scope"  # the label of the class that is no intent
LEFT_OUT = "intents left out"  # what thresholds are fitted to where a history has nothing out of scope
LIKELIER_THAN_NOT = 0.5
NEIGHBOURS = 16
COSINE = 10.0  # what a cosine to weights counts: they differ little, and a gate's weights are kept small
Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Thresholds:
    """Fitted per language: softmax temperature, when to act on an intent, when to refuse."""

    temperature: float = 1.0
    accept_at: float = 0.75  # confidence from which an intent is acted on
    refuse_below: float = 0.5  # in-scope probability under which a message is refused
    request_at: float = 0.6  # confidence from which a part of a message is a request of its own
    basis: str = "too few messages: safe defaults"  # what they were fitted to

    @property
    def ask_from(self) -> float:
        """In-scope probability from which a message is asked about rather than refused.

        Intents left out are nearer to a desk's own than most of what is out of scope: between one half and
        `refuse_below` a new way to put a matter is as likely.
        """
        return LIKELIER_THAN_NOT if self.basis == LEFT_OUT else self.refuse_below


@dataclass(frozen=True)
class Head:
    """A softmax regression over the dense vector and one SVM per label over TF-IDF; out of scope is last."""

    dense: Floats  # (dim, labels)
    dense_bias: Floats  # (labels,)
    lexical: Floats  # (terms, labels)
    lexical_bias: Floats  # (labels,)
    blend: float  # what a margin of the SVMs weighs beside a logit of the softmax

    def __call__(self, rows: sparse.csr_matrix, vectors: Vectors) -> tuple[Floats, Floats]:
        """Return each label's margin, and the SVMs' part of it unweighted, both of shape (n, labels)."""
        lexical = np.asarray(rows @ self.lexical + self.lexical_bias, np.float32)
        return vectors @ self.dense + self.dense_bias + self.blend * lexical, lexical

    def cosines(self, vectors: Vectors) -> Floats:
        """Return the cosine of each vector to each label's dense weights, shape (n, labels).

        Unlike a logit, it does not grow with the number of examples. A label without weights has 0.
        """
        lengths = np.linalg.norm(self.dense, axis=0)
        return np.asarray(vectors @ self.dense / np.maximum(lengths, 1e-12), np.float32)


@dataclass(frozen=True)
class Gate:
    """Logistic regression from `evidence` to the probability that a message is in scope."""

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
class Judgement:
    """What is found of n messages in whatever language, one row each."""

    rows: sparse.csr_matrix  # TF-IDF, shape (n, terms)
    margins: Floats  # of each label, shape (n, labels)
    in_scope: Floats  # shape (n,)
    neighbours: Ints  # rows of the known examples, nearest first, shape (n, 16)
    similarities: Floats  # their cosines, shape (n, 16)


@dataclass(frozen=True)
class Scores:
    """What the classifier says of n messages, one row each."""

    intents: Floats  # probability of each intent, in-scope share included, shape (n, intents)
    in_scope: Floats  # shape (n,)
    sentiment: Floats  # from -1, surely angry or unhappy, to 1, surely not; shape (n,)
    neighbours: Ints  # rows of the known examples, nearest first, shape (n, 16)
    similarities: Floats  # their cosines, shape (n, 16)


@dataclass(frozen=True)
class Classifier:
    """Everything that was learned from the dialogues; immutable, safe to share between threads."""

    labels: tuple[str, ...]  # intents, and out_of_scope last
    features: Features
    head: Head
    mood: Floats  # (terms + dim + 1,), the last is the intercept; a margin below 0 is negative
    known: KnownExamples
    gate: Gate
    thresholds: dict[str, Thresholds]

    def thresholds_for(self, language: str) -> Thresholds:
        """Return the thresholds fitted for a language, or safe ones where its history was too short."""
        return self.thresholds.get(language, Thresholds())

    @property
    def intents(self) -> tuple[str, ...]:
        return self.labels[:-1]

    @cached_property
    def _labels_of_known(self) -> Ints:
        return label_numbers(self.known.labels, self.labels)

    def judge(self, texts: Sequence[str], vectors: Vectors) -> Judgement:
        """Judge messages given their unit vectors, shape (n, dim)."""
        rows = self.features(texts)
        margins, lexical = self.head(rows, vectors)
        similarities, neighbours = self.known.index.search(vectors, NEIGHBOURS)
        near = self._labels_of_known[neighbours]
        cosines = self.head.cosines(vectors)
        in_scope = self.gate(evidence(margins, lexical, cosines, similarities, near))
        return Judgement(rows, margins, in_scope, neighbours, similarities)

    def score(self, texts: Sequence[str], vectors: Vectors, language: str) -> Scores:
        """Score messages of one language given their unit vectors, shape (n, dim)."""
        found = self.judge(texts, vectors)
        probabilities = softmax(found.margins[:, :-1] / self.thresholds_for(language).temperature)
        terms = found.rows.shape[1]
        mood = found.rows @ self.mood[:terms] + vectors @ self.mood[terms:-1] + self.mood[-1]
        return Scores(
            intents=probabilities * found.in_scope[:, None],
            in_scope=found.in_scope,
            sentiment=np.tanh(mood / 2),  # of a logit: twice the probability, less one
            neighbours=found.neighbours,
            similarities=found.similarities,
        )

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        arrays = {name: value for name, value in vars(self.head).items() if name != "lexical"}
        np.savez(folder / "head.npz", **arrays, lexical=self.head.lexical.astype(np.float16), mood=self.mood)
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
            arrays = {name: head[name].astype(np.float32) for name in head}
        return cls(
            labels=tuple(kept["labels"]),
            features=Features.of(kept["features"]),
            mood=arrays.pop("mood"),
            head=Head(**{**arrays, "blend": float(arrays["blend"])}),
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


def label_numbers(given: Sequence[str], labels: Sequence[str]) -> Ints:
    """Return the place of each given label among all labels, shape (n,)."""
    place = {label: number for number, label in enumerate(labels)}
    return np.array([place[label] for label in given], np.int64)


def evidence(margins: Floats, lexical: Floats, cosines: Floats, similarities: Floats, near: Ints) -> Floats:
    """Return what the gate judges by, shape (n, 9).

    The best intent's probability and its lexical margin; the same of out of scope; the cosines to the
    nearest known example of any intent, of the best intent, and of out of scope; ten times the cosines to
    the weights of the best intent and of out of scope. `near` has the labels' numbers of the nearest known
    examples, whose cosines are `similarities`, both of shape (n, neighbours).
    """
    rows, outside = np.arange(len(margins)), margins.shape[1] - 1
    best = margins[:, :-1].argmax(1)
    shares = softmax(margins)

    def nearest(mask: NDArray[np.bool_]) -> Floats:
        floor = similarities.min(1, keepdims=True)
        return np.asarray(np.where(mask, similarities, floor).max(1), np.float32)

    columns = (
        softmax(margins[:, :-1]).max(1), lexical[rows, best], shares[:, -1], lexical[:, -1],
        nearest(near != outside), nearest(near == best[:, None]), nearest(near == outside),
        COSINE * cosines[rows, best], COSINE * cosines[:, -1],
    )  # fmt: skip
    return np.stack(columns, axis=1).astype(np.float32)
