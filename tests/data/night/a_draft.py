"""A draft of two groups and two questions in none, one of which the desk knows."""

import json
from pathlib import Path
from typing import Any

from data.night.topics import Topic, write_answer, write_topics

QUESTIONS: tuple[tuple[str, str | None], ...] = (
    ("where are the towels", "g001"),
    ("do i bring a towel", "g001"),
    ("i lost my towel", "g001"),
    ("can i bring my dog", "g002"),
    ("a dog of mine", "g002"),
    ("any taxi", None),
    ("is the taxi dear", None),
)
NOTHING: dict[str, Any] = {"intents": [], "mood": "neutral", "standalone": False}


def write_a_draft(folder: Path) -> Path:
    (folder / "dialogues").mkdir(parents=True)
    write_topics(
        folder,
        [
            Topic(group="g001", id="towel", title={"en": "Towels"}),
            Topic(group="g002", id="dog", title={"en": "Dogs"}),
        ],
    )
    write_answer(folder, "g001", {"en": "In the cupboard."})
    replies = [("In the cupboard.", [1]), ("Ask the pool.", [2])]
    groups = [_group("g001", 3, replies), _group("g002", 2, [])]
    found = {
        "made": "2026-03-01T10:00:00+00:00", "desk": None, "languages": ["en"], "dialogues": 7,
        "questions": 7, "known": 1, "alone": 1, "intents": {"book_taxi": {"en": "A taxi"}}, "groups": groups,
    }  # fmt: skip
    (folder / "draft.json").write_text(json.dumps(found), "utf-8")
    with (folder / "dialogues" / "en.jsonl").open("w", encoding="utf-8") as file:
        for number, (text, group) in enumerate(QUESTIONS, 1):
            alone = {**NOTHING, "question": "known" if number == 7 else "alone"}
            label = {"intents": [group], "mood": "neutral"} if group else alone
            turns = [{"speaker": "customer", "text": text, **label}, {"speaker": "agent", "text": "Sure."}]
            if number == 1:
                turns = [{"speaker": "customer", "text": "hi", **NOTHING}, *turns]
                turns.append({"speaker": "customer", "text": "thanks", **NOTHING})
            file.write(json.dumps({"id": f"c-{number}", "language": "en", "turns": turns}) + "\n")
    return folder


def _group(name: str, size: int, replies: list[tuple[str, list[int]]]) -> dict[str, Any]:
    said = [
        {"language": "en", "text": text, "template": text, "replies": len(to), "agents": 1, "solved": None,
         "rating": None, "questions": to}
        for text, to in replies
    ]  # fmt: skip
    return {
        "id": name, "size": size, "languages": {"en": size}, "dialogues": size, "words": {"en": [name]},
        "cohesion": 0.8, "order_numbers": 0.0, "existing": None, "declined": None,
        "examples": [{"language": "en", "text": t} for t, g in QUESTIONS if g == name], "replies": said,
    }  # fmt: skip
