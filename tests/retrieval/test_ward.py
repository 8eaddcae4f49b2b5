"""Ward's tree beside scipy's."""

import numpy as np
import pytest
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.metrics import adjusted_rand_score

from retrieval.ward import ward_tree

RANDOM = np.random.default_rng(7)
POINTS = RANDOM.normal(size=(120, 6)).astype(np.float32)


def test_heights_and_clusters_are_those_of_scipy() -> None:
    tree, theirs = ward_tree(POINTS, np.ones(len(POINTS))), linkage(POINTS.astype(float), "ward")
    assert tree.heights == pytest.approx(theirs[:, 2], abs=1e-4)
    assert adjusted_rand_score(tree.cut(9), fcluster(theirs, 9, "maxclust")) == 1


def test_a_weight_counts_as_so_many_points() -> None:
    weights = RANDOM.integers(1, 4, len(POINTS))
    tree = ward_tree(POINTS, weights.astype(float))
    theirs = linkage(np.repeat(POINTS.astype(float), weights, axis=0), "ward")
    assert tree.heights == pytest.approx(theirs[1 - len(POINTS) :, 2], abs=1e-4)


def test_equal_points_end() -> None:
    tree = ward_tree(np.ones((5, 3), np.float32), np.ones(5))
    assert set(tree.cut(1)) == {0}
    assert len(set(tree.cut(5))) == 5


def test_a_loose_cluster_is_split_where_its_middle_is_short() -> None:
    points = np.array([[1, 0], [0.99, 0.14], [-1, 0], [-0.99, 0.14]], np.float32)
    tree = ward_tree(points, np.ones(4))
    assert len(set(tree.cut(1))) == 1
    assert list(tree.cut(1, loose=0.7)) == [0, 0, 1, 1]
