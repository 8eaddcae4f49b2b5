"""Small files that are replaced in one rename: readers see the old text or the new one, never a part."""

import os
from pathlib import Path
from uuid import uuid4

State = tuple[int, int] | None


def swap(file: Path, text: str) -> None:
    """Replace a file's text, or make the file."""
    temporary = file.with_suffix(f".{uuid4().hex}")
    temporary.write_text(text, "utf-8")
    os.replace(temporary, file)


def state(file: Path) -> State:
    """Return what differs once a file was swapped, None where there is none; reads nothing of it."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino
