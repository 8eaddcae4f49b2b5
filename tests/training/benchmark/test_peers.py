"""Peers learn the same messages, give probabilities and refuse nothing."""

from dataclasses import replace

import numpy as np
import pytest

from training.benchmark.measured import SYSTEMS, System, measure
from training.benchmark.peers import fit_minilm, fit_tfidf_svm
from training.benchmark.recognizer import Options, Recognizer
from training.benchmark.split import OUTSIDE, Message, Split


@pytest.fixture(scope="module")
def svm(split: Split) -> Recognizer:
    return fit_tfidf_svm(split, Options())


@pytest.fixture(scope="module")
def minilm(split: Split) -> Recognizer:
    english = replace(split, train=tuple(m for m in split.train if m.text.isascii()))
    return fit_minilm(english, Options())


@pytest.mark.parametrize("peer", ["svm", "minilm"])
def test_a_peer_learns_and_refuses_nothing(peer: str, split: Split, request: pytest.FixtureRequest) -> None:
    recognizer = request.getfixturevalue(peer)
    asked = [m for m in split.test if m.intent and m.text.isascii()]
    found = recognizer.predict([m.text for m in asked])
    right = [found.labels[b] == m.intent for b, m in zip(found.best, asked, strict=True)]
    assert np.mean(right) > 0.7
    assert ((found.confidence > 1 / 3) & (found.confidence <= 1)).all()
    assert np.array_equal(found.confidence, found.in_scope)
    assert (found.refused, found.accepted, recognizer.thresholds) == (None, None, None)
    assert recognizer.fit_seconds > 0


def test_two_intents_have_two_columns(split: Split) -> None:
    """Of two classes scikit-learn gives one margin only."""
    two = replace(split, train=tuple(m for m in split.train if m.intent in ("track", "invoice")))
    found = fit_tfidf_svm(two, Options()).predict(["where is my parcel", "send me the invoice"])
    assert [found.labels[b] for b in found.best] == ["track", "invoice"]


def test_too_few_examples_for_folds_are_enough_to_learn() -> None:
    train = (Message("where is it", "track"), Message("send it back", "return"))
    found = fit_tfidf_svm(Split("s", "en", train, ()), Options()).predict(["where is it"])
    assert found.labels[found.best[0]] == "track"


def test_a_peer_is_measured_in_a_process_of_its_own(split: Split) -> None:
    measured = measure("tfidf_svm", split, Options())
    assert measured.figures.accuracy > 0.7
    assert measured.figures.out_of_scope_recall is None
    assert len(measured.prediction.best) == len(split.test)
    assert (split.truth == OUTSIDE).any()
    assert measured.figures.auroc is not None


def test_what_is_not_installed_is_left_out(split: Split) -> None:
    system = System("Oracle", fit_tfidf_svm, needs=("json", "module_of_no_package"))
    missing = "module_of_no_package not installed (pip install -e '.[train]')"
    assert (system.missing, system.hindrance(split)) == (missing, f"Oracle is left out: {missing}")
    assert System("Oracle", fit_tfidf_svm, needs=("json",)).hindrance(split) is None


def test_what_takes_too_long_is_left_out(split: Split) -> None:
    system = replace(SYSTEMS["tfidf_svm"], most_messages=10)
    assert (
        system.hindrance(split) == "TF-IDF + linear SVM is left out: it is for at most 10 training messages"
    )
