"""What a topic of a draft takes from the topics that were merged into it: answers and titles it lacks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.night.topics import OPEN, Draft, Topic, read_answer

BY_HAND = 1_000_000  # replies that a text of a person counts for


@dataclass(frozen=True)
class Taken:
    """A text that a topic lacked, and the group it was taken from."""

    group: str
    text: str


def merged_into(topic: Topic, topics: Mapping[str, Topic]) -> list[Topic]:
    """Return the approved topics whose messages go to another one, straight or by way of others."""
    return [t for t in topics.values() if t.state == "approved" and _goes_to(t, topic.group, topics)]


def answers_taken(folder: Path, draft: Draft, topic: Topic, topics: Mapping[str, Topic]) -> dict[str, Taken]:
    """Return for each language in which a topic has no answer the best of those merged into it.

    That is the one which most replies say; what somebody wrote comes first. Answers with marks to fill in are
    none yet.
    """
    groups = {group["id"]: group for group in draft["groups"]}
    own = read_answer(folder, topic.group)
    found: dict[str, tuple[tuple[int, int], Taken]] = {}
    for merged in merged_into(topic, topics):
        group = groups.get(merged.group, {})
        for language, text in read_answer(folder, merged.group).items():
            if own.get(language) or OPEN.search(text):
                continue
            rank = (_support(group, language, text), group.get("size", 0))
            if language not in found or rank > found[language][0]:
                found[language] = rank, Taken(merged.group, text)
    return {language: taken for language, (_, taken) in found.items()}


def titles_taken(draft: Draft, topic: Topic, topics: Mapping[str, Topic]) -> dict[str, str]:
    """Return for each language in which a topic has no title that of the largest one merged into it."""
    sizes = {group["id"]: group["size"] for group in draft["groups"]}
    merged = sorted(merged_into(topic, topics), key=lambda t: sizes.get(t.group, 0))
    titles = {language: title for t in merged for language, title in t.title.items()}
    return {language: title for language, title in titles.items() if language not in topic.title}


def _support(group: Mapping[str, Any], language: str, text: str) -> int:
    """Return how many replies say an answer."""
    said: Iterator[int] = (
        reply["replies"]
        for reply in group.get("replies", ())
        if reply["language"] == language and reply["template"] == text
    )
    return next(said, BY_HAND)


def _goes_to(topic: Topic, group: str, topics: Mapping[str, Topic]) -> bool:
    seen: set[str] = set()
    while topic.into is not None and topic.into in topics and topic.group not in seen:
        seen.add(topic.group)
        if topic.into == group:
            return True
        topic = topics[topic.into]
        if topic.state != "approved":
            return False
    return False
