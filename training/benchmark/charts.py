"""A benchmark's pictures, as PNG."""

import numpy as np
from matplotlib.figure import Figure

from training.benchmark.benchmark import Benchmark, most_confused
from training.benchmark.measured import SYSTEMS
from training.benchmark.measures import reliability, right_of, risk_coverage
from training.benchmark.split import OUTSIDE
from training.chart_style import (
    ALONE,
    BLUE,
    BROKEN,
    GREEN,
    INK,
    ORANGE,
    PALE,
    VIOLET,
    axes_of,
    chart_style,
    in_per_cent,
    png,
    short,
    tinted,
)

IN_SCOPE, OUT_OF_SCOPE = GREEN, ORANGE
COLOURS = (IN_SCOPE, OUT_OF_SCOPE, BLUE, VIOLET)
CONFUSED = 20  # intents that a confusion matrix can show


def charts(benchmark: Benchmark) -> dict[str, bytes]:
    """Return every picture by its file name."""
    with chart_style():
        return {
            "risk_coverage.png": png(_risk_coverage(benchmark)),
            "in_scope.png": png(_in_scope(benchmark)),
            "reliability.png": png(_reliability(benchmark)),
            "confusion.png": png(_confusion(benchmark)),
        }


def _risk_coverage(benchmark: Benchmark) -> Figure:
    figure, axes = axes_of(
        "Share of messages answered, surest first", "Share of answers that are wrong", ALONE
    )
    truth = benchmark.split.truth
    for measured, colour in zip(benchmark.measured, COLOURS, strict=False):
        found = measured.prediction
        coverage, risk = risk_coverage(found.confidence, right_of(truth, found.best))
        title = f"{SYSTEMS[measured.system].title}  (area {100 * measured.figures.risk_coverage_area:.2f} %)"
        axes.plot(coverage, risk, color=colour, linewidth=1.8, label=title)
    figures = benchmark.frontdesk.figures
    if figures.coverage and figures.wrong_answers is not None:
        axes.plot(figures.coverage, figures.wrong_answers, "o", color=INK, markersize=7, zorder=5,
                  label="what Frontdesk acts on")  # fmt: skip
    in_per_cent(axes, "xy")
    axes.set_xlim(0, 1.02)
    axes.set_ylim(0, None)
    figure.legend(loc="outside upper left", ncols=2)  # the lines may be anywhere
    return figure


def _in_scope(benchmark: Benchmark) -> Figure:
    figure, axes = axes_of("In-scope score", "Share of messages of the kind")
    score, inside = benchmark.frontdesk.prediction.in_scope, benchmark.split.truth != OUTSIDE
    kinds = ((inside, IN_SCOPE, "in scope"), (~inside, OUT_OF_SCOPE, "out of scope"))
    for mask, colour, name in kinds:
        if mask.any():
            axes.hist(score[mask], bins=np.linspace(0, 1, 41).tolist(), color=colour, alpha=0.55,
                      weights=np.full(mask.sum(), 1 / mask.sum()),
                      label=f"{name} ({mask.sum():,})")  # fmt: skip
    limits = benchmark.frontdesk.thresholds
    assert limits is not None
    axes.axvline(limits.refuse_below, color=INK, linewidth=1, linestyle=BROKEN,
                 label=f"refused below {limits.refuse_below:.2f}")  # fmt: skip
    in_per_cent(axes, "y")
    axes.set_xlim(0, 1)
    axes.legend(loc="best")
    return figure


def _reliability(benchmark: Benchmark) -> Figure:
    figure, axes = axes_of("Mean confidence", "Share that is right")
    found, truth = benchmark.frontdesk.prediction, benchmark.split.truth
    bins = reliability(found.confidence, right_of(truth, found.best))
    confidence, right, count = (np.array(column) for column in zip(*bins, strict=True))
    axes.plot([0, 1], [0, 1], color=PALE, linewidth=1, linestyle=BROKEN, label="as sure as right")
    axes.vlines(confidence, confidence, right, color=OUT_OF_SCOPE, linewidth=1.2, label="gap")
    axes.scatter(confidence, right, s=30 + 600 * count / count.sum(), color=IN_SCOPE, linewidths=0, zorder=3)
    for x, y, n in bins:
        axes.annotate(f"{n:,}", (x, y), xytext=(9, -11), textcoords="offset points", color=PALE, fontsize=8)
    in_per_cent(axes, "xy")
    axes.set_xlim(-0.05, 1.09)
    axes.set_ylim(-0.07, 1.07)
    axes.legend(loc="best")
    return figure


def _confusion(benchmark: Benchmark) -> Figure:
    truth, best = benchmark.split.truth, benchmark.frontdesk.prediction.best
    intents = most_confused(truth, best, CONFUSED)
    table = np.array([[np.sum((truth == t) & (best == b)) for b in intents] for t in intents])
    shares = table / np.maximum(table.sum(1, keepdims=True), 1)
    right = np.eye(len(intents), dtype=bool)
    side = 3.2 + 0.28 * len(intents)
    figure, axes = axes_of("Predicted", "Truth", (side, side))
    axes.imshow(np.where(right[..., None], tinted(shares, IN_SCOPE), tinted(shares, OUT_OF_SCOPE)))
    axes.grid(visible=False)
    names = [short(benchmark.names[i]) for i in intents]
    axes.set_xticks(range(len(names)), names, rotation=45, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(names)), names)
    axes.set_xticks(np.arange(-0.5, len(names)), minor=True)
    axes.set_yticks(np.arange(-0.5, len(names)), minor=True)
    axes.grid(which="minor")
    axes.tick_params(which="both", length=0)
    for row, column in np.argwhere(table):
        colour = "white" if shares[row, column] > 0.5 else INK
        axes.text(column, row, str(table[row, column]), ha="center", va="center", color=colour, fontsize=8)
    return figure
