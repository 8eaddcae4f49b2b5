"""A file of rows, CSV, TSV or JSONL → its columns and rows, with line numbers for what is wrong."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.benchmark.errors import BenchmarkError

TEXT_COLUMNS = ("text", "sentence", "utterance", "message", "query", "question")
LABEL_COLUMNS = ("intent", "label", "category", "class")
DELIMITERS = {".csv": ",", ".tsv": "\t"}
KINDS = (*DELIMITERS, ".jsonl")


@dataclass(frozen=True)
class Table:
    """The rows of one file; every row has the line it ends on."""

    file: Path
    rows: tuple[tuple[int, dict[str, Any]], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(column for _, row in self.rows for column in row))

    def column(self, named: str | None, usual: Sequence[str], option: str) -> str:
        """Return the column `named`, or else the only one with a usual name; raises BenchmarkError."""
        held = f"{self.file} has the columns {', '.join(self.columns)}"
        if named is not None:
            if named not in self.columns:
                raise BenchmarkError(f"{held}; there is no {named!r}, which {option} asks for")
            return named
        found = [column for column in self.columns if column.strip().lower() in usual]
        if len(found) != 1:
            wanted = f"none is called {', '.join(usual[:-1])} or {usual[-1]}"
            unclear = f"{' and '.join(found)} may both be meant" if found else wanted
            raise BenchmarkError(f"{held}; {unclear}: name one with {option}")
        return found[0]


def read_table(file: Path) -> Table:
    """Return the rows of a file in UTF-8, with or without a byte order mark; raises BenchmarkError."""
    if file.suffix.lower() not in KINDS:
        raise BenchmarkError(
            f"{file}: its name must end in one of {', '.join(KINDS)}; save a sheet as “CSV UTF-8”"
        )
    try:
        content = file.read_text("utf-8-sig")
    except FileNotFoundError as error:
        raise BenchmarkError(f"{file} is missing") from error
    except UnicodeDecodeError as error:
        raise BenchmarkError(f"{file} is not in UTF-8 ({error}); save it as “CSV UTF-8”") from error
    except OSError as error:
        raise BenchmarkError(f"{file} can't be read: {error}") from error
    delimiter = DELIMITERS.get(file.suffix.lower())
    rows = _delimited(file, content, delimiter) if delimiter else _json_lines(file, content)
    table = Table(file, tuple(rows))
    if not table.rows:
        raise BenchmarkError(f"{file} holds no rows")
    return table


def _json_lines(file: Path, content: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(content.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            raise BenchmarkError(f"{file}, line {number}: no JSON: {error}") from error
        if not isinstance(row, dict):
            raise BenchmarkError(f"{file}, line {number}: not an object with columns but {line.strip()[:40]}")
        yield number, row


def _delimited(file: Path, content: str, delimiter: str) -> Iterator[tuple[int, dict[str, Any]]]:
    # Not strict, a quotation mark that is never closed would swallow the rest of the file unseen.
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True)
    try:
        header = next(reader, [])
        if len(set(header)) != len(header):
            raise BenchmarkError(f"{file}: a column's name comes twice: {', '.join(header)}")
        for cells in reader:
            if not cells:
                continue
            if len(cells) != len(header):
                raise BenchmarkError(
                    f"{file}, line {reader.line_num}: {len(cells)} cells, but {len(header)} columns"
                )
            yield reader.line_num, dict(zip(header, cells, strict=True))
    except csv.Error as error:
        raise BenchmarkError(f"{file}, line {reader.line_num}: {error}") from error
