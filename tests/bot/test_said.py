"""An answer's words are found in a message."""

import pytest

from bot.said import says


@pytest.mark.parametrize(
    ("text", "words", "found"),
    [
        ("Forgot my ORDER  number", ("order number",), True),
        ("reordering numbers", ("order",), False),
        ("打折的东西能退吗", ("打折",), True),
        ("訂單號忘了", ("订单号",), True),
        ("I haven’t paid", ("haven't paid",), True),
        ("where is it", ("order number", "订单号"), False),
    ],
)
def test_words(text: str, words: tuple[str, ...], found: bool) -> None:
    assert says(text, words) is found
