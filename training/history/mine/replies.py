"""What agents answered to each question, cleaned, and which of the answers are the best.

An answer counts for much where several agents say nearly the same, their customers called it solved and rated
it well; for a little more where it is typical of the topic and says enough. Where one agent says what it did
or will do ("I have cancelled it"), it comes after all that state a rule. An agent who only asks for an
order number, or to wait a moment, has not answered yet: the next thing said counts.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from bot.reference_numbers import ReferenceNumbers
from data.night.regrouped import REPLIES
from retrieval.encoder import Vectors
from retrieval.keywords import word_count
from training.history.mine.deeds import personal
from training.history.mine.questions import Question, judged_turns
from training.history.mine.staff_names import StaffNames
from training.history.mine.trimmed import NOBODY, trimmed_together

ALIKE = 0.75  # cosine from which two replies say nearly the same
MOST_READ = 300  # replies of a topic and language
LEAST_WORDS = 3
MOST_ASKING = 12  # words of a reply that may only ask back
SAYS_ENOUGH = 8  # words from which a reply does not gain by being longer
SOLVED = frozenset(["solved", "resolved", "closed", "done"])
UNSOLVED, UNRATED = 0.5, 3.0  # what a dialogue counts that was not solved; a rating that nobody gave
AGENT_COUNTS = 2.0  # an agent who agrees weighs as much as so many more replies of one who did already
_ONLY_ASKS = re.compile(
    r"(?:order|tracking|phone) ?(?:number|no\.?)|which (?:order|one|item)|photo|picture|订单编?号"
    r"|訂單編?號|单号"
    r"|哪一?[单个件款]|照片|图片",
    re.IGNORECASE,
)
_FOLLOWS_AN_ASKING = ("answer", "number")
_FOLLOWS_NOTHING = (*_FOLLOWS_AN_ASKING, "pleasantry")  # "ok" after "one moment, please"
Encode = Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True)
class Reply:
    """An agent's cleaned answer, and what speaks for it."""

    language: str
    text: str
    agent: str  # "" where the history does not say
    solved: bool | None  # None where the history does not say
    rating: float | None
    asked: int = 0  # row of the question that it was given to

    @property
    def worth(self) -> float:
        """How well the dialogue ended, at most 1."""
        rating = UNRATED if self.rating is None else self.rating
        return (1.0 if self.solved else UNSOLVED) * rating / 5


@dataclass(frozen=True)
class Candidate:
    """A reply that may become a template, with the rows of those that say nearly the same."""

    reply: Reply
    like: tuple[Reply, ...]
    score: float

    @cached_property
    def personal(self) -> int:
        """How far one agent speaks of what it did or will do: 0 not at all, 1 in part, 2 of nothing else."""
        return personal(self.reply.text)

    def evidence(self) -> dict[str, Any]:
        ended = [r.solved for r in self.like if r.solved is not None]
        rated = [r.rating for r in self.like if r.rating is not None]
        return {
            "language": self.reply.language,
            "text": self.reply.text,
            "replies": len(self.like),
            "agents": len({r.agent for r in self.like if r.agent}),
            "solved": round(sum(ended) / len(ended), 2) if ended else None,
            "rating": round(sum(rated) / len(rated), 1) if rated else None,
        }


def replies_to(
    questions: Sequence[Question],
    dialogues: Sequence[Mapping[str, Any]],
    numbers: ReferenceNumbers,
    staff: StaffNames = NOBODY,
) -> list[Reply]:
    """Return the agents' answers to some questions; those that nobody answered are left out."""
    found = []
    for row, question in enumerate(questions):
        dialogue = dialogues[question.dialogue]
        text, agent = _answer(dialogue, question.turn, numbers, staff)
        if word_count(text) >= LEAST_WORDS:
            resolution = dialogue.get("resolution")
            solved = str(resolution).lower() in SOLVED if resolution else None
            found.append(Reply(question.language, text, agent, solved, dialogue.get("rating"), row))
    return found


def candidates(replies: Sequence[Reply], encode: Encode) -> list[Candidate]:
    """Return the best replies of each language, no two of which say the same, best first.

    What one agent did or will do for one customer comes after what holds for everybody.
    """
    found: list[Candidate] = []
    for language in sorted({r.language for r in replies}):
        own = _spread([r for r in replies if r.language == language])
        vectors = encode([r.text for r in own])
        near = vectors @ vectors.T
        scored = sorted(
            (_candidate(i, own, near) for i in range(len(own))),
            key=lambda c: (c[1].personal, -c[1].score, len(c[1].reply.text)),
        )
        kept: list[int] = []
        for row, candidate in scored:
            if len(kept) < REPLIES and all(near[row, other] < ALIKE for other in kept):
                kept.append(row)
                found.append(candidate)
    return found


def best_pair(found: Sequence[Candidate], encode: Encode, languages: Sequence[str]) -> dict[str, Candidate]:
    """Return the best candidate of each language, such that all say the same as nearly as can be."""
    by_language = {la: _least_personal([c for c in found if c.reply.language == la]) for la in languages}
    spoken = [la for la in languages if by_language[la]]
    if not spoken:
        return {}
    first = by_language[spoken[0]]
    if len(spoken) == 1:
        return {spoken[0]: first[0]}
    vectors = {la: encode([c.reply.text for c in by_language[la]]) for la in spoken}

    def together(row: int) -> tuple[float, dict[str, Candidate]]:
        chosen, worth = {spoken[0]: first[row]}, _share(first, row)
        for la in spoken[1:]:
            scores = [
                _share(by_language[la], i) + 2 * float(vectors[spoken[0]][row] @ vectors[la][i])
                for i in range(len(by_language[la]))
            ]
            best = int(np.argmax(scores))
            chosen[la], worth = by_language[la][best], worth + scores[best]
        return worth, chosen

    return max((together(row) for row in range(len(first))), key=lambda found: found[0])[1]


def _least_personal(found: Sequence[Candidate]) -> list[Candidate]:
    least = min((c.personal for c in found), default=0)
    return [c for c in found if c.personal == least]


def _share(found: Sequence[Candidate], row: int) -> float:
    return found[row].score / max(c.score for c in found)


def _answer(
    dialogue: Mapping[str, Any], asked: int, numbers: ReferenceNumbers, staff: StaffNames
) -> tuple[str, str]:
    """Return what the agent says to a turn, cleaned, and who the agent is; "" where nobody answers."""
    turns = dialogue["turns"]
    at = asked + 1
    while at < len(turns):
        end = at
        while end < len(turns) and turns[end]["speaker"] != "customer":
            end += 1
        said = [t for t in turns[at:end] if t["speaker"] == "agent"]
        text = trimmed_together((t["text"] for t in said), staff)
        if text and not _only_asks(text):
            return text, str(said[0].get("agent", "") if said else "")
        if not any(
            n == end and reason in (_FOLLOWS_AN_ASKING if text else _FOLLOWS_NOTHING)
            for n, _, reason in judged_turns(dict(dialogue), numbers)
        ):
            return "", ""
        at = end + 1
    return "", ""


def _only_asks(text: str) -> bool:
    asks = text.endswith(("?", "？")) or bool(_ONLY_ASKS.search(text))
    return asks and word_count(text) <= MOST_ASKING


def _candidate(row: int, own: Sequence[Reply], near: Vectors) -> tuple[int, Candidate]:
    like = [own[i] for i in np.flatnonzero(near[row] >= ALIKE).tolist()]
    agents = len({r.agent for r in like if r.agent})
    support = sum(r.worth for r in like) * (1 + AGENT_COUNTS * max(0, agents - 1) / max(1, len(like)))
    typical = 0.5 + float(near[row].mean())
    enough = min(1.0, word_count(own[row].text) / SAYS_ENOUGH) ** 0.5
    score = float(np.log1p(support)) * own[row].worth * typical * enough
    return row, Candidate(own[row], tuple(like), score)


def _spread(replies: Sequence[Reply]) -> list[Reply]:
    """Return at most MOST_READ replies, evenly from all."""
    step = max(1.0, len(replies) / MOST_READ)
    return [replies[int(i * step)] for i in range(min(len(replies), MOST_READ))]
