"""A row of a table → the messages it holds, by a mapping."""

from collections.abc import Iterator
from collections.abc import Mapping as Columns
from datetime import datetime

from training.examples import MOODS
from training.history.json_rows import BETWEEN_LABELS
from training.history.languages import language_called
from training.history.mapping import RESOLVED, Mapping
from training.history.message import IGNORED, Item, Message, Rejected, Skipped
from training.history.speakers import speaker_of
from training.history.times import read_time, written

_RATINGS = {
    5: "good great excellent satisfied 满意 非常满意 好评 好 5星 五星",
    3: "okay neutral average 一般 中评",
    1: "bad poor unsatisfied dissatisfied 不满意 非常不满意 差评 差",
}
_RATING = {word: rating for rating, words in _RATINGS.items() for word in words.split()}
NO_TEXT = "no text"
NO_SPEAKER = "no speaker: nothing says who wrote it"
EMPTY = "the row is empty: no speaker and no text"


class RowReader:
    """Reads rows of one table; who is named in them stays named, masking comes later."""

    def __init__(self, mapping: Mapping, file: str, name: str) -> None:
        self._map = mapping
        self._file = file
        self._name = name  # of conversations that have none, with the row

    def messages(self, row: int, cells: Columns[str, str]) -> Iterator[Item]:
        """Yield what a row says: one message, two where it holds the reply as well, or why none."""
        text, reply = self._cell(cells, "text"), self._cell(cells, "reply")
        called = self._cell(cells, "speaker")
        speaker = speaker_of(called, self._map.speakers) if "speaker" in self._map.columns else "customer"
        if speaker == IGNORED:
            yield Skipped("not said by anybody")
        elif speaker is None and not called:
            yield Rejected(self._file, row, NO_SPEAKER if text or reply else EMPTY)
        elif speaker is None:
            yield Rejected(self._file, row, f"the mapping does not say who the speaker {called[:40]!r} is")
        elif not text and not reply:
            yield Rejected(self._file, row, NO_TEXT)
        else:
            if text:
                yield self._message(row, cells, speaker, text)
            if reply:
                yield self._reply(row, cells, reply)

    def _message(self, row: int, cells: Columns[str, str], speaker: str, text: str) -> Message:
        doubts: list[str] = []
        return Message(
            file=self._file, row=row, conversation=self._conversation(row, cells), speaker=speaker, text=text,
            at=self._time(cells, doubts),
            agent=(self._cell(cells, "agent") or None) if speaker == "agent" else None,
            language=self._language(cells, doubts),
            labels=self._labels(cells) if speaker == "customer" else None,
            mood=self._mood(cells, doubts) if speaker == "customer" else None,
            standalone=cells.get("standalone") != "false",
            rating=self._rating(cells, doubts),
            resolution=self._resolution(cells, doubts),
            doubts=tuple(doubts),
        )  # fmt: skip

    def _reply(self, row: int, cells: Columns[str, str], text: str) -> Message:
        return Message(
            self._file, row, self._conversation(row, cells), "agent", text,
            agent=self._cell(cells, "agent") or None,
        )  # fmt: skip

    def _cell(self, cells: Columns[str, str], field: str) -> str:
        column = self._map.columns.get(field)  # type: ignore[call-overload]
        return cells.get(column, "").strip() if column else ""

    def _conversation(self, row: int, cells: Columns[str, str]) -> str:
        return self._cell(cells, "conversation") or f"{self._name}-{row}"

    def _time(self, cells: Columns[str, str], doubts: list[str]) -> str | None:
        text = self._cell(cells, "time")
        if not text:
            return None
        moment: datetime | None = read_time(text, self._map.time_format or "iso")
        if moment is None:
            doubts.append("time")
        return written(moment) if moment else None

    def _language(self, cells: Columns[str, str], doubts: list[str]) -> str | None:
        text = self._cell(cells, "language")
        return (language_called(text) or text) if text else None

    def _labels(self, cells: Columns[str, str]) -> tuple[str, ...] | None:
        text = self._cell(cells, "intent")
        if not text:
            return None
        return () if text.lower() in self._map.out_of_scope else tuple(text.split(BETWEEN_LABELS))

    def _mood(self, cells: Columns[str, str], doubts: list[str]) -> str | None:
        text = self._cell(cells, "mood").lower()
        if text and text not in MOODS:
            doubts.append("mood")
        return text if text in MOODS else None

    def _rating(self, cells: Columns[str, str], doubts: list[str]) -> int | None:
        text = self._cell(cells, "rating").lower()
        if not text:
            return None
        rating = rating_of(text, self._map.rating_max)
        if rating is None:
            doubts.append("rating")
        return rating

    def _resolution(self, cells: Columns[str, str], doubts: list[str]) -> str | None:
        text = self._cell(cells, "resolved").lower()
        if not text:
            return None
        found = self._map.resolved.get(text) or RESOLVED.get(text)
        if found is None:
            doubts.append("resolution")
        return found


def rating_of(text: str, best: int = 5) -> int | None:
    """Return a rating from 1 to 5 for a word or a number up to `best`; None where it is neither."""
    if text in _RATING:
        return _RATING[text]
    try:
        value = float(text)
    except ValueError:
        return None
    return max(1, round(value * 5 / best)) if 0 < value <= best else None
