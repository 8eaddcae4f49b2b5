"""JSON files, one document or one object a line, → their objects, one after the other."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import ijson

from data.errors import HistoryError
from training.history.message import Rejected

LISTS = (  # where a document's objects are, the innermost last
    "item", "conversations.item", "tickets.item", "chats.item", "data.payload.item", "payload.item",
    "data.item", "items.item", "results.item",
)  # fmt: skip
MESSAGES = ("messages", "turns", "conversation", "dialogue", "dialog", "utterances", "history", "comments")
CONVERSATION = "conversation_id"
BETWEEN_LABELS = "\x1f"
Objects = Iterator[tuple[int, Any] | Rejected]


def objects(file: Path, most: int | None = None) -> Objects:
    """Yield each object with its number, 1 for the first: a line's, or an element of the document's list.

    A line that is no JSON is rejected; raises HistoryError for a document that can't be read.
    """
    found = _of_lines(file) if _has_lines(file) else _of_document(file)
    for number, thing in enumerate(found, 1):
        if most is not None and number > most:
            return
        yield thing


def first_object(file: Path) -> Any:
    """Return the first object of a file, None where there is none."""
    return next((thing[1] for thing in objects(file, 5) if not isinstance(thing, Rejected)), None)


def flat(name: str, thing: Any) -> Iterator[dict[str, str]]:
    """Yield an object as rows of a table: itself, or each of its messages with what stands around them.

    A conversation without an id is called `name`.
    """
    if not isinstance(thing, Mapping):
        return
    key = next((k for k in MESSAGES if _are_messages(thing.get(k))), None)
    outer = {k: _written(v) for k, v in thing.items() if k != key and _is_cell(v)}
    if key is None:
        yield outer
        return
    outer[CONVERSATION] = outer.pop("id", "") or outer.get(CONVERSATION, "") or name
    for message in thing[key]:
        inner = {k: _written(v) for k, v in message.items() if _is_cell(v) and k not in ("id", CONVERSATION)}
        yield {**outer, **inner, **_intents(message)}


def _intents(message: Mapping[str, Any]) -> dict[str, str]:
    """Return the labels of a message in the desk's own dialogue format, which has a list of them."""
    labels = message.get("intents")
    if not isinstance(labels, list):
        return {}
    return {"intent": BETWEEN_LABELS.join(map(str, labels)) or "out_of_scope"}


def _are_messages(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(m, Mapping) for m in value)


def _is_cell(value: Any) -> bool:
    return isinstance(value, str | int | float | bool)


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _has_lines(file: Path) -> bool:
    """Return whether every line is an object of its own, by the first two."""
    if file.suffix.lower() in (".jsonl", ".ndjson"):
        return True
    try:
        with file.open(encoding="utf-8-sig", errors="replace") as lines:
            first = next((line for line in lines if line.strip()), "")
            second = next((line for line in lines if line.strip()), "")
    except OSError as error:
        raise HistoryError(f"{file} can't be read: {error}; is the path right?") from error
    return _is_object(first) and _is_object(second)


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _of_lines(file: Path) -> Objects:
    try:
        with file.open(encoding="utf-8-sig", errors="replace") as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                try:
                    yield number, json.loads(line)
                except ValueError as error:
                    yield Rejected(str(file), number, f"no JSON: {error}")
    except OSError as error:
        raise HistoryError(f"{file} can't be read: {error}; is the path right?") from error


def _of_document(file: Path) -> Objects:
    prefix = _prefix(file)
    try:
        with file.open("rb") as content:
            yield from enumerate(ijson.items(content, prefix, use_float=True), 1)
    except (OSError, ijson.JSONError, UnicodeDecodeError) as error:
        raise HistoryError(f"{file} can't be read as JSON: {error}") from error


def _prefix(file: Path) -> str:
    """Return where a document's objects are; the document itself where it holds no list of them."""
    try:
        with file.open("rb") as content:
            seen = set()
            for prefix, event, _ in ijson.parse(content):
                if event == "start_map" and prefix in LISTS:
                    return str(prefix)
                seen.add(prefix)
                if len(seen) > 2000:
                    break
    except (OSError, ijson.JSONError, UnicodeDecodeError) as error:
        raise HistoryError(f"{file} can't be read as JSON: {error}") from error
    return ""
