"""Vectors in which wordings of one question lie close."""

import numpy as np

from training.history.mine.likeness import DIMS, likeness_vectors

RANDOM = np.random.default_rng(5)
WORDS = ("card", "transfer", "refund", "parcel")
TEXTS = [f"my {WORDS[i % 4]} was declined again number {i}" for i in range(400)]
VECTORS = RANDOM.normal(size=(400, 48)).astype(np.float32)


def test_words_bring_questions_together_whose_meanings_look_alike() -> None:
    near = likeness_vectors(VECTORS, TEXTS)
    same, other = near[0::4] @ near[0::4].T, near[0::4] @ near[1::4].T
    assert same.mean() > other.mean() + 0.1


def test_vectors_are_unit_and_the_same_each_time() -> None:
    near = likeness_vectors(VECTORS, TEXTS)
    assert near.shape[1] <= DIMS
    assert np.allclose(np.linalg.norm(near, axis=1), 1, atol=1e-5)
    assert (near == likeness_vectors(VECTORS, TEXTS)).all()


def test_few_texts_go_without_words() -> None:
    assert likeness_vectors(VECTORS[:3], TEXTS[:3]).shape[0] == 3
