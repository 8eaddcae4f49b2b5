"""A group of questions in two parts."""

from pathlib import Path

import numpy as np
import pytest

from data.errors import VerdictError
from data.night.moves import NEW, move
from data.night.topics import decide
from data.night.typical import write_vectors
from retrieval.halves import halves_of
from tests.data.night.a_draft import write_a_draft

NEAR = np.array([[1, 0.1], [0, 1], [1, 0], [0, 1], [0, 1], [0, 1], [0, 1]], np.float32)
NEAR /= np.linalg.norm(NEAR, axis=1, keepdims=True)


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    return write_a_draft(tmp_path / "spring")


def test_a_group_falls_apart_where_its_questions_do(draft: Path) -> None:
    write_vectors(draft, NEAR)
    larger, smaller = halves_of(draft, "g001")
    assert {q.number for q in larger} == {1, 3}
    assert [q.number for q in smaller] == [2]


def test_a_group_has_the_questions_that_were_moved_into_it(draft: Path) -> None:
    write_vectors(draft, NEAR)
    made = move(draft, [1, 3, 4], NEW).to
    larger, smaller = halves_of(draft, str(made))
    assert ([q.number for q in larger], [q.number for q in smaller]) == ([1, 3], [4])


def test_what_can_not_be_split_is_said(draft: Path) -> None:
    with pytest.raises(VerdictError, match="mined before groups could be split"):
        halves_of(draft, "g001")
    write_vectors(draft, NEAR)
    with pytest.raises(VerdictError, match="too much alike"):
        halves_of(draft, "g002")
    with pytest.raises(VerdictError, match="g009 has 0"):
        halves_of(draft, "g009")


def test_vectors_of_other_dialogues_are_not_taken(draft: Path) -> None:
    write_vectors(draft, NEAR[:5])
    decide(draft, [("g001", {"state": "approved"})])
    with pytest.raises(VerdictError, match="mined before"):
        halves_of(draft, "g001")
