"""What ships of a trained student: new rows, low-rank changes of matrices, plain changes of the rest."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from retrieval.bundled_encoder import ROWS, WeightArrays, bilingual_weights
from training.export_encoder import changes

RANK = 2


@pytest.fixture
def base() -> WeightArrays:
    rng = np.random.default_rng(0)
    return {
        ROWS: rng.normal(size=(5, 4)).astype(np.float32),
        "wide.weight": rng.normal(size=(6, 8)).astype(np.float32),
        "thin.weight": rng.normal(size=(2, 8)).astype(np.float32),
        "norm.bias": rng.normal(size=4).astype(np.float32),
        "pooler.weight": rng.normal(size=(4, 4)).astype(np.float32),
    }


@pytest.fixture
def student(base: WeightArrays) -> WeightArrays:
    """The base changed by a matrix of rank two, with three more rows and without the pooler."""
    rng = np.random.default_rng(1)
    moved = {name: w + rng.normal(size=w.shape).astype(np.float32) for name, w in base.items()}
    low = rng.normal(size=(6, 2)) @ rng.normal(size=(2, 8))
    moved["wide.weight"] = base["wide.weight"] + low.astype(np.float32)
    moved[ROWS] = np.vstack([base[ROWS], rng.normal(size=(3, 4)).astype(np.float32)])
    del moved["pooler.weight"]
    return moved


def test_changes_put_onto_the_base_give_the_student(
    base: WeightArrays, student: WeightArrays, tmp_path: Path
) -> None:
    save_file(base, tmp_path / "model.safetensors")
    save_file(changes(base, student, RANK), tmp_path / "delta.safetensors")
    again = bilingual_weights(tmp_path, [tmp_path / "delta.safetensors"])
    for name, weight in student.items():
        assert np.allclose(again[name], weight, atol=0.02), name  # kept in 16 bits, rows in 8
    assert np.array_equal(again["pooler.weight"], base["pooler.weight"])


def test_of_a_large_change_the_largest_part_is_kept(base: WeightArrays, student: WeightArrays) -> None:
    student["wide.weight"] = base["wide.weight"] + np.diag([5, 4, 0.1, 0.1, 0, 0]).astype(
        np.float32
    ) @ np.eye(6, 8, dtype=np.float32)
    kept = changes(base, student, RANK)
    found = kept["wide.weight.left"].astype(np.float32) @ kept["wide.weight.right"].astype(np.float32)
    assert np.allclose(np.diag(found), [5, 4, 0, 0, 0, 0], atol=0.01)


def test_what_ships_is_small(base: WeightArrays, student: WeightArrays) -> None:
    kept = changes(base, student, RANK)
    assert {name: (w.shape, w.dtype) for name, w in kept.items()} == {
        f"{ROWS}.rows": ((3, 4), np.int8),
        f"{ROWS}.scale": ((3, 1), np.float32),
        "wide.weight.left": ((6, 2), np.float16),
        "wide.weight.right": ((2, 8), np.float16),
        "thin.weight.plain": ((2, 8), np.float16),
        "norm.bias.plain": ((4,), np.float16),
    }
