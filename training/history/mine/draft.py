"""Topics, replies and dialogues → the folder of a draft desk that staff decide on (`data.night.topics`)."""

import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np

from bot.reference_numbers import ReferenceNumbers
from data.desk import Desk, Slot
from data.errors import DeskError
from data.night.questions import examples_of
from data.night.topics import write_answer
from retrieval.encoder import Encoder
from training.fit_intent import Progress
from training.history.mine.draft_files import in_files, places_of, write_files
from training.history.mine.known import Known, Learned, Nearest
from training.history.mine.likeness import likeness_vectors
from training.history.mine.new_desk import basic_titles
from training.history.mine.questions import Question, questions_of, read_unlabelled
from training.history.mine.replies import best_pair, candidates, replies_to
from training.history.mine.slots import template_text
from training.history.mine.staff_names import StaffNames
from training.history.mine.topics import (
    Found,
    languages_of,
    named,
    topics_of,
    with_order_number,
)
from training.history.number_formats import number_slots

ENCODE_AT_ONCE = 1024


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
    learned: Learned  # by the desk
    staff: StaffNames
    known: frozenset[int]  # rows of questions that the desk has learned word for word

    @property
    def intents(self) -> dict[str, dict[str, str]]:
        """Titles of the intents that groups may go into: the desk's, or what every new desk has."""
        return {i.id: i.title for i in self.desk.intents.values()} if self.desk else basic_titles()

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
    learned = Learned.of(desk) if desk else Learned()
    known = learned.rows_in(questions)
    staff = StaffNames.of(dialogues)
    return Source(folder, dialogues, questions, left_out, desk, slots, numbers, learned, staff, known)


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
    near = likeness_vectors(vectors, [q.text for q in questions])
    found = topics_of(questions, near, known=source.known)
    order = in_files(questions)
    numbers = {row: number for number, row in enumerate(order, 1)}
    report(0.75, "comparing with the desk's intents")
    known = Known.of(source.learned, encoder)
    part = target.with_name(f".{target.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    topics, groups, taken = [], [], set(source.intents)
    for number, topic in enumerate(found):
        report(0.8 + 0.2 * number / len(found), "choosing answers")
        old = known.nearest(vectors, topic.rows, questions)
        group, texts_of = _group(topic, source, encoder, old, numbers)
        write_answer(part, topic.group, {} if old and old.decided else texts_of)
        groups.append(group)
        proposed = named(topic, questions, source.languages, taken, source.numbers)
        topics.append(proposed.model_copy(update=_decided(old, taken)))
    draft = _summary(source, groups)
    places = places_of(questions, found, source.known)
    write_files(part, draft, topics, source.dialogues, places, near[order])
    part.replace(target)
    report(1.0, "done")
    return draft


def _decided(near: Nearest | None, taken: set[str]) -> dict[str, str]:
    """Return what is proposed of a topic that the desk has, or that an earlier draft declined."""
    if near is None or not near.decided:
        return {}
    if isinstance(near.label, str):
        return {"into": near.label}
    named = {} if near.label.id in taken else {"id": near.label.id}
    taken.add(near.label.id)
    return {"state": near.label.state, **named}


def _group(
    found: Found, source: Source, encoder: Encoder, near: Nearest | None, numbers: Mapping[int, int]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what a topic's entry in draft.json says, and its best reply in each language as a template.

    `numbers` are those of the questions in the draft, by row.
    """
    own = [source.questions[i] for i in found.rows]
    best = candidates(replies_to(own, source.dialogues, source.numbers, source.staff), encoder.encode)
    facts, slots = (source.desk.facts, source.desk.slots) if source.desk else ({}, {})

    def as_template(candidate: Any) -> str:
        like = [r.text for r in candidate.like]
        reply = candidate.reply
        return template_text(
            reply.text, like, reply.language, facts, slots, source.numbers, date.today(), source.staff
        )

    of = [numbers[int(row)] for row in found.rows]
    pair = best_pair(best, encoder.encode, source.languages)
    entry = {
        "id": found.group,
        "size": found.size,
        "languages": languages_of(found, source.questions),
        "dialogues": len({q.dialogue for q in own}),
        "words": found.words,
        "cohesion": round(found.cohesion, 2),
        "order_numbers": round(with_order_number(found, source.questions, source.numbers), 2),
        "existing": near.evidence if near and isinstance(near.label, str) else None,
        "declined": near.evidence if near and not isinstance(near.label, str) else None,
        "examples": examples_of(own),
        "replies": [
            {**c.evidence(), "template": as_template(c), "questions": [of[r.asked] for r in c.like]}
            for c in best
        ],
    }
    return entry, {language: as_template(candidate) for language, candidate in pair.items()}


def _summary(source: Source, groups: list[dict[str, Any]]) -> dict[str, Any]:
    grouped = sum(g["size"] for g in groups)
    return {
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "source": str(source.folder.resolve()),
        "desk": str(source.desk.folder) if source.desk else None,
        "intents": source.intents,
        "languages": source.languages,
        "slots": {name: slot.model_dump(exclude_defaults=True) for name, slot in source.slots.items()},
        "dialogues": len(source.dialogues),
        "questions": len(source.questions),
        "known": len(source.known),
        "alone": len(source.questions) - len(source.known) - grouped,
        "left_out": dict(source.left_out.most_common()),
        "groups": groups,
    }
