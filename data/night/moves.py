"""Questions of a draft are put elsewhere: into a group, a new one, an intent of the desk, or none."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from data.errors import VerdictError
from data.night.questions import MOVED, NONE, Asked, Move, read_moves, read_questions
from data.night.regrouped import read_regrouped
from data.night.topics import (
    LOCK,
    Topic,
    read_draft,
    read_topics,
    write_answer,
    write_topics,
    written_as_yaml,
)
from data.night.typical import typical_first
from data.whole_file import write_whole

NEW = "new"  # in place of a group's name, as NONE is
TITLE = 60  # characters on a button
HEADER = """\
# Questions that are in another group than they were found in; `to: null` is in none. Delete a line to put one
# back.
"""
_ONE_CUSTOMERS = re.compile(r"\d|\[[a-z_]+\]")  # numbers and masked data


@dataclass(frozen=True)
class Moved:
    """Where questions were put, and what takes that back: questions, by the group they were in."""

    to: str | None
    back: Mapping[str, Sequence[int]]


def move(folder: Path, numbers: Sequence[int], to: str, existing: Sequence[str] = ()) -> Moved:
    """Put questions into group `to`, a NEW one, NONE, or a group of their own that goes into an intent.

    A group that was made by moving and holds no question any more is gone. Raises VerdictError, changing
    nothing, where there is no such question or group.
    """
    with FileLock(folder / LOCK):
        asked = read_questions(folder)
        if unknown := [n for n in numbers if not 0 < n <= len(asked)]:
            raise VerdictError(f"this draft has no question {unknown[0]}; it has {len(asked)}")
        if not numbers:
            raise VerdictError("no question is named")
        own = typical_first(folder, [asked[n - 1] for n in dict.fromkeys(numbers)], len(asked))
        topics = read_topics(folder)
        topic = _topic(folder, topics, own, to, existing)
        group = topic.group if topic else None
        is_new = topic is not None and topic not in topics
        if topic and is_new:
            topics = _placed(topics, topic, _source(own))
            write_topics(folder, topics)
        _write_moves(folder, own, group)
        _drop_empty(folder, topics)
        if topic and is_new and topic.into is None:
            _propose_answer(folder, topic.group)
    back: dict[str, list[int]] = {}
    for question in own:
        back.setdefault(question.group or NONE, []).append(question.number)
    return Moved(group, back)


def _topic(
    folder: Path, topics: Sequence[Topic], own: Sequence[Asked], to: str, existing: Sequence[str]
) -> Topic | None:
    """Return the topic that questions go to, a new one where there is none yet; None for no group."""
    if to == NONE:
        return None
    if to != NEW:
        by_hand = {t.group for t in topics} - {g["id"] for g in read_draft(folder)["groups"]}
        for topic in topics:
            if topic.group == to or (topic.into == to in existing and topic.group in by_hand):
                return topic
        if to not in existing:
            raise VerdictError(
                f"{to} is neither a group of this draft nor an intent of its desk; `{NEW}` makes a group, "
                f"`{NONE}` puts a question into none"
            )
    decided = {} if to == NEW else {"state": "approved", "into": to}
    number = max((int(t.group[1:]) for t in topics), default=0) + 1
    source = next((t for t in topics if t.group == _source(own)), None)
    name = _free(source.id if source else f"topic_{number:03}", {t.id for t in topics} | set(existing))
    return Topic.model_validate({"group": f"g{number:03}", "id": name, "title": _title(own), **decided})


def _source(own: Sequence[Asked]) -> str | None:
    """Return the group that most of some questions are in."""
    return Counter(q.group for q in own).most_common(1)[0][0]


def _free(name: str, taken: set[str]) -> str:
    name = re.sub(r"_no\d+$", "", name)[:36]
    return next(n for n in (name, *(f"{name}_no{k}" for k in range(2, len(taken) + 3))) if n not in taken)


def _title(own: Sequence[Asked]) -> dict[str, str]:
    """Return in each language a typical question that fits on a button, cut where none does."""
    title = {}
    for language in sorted({q.language for q in own}):
        texts = [q.text for q in own if q.language == language]
        plain = [text for text in texts if len(text) <= TITLE and not _ONE_CUSTOMERS.search(text)]
        text = (plain or [min(texts, key=len)])[0][:TITLE]
        title[language] = text[:1].upper() + text[1:]
    return title


def _placed(topics: Sequence[Topic], topic: Topic, source: str | None) -> list[Topic]:
    """Return topics with a new one behind that which its questions come from."""
    at = next((row + 1 for row, t in enumerate(topics) if t.group == source), len(topics))
    return [*topics[:at], topic, *topics[at:]]


def _write_moves(folder: Path, own: Sequence[Asked], group: str | None) -> None:
    moves = read_moves(folder)
    for question in own:
        moves.pop(question.number, None)
        if question.found != group:
            moves[question.number] = Move(question=question.number, to=group, text=question.text)
    entries = [moves[number].model_dump() for number in sorted(moves)]
    write_whole(folder / MOVED, HEADER + written_as_yaml(entries, flow=True))


def _drop_empty(folder: Path, topics: Sequence[Topic]) -> None:
    """Take away groups without questions that were made by moving, unless another goes into them."""
    kept = {g["id"] for g in read_draft(folder)["groups"]} | {q.group for q in read_questions(folder)}
    kept |= {t.into for t in topics if t.group in kept}
    if left := [t for t in topics if t.group not in kept]:
        write_topics(folder, [t for t in topics if t not in left])
        for topic in left:
            (folder / "templates" / f"{topic.group}.yaml").unlink(missing_ok=True)


def _propose_answer(folder: Path, group: str) -> None:
    """Write as a new group's answer what most agents replied to its questions in each language."""
    entry = next(g for g in read_regrouped(folder)["groups"] if g["id"] == group)
    best = {reply["language"]: reply["template"] for reply in reversed(entry["replies"])}
    write_answer(folder, group, best)
