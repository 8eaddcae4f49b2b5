"""Like messages are grouped, the same way each time, without looking at all pairs."""

import tracemalloc

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval.groups import EXACT, groups_of, middles, nearest, nearest_middle


def clumps(count: int, size: int, dim: int = 48, spread: float = 0.3, seed: int = 0) -> NDArray[np.float16]:
    """Return `count` clumps of `size` unit vectors, one clump after the other."""
    random = np.random.default_rng(seed)
    middle = random.normal(size=(count, 1, dim)) / dim**0.5
    vectors = (middle + spread * random.normal(size=(count, size, dim)) / dim**0.5).reshape(-1, dim)
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float16)


def test_clumps_are_found() -> None:
    labels = groups_of(clumps(20, 12)).reshape(20, 12)
    assert all(len(set(clump)) == 1 for clump in labels.tolist())
    assert len(set(labels[:, 0].tolist())) == 20


def test_what_is_like_nothing_is_alone() -> None:
    vectors = np.concatenate([np.eye(48)[:5], np.tile(np.eye(48)[40], (4, 1))]).astype(np.float16)
    labels = groups_of(vectors)
    assert len(set(labels[:5].tolist())) == 5
    assert len(set(labels[5:].tolist())) == 1
    assert labels[5] not in labels[:5]


def test_the_same_messages_give_the_same_groups() -> None:
    vectors = clumps(30, 8, spread=0.6)
    assert (groups_of(vectors) == groups_of(vectors.copy())).all()


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_messages(count: int) -> None:
    assert groups_of(clumps(1, 3)[:count]).tolist() == [0] * count


def test_neighbours_are_those_that_brute_force_finds() -> None:
    vectors = clumps(40, 10)
    scores, ids = nearest(vectors)
    exact = vectors.astype(np.float32) @ vectors.astype(np.float32).T
    np.fill_diagonal(exact, -1)
    for row in range(0, 400, 37):
        found = set(ids[row][scores[row] > 0].tolist())
        assert found <= set(np.argsort(-exact[row])[:17].tolist())
        assert len(found) >= 9


def test_of_many_messages_hardly_a_neighbour_is_missed() -> None:
    vectors = clumps(EXACT // 10 + 50, 10)
    labels = groups_of(vectors).reshape(-1, 10)
    assert np.mean([len(set(clump)) == 1 for clump in labels.tolist()]) > 0.97


def test_memory_grows_with_the_messages_not_with_their_pairs() -> None:
    peaks = []
    for count in (600, 1200):
        vectors = clumps(count, 10)
        tracemalloc.start()
        groups_of(vectors)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 2.6 * peaks[0]
    assert peaks[1] < 0.2 * 4 * 12_000**2  # a fifth of all pairs in 32 bits


def test_a_middle_is_the_mean_and_its_nearest_message() -> None:
    vectors = clumps(3, 7)
    labels = np.repeat([2, 0, 1], 7)
    middle, medoids = middles(vectors, labels)
    for group in range(3):
        mean = vectors[labels == group].astype(np.float32).sum(0)
        mean /= np.linalg.norm(mean)
        assert np.allclose(middle[group], mean, atol=1e-3)
        near = vectors.astype(np.float32) @ mean
        assert medoids[group] == np.where(labels == group, near, -2).argmax()


def test_the_nearest_middle_is_found() -> None:
    vectors = clumps(5, 4)
    middle, _ = middles(vectors, np.repeat(np.arange(5), 4))
    cosine, row = nearest_middle(vectors, middle)
    assert row.tolist() == np.repeat(np.arange(5), 4).tolist()
    assert (cosine > 0.8).all()
    none, nowhere = nearest_middle(vectors, middle[:0])
    assert (none == -1).all()
    assert (nowhere == -1).all()
