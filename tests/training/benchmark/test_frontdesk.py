"""Frontdesk behind the one method that is measured."""

from pathlib import Path

import numpy as np
import pytest

from bot.classifier import Thresholds
from data.errors import EncoderError
from training.benchmark.benchmark import Benchmark
from training.benchmark.frontdesk import fit_frontdesk, labelled, names_of
from training.benchmark.recognizer import Options
from training.benchmark.split import OUTSIDE, Message, Split


def test_what_was_written_is_mostly_understood(benchmark: Benchmark) -> None:
    assert benchmark.frontdesk.figures.accuracy > 0.7
    auroc = benchmark.frontdesk.figures.auroc
    assert auroc is not None
    assert auroc > 0.8


def test_decisions_are_those_of_the_thresholds(benchmark: Benchmark) -> None:
    found, limits = benchmark.frontdesk.prediction, benchmark.frontdesk.thresholds
    assert limits is not None
    assert found.refused is not None
    assert found.accepted is not None
    assert np.array_equal(found.refused, found.in_scope < limits.refuse_below)
    assert not (found.refused & found.accepted).any()
    assert (found.confidence[found.accepted] >= limits.accept_at).all()
    assert (found.confidence <= found.in_scope + 1e-6).all()  # a probability times the in-scope score


def test_rows_are_those_of_the_test(benchmark: Benchmark, split: Split) -> None:
    found = benchmark.frontdesk.prediction
    assert found.labels == split.intents
    assert len(found.best) == len(found.confidence) == len(split.test)
    assert (split.truth == OUTSIDE).sum() == 4


def test_a_small_set_has_default_thresholds(benchmark: Benchmark) -> None:
    assert benchmark.frontdesk.thresholds == Thresholds()


def test_what_it_took_is_measured(benchmark: Benchmark) -> None:
    figures = benchmark.frontdesk.figures
    assert 0 < figures.median_ms <= figures.p95_ms
    assert figures.fit_seconds > 0
    assert figures.peak_memory_mb is not None
    assert 100 < figures.peak_memory_mb < 20_000


def test_an_encoder_that_is_none_is_said(split: Split, tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match="can't be loaded"):
        fit_frontdesk(split, Options(encoder=str(tmp_path)))  # a folder without a model


def test_messages_are_dialogues_of_their_own() -> None:
    first, second = labelled([Message("a", "x"), Message("b", None)], "en")
    assert (first.labels, first.label, first.dialogue, first.language) == (("x",), "x", "0", "en")
    assert (second.labels, second.label, second.dialogue) == ((), "out_of_scope", "1")


def test_labels_are_read_as_words() -> None:
    found = names_of(["card_arrival", "top-up by_card", "查询_余额"], "en")
    assert [m.text for m in found] == ["card arrival", "top up by card", "查询 余额"]
    assert [m.labels for m in found] == [("card_arrival",), ("top-up by_card",), ("查询_余额",)]
    assert {m.language for m in found} == {"en"}


@pytest.mark.parametrize("intent", ["7", "10-2", "_", "3.1"])
def test_a_label_without_letters_says_nothing(intent: str) -> None:
    assert [m.label for m in names_of([intent, "other"], "en")] == ["other"]
