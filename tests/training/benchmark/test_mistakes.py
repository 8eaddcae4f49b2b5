"""Messages that were refused or acted on wrongly, the surest first."""

from dataclasses import replace

import numpy as np

from training.benchmark.mistakes import wrongly_acted_on, wrongly_refused
from training.benchmark.recognizer import Prediction
from training.benchmark.split import Message, Split

SPLIT = Split(
    name="set",
    language="en",
    train=(Message("a", "x"), Message("b", "y")),
    test=(
        Message("refused", "x"), Message("refused more surely", "new"), Message("answered", "x"),
        Message("poem", None), Message("song", None), Message("joke", None), Message("riddle", None),
    ),
)  # fmt: skip
FOUND = Prediction(
    labels=("x", "y"),
    best=np.array([0, 1, 0, 0, 1, 1, 0]),
    confidence=np.array([0.9, 0.8, 0.9, 0.6, 0.8, 0.1, 0.7], np.float32),
    in_scope=np.array([0.3, 0.2, 0.9, 0.6, 0.8, 0.1, 0.7], np.float32),
    refused=np.array([True, True, False, False, False, True, False]),
    accepted=np.array([False, False, True, True, True, False, False]),
)


def test_wrongly_refused_by_hand() -> None:
    found = wrongly_refused(SPLIT, FOUND)
    assert [(m.text, m.truth, m.likeliest) for m in found] == [
        ("refused more surely", "new", "y"),  # also where training lacks the intent
        ("refused", "x", "x"),
    ]
    assert [(m.in_scope, m.confidence) for m in found] == [(0.2, 0.8), (0.3, 0.9)]


def test_wrongly_acted_on_by_hand() -> None:
    found = wrongly_acted_on(SPLIT, FOUND)  # the riddle is asked about, the joke refused
    assert [(m.text, m.truth, m.likeliest, m.confidence) for m in found] == [
        ("song", None, "y", 0.8),
        ("poem", None, "x", 0.6),
    ]


def test_what_decides_nothing_makes_neither_mistake() -> None:
    peer = replace(FOUND, refused=None, accepted=None)
    assert (wrongly_refused(SPLIT, peer), wrongly_acted_on(SPLIT, peer)) == ((), ())
