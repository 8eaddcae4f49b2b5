"""An approved draft → a desk that `load_desk` takes, and what is still missing in it.

Into a folder that is a desk already, the new intents, answers and dialogues are added. Else a new desk is
made (new_desk.py), with defaults for what the draft can't know, which are said to be looked through.
"""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from data.desk import PLACEHOLDER, Desk, load_desk
from data.errors import DeskError
from data.night.topics import OPEN, Topic, read_answer, read_draft, read_topics, target
from training.history.mine.draft import NO_LABEL
from training.history.mine.new_desk import write_new_desk

FILE = "mined"  # of templates and dialogues that come from a draft


@dataclass(frozen=True)
class Accepted:
    """What was written: intents, added messages by intent, and what somebody still has to see to."""

    folder: Path
    intents: tuple[str, ...]
    messages: Mapping[str, int]
    missing: tuple[str, ...]


def accept(draft: Path, into: Path, like: Path) -> Accepted:
    """Write what was approved to a desk; raises DeskError, changing nothing, where that would be none."""
    found, topics = read_draft(draft), {t.group: t for t in read_topics(draft)}
    approved = [t for t in topics.values() if t.state == "approved"]
    if not approved:
        raise DeskError(f"no group of {draft} is approved; --approve g001, or --approve all")
    with TemporaryDirectory(prefix="frontdesk-") as made:
        work = Path(made) / "desk"
        missing = []
        if (into / "desk.yaml").exists():
            shutil.copytree(into, work)
        elif into.exists() and any(into.iterdir()):
            raise DeskError(f"{into} holds other files; name a desk or a new folder")
        else:
            missing += write_new_desk(work, into.name, found["languages"], like, found.get("slots", {}))
        desk = load_desk(work)
        intents = [t for t in approved if t.into is None]
        missing += [*_write_intents(work, desk, intents), *_write_answers(work, desk, intents, draft)]
        labels = {t.group: target(t, topics) for t in approved}
        messages = _write_dialogues(
            work, draft, topics, {g: i for g, i in labels.items() if i}, desk.languages
        )
        missing += [f"{g}: the group it goes into is not approved" for g, i in labels.items() if not i]
        if unspoken := sorted(set(found["languages"]) - set(desk.languages)):
            missing.append(f"dialogues in {', '.join(unspoken)} are left out: the desk does not speak that")
        load_desk(work)
        shutil.copytree(work, into, dirs_exist_ok=True)
    return Accepted(into, tuple(t.id for t in intents), messages, tuple(missing))


def _write_intents(work: Path, desk: Desk, topics: Sequence[Topic]) -> Iterator[str]:
    """Add the intents to a desk's, and yield what is missing of them."""
    entries = []
    for topic in topics:
        if topic.id in desk.intents:
            raise DeskError(f"{topic.group}: the desk has an intent {topic.id} already; rename or merge it")
        if not topic.title:
            raise DeskError(
                f"{topic.group}: {topic.id} has no title; --rename {topic.group} {topic.id} gives one"
            )
        title = {la: topic.title.get(la) or next(iter(topic.title.values())) for la in desk.languages}
        for la in desk.languages:
            if la not in topic.title:
                yield f"{topic.id}: the title in {la} is missing; the other language's stands there"
        if unknown := set(topic.slots) - set(desk.slots):
            raise DeskError(f"{topic.group}: the desk has no slot {', '.join(sorted(unknown))}")
        means = {la: topic.means.get(la) or title[la] for la in desk.languages}
        slots = {"slots": list(topic.slots)} if topic.slots else {}
        entries.append({"id": topic.id, "kind": topic.kind, **slots, "title": title, "means": means})
    if entries:
        with (work / "intents.yaml").open("a", encoding="utf-8") as file:
            file.write("\n" + _yaml(entries))


def _write_answers(work: Path, desk: Desk, topics: Sequence[Topic], draft: Path) -> Iterator[str]:
    """Add the answers that are complete, and yield what is missing of the others."""
    for topic in topics:
        texts = read_answer(draft, topic.group)
        problem = _problem(texts, desk)
        if problem:
            yield f"{topic.id}: {problem} (templates/{topic.group}.yaml in the draft)"
            continue
        entry = {"id": f"{topic.id}.one", **{la: texts[la] for la in desk.languages}}
        _free(work / "templates", topic.id, "yaml").write_text(_yaml([entry]), "utf-8")


def _problem(texts: Mapping[str, str], desk: Desk) -> str | None:
    """Return why an answer can't be a template yet."""
    if lacking := [la for la in desk.languages if not texts.get(la)]:
        return f"no answer in {', '.join(lacking)}, so none was written"
    if marks := [mark for text in texts.values() for mark in OPEN.findall(text)]:
        return f"no answer was written: {', '.join(dict.fromkeys(marks))} must be filled in or left out"
    named = {name for text in texts.values() for name in PLACEHOLDER.findall(text)}
    facts = {name[5:] for name in named if name.startswith("fact.")}
    if unknown := sorted(facts - set(desk.facts)):
        return f"no answer was written: the desk has no fact {', '.join(unknown)}"
    return None


def _write_dialogues(
    work: Path,
    draft: Path,
    topics: Mapping[str, Topic],
    labels: Mapping[str, str],
    languages: Sequence[str],
) -> dict[str, int]:
    """Write the dialogues that hold something to learn, labelled; return how many messages of each intent."""
    outside = {t.group for t in topics.values() if t.state == "outside"}
    counts: dict[str, int] = {}
    (work / "dialogues").mkdir(exist_ok=True)
    for file in sorted(f for f in (draft / "dialogues").glob("*.jsonl") if f.stem in languages):
        kept = []
        for line in file.read_text("utf-8").splitlines():
            dialogue = json.loads(line)
            turns = [_labelled(t, labels, outside) for t in dialogue["turns"]]
            learned = [t for t in turns if t["speaker"] == "customer" and t.get("standalone", True)]
            for turn in learned:
                for intent in turn["intents"] or ["out of scope"]:
                    counts[intent] = counts.get(intent, 0) + 1
            if learned:
                kept.append(json.dumps({**dialogue, "turns": turns}, ensure_ascii=False))
        if kept:
            _free(work / "dialogues", f"{FILE}_{file.stem}", "jsonl").write_text(
                "\n".join(kept) + "\n", "utf-8"
            )
    return counts


def _labelled(turn: Mapping[str, Any], labels: Mapping[str, str], outside: set[str]) -> dict[str, Any]:
    if turn["speaker"] != "customer":
        return dict(turn)
    group = next(iter(turn["intents"]), "")
    if group in labels:
        return {**turn, "intents": [labels[group]]}
    return {**turn, "intents": []} if group in outside else {**turn, **NO_LABEL}


def _free(folder: Path, stem: str, kind: str) -> Path:
    """Return a file that is not there yet: what is there already, an earlier draft's too, stays."""
    names = [f"{stem}.{kind}", *(f"{stem}_{number}.{kind}" for number in range(2, 1000))]
    return next(folder / name for name in names if not (folder / name).exists())


def _yaml(entries: list[dict[str, Any]]) -> str:
    return str(yaml.safe_dump(entries, allow_unicode=True, sort_keys=False, width=110))
