"""A set: what is trained on, what thresholds are fitted on, what is measured."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.classifier import Ints
from training.calibrate import TOO_FEW
from training.examples import MOODS

OUTSIDE = -1  # stands for out of scope among the numbers of intents


@dataclass(frozen=True)
class Message:
    """A message and what it wants; `intent` None means out of scope."""

    text: str
    intent: str | None
    mood: str | None = None  # one of MOODS, where the set has moods


@dataclass(frozen=True)
class Split:
    """A set in its three parts; the intents are those of `train`."""

    name: str
    language: str
    train: tuple[Message, ...]
    test: tuple[Message, ...]
    valid: tuple[Message, ...] = ()
    empty: int = 0  # rows of the files that held no message

    @cached_property
    def intents(self) -> tuple[str, ...]:
        return tuple(sorted({m.intent for m in self.train if m.intent is not None}))

    @cached_property
    def unknown(self) -> tuple[str, ...]:
        """Return the intents of the test that training lacks."""
        return tuple(sorted({m.intent for m in self.test if m.intent is not None} - set(self.intents)))

    @property
    def truth(self) -> Ints:
        """Return the number of each test message's intent, shape (n,).

        Out of scope is `OUTSIDE`; an intent that training lacks has a number above all others, so that
        no prediction equals it.
        """
        numbers = {name: i for i, name in enumerate((*self.intents, *self.unknown))}
        return np.array([OUTSIDE if m.intent is None else numbers[m.intent] for m in self.test], np.int64)

    @property
    def negative(self) -> NDArray[np.bool_] | None:
        """Return which test messages are of an angry or unhappy customer, shape (n,); None without moods."""
        moods = [m.mood for m in self.test]
        return None if None in moods else np.array([MOODS[mood] < 0 for mood in moods if mood])

    @property
    def texts(self) -> list[str]:
        return [m.text for m in self.test]


def cautions(split: Split) -> list[str]:
    """Return what a reader of the figures must know of the set."""
    lines = []
    if split.empty:
        lines.append(f"{split.empty} rows without a message are left out")
    if split.unknown:
        count = sum(m.intent in set(split.unknown) for m in split.test)
        lines.append(
            f"{count} of the {len(split.test)} test messages have a label that training lacks "
            f"and count as wrong: {listed(split.unknown)}"
        )
    if disputed := _disputed(split.train):
        lines.append(f"{len(disputed)} training messages stand there with several labels: {listed(disputed)}")
    counts = Counter(m.intent for m in split.train if m.intent is not None)
    if lonely := [name for name, count in counts.items() if count == 1]:
        lines.append(f"{len(lonely)} labels have one example only: {listed(lonely)}")
    known = {m.text for m in split.train}
    if seen := sum(m.text in known for m in split.test):
        lines.append(f"{seen} of the {len(split.test)} test messages are, word by word, in training, too")
    if 0 < len(split.valid) < TOO_FEW:
        lines.append(
            f"there are {len(split.valid)} messages for thresholds, fewer than {TOO_FEW}: "
            "without fine-tuning they are not used"
        )
    elif split.valid and all(m.intent is not None for m in split.valid):
        lines.append(
            "the messages for thresholds hold none out of scope: without fine-tuning they are not used"
        )
    return lines


def _disputed(messages: Sequence[Message]) -> list[str]:
    """Return the texts that have more than one label."""
    labels: dict[str, set[str | None]] = {}
    for message in messages:
        labels.setdefault(message.text, set()).add(message.intent)
    return [text for text, given in labels.items() if len(given) > 1]


def listed(names: Sequence[str], most: int = 5) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
