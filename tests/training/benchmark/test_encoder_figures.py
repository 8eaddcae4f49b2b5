"""Figures of pairs, with an encoder whose cosines are known."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from retrieval.encoder import Vectors
from training.benchmark.encoder_figures import head_figure, pair_figure
from training.benchmark.errors import BenchmarkError


class Angles:
    """Texts are angles in degrees: the cosine of two is that of their difference."""

    dim = 2

    def encode(self, texts: Sequence[str]) -> Vectors:
        angles = np.radians([float(text) for text in texts])
        return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        return self.encode(texts)


def pairs(folder: Path, *rows: tuple[int, int, float]) -> Path:
    lines = [f'{{"text1": "{a}", "text2": "{b}", "label": {label}}}' for a, b, label in rows]
    (folder / "valid.jsonl").write_text("\n".join(lines), "utf-8")
    return folder / "valid.jsonl"


def test_auc_by_hand(tmp_path: Path) -> None:
    """Of four pairs of a same and a different one, three are nearer when the same."""
    file = pairs(tmp_path, (0, 0, 1), (0, 40, 1), (0, 30, 0), (10, 100, 0))
    assert pair_figure(file, Angles(), graded=False) == pytest.approx(3 / 4)


def test_spearman_by_hand(tmp_path: Path) -> None:
    file = pairs(tmp_path, (0, 0, 5.0), (0, 20, 3.2), (0, 60, 3.0), (0, 90, 0.0))
    assert pair_figure(file, Angles(), graded=True) == pytest.approx(1)
    file = pairs(tmp_path, (0, 0, 0.0), (0, 20, 1.0), (0, 60, 2.0))
    assert pair_figure(file, Angles(), graded=True) == pytest.approx(-1)


def labelled(file: Path, *rows: tuple[int, str]) -> Path:
    file.write_text(
        "\n".join(f'{{"text": "{angle}", "intent": "{intent}"}}' for angle, intent in rows), "utf-8"
    )
    return file


def test_accuracy_of_a_head_by_hand(tmp_path: Path) -> None:
    """One of four angles lies with those of another intent."""
    train = labelled(
        tmp_path / "train.jsonl", *((angle, "ab"[angle > 45]) for angle in (0, 10, 20, 70, 80, 90))
    )
    test = labelled(tmp_path / "test.jsonl", (5, "a"), (15, "a"), (75, "b"), (85, "a"))
    assert head_figure(train, test, Angles()) == 3 / 4


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match=r"valid\.jsonl is missing"):
        pair_figure(tmp_path / "valid.jsonl", Angles(), graded=False)
