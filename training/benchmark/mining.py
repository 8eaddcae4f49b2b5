"""How well questions without labels are grouped, on sets whose labels are hidden: `mining --data FOLDER`.

Grouped are the test messages of public sets; K-means on the same vectors stands beside, told the true number
of groups and the one that we find.
"""

import argparse
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score
from sklearn.metrics.cluster import contingency_matrix

from retrieval.clusters import clusters_of
from retrieval.encoder import Vectors
from retrieval.ward import Labels
from training.benchmark.public_sets import SETS
from training.history.mine.likeness import likeness_vectors
from training.prepare_encoder import prepare_encoder

NAMES = ("banking77", "hwu64")
SEEDS = 5  # of K-means, whose figures are means


@dataclass(frozen=True)
class Grouping:
    """One way of grouping a set, and how near it comes to the labels; all figures are at most 1."""

    data: str
    system: str
    groups: int
    nmi: float
    ari: float
    b_cubed: float
    seconds: float


def run(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m training.benchmark mining", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, metavar="FOLDER", help="holds the public sets")
    parser.add_argument("--sets", nargs="+", choices=tuple(SETS), default=NAMES, help="(%(default)s)")
    parser.add_argument("--part", choices=("train", "test"), default="test", help="(%(default)s)")
    parser.add_argument(
        "--times", type=int, default=0, metavar="N", help="group that many messages, drawn from all sets "
        "with small changes, instead, and say what it costs in time and memory",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    args = parser.parse_args(arguments)
    if args.times:
        return _print_cost(args.data, args.sets, args.times)
    found = [grouping for name in args.sets for grouping in measured(name, args.data, args.part)]
    if args.json:
        sys.stdout.write(json.dumps([asdict(grouping) for grouping in found], indent=1) + "\n")
    else:
        sys.stdout.write("\n".join(table(found)) + "\n")
    return None


def measured(name: str, data: Path, part: str) -> list[Grouping]:
    """Return ours and K-means on one set; raises BenchmarkError where its files are missing."""
    texts, labels = _read(name, data, part)
    vectors = _encoded(texts)
    true = len(set(labels.tolist()))

    def ours() -> Labels:
        return clusters_of(likeness_vectors(vectors, texts))

    first = _grouping(name, "ours", labels, ours)
    return [
        first,
        _k_means_runs(name, "K-means, true number", vectors, labels, true),
        _k_means_runs(name, "K-means, our number", vectors, labels, first.groups),
    ]


def b_cubed(labels: Labels, found: Labels) -> float:
    """Return the B-cubed F1 of a grouping (Bagga & Baldwin 1998, https://aclanthology.org/P98-1012)."""
    pairs = np.asarray(contingency_matrix(labels, found), np.float64)
    precision = float((pairs**2 / pairs.sum(0)).sum() / pairs.sum())
    recall = float((pairs**2 / pairs.sum(1, keepdims=True)).sum() / pairs.sum())
    return 2 * precision * recall / (precision + recall)


def table(found: Sequence[Grouping]) -> list[str]:
    """Return the figures as the lines of a Markdown table."""
    lines = ["| set | system | groups | NMI | ARI | B-cubed F1 | seconds |", "|---|---|---|---|---|---|---|"]
    for g in found:
        figures = f"{g.nmi:.3f} | {g.ari:.3f} | {g.b_cubed:.3f} | {g.seconds:.1f}"
        lines.append(f"| {g.data} | {g.system} | {g.groups} | {figures} |")
    return lines


def _read(name: str, data: Path, part: str) -> tuple[list[str], Labels]:
    split = SETS[name].read(data)
    inside = [m for m in (split.test if part == "test" else split.train) if m.intent is not None]
    _, numbers = np.unique([str(m.intent) for m in inside], return_inverse=True)
    return [m.text for m in inside], np.asarray(numbers, np.int64)


def _encoded(texts: Sequence[str]) -> Vectors:
    with tempfile.TemporaryDirectory() as made:
        return prepare_encoder(None, Path(made) / "encoder").encode(texts)


def _k_means_runs(name: str, system: str, vectors: Vectors, labels: Labels, count: int) -> Grouping:
    """Return the means of K-means' figures over several seeds."""
    return _mean([_grouping(name, system, labels, _k_means(vectors, count, s)) for s in range(SEEDS)])


def _k_means(vectors: Vectors, count: int, seed: int) -> Callable[[], Labels]:
    return lambda: np.asarray(KMeans(count, n_init=1, random_state=seed).fit_predict(vectors), np.int64)


def _grouping(name: str, system: str, labels: Labels, group: Callable[[], Labels]) -> Grouping:
    started = time.perf_counter()
    found = group()
    seconds = time.perf_counter() - started
    nmi, ari = normalized_mutual_info_score(labels, found), adjusted_rand_score(labels, found)
    return Grouping(
        name, system, int(found.max()) + 1, float(nmi), float(ari), b_cubed(labels, found), seconds
    )


def _mean(runs: Sequence[Grouping]) -> Grouping:
    def mean(figure: str) -> float:
        return float(np.mean([getattr(run, figure) for run in runs]))

    first = runs[0]
    return Grouping(
        first.data, first.system, first.groups, mean("nmi"), mean("ari"), mean("b_cubed"), mean("seconds")
    )


def _print_cost(data: Path, sets: Sequence[str], count: int) -> None:
    """Group many messages and print seconds and the process's largest memory.

    No two vectors are the same: each gets noise of a tenth of its length, as another wording would give it.
    """
    texts = [text for name in sets for text in _read(name, data, "train")[0]]
    random = np.random.default_rng(0)
    rows = random.integers(0, len(texts), count)
    vectors = _encoded(texts)[rows]
    vectors += random.normal(0, 0.1 / vectors.shape[1] ** 0.5, vectors.shape).astype(np.float32)
    started = time.process_time()
    near = likeness_vectors(vectors, [texts[row] for row in rows])
    between = time.process_time()
    found = clusters_of(near)
    ended = time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(
        f"{count} messages, {int(found.max()) + 1} groups: vectors {between - started:.0f} s, groups "
        f"{ended - between:.0f} s of the processor, at most {peak:.0f} MB of memory\n"
    )
