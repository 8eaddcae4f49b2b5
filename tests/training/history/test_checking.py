"""The check of a desk: what it reads, finds and prints."""

import json
from pathlib import Path
from typing import Any

import pytest

from data.desk import load_desk
from data.errors import HistoryError
from training.history.checking import run
from training.history.said import learned_from, measured_with

CONVERSATION = {"id": "c1", "turns": [{"say": "good morning", "route": "social"}]}


def add(folder: Path, name: str, *rows: dict[str, Any]) -> None:
    file = folder / name
    file.parent.mkdir(exist_ok=True)
    before = file.read_text("utf-8").splitlines() if file.exists() else []
    file.write_text("\n".join([*before, *map(json.dumps, rows)]), "utf-8")


def dialogue(name: str, text: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "language": "en", "turns": [{"speaker": "customer", "text": text, **more}]}


@pytest.fixture
def faulty_desk(tiny_desk: Path) -> Path:
    """A desk with a copy, a dispute, a leak and a message that has no label."""
    label = {"mood": "neutral"}
    add(
        tiny_desk, "dialogues/en.jsonl",
        dialogue("copy", "Hello there", intents=["greeting"], **label),
        dialogue("dispute", "tell a joke", intents=["greeting"], **label),
        dialogue("plain", "where is my parcel"),
        dialogue("near", "can i send it back", intents=["return_item"], **label),
    )  # fmt: skip
    add(
        tiny_desk,
        "tests/golden_en.jsonl",
        {"text": "hi there", "intent": "greeting"},
        {"text": "my bill is wrong", "intent": None},
    )
    add(
        tiny_desk,
        "tests/conversations_en.jsonl",
        CONVERSATION,
    )
    return tiny_desk


def test_all_that_customers_say_is_read(faulty_desk: Path) -> None:
    desk = load_desk(faulty_desk)
    learned = learned_from(desk)
    assert len(learned) == 16
    assert [m.labels for m in learned if m.conversation == "plain"] == [None]
    assert [(m.place, m.conversation, m.text, m.labels) for m in measured_with(desk)] == [
        ("conversations_en", "c1", "good morning", None),
        ("golden_en", "1", "hi there", ("greeting",)),
        ("golden_en", "2", "my bill is wrong", ()),
    ]


def test_a_test_that_can_not_be_read_is_named(faulty_desk: Path) -> None:
    add(faulty_desk, "tests/golden_en.jsonl", {"txt": "x"})
    with pytest.raises(HistoryError, match=r"golden_en\.jsonl, line 3"):
        measured_with(load_desk(faulty_desk))


def test_what_is_found_is_said_to_people_and_programs(
    faulty_desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run([str(faulty_desk), "--near", "0.9"])
    page = capsys.readouterr()
    for part in (
        "kiosk: 16 customer messages", "2 × hello there", "tell a joke: out of scope or greeting",
        "golden_en 1 (1 word for word)", "“hi there” [1]", "en: 1 message has no label", "Balance",
    ):  # fmt: skip
        assert part in page.out
    assert "messages that measure are learned from, too" in page.err
    run([str(faulty_desk), "--near", "0.9", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert found["intents"]["greeting"] == {"en": 4, "zh": 0}  # a disputed one as it was labelled first
    assert {leak["one"]["text"] for leak in found["leaks"]} >= {"hi there", "good morning"}
    pairs = {frozenset((p["one"]["text"], p["other"]["text"])) for p in found["near_duplicates"]}
    assert frozenset(("can i send this back", "can i send it back")) in pairs
    assert [r["text"] for r in found["repetitions"] if r["disputed"]] == ["tell a joke"]
