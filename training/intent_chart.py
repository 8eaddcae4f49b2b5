"""How well each intent is understood, as a picture."""

from collections.abc import Mapping

from matplotlib.figure import Figure


def intent_chart(shares: Mapping[str, Mapping[str, float]]) -> Figure:
    """Draw the share of each intent's held-out messages that are right, per language, the worst on top."""
    names = sorted(shares, key=lambda name: min(shares[name].values(), default=1.0), reverse=True)
    figure = Figure(figsize=(7, 1 + 0.22 * len(names)), layout="constrained")
    axes = figure.subplots()
    for language in sorted({language for found in shares.values() for language in found}):
        rows = [(shares[name][language], row) for row, name in enumerate(names) if language in shares[name]]
        axes.plot(*zip(*rows, strict=True), "o", label=language, alpha=0.7)
    axes.set_yticks(range(len(names)), names)
    axes.grid(axis="x", alpha=0.3)
    axes.set(xlabel="share of held-out messages that are right")
    if axes.get_legend_handles_labels()[0]:
        axes.legend(frameon=False)
    return figure
