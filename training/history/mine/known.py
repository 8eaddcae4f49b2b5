"""Which topics an existing desk has an intent for already."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.classifier import OUT_OF_SCOPE
from data.desk import Desk
from retrieval.encoder import Encoder, Vectors
from training.examples import LabelledMessage, labelled_messages
from training.history.mine.ward import Labels

PER_INTENT = 40  # messages of an intent and language that are looked at
READ = 60  # a topic's questions that are looked at, the most typical ones
AGREED = 0.5  # share of these whose nearest messages are of one intent, from which the topic is that intent's
ALIKE = 0.6  # mean cosine to that intent's nearest messages from which it is


@dataclass(frozen=True)
class Known:
    """What a desk's history says by itself: vectors of messages, shape (n, dim), and each one's intent."""

    vectors: Vectors
    labels: Sequence[str]

    @classmethod
    def of(cls, desk: Desk, encoder: Encoder) -> "Known":
        kept: list[LabelledMessage] = []
        counts: Counter[tuple[str, str]] = Counter()
        for message in labelled_messages(desk):
            counts[message.label, message.language] += 1
            if len(message.labels) <= 1 and counts[message.label, message.language] <= PER_INTENT:
                kept.append(message)
        return cls(encoder.encode([m.text for m in kept]), [m.label for m in kept])

    def intent_of(self, vectors: Vectors, rows: Labels) -> Mapping[str, object] | None:
        """Return the intent that a topic's questions belong to and how surely, None for a new one."""
        near = vectors[rows[:READ]] @ self.vectors.T
        best = near.argmax(1)
        (intent, votes), *_ = Counter(self.labels[i] for i in best).most_common(1)
        own = np.array([label == intent for label in self.labels])
        alike = float(near[:, own].max(1).mean())
        share = votes / len(near)
        if intent == OUT_OF_SCOPE or share < AGREED or alike < ALIKE:
            return None
        return {"intent": intent, "share": round(share, 2), "similarity": round(alike, 2)}
