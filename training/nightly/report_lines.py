"""A night's pictures that are lines: learning curve, former nights, calibration."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, MaxNLocator

from data.night.nights import FEW, few
from training.chart_style import BLUE, BROKEN, GREEN, ORANGE, PALE, VIOLET, axes_of, in_per_cent, short
from training.nightly.report_figures import FIGURES
from training.nightly.report_read import LANGUAGES, Row, clean, listed, local, number, part, parts, rows

COLOURS = (GREEN, ORANGE, BLUE, VIOLET)
NIGHTS = 40
FOLLOWED = ("top_intent", "golden", "reviewed")  # the first that is measured is drawn
LABELS = 7  # dates that fit below an axis
Points = list[tuple[float, float]]


def curve(night: Row) -> Figure | None:
    """Draw how much is right when only part of what was taught is learned."""
    lines: dict[str, Points] = {}
    for step in rows(night, "curve"):
        for code, value in part(step, "figures").items():
            if few(part(step, "tests").get(code)):
                continue
            if (x := number(step.get("examples"))) is not None and (y := number(value)) is not None:
                lines.setdefault(str(code), []).append((x, y))
    if not any(len(points) > 1 for points in lines.values()):
        return None
    figure, axes = axes_of("Reviewed messages learned from", "Likeliest intent is right")
    for (code, points), colour in zip(sorted(lines.items()), COLOURS, strict=False):
        axes.plot(
            *zip(*sorted(points), strict=True), "o-", color=colour, linewidth=1.8, label=_language(code)
        )
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    _finish(figure, axes)
    return figure


def nights(night: Row) -> Figure | None:
    """Draw the first of some figures night by night; what did not go live is hollow."""
    reached = {
        code: {name: figure.get("candidate") for name, figure in parts(of) if not few(figure.get("n"))}
        for code, of in parts(part(night, "figures"))
    }
    all_nights: list[Row] = [*rows(night, "former"), {**night, "figures": reached}][-NIGHTS:]
    drawn = (_night_by_night(all_nights, name, night.get("timezone")) for name in FOLLOWED)
    return next((figure for figure in drawn if figure is not None), None)


def _night_by_night(all_nights: list[Row], name: str, zone: Any) -> Figure | None:
    lines: dict[str, Points] = {}
    for at, night in enumerate(all_nights):
        for code, of in parts(part(night, "figures")):
            if (y := number(of.get(name))) is not None:
                lines.setdefault(code, []).append((at, y))
    if not any(len(points) > 1 for points in lines.values()):
        return None
    figure, axes = axes_of("Night", FIGURES[name][0])
    for (code, points), colour in zip(sorted(lines.items()), COLOURS, strict=False):
        axes.plot(*zip(*points, strict=True), color=colour, linewidth=1.4, label=_language(code))
        for x, y in points:
            live = all_nights[int(x)].get("outcome") == "live"
            axes.plot(x, y, "o", color=colour, markersize=6, markerfacecolor=colour if live else "white")
    shown = sorted({round(x) for x in np.linspace(0, len(all_nights) - 1, min(LABELS, len(all_nights)))})
    axes.xaxis.set_major_locator(FixedLocator(shown))
    axes.set_xticklabels([_day(all_nights[x], zone) for x in shown])
    _finish(figure, axes)
    return figure


def calibration(night: Row) -> Figure | None:
    """Draw how often the release is right where it is how sure."""
    lines: dict[str, list[tuple[float, float, float]]] = {}
    for code in part(night, "calibration"):
        for bin_ in rows(night, "calibration", code):
            x, y, n = (number(bin_.get(name)) for name in ("confidence", "right", "n"))
            if x is not None and y is not None and n:
                lines.setdefault(str(code), []).append((x, y, n))
    if not lines:
        return None
    figure, axes = axes_of("Mean confidence", "Share that is right")
    axes.plot([0, 1], [0, 1], color=PALE, linewidth=1, linestyle=BROKEN, label="as sure as right")
    for (code, points), colour in zip(sorted(lines.items()), COLOURS, strict=False):
        sure, right, counts = (np.array(column) for column in zip(*points, strict=True))
        axes.plot(sure, right, color=colour, linewidth=1, alpha=0.5)
        sizes = 20 + 400 * counts / counts.sum()
        axes.scatter(
            sure, right, sizes, color=colour, alpha=0.75, linewidths=0, zorder=3, label=_language(code)
        )
    in_per_cent(axes, "xy")
    axes.set_xlim(-0.03, 1.06)
    axes.set_ylim(-0.05, 1.07)
    legend = axes.legend(loc="upper left")
    for handle in legend.legend_handles[1:]:
        if handle is not None and hasattr(handle, "set_sizes"):
            handle.set_sizes([40])
    return figure


def _finish(figure: Figure, axes: Axes) -> None:
    """Give shares room enough that a tenth of a point does not look like a fall."""
    low, high = axes.get_ylim()
    middle, half = (low + high) / 2, max((high - low) / 2 * 1.15, 0.02)
    axes.set_ylim(max(0, middle - half), min(1.003, middle + half))
    axes.margins(x=0.06)
    in_per_cent(axes, "y")
    axes.legend(loc="best")


def _language(code: str) -> str:
    return LANGUAGES.get(code, short(clean(code)))


def too_few(night: Row) -> str:
    """Return which languages have too few test messages for a curve or a trend, empty where none has."""
    counts: dict[str, float] = {}
    for code, of in parts(part(night, "figures")):
        known = [n for name in FOLLOWED if (n := number(part(of, name).get("n"))) is not None]
        if known and few(max(known)):
            counts[code] = max(known)
    if not counts:
        return ""
    said = listed(f"{_language(code)} ({n:,.0f})" for code, n in sorted(counts.items()))
    return (
        f"No learning curve and no trend is drawn for {said}: of fewer than {FEW} test messages they would "
        "show chance."
    )


def _day(night: Row, zone: Any) -> str:
    began = local(night.get("began"), zone)
    return f"{began.day} {began:%b}" if began else ""
