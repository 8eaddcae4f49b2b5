"""Messages whose label looks wrong are found."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bot.classifier import OUT_OF_SCOPE
from data.desk import load_desk
from data.errors import DeskError
from tests.training.test_fit_intent import INTENTS, Hashing, history
from training.examples import LabelledMessage
from training.mislabelled import JUDGING, READING, suspects, suspects_in, suspects_of

ROOT = Path(__file__).parents[2]
LABELS = ("a", "b", OUT_OF_SCOPE)


def message(text: str, *labels: str) -> LabelledMessage:
    return LabelledMessage(text, "en", labels, 0.0, text)


def test_a_surer_other_label_is_suspect_and_a_weak_one_is_not() -> None:
    messages = [message("one", "a"), message("two", "a"), message("three", "b"), message("four")]
    probabilities = np.array(
        [[0.9, 0.1, 0.0], [0.1, 0.8, 0.1], [0.45, 0.55, 0.0], [0.3, 0.1, 0.6]], np.float32
    )
    (found,) = suspects(messages, LABELS, probabilities)
    assert (found.text, found.suggested) == ("two", "b")
    assert np.isclose(found.confidence, 0.8)


def test_none_of_a_messages_own_labels_is_suggested() -> None:
    messages = [message("both", "a", "b"), message("x", "a"), message("y", "b")]
    probabilities = np.array([[0.1, 0.9, 0.0], [0.9, 0.1, 0.0], [0.1, 0.9, 0.0]], np.float32)
    assert suspects(messages, LABELS, probabilities) == []


def test_swapped_labels_in_a_history_are_found() -> None:
    messages = history("en")
    wrong = next(i for i, m in enumerate(messages) if m.text == "hello there")
    messages[wrong] = LabelledMessage(messages[wrong].text, "en", ("return_item",), 0.0, "wrong")
    found = suspects_of(messages, INTENTS, Hashing())
    assert found[0].dialogue == "wrong"
    assert found[0].suggested == "greeting"


def test_what_came_with_a_new_desk_is_not_the_owners_fault(tiny_desk: Path) -> None:
    labels = {"mood": "neutral", "intents": ["return_item"]}
    turn = {"speaker": "customer", "text": "hello there, good morning", **labels}
    file = tiny_desk / "dialogues" / "mined_en.jsonl"
    file.write_text(json.dumps({"id": "wrong", "language": "en", "turns": [turn]}) + "\n", "utf-8")
    assert "wrong" in {s.dialogue for s in suspects_in(load_desk(tiny_desk), Hashing())}
    file.rename(file.with_name("basics.jsonl"))
    assert "wrong" not in {s.dialogue for s in suspects_in(load_desk(tiny_desk), Hashing())}


def test_progress_is_told_from_start_to_end() -> None:
    told: list[tuple[float, str]] = []
    suspects_of(history("en"), INTENTS, Hashing(), lambda share, what: told.append((share, what)))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(set(shares)) > 3
    assert {what for _, what in told} == {READING, JUDGING}


def test_the_command_lists_on_stdout_and_shows_progress_on_stderr(tiny_desk: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "training.mislabelled", "--most", "1"],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "FRONTDESK_HOME": str(tmp_path), "FRONTDESK_DESK": str(tiny_desk)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert all(set(json.loads(line)) >= {"text", "suggested"} for line in done.stdout.splitlines())
    assert "Looking for wrong labels" in done.stderr
    assert "100%" in done.stderr
    assert "suspect messages" in done.stderr


def test_a_history_too_short_to_judge_is_said() -> None:
    with pytest.raises(DeskError, match="in fewer than 3 dialogues"):
        suspects_of(history("en")[:2], INTENTS, Hashing())
