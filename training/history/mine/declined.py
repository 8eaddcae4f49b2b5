"""What earlier drafts of a desk left out or called no matter of it; asked again, that is decided already."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.fold import fold
from data.night.topics import Topic

RECORD = Path("dialogues") / "mined.json"  # of a desk: what each draft wrote there (record.py)
STATES = ("rejected", "outside")
Said = tuple[str, str]  # language and folded text of a question


@dataclass(frozen=True)
class Decided:
    """A topic of an earlier draft that did not become an intent: which, of which draft, and why not."""

    state: str
    id: str
    draft: str


def same(language: str, text: str) -> Said:
    """Return what two questions have in common that say the same word for word."""
    return language, fold(text).casefold()


def read_record(desk: Path) -> dict[str, Any]:
    """Return what drafts wrote to a desk, by the time at which each was made."""
    file = desk / RECORD
    found: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.exists() else {}
    return found


def declined_in(desk: Path) -> dict[Said, tuple[Decided, str]]:
    """Return the questions that drafts of a desk declined, each with its text; the latest draft counts."""
    return {
        same(language, text): (Decided(topic["state"], topic["id"], draft), text)
        for draft, written in sorted(read_record(desk).items())
        for topic in written.get("declined", ())
        for language, texts in topic["questions"].items()
        for text in texts
    }


def declined_of(dialogues: Iterator[Mapping[str, Any]], topics: Mapping[str, Topic]) -> list[dict[str, Any]]:
    """Return what a desk is to remember of a draft's declined topics: name, state, distinct questions."""
    found: dict[str, dict[str, dict[str, None]]] = {
        group: {} for group, topic in topics.items() if topic.state in STATES
    }
    for dialogue in dialogues:
        for turn in dialogue["turns"]:
            for group in set(_groups(turn)) & found.keys():
                found[group].setdefault(dialogue["language"], {})[turn["text"]] = None
    return [
        {"id": topics[g].id, "state": topics[g].state, "questions": {la: list(t) for la, t in said.items()}}
        for g, said in found.items()
        if said
    ]


def _groups(turn: Mapping[str, Any]) -> Sequence[str]:
    return turn.get("intents", ()) if turn["speaker"] == "customer" else ()
