"""What an import has understood, on the first rows, before anything is written."""

import sys
from collections.abc import Iterator, Sequence
from itertools import islice

from data.errors import HistoryError
from training.history.formats import Source
from training.history.message import Message, Rejected
from training.history.protect import protected

ROWS = 10
SOURCES = 3  # that are shown in full
_WIDTH = 72


def preview(sources: Sequence[Source]) -> Iterator[str]:
    """Yield lines for people: each source, what its columns mean, its first rows as they would be kept."""
    for source in sources[:SOURCES]:
        about = f", about {source.rows:,} rows" if source.rows else ""
        yield f"{', '.join(map(str, source.files))}: {source.format}{about}"
        yield from (f"  {line}" for line in source.about)
        yield from (f"  ! {warning}" for warning in source.warnings)
        yield ""
        yield from (f"  {line}" for line in _rows(source))
        yield ""
    if len(sources) > SOURCES:
        kinds = ", ".join(sorted({source.format for source in sources[SOURCES:]}))
        yield f"and {len(sources) - SOURCES} more files ({kinds})"


def confirmed(yes: bool) -> bool:
    """Return whether to go on, by an option or asked at a terminal; raises HistoryError without either."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise HistoryError("there is no terminal to ask at; add --yes to import this, or --dry-run to look")
    return input("Import it like this? [y/N] ").strip().lower() in ("y", "yes", "是", "好")


def _rows(source: Source) -> Iterator[str]:
    shown = 0
    for item in islice(source.sample(), 10 * ROWS):
        item, _ = protected(item)
        if isinstance(item, Message):
            yield _line(item)
        elif isinstance(item, Rejected):
            yield f"{item.row:>6}  rejected: {item.reason}"
        else:
            continue
        shown += 1
        if shown == ROWS:
            return
    if not shown:
        yield "nothing that could be imported"


def _line(message: Message) -> str:
    labels = "" if message.labels is None else f"[{', '.join(message.labels) or 'out of scope'}] "
    text = f"{labels}{' '.join(message.text.split())}"
    text = text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"
    when = (message.at or "")[:16]
    return f"{message.row:>6}  {message.conversation[:20]:20} {message.speaker:8} {when:16} {text}"
