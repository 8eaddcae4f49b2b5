"""What of a group's answer is left out of a desk for now, said when the group is approved or answered."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from data.errors import DeskError
from data.night.pooled import answers_taken
from data.night.topics import OPEN, Draft, Topic, read_answer, read_topics, target, write_answer
from data.night.written import checked_answer


def put_answers(folder: Path, draft: Draft, given: Sequence[tuple[str, str, str]]) -> None:
    """Keep answers of groups in a language; raises DeskError, keeping none, where one can't be kept."""
    groups = {t.group for t in read_topics(folder)}
    answers: dict[str, dict[str, str]] = {}
    for group, language, text in given:
        if group not in groups:
            raise DeskError(f"{folder} has no group {group}; without options `accept` lists them")
        if language not in draft["languages"]:
            raise DeskError(f"{folder} has no {language}; its languages are {', '.join(draft['languages'])}")
        answers.setdefault(group, dict(read_answer(folder, group)))[language] = checked_answer(text)
    for group, texts in answers.items():
        write_answer(folder, group, texts)


def unfinished(folder: Path, draft: Draft, groups: Sequence[str]) -> Iterator[str]:
    """Yield a line for each approved group and language whose answer is left out, with its marks."""
    topics = {t.group: t for t in read_topics(folder)}
    for group in dict.fromkeys(groups):
        topic = topics[group]
        if topic.state == "approved" and topic.into is None:
            yield from _lines(folder, draft, topic, topics)


def unapproved(topics: Mapping[str, Topic]) -> list[str]:
    """Return a line of the open groups that go into approved ones and are therefore left out, if any."""
    waiting = [t for t in topics.values() if t.is_open and t.into in topics]
    groups = [t.group for t in waiting if target(t, topics)]
    if not groups:
        return []
    said = (
        "1 group goes into an approved one and is not approved itself, so its"
        if len(groups) == 1
        else f"{len(groups):,} groups go into approved ones and are not approved themselves, so their"
    )
    it = "it" if len(groups) == 1 else "them"
    return [f"{said} questions are left out: {', '.join(groups)}; --approve {it}"]


def _lines(folder: Path, draft: Draft, topic: Topic, topics: Mapping[str, Topic]) -> Iterator[str]:
    taken = answers_taken(folder, draft, topic, topics)
    texts = read_answer(folder, topic.group) | {la: t.text for la, t in taken.items()}
    for language in draft["languages"]:
        text = texts.get(language, "")
        if marks := OPEN.findall(text):
            why = f"left out until this is filled in: {', '.join(dict.fromkeys(marks))}"
        elif not text:
            why = "none yet"
        else:
            continue
        yield f"{topic.group}  {topic.id}: the answer in {language} is {why}"
