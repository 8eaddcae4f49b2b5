"""Vectors → groups, as many as there are matters in them.

Ward's tree of all vectors, or of some thousand small clusters where there are more, is cut where the next two
to join lie further apart than wordings of one matter do. What is loose then is cut further, and each vector
goes to the nearest middle.
"""

from typing import cast

import faiss
import numpy as np

from retrieval.encoder import Vectors
from retrieval.ward import Labels, Tree, ward_tree

MOST_POINTS = 4096  # of which a tree is made; more vectors are put into as many small clusters first
APART = 0.55  # distance between the middles of two groups of average size from which they are two
LOOSE = 0.62  # mean cosine to its middle under which a group is split further: it has no one matter
STEADY = 5  # counts next to each other whose median decides: single merges jump
ALMOST = 0.95  # where no number of groups is so clear: share of the clearest distance that counts as well
SMALLEST, USUAL = (
    3,
    10,
)  # vectors a group has on average at the least, and where the clearest number is sought
ROUNDS = 10


def clusters_of(vectors: Vectors, count: int | None = None) -> Labels:
    """Return for each unit vector, shape (n, dim), its group, counted from 0.

    Without a `count` there are as many as the tree suggests. The same vectors give the same groups.
    """
    if len(vectors) < 2:
        return np.zeros(len(vectors), np.int64)
    small = _small_clusters(vectors)
    sizes = np.bincount(small).astype(np.float64)
    tree = ward_tree(middles(vectors, small), sizes)
    if count:
        labels = tree.cut(min(count, len(sizes)))[small]
    else:
        labels = tree.cut(_count(tree, len(vectors)), LOOSE)[small]
    return _settled(vectors, labels)


def middles(vectors: Vectors, labels: Labels) -> Vectors:
    """Return the mean of each group, shape (groups, dim)."""
    sums = np.zeros((int(labels.max()) + 1, vectors.shape[1]), np.float32)
    np.add.at(sums, labels, vectors)
    return cast(Vectors, sums / np.bincount(labels)[:, None])


def _count(tree: Tree, vectors: int) -> int:
    """Return how many groups there are: the most whose nearest two are still clearly apart.

    By Ward's height, two groups of average size m whose middles are d apart join at d√m. Counting starts at
    the clearest number of groups, because among groups of two or three distances grow again.
    """
    most = max(2, min(vectors // SMALLEST, len(tree.heights)))
    counts = np.arange(2, most + 1)
    apart = tree.heights[-counts + 1] / np.sqrt(vectors / counts)  # the merge that leaves one group fewer
    half = STEADY // 2
    steady = np.median(np.lib.stride_tricks.sliding_window_view(np.pad(apart, half, "edge"), STEADY), axis=1)
    clearest = int(steady[: max(1, vectors // USUAL - 1)].argmax())
    nearer = np.flatnonzero(steady[clearest:] < min(APART, ALMOST * steady[clearest]))
    return int(counts[clearest + (nearer[0] - 1 if len(nearer) else len(steady) - clearest - 1)])


def _small_clusters(vectors: Vectors) -> Labels:
    """Return a cluster of its own for each vector, or where there are many, MOST_POINTS by k-means."""
    if len(vectors) <= MOST_POINTS:
        return np.arange(len(vectors))
    means = faiss.Kmeans(
        vectors.shape[1], MOST_POINTS, niter=8, seed=1, spherical=True, max_points_per_centroid=24,
        min_points_per_centroid=1,
    )  # fmt: skip
    means.train(vectors)
    _, nearest = means.assign(vectors)
    return np.asarray(np.unique(nearest, return_inverse=True)[1], np.int64)


def _settled(vectors: Vectors, labels: Labels) -> Labels:
    """Return labels such that each vector is in the group whose middle is nearest to it."""
    for _ in range(ROUNDS):
        centres = middles(vectors, labels)
        centres /= np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-9)
        nearest = (vectors @ centres.T).argmax(1)
        new = np.unique(nearest, return_inverse=True)[1]
        if (new == labels).all():
            break
        labels = np.asarray(new, np.int64)
    return labels
