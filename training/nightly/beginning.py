"""How a night begins: with one that was cut short, where nothing has changed since, or anew."""

import hashlib
import json
import logging
import re
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from data.night.nights import Nights
from data.whole_file import write_whole

log = logging.getLogger(__name__)
STATE = "night.json"
REPORT = "report.json"  # written last: a night without it was cut short
NIGHT = re.compile(r"\d{8}-\d{4}-[0-9a-f]{4}")
CUT_SHORT = {"check": "error", "language": "", "text": "it was cut short: killed, or the machine went down"}


def begin(
    nights: Nights, root: Path, before: str, facts: Sequence[Any], settings: dict[str, Any]
) -> tuple[Path, datetime]:
    """Return the folder of the night in `root`, and when it began; clear other nights' leftovers away.

    `before` is the live release, and `facts` is all that a night depends on: one that was cut short goes on
    only where they are the same.
    """
    key = hashlib.sha256(json.dumps([before, *facts], default=str).encode()).hexdigest()
    resumed: tuple[Path, datetime] | None = None
    for folder in sorted(root.glob("*/")):
        if not NIGHT.fullmatch(folder.name) or (folder / REPORT).exists():
            continue
        row = nights.one(folder.name)
        if row is not None and row.ended is None and _key(folder / STATE) == key:
            resumed = folder, row.began
        else:
            shutil.rmtree(folder, ignore_errors=True)
    for row in nights.latest():
        if row.ended is None and (resumed is None or row.id != resumed[0].name):
            nights.end(row.id, "failed", None, [CUT_SHORT], {})
    if resumed:
        log.warning("going on with night %s, which was cut short", resumed[0].name)
        return resumed
    folder = root / f"{datetime.now(UTC):%Y%m%d-%H%M}-{uuid4().hex[:4]}"
    folder.mkdir(parents=True)
    nights.begin(folder.name, before, settings)
    write_whole(folder / STATE, json.dumps({"key": key}))
    return folder, datetime.now(UTC)


def _key(file: Path) -> str:
    try:
        return str(json.loads(file.read_text("utf-8"))["key"])
    except (OSError, ValueError, TypeError, KeyError):
        return ""
