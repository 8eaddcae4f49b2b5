"""What is said of an import in which no row could be used: why, and what to try."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from data.errors import HistoryError
from training.history.formats import TABLES, Source, format_of
from training.history.spool import Spool
from training.history.write_dialogues import Written

SKIPPED = "skipped: "  # before what the spool counts of rows that are no messages


class NothingUsableError(HistoryError):
    """No dialogue came of any row."""


def nothing_usable(spool: Spool, written: Written, sources: Sequence[Source]) -> NothingUsableError:
    """Return the error of an import without a dialogue: the commonest reason, its first row, what to try."""
    reasons = Counter(written.reasons)
    reasons.update({what: n for what, n in spool.counts().items() if what.startswith(SKIPPED)})
    if not reasons:
        files = ", ".join(str(file) for source in sources for file in source.files)
        return NothingUsableError(f"there are no rows in {files}; nothing was written")
    reason, number = reasons.most_common(1)[0]
    first = next((r for r in spool.rejected() if r.reason == reason), None)
    where = f" (first in row {first.row} of {first.file})" if first else ""
    return NothingUsableError(
        f"none of {spool.done:,} rows could be used, nothing was written; {number:,} × {reason}{where}. "
        f"Try {_to_try(sources)}"
    )


def _to_try(sources: Sequence[Source]) -> str:
    used = {source.format for source in sources}
    seems = {_seems(file) for source in sources for file in source.files} - used - {""}
    if seems:
        return f"--format auto, which takes it for {', '.join(sorted(seems))}, or another --format"
    if used <= {*TABLES.values(), "jsonl"}:
        return "a mapping that says what the columns mean (--write-mapping writes one), or another --format"
    return f"another --format than {', '.join(sorted(used))}, or a table with a mapping (--mapping)"


def _seems(file: Path) -> str:
    """Return which format a file shows by itself, nothing where it shows none."""
    try:
        return format_of(file)
    except HistoryError:
        return ""
