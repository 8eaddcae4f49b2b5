"""Small sources to import."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).parent / "rasa_project"
Write = Callable[[str, Any], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file by its ending: rows for .csv, objects for .jsonl, one document for .json, else text."""

    def write(name: str, content: Any) -> Path:
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.suffix == ".csv" and not isinstance(content, str):
            with file.open("w", newline="", encoding="utf-8") as lines:
                csv.writer(lines).writerows(content)
        elif file.suffix == ".jsonl":
            file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in content), "utf-8")
        elif file.suffix == ".json":
            file.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
        else:
            file.write_text(content, "utf-8")
        return file

    return write
