"""A benchmark's pictures, as PNG."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from numpy.typing import NDArray

from training.benchmark.benchmark import Benchmark, most_confused
from training.benchmark.measured import SYSTEMS
from training.benchmark.measures import reliability, right_of, risk_coverage
from training.benchmark.split import OUTSIDE

FONTS = (  # the first that are installed; of those without Chinese the next one helps out
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans SC", "Source Han Sans SC", "PingFang SC",
    "Hiragino Sans GB", "Microsoft YaHei", "SimHei", "WenQuanYi Micro Hei", "Arial Unicode MS",
)  # fmt: skip
INK, PALE, LINE = "#22302c", "#8a9691", "#d9dfdc"
BROKEN = (0, (4, 3))
IN_SCOPE, OUT_OF_SCOPE = "#2f6f5e", "#c4622d"
COLOURS = (IN_SCOPE, OUT_OF_SCOPE, "#4a6fa5", "#8b6bb1")
CONFUSED = 20  # intents that a confusion matrix can show
LONGEST = 26  # characters of an intent's name that fit beside it
DPI = 170
ALONE, BESIDE = (7.4, 4.2), (4.9, 3.5)  # inches; as wide as the report shows them


def charts(benchmark: Benchmark) -> dict[str, bytes]:
    """Return every picture by its file name."""
    with _style():
        return {
            "risk_coverage.png": _png(_risk_coverage(benchmark)),
            "in_scope.png": _png(_in_scope(benchmark)),
            "reliability.png": _png(_reliability(benchmark)),
            "confusion.png": _png(_confusion(benchmark)),
        }


def _risk_coverage(benchmark: Benchmark) -> Figure:
    figure, axes = _figure(
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
    _shares(axes, "xy")
    axes.set_xlim(0, 1.02)
    axes.set_ylim(0, None)
    figure.legend(loc="outside upper left", ncols=2)  # the lines may be anywhere
    return figure


def _in_scope(benchmark: Benchmark) -> Figure:
    figure, axes = _figure("In-scope score", "Share of messages of the kind")
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
    _shares(axes, "y")
    axes.set_xlim(0, 1)
    axes.legend(loc="best")
    return figure


def _reliability(benchmark: Benchmark) -> Figure:
    figure, axes = _figure("Mean confidence", "Share that is right")
    found, truth = benchmark.frontdesk.prediction, benchmark.split.truth
    bins = reliability(found.confidence, right_of(truth, found.best))
    confidence, right, count = (np.array(column) for column in zip(*bins, strict=True))
    axes.plot([0, 1], [0, 1], color=PALE, linewidth=1, linestyle=BROKEN, label="as sure as right")
    axes.vlines(confidence, confidence, right, color=OUT_OF_SCOPE, linewidth=1.2, label="gap")
    axes.scatter(confidence, right, s=30 + 600 * count / count.sum(), color=IN_SCOPE, linewidths=0, zorder=3)
    for x, y, n in bins:
        axes.annotate(f"{n:,}", (x, y), xytext=(9, -11), textcoords="offset points", color=PALE, fontsize=8)
    _shares(axes, "xy")
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
    figure, axes = _figure("Predicted", "Truth", (side, side))
    axes.imshow(np.where(right[..., None], _tinted(shares, IN_SCOPE), _tinted(shares, OUT_OF_SCOPE)))
    axes.grid(visible=False)
    names = [_short(benchmark.names[i]) for i in intents]
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


def _tinted(shares: NDArray[np.float64], colour: str) -> NDArray[np.float64]:
    """Return colours, shape (*shares.shape, 3): white for none, stronger for more."""
    strength = np.where(shares > 0, 0.15 + 0.85 * shares, 0)[..., None]
    return np.asarray(1 - strength * (1 - np.array(to_rgb(colour))))


def _figure(x: str, y: str, size: tuple[float, float] = BESIDE) -> tuple[Figure, Axes]:
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.add_subplot()
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    return figure, axes


def _shares(axes: Axes, sides: str) -> None:
    for side in sides:
        (axes.xaxis if side == "x" else axes.yaxis).set_major_formatter(lambda value, _: f"{100 * value:g} %")


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


@contextmanager
def _style() -> Iterator[None]:
    installed = {font.name for font in fontManager.ttflist}
    families = [*[name for name in FONTS if name in installed][:2], "DejaVu Sans"]
    style: Any = {
        "font.family": families, "font.size": 9.5, "text.parse_math": False, "text.color": INK,
        "axes.labelcolor": INK, "axes.edgecolor": LINE, "axes.spines.top": False, "axes.spines.right": False,
        "axes.grid": True, "axes.axisbelow": True, "grid.color": LINE, "grid.linewidth": 0.6,
        "xtick.color": PALE, "ytick.color": PALE, "xtick.labelcolor": INK, "ytick.labelcolor": INK,
        "legend.frameon": False,
    }  # fmt: skip
    with matplotlib.rc_context(style), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing", UserWarning)  # no font has every character
        yield


def _png(figure: Figure) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=DPI)
    return file.getvalue()
