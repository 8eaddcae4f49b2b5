"""Ward's hierarchical clustering of weighted points, without a matrix of all pairs.

Nearest-neighbour chains: Murtagh & Contreras 2012, https://doi.org/10.1002/widm.53. Memory grows with the
points, time with their square.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.encoder import Vectors

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]
Merge = tuple[int, int, float, float]  # points that stand for the two clusters, height, length


@dataclass(frozen=True)
class Tree:
    """n - 1 merges of n points, lowest first: the two nodes joined, and by how much the spread grows.

    Node i < n is point i, node n + j what merge j made. A height is the square root of twice the
    growth of the sum of squared distances to the middles, as scipy's.
    """

    pairs: Labels  # (n - 1, 2)
    heights: Floats  # (n - 1,)
    lengths: Floats  # (n - 1,) of the middles: of unit vectors, their mean cosine to it

    def cut(self, count: int, loose: float = 0) -> Labels:
        """Return labels of the points, counted from 0, in that many clusters, `loose` ones split."""
        points = len(self.heights) + 1
        parent = np.arange(2 * points - 1)
        for merge in range(points - count):
            if self.lengths[merge] >= loose:
                parent[self.pairs[merge]] = points + merge
        for node in range(2 * points - 2, -1, -1):  # a node's parent has a higher number
            parent[node] = parent[parent[node]]
        return np.asarray(np.unique(parent[:points], return_inverse=True)[1], np.int64)


def ward_tree(points: Vectors, weights: Floats) -> Tree:
    """Return the tree of points, shape (n, dim), n > 1, each of which stands for `weights` like ones."""
    count = len(points)
    middles, mass = points.astype(np.float32).copy(), weights.astype(np.float64).copy()
    squares = np.einsum("nd,nd->n", middles, middles)
    alive = np.ones(count, bool)
    top = np.zeros(count)  # height of the last merge: rounding must not put a later one below it
    merges: list[Merge] = []
    chain: list[int] = []
    while len(merges) < count - 1:
        if not chain:
            chain.append(int(alive.argmax()))
        here = chain[-1]
        costs = squares + squares[here] - 2 * (middles @ middles[here])
        costs = np.maximum(costs, 0) * (2 * mass * mass[here] / (mass + mass[here]))
        costs[~alive] = np.inf
        costs[here] = np.inf
        nearest = int(costs.argmin())
        if len(chain) > 1 and costs[chain[-2]] <= costs[nearest]:
            nearest = chain[-2]  # of equals the one before: else a chain may not end
        if len(chain) > 1 and nearest == chain[-2]:
            del chain[-2:]
            keep, gone = min(here, nearest), max(here, nearest)
            top[keep] = max(np.sqrt(costs[nearest]), top[keep], top[gone])
            total = mass[keep] + mass[gone]
            middles[keep] = (mass[keep] * middles[keep] + mass[gone] * middles[gone]) / total
            squares[keep], mass[keep], alive[gone] = middles[keep] @ middles[keep], total, False
            merges.append((keep, gone, float(top[keep]), float(np.sqrt(squares[keep]))))
        else:
            chain.append(nearest)
    return _sorted(merges, count)


def _sorted(merges: list[Merge], count: int) -> Tree:
    """Return the merges by height, with nodes in place of the points that stood for them."""
    order = sorted(range(len(merges)), key=lambda m: merges[m][2])
    node = list(range(count))  # of each point that stands for a cluster, the cluster's node
    pairs = np.empty((len(merges), 2), np.int64)
    for new, m in enumerate(order):
        keep, gone, *_ = merges[m]
        pairs[new] = node[keep], node[gone]
        node[keep] = count + new
    heights, lengths = np.array([merges[m][2:] for m in order]).reshape(-1, 2).T
    return Tree(pairs, heights, lengths)
