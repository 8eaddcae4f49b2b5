"""A draft desk of two topics, as mining dialogues without labels leaves it."""

import json
from pathlib import Path
from typing import Any

from data.night.topics import Topic, write_answer, write_topics


def write_draft(folder: Path) -> None:
    folder.mkdir(parents=True)
    titles = {"g001": "An invoice?", "g002": "Sing to me"}
    topics = [Topic(group=g, id=f"topic_{g}", title={"en": t}) for g, t in titles.items()]
    write_topics(folder, topics)
    write_answer(folder, "g001", {"en": "Under My orders."})
    groups: list[dict[str, Any]] = [
        {
            "id": group, "size": 4, "languages": {"en": 4}, "dialogues": 4, "words": {"en": ["invoice"]},
            "cohesion": 0.8, "order_numbers": 0.25, "existing": None,
            "examples": [{"language": "en", "text": titles[group]}], "replies": [],
        }
        for group in titles
    ]  # fmt: skip
    found = {
        "made": "2026-03-01T10:00:00+00:00", "languages": ["en", "zh"], "dialogues": 8, "questions": 8,
        "alone": 0, "intents": {"track_order": {"en": "Where is it", "zh": "查物流"}}, "groups": groups,
    }  # fmt: skip
    (folder / "draft.json").write_text(json.dumps(found), "utf-8")
