"""A Rasa project's tests → the desk's: messages and conversations that nothing is learned from."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bot.redaction import mask
from training.history.json_line import json_line
from training.history.languages import language_of
from training.history.message import Message
from training.history.names import Names
from training.history.rasa_files import RasaFiles, Story

ROUTES = {"answer": "answer", "act": "answer", "human": "handoff", "social": "social"}
PARTS = ("golden", "several", "conversations")  # each must be there for `training.evaluate`


def write_tests(
    folder: Path, files: RasaFiles, names: Names, kinds: Mapping[str, str], languages: tuple[str, ...]
) -> int:  # fmt: skip
    """Write the tests that a project has, and return how many; none are written where it has none."""
    rows: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for message in files.tests:
        language = language_of(message.text, languages)
        if language:
            part, row = _message(message, names)
            rows.setdefault((part, language), []).append(row)
    for number, story in enumerate(files.test_stories, 1):
        script, language = _script(f"story-{number:03}", story, names, kinds, languages)
        if script["turns"] and language:
            rows.setdefault(("conversations", language), []).append(script)
    if not rows:
        return 0
    folder.mkdir()
    for language in languages:
        for part in PARTS:
            _write(folder / f"{part}_{language}.jsonl", rows.get((part, language), ()))
    return sum(map(len, rows.values()))


def _message(message: Message, names: Names) -> tuple[str, dict[str, Any]]:
    intents = names.intents_of([label for label in message.labels or () if label in names.ids])
    text = mask(message.text)[0]
    if len(intents) > 1:
        return "several", {"text": text, "intents": intents}
    return "golden", {"text": text, "intent": next(iter(intents), None), "indirect": False}


def _script(
    name: str, story: Story, names: Names, kinds: Mapping[str, str], languages: tuple[str, ...]
) -> tuple[dict[str, Any], str | None]:
    """Return a story as a scripted conversation, up to where it depends on what only Rasa does.

    That is a yes or no, an intent without messages, and what follows a hand-off.
    """
    turns: list[dict[str, Any]] = []
    for step in (s for s in story.steps if s.intent or s.text):
        known = step.text and step.intent in names.ids and step.intent not in names.replies
        if not known:
            break
        intent = names.ids[step.intent]
        route = ROUTES[kinds[intent]] if intent else "refuse"
        turns.append({"say": mask(step.text)[0], "route": route, **({"intent": intent} if intent else {})})
        if route == "handoff":
            break
    said = "\n".join(turn["say"] for turn in turns)
    return {"id": name, "turns": turns}, language_of(said, languages) if said else None


def _write(file: Path, rows: Iterable[dict[str, Any]]) -> None:
    file.write_text("".join(map(json_line, rows)), "utf-8")
