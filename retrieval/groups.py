"""Groups of like messages, by label propagation over each message's nearest neighbours.

Time grows a little faster than the number of messages, memory with it: no matrix of all pairs is made.
Raghavan, Albert & Kumara 2007, https://arxiv.org/abs/0709.2938; docs/decisions.md has it beside HDBSCAN.
"""

from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from retrieval.encoder import Vectors

NEIGHBOURS = 16
ALIKE = 0.7  # cosine from which two messages may belong together
SHARPNESS = 4  # power of the cosine with which a neighbour counts
ROUNDS = 20
SETTLED = 0.001  # share of messages that still change, under which it ends
EXACT = 4096  # up to so many messages all others are looked at
VISITED = 4  # of the index's lists, in a search
BLOCK = 8192  # vectors that are in 32 bits at a time
HalfVectors = NDArray[np.float16]
Labels = NDArray[np.int64]


def groups_of(vectors: HalfVectors, seed: int = 0) -> Labels:
    """Return for each unit vector, shape (n, dim), the number of its group, counted from 0.

    A message like no other is a group of its own. The same vectors give the same groups.
    """
    if len(vectors) == 0:
        return np.zeros(0, np.int64)
    _, first, copy_of, copies = np.unique(
        vectors.view(np.void(vectors.dtype.itemsize * vectors.shape[1]).dtype).ravel(),
        return_index=True, return_inverse=True, return_counts=True,
    )  # fmt: skip
    scores, ids = nearest(vectors, first)
    labels = _propagate(scores, ids, copies, np.random.default_rng(seed))
    return np.unique(labels, return_inverse=True)[1][copy_of.ravel()]


def nearest(vectors: HalfVectors, rows: Labels) -> tuple[Vectors, NDArray[np.int32]]:
    """Return scores and positions in `rows` of each row's nearest others, shape (len(rows), NEIGHBOURS)."""
    index = _index(vectors, rows)
    scores = np.empty((len(rows), NEIGHBOURS), np.float32)
    ids = np.empty((len(rows), NEIGHBOURS), np.int32)
    for at in range(0, len(rows), BLOCK):
        part = slice(at, at + BLOCK)
        scores[part], ids[part] = index.search(_block(vectors, rows[part]), NEIGHBOURS)
    itself = ids == np.arange(len(rows))[:, None]
    scores[(ids < 0) | itself | (scores < ALIKE)] = 0
    return scores, np.maximum(ids, 0)


def middles(vectors: HalfVectors, labels: Labels) -> tuple[HalfVectors, Labels]:
    """Return each group's mean as a unit vector, shape (groups, dim), and the row nearest to it."""
    count = int(labels.max(initial=-1)) + 1
    sums = np.zeros((count, vectors.shape[1]), np.float32)
    for at in range(0, len(labels), BLOCK):
        np.add.at(sums, labels[at : at + BLOCK], vectors[at : at + BLOCK].astype(np.float32))
    sums /= np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
    near = np.empty(len(labels), np.float32)
    for at in range(0, len(labels), BLOCK):
        part = slice(at, at + BLOCK)
        near[part] = np.einsum("nd,nd->n", vectors[part].astype(np.float32), sums[labels[part]])
    order = np.lexsort((-near, labels))
    return sums.astype(np.float16), order[np.searchsorted(labels[order], np.arange(count))]


def nearest_middle(vectors: HalfVectors, centres: HalfVectors) -> tuple[Vectors, Labels]:
    """Return for each vector the cosine to the nearest centre, and its row; both of shape (n,)."""
    best, row = np.full(len(vectors), -1, np.float32), np.full(len(vectors), -1, np.int64)
    for at in range(0, len(centres), BLOCK):
        scores = vectors.astype(np.float32) @ centres[at : at + BLOCK].astype(np.float32).T
        found = scores.argmax(1)
        better = scores[np.arange(len(vectors)), found] > best
        best[better] = scores[np.arange(len(vectors)), found][better]
        row[better] = found[better] + at
    return best, row


def _block(vectors: HalfVectors, rows: Labels) -> Vectors:
    return np.ascontiguousarray(vectors[rows], np.float32)


def _index(vectors: HalfVectors, rows: Labels) -> Any:
    """Return an index over some rows: exact for few, else in lists of which a search visits the nearest."""
    dim, kind = vectors.shape[1], faiss.ScalarQuantizer.QT_fp16
    index: Any
    if len(rows) <= EXACT:
        index = faiss.IndexScalarQuantizer(dim, kind, faiss.METRIC_INNER_PRODUCT)
    else:
        lists = 2 * int(len(rows) ** 0.5)
        middle = faiss.IndexFlatIP(dim)
        index = faiss.IndexIVFScalarQuantizer(middle, dim, lists, kind, faiss.METRIC_INNER_PRODUCT)
        index.cp.niter, index.nprobe = 6, VISITED
        sample = np.random.default_rng(0).choice(rows, min(len(rows), 40 * lists), replace=False)
        index.train(_block(vectors, sample))
    for at in range(0, len(rows), BLOCK):
        index.add(_block(vectors, rows[at : at + BLOCK]))
    return index


def _propagate(
    scores: Vectors, ids: NDArray[np.int32], copies: Labels, random: np.random.Generator
) -> NDArray[np.int32]:
    """Return labels such that each row has the one that weighs most among its neighbours.

    Rows change in random blocks, each of which sees what those before it became.
    """
    count = len(scores)
    source, edge = np.nonzero(scores)
    target = ids[source, edge]
    weight = scores[source, edge] ** SHARPNESS
    # being near is mutual, though only one of two may be among the other's nearest
    heads = np.concatenate([source.astype(np.int32), target])
    tails = np.concatenate([target, source.astype(np.int32)])
    weights = np.concatenate([weight, weight]) * np.log2(1 + copies)[tails].astype(np.float32)
    order = np.argsort(heads, kind="stable")
    tails, weights = tails[order], weights[order]
    starts = np.searchsorted(heads[order], np.arange(count + 1))
    labels = np.arange(count, dtype=np.int32)
    for _ in range(ROUNDS):
        changed = 0
        for rows in np.array_split(random.permutation(count), max(4, count // BLOCK)):
            new = _heaviest(rows, starts, tails, weights, labels)
            changed += int((new != labels[rows]).sum())
            labels[rows] = new
        if changed <= SETTLED * count:
            break
    return labels


def _heaviest(
    rows: Labels, starts: Labels, tails: NDArray[np.int32], weights: Vectors, labels: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Return for each row the label with the most weight among its neighbours, its own if it has none."""
    new = labels[rows].copy()
    sizes = starts[rows + 1] - starts[rows]
    if not sizes.sum():
        return new
    edges = np.repeat(starts[rows] - (np.cumsum(sizes) - sizes), sizes) + np.arange(sizes.sum())
    owner = np.repeat(np.arange(len(rows)), sizes)
    pairs, place = np.unique(owner * len(labels) + labels[tails[edges]], return_inverse=True)
    weight = np.bincount(place, weights[edges])
    owners, found = np.divmod(pairs, len(labels))
    order = np.lexsort((found, -weight, owners))
    first = np.concatenate([[True], np.diff(owners[order]) > 0])
    new[owners[order][first]] = found[order][first]
    return new
