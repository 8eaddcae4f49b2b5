"""What all charts have in common: fonts that know Chinese, colours, axes in per cent, the PNG."""

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

FONTS = (  # the first that are installed; of those without Chinese the next one helps out
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans SC", "Source Han Sans SC", "PingFang SC",
    "Hiragino Sans GB", "Microsoft YaHei", "SimHei", "WenQuanYi Micro Hei", "Arial Unicode MS",
)  # fmt: skip
INK, PALE, LINE = "#22302c", "#8a9691", "#d9dfdc"
GREEN, ORANGE, BLUE, VIOLET = "#2f6f5e", "#c4622d", "#4a6fa5", "#8b6bb1"
BROKEN = (0, (4, 3))
LONGEST = 26  # characters of a name that fit beside an axis
DPI = 170
ALONE, BESIDE = (7.4, 4.2), (4.9, 3.5)  # inches; as wide as the reports show them


def axes_of(x: str, y: str, size: tuple[float, float] = BESIDE) -> tuple[Figure, Axes]:
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.add_subplot()
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    return figure, axes


def in_per_cent(axes: Axes, sides: str) -> None:
    for side in sides:
        (axes.xaxis if side == "x" else axes.yaxis).set_major_formatter(lambda value, _: f"{100 * value:g} %")


def tinted(shares: NDArray[np.float64], colour: str) -> NDArray[np.float64]:
    """Return colours, shape (*shares.shape, 3): white for none, stronger for more."""
    strength = np.where(shares > 0, 0.15 + 0.85 * shares, 0)[..., None]
    return np.asarray(1 - strength * (1 - np.array(to_rgb(colour))))


def short(name: str) -> str:
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


@contextmanager
def chart_style() -> Iterator[None]:
    """Draw within it in the reports' style; afterwards all is as it was."""
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


def png(figure: Figure) -> bytes:
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=DPI)
    return file.getvalue()
