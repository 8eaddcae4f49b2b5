"""All questions of a group or of none in the terminal, and what puts them elsewhere: parts of `accept`."""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from data.errors import DeskError
from data.night.moves import NEW, move
from data.night.questions import NONE, Asked
from data.night.topics import read_draft, read_topics
from data.night.typical import find_questions
from retrieval.halves import halves_of
from training.history.counted import counted

SHOWN = 5  # questions of each part of a group that was split


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--questions", metavar="GROUP", help="list all questions of a group with their numbers, the most "
        f"typical first, or with `{NONE}` those in no group",
    )  # fmt: skip
    parser.add_argument("--find", default="", metavar="TEXT", help="of these only the ones that hold a text")
    parser.add_argument(
        "--move", nargs="+", action="append", default=[], metavar="QUESTION",
        help=f"put questions, by their numbers, into what stands last: a group, `{NEW}` for a new one, an "
        f"intent of the existing desk, or `{NONE}` for no group",
    )  # fmt: skip
    parser.add_argument(
        "--split", nargs="+", action="extend", default=[], metavar="GROUP",
        help="make two groups of one by what its questions have in common; --merge takes it back",
    )  # fmt: skip


def regroup(folder: Path, args: argparse.Namespace) -> list[str]:
    """Split and move as the options say, and return what there is to show of that and of --questions."""
    existing = tuple(read_draft(folder)["intents"])
    said = [_split(folder, group) for group in args.split]
    said += [_moved(folder, given, existing) for given in args.move]
    if args.questions:
        said.append(_listed(folder, args.questions, args.find))
    return said


def _split(folder: Path, group: str) -> str:
    larger, smaller = halves_of(folder, group)
    made = move(folder, [q.number for q in smaller], NEW).to
    parts = [line for name, part in ((group, larger), (made, smaller)) for line in _part(str(name), part)]
    return "\n".join([*parts, f"{group} and {made} are one again by --merge {made} {group}"])


def _part(group: str, asked: Sequence[Asked]) -> Iterator[str]:
    yield f"{group}  {counted(len(asked), 'question')}"
    yield from (_line(q) for q in asked[:SHOWN])


def _moved(folder: Path, given: Sequence[str], existing: Sequence[str]) -> str:
    *numbers, to = given
    if not all(n.isdecimal() for n in numbers):
        raise DeskError(
            f"--move {' '.join(given)}: numbers of questions, as --questions shows them, and last the group "
            "are wanted"
        )
    moved = move(folder, [int(n) for n in numbers], to, existing)
    number = sum(len(own) for own in moved.back.values())
    return f"{counted(number, 'question')} moved to {moved.to or 'no group'} from {_from(moved.back)}"


def _from(back: Mapping[str, Sequence[int]]) -> str:
    return ", ".join("no group" if group == NONE else group for group in back)


def _listed(folder: Path, group: str, find: str) -> str:
    """Return the questions of a group, or of none and unknown to the desk, a line each."""
    if group != NONE and group not in {t.group for t in read_topics(folder)}:
        raise DeskError(f"{folder} has no group {group}; without options `accept` lists them")
    return "\n".join(map(_line, find_questions(folder, group, find))) or "no such question"


def _line(question: Asked) -> str:
    return f"{question.number:6}  {question.language}  {' '.join(question.text.split())}"
