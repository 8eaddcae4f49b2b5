"""What a tuned release knows, for the next fine-tuning to go on from."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import safe_open

from data.release.release import Release
from retrieval.bundled_encoder import TUNED, encoder_identity
from retrieval.encoder import Vectors

BASE = "base"  # in a file of changes: of which bundled encoder they are
RESERVE = 1.3  # times the seconds that the last whole fine-tuning took are wanted for the next


@dataclass(frozen=True)
class Start:
    """The changes that fine-tuning made to the bundled encoder, and the head that learned with it."""

    changes: Path
    head: Mapping[str, Vectors]  # of each label the weights, shape (dim,); their length does not matter


def start_of(release: Release) -> Start | None:
    """Return what a release was fine-tuned to; None where it was not, or on another bundled encoder."""
    changes = release.encoder_folder / TUNED
    if not changes.exists():
        return None
    with safe_open(changes, "numpy") as file:
        if (file.metadata() or {}).get(BASE) != encoder_identity(None):
            return None
    classifier = release.folder / "classifier"
    labels = json.loads((classifier / "classifier.json").read_text("utf-8"))["labels"]
    with np.load(classifier / "head.npz") as head:
        dense = head["dense"].astype(np.float32)
    return Start(
        changes, {label: weights for label, weights in zip(labels, dense.T, strict=True) if weights.any()}
    )


def tuning_after(
    live: Release, wanted: bool | None, seconds: float, erased: bool
) -> tuple[bool, Start | None]:
    """Return whether the encoder learns after a live release, and what it goes on from.

    It learns where it did for the live release, unless `wanted` says otherwise: from nothing where `seconds`
    are enough for that, else from what the live release learned. Where that knows texts that were erased
    since, the bundled encoder stays as it is.
    """
    if not (bool(live.metrics.get("tuned")) if wanted is None else wanted):
        return False, None
    if seconds_tuning(live) * RESERVE < seconds:
        return True, None
    return (False, None) if erased else (True, start_of(live))


def seconds_tuning(release: Release) -> float:
    """Return the seconds that the encoder last took to learn from nothing; 0 where it never did."""
    return float(release.metrics.get("seconds_tuning", 0.0))
