"""Out-of-scope messages for histories that bring none."""

import json
from collections.abc import Collection

from data.settings import BUNDLED_DESK
from training.examples import LabelledMessage


def background(languages: Collection[str]) -> list[LabelledMessage]:
    """Return the bundled desk's out-of-scope messages in these languages, each a dialogue of its own.

    They say what customers ask that is no shop's matter. Another desk's matters are not among them, so a
    history's own out-of-scope messages are better where there are any.
    """
    found = {}
    for file in sorted((BUNDLED_DESK / "dialogues").glob("*.jsonl")):
        for line in file.read_bytes().splitlines():
            dialogue = json.loads(line)
            for turn in dialogue["turns"] if dialogue["language"] in languages else ():
                if turn["speaker"] == "customer" and not turn["intents"] and turn.get("standalone", True):
                    found[turn["text"]] = dialogue["language"]
    return [
        LabelledMessage(text, language, (), 0.0, f"background-{number}")
        for number, (text, language) in enumerate(found.items())
    ]
