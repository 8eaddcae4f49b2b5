"""Rows → a CSV file that spreadsheets open safely and in every script."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import chain
from typing import Any

BOM = "\ufeff"  # without it Excel takes UTF-8 for the machine's own code page
# what a spreadsheet may take for a formula (OWASP, "CSV Injection")
DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def csv_lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the file line by line, the first row's names as its head; nothing but the mark of no rows."""
    yield BOM
    source = iter(rows)
    first = next(source, None)
    if first is None:
        return
    yield _line(list(first))
    for row in chain([first], source):
        yield _line([cell(row.get(name)) for name in first])


def cell(value: object) -> str | int | float:
    """Return a value as a cell; a text that could be a formula is led by an apostrophe, numbers stay."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        text = value.isoformat(timespec="seconds") if isinstance(value, datetime) else str(value)
        return f"'{text}" if text.startswith(DANGEROUS) else text
    return value


def _line(cells: list[Any]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
