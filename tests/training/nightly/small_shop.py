"""A small shop of a few topics: the bundled desk with less history, which is learned in seconds."""

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.conftest import SHOP

TOPICS = ("track_order", "return_item", "delivery_time", "greeting", "thanks", "human_agent")
MOST = {
    "dialogues": 45,
    "calibration": 130,
    "golden": 60,
    "several": 10,
    "misspelt": 10,
    "mood": 1,
    "conversations": 4,
}


def write_small_shop(folder: Path) -> Path:
    """Write the desk to a new folder: its answers are all there, its history is of `TOPICS` alone."""
    shutil.copytree(SHOP, folder)
    for file in folder.glob("dialogues/*.jsonl"):
        _keep(file, MOST["dialogues"], _labels_of_dialogue)
    for file in folder.glob("calibration/*.jsonl"):
        _keep(file, MOST["calibration"], _labels_of_message)
    for file in folder.glob("tests/*.jsonl"):
        kind = file.stem.split("_")[0]
        labels = _labels_of_script if kind == "conversations" else _labels_of_message
        _keep(file, MOST[kind], labels)
    return folder


def _keep(file: Path, most: int, labels: Any) -> None:
    rows = [
        line for line in file.read_text("utf-8").splitlines() if set(labels(json.loads(line))) <= set(TOPICS)
    ]
    file.write_text("".join(f"{row}\n" for row in _spread(rows, most)), "utf-8")


def _spread(rows: list[str], most: int) -> list[str]:
    """Return rows from all over a list."""
    return [rows[at * len(rows) // most] for at in range(most)] if len(rows) > most else rows


def _labels_of_dialogue(row: Mapping[str, Any]) -> Iterator[str]:
    for turn in row["turns"]:
        yield from turn.get("intents", ())


def _labels_of_message(row: Mapping[str, Any]) -> Iterator[str]:
    yield from row["intents"] if "intents" in row else [row["intent"]] if row.get("intent") else []


def _labels_of_script(row: Mapping[str, Any]) -> Iterator[str]:
    yield from (turn["intent"] for turn in row["turns"] if turn.get("intent"))
