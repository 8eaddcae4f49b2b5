"""An Excel workbook (.xlsx) → its columns and rows, one after the other."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from data.errors import HistoryError
from training.history.message import Rejected


class ExcelRows:
    """The rows of one sheet, read without loading the workbook; by default the first sheet's."""

    def __init__(self, file: Path, sheet: str | None = None) -> None:
        self.file = file
        self._sheet = sheet
        head: tuple[Any, ...] = next(self._lines(), ())
        self.columns = [name for cell in head if (name := _written(cell).strip())]
        if not self.columns:
            raise HistoryError(f"{file} is empty; the first row must name the columns")
        if len(set(self.columns)) != len(self.columns):
            raise HistoryError(f"{file}: a column's name comes twice in the first row; rename one")

    def rows(self) -> Iterator[tuple[int, dict[str, str]] | Rejected]:
        """Yield the number of each row, 1 for the first below the header, and its cells by column."""
        width = len(self.columns)
        for number, cells in enumerate(self._lines()):
            written = [_written(cell) for cell in cells]
            if number == 0 or not any(written):
                continue
            if any(written[width:]):
                yield Rejected(str(self.file), number, f"cells beyond the {width} named columns")
            else:
                padded = written[:width] + [""] * (width - len(written))
                yield number, dict(zip(self.columns, padded, strict=True))

    def _lines(self) -> Iterator[tuple[Any, ...]]:
        try:
            book = openpyxl.load_workbook(self.file, read_only=True, data_only=True)
        except (OSError, BadZipFile, InvalidFileException, KeyError, ValueError) as error:
            raise HistoryError(
                f"{self.file} can't be read as .xlsx: {error}; save it as “Excel workbook”"
            ) from error
        try:
            if self._sheet is not None and self._sheet not in book.sheetnames:
                raise HistoryError(
                    f"{self.file} has no sheet {self._sheet!r} but {', '.join(book.sheetnames)}"
                )
            yield from (book[self._sheet] if self._sheet else book.worksheets[0]).iter_rows(values_only=True)
        finally:
            book.close()


def _written(cell: Any) -> str:
    """Return a cell as text: whole numbers without a point, moments in ISO 8601."""
    if cell is None:
        return ""
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
