"""What customers of the bundled desk say, and what a bot would make of it: the material of a full log.

Intents and confidences are a vote of the nearest other messages and of the message's own label: mostly right,
and unsure where messages like it have several intents.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from data.desk import PLACEHOLDER, Desk
from retrieval.encoder import Vectors

MOODS = {"angry": -0.9, "unhappy": -0.5, "neutral": 0.0, "happy": 0.7}
NEIGHBOURS = 16
OWN = 0.45  # of the votes, the label that people gave
SHARPNESS = 14.0  # how much more a near example counts than one further away
CHUNK = 1024  # messages whose neighbours are looked for at once
OUT = "out_of_scope"


@dataclass(frozen=True)
class Message:
    """A customer message of the desk's dialogues and the intents that people gave it."""

    text: str
    language: str
    intents: tuple[str, ...]
    mood: str

    @property
    def label(self) -> str:
        return self.intents[0] if self.intents else OUT


@dataclass(frozen=True)
class Judged:
    """What the nearest messages say of a message; `examples` are `details["examples"]` of a turn."""

    intents: list[dict[str, Any]]
    in_scope: float
    examples: list[dict[str, Any]]


def read_dialogues(desk: Desk) -> list[list[Message]]:
    """Return the customers' messages of each dialogue, in file order."""
    found = []
    for file in sorted((desk.folder / "dialogues").glob("*.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            dialogue = json.loads(line)
            said = [t for t in dialogue["turns"] if t["speaker"] == "customer"]
            found.append(
                [Message(t["text"], dialogue["language"], tuple(t["intents"]), t["mood"]) for t in said]
            )
    return found


def judged(messages: Sequence[Message], vectors: Vectors) -> list[Judged]:
    """Judge each message by its nearest others; `vectors` are their unit vectors, shape (n, dim)."""
    found = []
    for start in range(0, len(messages), CHUNK):
        near = vectors[start : start + CHUNK] @ vectors.T
        rows = np.arange(len(near))
        near[rows, start + rows] = -1  # not itself
        best = np.argpartition(-near, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
        for row, columns in enumerate(best):
            ranked = sorted(columns.tolist(), key=lambda c: -near[row, c])
            found.append(_vote(messages, start + row, ranked, near[row, ranked]))
    return found


def _vote(messages: Sequence[Message], own: int, neighbours: list[int], similarities: Vectors) -> Judged:
    weights = np.exp(SHARPNESS * (similarities - similarities[0]))
    shares: dict[str, float] = defaultdict(float, {messages[own].label: OWN})
    for n, weight in zip(neighbours, (1 - OWN) * weights / weights.sum(), strict=True):
        shares[messages[n].label] += float(weight)
    in_scope = 1 - shares.pop(OUT, 0.0)
    ranked = sorted(shares.items(), key=lambda item: -item[1])[:5]
    return Judged(
        intents=[{"id": i, "confidence": round(0.98 * share, 4)} for i, share in ranked],
        in_scope=round(0.99 * in_scope, 4),
        examples=[
            {
                "text": messages[n].text,
                "intent": None if messages[n].label == OUT else messages[n].label,
                "similarity": round(float(s), 4),
            }
            for n, s in zip(neighbours[:5], similarities[:5], strict=True)
        ],
    )


class Replies:
    """The desk's approved answers and articles, as a bot would give them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def answer(self, intent: str, language: str, values: dict[str, str], number: int) -> str:
        """Return one of the intent's answers, or of the desk's own sentences for `system.…`."""
        known = set(values) | {f"fact.{name}" for name in self._desk.facts}
        group = [
            t
            for t in self._desk.templates.values()
            if f"{t.id}.".startswith(f"{intent}.") and t.placeholders() <= known
        ]
        if not group:
            return self.answer("system.handoff", language, values, number)
        text = self._desk.state_facts(group[number % len(group)].texts[language], language)
        return PLACEHOLDER.sub(lambda found: values[found[1]], text)

    def ask_slot(self, slot: str, language: str) -> str:
        return self._desk.slots[slot].ask[language]

    def title(self, intent: str, language: str) -> str:
        return self._desk.intents[intent].title[language]

    def passages(self, intent: str, language: str, score: float) -> list[dict[str, Any]]:
        """Return the intent's first two paragraphs as `details["passages"]` of a turn has them."""
        near = self._paragraphs.get((intent, language), [])[:2]
        return [{**p, "score": round(score - 0.08 * rank, 4)} for rank, p in enumerate(near)]

    @cached_property
    def _paragraphs(self) -> dict[tuple[str, str], list[dict[str, Any]]]:
        found: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        for article in self._desk.articles:
            for section in article.sections:
                for paragraph in section.paragraphs:
                    passage = {
                        "id": article.id, "kind": "article", "language": article.language,
                        "title": article.title, "heading": section.heading,
                        "text": self._desk.state_facts(paragraph, article.language),
                        "intents": list(article.intents),
                    }  # fmt: skip
                    for intent in article.intents:
                        found[intent, article.language].append(passage)
        return found


def encoded(texts: Sequence[str], folder: Path) -> Vectors:
    """Return the unit vectors of texts, shape (n, dim), by the encoder in the box, built in `folder`."""
    from retrieval.bundled_encoder import build_encoder
    from retrieval.encoder import OnnxEncoder

    build_encoder(folder)
    return OnnxEncoder(folder).encode(texts)
