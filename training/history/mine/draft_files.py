"""What was mined → the files of a draft (`data.night.topics` says what each holds)."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from data.night.questions import ALONE, KNOWN, NO_LABEL, QUESTION
from data.night.topics import Topic, write_topics
from data.night.typical import write_vectors
from retrieval.encoder import Vectors
from training.history.json_line import json_line
from training.history.mine.questions import Question
from training.history.mine.topics import Found


def in_files(questions: Sequence[Question]) -> list[int]:
    """Return the rows of questions in the order in which a draft's files hold them, a file a language."""
    return sorted(
        range(len(questions)), key=lambda i: (questions[i].language, questions[i].dialogue, questions[i].turn)
    )


def write_files(
    folder: Path,
    draft: Mapping[str, Any],
    topics: Sequence[Topic],
    dialogues: Sequence[Mapping[str, Any]],
    places: Mapping[tuple[int, int], dict[str, Any]],
    vectors: Vectors,
) -> None:
    """Write all but the answers.

    `places` are the labels of questions (places_of), `vectors` theirs in the order of the files (in_files).
    """
    write_topics(folder, topics)
    write_vectors(folder, vectors)
    (folder / "dialogues").mkdir()
    files = {
        la: (folder / "dialogues" / f"{la}.jsonl").open("w", encoding="utf-8") for la in draft["languages"]
    }
    for row, dialogue in enumerate(dialogues):
        turns = [_turn(t, places.get((row, n), NO_LABEL)) for n, t in enumerate(dialogue["turns"])]
        files[dialogue["language"]].write(json_line({**dialogue, "turns": turns}))
    for file in files.values():
        file.close()
    (folder / "draft.json").write_text(json.dumps(draft, ensure_ascii=False, indent=1), "utf-8")


def places_of(
    questions: Sequence[Question], found: Sequence[Found], known: frozenset[int]
) -> dict[tuple[int, int], dict[str, Any]]:
    """Return by dialogue and turn what label a question has: its group, or why it is in none."""
    groups = {int(i): topic.group for topic in found for i in topic.rows}
    return {
        (q.dialogue, q.turn): {"intents": [groups[i]], "mood": "neutral"}
        if i in groups
        else {**NO_LABEL, QUESTION: KNOWN if i in known else ALONE}
        for i, q in enumerate(questions)
    }


def _turn(turn: Mapping[str, Any], label: Mapping[str, Any]) -> dict[str, Any]:
    """Return a turn with its label; what is no question is marked as nothing to learn from."""
    return {**turn, **label} if turn["speaker"] == "customer" else dict(turn)
