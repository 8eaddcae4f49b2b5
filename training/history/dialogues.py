"""Messages of one conversation → a dialogue as desks keep them (docs/desk.md)."""

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data.fold import fold
from training.history.languages import language_of
from training.history.message import Message, Rejected
from training.history.names import Names
from training.history.times import seconds

NEUTRAL = "neutral"


class Seen:
    """What earlier dialogues said, as numbers, on disk where they are many."""

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        self._db.executescript("pragma synchronous = off; begin;")
        for kind in ("dialogues", "spellings"):
            self._db.execute(f"create table {kind} (number integer primary key)")
        self.near = 0

    def close(self) -> None:
        self._db.close()

    def had(self, kind: str, number: int) -> bool:
        """Return whether a number was seen before, and remember it."""
        return self._db.execute(f"insert or ignore into {kind} values (?)", (number,)).rowcount == 0


@dataclass(frozen=True)
class Made:
    """A dialogue, or none, and the messages that did not get into one."""

    dialogue: dict[str, Any] | None
    rejected: tuple[Rejected, ...] = ()


def dialogue_of(messages: Sequence[Message], languages: tuple[str, ...]) -> Made:
    """Return the dialogue of a conversation whose messages come in the order of their source.

    Where all have a time, that orders them. A message that stands twice at one moment is dropped the second
    time: exports overlap.
    """
    kept, twice = _ordered(messages)
    language, why = _language(kept, languages)
    if language is None:
        return Made(None, tuple(Rejected(m.file, m.row, why) for m in messages))
    whole: dict[str, Any] = {"id": messages[0].conversation, "language": language}
    if started := next((m.at for m in kept if m.at), None):
        whole["started"] = started
    for name in ("resolution", "rating"):
        if (
            value := next((v for m in reversed(kept) if (v := getattr(m, name)) is not None), None)
        ) is not None:
            whole[name] = value
    whole["turns"] = [_turn(m) for m in kept]
    return Made(whole, tuple(Rejected(m.file, m.row, "the same message stands above") for m in twice))


def _ordered(messages: Sequence[Message]) -> tuple[list[Message], list[Message]]:
    """Return the messages as they were said, and those that stand twice."""
    if all(m.at for m in messages):
        messages = sorted(messages, key=lambda m: seconds(m.at or ""))
    kept: dict[tuple[object, ...], Message] = {}
    twice = []
    for number, message in enumerate(messages):
        key = (message.speaker, message.text, message.at or number)
        if key in kept:
            twice.append(message)
        kept.setdefault(key, message)
    return list(kept.values()), twice


def _language(messages: Sequence[Message], languages: tuple[str, ...]) -> tuple[str | None, str]:
    named = Counter(m.language for m in messages if m.language)
    if named:
        language = named.most_common(1)[0][0]
        why = f"language {language!r} is none of {', '.join(languages)}"
        return (language, "") if language in languages else (None, why)
    said = [m.text for m in messages if m.speaker == "customer"] or [m.text for m in messages]
    found = language_of("\n".join(said), languages)
    return found, f"in none of the languages {', '.join(languages)}"


def _turn(message: Message) -> dict[str, Any]:
    turn: dict[str, Any] = {"speaker": message.speaker, "text": message.text}
    if message.at:
        turn["at"] = message.at
    if message.agent:
        turn["agent"] = message.agent
    if message.labels is not None:
        turn |= {"intents": list(message.labels), "mood": message.mood or NEUTRAL}
        if not message.standalone:
            turn["standalone"] = False
    return turn


def repeats(dialogue: Mapping[str, Any], seen: Seen) -> bool:
    """Return whether a labelled dialogue says exactly what an earlier one did, and remember it.

    Messages that differ from an earlier one only in case, punctuation, digits or script are counted. Of
    conversations without labels none is dropped: how often something is asked is worth knowing.
    """
    turns = [t for t in dialogue["turns"] if "intents" in t]
    if not turns:
        return False
    said = [(t["speaker"], t["text"], t.get("intents")) for t in dialogue["turns"]]
    if seen.had("dialogues", _number([dialogue["language"], said])):
        return True
    for turn in turns:
        seen.near += seen.had("spellings", _number([dialogue["language"], _spelling(turn["text"])]))
    return False


def _spelling(text: str) -> str:
    """Return what is left of a text without case, punctuation, digits and script."""
    return "".join(c for c in fold(text).lower() if c.isalpha())


def _number(thing: object) -> int:
    said = json.dumps(thing, ensure_ascii=False).encode("utf-8", "replace")
    return int.from_bytes(hashlib.blake2b(said, digest_size=8).digest(), signed=True)


def with_intents(dialogue: dict[str, Any], names: Names) -> dict[str, Any]:
    """Return a dialogue with the desk's intents in place of the source's labels.

    A yes or no means nothing without what came before, so that the classifier shall not learn from it.
    """
    turns = [_named(turn, names) if "intents" in turn else turn for turn in dialogue["turns"]]
    return {**dialogue, "turns": turns}


def _named(turn: dict[str, Any], names: Names) -> dict[str, Any]:
    alone = {} if not names.replies & set(turn["intents"]) else {"standalone": False}
    return {**turn, "intents": names.intents_of(turn["intents"]), **alone}
