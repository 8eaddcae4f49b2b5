"""The least of a desk: what a bot needs beside the answers of a history, taken from another desk.

Greetings and thanks, a person to be had, the desk's own sentences, hours and the facts these name. Each fact
is the other desk's until somebody writes the own one; `write_new_desk` says which.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from data.desk import PLACEHOLDER, Desk, load_desk, read_yaml
from data.fold import fold
from training.examples import labelled_messages

PERSON = "human_agent"
PER_INTENT = 60  # messages of an intent and language that are taken over
SETTINGS = ("accent", "timezone", "hours", "order_status")


def write_new_desk(
    folder: Path, name: str, languages: Sequence[str], like: Path, slots: Mapping[str, Any]
) -> list[str]:
    """Write a desk without matters of its own to a new folder, and return what has to be looked through."""
    other = load_desk(like)
    spoken = [la for la in other.languages if la in languages]
    basics = {i.id for i in other.intents.values() if i.kind == "social" or i.id == PERSON}
    templates = _templates(like, basics, spoken)
    facts = sorted(_facts_in(t for entries in templates.values() for t in entries) & set(other.facts))
    raw = read_yaml(like / "desk.yaml")
    head = {
        "id": re.sub(r"\W+", "_", fold(name).lower()).strip("_") or "desk",
        "name": dict.fromkeys(spoken, name),
        "languages": spoken,
        **{setting: raw[setting] for setting in SETTINGS if setting in raw},
        "slots": dict(slots),
        "facts": {fact: raw["facts"][fact] for fact in facts},
        "connectors": {"orders": {"kind": "jsonl", "path": "orders.jsonl"}},
    }
    folder.mkdir(parents=True)
    _write(folder / "desk.yaml", head)
    _write(folder / "intents.yaml", [e for e in read_yaml(like / "intents.yaml") if e["id"] in basics])
    for file, entries in templates.items():
        _write(folder / "templates" / file, entries)
    (folder / "orders.jsonl").write_text("", "utf-8")
    _write_messages(folder / "dialogues" / "basics.jsonl", other, basics, spoken)
    return [
        f"desk.yaml: name, hours, colour and time zone are to be set; these are {other.id}'s",
        f"desk.yaml: these facts are {other.id}'s and must be made your own: {', '.join(facts)}",
        *(f"desk.yaml: {_called(name, slot)} came from the dialogues" for name, slot in slots.items()),
        "orders.jsonl is empty: name your order system under connectors (docs/desk.md)",
        "knowledge/ is empty: articles answer what templates do not",
    ]


def _called(name: str, slot: Mapping[str, Any]) -> str:
    return f"{name.replace('_', ' ')} like {' or '.join(slot['formats'])}"


def _templates(like: Path, basics: set[str], languages: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """Return the entries of each file of templates that are about the basics or the desk itself."""
    found = {}
    for file in sorted((like / "templates").glob("*.yaml")):
        entries = [
            {
                **{k: v for k, v in entry.items() if k in ("id", "when") or k in languages},
                **({"next": kept} if (kept := [i for i in entry.get("next", ()) if i in basics]) else {}),
            }
            for entry in read_yaml(file)
            if entry["id"].split(".")[0] in {*basics, "system"}
        ]
        if entries:
            found[file.name] = entries
    return found


def _facts_in(entries: Iterable[Mapping[str, Any]]) -> set[str]:
    texts = " ".join(str(value) for entry in entries for value in entry.values())
    return {name[5:] for name in PLACEHOLDER.findall(texts) if name.startswith("fact.")}


def _write_messages(file: Path, other: Desk, basics: set[str], languages: Sequence[str]) -> None:
    """Write the other desk's messages of the basics as dialogues of one turn each."""
    counts: Counter[tuple[str, str]] = Counter()
    lines: list[dict[str, Any]] = []
    for message in labelled_messages(other):
        key = (message.label, message.language)
        if message.language not in languages or len(message.labels) != 1 or message.label not in basics:
            continue
        counts[key] += 1
        if counts[key] <= PER_INTENT:
            turn = {
                "speaker": "customer",
                "text": message.text,
                "intents": [message.label],
                "mood": "neutral",
            }
            lines.append({"id": f"basics-{len(lines) + 1}", "language": message.language, "turns": [turn]})
    file.parent.mkdir()
    file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8")


def _write(file: Path, content: Any) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=110), "utf-8")
