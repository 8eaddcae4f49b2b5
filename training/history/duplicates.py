"""Messages that are the same, or nearly: in what is learned from, and between that and what measures it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.encoder import Vectors
from retrieval.vectors import VectorIndex
from training.history.said import Said

NEAR = 0.93  # cosine from which two messages of one language say the same in nearly the same words
NEIGHBOURS = 8
MANY = 4096  # messages, of which a graph finds the nearest in less time


@dataclass(frozen=True)
class Repetition:
    """A message that stands several times, with every set of labels that it has there."""

    text: str
    language: str
    times: int
    dialogues: int
    labels: tuple[tuple[str, ...], ...]

    @property
    def disputed(self) -> bool:
        """Whether it is labelled differently in two places: one of them is wrong, and only one is learned."""
        return len(self.labels) > 1


@dataclass(frozen=True)
class Pair:
    """Two messages that are the same or nearly, and how near: 1 is the same."""

    one: Said
    other: Said
    cosine: float


def repetitions(messages: Sequence[Said]) -> list[Repetition]:
    """Return the messages that stand more than once, the disputed ones first, then the most frequent."""
    groups: dict[tuple[str, str], list[Said]] = {}
    for message in messages:
        groups.setdefault((message.language, message.spelling), []).append(message)
    found = [
        Repetition(
            same[0].text, same[0].language, len(same), len({m.conversation for m in same}),
            tuple(sorted({m.labels for m in same if m.labels is not None})),
        )
        for same in groups.values()
        if len(same) > 1
    ]  # fmt: skip
    return sorted(found, key=lambda r: (not r.disputed, -r.times))


def near_pairs(messages: Sequence[Said], vectors: Vectors, near: float = NEAR) -> list[Pair]:
    """Return pairs of different messages that say nearly the same, each pair once, the nearest first.

    `vectors` are the messages' unit vectors, shape (n, dim).
    """
    found: dict[tuple[int, int], float] = {}
    for language in sorted({m.language for m in messages}):
        rows = _distinct(messages, language)
        for row, other, cosine in _neighbours(vectors[rows], vectors[rows], NEIGHBOURS):
            if row != other and cosine >= near:
                found[rows[min(row, other)], rows[max(row, other)]] = cosine
    pairs = [Pair(messages[one], messages[other], cosine) for (one, other), cosine in found.items()]
    return sorted(pairs, key=lambda pair: -pair.cosine)


def leaks(
    learned: Sequence[Said],
    measured: Sequence[Said],
    of_learned: Vectors,
    of_measured: Vectors,
    near: float = NEAR,
) -> list[Pair]:
    """Return what measures and is learned from as well, the same or nearly: the learned message second."""
    spelled = {(m.language, m.spelling): m for m in learned}
    found = [Pair(m, same, 1.0) for m in measured if (same := spelled.get((m.language, m.spelling)))]
    for language in sorted({m.language for m in measured}):
        asked = [n for n, m in enumerate(measured) if m.language == language and not _in(spelled, m)]
        rows = _distinct(learned, language)
        if not asked or not rows:
            continue
        for number, other, cosine in _neighbours(of_measured[asked], of_learned[rows], 1):
            if cosine >= near:
                found.append(Pair(measured[asked[number]], learned[rows[other]], cosine))
    return sorted(found, key=lambda pair: -pair.cosine)


def _in(spelled: dict[tuple[str, str], Said], message: Said) -> bool:
    return (message.language, message.spelling) in spelled


def _distinct(messages: Sequence[Said], language: str) -> list[int]:
    """Return the rows of a language's messages, each spelling once."""
    first: dict[str, int] = {}
    for number, message in enumerate(messages):
        if message.language == language:
            first.setdefault(message.spelling, number)
    return list(first.values())


def _neighbours(queries: Vectors, among: Vectors, number: int) -> list[tuple[int, int, float]]:
    index = VectorIndex.graph_of(among) if len(among) >= MANY else VectorIndex.of(among)
    scores, ids = index.search(queries, min(number, len(among)))
    rows, columns = np.nonzero(ids >= 0)
    return [
        (int(r), int(ids[r, c]), round(float(scores[r, c]), 4)) for r, c in zip(rows, columns, strict=True)
    ]  # fmt: skip
