"""Texts → sparse TF-IDF rows of words and of characters.

scikit-learn learns the vocabulary (`training.fit_features`); counting is all that is left for serving, and
without it a start is a second shorter and 100 MB lighter.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from data.fold import fold
from retrieval.keywords import words

_NUMBERED = re.compile(r"(?<![A-Za-z0-9])([A-Za-z]{1,4})-?\d{5,}(?![A-Za-z0-9])")  # an order, an invoice
_DIGIT = re.compile(r"\d")


def plain(text: str) -> str:
    """Return the part of a message that says what it is about: folded, of HB-2048817 only HB."""
    return _NUMBERED.sub(r"\1", fold(text))


def word_terms(text: str) -> list[str]:
    """Return words and pairs of neighbouring words, digits made alike."""
    single = _single_words(text)
    return single + [f"{a} {b}" for a, b in pairwise(single)]


def _single_words(text: str) -> list[str]:
    return [_DIGIT.sub("0", w) for w in words(plain(text))]


def char_terms(text: str) -> list[str]:
    """Return the runs of 2 to 5 characters; a space marks where words begin and end."""
    padded = f" {_DIGIT.sub('0', plain(text).lower())} "
    return [padded[i : i + n] for n in range(2, 6) for i in range(len(padded) - n + 1)]


@dataclass(frozen=True)
class Vocabulary:
    """Terms of one kind and their inverse document frequencies, shape (terms,)."""

    terms: tuple[str, ...]
    idf: NDArray[np.float32]

    @cached_property
    def column(self) -> dict[str, int]:
        return {term: number for number, term in enumerate(self.terms)}

    def weigh(self, terms: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return the columns of the known ones among `terms` and their weights, of length 1 together."""
        counts = Counter(map(self.column.get, terms))
        counts.pop(None, None)
        columns = np.fromiter(counts, np.int32, len(counts))
        weights = (1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))) * self.idf[columns]
        return columns, weights / max(float(np.linalg.norm(weights)), 1e-12)


@dataclass(frozen=True)
class Features:
    """Text → one sparse row: TF-IDF of its words and pairs of words, beside TF-IDF of its characters.

    Term frequencies are logarithmic, each half of a row has length 1 (scikit-learn's `TfidfVectorizer` with
    `sublinear_tf`).
    """

    words: Vocabulary
    chars: Vocabulary

    def __call__(self, texts: Sequence[str]) -> sparse.csr_matrix:
        columns, weights, ends = [], [], [0]
        for text in texts:
            for vocabulary, terms, first in (
                (self.words, word_terms(text), 0), (self.chars, char_terms(text), len(self.words.terms)),
            ):  # fmt: skip
                found, weight = vocabulary.weigh(terms)
                columns.append(found + first)
                weights.append(weight)
            ends.append(ends[-1] + len(columns[-2]) + len(columns[-1]))
        shape = len(texts), len(self.words.terms) + len(self.chars.terms)
        if not texts:
            return sparse.csr_matrix(shape, dtype=np.float32)
        return sparse.csr_matrix((np.concatenate(weights), np.concatenate(columns), ends), shape)

    def knows(self, text: str) -> bool:
        """Return whether the history has every word of a text; numbers do not count."""
        known = self.words.column
        return all(term in known or term.isdigit() for term in _single_words(text))

    def state(self) -> dict[str, Any]:
        """Return what `of` needs: the terms of each kind in column order and their weights."""
        return {
            "terms": [self.words.terms, self.chars.terms],
            "idf": [[round(float(x), 5) for x in v.idf] for v in (self.words, self.chars)],
        }

    @classmethod
    def of(cls, state: dict[str, Any]) -> "Features":
        pairs = zip(state["terms"], state["idf"], strict=True)
        return cls(*(Vocabulary(tuple(terms), np.array(idf, np.float32)) for terms, idf in pairs))
