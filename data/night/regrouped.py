"""A draft as it is now: its groups after questions were moved, with what the history says of each."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from data.night.questions import KNOWN, MOVED, Asked, examples_of, read_questions
from data.night.topics import Draft, read_draft, read_topics
from data.night.typical import typical_first

REPLIES = 3  # that are kept of a group and language
Entry = dict[str, Any]


def read_regrouped(folder: Path) -> Draft:
    """Return what draft.json holds, with the groups that questions were moved from or to as they are now.

    A group that was made since then has the replies that agents gave to its questions. Raises DeskError.
    """
    draft = read_draft(folder)
    if not (folder / MOVED).exists():
        return draft
    asked = read_questions(folder)
    by_group: dict[str | None, list[Asked]] = {}
    for question in asked:
        by_group.setdefault(question.group, []).append(question)
    found: dict[str, Entry] = {group["id"]: group for group in draft["groups"]}
    touched = {g for q in asked if q.group != q.found for g in (q.group, q.found) if g is not None}
    touched |= {topic.group for topic in read_topics(folder)} - found.keys()
    now = {
        g: _entry(g, typical_first(folder, by_group.get(g, ()), len(asked)), found) for g in sorted(touched)
    }
    return {**draft, "groups": list((found | now).values()), "alone": _alone(draft, asked)}


def _alone(draft: Draft, asked: Sequence[Asked]) -> int:
    """Return how many questions are in no group and new; old drafts do not tell which turns are questions."""
    if KNOWN in draft:
        return sum(q.group is None and not q.known for q in asked)
    gone = sum(q.found is not None and q.group is None for q in asked)
    return int(draft["alone"]) + gone - sum(q.found is None and q.group is not None for q in asked)


def _entry(group: str, own: Sequence[Asked], found: Mapping[str, Entry]) -> Entry:
    """Return a group's entry with what follows from the questions in it, the most typical first."""
    old = found.get(group, {"words": {}, "order_numbers": None, "existing": None})
    sources = [found[source] for source in dict.fromkeys(q.found for q in own) if source]
    return {
        **old,
        "id": group,
        "size": len(own),
        "languages": dict(Counter(q.language for q in own)),
        "dialogues": len({q.dialogue for q in own}),
        "examples": examples_of(own),
        "replies": _replies([old, *sources] if group in found else sources, {q.number for q in own}),
    }


def _replies(sources: Iterable[Entry], own: set[int]) -> list[Entry]:
    """Return the replies that some groups' agents gave to these questions, the most frequent first.

    Who said so and how it ended is known of all who got a reply only. Drafts that do not know which questions
    those were keep their replies as they are.
    """
    found: dict[tuple[str, str], Entry] = {}
    for reply in (reply for source in sources for reply in source.get("replies", ())):
        if "questions" in reply:
            to = [number for number in reply["questions"] if number in own]
            if len(to) < len(reply["questions"]):
                reply = {**reply, "replies": len(to), "agents": 0, "solved": None, "rating": None}
                reply["questions"] = to
        if reply["replies"]:
            found.setdefault((reply["language"], reply["template"]), reply)
    by_language: dict[str, list[Entry]] = {}
    for reply in sorted(found.values(), key=lambda r: -r["replies"]):
        by_language.setdefault(reply["language"], []).append(reply)
    return [reply for _, replies in sorted(by_language.items()) for reply in replies[:REPLIES]]
