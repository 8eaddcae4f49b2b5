"""One is one, and more are many."""

import pytest

from training.history.counted import counted


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 copies"), (1, "1 copy"), (2, "2 copies"), (2000, "2,000 copies")]
)
def test_the_word_is_that_of_the_number(number: int, said: str) -> None:
    assert counted(number, "copy", "copies") == said


def test_most_words_need_an_s() -> None:
    assert (counted(1, "row"), counted(2, "row")) == ("1 row", "2 rows")
