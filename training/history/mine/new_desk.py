"""The least of a desk: what a bot needs beside the answers of a history.

Greetings and thanks, a person to be had, and the desk's own sentences, in words that fit any house. Which
messages are a greeting or ask for a person is learned from another desk's short and plain ones.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.route import asks_in_words
from data.desk import Desk, load_desk, read_yaml
from retrieval.keywords import word_count
from training.examples import BORROWED, labelled_messages
from training.history.desk_files import (
    EMERGENCY_NOTE,
    PERSON,
    default_matters,
    desk_head,
    fitted,
    numbered,
    sentences,
    write_entries,
    write_head,
    write_sentences,
)
from training.history.json_line import json_line

BASICS = ("greeting", "thanks", "goodbye", "about_bot", PERSON)
_DEFAULTS = {"hours": "hours", "timezone": "time zone", "accent": "colour"}
PER_INTENT = 25  # messages of a language; a new desk's matters have hardly more
PLAIN = 6  # words; who writes more says what it is about, too


def write_new_desk(
    folder: Path, name: str, languages: Sequence[str], like: Path, slots: Mapping[str, Any]
) -> None:
    """Write a desk without matters of its own to a new folder; `like` is whose greetings it learns."""
    other = load_desk(like)
    spoken = tuple(la for la in other.languages if la in languages)
    basics = [default_matters()[i] for i in BASICS]
    folder.mkdir(parents=True)
    (folder / "templates").mkdir()
    write_head(folder / "desk.yaml", desk_head(name, spoken, {}, slots))
    write_entries(folder / "intents.yaml", [_intent(matter, spoken) for matter in basics])
    write_sentences(folder, spoken, set(BASICS))
    for matter in basics:
        answers = [
            fitted({"id": f"{matter['id']}.{n}", **texts}, spoken, set(BASICS))
            for n, texts in numbered(matter["answers"])
        ]
        write_entries(folder / "templates" / f"{matter['id']}.yaml", answers)
    _write_messages(folder / "dialogues" / BORROWED, other, spoken)


def basic_titles() -> dict[str, dict[str, str]]:
    """Return the titles of the intents that a new desk has in any case, by id."""
    return {intent: default_matters()[intent]["title"] for intent in BASICS}


def to_look_through(folder: Path, slots: Mapping[str, Any]) -> Iterator[str]:
    """Yield what of a desk is still as it was made here; nothing for one that was not.

    `slots` are those that the dialogues of a draft have.
    """
    if not (folder / "dialogues" / BORROWED).exists():
        return
    head = read_yaml(folder / "desk.yaml")
    languages = tuple(head["languages"])
    made = desk_head("", languages, {})
    if left := [said for key, said in _DEFAULTS.items() if head.get(key) == made[key]]:
        yield f"desk.yaml: {', '.join(left)}: as in every new desk; set them, and look at the name"
    facts = head.get("facts") or {}
    if facts.get("emergency_help") == made["facts"]["emergency_help"]:
        yield EMERGENCY_NOTE
    if not set(facts) - set(made["facts"]):
        yield "desk.yaml: facts has none of the house; answers name prices and times {fact.…} (docs/desk.md)"
    if read_yaml(folder / "templates" / "_system.yaml") == sentences(languages, set(BASICS)):
        yield "templates/: what it says when it refuses or hands over fits any house; make it yours"
    for name, slot in slots.items():
        if (head.get("slots") or {}).get(name) == slot:
            yield f"desk.yaml: {_called(name, slot)} came from the dialogues"
    if not head.get("connectors"):
        yield "desk.yaml: no order system is named, so numbers of customers go to a person (docs/desk.md)"
    if not any((folder / "knowledge").rglob("*.md")):
        yield "knowledge/ is empty: articles answer what templates do not"


def _intent(matter: Mapping[str, Any], languages: Sequence[str]) -> dict[str, Any]:
    said = {part: {la: matter[part][la] for la in languages} for part in ("title", "means")}
    return {"id": matter["id"], "kind": matter["kind"], **said}


def _called(name: str, slot: Mapping[str, Any]) -> str:
    return f"{name.replace('_', ' ')} like {' or '.join(slot['formats'])}"


def _write_messages(file: Path, other: Desk, languages: Sequence[str]) -> None:
    """Write the other desk's plain messages of the basics as dialogues of one turn each."""
    lines: list[dict[str, Any]] = []
    for intent in BASICS:
        for language in languages:
            plain = [
                m.text
                for m in labelled_messages(other)
                if m.labels == (intent,) and m.language == language and _is_plain(m.text, intent)
            ]
            for text in plain[:: max(1, len(plain) // PER_INTENT)][:PER_INTENT]:
                turn = {"speaker": "customer", "text": text, "intents": [intent], "mood": "neutral"}
                lines.append({"id": f"basics-{len(lines) + 1}", "language": language, "turns": [turn]})
    file.parent.mkdir()
    file.write_text("".join(map(json_line, lines)), "utf-8")


def _is_plain(text: str, intent: str) -> bool:
    return word_count(text) <= PLAIN and (intent != PERSON or asks_in_words(text))
