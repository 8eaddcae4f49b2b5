"""What a source says, whatever its format: messages, and rows that hold none that can be used."""

from dataclasses import dataclass

SPEAKERS = ("customer", "agent", "bot")
IGNORED = "ignore"  # a speaker whose rows are left out: the system's own notes


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `labels` is None where it has none, empty where it is labelled as out of scope.

    What holds for a whole conversation (`language`, `rating`, `resolution`) may stand on any of its messages.
    """

    file: str
    row: int  # of its file, counted from 1
    conversation: str
    speaker: str  # one of SPEAKERS
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
