"""Dialogues → the customers' questions that can be understood by themselves.

Asked for the first time in a dialogue or anew later on; left out are greetings and thanks, what names no
matter ("can you help me?"), answers to the agent ("HB-2048817", "the blue one") and what only goes on with
what was said ("and to Canada?", "how long does that take?", 那周末呢, 要钱吗).

Not covered: a follow-up that names a thing ("is the delivery free?" after an answer on beds) is taken for a
question of its own, and a very short question of its own may be left out.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.no_matter import is_bare, states_no_matter
from bot.redaction import mask
from bot.reference_numbers import ReferenceNumbers
from data.errors import DeskError
from data.fold import fold
from retrieval.keywords import word_count
from training.examples import SPEAKERS
from training.history.mine.leaning import leans
from training.history.mine.pleasantries import MASKED, PLEASANT

LONGEST = 1000  # characters of a question that are read


@dataclass(frozen=True)
class Question:
    """A customer turn that asks something by itself: which, of which dialogue, and its masked text."""

    dialogue: int  # row in what was read
    turn: int
    language: str
    text: str


def read_unlabelled(folder: Path) -> list[dict[str, Any]]:
    """Return FOLDER/dialogues/*.jsonl, texts masked; raises DeskError naming file and line."""
    if folder.is_file():
        raise DeskError(
            f"{folder} is a file: import it first, `python -m training.history import {folder} --into FOLDER`"
            ", and mine FOLDER"
        )
    if not folder.exists():
        raise DeskError(f"{folder} is missing; is the path right?")
    dialogues = []
    for file in sorted((folder / "dialogues").glob("*.jsonl")):
        for number, line in enumerate(file.read_bytes().splitlines(), 1):
            try:
                dialogues.append(_masked(json.loads(line)))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise DeskError(
                    f"{file}, line {number}: {error!r}; wanted is a dialogue as docs/mining.md describes it"
                ) from error
    if not dialogues:
        raise DeskError(
            f"{folder / 'dialogues'} holds no dialogues (*.jsonl); "
            "`python -m training.history import` makes them"
        )
    return dialogues


def questions_of(
    dialogues: Iterable[dict[str, Any]], numbers: ReferenceNumbers
) -> tuple[list[Question], Counter[str]]:
    """Return the questions as they were asked, and how many customer turns are none, by reason."""
    found, left_out = [], Counter[str]()
    for row, dialogue in enumerate(dialogues):
        for turn, text, reason in judged_turns(dialogue, numbers):
            if reason:
                left_out[reason] += 1
            else:
                found.append(Question(row, turn, dialogue["language"], text[:LONGEST]))
    return found, left_out


def judged_turns(dialogue: dict[str, Any], numbers: ReferenceNumbers) -> Iterator[tuple[int, str, str]]:
    """Yield each customer turn's number and text, and why it is no question; "" where it is one."""
    asked, said = False, ""  # whether something was asked before, and what the agent said last
    for number, turn in enumerate(dialogue["turns"]):
        if turn["speaker"] != "customer":
            said = turn["text"]
            continue
        reason = _says_nothing(turn["text"], numbers) or (leans(turn["text"], said, numbers) if asked else "")
        asked = asked or not reason
        yield number, turn["text"], reason


def _says_nothing(text: str, numbers: ReferenceNumbers) -> str:
    """Return why a text names no matter, whatever came before."""
    plain = fold(MASKED.sub(" ", text))
    for order in reversed(numbers.find(plain)):
        plain = plain[: order.start] + " " + plain[order.end :]
    if not word_count(plain):
        return "number"
    if word_count(PLEASANT.sub(" ", plain)) <= (1 if word_count(plain) > 1 else 0):
        return "pleasantry"
    if is_bare(plain) or states_no_matter(plain):
        return "no_matter"
    return ""


def _masked(dialogue: dict[str, Any]) -> dict[str, Any]:
    """Return a dialogue with personal data masked again: not every folder comes from `import`."""
    if not isinstance(dialogue["id"], str) or not isinstance(dialogue["language"], str):
        raise ValueError("id and language must be texts")
    turns = []
    for turn in dialogue["turns"]:
        if turn["speaker"] not in SPEAKERS:
            raise ValueError(f"speaker {turn['speaker']!r} is none of {', '.join(SPEAKERS)}")
        turns.append({**turn, "text": mask(turn["text"])[0].strip()})
    return {**dialogue, "turns": turns}
