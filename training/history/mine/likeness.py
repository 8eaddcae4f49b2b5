"""Questions → vectors in which those that ask the same lie close: what they mean, and which words they use.

Dense vectors alone mix up questions that differ by one word ("my card was declined" and "my transfer was
declined"), words alone miss every other wording: a fifth of the squared length is the words'. Then each
vector moves halfway to its neighbours, which pulls groups together and apart from each other. The numbers
were chosen on training splits of public sets (docs/mining.md).
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import faiss
import numpy as np
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer

from retrieval.encoder import Vectors
from retrieval.keywords import terms

WORDS_SHARE = 0.2  # of the squared length
WORD_DIMS = 150
MOST_WORDS = 20_000
DIMS = 128
NEIGHBOURS = 10
EXACT = 8192  # up to so many vectors all others are looked at
VISITED = 8  # of the index's lists, in a search
BLOCK = 8192
LEAST_WORDS = 2  # texts that a word must stand in


def likeness_vectors(vectors: Vectors, texts: Sequence[str]) -> Vectors:
    """Return unit vectors, shape (n, at most DIMS), from the encoder's, shape (n, dim), and the texts.

    The same texts give the same vectors, on one machine.
    """
    centred = _unit(vectors - vectors.mean(0))
    words = _word_vectors(texts)
    if words is not None:
        parts = (np.sqrt(1 - WORDS_SHARE) * centred, np.sqrt(WORDS_SHARE) * words)
        centred = np.concatenate(parts, axis=1, dtype=np.float32)
    return _near_neighbours(_fewer_dims(centred))


def _word_vectors(texts: Sequence[str]) -> Vectors | None:
    """Return the texts' words and pairs of words in few dimensions (LSA); None for too few texts."""
    counter = TfidfVectorizer(
        analyzer=_words_and_pairs,
        sublinear_tf=True,
        min_df=LEAST_WORDS,
        max_features=MOST_WORDS,
        dtype=np.float32,
    )
    if len(texts) <= WORD_DIMS:
        return None
    counted = counter.fit_transform(texts)
    dims = min(WORD_DIMS, counted.shape[1] - 1)
    return _unit(TruncatedSVD(dims, random_state=0).fit_transform(counted)) if dims > 1 else None


def _words_and_pairs(text: str) -> list[str]:
    found = terms(text)
    return found + [f"{a} {b}" for a, b in pairwise(found)]


def _fewer_dims(vectors: Vectors) -> Vectors:
    """Return the directions in which the vectors differ most (PCA), as unit vectors."""
    vectors = vectors - vectors.mean(0)
    _, directions = np.linalg.eigh(vectors.T @ vectors)
    return _unit(vectors @ directions[:, : -DIMS - 1 : -1])


def _near_neighbours(vectors: Vectors) -> Vectors:
    """Return each vector's middle with the mean of its nearest others, as unit vectors."""
    index = _index(vectors)
    moved = np.empty_like(vectors)
    for at in range(0, len(vectors), BLOCK):
        part = vectors[at : at + BLOCK]
        scores, ids = index.search(part, min(NEIGHBOURS + 1, len(vectors)))
        itself = ids == np.arange(at, at + len(part))[:, None]
        weights = np.where((ids < 0) | itself, 0, np.maximum(scores, 0))
        mean = np.einsum("nk,nkd->nd", weights, vectors[ids]) / np.maximum(weights.sum(1), 1e-9)[:, None]
        moved[at : at + BLOCK] = _unit(part + mean)
    return moved


def _index(vectors: Vectors) -> Any:
    """Return an index of all: exact for few, else in lists of which a search visits the nearest."""
    count, dim = vectors.shape
    if count <= EXACT:
        flat = faiss.IndexFlatIP(dim)
        flat.add(vectors)
        return flat
    lists = 2 * int(count**0.5)
    index = faiss.IndexIVFFlat(faiss.IndexFlatIP(dim), dim, lists, faiss.METRIC_INNER_PRODUCT)
    index.cp.niter, index.nprobe = 6, VISITED
    sample = np.random.default_rng(0).choice(count, min(count, 40 * lists), replace=False)
    index.train(vectors[sample])
    index.add(vectors)
    return index


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return np.ascontiguousarray(vectors / lengths, np.float32)
