"""How the encoder is fine-tuned."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Recipe:
    epochs: int = 5
    batch: int = 32  # of all processes together
    rate: float = 1e-4  # of the last layer
    decay: float = 0.9  # each layer below learns at this share of the rate above it
    head_rate: float = 1e-2
    warmup: float = 0.1
    scale: float = 20.0  # of the cosines between message and label
    smoothing: float = 0.1
    dropout: float = 0.1
    rank: int = 64
    seed: int = 20


COLD = Recipe()
WARM = Recipe(epochs=1)  # from what an earlier fine-tuning came to
