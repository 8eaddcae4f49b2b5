"""The curve of a training run as a picture."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure


def draw(curve: Sequence[dict[str, Any]], file: Path) -> None:
    """Draw each figure of `curve` over its steps: the loss to the left, shares and cosines to the right."""
    figure = Figure(figsize=(9, 3.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    for name in dict.fromkeys(key for point in curve for key in point if key != "step"):
        points = [(point["step"], point[name]) for point in curve if name in point]
        (left if name == "loss" else right).plot(*zip(*points, strict=True), label=name, marker=".")
    left.set(xlabel="step", ylabel="loss")
    right.set(xlabel="step")
    right.legend(frameon=False)
    figure.savefig(file, dpi=120)
