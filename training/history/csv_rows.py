"""A CSV or TSV file → its columns and rows, one after the other, however many there are."""

import csv
from collections.abc import Iterator
from pathlib import Path

from data.errors import HistoryError
from training.history.message import Rejected

DELIMITERS = ",;\t|"
LONGEST = 1_000_000  # characters of one cell
MOST_LINES = 500  # of one row; more are what follows a quotation mark that is never closed
_LOOK = 1 << 16  # bytes that tell encoding and delimiter


class CsvRows:
    """The rows of one file. A row with too few or too many cells is rejected, the others are read."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.encoding = encoding_of(file)
        _, head = next(self._lines(), (0, []))
        self.columns = [name.strip() for name in head]
        if not any(self.columns):
            raise HistoryError(f"{file} is empty; the first line must name the columns")
        if len(set(self.columns)) != len(self.columns):
            twice = sorted({c for c in self.columns if self.columns.count(c) > 1})
            raise HistoryError(
                f"{file}: the column {', '.join(twice)} comes twice; rename one in the first line"
            )

    def rows(self) -> Iterator[tuple[int, dict[str, str]] | Rejected]:
        """Yield the number of each row, 1 for the first below the header, and its cells by column."""
        width = len(self.columns)
        for number, (lines, cells) in enumerate(self._lines()):
            if number == 0 or not cells:
                continue
            reason = ""
            if lines > MOST_LINES:
                reason = f"it runs over {lines} lines; is a quotation mark not closed?"
            elif len(cells) != width:
                reason = f"{len(cells)} cells where the header names {width} columns"
                reason += f"; it runs over {lines} lines" * (lines > 1)
            if reason:
                yield Rejected(str(self.file), number, reason)
            else:
                yield number, dict(zip(self.columns, cells, strict=True))

    def _lines(self) -> Iterator[tuple[int, list[str]]]:
        """Yield how many lines a row takes, and its cells."""
        csv.field_size_limit(LONGEST)
        before = 0
        try:
            with self.file.open(encoding=self.encoding, newline="", errors="replace") as lines:
                delimiter = max(DELIMITERS, key=lines.readline().count)
                lines.seek(0)
                reader = csv.reader((line.replace("\0", "") for line in lines), delimiter=delimiter)
                for cells in reader:
                    yield reader.line_num - before, cells
                    before = reader.line_num
        except (OSError, UnicodeError) as error:
            raise HistoryError(f"{self.file} can't be read as CSV: {error}") from error
        except csv.Error as error:
            raise HistoryError(
                f"{self.file}, line {before + 1}: {error}; a quotation mark there may not be closed"
            ) from error


def encoding_of(file: Path) -> str:
    """Return the first encoding in which the file's beginning can be read."""
    try:
        with file.open("rb") as content:
            start = content.read(_LOOK)
    except OSError as error:
        raise HistoryError(f"{file} can't be read: {error}; is the path right?") from error
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    for encoding in ("utf-8-sig", "gb18030", "cp1252"):
        try:
            start.decode(encoding)
        except UnicodeDecodeError as error:
            if len(start) == _LOOK and error.start > len(start) - 4:  # cut in the middle of a character
                return encoding
            continue
        return encoding
    return "utf-8-sig"
