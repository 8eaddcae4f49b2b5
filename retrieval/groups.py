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
STEPS = (0.7, 0.76, 0.82, 0.88)  # cosine from which two may belong together; stricter where a group is loose
ALIKE = STEPS[0]
COHERENT = 0.85  # mean cosine to its middle from which a group holds together
SHARPNESS = 4  # power of the cosine with which a neighbour counts
ROUNDS = 20
SETTLED = 0.001  # share of messages that still change, under which it ends
EXACT = 4096  # up to so many messages all others are looked at
VISITED = 4  # of the index's lists, in a search
BLOCK = 8192  # vectors that are in 32 bits at a time
HalfVectors = NDArray[np.float16]
Labels = NDArray[np.int64]


def groups_of(vectors: HalfVectors, copies: Labels | None = None, seed: int = 0) -> Labels:
    """Return for each unit vector, shape (n, dim), the number of its group, counted from 0.

    `copies` says how often each was said. A message like no other is a group of its own. The same vectors
    give the same groups.
    """
    if len(vectors) == 0:
        return np.zeros(0, np.int64)
    scores, ids = nearest(vectors)
    weights = np.log2(1 + (np.ones(len(vectors)) if copies is None else copies)).astype(np.float32)
    labels = np.zeros(len(vectors), np.int64)
    loose = np.arange(len(vectors))  # rows whose group does not hold together yet
    for alike in STEPS:
        labels[loose] = labels.max() + 1 + _split(scores, ids, weights, labels, loose, alike, seed)
        labels = np.unique(labels, return_inverse=True)[1]
        loose = np.flatnonzero(cohesion(vectors, labels)[labels] < COHERENT)
        if not len(loose):
            break
    return labels


def nearest(vectors: HalfVectors) -> tuple[Vectors, NDArray[np.int32]]:
    """Return scores and rows of each vector's nearest others, shape (n, NEIGHBOURS); 0 where not alike."""
    index = _index(vectors)
    scores = np.empty((len(vectors), NEIGHBOURS), np.float32)
    ids = np.empty((len(vectors), NEIGHBOURS), np.int32)
    for at in range(0, len(vectors), BLOCK):
        part = slice(at, at + BLOCK)
        scores[part], ids[part] = index.search(_floats(vectors[part]), NEIGHBOURS)
    itself = ids == np.arange(len(vectors))[:, None]
    scores[(ids < 0) | itself | (scores < ALIKE)] = 0
    return scores, np.maximum(ids, 0)


def _split(
    scores: Vectors,
    ids: NDArray[np.int32],
    weights: Vectors,
    labels: Labels,
    rows: Labels,
    alike: float,
    seed: int,
) -> NDArray[np.int32]:
    """Return new labels of some rows, from neighbours of the same label that are at least `alike`."""
    place = np.full(len(labels), -1, np.int32)
    place[rows] = np.arange(len(rows))
    near = place[ids[rows]]
    together = (labels[ids[rows]] == labels[rows][:, None]) & (near >= 0) & (scores[rows] >= alike)
    return _propagate(
        np.where(together, scores[rows], 0), np.maximum(near, 0), weights[rows], np.random.default_rng(seed)
    )


def cohesion(vectors: HalfVectors, labels: Labels) -> Vectors:
    """Return for each group the mean cosine of its vectors to its middle."""
    middle, _ = middles(vectors, labels)
    total = np.zeros(len(middle), np.float32)
    for at in range(0, len(labels), BLOCK):
        part = slice(at, at + BLOCK)
        near = np.einsum("nd,nd->n", _floats(vectors[part]), _floats(middle[labels[part]]))
        np.add.at(total, labels[part], near)
    return np.asarray(total / np.bincount(labels, minlength=len(middle)), np.float32)


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


def _floats(vectors: HalfVectors) -> Vectors:
    return np.ascontiguousarray(vectors, np.float32)


def _index(vectors: HalfVectors) -> Any:
    """Return an index of all: exact for few, else in lists of which a search visits the nearest."""
    (count, dim), kind = vectors.shape, faiss.ScalarQuantizer.QT_fp16
    index: Any
    if count <= EXACT:
        index = faiss.IndexScalarQuantizer(dim, kind, faiss.METRIC_INNER_PRODUCT)
    else:
        lists = 2 * int(count**0.5)
        index = faiss.IndexIVFScalarQuantizer(
            faiss.IndexFlatIP(dim), dim, lists, kind, faiss.METRIC_INNER_PRODUCT
        )
        index.cp.niter, index.nprobe = 6, VISITED
        index.cp.min_points_per_centroid = 1  # fewer than it likes are enough, and it need not say so
        sample = np.random.default_rng(0).choice(count, min(count, 40 * lists), replace=False)
        index.train(_floats(vectors[sample]))
    for at in range(0, count, BLOCK):
        index.add(_floats(vectors[at : at + BLOCK]))
    return index


def _propagate(
    scores: Vectors, ids: NDArray[np.int32], said: Vectors, random: np.random.Generator
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
    weights = np.concatenate([weight, weight]) * said[tails]
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
