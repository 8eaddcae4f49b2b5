"""The formats that are read: how a file is recognised, and how its items come out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from data.errors import HistoryError
from training.history import chatwoot, intercom, zendesk
from training.history.csv_rows import CsvRows
from training.history.excel_rows import ExcelRows
from training.history.json_rows import first_object, flat, objects
from training.history.mapping import Mapping, check_columns, propose_mapping
from training.history.message import Item, Rejected, short_names
from training.history.rasa_files import RasaFiles, is_rasa, read_rasa
from training.history.table import RowReader
from training.history.transcript import Transcript

Cells = Iterator[tuple[int, dict[str, str]] | Rejected]
EXPORTS: dict[str, tuple[Callable[[Any], bool], Callable[[str, int, Any], Iterator[Item]]]] = {
    "chatwoot": (chatwoot.is_chatwoot, chatwoot.messages),
    "zendesk": (zendesk.is_zendesk, zendesk.messages),
    "intercom": (intercom.is_intercom, intercom.messages),
}
TABLES = {".csv": "csv", ".tsv": "csv", ".xlsx": "excel"}
LINES = (".json", ".jsonl", ".ndjson")
TEXTS = (".txt", ".log", ".md", ".text")
FORMATS = ("csv", "jsonl", "excel", "rasa", "chatwoot", "zendesk", "intercom", "transcript")
SAMPLE = 1000  # rows by which a table is understood
_LOOK = 1 << 20  # bytes by which its number of rows is estimated


@dataclass(frozen=True)
class Source:
    """A file that was understood, or a Rasa project: what it is, and what it holds."""

    format: str
    files: tuple[Path, ...]
    items: Callable[[], Iterator[Item]]
    about: tuple[str, ...] = ()  # lines for people: what was understood
    mapping: Mapping | None = None
    rows: int | None = None  # about how many; None where that can't be known before
    rasa: RasaFiles | None = field(default=None, repr=False)
    warnings: tuple[str, ...] = ()  # what will go wrong unless somebody does something

    def sample(self) -> Iterator[Item]:
        """Yield items to look at: the first ones, of a project some from everywhere."""
        if self.rasa is None:
            return self.items()
        return iter(self.rasa.examples[:: max(1, len(self.rasa.examples) // 10)])


Open = Callable[[Path, str, Mapping | None], Source]  # a file, what its conversations are called, a mapping


def open_sources(files: list[Path], form: str, mapping: Mapping | None) -> list[Source]:
    """Return the sources that files and folders are; all of a Rasa project's are one.

    Raises HistoryError for what is missing, unreadable or of no known format.
    """
    for file in files:
        if not file.exists():
            raise HistoryError(f"{file} is missing; is the path right?")
    kinds = {file: form if form != "auto" else format_of(file) for file in files}
    names = short_names(files)
    sources = [_OPEN[kind](file, names[file], mapping) for file, kind in kinds.items() if kind != "rasa"]
    if project := [file for file, kind in kinds.items() if kind == "rasa"]:
        sources.insert(0, _rasa(project))
    return sources


def format_of(file: Path) -> str:
    """Return which format a file or folder has; raises HistoryError where it shows none."""
    ending = file.suffix.lower()
    if file.is_dir() or ending in (".yml", ".yaml"):
        if is_rasa(file):
            return "rasa"
        raise HistoryError(
            f"{file} has none of a Rasa project's YAML in it; give the files of a history one by one"
        )
    if ending in TABLES:
        return TABLES[ending]
    if ending in LINES:
        first = first_object(file)
        return next((name for name, (is_one, _) in EXPORTS.items() if is_one(first)), "jsonl")
    if ending in TEXTS:
        return "transcript"
    old = "; save it as .xlsx" if ending == ".xls" else ""
    raise HistoryError(
        f"{file}: nothing is known of files that end in {ending!r}{old}; say which it is with --format"
    )


def _csv(file: Path, name: str, mapping: Mapping | None) -> Source:
    table = CsvRows(file)
    return _table("csv", file, name, table.columns, table.rows, mapping, _estimate(file))


def _excel(file: Path, name: str, mapping: Mapping | None) -> Source:
    table = ExcelRows(file, mapping.sheet if mapping else None)
    return _table("excel", file, name, table.columns, table.rows, mapping, None)


def _jsonl(file: Path, name: str, mapping: Mapping | None) -> Source:
    def rows() -> Cells:
        for found in objects(file):
            if isinstance(found, Rejected):
                yield found
                continue
            number, thing = found
            cells = list(flat(f"{name}-{number}", thing))
            if not cells:
                yield Rejected(str(file), number, "no object with columns")
            yield from ((number, row) for row in cells)

    sample = [row for row in islice(rows(), SAMPLE) if not isinstance(row, Rejected)]
    columns = list(dict.fromkeys(column for _, row in sample for column in row))
    if not columns:
        raise HistoryError(f"{file} holds no JSON objects; give one object a line, or a list of them")
    return _table("jsonl", file, name, columns, rows, mapping, _estimate(file))


def _table(
    form: str,
    file: Path,
    name: str,
    columns: list[str],
    rows: Callable[[], Cells],
    mapping: Mapping | None,
    about: int | None,
) -> Source:
    if mapping is None:
        if next(rows(), None) is None:
            raise HistoryError(f"{file} names columns and has no rows below them; is the export whole?")
        sample = [row[1] for row in islice(rows(), SAMPLE) if not isinstance(row, Rejected)]
        mapping = propose_mapping(columns, sample)
    check_columns(mapping, columns, file)
    reader = RowReader(mapping, str(file), name)

    def items() -> Iterator[Item]:
        for row in rows():
            if isinstance(row, Rejected):
                yield row
            else:
                yield from reader.messages(*row)

    warnings = (*_one_sided(mapping, columns, file), *_alone(mapping, columns, file))
    return Source(form, (file,), items, _told(mapping, columns), mapping, about, warnings=warnings)


def _one_sided(mapping: Mapping, columns: list[str], file: Path) -> Iterator[str]:
    """Yield a warning where nothing says who wrote a row, and the table is no list of labelled messages."""
    has = mapping.columns.keys()
    if has & {"speaker", "reply"} or ("intent" in has and "conversation" not in has):
        return
    free = [c for c in columns if c not in mapping.columns.values()]
    which = f"If {' or '.join(free)} does" if free else "Once one does"
    name = free[0] if len(free) == 1 else "COLUMN"
    yield (
        f"EVERY ROW OF {file.name} BECOMES A CUSTOMER'S MESSAGE, agents' rows too: no column says who wrote "
        f"them. {which}, name it in a mapping (--write-mapping writes one, --mapping takes it): "
        f'`columns: {{speaker: {name}}}` and `speakers: {{NAME: customer, "*": agent}}`; '
        "where only customers speak, it is right so"
    )


def _alone(mapping: Mapping, columns: list[str], file: Path) -> Iterator[str]:
    """Yield a warning where people of both sides speak and nothing says which rows belong together."""
    if "conversation" in mapping.columns or not {"agent", "bot"} & set(mapping.speakers.values()):
        return
    free = [c for c in columns if c not in mapping.columns.values()]
    which = f"If {' or '.join(free)} does" if free else "Once one does"
    name = free[0] if len(free) == 1 else "COLUMN"
    yield (
        f"EVERY ROW OF {file.name} BECOMES A DIALOGUE OF ITS OWN, agents' rows too: no column says which "
        f"belong together. {which}, name it in a mapping (--write-mapping writes one): "
        f"`columns: {{conversation: {name}}}`"
    )


def _told(mapping: Mapping, columns: list[str]) -> tuple[str, ...]:
    lines = [f"{name:13} ← {column}" for name, column in mapping.columns.items()]
    if mapping.speakers:
        lines.append(
            "speakers      " + ", ".join(f"{name} → {who}" for name, who in mapping.speakers.items())
        )
    if unused := [c for c in columns if c not in mapping.columns.values()]:
        lines.append("not imported  " + ", ".join(unused))
    return tuple(lines)


def _export(form: str) -> Open:
    def open_export(file: Path, name: str, mapping: Mapping | None) -> Source:
        def items() -> Iterator[Item]:
            for found in objects(file):
                if isinstance(found, Rejected):
                    yield found
                else:
                    yield from EXPORTS[form][1](str(file), *found)

        return Source(form, (file,), items, rows=_estimate(file) if file.suffix != ".json" else None)

    return open_export


def _transcript(file: Path, name: str, mapping: Mapping | None) -> Source:
    transcript = Transcript(file, dict(mapping.speakers) if mapping else None, name)
    told = ", ".join(f"{name} → {who}" for name, who in transcript.speakers.items())
    return Source("transcript", (file,), transcript.items, (f"speakers      {told}",), rows=_estimate(file))


def _rasa(files: list[Path]) -> Source:
    project = read_rasa(files)
    about = (
        f"{len(project.examples)} examples, {len(project.responses)} responses, "
        f"{len(project.stories)} rules and stories, {len(project.tests)} test messages, "
        f"{len(project.test_stories)} test stories",
    )
    return Source(
        "rasa", tuple(files), lambda: iter(project.examples), about, None, len(project.examples), project
    )


def _estimate(file: Path) -> int:
    """Return about how many lines a file has, from its first mebibyte."""
    with file.open("rb") as content:
        start = content.read(_LOOK)
    return max(1, int(file.stat().st_size * start.count(b"\n") / max(len(start), 1)))


_OPEN: dict[str, Open] = {
    "csv": _csv,
    "excel": _excel,
    "jsonl": _jsonl,
    "transcript": _transcript,
    **{name: _export(name) for name in EXPORTS},
}
