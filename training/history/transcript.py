"""A plain transcript: "Customer: …", "客户：…", with or without times, conversations after one another.

Conversations are set apart by a line of ---, === or ***, by a heading ("Conversation 12", "会话 12"), or, in
a file with neither, by blank lines. A line without a speaker goes on with the message above it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from data.errors import HistoryError
from training.history.csv_rows import encoding_of
from training.history.message import IGNORED, Item, Message, Rejected, Skipped
from training.history.speakers import propose_speakers, speaker_called, speaker_of
from training.history.times import read_time, time_format, written
from training.history.transcript_lines import Said, heading_of, said_in

LOOK = 5000  # lines by which a file is understood
OFTEN = 2  # lines that begin with a name before it is taken for one
SEVERAL = 1.5  # messages between blank lines, on average, from which on these end conversations


@dataclass
class _Begun:
    """A message whose last line has not come yet."""

    file: str
    row: int
    conversation: str
    said: Said
    speaker: str | None
    at: str | None
    lines: list[str]

    def item(self) -> Item:
        text = "\n".join(self.lines).strip()
        if self.speaker is None:
            return Rejected(self.file, self.row, f"nothing says who {self.said.who[:40]!r} is")
        if self.speaker == IGNORED:
            return Skipped("not said by anybody")
        if not text:
            return Rejected(self.file, self.row, "no text")
        by_name = self.speaker == "agent" and speaker_called(self.said.who) is None
        agent = self.said.who if by_name else None
        return Message(self.file, self.row, self.conversation, self.speaker, text, self.at, agent)


class Transcript:
    """The messages of one file; `speakers` says who a name is, or is proposed from the file."""

    def __init__(
        self, file: Path, speakers: Mapping[str, str] | None = None, name: str | None = None
    ) -> None:
        self.file = file
        self._name = name or file.stem  # of conversations, with a number or what their heading says
        beginning = list(islice(self._lines(), LOOK))
        said = [found for line in beginning if (found := said_in(line))]
        counts = Counter(s.who for s in said)
        self._names = {n for n, count in counts.items() if count >= OFTEN or speaker_called(n)}
        proposed = propose_speakers([name for name, _ in counts.most_common() if name in self._names])
        self.speakers = {name.lower(): who for name, who in (speakers or proposed).items()}
        if not any(speaker_of(name, self.speakers) for name in self._names):
            raise HistoryError(
                f"{file} has no line that says who speaks, such as “Customer: …” or “客户：…”; "
                "if it is a transcript, name the speakers in a mapping file under `speakers`"
            )
        self._format = time_format([s.told for s in said if s.told])
        self._blank_ends = not self._ruled(beginning) and self._several_between_blanks(beginning)

    def items(self) -> Iterator[Item]:
        """Yield the messages; the row of each is the line on which it begins."""
        number, begun, anything = 1, None, False
        name = f"{self._name}-1"
        for row, line in enumerate(self._lines(), 1):
            heading = self._ends(line)
            said = None if heading is not None else self._said(line)
            if begun and (heading is not None or said):
                yield begun.item()
                begun = None
            if heading is not None:
                number, anything = number + anything, False
                name = f"{self._name}-{heading or number}"
            elif said:
                begun, anything = self._begin(row, name, said), True
            elif begun:
                begun.lines.append(line.rstrip())
            elif line.strip():
                yield Rejected(str(self.file), row, "nobody is named who says it")
        if begun:
            yield begun.item()

    def _begin(self, row: int, conversation: str, said: Said) -> _Begun:
        moment = read_time(said.told, self._format) if said.told and self._format else None
        at = written(moment) if moment else None
        speaker = speaker_of(said.who, self.speakers)
        return _Begun(str(self.file), row, conversation, said, speaker, at, [said.text])

    def _said(self, line: str) -> Said | None:
        """Return what a line begins, None where its first word is nobody's name."""
        said = said_in(line)
        known = said and (said.who in self._names or said.who.lower() in self.speakers)
        return said if known else None

    def _ends(self, line: str) -> str | None:
        if not line.strip():
            return "" if self._blank_ends else None
        return heading_of(line)

    def _ruled(self, lines: list[str]) -> bool:
        return any(line.strip() and heading_of(line) is not None for line in lines[1:-1])

    def _several_between_blanks(self, lines: list[str]) -> bool:
        """Return whether blank lines end conversations, and do not just stand between messages."""
        sizes = [0]
        for line in lines:
            if not line.strip():
                sizes.append(0)
            sizes[-1] += self._said(line) is not None
        sizes = [size for size in sizes if size]
        return bool(sizes) and sum(sizes) / len(sizes) > SEVERAL

    def _lines(self) -> Iterator[str]:
        try:
            with self.file.open(encoding=encoding_of(self.file), errors="replace") as lines:
                yield from lines
        except (OSError, UnicodeError) as error:
            raise HistoryError(f"{self.file} can't be read as text: {error}") from error
