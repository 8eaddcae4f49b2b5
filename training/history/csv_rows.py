"""A CSV or TSV file → its columns and rows, one after the other, however many there are."""

import csv
from collections.abc import Iterator
from pathlib import Path

from data.errors import HistoryError
from training.history.csv_lines import MANY, MOST_ARE, MOST_LINES, Lines
from training.history.message import Rejected

DELIMITERS = ",;\t|"
LONGEST = 1_000_000  # characters of one cell
OPENS = "a quotation mark opens"
_LOOK = 1 << 16  # bytes that tell encoding and delimiter


class CsvRows:
    """The rows of one file. A row with too few or too many cells is rejected, the others are read."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.encoding = encoding_of(file)
        head = next(self._rows(), [])
        if isinstance(head, str):
            raise HistoryError(f"{file}: {head}; the first line must name the columns")
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
        for number, row in enumerate(self._rows()):
            if number == 0 or row == []:
                continue
            if isinstance(row, str):
                yield Rejected(str(self.file), number, row)
            else:
                yield number, dict(zip(self.columns, row, strict=True))

    def _rows(self) -> Iterator[list[str] | str]:
        """Yield the cells of each row, the header first, or why it has none that can be used."""
        csv.field_size_limit(LONGEST)
        lines = None
        try:
            with self.file.open(encoding=self.encoding, newline="", errors="replace") as content:
                delimiter = max(DELIMITERS, key=content.readline().count)
                content.seek(0)
                lines = Lines(content, delimiter)
                reader = csv.reader(lines, delimiter=delimiter)
                while True:
                    lines.begin()
                    cells = next(reader, None)
                    if cells is None:
                        return
                    lines.width = lines.width or len(cells)
                    wrong, again = _judged(lines, cells)
                    yield wrong or cells
                    if again:
                        lines.give_back()
                        reader = csv.reader(lines, delimiter=delimiter)
        except (OSError, UnicodeError) as error:
            raise HistoryError(f"{self.file} can't be read as CSV: {error}") from error
        except csv.Error as error:
            line = lines.first if lines else 1
            raise HistoryError(
                f"{self.file}, line {line}: {error}; a quotation mark there may not be closed"
            ) from error


def _judged(lines: Lines, cells: list[str]) -> tuple[str, bool]:
    """Return what is wrong with a row, if anything, and whether its lines after the first are rows.

    A mark that is not closed needs few lines like rows to be believed, one that is closed needs many.
    """
    if not cells:  # an empty line
        return "", False
    taken, fits = len(lines.row), len(cells) == lines.width
    is_open = (taken > 1 or lines.ended) and lines.is_open()
    if (is_open or not fits) and lines.like_rows(0.5):
        return f"{OPENS} in line {lines.first} and is not closed there; the lines after it were read", True
    if lines.ended:
        return f"{OPENS} in line {lines.first} and is never closed", False
    if taken > MOST_LINES:
        return f"it runs over {taken} lines; is a quotation mark in line {lines.first} not closed?", False
    if not fits:
        over = f"; it runs over {taken} lines" if taken > 1 else ""
        number = f"{len(cells)} cell{'s' * (len(cells) != 1)}"
        return f"{number} where the header names {lines.width} columns{over}", False
    if taken > MANY and lines.width > 2 and lines.like_rows(MOST_ARE):
        return (
            f"{OPENS} in line {lines.first}, and {taken - 1} lines like rows stand before it is closed",
            False,
        )
    return "", False


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
