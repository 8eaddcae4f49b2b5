"""What a draft has written to a desk, kept there so that it can be accepted again: `dialogues/mined.json`.

A second time replaces what the first wrote. What somebody changed in the desk since then stays as it is.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from data.desk import Desk, read_yaml
from data.night.questions import NO_LABEL
from training.examples import stands_alone
from training.history.counted import counted
from training.history.json_line import json_line
from training.history.mine.declined import RECORD, read_record

FILE = "mined"  # of dialogues that come from a draft
Entry = dict[str, Any]


@dataclass
class Record:
    """What one draft wrote to the desk in `folder`: dialogues, intents, texts of templates."""

    folder: Path
    draft: str
    dialogues: dict[str, str] = field(default_factory=dict)  # language: file
    intents: dict[str, Entry] = field(default_factory=dict)
    templates: dict[str, dict[str, str]] = field(default_factory=dict)  # intent: file and text
    declined: list[Entry] = field(default_factory=list)  # topics that were left out (declined.py)
    replaced: list[str] = field(default_factory=list)  # by this time
    taken: list[str] = field(default_factory=list)  # by this time from other drafts

    @classmethod
    def of(cls, folder: Path, draft: str) -> "Record":
        """Return what a draft wrote before; nothing where it did not."""
        return cls(folder, draft, **read_record(folder).get(draft, {}))

    def save(self) -> None:
        names = ("dialogues", "intents", "templates", "declined")
        written = {name: getattr(self, name) for name in names}
        text = json.dumps(read_record(self.folder) | {self.draft: written}, ensure_ascii=False, indent=1)
        (self.folder / RECORD).write_text(text, "utf-8")

    def put_intents(self, entries: Mapping[str, Entry]) -> Iterator[str]:
        """Add intents or replace those of before, and yield what is to be seen to by hand."""
        file = self.folder / "intents.yaml"
        text = file.read_text("utf-8")
        stand = {entry["id"]: entry for entry in read_yaml(file)}
        added = []
        for intent, entry in entries.items():
            old = self.intents.get(intent)
            if intent not in stand:
                added.append(entry)
            elif old == entry:
                continue
            elif old and stand[intent] == old and as_yaml([old]) in text:
                text = text.replace(as_yaml([old]), as_yaml([entry]), 1)
                self.replaced.append(f"{intent} in intents.yaml")
            else:
                yield f"{intent} was changed in intents.yaml and stays so; the draft has it otherwise"
                continue
            self.intents[intent] = entry
        for intent in sorted(self.intents.keys() & stand.keys() - entries.keys()):
            yield (
                f"{intent} was accepted before and is no intent of the draft any more: remove it from "
                f"intents.yaml{self._and_template(intent)} by hand"
            )
        if added:
            text = text.rstrip("\n") + "\n\n" + as_yaml(added)
        file.write_text(text, "utf-8")

    def put_template(self, desk: Desk, intent: str, entry: Entry) -> Iterator[str]:
        """Write an intent's answer or replace that of before, and yield it where somebody's own stays."""
        text, old = as_yaml([entry]), self.templates.get(intent)
        file = self.folder / "templates" / old["file"] if old else None
        if old and file and file.exists():
            if file.read_text("utf-8") != old["text"]:
                if text != old["text"]:
                    yield f"{intent}: templates/{old['file']} was changed in the desk and stays so"
                return
            if text != old["text"]:
                self.replaced.append(f"templates/{old['file']}")
        elif desk.answers.get(intent):
            yield f"{intent}: the desk has an answer that somebody wrote, and it stays"
            return
        else:
            file = free(self.folder / "templates", intent, "yaml")
        assert file
        file.write_text(text, "utf-8")
        self.templates[intent] = {"file": file.name, "text": text}

    def put_dialogues(self, language: str, dialogues: Sequence[Entry], ids: set[str]) -> None:
        """Write dialogues in place of those of before; `ids` are of all that the draft has.

        What they say of a message takes the place of what another draft said of it.
        """
        self._unlabel_elsewhere(language, dialogues)
        file = self.folder / "dialogues" / self.dialogues.get(language, "")
        kept: list[str] = []
        if file.is_file():
            before = file.read_text("utf-8").splitlines()
            kept = [line for line in before if json.loads(line)["id"] not in ids]
            self.replaced.append(f"{len(before) - len(kept)} dialogues in dialogues/{file.name}")
        elif dialogues:
            file = free(self.folder / "dialogues", f"{FILE}_{language}", "jsonl")
        else:
            return
        file.write_text("".join(f"{line}\n" for line in kept) + _as_lines(dialogues), "utf-8")
        self.dialogues[language] = file.name

    def _unlabel_elsewhere(self, language: str, dialogues: Sequence[Entry]) -> None:
        """Take from what other drafts wrote the labels of messages that this one labels, too.

        The same dialogues are those of one id and the same texts: two imports may count theirs alike.
        """
        ours = {d["id"]: d["turns"] for d in dialogues}
        for draft, written in read_record(self.folder).items():
            file = self.folder / "dialogues" / written["dialogues"].get(language, "")
            if draft == self.draft or not file.is_file():
                continue
            theirs = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
            told = [_without(d["turns"], ours.get(d["id"], ())) for d in theirs]
            if number := sum(turns != d["turns"] for turns, d in zip(told, theirs, strict=True)):
                left = [
                    {**d, "turns": t} for d, t in zip(theirs, told, strict=True) if any(map(stands_alone, t))
                ]
                file.write_text(_as_lines(left), "utf-8")
                self.taken.append(f"{counted(number, 'dialogue')} of dialogues/{file.name}")

    def _and_template(self, intent: str) -> str:
        return f" and templates/{self.templates[intent]['file']}" if intent in self.templates else ""


def free(folder: Path, stem: str, kind: str) -> Path:
    """Return a file that is not there yet: what is there already, another draft's too, stays."""
    names = [f"{stem}.{kind}", *(f"{stem}_{number}.{kind}" for number in range(2, 1000))]
    return next(folder / name for name in names if not (folder / name).exists())


def _without(turns: Sequence[Entry], ours: Sequence[Entry]) -> list[Entry]:
    """Return turns without the labels of those that are labelled in `ours`, if they say the same."""
    if [t["text"] for t in turns] != [t["text"] for t in ours]:
        return list(turns)
    return [{**t, **NO_LABEL} if stands_alone(o) else t for t, o in zip(turns, ours, strict=True)]


def _as_lines(dialogues: Iterable[Entry]) -> str:
    return "".join(map(json_line, dialogues))


def as_yaml(entries: list[Entry]) -> str:
    return str(yaml.safe_dump(entries, allow_unicode=True, sort_keys=False, width=110))
