"""A night's pictures, as PNG: learning curve, former nights, calibration, confusion, coverage."""

from collections.abc import Callable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, MaxNLocator

from training.chart_style import (
    BESIDE,
    BLUE,
    BROKEN,
    GREEN,
    INK,
    LINE,
    ORANGE,
    PALE,
    VIOLET,
    axes_of,
    chart_style,
    in_per_cent,
    png,
    short,
)
from training.nightly.report_changes import ROUTES, route_name
from training.nightly.report_read import LANGUAGES, Row, clean, moment, number, part, parts, rows

COLOURS = (GREEN, ORANGE, BLUE, VIOLET)
ROUTE_COLOURS = {
    "answer": "#2f6f5e", "ask_slot": "#6aa08f", "clarify": "#9dbf7a", "search": "#4a6fa5",
    "social": "#b9c4bf", "handoff": "#d9a441", "refuse": "#c4622d",
}  # fmt: skip
CONFUSED = 8  # pairs that are shown
NIGHTS = 40
LABELS = 7  # dates that fit below an axis
Points = list[tuple[float, float]]


def charts(night: Row) -> dict[str, bytes]:
    """Return every picture there is something to draw of, by its name."""
    drawn = {}
    with chart_style():
        for name, draw in DRAWN.items():
            figure = draw(night)
            if figure is not None:
                drawn[name] = png(figure)
    return drawn


def _curve(night: Row) -> Figure | None:
    """Draw how much is right when only part of what was taught is learned."""
    lines: dict[str, Points] = {}
    for step in rows(night, "curve"):
        for code, value in part(step, "figures").items():
            if (x := number(step.get("examples"))) is not None and (y := number(value)) is not None:
                lines.setdefault(str(code), []).append((x, y))
    if not any(len(points) > 1 for points in lines.values()):
        return None
    figure, axes = axes_of("Reviewed messages learned from", "Likeliest intent is right")
    for (code, points), colour in zip(lines.items(), COLOURS, strict=False):
        axes.plot(
            *zip(*sorted(points), strict=True), "o-", color=colour, linewidth=1.8, label=_language(code)
        )
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    _finish(figure, axes)
    return figure


def _nights(night: Row) -> Figure | None:
    """Draw the likeliest intent's figure night by night; what did not go live is hollow."""
    reached = {
        code: {"top_intent": part(of, "top_intent").get("candidate")}
        for code, of in parts(part(night, "figures"))
    }
    nights: list[Row] = [*rows(night, "former"), {**night, "figures": reached}][-NIGHTS:]
    lines: dict[str, Points] = {}
    for at, former in enumerate(nights):
        for code, of in parts(part(former, "figures")):
            if (y := number(of.get("top_intent"))) is not None:
                lines.setdefault(code, []).append((at, y))
    if not any(len(points) > 1 for points in lines.values()):
        return None
    figure, axes = axes_of("Night", "Likeliest intent is right")
    for (code, points), colour in zip(lines.items(), COLOURS, strict=False):
        axes.plot(*zip(*points, strict=True), color=colour, linewidth=1.4, label=_language(code))
        for x, y in points:
            live = nights[int(x)].get("outcome") == "live"
            axes.plot(x, y, "o", color=colour, markersize=6, markerfacecolor=colour if live else "white")
    shown = sorted({round(x) for x in np.linspace(0, len(nights) - 1, min(LABELS, len(nights)))})
    axes.xaxis.set_major_locator(FixedLocator(shown))
    axes.set_xticklabels([_day(nights[x]) for x in shown])
    _finish(figure, axes)
    return figure


def _calibration(night: Row) -> Figure | None:
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
    for (code, points), colour in zip(lines.items(), COLOURS, strict=False):
        x, y, n = (np.array(column) for column in zip(*points, strict=True))
        axes.plot(x, y, color=colour, linewidth=1, alpha=0.5)
        axes.scatter(x, y, s=20 + 400 * n / n.sum(), color=colour, alpha=0.75, linewidths=0, zorder=3,
                     label=_language(code))  # fmt: skip
    in_per_cent(axes, "xy")
    axes.set_xlim(-0.03, 1.06)
    axes.set_ylim(-0.05, 1.07)
    legend = axes.legend(loc="upper left")
    for handle in legend.legend_handles[1:]:
        if handle is not None and hasattr(handle, "set_sizes"):
            handle.set_sizes([40])
    return figure


def _confusion(night: Row) -> Figure | None:
    """Draw the pairs that are confused most, before and now."""
    found = sorted(rows(night, "confused"), key=lambda row: -max(_sides(row)))[:CONFUSED]
    found = [row for row in found if max(_sides(row)) > 0]
    if not found:
        return None
    figure, axes = axes_of("Messages", "", (BESIDE[0], max(BESIDE[1], 0.9 + 0.45 * len(found))))
    at = np.arange(len(found))
    for side, (colour, label, off) in enumerate(((LINE, "before", -0.19), (ORANGE, "new", 0.19))):
        values = [_sides(row)[side] for row in found]
        bars = axes.barh(at + off, values, 0.34, color=colour, label=label)
        axes.bar_label(bars, [f"{value:,.0f}" for value in values], padding=3, color=PALE, fontsize=8)
    axes.set_yticks(at, [_pair(row) for row in found])
    axes.invert_yaxis()
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.margins(x=0.08)
    axes.legend(loc="lower right")
    return figure


def _coverage(night: Row) -> Figure | None:
    """Draw where the logged questions go, before and now, as shares."""
    sides = [
        {str(r): number(n) or 0 for r, n in part(night, "coverage", s).items()} for s in ("live", "candidate")
    ]
    totals = [sum(side.values()) for side in sides]
    if not all(totals):
        return None
    figure, axes = axes_of("Share of the logged questions", "", (BESIDE[0], 3.2))
    routes = dict.fromkeys([*ROUTES, *sides[0], *sides[1]])
    left = np.zeros(2)
    for route in routes:
        shares = np.array([side.get(route, 0) / total for side, total in zip(sides, totals, strict=True)])
        if shares.any():
            bars = axes.barh([0, 1], shares, 0.62, left, color=ROUTE_COLOURS.get(route, PALE),
                             label=short(clean(route_name(route))))  # fmt: skip
            labels = [f"{100 * s:.0f} %" if s >= 0.05 else "" for s in shares]
            axes.bar_label(bars, labels, label_type="center", color=_on(bars), fontsize=8)
            left = left + shares
    axes.set_yticks([0, 1], ["before", "new"])
    axes.set_ylim(1.45, -0.45)
    axes.set_xlim(0, 1)
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)
    in_per_cent(axes, "x")
    figure.legend(loc="outside upper left", ncols=3, fontsize=8.5)
    return figure


DRAWN: dict[str, Callable[[Row], Figure | None]] = {
    "nights": _nights,
    "curve": _curve,
    "calibration": _calibration,
    "confusion": _confusion,
    "coverage": _coverage,
}


def _finish(figure: Figure, axes: Axes) -> None:
    """Give shares room enough that a tenth of a point does not look like a fall."""
    low, high = axes.get_ylim()
    middle, half = (low + high) / 2, max((high - low) / 2 * 1.15, 0.02)
    axes.set_ylim(max(0, middle - half), min(1.003, middle + half))
    axes.margins(x=0.06)
    in_per_cent(axes, "y")
    axes.legend(loc="best")


def _on(bars: BarContainer) -> str:
    """Return a colour that can be read on these bars."""
    red, green, blue, _ = bars.patches[0].get_facecolor()
    return INK if 0.299 * red + 0.587 * green + 0.114 * blue > 0.55 else "white"


def _sides(row: Row) -> tuple[float, float]:
    return number(row.get("live")) or 0.0, number(row.get("candidate")) or 0.0


def _pair(row: Row) -> str:
    wanted, taken = (short(clean(row.get(name)) or "out of scope") for name in ("wanted", "taken_for"))
    return f"{wanted}\n→ {taken}"


def _language(code: str) -> str:
    return LANGUAGES.get(code, short(clean(code)))


def _day(night: Row) -> str:
    began = moment(night.get("began"))
    return f"{began.day} {began:%b}" if began else ""
