"""A plain transcript: "Customer: …", "客户：…", with or without times, conversations after one another.

Conversations are set apart by a line of ---, === or ***, by a heading ("Conversation 12", "会话 12"), or, in
a file with neither, by blank lines. A line without a speaker goes on with the message above it.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from data.errors import HistoryError
from training.history.csv_rows import encoding_of
from training.history.message import IGNORED, Item, Message, Rejected, Skipped
from training.history.speakers import propose_speakers, speaker_called, speaker_of
from training.history.times import read_time, time_format, written

_RULE = re.compile(r"\s*(?:[-=*_#~]\s?){3,}\s*")
_HEADING = re.compile(
    r"\s*[#=\-*【\[]*\s*(?:(?:conversation|chat|ticket|dialog(?:ue)?|session|case)\b|会话|对话|工单)"
    r"\s*(?:id|no\.?|编号)?\s*[:：#]?\s*(?P<id>[\w\-.]{1,64})?\s*[\]】=\-*]*\s*",
    re.IGNORECASE,
)
_TIME = (
    r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?[ T]\d{1,2}:\d{2}(?::\d{2})?"
    r"|\d{1,2}[/.]\d{1,2}[/.]\d{2,4},? \d{1,2}:\d{2}(?::\d{2})?(?: [AP]M)?"
    r"|\d{1,2}:\d{2}(?::\d{2})?(?: [AP]M)?"
)
_NAME = r"[^\s:：\[\]()（）|][^:：\[\]|\n]{0,38}?"
_LINE = re.compile(
    rf"\s*(?:[\[(（]?(?P<before>{_TIME})[\])）]?\s*[-–,，|]?\s*)?(?P<name>{_NAME})\s*"
    rf"(?:[\[(（](?P<after>{_TIME})[\])）])?\s*[:：]\s*(?P<text>.*)",
    re.IGNORECASE,
)
_HEAD = re.compile(  # a name and a time above the message, as chat programs save it
    rf"\s*(?:(?P<name>{_NAME})\s+(?P<after>{_TIME})|(?P<before>{_TIME})\s+(?P<called>{_NAME}))\s*",
    re.IGNORECASE,
)
LOOK = 5000  # lines by which a file is understood
OFTEN = 2  # lines that begin with a name before it is taken for one


class Transcript:
    """The messages of one file; `speakers` says who a name is, lower case, or is proposed from the file."""

    def __init__(self, file: Path, speakers: dict[str, str] | None = None) -> None:
        self.file = file
        self._stem = file.stem
        names, times = self._look()
        self.speakers = {k.strip().lower(): v for k, v in (speakers or propose_speakers(names)).items()}
        self.names = names
        if not any(speaker_of(name, self.speakers) for name in names):
            raise HistoryError(
                f"{file} has no line that says who speaks, such as “Customer: …” or “客户：…”; "
                "if it is a transcript, name the speakers in a mapping file under `speakers`"
            )
        self._format = time_format(times)
        self._ruled, self._blank = self._separators()

    def items(self) -> Iterator[Item]:
        """Yield the messages, the row of each being the line on which it begins."""
        number, name, told, unknown = 1, f"{self._stem}-1", "", False
        open_message: list[str] = []  # speaker, text lines …
        begins, at, agent = 0, None, None
        started = False

        def done() -> Iterator[Item]:
            if open_message:
                speaker, *lines = open_message
                text = "\n".join(lines).strip()
                if speaker == IGNORED:
                    yield Skipped("not said by anybody")
                elif text:
                    yield Message(str(self.file), begins, name, speaker, text, at=at, agent=agent)
                else:
                    yield Rejected(str(self.file), begins, "no text")
                open_message.clear()

        for line_number, line in enumerate(self._lines(), 1):
            heading = self._ends(line)
            if heading is not None:
                yield from done()
                if started:
                    number, started = number + 1, False
                name = f"{self._stem}-{heading or number}"
                continue
            if not line.strip():
                continue
            said = self._said(line)
            if said is None:
                if open_message:
                    open_message.append(line.rstrip())
                elif not unknown:
                    yield Rejected(str(self.file), line_number, "nobody is named who says it")
                continue
            yield from done()
            who, told, text = said
            speaker = speaker_of(who, self.speakers)
            unknown = speaker is None
            started = True
            if speaker is None:
                yield Rejected(str(self.file), line_number, f"nothing says who {who[:40]!r} is")
                continue
            open_message[:] = [speaker, text]
            begins, at = line_number, self._at(told)
            agent = who if speaker == "agent" and speaker_called(who) is None else None
        yield from done()

    def _said(self, line: str) -> tuple[str, str, str] | None:
        """Return name, time and text of a line that begins a message."""
        for pattern in (_LINE, _HEAD):
            found = pattern.fullmatch(line.rstrip("\n"))
            if not found:
                continue
            parts = found.groupdict()
            who = (parts.get("name") or parts.get("called") or "").strip()
            told = parts.get("before") or parts.get("after") or ""
            if who in self._known or who.lower() in self.speakers or (told and pattern is _LINE):
                return who, told, parts.get("text") or ""
        return None

    def _at(self, told: str) -> str | None:
        moment = read_time(told, self._format) if told and self._format else None
        return written(moment) if moment else None

    def _ends(self, line: str) -> str | None:
        """Return the id of the conversation that begins here, empty if it has none; None where none does."""
        if _RULE.fullmatch(line.strip()) and line.strip():
            return ""
        heading = _HEADING.fullmatch(line.rstrip("\n"))
        if heading and line.strip() and not speaker_called(line.split(":")[0].split("：")[0]):
            return heading["id"] or ""
        return "" if self._blank and not line.strip() else None

    def _look(self) -> tuple[list[str], list[str]]:
        """Return the names that lines begin with, the frequent ones, and the times beside them."""
        counts: Counter[str] = Counter()
        times: list[str] = []
        for line in self._lines(LOOK):
            for pattern in (_LINE, _HEAD):
                if found := pattern.fullmatch(line.rstrip("\n")):
                    parts = found.groupdict()
                    who = (parts.get("name") or parts.get("called") or "").strip()
                    counts[who] += 1
                    if told := parts.get("before") or parts.get("after"):
                        times.append(told)
                    break
        self._known = {n for n, count in counts.items() if count >= OFTEN or speaker_called(n)}
        return [n for n, _ in counts.most_common() if n in self._known], times

    def _separators(self) -> tuple[bool, bool]:
        """Return whether rules or headings set conversations apart, and else whether blank lines do."""
        self._blank = False
        lines = list(self._lines(LOOK))
        ruled = sum(self._ends(line) is not None for line in lines[1:-1]) > 0
        blocks, size = [], 0
        for line in (*lines, ""):
            if line.strip():
                size += self._said(line) is not None
            elif size:
                blocks.append(size)
                size = 0
        return ruled, not ruled and bool(blocks) and sum(blocks) / len(blocks) > 1.5

    def _lines(self, most: int | None = None) -> Iterator[str]:
        try:
            with self.file.open(encoding=encoding_of(self.file), errors="replace") as lines:
                for number, line in enumerate(lines):
                    if most is not None and number >= most:
                        return
                    yield line
        except (OSError, UnicodeError) as error:
            raise HistoryError(f"{self.file} can't be read as text: {error}") from error
