"""How a training goes through its examples: batches of like length, learning rates that rise and fall."""

import random

from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR


def like_length_batches(
    rows: list[int], lengths: list[int], size: int, pool: int, rng: random.Random
) -> list[list[int]]:
    """Return batches of rows of similar length in random order, so that little is spent on padding.

    The rows are shuffled in place; of every `pool` batches' worth of them, the shortest come together.
    """
    rng.shuffle(rows)
    groups = []
    for at in range(0, len(rows), size * pool):
        part = sorted(rows[at : at + size * pool], key=lambda i: lengths[i])
        groups += [part[i : i + size] for i in range(0, len(part), size)]
    rng.shuffle(groups)
    return groups


def rise_and_fall(optimizer: Optimizer, steps: int, warmup: float) -> LambdaLR:
    """Return a schedule whose rates rise over a share `warmup` of the steps and then fall to 0."""
    warm = max(1, int(steps * warmup))
    return LambdaLR(optimizer, lambda s: min((s + 1) / warm, max(0.0, (steps - s) / max(1, steps - warm))))
