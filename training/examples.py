"""Dialogues → labelled examples."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.classifier import OUT_OF_SCOPE
from data.desk import Desk
from data.errors import DeskError

BORROWED = "basics.jsonl"  # dialogues of a new desk that its owner did not write
SPEAKERS = ("customer", "agent", "bot")
MOODS = {"angry": -1.0, "unhappy": -0.5, "neutral": 0.0, "happy": 0.8}


@dataclass(frozen=True)
class LabelledMessage:
    """A customer message that can be understood by itself; no labels means out of scope."""

    text: str
    language: str
    labels: tuple[str, ...]
    mood: float  # in [-1, 1]
    dialogue: str  # messages of one dialogue must not be split between training and test
    weight: float = 1.0  # beside other messages, in training

    @property
    def label(self) -> str:
        return self.labels[0] if self.labels else OUT_OF_SCOPE


@dataclass(frozen=True)
class History:
    """Everything that understanding is learned from."""

    intents: tuple[str, ...]
    messages: Sequence[LabelledMessage]
    names: Sequence[LabelledMessage] = ()  # what each intent is called
    sample: Sequence[LabelledMessage] = ()  # messages that only thresholds are fitted to


def history_of(desk: Desk) -> History:
    """Return a desk's history; raises DeskError naming file and line of what is wrong."""
    return History(tuple(desk.intents), labelled_messages(desk), intent_names(desk), calibration_sample(desk))


def read_dialogues(desk: Desk) -> list[dict[str, Any]]:
    """Return the desk's dialogues; raises DeskError naming file and line of what is wrong."""
    dialogues = []
    for file in sorted((desk.folder / "dialogues").glob("*.jsonl")):
        for number, line in enumerate(file.read_bytes().splitlines(), 1):
            try:
                dialogue = json.loads(line)
                _check(dialogue, desk)
            except (ValueError, KeyError, TypeError) as error:
                raise DeskError(
                    f"{file}, line {number}: {error!r}; see docs/desk.md for the format"
                ) from error
            dialogues.append(dialogue)
    if not dialogues:
        raise DeskError(f"{desk.folder / 'dialogues'} holds no dialogues (*.jsonl); the bot learns from them")
    return dialogues


def borrowed_dialogues(desk: Desk) -> set[str]:
    """Return the ids of dialogues that another desk's greetings and the like came in with (new_desk.py)."""
    file = desk.folder / "dialogues" / BORROWED
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    return {json.loads(line)["id"] for line in lines}


def labelled_messages(desk: Desk) -> list[LabelledMessage]:
    """Return the distinct standalone customer messages of all dialogues, in file order."""
    found: dict[tuple[str, str], LabelledMessage] = {}
    for dialogue in read_dialogues(desk):
        for turn in dialogue["turns"]:
            if stands_alone(turn) and is_labelled(turn):
                message = LabelledMessage(
                    text=turn["text"],
                    language=dialogue["language"],
                    labels=tuple(turn["intents"]),
                    mood=MOODS[turn["mood"]],
                    dialogue=dialogue["id"],
                )
                found.setdefault((message.language, message.text), message)
    return list(found.values())


def stands_alone(turn: Mapping[str, Any]) -> bool:
    """Return whether a turn is a customer's message that can be understood without what came before."""
    return turn["speaker"] == "customer" and bool(turn.get("standalone", True))


def is_labelled(turn: Mapping[str, Any]) -> bool:
    """Return whether somebody has said what a customer wants; an import brings messages where nobody has."""
    return "intents" in turn or "mood" in turn


def intent_names(desk: Desk) -> list[LabelledMessage]:
    """Return what each intent is called on its button, in each language: examples that cost nothing."""
    return [
        LabelledMessage(title, language, (intent.id,), 0.0, f"title-{intent.id}")
        for intent in desk.intents.values()
        for language, title in intent.title.items()
    ]


def calibration_sample(desk: Desk) -> list[LabelledMessage]:
    """Return the desk's calibration sample, `calibration/<language>.jsonl`; empty where a desk has none.

    Messages as they come on ordinary days, out-of-scope ones included, that nothing is trained on.
    """
    sample = []
    for language in desk.languages:
        file = desk.folder / "calibration" / f"{language}.jsonl"
        lines = file.read_bytes().splitlines() if file.exists() else []
        for number, line in enumerate(lines, 1):
            try:
                row = json.loads(line)
                labels = (row["intent"],) if row["intent"] else ()
                if set(labels) - set(desk.intents):
                    raise ValueError(f"unknown intent {row['intent']!r}")
                sample.append(LabelledMessage(row["text"], language, labels, 0.0, f"{language}-{number}"))
            except (ValueError, KeyError, TypeError) as error:
                raise DeskError(
                    f"{file}, line {number}: {error!r}; see docs/desk.md for the format"
                ) from error
    return sample


def _check(dialogue: dict[str, Any], desk: Desk) -> None:
    if not isinstance(dialogue["id"], str):
        raise ValueError(f"id {dialogue['id']!r} is no text")
    if dialogue["language"] not in desk.languages:
        raise ValueError(f"language {dialogue['language']!r} is none of the desk's: {desk.languages}")
    for turn in dialogue["turns"]:
        if turn["speaker"] == "customer":
            if not isinstance(turn["text"], str):
                raise ValueError(f"text {turn['text']!r} is none")
            if not is_labelled(turn):
                continue
            unknown = set(turn["intents"]) - set(desk.intents)
            if unknown:
                raise ValueError(f"unknown intents {sorted(unknown)}")
            if turn["mood"] not in MOODS:
                raise ValueError(f"mood {turn['mood']!r} is none of {list(MOODS)}")
        elif turn["speaker"] not in SPEAKERS:
            raise ValueError(f"speaker {turn['speaker']!r} is none of {list(SPEAKERS)}")
