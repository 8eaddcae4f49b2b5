"""What an existing desk knows of the questions that are mined: learned word for word, or in other words."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from bot.classifier import OUT_OF_SCOPE
from data.desk import Desk
from retrieval.encoder import Encoder, Vectors
from retrieval.ward import Labels
from training.examples import labelled_messages
from training.history.mine.declined import Decided, Said, declined_in, same
from training.history.mine.questions import Question

PER_LABEL = 40  # messages of an intent, or of a declined topic, and language that are looked at
READ = 60  # a topic's questions that are looked at, the most typical ones
AGREED = 0.5  # share of these whose nearest messages are of one intent, from which the topic is that intent's
ALIKE = 0.6  # mean cosine to that intent's nearest messages from which it is
MOST = 0.5  # share of a topic's questions above which it is rejected where these were, word for word
Label = str | Decided  # an intent, or a topic that an earlier draft declined


@dataclass(frozen=True)
class Nearest:
    """The intent or declined topic that a topic's questions belong to, and how surely."""

    label: Label
    share: float
    similarity: float
    decided: bool = True  # False: only near to what was rejected, which somebody is to decide again

    @property
    def evidence(self) -> dict[str, object]:
        """What draft.json says of it."""
        named = (
            {"intent": self.label}
            if isinstance(self.label, str)
            else {"state": self.label.state, "id": self.label.id, "draft": self.label.draft}
        )
        found = {**named, "share": round(self.share, 2), "similarity": round(self.similarity, 2)}
        return found if self.decided else {**found, "decided": False}


@dataclass(frozen=True)
class Learned:
    """The messages that a desk learns from, and those that earlier drafts declined, each with its label."""

    learned: Mapping[Said, tuple[str, str]] = field(default_factory=dict)  # label, "" for several, and text
    declined: Mapping[Said, tuple[Decided, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, desk: Desk) -> "Learned":
        """Return what a desk has; what it learned as an intent after it was declined is not declined."""
        learned = {
            same(m.language, m.text): (m.label if len(m.labels) <= 1 else "", m.text)
            for m in labelled_messages(desk)
        }
        intents = {said for said, (label, _) in learned.items() if label != OUT_OF_SCOPE}
        declined = {said: found for said, found in declined_in(desk.folder).items() if said not in intents}
        return cls({said: m for said, m in learned.items() if said not in declined}, declined)

    def rows_in(self, questions: Sequence[Question]) -> frozenset[int]:
        """Return the rows of questions that the desk has learned word for word."""
        return frozenset(i for i, q in enumerate(questions) if same(q.language, q.text) in self.learned)


@dataclass(frozen=True)
class Known:
    """What a desk's history says by itself: vectors of messages, shape (n, dim), and each one's label."""

    vectors: Vectors
    labels: Sequence[Label]
    rejected: Mapping[Said, Decided] = field(default_factory=dict)

    @classmethod
    def of(cls, known: Learned, encoder: Encoder) -> "Known":
        texts: list[str] = []
        labels: list[Label] = []
        counts: Counter[tuple[Label, str]] = Counter()
        said: list[tuple[Said, tuple[Label, str]]] = [*known.declined.items(), *known.learned.items()]
        for (language, _), (label, text) in said:
            counts[label, language] += 1
            if label and counts[label, language] <= PER_LABEL:
                texts.append(text)
                labels.append(label)
        rejected = {s: found for s, (found, _) in known.declined.items() if found.state == "rejected"}
        return cls(encoder.encode(texts), labels, rejected)

    def nearest(self, vectors: Vectors, rows: Labels, questions: Sequence[Question]) -> Nearest | None:
        """Return what a topic's questions belong to, None for a new matter; `rows` are of both others.

        An intent that fits comes before all that was rejected, which is remembered word for word alone: a
        rejected topic may have held any matter. An intent and an `outside` topic both fit: the closer one.
        """
        if not self.labels:
            return None
        near = vectors[rows[:READ]] @ self.vectors.T
        intent = self._closest(near, [isinstance(label, str) for label in self.labels])
        outside = self._closest(near, [_state(label) == "outside" for label in self.labels])
        fits = [found for found in (intent, outside) if found]
        if fits:
            return max(fits, key=lambda found: found.similarity)
        again = self._again(rows, questions)
        return again or self._closest(near, [_state(label) == "rejected" for label in self.labels])

    def _closest(self, near: Vectors, taken: Sequence[bool]) -> Nearest | None:
        """Return the label that most questions are nearest to of those taken, where it is near enough."""
        columns = [i for i, one in enumerate(taken) if one]
        if not columns:
            return None
        labels = [self.labels[i] for i in columns]
        near = near[:, columns]
        (label, votes), *_ = Counter(labels[i] for i in near.argmax(1)).most_common(1)
        own = np.array([other == label for other in labels])
        alike = float(near[:, own].max(1).mean())
        share = votes / len(near)
        if label == OUT_OF_SCOPE or share < AGREED or alike < ALIKE:
            return None
        return Nearest(label, share, alike, decided=_state(label) != "rejected")

    def _again(self, rows: Labels, questions: Sequence[Question]) -> Nearest | None:
        """Return what most of a topic's questions were rejected as, word for word."""
        said = [same(questions[i].language, questions[i].text) for i in rows]
        found = [self.rejected[one] for one in said if one in self.rejected]
        if len(found) <= MOST * len(rows):
            return None
        (label, _), *_ = Counter(found).most_common(1)
        return Nearest(label, len(found) / len(rows), 1.0)


def _state(label: Label) -> str:
    return label.state if isinstance(label, Decided) else ""
