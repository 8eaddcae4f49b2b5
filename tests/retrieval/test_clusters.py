"""How many groups there are, and who is in which."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from retrieval import clusters
from retrieval.clusters import clusters_of
from retrieval.encoder import Vectors
from retrieval.ward import Labels

MATTERS, EACH, DIMS = 9, 30, 32


@pytest.fixture(scope="module")
def blobs() -> tuple[Vectors, Labels]:
    """Unit vectors around random directions, and which direction each is around."""
    random = np.random.default_rng(3)
    labels = np.repeat(np.arange(MATTERS), EACH)
    points = random.normal(size=(MATTERS, DIMS))[labels] + random.normal(0, 0.35, (len(labels), DIMS))
    return (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32), labels


def test_finds_how_many_matters_there_are(blobs: tuple[Vectors, Labels]) -> None:
    vectors, labels = blobs
    found = clusters_of(vectors)
    assert adjusted_rand_score(labels, found) == 1
    assert (found == clusters_of(vectors)).all()


def test_makes_as_many_groups_as_wanted(blobs: tuple[Vectors, Labels]) -> None:
    assert len(set(clusters_of(blobs[0], 4))) == 4


def test_many_vectors_go_through_small_clusters(
    blobs: tuple[Vectors, Labels], monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors, labels = blobs
    monkeypatch.setattr(clusters, "MOST_POINTS", 60)
    assert adjusted_rand_score(labels, clusters_of(vectors)) > 0.95


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_few_vectors_are_grouped_as_well(count: int) -> None:
    assert len(clusters_of(np.eye(4, dtype=np.float32)[:count])) == count
