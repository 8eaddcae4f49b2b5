"""A night's pictures, as PNG: of whatever there is something to draw."""

from collections.abc import Callable

from matplotlib.figure import Figure

from training.chart_style import chart_style, png
from training.nightly.report_bars import confusion, coverage
from training.nightly.report_lines import calibration, curve, nights
from training.nightly.report_read import Row

DRAWN: dict[str, Callable[[Row], Figure | None]] = {
    "nights": nights,
    "curve": curve,
    "calibration": calibration,
    "confusion": confusion,
    "coverage": coverage,
}


def charts(night: Row) -> dict[str, bytes]:
    """Return every picture there is something to draw of, by its name."""
    with chart_style():
        drawn = {name: draw(night) for name, draw in DRAWN.items()}
        return {name: png(figure) for name, figure in drawn.items() if figure is not None}
