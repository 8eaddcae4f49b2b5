"""A thing → its line in a .jsonl file."""

import json
from typing import Any


def json_line(thing: Any) -> str:
    """Return JSON in one line with its end, every script as it is written."""
    return json.dumps(thing, ensure_ascii=False) + "\n"
