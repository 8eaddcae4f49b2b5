"""Everything that customers say in a desk's files, and where: what is learned from, and what measures it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.desk import Desk
from data.errors import HistoryError
from data.fold import fold
from training.examples import is_labelled, read_dialogues, stands_alone

HISTORY, CALIBRATION = "dialogues", "calibration"


@dataclass(frozen=True)
class Said:
    """A message, and where it stands; `labels` is None where it has none, empty where it is out of scope."""

    text: str
    language: str
    place: str  # dialogues, calibration, or the name of a file of tests
    conversation: str  # a dialogue, or the line of another file
    labels: tuple[str, ...] | None = None

    @property
    def spelling(self) -> str:
        """The text as it is compared: without case, and what else `fold` makes equal."""
        return fold(self.text).lower()


def learned_from(desk: Desk) -> list[Said]:
    """Return the messages of the dialogues that can be understood alone, repetitions included."""
    return [
        Said(
            turn["text"],
            d["language"],
            HISTORY,
            d["id"],
            tuple(turn["intents"]) if is_labelled(turn) else None,
        )
        for d in read_dialogues(desk)
        for turn in d["turns"]
        if stands_alone(turn)
    ]


def measured_with(desk: Desk) -> list[Said]:
    """Return the messages of calibration and tests; raises HistoryError naming a line that is none."""
    found = []
    for language in desk.languages:
        files = [desk.folder / CALIBRATION / f"{language}.jsonl"]
        files += sorted((desk.folder / "tests").glob(f"*_{language}.jsonl"))
        for file in (f for f in files if f.exists()):
            place = CALIBRATION if file.parent.name == CALIBRATION else file.stem
            found += list(_of_file(file, place, language))
    return found


def _of_file(file: Path, place: str, language: str) -> Iterator[Said]:
    for number, line in enumerate(file.read_bytes().splitlines(), 1):
        try:
            row = json.loads(line)
            conversation = str(row.get("id", number))
            for case in row.get("turns", [row]):
                yield Said(case.get("say") or case["text"], language, place, conversation, _labels(case))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise HistoryError(
                f"{file}, line {number}: {error!r}; see docs/desk.md for the format"
            ) from error


def _labels(case: dict[str, Any]) -> tuple[str, ...] | None:
    if "intents" in case:
        return tuple(case["intents"])
    if "intent" in case:
        return (case["intent"],) if case["intent"] else ()
    return None
