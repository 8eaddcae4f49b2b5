"""Labelled files → a set."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.classifier import OUT_OF_SCOPE
from training.benchmark.errors import BenchmarkError
from training.benchmark.split import Message, Split, listed
from training.benchmark.table import LABEL_COLUMNS, TEXT_COLUMNS, Table, read_table
from training.examples import MOODS


@dataclass(frozen=True)
class Files:
    """Where a set lies; in `oos…` files every row is out of scope whatever its label."""

    train: Path
    test: Path
    valid: Path | None = None
    oos_train: tuple[Path, ...] = ()
    oos_valid: tuple[Path, ...] = ()
    oos: tuple[Path, ...] = ()
    oos_label: str | None = None
    text_column: str | None = None
    label_column: str | None = None
    mood_column: str | None = None  # where messages are labelled with the customer's mood, too

    @property
    def all(self) -> tuple[Path, ...]:
        valid = (self.valid,) if self.valid else ()
        return (self.train, self.test, *valid, *self.oos_train, *self.oos_valid, *self.oos)


def read_split(files: Files, language: str, name: str) -> Split:
    """Return the set that lies in `files`, rows without a message left out.

    Raises BenchmarkError naming file and line of what is wrong.
    """
    split = Split(
        name=name,
        language=language,
        train=(*_labelled(files, files.train), *_outside(files, files.oos_train)),
        test=(*_labelled(files, files.test), *_outside(files, files.oos)),
        valid=(
            *(_labelled(files, files.valid) if files.valid else ()),
            *_outside(files, files.oos_valid),
        ),
    )
    split = _without_empty(split)
    _check(split, files)
    return split


def _without_empty(split: Split) -> Split:
    train, test, valid = (
        tuple(m for m in part if m.text.strip()) for part in (split.train, split.test, split.valid)
    )
    before, after = (*split.train, *split.test, *split.valid), (*train, *test, *valid)
    return replace(split, train=train, test=test, valid=valid, empty=len(before) - len(after))


def _labelled(files: Files, file: Path) -> Iterator[Message]:
    table = read_table(file)
    text_column = table.column(files.text_column, TEXT_COLUMNS, "--text-column")
    label_column = table.column(files.label_column, LABEL_COLUMNS, "--label-column")
    for line, row in table.rows:
        label = _label(table, line, row.get(label_column))
        text = _text(table, line, row.get(text_column))
        if not label and text.strip() and files.oos_label != "":
            mend = "if that means out of scope, add --oos-label ''" if files.oos_label is None else (
                f"write {files.oos_label} there if that means out of scope"
            )  # fmt: skip
            raise BenchmarkError(f"{file}, line {line}: no {label_column}; {mend}")
        mood = _mood(table, line, row.get(files.mood_column)) if files.mood_column else None
        yield Message(text, None if label == files.oos_label else label, mood)


def _outside(files: Files, paths: Sequence[Path]) -> Iterator[Message]:
    for path in paths:
        table = read_table(path)
        text_column = table.column(files.text_column, TEXT_COLUMNS, "--text-column")
        for line, row in table.rows:
            mood = _mood(table, line, row.get(files.mood_column)) if files.mood_column else None
            yield Message(_text(table, line, row.get(text_column)), None, mood)


def _text(table: Table, line: int, cell: object) -> str:
    if cell is None:
        return ""
    if not isinstance(cell, str):
        raise BenchmarkError(f"{table.file}, line {line}: a message must be a text, this is {cell!r}")
    return cell


def _mood(table: Table, line: int, cell: object) -> str:
    if not isinstance(cell, str) or cell.strip().lower() not in MOODS:
        raise BenchmarkError(f"{table.file}, line {line}: mood {cell!r} is none of {', '.join(MOODS)}")
    return cell.strip().lower()


def _label(table: Table, line: int, cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool) or not isinstance(cell, str | int):
        raise BenchmarkError(f"{table.file}, line {line}: a label must be a text or a number, not {cell!r}")
    return str(cell).strip()


def _check(split: Split, files: Files) -> None:
    everything = (*split.train, *split.test, *split.valid)
    if files.oos_label is not None and all(m.intent is not None for m in everything):
        raise BenchmarkError(f"no message is labelled {files.oos_label!r}, which --oos-label asks for")
    if any(m.intent == OUT_OF_SCOPE for m in everything):
        raise BenchmarkError(
            f"{OUT_OF_SCOPE!r} is what Frontdesk itself calls messages without an intent; "
            f"if the label means that, add --oos-label {OUT_OF_SCOPE}"
        )
    if len(split.intents) < 2:
        raise BenchmarkError(
            f"{files.train} has {len(split.intents)} intent: {listed(split.intents)}; it takes two to choose"
        )
    if not split.test:
        raise BenchmarkError(f"{files.test} holds no message to measure with")
    if all(m.intent is None for m in split.test):
        raise BenchmarkError(f"{files.test}: every test message is out of scope; nothing can be right")
