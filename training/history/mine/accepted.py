"""An approved draft → a desk that `load_desk` takes, and what is still missing in it.

Into a folder that is a desk already, the new intents, answers and dialogues are added; what the same draft
wrote there before is replaced. Else a new desk is made (new_desk.py), with defaults for what the draft can't
know, which are said to be looked through.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from data.desk import Desk, load_desk
from data.errors import DeskError
from data.night.pooled import titles_taken
from data.night.questions import NO_LABEL, draft_dialogues
from data.night.regrouped import read_regrouped
from data.night.topics import Draft, Topic, read_topics, target
from training.examples import stands_alone
from training.history.mine.answers import unanswered, write_answers
from training.history.mine.declined import declined_of
from training.history.mine.new_desk import to_look_through, write_new_desk
from training.history.mine.record import Record
from training.history.mine.unfinished import unapproved


@dataclass(frozen=True)
class Accepted:
    """What was written: intents, added messages by intent, and what somebody still has to see to."""

    folder: Path
    intents: tuple[str, ...]
    messages: Mapping[str, int]
    missing: tuple[str, ...]
    replaced: tuple[str, ...] = ()  # of what the same draft wrote before
    taken: tuple[str, ...] = ()  # dialogues whose messages another draft had labelled


def accept(draft: Path, into: Path, like: Path, name: str = "") -> Accepted:
    """Write what was approved to a desk; raises DeskError, changing nothing, where that would be none.

    A new desk is called `name`, or as the folder.
    """
    found, topics, empty = _with_questions(draft)
    approved = [t for t in topics.values() if t.state == "approved"]
    if not approved:
        raise DeskError(f"no group of {draft} is approved; --approve g001, or --approve all")
    with TemporaryDirectory(prefix="frontdesk-") as made:
        work = Path(made) / "desk"
        missing = [f"{t.group}: no question is in it any more, so {t.id} is no intent" for t in empty]
        if (into / "desk.yaml").exists():
            shutil.copytree(into, work)
        elif into.exists() and any(into.iterdir()):
            raise DeskError(f"{into} holds other files; name a desk or a new folder")
        else:
            write_new_desk(work, name or into.name, found["languages"], like, found.get("slots", {}))
        missing += to_look_through(work, found.get("slots", {}))
        desk = load_desk(work)
        record = Record.of(work, found.get("made", draft.name))
        entries, untold = _entries(desk, found, topics, record)
        new = tuple(i for i in entries if i not in desk.intents)
        missing += [*untold, *record.put_intents(entries)]
        missing += write_answers(record, desk, draft, found, topics)
        labels = {t.group: target(t, topics) for t in approved}
        if lost := sorted({i for i in labels.values() if i} - set(desk.intents) - set(entries)):
            raise DeskError(
                f"{into} has no intent {', '.join(lost)}, into which groups go; --merge them elsewhere"
            )
        messages = _write_dialogues(
            record, draft, topics, {g: i for g, i in labels.items() if i}, desk.languages
        )
        record.declined = declined_of((dialogue for _, dialogue in draft_dialogues(draft)), topics)
        record.save()
        missing += unapproved(topics)
        missing += [f"{g}: the group it goes into is not approved" for g, i in labels.items() if not i]
        if unspoken := sorted(set(found["languages"]) - set(desk.languages)):
            missing.append(f"dialogues in {', '.join(unspoken)} are left out: the desk does not speak that")
        missing += unanswered(load_desk(work), set(entries))
        shutil.copytree(work, into, dirs_exist_ok=True)
    return Accepted(into, new, messages, tuple(missing), tuple(record.replaced), tuple(record.taken))


def _with_questions(draft: Path) -> tuple[Draft, dict[str, Topic], list[Topic]]:
    """Return a draft, its topics by group, and those left out of them: approved, but without a question."""
    found, topics = read_regrouped(draft), {t.group: t for t in read_topics(draft)}
    sizes = {group["id"]: group["size"] for group in found["groups"]}
    approved = [t for t in topics.values() if t.state == "approved"]
    fed = {target(t, topics) for t in approved if sizes.get(t.group)}
    empty = [t for t in approved if t.into is None and t.id not in fed]
    return found, {g: t for g, t in topics.items() if t not in empty}, empty


def _entries(
    desk: Desk, found: Draft, topics: Mapping[str, Topic], record: Record
) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Return the intents that a draft adds to a desk, as its file has them, and what is missing of them."""
    entries, missing = {}, []
    for topic in (t for t in topics.values() if t.state == "approved" and t.into is None):
        if topic.id in desk.intents and topic.id not in record.intents:
            raise DeskError(f"{topic.group}: the desk has an intent {topic.id} already; rename or merge it")
        titles = {**titles_taken(found, topic, topics), **topic.title}
        if not titles:
            raise DeskError(
                f'{topic.group}: {topic.id} has no title; --title {topic.group} en "…" gives it one'
            )
        title = {la: titles.get(la) or next(iter(titles.values())) for la in desk.languages}
        for la in desk.languages:
            if la not in titles:
                missing.append(f"{topic.id}: the title in {la} is missing; the other language's stands there")
        if unknown := set(topic.slots) - set(desk.slots):
            raise DeskError(
                f"{topic.group}: the desk has no slot {', '.join(sorted(unknown))}, it has "
                f"{', '.join(desk.slots) or 'none'}; change slots in the draft's intents.yaml"
            )
        means = {la: topic.means.get(la) or title[la] for la in desk.languages}
        slots = {"slots": list(topic.slots)} if topic.slots else {}
        entries[topic.id] = {"id": topic.id, "kind": topic.kind, **slots, "title": title, "means": means}
    return entries, missing


def _write_dialogues(
    record: Record,
    draft: Path,
    topics: Mapping[str, Topic],
    labels: Mapping[str, str],
    languages: Sequence[str],
) -> dict[str, int]:
    """Write the dialogues that hold something to learn, labelled; return how many messages of each intent."""
    outside = {t.group for t in topics.values() if t.state == "outside"}
    counts: dict[str, int] = {}
    (record.folder / "dialogues").mkdir(exist_ok=True)
    spoken = ((stem, dialogue) for stem, dialogue in draft_dialogues(draft) if stem in languages)
    for stem, dialogues in groupby(spoken, key=itemgetter(0)):
        kept: list[dict[str, Any]] = []
        ids = set()
        for _, dialogue in dialogues:
            ids.add(dialogue["id"])
            turns = [_labelled(t, labels, outside) for t in dialogue["turns"]]
            learned = [t for t in turns if stands_alone(t)]
            for turn in learned:
                for intent in turn["intents"] or ["out of scope"]:
                    counts[intent] = counts.get(intent, 0) + 1
            if learned:
                kept.append({**dialogue, "turns": turns})
        record.put_dialogues(stem, kept, ids)
    return counts


def _labelled(turn: Mapping[str, Any], labels: Mapping[str, str], outside: set[str]) -> dict[str, Any]:
    if turn["speaker"] != "customer":
        return dict(turn)
    group = next(iter(turn["intents"]), "")
    if group in labels:
        return {**turn, "intents": [labels[group]]}
    return {**turn, "intents": []} if group in outside else {**turn, **NO_LABEL}
