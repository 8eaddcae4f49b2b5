"""Topics, replies and dialogues → the folder of a draft desk that staff decide on (`data.night.topics`)."""

import json
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np

from bot.reference_numbers import ReferenceNumbers
from data.desk import Desk, Slot
from data.errors import DeskError
from data.night.topics import Topic, write_answer, write_topics
from retrieval.encoder import Encoder
from training.fit_intent import Progress
from training.history.mine.known import Known
from training.history.mine.questions import Question, questions_of, read_unlabelled
from training.history.mine.replies import best_pair, candidates, replies_to
from training.history.mine.slots import template_text
from training.history.mine.topics import (
    Found,
    examples,
    languages_of,
    named,
    topics_of,
    with_order_number,
)
from training.history.number_formats import number_slots

ENCODE_AT_ONCE = 1024
NO_LABEL: dict[str, Any] = {"intents": [], "mood": "neutral", "standalone": False}


@dataclass(frozen=True)
class Source:
    """What is mined: dialogues, questions in them, turns that are none, and a desk with intents already."""

    folder: Path
    dialogues: list[dict[str, Any]]
    questions: list[Question]
    left_out: Counter[str]
    desk: Desk | None
    slots: Mapping[str, Slot]  # the desk's, or what numbers in the dialogues look like
    numbers: ReferenceNumbers

    @property
    def languages(self) -> list[str]:
        return sorted({d["language"] for d in self.dialogues})


def read_source(folder: Path, desk: Desk | None) -> Source:
    """Read unlabelled dialogues; raises DeskError where there are none or nobody asks anything."""
    dialogues = read_unlabelled(folder)
    texts = (turn["text"] for dialogue in dialogues for turn in dialogue["turns"])
    slots = desk.slots if desk else number_slots(texts, {dialogue["language"] for dialogue in dialogues})
    numbers = ReferenceNumbers(slots)
    questions, left_out = questions_of(dialogues, numbers)
    if not questions:
        raise DeskError(f"nobody asks anything in {folder / 'dialogues'}: speakers may be mixed up")
    return Source(folder, dialogues, questions, left_out, desk, slots, numbers)


def write_draft(source: Source, encoder: Encoder, target: Path, report: Progress) -> dict[str, Any]:
    """Find the topics of some dialogues, write a draft desk to a new folder, and return its draft.json."""
    if target.exists():
        raise DeskError(f"{target} is there already; name a new folder, or remove it first")
    questions = source.questions
    vectors = np.empty((len(questions), encoder.dim), np.float32)
    for at in range(0, len(questions), ENCODE_AT_ONCE):
        report(0.6 * at / len(questions), f"reading {len(questions)} questions")
        some = slice(at, at + ENCODE_AT_ONCE)
        vectors[some] = encoder.encode([q.text for q in questions[some]])
    report(0.6, "grouping them")
    found = topics_of(questions, vectors)
    report(0.75, "comparing with the desk's intents")
    known = Known.of(source.desk, encoder) if source.desk else None
    part = target.with_name(f".{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    topics, groups, taken = [], [], set(source.desk.intents if source.desk else ())
    for number, topic in enumerate(found):
        report(0.8 + 0.2 * number / len(found), "choosing answers")
        old = known.intent_of(vectors, topic.rows) if known else None
        group, texts_of = _group(topic, source, encoder, old)
        write_answer(part, topic.group, {} if old else texts_of)
        groups.append(group)
        proposed = named(topic, questions, source.languages, taken, source.numbers)
        topics.append(proposed.model_copy(update={"into": old["intent"]}) if old else proposed)
    draft = _summary(source, groups)
    _write(part, source, found, topics, draft)
    part.replace(target)
    report(1.0, "done")
    return draft


def _group(
    found: Found, source: Source, encoder: Encoder, old: Mapping[str, Any] | None
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what a topic's entry in draft.json says, and its best reply in each language as a template."""
    own = [source.questions[i] for i in found.rows]
    best = candidates(replies_to(own, source.dialogues, source.numbers), encoder.encode)
    facts, slots = (source.desk.facts, source.desk.slots) if source.desk else ({}, {})

    def as_template(candidate: Any) -> str:
        like = [r.text for r in candidate.like]
        reply = candidate.reply
        return template_text(reply.text, like, reply.language, facts, slots, source.numbers, date.today())

    pair = best_pair(best, encoder.encode, source.languages)
    entry = {
        "id": found.group,
        "size": found.size,
        "languages": languages_of(found, source.questions),
        "dialogues": len({q.dialogue for q in own}),
        "words": found.words,
        "cohesion": round(found.cohesion, 2),
        "order_numbers": round(with_order_number(found, source.questions, source.numbers), 2),
        "existing": old,
        "examples": examples(found, source.questions),
        "replies": [{**c.evidence(), "template": as_template(c)} for c in best],
    }
    return entry, {language: as_template(candidate) for language, candidate in pair.items()}


def _summary(source: Source, groups: list[dict[str, Any]]) -> dict[str, Any]:
    grouped = sum(g["size"] for g in groups)
    return {
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "source": str(source.folder.resolve()),
        "desk": str(source.desk.folder) if source.desk else None,
        "intents": {i.id: i.title for i in source.desk.intents.values()} if source.desk else {},
        "languages": source.languages,
        "slots": {name: slot.model_dump(exclude_defaults=True) for name, slot in source.slots.items()},
        "dialogues": len(source.dialogues),
        "questions": len(source.questions),
        "alone": len(source.questions) - grouped,
        "left_out": dict(source.left_out.most_common()),
        "groups": groups,
    }


def _write(
    folder: Path, source: Source, found: Sequence[Found], topics: Sequence[Topic], draft: dict[str, Any]
) -> None:
    write_topics(folder, topics)
    of = {source.questions[i]: topic.group for topic in found for i in topic.rows}
    by_turn = {(q.dialogue, q.turn): group for q, group in of.items()}
    (folder / "dialogues").mkdir()
    files = {
        la: (folder / "dialogues" / f"{la}.jsonl").open("w", encoding="utf-8") for la in source.languages
    }
    for row, dialogue in enumerate(source.dialogues):
        labelled = {
            **dialogue,
            "turns": [_turn(t, by_turn.get((row, n))) for n, t in enumerate(dialogue["turns"])],
        }
        files[dialogue["language"]].write(json.dumps(labelled, ensure_ascii=False) + "\n")
    for file in files.values():
        file.close()
    (folder / "draft.json").write_text(json.dumps(draft, ensure_ascii=False, indent=1), "utf-8")


def _turn(turn: Mapping[str, Any], group: str | None) -> dict[str, Any]:
    """Return a turn labelled with its group; what is in none is marked as nothing to learn from."""
    if turn["speaker"] != "customer":
        return dict(turn)
    return {**turn, **NO_LABEL} if group is None else {**turn, "intents": [group], "mood": "neutral"}
