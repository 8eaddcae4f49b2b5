"""Traditional replies use the words and marks of Taiwan and leave the names of goods alone."""

import opencc
import pytest

from bot.script import traditional
from data.desk import Desk


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("早上好，您的消息", "早安，您的訊息"),
        ("打开“我的订单”", "開啟「我的訂單」"),
        ("放在前台", "放在櫃檯"),
    ],
)
def test_words_and_marks(text: str, shown: str) -> None:
    assert traditional(text) == shown


def test_names_of_goods_are_only_written_otherwise(desk: Desk) -> None:
    characters = opencc.OpenCC("s2tw")
    names = [p.name["zh"] for p in desk.products]
    assert [n for n in names if traditional(n) != characters.convert(n)] == []
