"""Learning from few: which messages reviewers are asked about matters.

python -m training.benchmark learning --data FOLDER

replays public sets as traffic, day by day. Each evening "staff", who know the right labels, make so many
decisions, and the classifier learns from all that was decided so far. What they are asked about is chosen

- by the review queue: like messages in groups, the ones where most wrong answers can be put right first; one
  decision settles a group, and each message of it that is of another intent is a decision more, which leaves
  it open;
- by uncertainty alone: the messages that the classifier is least sure of (Lewis & Gale 1994,
  https://arxiv.org/abs/cmp-lg/9407020);
- at random.

The classifier is the softmax over frozen vectors that a release has before its other half; it is the same for
all three, and nothing was known before the first day.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from bot.classifier import Floats, Ints, softmax
from data.review.rank import score
from retrieval.encoder import Encoder, Vectors
from retrieval.groups import groups_of, middles
from training.benchmark.code_version import ROOT
from training.benchmark.public_sets import SETS
from training.benchmark.split import Split
from training.examples import LabelledMessage
from training.fit_head import Examples, softmax_regression
from training.fit_intent import encode_messages
from training.prepare_encoder import prepare_encoder

PAGE = ROOT / "docs" / "learning.md"
NAMES = ("clinc150", "banking77")
DAYS = 10
DECISIONS = 200  # a day
AIM = 2000  # labels of random choice, whose accuracy is what the others are to reach
Chooser = Callable[["Desk", NDArray[np.bool_]], "Chosen"]


@dataclass(frozen=True)
class Desk:
    """The traffic until an evening, and what is known of it."""

    vectors: Vectors  # (n, dim)
    truth: Ints  # (n,)
    arrived: Ints  # rows of what has come so far
    probabilities: (
        Floats | None
    )  # of each message that arrived, shape (arrived, intents); None: nothing learned
    random: np.random.Generator


@dataclass(frozen=True)
class Chosen:
    """The rows that a day's decisions label, and how many decisions were made."""

    rows: Ints
    decisions: int


@dataclass(frozen=True)
class Point:
    """An evening: all decisions so far, the messages labelled by them, and the accuracy on the test set."""

    decisions: int
    messages: int
    accuracy: float


def by_chance(desk: Desk, known: NDArray[np.bool_]) -> Chosen:
    open_rows = desk.arrived[~known[desk.arrived]]
    return Chosen(desk.random.permutation(open_rows)[:DECISIONS], min(DECISIONS, len(open_rows)))


def by_uncertainty(desk: Desk, known: NDArray[np.bool_]) -> Chosen:
    if desk.probabilities is None:
        return by_chance(desk, known)
    open_at = np.flatnonzero(~known[desk.arrived])
    surest_last = np.argsort(desk.probabilities[open_at].max(1), kind="stable")
    rows = desk.arrived[open_at[surest_last[:DECISIONS]]]
    return Chosen(rows, len(rows))


def by_queue(desk: Desk, known: NDArray[np.bool_]) -> Chosen:
    """Choose as the console's review page does: groups by rank, each settled by its most typical message."""
    open_at = np.flatnonzero(~known[desk.arrived])
    rows = desk.arrived[open_at]
    groups = groups_of(desk.vectors[rows].astype(np.float16))
    _, typical = middles(desk.vectors[rows].astype(np.float16), groups)
    sure = np.zeros(len(rows)) if desk.probabilities is None else desk.probabilities[open_at].max(1)
    sizes, unsure = np.bincount(groups), 1 - sure[typical]
    ranks = [score(int(n), float(u), 0.0) for n, u in zip(sizes, unsure, strict=True)]
    members = np.split(np.argsort(groups, kind="stable"), np.cumsum(sizes)[:-1])
    labelled: list[int] = []
    decisions = 0
    for group in np.argsort(-np.array(ranks), kind="stable"):
        if decisions >= DECISIONS:
            break
        said = desk.truth[rows[typical[group]]]
        same = [int(rows[at]) for at in members[group] if desk.truth[rows[at]] == said]
        labelled += same
        decisions += 1 + len(members[group]) - len(same)
    return Chosen(np.array(labelled, np.int64), decisions)


CHOOSERS: dict[str, Chooser] = {"queue": by_queue, "uncertainty": by_uncertainty, "random": by_chance}


@dataclass(frozen=True)
class Traffic:
    """The messages in scope of a set, as vectors, with the numbers of their intents."""

    intents: tuple[str, ...]
    vectors: Vectors  # of what comes, shape (n, dim)
    truth: Ints
    test: Vectors
    wanted: Ints

    @classmethod
    def of(cls, split: Split, encoder: Encoder) -> "Traffic":
        number = {name: at for at, name in enumerate(split.intents)}
        comes, asked = ([m for m in part if m.intent is not None] for part in (split.train, split.test))
        numbers = [np.array([number[str(m.intent)] for m in part]) for part in (comes, asked)]
        vectors = [encode_messages([m.text for m in part], encoder) for part in (comes, asked)]
        return cls(split.intents, vectors[0], numbers[0], vectors[1], numbers[1])


def replay(traffic: Traffic, choose: Chooser, seed: int) -> list[Point]:
    """Return the evenings of one replay, whose messages come in an order that `seed` says."""
    random = np.random.default_rng(seed)
    order = random.permutation(len(traffic.truth))
    vectors, truth = traffic.vectors[order], traffic.truth[order]
    known = np.zeros(len(truth), np.bool_)
    points: list[Point] = []
    decisions, weights = 0, None
    for day in range(DAYS):
        arrived = np.arange(len(truth) * (day + 1) // DAYS)
        sure = None if weights is None else _probabilities(vectors[arrived], weights)
        chosen = choose(Desk(vectors, truth, arrived, sure, random), known)
        known[chosen.rows] = True
        decisions += chosen.decisions
        weights = _learned(vectors[known], truth[known], traffic.intents)
        right = _probabilities(traffic.test, weights).argmax(1) == traffic.wanted
        accuracy = float(right.mean())
        points.append(Point(decisions, int(known.sum()), round(accuracy, 4)))
    return points


def _learned(vectors: Vectors, truth: Ints, intents: Sequence[str]) -> tuple[Floats, Floats]:
    messages = [LabelledMessage("", "en", (intents[i],), 0.0, str(n)) for n, i in enumerate(truth)]
    nothing = sparse.csr_matrix((len(messages), 0), dtype=np.float32)
    return softmax_regression(Examples(messages, nothing, vectors, tuple(intents)))


def _probabilities(vectors: Vectors, weights: tuple[Floats, Floats]) -> Floats:
    return softmax(vectors @ weights[0] + weights[1])


def labels_until(points: Sequence[Point], accuracy: float) -> float | None:
    """Return the decisions after which an accuracy was reached, between two evenings by a straight line."""
    before = Point(0, 0, 0.0)
    for point in points:
        if point.accuracy >= accuracy:
            share = (accuracy - before.accuracy) / max(point.accuracy - before.accuracy, 1e-9)
            return before.decisions + share * (point.decisions - before.decisions)
        before = point
    return None


def measured(data: Path, names: Sequence[str], seed: int) -> dict[str, dict[str, list[Point]]]:
    found: dict[str, dict[str, list[Point]]] = {}
    with TemporaryDirectory() as scratch:
        encoder = prepare_encoder(None, Path(scratch) / "encoder")
        for name in names:
            traffic = Traffic.of(SETS[name].read(data), encoder)
            for strategy, choose in CHOOSERS.items():
                began = time.monotonic()
                found.setdefault(name, {})[strategy] = replay(traffic, choose, seed)
                last = found[name][strategy][-1]
                took = time.monotonic() - began
                print(
                    f"{name}, {strategy}: {last.accuracy:.1%} after {last.decisions} decisions, {took:.0f} s",
                    flush=True,
                )
    return found


def page(found: dict[str, dict[str, list[Point]]], seed: int) -> str:
    """Return docs/learning.md."""
    parts = [HEAD.format(days=DAYS, decisions=DECISIONS, aim=AIM, seed=seed)]
    for name, of in found.items():
        aim = next(p.accuracy for p in of["random"] if p.decisions >= AIM)
        parts.append(f"## {SETS[name].title}\n")
        parts.append(f"![{SETS[name].title}](benchmarks/learning-{name}.svg)\n")
        parts.append("| Decisions | " + " | ".join(CHOOSERS) + " |\n| ---: | ---: | ---: | ---: |")
        for day in range(DAYS):
            cells = [f"{of[s][day].accuracy:.1%} ({of[s][day].messages:,})" for s in CHOOSERS]
            parts.append(f"| {of['random'][day].decisions:,} | " + " | ".join(cells) + " |")
        reached = {s: labels_until(of[s], aim) for s in CHOOSERS}
        told = "; ".join(
            f"{s}: {n:,.0f}" if n is not None else f"{s}: not reached" for s, n in reached.items()
        )
        parts.append(f"\nDecisions until the {aim:.1%} that random choice has after {AIM:,}: {told}.\n")
    return "\n".join(parts)


HEAD = """# Learning from few

Which messages reviewers are asked about matters. This page is written by

    python -m training.benchmark learning --data FOLDER

which replays public sets as traffic over {days} days. Each evening staff, who know the right labels, make
{decisions} decisions, and the classifier (softmax over frozen vectors, the same for all) learns from
everything decided so far; nothing is known before the first day. **queue** asks as the review page does:
groups of like messages, most wrong answers to put right first, one decision a group, and one more for each
message of it that is of another intent. **uncertainty** asks about the messages that the classifier is least
sure of, **random** about any. Shown is the accuracy on the test set, and in brackets how many messages were
labelled by then: one decision of the queue labels a group. Seed {seed}.
"""


def run(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m training.benchmark learning", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="what holds the sets")
    parser.add_argument("--only", type=lambda text: text.split(","), default=list(NAMES), metavar="SET,…")
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--page", type=Path, default=PAGE, metavar="FILE", help="what is written")
    args = parser.parse_args(arguments)
    if unknown := set(args.only) - set(NAMES):
        parser.error(f"--only: {', '.join(sorted(unknown))} is none of {', '.join(NAMES)}")
    found = measured(args.data, args.only, args.seed)
    out = args.page.parent / "benchmarks"
    out.mkdir(parents=True, exist_ok=True)
    for name, of in found.items():
        points: dict[str, Any] = {s: [asdict(p) for p in evenings] for s, evenings in of.items()}
        (out / f"learning-{name}.json").write_text(json.dumps(points, indent=1) + "\n", "utf-8")
        _draw(of, out / f"learning-{name}.svg")
    args.page.write_text(page(found, args.seed), "utf-8")


def _draw(of: dict[str, list[Point]], file: Path) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 3.6), layout="constrained")
    axes = figure.subplots()
    for strategy, points in of.items():
        axes.plot(
            [p.decisions for p in points], [100 * p.accuracy for p in points], marker=".", label=strategy
        )
    axes.set(xlabel="decisions", ylabel="accuracy on the test set, %")
    axes.grid(alpha=0.3)
    axes.legend(frameon=False)
    figure.savefig(file, metadata={"Date": None})
