"""A draft desk: topics found in dialogues without labels, and what staff decided about each.

draft.json          what was found: groups with their sizes, examples, replies; nobody changes it
intents.yaml        a topic each, with its state; staff change it, here or by hand
templates/*.yaml    the proposed answer of each topic, to be changed likewise
dialogues/*.jsonl   the dialogues; a question's label is the group that it was found in
moved.yaml          questions that staff put elsewhere (data/night/questions.py)
vectors.npy         a row for each question, for splitting a group (data/night/typical.py)
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from filelock import FileLock
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, TypeAdapter, ValidationError

from data.desk import Texts, read_yaml
from data.errors import DeskError, VerdictError
from data.plain_errors import plainly
from data.whole_file import write_whole

State = Literal["proposed", "approved", "rejected", "outside"]  # outside: no matter of this desk
LOCK = "draft.lock"  # of all that staff change in a draft
DRAFTS = "drafts"  # below the home: where the console looks for drafts
ID = re.compile(r"[a-z][a-z0-9_]{0,40}")
OPEN = re.compile(r"\[\[[^\]]*\]\]")  # what a person has to fill in
Draft = dict[str, Any]  # what draft.json holds
Changes = Sequence[tuple[str, Mapping[str, Any]]]  # group: fields of its topic
_Dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
HEADER = """\
# Topics found in the dialogues. state: proposed, approved, rejected, or outside (no matter of this desk).
# `into` adds a topic's messages to another group's or an existing intent's, instead of making a new intent.
"""


def _id(name: str) -> str:
    if not ID.fullmatch(name):
        raise ValueError("small letters, digits and _, a letter first, 41 at most, such as get_invoice")
    return name


class Topic(BaseModel):
    """One topic as staff see it: `group` never changes, `id` is what its intent will be called."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    group: Annotated[str, StringConstraints(pattern=r"^g\d{3,5}$")]
    state: State = "proposed"
    id: Annotated[str, AfterValidator(_id)]
    into: str | None = None
    kind: Literal["answer", "act", "human", "social"] = "answer"
    slots: tuple[str, ...] = ()
    title: Texts
    means: Texts = {}

    @property
    def is_open(self) -> bool:
        return self.state == "proposed"


_TOPICS = TypeAdapter(list[Topic])


def read_draft(folder: Path) -> Draft:
    """Return what was found; raises DeskError where the folder is no draft."""
    try:
        draft: Draft = json.loads((folder / "draft.json").read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise DeskError(
            f"{folder} is no draft: {error}; `python -m training.history mine` makes one"
        ) from error
    return draft


def read_topics(folder: Path) -> list[Topic]:
    """Return the draft's topics, in the order of the file; raises DeskError naming what is wrong."""
    file = folder / "intents.yaml"
    try:
        topics = _TOPICS.validate_python(read_yaml(file))
    except ValidationError as error:
        raise DeskError(f"{file} is not as it should be: {error}") from error
    for field in ("group", "id"):
        used: set[str] = set()
        for topic in topics:
            name = getattr(topic, field)
            if name in used and (field == "group" or topic.into is None):
                raise DeskError(f"{file}: {field} {name!r} stands twice; rename one or merge them by `into`")
            used |= {name} if field == "group" or topic.into is None else set()
    return topics


def write_topics(folder: Path, topics: Sequence[Topic]) -> None:
    entries = [t.model_dump(mode="json", exclude_defaults=True) | {"state": t.state} for t in topics]
    write_whole(folder / "intents.yaml", HEADER + written_as_yaml([_in_order(e) for e in entries]))


def read_answer(folder: Path, group: str) -> Texts:
    """Return a topic's proposed answer in each language that has one; empty where there is none."""
    file = folder / "templates" / f"{group}.yaml"
    entries = read_yaml(file) if file.exists() else []
    if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
        raise DeskError(f"{file} is no list of templates")
    return {k: str(v) for k, v in (entries[0] if entries else {}).items() if k not in ("id", "when", "next")}


def write_answer(folder: Path, group: str, texts: Mapping[str, str]) -> None:
    """Keep a topic's answer; a language without text is left out."""
    kept = {language: text.strip() for language, text in texts.items() if text.strip()}
    file = folder / "templates" / f"{group}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole(file, written_as_yaml([{"id": f"{group}.one", **kept}]) if kept else "[]\n")


def decide(folder: Path, changes: Changes, existing: Sequence[str] = ()) -> list[Topic]:
    """Change fields of some topics and return all; `existing` are intents of a desk that they may go into.

    Raises VerdictError, and keeps none of the changes, where one can't be kept.
    """
    with FileLock(folder / LOCK):
        topics = {t.group: t for t in read_topics(folder)}
        words = _words(folder) if any({"id", "title"} & change.keys() for _, change in changes) else {}
        for group, change in changes:
            if group not in topics:
                raise VerdictError(f"this draft has no group {group}; it has {', '.join(list(topics)[:3])} …")
            before, topics[group] = topics[group], _changed(topics[group], change)
            topics[group] = _without_proposed_means(topics[group], before, words.get(group, {}))
        for group, _ in changes:
            _check(topics[group], list(topics.values()), existing)
        write_topics(folder, list(topics.values()))
    return list(topics.values())


def target(topic: Topic, topics: Mapping[str, Topic]) -> str | None:
    """Return the intent that a topic's messages go to; None where a group on the way is not approved."""
    seen: set[str] = set()
    while topic.into is not None and topic.into in topics:
        if topic.group in seen:
            return None
        seen.add(topic.group)
        topic = topics[topic.into]
        if topic.state != "approved":
            return None
    return topic.into or topic.id


def drafts_in(home: Path) -> list[Path]:
    """Return the drafts that the console shows, newest first."""
    found = (home / DRAFTS).glob("*/draft.json")
    return [f.parent for f in sorted(found, key=lambda f: (-f.stat().st_mtime, f.parent.name))]


def new_draft_folder(home: Path) -> Path:
    return home / DRAFTS / f"{datetime.now():%Y%m%d-%H%M%S}"


def _changed(topic: Topic, change: Mapping[str, Any]) -> Topic:
    try:
        return Topic.model_validate(topic.model_dump() | dict(change))
    except ValidationError as error:
        raise VerdictError(f"{topic.group} can't be changed so: {plainly(error)}") from error


def _words(folder: Path) -> dict[str, dict[str, list[str]]]:
    """Return the words that set each group apart."""
    file = folder / "draft.json"
    return {g["id"]: g["words"] for g in read_draft(folder)["groups"]} if file.exists() else {}


def _without_proposed_means(topic: Topic, before: Topic, words: Mapping[str, Sequence[str]]) -> Topic:
    """Return a topic that was renamed without the proposed definitions: in their place its title is taken.

    Where only titles changed, in their languages; what somebody wrote stays.
    """

    def is_renamed(language: str) -> bool:
        return topic.id != before.id or topic.title.get(language) != before.title.get(language)

    kept = {
        la: text
        for la, text in topic.means.items()
        if not is_renamed(la) or text not in (means_of(words.get(la, ()), la), topic.group)
    }
    return topic.model_copy(update={"means": kept})


def means_of(words: Sequence[str], language: str) -> str:
    """Return the definition that is proposed of a topic: the words that set it apart."""
    return ("、" if language == "zh" else ", ").join(words)


def _check(topic: Topic, topics: Sequence[Topic], existing: Sequence[str]) -> None:
    others = {t.group: t for t in topics if t.group != topic.group}
    if topic.into is None:
        if topic.id in existing or any(t.id == topic.id and t.into is None for t in others.values()):
            raise VerdictError(
                f"there is an intent {topic.id} already; choose another name, or merge into it"
            )
    elif topic.into == topic.group:
        raise VerdictError(f"{topic.group} can't go into itself; name another group or an intent")
    elif topic.into not in others and topic.into not in existing:
        raise VerdictError(f"{topic.into} is neither a group of this draft nor an intent of its desk")
    elif topic.into in others and _leads_back(topic, others):
        raise VerdictError(f"{topic.into} goes into {topic.group} already; merge one way only")


def _leads_back(topic: Topic, others: Mapping[str, Topic]) -> bool:
    at, steps = topic.into, 0
    while at is not None and at in others and steps <= len(others):
        at, steps = others[at].into, steps + 1
    return at == topic.group or steps > len(others)


def _in_order(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: entry[name] for name in Topic.model_fields if name in entry}


def written_as_yaml(entries: list[dict[str, Any]], flow: bool = False) -> str:
    """Return entries as YAML, each in one line where `flow` is wanted."""
    width, style = (10_000, None) if flow else (110, False)
    return str(
        yaml.dump(
            entries,
            Dumper=_Dumper,
            allow_unicode=True,
            sort_keys=False,
            width=width,
            default_flow_style=style,
        )
    )
