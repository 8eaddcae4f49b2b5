"""A group of a draft's questions → its two parts, by the clustering that found the groups."""

from pathlib import Path

import numpy as np

from data.errors import VerdictError
from data.night.questions import Asked, read_questions
from data.night.typical import read_vectors, typical_first
from retrieval.clusters import clusters_of

LEAST = 2  # questions that can be two matters
Halves = tuple[list[Asked], list[Asked]]


def halves_of(folder: Path, group: str) -> Halves:
    """Return the larger and the smaller part of a group, the most typical questions first.

    Raises VerdictError where there are no two parts, or no vectors to tell them by.
    """
    every = read_questions(folder)
    asked = [q for q in every if q.group == group]
    if len(asked) < LEAST:
        raise VerdictError(f"{group} has {len(asked)} of the draft's questions: there is nothing to split")
    vectors = read_vectors(folder, asked, len(every))
    if vectors is None:
        raise VerdictError(
            f"{folder.name} was mined before groups could be split: mine the dialogues again, or move "
            "questions by hand"
        )
    labels = clusters_of(vectors, 2)
    if labels.max() == 0:
        raise VerdictError(f"the questions of {group} are too much alike to be split; move them by hand")
    parts = [[asked[row] for row in np.flatnonzero(labels == label)] for label in (0, 1)]
    larger, smaller = sorted(parts, key=lambda part: -len(part))
    return typical_first(folder, larger, len(every)), typical_first(folder, smaller, len(every))
