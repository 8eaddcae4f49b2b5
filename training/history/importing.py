"""`python -m training.history import`: what it takes, and the order in which things happen."""

import argparse
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

from data.desk import load_desk
from data.errors import HistoryError
from training.history.desk_files import DeskMade, write_desk_files
from training.history.desk_tests import write_tests
from training.history.formats import FORMATS, Source, open_sources
from training.history.languages import LANGUAGES
from training.history.mapping import Mapping, read_mapping, write_mapping
from training.history.message import Item
from training.history.names import Names, names_of
from training.history.preview import confirmed, preview
from training.history.protect import protected
from training.history.rasa_answers import answers_of
from training.history.spool import BATCH, Spool
from training.history.summary import summary, told
from training.history.unusable import NothingUsableError, nothing_usable
from training.history.write_dialogues import Written, write_dialogues
from training.progress_bar import Report, progress_bar

WORK = ".import"  # in the folder, as long as an import is not finished
SUMMARY = "import.json"
MOST_LABELS = 1000  # more different ones are no labels
READING, WRITING = "reading", "writing the dialogues"


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m training.history import",
        description="Other systems' exports become a desk's dialogues; from a labelled source, a whole desk.",
        epilog="docs/history.md says what each format looks like",
    )
    parser.add_argument(
        "files", type=Path, nargs="+", metavar="FILE", help="files, or a Rasa project's folder"
    )
    parser.add_argument("--into", type=Path, metavar="FOLDER", help="a new folder, which becomes the desk")
    parser.add_argument("--format", choices=("auto", *FORMATS), default="auto", help="(%(default)s)")
    parser.add_argument("--mapping", type=Path, metavar="FILE", help="what a table's columns mean, YAML")
    parser.add_argument(
        "--write-mapping", type=Path, metavar="FILE", help="write the mapping that is used there"
    )
    parser.add_argument(
        "--languages", type=_languages, default=LANGUAGES, metavar="en,zh", help="of the desk"
    )
    parser.add_argument("--name", help="of the company, as its customers know it (the folder's name)")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--dry-run", action="store_true", help="show what was understood, write nothing")
    return parser


def run(arguments: Sequence[str]) -> None:
    """Import what the arguments name; raises HistoryError."""
    args = parser().parse_args(arguments)
    if args.into is None and not args.dry_run:
        raise HistoryError("nothing says where to: add --into FOLDER, or --dry-run to look only")
    mapping = read_mapping(args.mapping) if args.mapping else None
    sources = open_sources(list(dict.fromkeys(args.files)), args.format, mapping)
    print("\n".join(preview(sources)))
    if args.write_mapping:
        _write_mapping(sources, args.write_mapping)
    if args.dry_run:
        return
    made_from = _fingerprint(args, sources, mapping)
    if _is_finished(args.into, made_from):
        print(f"{args.into} holds this very import already; nothing to do")
        return
    if not confirmed(args.yes):
        print("nothing was imported")
        return
    with progress_bar("Importing") as report:
        found = import_all(sources, args.into, made_from, args.languages, args.name or args.into.name, report)
    print("\n".join(told(found, args.into)))
    print("\n".join(f"frontdesk: {line}" for line in found["left_out"]), file=sys.stderr)


def import_all(
    sources: Sequence[Source],
    into: Path,
    made_from: str,
    languages: tuple[str, ...] = LANGUAGES,
    name: str = "",
    report: Report = lambda share, what: None,
) -> dict[str, Any]:
    """Read the sources and write the folder; return the summary that is kept in it.

    What was read before the process was killed is not read again; what is written appears whole, at the end.
    """
    work = into / WORK
    spool = Spool(work / "spool.sqlite3")
    try:
        _begin(spool, into, made_from)
        if spool.state("read") is None:
            _read(spool, sources, report)
            spool.keep("read", "yes")
        labels = spool.labels()
        if len(labels) > MOST_LABELS:
            raise HistoryError(
                f"there are {len(labels)} different labels, the first {labels[:3]}; texts were taken "
                "for labels: leave `intent` out of a mapping file"
            )
        made = work / "made"
        shutil.rmtree(made, ignore_errors=True)
        names = names_of(labels)
        written = write_dialogues(
            spool, made, languages, names, lambda share: report(0.8 + 0.18 * share, WRITING)
        )
        if not written.dialogues:
            raise nothing_usable(spool, written, sources)
        desk = _write_desk(made, sources, written, names, name) if sum(written.labelled.values()) else None
        found = summary(spool, written, desk, sources, made_from)
    except NothingUsableError:
        spool.close()
        _leave_nothing(into)  # so that the next try finds an empty place
        raise
    finally:
        spool.close()
    (made / SUMMARY).write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
    _move(made, into)
    shutil.rmtree(work)
    report(1.0, "done")
    return found


def _begin(spool: Spool, into: Path, made_from: str) -> None:
    before = spool.state("made_from")
    if before is None and (others := sorted(f.name for f in into.iterdir() if f.name != WORK)):
        spool.close()
        shutil.rmtree(into / WORK)
        raise HistoryError(f"{into} is not empty: it has {', '.join(others[:5])}; name a new folder")
    if before not in (None, made_from):
        raise HistoryError(
            f"{into} holds the beginning of another import; repeat its arguments, or remove {into / WORK}"
        )
    spool.keep("made_from", made_from)


def _read(spool: Spool, sources: Sequence[Source], report: Report) -> None:
    done = spool.done
    rows = sum(source.rows or BATCH for source in sources)
    items = islice((item for source in sources for item in source.items()), done, None)
    for batch in _batches(items):
        done = spool.add(protected(item) for item in batch)
        report(0.8 * done / max(rows, done + 1), f"{READING}, {done:,} rows")


def _batches(items: Iterator[Item]) -> Iterator[list[Item]]:
    while batch := list(islice(items, BATCH)):
        yield batch


def _write_desk(made: Path, sources: Sequence[Source], written: Written, names: Names, name: str) -> DeskMade:
    project = next((source.rasa for source in sources if source.rasa), None)
    languages = tuple(sorted(written.dialogues))
    answers = answers_of(project, names, languages) if project else None
    desk = write_desk_files(made, name, written, names, answers)
    if names.replies:
        desk.notes.append(
            f"{', '.join(sorted(names.replies))}: kept, but not learned from (standalone: false); "
            "the bot reads a yes or no from the conversation"
        )
    if project:
        tests = write_tests(made / "tests", project, names, desk.kinds, languages)
        desk.notes += [_entities_left(project.unused)] if project.unused else []
        desk.notes += [] if tests else ["the source has no tests: write some, see docs/desk.md"]
    load_desk(made)  # before it takes its place
    return desk


def _entities_left(names: Sequence[str]) -> str:
    """Return which of a project's entities are lost, beside what the bot finds without them."""
    return (
        f"not carried over: {', '.join(dict.fromkeys(names))}; the bot finds order and other numbers by the "
        "formats of desk.yaml's slots, dates, amounts, products, cities and countries, and nothing else"
    )


def _move(made: Path, into: Path) -> None:
    """Put what was made in its place, the summary last: with it an import is finished."""
    for thing in sorted(made.iterdir(), key=lambda f: f.name == SUMMARY):
        target = into / thing.name
        if target.is_dir():
            shutil.rmtree(target)
        os.replace(thing, target)


def _leave_nothing(into: Path) -> None:
    shutil.rmtree(into / WORK)
    with suppress(OSError):  # it may be a volume of its own
        into.rmdir()


def _is_finished(into: Path, made_from: str) -> bool:
    file = into / SUMMARY
    if not file.exists():
        return False
    if json.loads(file.read_text("utf-8"))["made_from"] != made_from:
        raise HistoryError(f"{into} holds another import; name a new folder")
    shutil.rmtree(into / WORK, ignore_errors=True)
    return True


def _fingerprint(args: argparse.Namespace, sources: Sequence[Source], mapping: Mapping | None) -> str:
    """Return a digest of all that decides what an import makes."""
    files = sorted(
        (str(file), file.stat().st_size, file.stat().st_mtime_ns)
        for source in sources
        for path in source.files
        for file in (path.rglob("*.y*ml") if path.is_dir() else (path,))
    )
    said = [
        files,
        args.format,
        mapping.model_dump(mode="json") if mapping else None,
        args.languages,
        args.name,
    ]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def _write_mapping(sources: Sequence[Source], file: Path) -> None:
    mappings = [source.mapping for source in sources if source.mapping is not None]
    if not mappings:
        raise HistoryError("none of these files is a table, so there is no mapping to write")
    if any(mapping != mappings[0] for mapping in mappings):
        raise HistoryError(f"the tables have {len(mappings)} different mappings; write one file's at a time")
    write_mapping(mappings[0], file)
    print(f"the mapping is in {file}; change it and give it back with --mapping")


def _languages(text: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if not found or set(found) - set(LANGUAGES):
        raise argparse.ArgumentTypeError(f"{text!r} is none of {', '.join(LANGUAGES)} or both")
    return found
