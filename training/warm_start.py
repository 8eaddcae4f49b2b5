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
