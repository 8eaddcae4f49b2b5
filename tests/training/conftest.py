"""A desk whose release is built in seconds."""

import json
from pathlib import Path

import pytest

SAID = {
    "return_item": (
        "send it back please",
        "i want to return this",
        "how do i return it",
        "can i send this back",
    ),
    "greeting": ("hi there", "hello there", "good morning", "hey hello"),
    None: ("write a poem", "sing a song", "who won the game", "tell a joke"),
}


@pytest.fixture
def tiny_desk(small_desk: Path) -> Path:
    for file in (small_desk / "dialogues").iterdir():
        file.unlink()
    dialogues = [
        {
            "id": f"{intent}-{n}",
            "language": "en",
            "turns": [
                {
                    "speaker": "customer",
                    "text": text,
                    "intents": [intent] if intent else [],
                    "mood": "neutral",
                }
            ],
        }
        for intent, texts in SAID.items()
        for n, text in enumerate(texts)
    ]
    lines = "\n".join(json.dumps(dialogue) for dialogue in dialogues)
    (small_desk / "dialogues" / "en.jsonl").write_text(lines, "utf-8")
    (small_desk / "orders.jsonl").write_text("", "utf-8")
    return small_desk
