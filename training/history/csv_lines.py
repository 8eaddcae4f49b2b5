"""The lines of a CSV file, and what is done where a quotation mark in one of them is never closed.

Such a mark takes the rows after it into one cell, up to the next mark or the end of the file. That is seen by
the mark which ends the cell, if any does, and by lines within it that have as many cells as the header.
"""

import csv
from collections import deque
from collections.abc import Iterator, Sequence

MOST_LINES = 500  # of one row; more are what follows a quotation mark that is never closed
MANY = 3  # lines like rows in a cell that is closed as it should be; fewer may be a list that somebody wrote
MOST_ARE = 0.8  # share of its lines, then


class Lines:
    """Lines to read rows from, one after the other; those of the last row can be read again."""

    def __init__(self, lines: Iterator[str], delimiter: str) -> None:
        self.delimiter = delimiter
        self.width = 0  # cells of a row; 0 until it is known
        self.number = 0  # of the line read last, counted from 1
        self.row: list[str] = []  # the lines of the row that is being read
        self.ended = False  # within it
        self._lines = lines
        self._again: deque[str] = deque()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.row) == MOST_LINES and self.like_rows(0.5):
            self.ended = True
            raise StopIteration
        try:
            line = self._again.popleft() if self._again else next(self._lines).replace("\0", "")
        except StopIteration:
            self.ended = bool(self.row)
            raise
        self.row.append(line)
        self.number += 1
        return line

    def begin(self) -> None:
        """Begin a row with the next line."""
        self.row, self.ended = [], False

    def give_back(self) -> None:
        """Read all lines of the row but its first once more, as rows of their own."""
        self._again.extendleft(reversed(self.row[1:]))
        self.number -= len(self.row) - 1

    @property
    def first(self) -> int:
        """The number of the row's first line."""
        return self.number - len(self.row) + 1

    def like_rows(self, share: float) -> bool:
        """Return whether that share of the row's lines after the first are like rows of the file."""
        after = [line for line in self.row[1:] if line.strip()]
        like = sum(line.count(self.delimiter) == self.width - 1 for line in after)
        return self.width > 1 and like > 0 and like >= share * len(after)

    def is_open(self) -> bool:
        """Return whether a quotation mark of the row is not closed, or not where a cell ends."""
        return self.ended or not _is_proper(self.row, self.delimiter)


def _is_proper(row: Sequence[str], delimiter: str) -> bool:
    try:
        return len(list(csv.reader(row, delimiter=delimiter, strict=True))) == 1
    except csv.Error:
        return False
