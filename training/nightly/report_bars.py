"""A night's pictures that are bars: which intents are confused, and where the logged questions go."""

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from training.chart_style import BESIDE, INK, LINE, ORANGE, PALE, axes_of, in_per_cent, short
from training.nightly.report_changes import ROUTES, route_name
from training.nightly.report_read import Row, clean, number, part, rows

ROUTE_COLOURS = {
    "answer": "#2f6f5e", "ask_slot": "#6aa08f", "clarify": "#9dbf7a", "search": "#4a6fa5",
    "social": "#b9c4bf", "handoff": "#d9a441", "refuse": "#c4622d",
}  # fmt: skip
CONFUSED = 8  # pairs that are shown


def confusion(night: Row) -> Figure | None:
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


def coverage(night: Row) -> Figure | None:
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
        colour = ROUTE_COLOURS.get(route, PALE)
        if shares.any():
            bars = axes.barh([0, 1], shares, 0.62, left, color=colour,
                             label=short(clean(route_name(route))))  # fmt: skip
            labels = [f"{100 * s:.0f} %" if s >= 0.05 else "" for s in shares]
            axes.bar_label(bars, labels, label_type="center", color=_on(colour), fontsize=8)
            left = left + shares
    axes.set_yticks([0, 1], ["before", "new"])
    axes.set_ylim(1.45, -0.45)
    axes.set_xlim(0, 1)
    axes.grid(visible=False, axis="y")
    axes.tick_params(axis="y", length=0)
    in_per_cent(axes, "x")
    figure.legend(loc="outside upper left", ncols=3, fontsize=8.5)
    return figure


def _on(colour: str) -> str:
    """Return a colour that can be read on another."""
    red, green, blue = to_rgb(colour)
    return INK if 0.299 * red + 0.587 * green + 0.114 * blue > 0.55 else "white"


def _sides(row: Row) -> tuple[float, float]:
    return number(row.get("live")) or 0.0, number(row.get("candidate")) or 0.0


def _pair(row: Row) -> str:
    wanted, taken = (short(clean(row.get(name)) or "out of scope") for name in ("wanted", "taken_for"))
    return f"{wanted}\n→ {taken}"
