"""The questions of a draft, each with the group that it was found in or that staff have put it into since.

dialogues/*.jsonl say where a question was found; moved.yaml, which staff may edit, says where it was put.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Protocol

from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter, ValidationError

from data.desk import read_yaml
from data.errors import DeskError
from data.night.topics import read_draft

MOVED = "moved.yaml"
NONE = "none"  # in place of a group's name
NO_LABEL: dict[str, Any] = {"intents": [], "mood": "neutral", "standalone": False}  # nothing to learn from
EXAMPLES = 12  # questions that are shown of a group
QUESTION = "question"  # of a turn in a draft: a question in no group, and why it is in none
ALONE, KNOWN = "alone", "known"  # like hardly any other; learned by the desk word for word
Dialogue = dict[str, Any]
Stamp = tuple[tuple[str, int, int], ...]  # files as they are now: name, time, size


@dataclass(frozen=True)
class Asked:
    """A customer's question: its number in the draft, counted from 1, and the group that it is in, if any."""

    number: int
    language: str
    text: str
    dialogue: str
    found: str | None  # the group that it was found in
    group: str | None
    known: bool = False  # to the desk, which is why nobody is asked about it


class Worded(Protocol):
    """A question of which nothing matters but its words."""

    @property
    def language(self) -> str: ...
    @property
    def text(self) -> str: ...


class Move(BaseModel):
    """A question that was put into another group, or into none; its text tells a person which it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: int
    to: Annotated[str, StringConstraints(pattern=r"^g\d{3,5}$")] | None
    text: str


_MOVES = TypeAdapter(list[Move])


def read_questions(folder: Path) -> list[Asked]:
    """Return a draft's questions by their numbers; raises DeskError where moved.yaml does not fit them.

    A draft that was mined before questions in no group were marked has every other customer turn among these.
    """
    found = _found(folder, _stamp(folder))
    moves = read_moves(folder)
    for move in moves.values():
        if not 0 < move.question <= len(found) or found[move.question - 1].text != move.text:
            raise DeskError(f"{folder / MOVED}: question {move.question} of the draft is not {move.text!r}")
    return [replace(q, group=moves[q.number].to) if q.number in moves else q for q in found]


def read_moves(folder: Path) -> dict[int, Move]:
    """Return by question what was moved; raises DeskError where the file is not as it should be."""
    file = folder / MOVED
    if not file.exists():
        return {}
    try:
        return {move.question: move for move in _MOVES.validate_python(read_yaml(file) or [])}
    except ValidationError as error:
        raise DeskError(f"{file} is not as it should be: {error}") from error


def examples_of(own: Iterable[Worded]) -> list[dict[str, str]]:
    """Return the first questions of a group that are shown, no two the same, each language in turn."""
    seen: Counter[str] = Counter()
    turns = []
    for question in {(q.language, q.text): q for q in own}.values():
        turns.append((seen[question.language], question))
        seen[question.language] += 1
    turns.sort(key=lambda turn: turn[0])
    return [{"language": q.language, "text": q.text} for _, q in turns[:EXAMPLES]]


def draft_dialogues(folder: Path) -> Iterator[tuple[str, Dialogue]]:
    """Yield each dialogue with its file's name, its questions labelled with the groups that they are in."""
    asked = iter(read_questions(folder))
    marked = _is_marked(folder)
    for stem, dialogue in _dialogues(folder):
        turns = [
            _placed(turn, next(asked)) if _is_question(turn, marked) else turn for turn in dialogue["turns"]
        ]
        yield stem, {**dialogue, "turns": turns}


def _placed(turn: Mapping[str, Any], asked: Asked) -> dict[str, Any]:
    """Return a question's turn with its group as the label, or as one to learn nothing from."""
    plain = {name: value for name, value in turn.items() if name not in (QUESTION, "standalone")}
    if asked.group is None:
        return {**plain, **NO_LABEL}
    return {**plain, "intents": [asked.group], "mood": "neutral"}


@lru_cache(maxsize=2)
def _found(folder: Path, stamp: Stamp) -> tuple[Asked, ...]:
    marked = _is_marked(folder)
    questions: list[Asked] = []
    for _, dialogue in _dialogues(folder):
        for turn in (t for t in dialogue["turns"] if _is_question(t, marked)):
            group = next(iter(turn.get("intents", ())), None)
            known = turn.get(QUESTION) == KNOWN
            about = (dialogue["language"], turn["text"], dialogue["id"])
            questions.append(Asked(len(questions) + 1, *about, group, group, known))
    return tuple(questions)


def _is_question(turn: Mapping[str, Any], marked: bool) -> bool:
    return turn["speaker"] == "customer" and (bool(turn.get("intents")) or QUESTION in turn or not marked)


def _is_marked(folder: Path) -> bool:
    """Return whether questions in no group are marked: drafts from before that do not count known ones."""
    return KNOWN in read_draft(folder)


def _dialogues(folder: Path) -> Iterator[tuple[str, Dialogue]]:
    for file in _files(folder):
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                yield file.stem, json.loads(line)


def _files(folder: Path) -> Sequence[Path]:
    return sorted((folder / "dialogues").glob("*.jsonl"))


def _stamp(folder: Path) -> Stamp:
    stats = [(file, file.stat()) for file in (*_files(folder), folder / "draft.json")]
    return tuple((file.name, stat.st_mtime_ns, stat.st_size) for file, stat in stats)
