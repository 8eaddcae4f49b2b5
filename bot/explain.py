"""Why a message is taken for an intent: the words that mattered, for the staff."""

from dataclasses import dataclass

import rjieba

from bot.classifier import Classifier
from bot.features import plain
from retrieval.encoder import Encoder

MOST_WORDS = 40  # of a long message only the first are left out one by one


@dataclass(frozen=True)
class WordEffect:
    """How much the intent's margin falls when this word is left out; below zero it spoke against it."""

    text: str
    start: int
    end: int
    effect: float


def word_effects(text: str, intent: str, classifier: Classifier, encoder: Encoder) -> tuple[WordEffect, ...]:
    """Return the effect of each word of `text` on `intent`, strongest first (leave one out).

    One batch of as many texts as there are words: for looking into a turn, not for each one. Raises
    ValueError if the classifier does not know the intent.
    """
    if intent not in classifier.labels:
        raise ValueError(f"{intent!r} is none of the classifier's labels")
    words: list[tuple[str, int, int]] = []
    at = 0
    for piece in rjieba.cut(text):
        if any(c.isalnum() for c in piece) and len(words) < MOST_WORDS:
            words.append((piece, at, at + len(piece)))
        at += len(piece)
    texts = [text, *(text[:start] + text[end:] for _, start, end in words)]
    margins = classifier.judge(texts, encoder.encode([plain(t) for t in texts])).margins
    column = margins[:, classifier.labels.index(intent)]
    effects = [
        WordEffect(piece, start, end, round(float(column[0] - without), 4))
        for (piece, start, end), without in zip(words, column[1:], strict=True)
    ]
    return tuple(sorted(effects, key=lambda e: -e.effect))
