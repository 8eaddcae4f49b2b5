"""The learning curve of a night: what more of the reviews would bring.

Measured with the softmax half of the classifier alone, on the live release's vectors, with a part of the
desk's history: shares of the reviews are compared with each other here, not with a release.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from scipy import sparse

from bot.classifier import OUT_OF_SCOPE, Ints
from data.night.nights import few
from retrieval.encoder import Encoder, Vectors
from training.examples import History, LabelledMessage
from training.fit_head import Dense, Examples, softmax_regression
from training.fit_intent import encode_messages
from training.nightly.exam import GOLDEN, REVIEWED, Case
from training.nightly.stages import Report

SHARES = (0.0, 0.25, 0.5, 1.0)
MOST_HISTORY = 3000  # messages; more take longer and bend nothing
MOST_REVIEWS = 3000


@dataclass(frozen=True)
class CurvePoint:
    """With a share of the reviews: how many these are, and what is right per language, of how many tests."""

    share: float
    examples: int
    figures: dict[str, float]
    tests: dict[str, int]


def learning_curve(
    history: History, reviews: int, cases: Sequence[Case], encoder: Encoder, report: Report
) -> list[dict[str, object]]:
    """Return a point for each of `SHARES`; the last `reviews` of the history's messages are those taught."""
    first = len(history.messages) - reviews
    taught = _sample(range(first, len(history.messages)), MOST_REVIEWS)
    rows = [*_sample(range(first), MOST_HISTORY), *taught]
    messages = [*history.names, *(history.messages[i] for i in rows)]
    asked = [case for case in cases if case.wanted and case.kind in (GOLDEN, REVIEWED)]
    tests_of = Counter(case.language for case in asked)
    if not taught or all(few(n) for n in tests_of.values()):
        return []
    vectors = encode_messages([m.text for m in messages], encoder, lambda s: report(0.5 * s, "messages"))
    tests = encode_messages([case.text for case in asked], encoder, lambda s: report(0.5 + 0.1 * s, "tests"))
    labels = (*history.intents, OUT_OF_SCOPE)
    given = len(messages) - len(taught)
    points = []
    for number, share in enumerate(SHARES):
        report(0.6 + 0.1 * number, f"{share:.0%} of the reviews")
        count = given + round(share * len(taught))
        weights = softmax_regression(_examples(messages[:count], vectors[:count], labels))
        right = _right(weights, tests, asked, labels)
        points.append(asdict(CurvePoint(share, count - given, right, dict(tests_of))))
    return points


def _sample(rows: range, most: int) -> list[int]:
    """Return rows in an order that mixes them, always the same."""
    order = np.random.default_rng(0).permutation(len(rows))[:most]
    return [rows[int(i)] for i in order]


def _examples(messages: Sequence[LabelledMessage], vectors: Vectors, labels: tuple[str, ...]) -> Examples:
    nothing = sparse.csr_matrix((len(messages), 0), dtype=np.float32)
    return Examples(messages, nothing, vectors, labels)


def _right(weights: Dense, tests: Vectors, asked: Sequence[Case], labels: Sequence[str]) -> dict[str, float]:
    best: Ints = (tests @ weights[0] + weights[1])[:, :-1].argmax(1)
    right: dict[str, list[bool]] = {}
    for case, found in zip(asked, best, strict=True):
        right.setdefault(case.language, []).append(labels[found] in case.wanted)
    return {language: round(sum(of) / len(of), 4) for language, of in right.items()}
