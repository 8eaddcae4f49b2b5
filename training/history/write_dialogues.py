"""What was read → dialogues per language, the list of what was rejected, and what a desk is made from."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import IO, Any

from training.history.dialogues import Seen, dialogue_of, repeats, with_intents
from training.history.json_line import json_line
from training.history.message import Rejected
from training.history.names import Names
from training.history.spool import Spool

EXAMPLES = 60  # messages of each intent and language that may name it
REPEATED = "the same dialogue, with the same labels, stands above"
Report = Callable[[float], None]


@dataclass
class Written:
    """What went into the dialogues, and what did not."""

    dialogues: Counter[str] = field(default_factory=Counter)  # per language
    messages: Counter[str] = field(default_factory=Counter)  # per language
    labelled: Counter[str] = field(default_factory=Counter)  # per language
    per_intent: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], list[str]] = field(default_factory=dict)  # per intent and language
    reasons: Counter[str] = field(default_factory=Counter)  # of rows that were rejected
    repeated: int = 0
    near: int = 0


def write_dialogues(
    spool: Spool, folder: Path, languages: tuple[str, ...], names: Names, report: Report = lambda share: None
) -> Written:  # fmt: skip
    """Write `dialogues/<language>.jsonl` and `rejected.jsonl` into an empty folder."""
    written = Written()
    (folder / "dialogues").mkdir(parents=True)
    total = spool.number_of_conversations()
    with ExitStack() as files, closing(Seen()) as seen:
        opened: dict[str, IO[str]] = {}
        left_out = files.enter_context((folder / "rejected.jsonl").open("w", encoding="utf-8"))
        for rejected in chain(spool.rejected(), spool.endless()):
            _reject(left_out, rejected, written)
        for number, messages in enumerate(spool.conversations(), 1):
            made = dialogue_of(messages, languages)
            for rejected in made.rejected:
                _reject(left_out, rejected, written)
            if made.dialogue is None:
                continue
            dialogue = with_intents(made.dialogue, names)
            if repeats(dialogue, seen):
                written.repeated += 1
                for message in messages:
                    _reject(left_out, Rejected(message.file, message.row, REPEATED), written)
                continue
            language = dialogue["language"]
            if language not in opened:
                file = folder / "dialogues" / f"{language}.jsonl"
                opened[language] = files.enter_context(file.open("w", encoding="utf-8"))
            opened[language].write(json_line(dialogue))
            _count(dialogue, written)
            if number % 1000 == 0:
                report(number / total)
        written.near = seen.near
    return written


def _reject(file: IO[str], rejected: Rejected, written: Written) -> None:
    file.write(json_line({"file": rejected.file, "row": rejected.row, "reason": rejected.reason}))
    written.reasons[rejected.reason] += 1


def _count(dialogue: dict[str, Any], written: Written) -> None:
    language = dialogue["language"]
    written.dialogues[language] += 1
    written.messages[language] += len(dialogue["turns"])
    for intents, text in _labelled(dialogue):
        written.labelled[language] += 1
        for intent in intents:
            written.per_intent[intent, language] += 1
            known = written.examples.setdefault((intent, language), [])
            if len(known) < EXAMPLES and text not in known:
                known.append(text)


def _labelled(dialogue: dict[str, Any]) -> Iterator[tuple[list[str], str]]:
    for turn in dialogue["turns"]:
        if "intents" in turn and turn.get("standalone", True):
            yield turn["intents"], turn["text"]
