"""What is listed of a benchmark: pairs that are confused, messages out of scope that are acted on."""

import json
from dataclasses import asdict, replace

import numpy as np
import pytest

from bot.classifier import Thresholds
from training.benchmark.benchmark import Benchmark, described, most_confused
from training.benchmark.figures import Costs, figures_of
from training.benchmark.measured import FRONTDESK, Measured
from training.benchmark.mistakes import LISTED
from training.benchmark.recognizer import Options, Prediction
from training.benchmark.split import OUTSIDE, Message, Split

SPLIT = Split(
    name="set",
    language="en",
    train=(Message("a", "x"), Message("b", "y"), Message("c", None)),
    test=(
        Message("x as y", "x"), Message("x as x", "x"), Message("y as x", "y"), Message("x as y again", "x"),
        Message("new as y", "new"), Message("poem", None), Message("song", None), Message("joke", None),
    ),
)  # fmt: skip
PREDICTION = Prediction(
    labels=("x", "y"),
    best=np.array([1, 0, 0, 1, 1, 0, 1, 1]),
    confidence=np.array([0.9, 0.9, 0.5, 0.5, 0.4, 0.6, 0.8, 0.1], np.float32),
    in_scope=np.array([0.9, 0.9, 0.9, 0.9, 0.9, 0.6, 0.8, 0.1], np.float32),
    refused=np.array([False] * 7 + [True]),
    accepted=np.array([True, True, False, False, False, True, True, False]),
)


@pytest.fixture
def by_hand() -> Benchmark:
    figures = figures_of(PREDICTION, SPLIT.truth, Costs(1.0, None, 2.0, 3.0))
    return Benchmark(SPLIT, Options(), (Measured(FRONTDESK, figures, PREDICTION, Thresholds()),))


def test_confused_pairs_by_hand(by_hand: Benchmark) -> None:
    pairs = [(p.truth, p.predicted, p.texts) for p in by_hand.confused_pairs(most=2)]
    assert pairs == [("x", "y", ("x as y", "x as y again")), ("y", "x", ("y as x",))]
    assert by_hand.confused_pairs(most=9)[2].truth == "new"


def test_most_confused_by_hand() -> None:
    truth, best = np.array([0, 0, 1, 2, 3, OUTSIDE]), np.array([0, 3, 1, 3, 3, 1])
    assert most_confused(truth, best, most=9).tolist() == [0, 1, 2, 3]
    assert most_confused(truth, best, most=2).tolist() == [0, 3]


def test_a_set_is_described() -> None:
    assert described(SPLIT) == {
        "name": "set", "language": "en", "intents": 2, "train": 2, "valid": 0, "test": 5,
        "train_out_of_scope": 1, "valid_out_of_scope": 0, "test_out_of_scope": 3,
    }  # fmt: skip


def test_json_lists_the_first_mistakes_and_says_how_many_there_are(by_hand: Benchmark) -> None:
    many = replace(SPLIT, test=tuple(Message(f"x number {n}", "x") for n in range(LISTED + 5)))
    scores = np.linspace(0.5, 0.1, len(many.test), dtype=np.float32)
    refused = np.ones(len(many.test), bool)
    found = Prediction(SPLIT.intents, np.ones(len(many.test), int), scores, scores, refused, ~refused)
    listed = Benchmark(many, Options(), (replace(by_hand.frontdesk, prediction=found),)).as_json()
    assert listed["wrongly_refused"]["total"] == LISTED + 5
    texts = [message["text"] for message in listed["wrongly_refused"]["messages"]]
    assert texts == [f"x number {n}" for n in range(LISTED + 4, 4, -1)]  # the lowest score is the surest
    assert listed["wrongly_refused"]["messages"][0] == {
        "text": "x number 24", "truth": "x", "likeliest": "y", "confidence": 0.1, "in_scope": 0.1,
    }  # fmt: skip
    assert listed["wrongly_acted_on"] == {"total": 0, "messages": []}


def test_json_holds_everything(benchmark: Benchmark) -> None:
    found = json.loads(json.dumps(benchmark.as_json()))
    assert found["set"] == described(benchmark.split)
    assert found["settings"] == {
        "encoder": None, "max_wrong": 0.05, "quick": False, "seed": 20, "recipe": "full",
    }  # fmt: skip
    assert set(found["systems"]) == {"frontdesk", "tfidf_svm"}
    assert found["wrongly_refused"]["total"] == len(benchmark.wrongly_refused)
    assert found["wrongly_acted_on"]["total"] == len(benchmark.wrongly_acted_on)
    assert found["systems"]["frontdesk"]["thresholds"] == asdict(Thresholds())  # too few messages
    assert found["systems"]["tfidf_svm"]["thresholds"] is None
    assert found["systems"]["frontdesk"]["figures"]["accuracy"] == pytest.approx(
        benchmark.frontdesk.figures.accuracy, abs=1e-5
    )
