"""What is taught counts by author and age; who contradicts a sure release time and again is kept out."""

from datetime import UTC, datetime, timedelta

import pytest

from data.night.taught import Lesson
from training.lessons import Author, Lessons, strangers, too_often, weight

NOW = datetime.now(UTC)


def lesson(at: datetime = NOW, **changes: object) -> Lesson:
    given = {
        "turn": 1, "session": "s", "verdict": 1, "text": "hello", "language": "en", "labels": ("greeting",),
        "mood": 0.0, "author": "rea", "at": at, "exam": False, "learned": None,
    }  # fmt: skip
    return Lesson(**{**given, **changes})  # type: ignore[arg-type]


def test_a_review_weighs_less_with_age_and_with_an_author_who_is_overruled() -> None:
    assert weight(lesson(), 1.0) == pytest.approx(1.0, abs=1e-3)
    assert weight(lesson(NOW - timedelta(days=730)), 1.0) == pytest.approx(0.5, abs=1e-3)
    assert weight(lesson(), 0.6) == pytest.approx(0.6, abs=1e-3)
    assert weight(lesson(NOW - timedelta(days=7300)), 1.0) == 0.25
    assert weight(lesson(NOW + timedelta(days=3)), 1.0) == 1.0  # a clock that jumped


@pytest.mark.parametrize(
    ("contradicted", "fresh", "out"),
    [(0, 500, False), (9, 12, False), (10, 12, True), (30, 500, False), (150, 500, True), (12, 40, False)],
)
def test_who_contradictstoo_often(contradicted: int, fresh: int, out: bool) -> None:
    assert too_often(contradicted, fresh) is out


def test_what_is_fresh_and_who_is_kept_out() -> None:
    given = Lessons(
        learned=(lesson(), lesson(learned="r-1")),
        exam=(lesson(exam=True),),
        authors={"rea": Author(2, 1, 1.0), "eve": Author(5, 5, 1.0, 5, True)},
        new_intents={},
        left_out=(),
        until=3,
    )
    assert given.fresh == 2
    assert strangers(given, ("rea", "nobody")) == ["nobody"]
    assert given.kept_out == ("eve",)
