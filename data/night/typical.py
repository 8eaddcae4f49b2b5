"""Which questions of a draft are the most typical of some: those nearest to their middle.

vectors.npy holds a row for each of the draft's questions, in the space in which they were grouped.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from data.fold import fold
from data.night.questions import NONE, Asked, read_questions

VECTORS = "vectors.npy"
Vectors = NDArray[np.float32]


def write_vectors(folder: Path, vectors: Vectors) -> None:
    """Keep the vectors of a draft's questions, shape (n, dim), by their numbers."""
    np.save(folder / VECTORS, vectors.astype(np.float16))


def read_vectors(folder: Path, asked: Sequence[Asked], of: int) -> Vectors | None:
    """Return the vectors of some of a draft's `of` questions; None where the draft has none that fit."""
    file = folder / VECTORS
    if not file.exists():
        return None
    every = np.load(file, mmap_mode="r", allow_pickle=False)
    if len(every) != of:
        return None
    return cast(Vectors, np.asarray(every[[q.number - 1 for q in asked]], np.float32))


def typical_first(folder: Path, asked: Sequence[Asked], of: int) -> list[Asked]:
    """Return questions with the most typical of them first; as they are where there are no vectors."""
    vectors = read_vectors(folder, asked, of) if asked else None
    if vectors is None:
        return list(asked)
    near = vectors @ vectors.mean(0)
    return [asked[row] for row in np.argsort(-near, kind="stable")]


def find_questions(folder: Path, group: str, text: str = "") -> list[Asked]:
    """Return a group's questions that hold a text, the most typical first, or those in NONE and new."""
    every = read_questions(folder)
    if group == NONE:
        own = [q for q in every if q.group is None and not q.known]
    else:
        own = typical_first(folder, [q for q in every if q.group == group], len(every))
    wanted = fold(text).casefold()
    return [q for q in own if wanted in fold(q.text).casefold()]
