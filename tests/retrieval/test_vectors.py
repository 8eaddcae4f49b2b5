"""The vector index finds what brute force finds, by value."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from data.errors import ReleaseError
from retrieval.encoder import Vectors
from retrieval.vectors import VectorIndex

N, DIM = 300, 24
FEW = np.array([3, 4, 150, 299])
MANY = np.arange(0, N, 2)


def unit_vectors(n: int, seed: int, dim: int = DIM) -> Vectors:
    """Return unit vectors of values that 16 bits hold, so that the index says what brute force says."""
    rows = np.random.default_rng(seed).normal(size=(n, dim)).astype(np.float32)
    return np.float32(np.float16(rows / np.linalg.norm(rows, axis=1, keepdims=True)))


def brute_force(
    rows: Vectors, queries: Vectors, k: int, among: NDArray[np.int64] | None
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    scores = np.full((len(queries), k), -1, np.float32)
    ids = np.full((len(queries), k), -1, np.int64)
    allowed = np.arange(len(rows)) if among is None else np.unique(among)
    for q, query in enumerate(queries):
        products = rows[allowed] @ query
        best = np.argsort(-products)[:k]
        scores[q, : len(best)], ids[q, : len(best)] = products[best], allowed[best]
    return scores, ids


@pytest.fixture(scope="module")
def rows() -> Vectors:
    return unit_vectors(N, seed=1)


@pytest.mark.parametrize("k", [1, 7, N, N + 5])
@pytest.mark.parametrize("queries", [1, 9])
@pytest.mark.parametrize(
    "among", [None, FEW, FEW[::-1], MANY, np.arange(N), np.array([5])],
    ids=["all", "few", "unordered", "half", "every one", "one"],
)  # fmt: skip
def test_search_is_brute_force(k: int, queries: int, among: NDArray[np.int64] | None, rows: Vectors) -> None:
    asked = unit_vectors(queries, seed=2)
    scores, ids = VectorIndex.of(rows).search(asked, k, among)
    expected_scores, expected_ids = brute_force(rows, asked, k, among)
    np.testing.assert_array_equal(ids, expected_ids)
    np.testing.assert_allclose(scores, expected_scores, atol=1e-6)


@pytest.mark.parametrize("among", [None, FEW])
def test_shapes_and_types(among: NDArray[np.int64] | None, rows: Vectors) -> None:
    scores, ids = VectorIndex.of(rows).search(unit_vectors(3, seed=2), 6, among)
    assert scores.shape == ids.shape == (3, 6)
    assert scores.dtype == np.float32
    assert ids.dtype == np.int64


@pytest.mark.parametrize("rows_there", [0, 300])
def test_what_is_not_there_is_id_and_score_minus_one(rows_there: int) -> None:
    index = VectorIndex.of(unit_vectors(rows_there, seed=1))
    scores, ids = index.search(unit_vectors(2, seed=2), 3, np.array([], np.int64))
    assert (scores == -1).all()
    assert (ids == -1).all()


def test_an_empty_index_finds_nothing() -> None:
    scores, ids = VectorIndex.of(unit_vectors(0, seed=1)).search(unit_vectors(2, seed=2), 3)
    assert (scores == -1).all()
    assert (ids == -1).all()


def test_a_row_finds_itself(rows: Vectors) -> None:
    scores, ids = VectorIndex.of(rows).search(rows, 1)
    np.testing.assert_array_equal(ids[:, 0], np.arange(N))
    np.testing.assert_allclose(scores[:, 0], 1, atol=1e-3)


@pytest.fixture(scope="module")
def many() -> Vectors:
    """Return rows around a hundred centres, as messages lie around intents."""
    centres = unit_vectors(100, seed=3)[np.arange(5000) % 100]
    return unit_vectors(5000, seed=4) * 0.5 + centres


@pytest.mark.parametrize("among", [None, np.arange(0, 5000, 3)])
def test_a_graph_finds_nearly_all_that_brute_force_finds(
    among: NDArray[np.int64] | None, many: Vectors
) -> None:
    asked = many[::50] + unit_vectors(100, seed=5) * 0.1
    found = VectorIndex.graph_of(many).search(asked, 16, among)[1]
    expected = VectorIndex.of(many).search(asked, 16, among)[1]
    shared = [len(set(one) & set(other)) / 16 for one, other in zip(found, expected, strict=True)]
    assert np.mean(shared) > 0.98
    assert among is None or np.isin(found, among).all()


def test_the_same_vectors_give_the_same_graph(many: Vectors, tmp_path: Path) -> None:
    for name in ("one", "other"):
        VectorIndex.graph_of(many).save(tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()
    asked = unit_vectors(5, seed=2)
    for one, other in zip(
        VectorIndex.load(tmp_path / "one").search(asked, 10),
        VectorIndex.graph_of(many).search(asked, 10),
        strict=True,
    ):
        np.testing.assert_array_equal(one, other)


def test_vectors_of_another_type_and_layout_are_taken(rows: Vectors) -> None:
    turned: Any = np.asfortranarray(rows.astype(np.float64))
    asked = unit_vectors(4, seed=2)
    asked_turned: Any = np.asfortranarray(asked.astype(np.float64))
    found = VectorIndex.of(turned).search(asked_turned, 5)[1]
    np.testing.assert_array_equal(found, brute_force(rows, asked, 5, None)[1])


@pytest.mark.parametrize("n", [0, 1, N])
def test_length(n: int) -> None:
    assert len(VectorIndex.of(unit_vectors(n, seed=1))) == n


@pytest.mark.parametrize("among", [None, FEW])
def test_a_loaded_index_is_the_saved_one(
    among: NDArray[np.int64] | None, rows: Vectors, tmp_path: Path
) -> None:
    index = VectorIndex.of(rows)
    index.save(tmp_path / "rows.faiss")
    asked = unit_vectors(5, seed=2)
    loaded = VectorIndex.load(tmp_path / "rows.faiss").search(asked, 10, among)
    for one, other in zip(loaded, index.search(asked, 10, among), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("kept", [0, 1, 4, 20, 41, 45, 60, 1000, -1])
def test_a_truncated_file_is_refused_by_name(kept: int, rows: Vectors, tmp_path: Path) -> None:
    file = tmp_path / "rows.faiss"
    VectorIndex.of(rows).save(file)
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(ReleaseError, match=r"rows\.faiss is no readable FAISS index"):
        VectorIndex.load(file)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"rows\.faiss is no readable FAISS index"):
        VectorIndex.load(tmp_path / "rows.faiss")


def test_a_file_of_something_else_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "rows.faiss").write_bytes(b"PK\3\4" + bytes(200))
    with pytest.raises(ReleaseError, match=r"rows\.faiss is no readable FAISS index"):
        VectorIndex.load(tmp_path / "rows.faiss")
