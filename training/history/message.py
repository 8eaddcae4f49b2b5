"""What a source says, whatever its format: messages, and rows that hold none that can be used."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

IGNORED = "ignore"  # a speaker whose rows are left out: the system's own notes


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `labels` is None where it has none, empty where it is labelled as out of scope.

    What holds for a whole conversation (`language`, `rating`, `resolution`) may stand on any of its messages.
    """

    file: str
    row: int  # of its file, counted from 1
    conversation: str
    speaker: str  # one of training.examples.SPEAKERS
    text: str
    at: str | None = None  # ISO 8601
    agent: str | None = None
    language: str | None = None
    labels: tuple[str, ...] | None = None
    mood: str | None = None
    standalone: bool = True
    rating: int | None = None
    resolution: str | None = None
    doubts: tuple[str, ...] = ()  # what of the row could not be understood


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is left out, and why."""

    file: str
    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is no message, such as a note of the system: counted, not reported one by one."""

    what: str


Item = Message | Rejected | Skipped


def short_names(files: Sequence[Path]) -> dict[Path, str]:
    """Return a name for each file that no other has: its own, with the folders before it that this takes."""
    found: dict[Path, str] = {}
    for depth in range(1, max((len(f.resolve().parts) for f in files), default=0) + 1):
        left = [file for file in files if file not in found]
        names = {file: "-".join(file.resolve().with_suffix("").parts[-depth:]) for file in left}
        taken = [*found.values(), *names.values()]
        found |= {file: name for file, name in names.items() if taken.count(name) == 1}
    return {file: "-".join(file.resolve().parts[1:]) for file in files} | found  # a.csv beside a.txt
