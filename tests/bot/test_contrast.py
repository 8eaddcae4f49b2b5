"""Of "not this but that" the reading is "that"; other denials stay."""

import pytest

from bot.contrast import wished


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("I don't want to return it, I want to know where it is", "I want to know where it is"),
        ("i dont want a refund i want a replacement", "i want a replacement"),
        ("I'm not asking about the refund, I'm asking when it ships", "I'm asking when it ships"),
        ("not a refund but an exchange please", "an exchange please"),
        ("Hi! I don’t want to cancel, just change the size", "Hi! just change the size"),
        ("not looking to return it just need a bigger size", "just need a bigger size"),
        ("it's not about my order, it's about my password", "it's about my password"),
        ("I do not want to cancel my order but change the address", "change the address"),
        ("我不是要退货，是想问什么时候到", "想问什么时候到"),
        ("不是要退货，是想问什么时候到", "想问什么时候到"),
        ("不要退款，我要换货", "要换货"),
        ("我不是要取消订单，只是想改下地址", "订单想改下地址"),
        ("not cancel, return", "return"),
        ("not happy, refund please", "not happy, refund please"),
        ("你好 我不想退货，就想换个颜色", "就想换个颜色"),
        ("我没有要退货，我想换个尺码", "想换个尺码"),
        ("我没说要取消，只是问问什么时候发", "问问什么时候发"),
        ("不是问价格 问有没有货", "问有没有货"),
        ("别取消，我要改地址", "要改地址"),
        ("不退货，换货", "换货"),
        ("不是退货，是换货", "换货"),
        ("我不是退货，就想换个尺码", "就想换个尺码"),
    ],
)
def test_what_is_wanted(text: str, wish: str) -> None:
    assert wished(text) == wish


@pytest.mark.parametrize(
    "text",
    [
        "I don't want to return it", "I ordered a red one, not a blue one", "",
        "不是改了地址吗，是不是没改成功", "不是退了吗，怎么还没到账",
        "this is not the colour I ordered, I want to exchange it",
        "not sure if my order went through, can you check",
        "I did not get a confirmation but my card was charged",
        "the jacket does not fit but I love it",
        "I don't shop here any more, so I don't need to be registered. How do I end it?",
        "没收到货，是不是丢了", "收到的不是我买的，是别的颜色", "这个不是我要的颜色，想换一个",
        "刚拍的帐篷不要了，取消吧", "不想要了，怎么退",
    ],
)  # fmt: skip
def test_other_denials_stay(text: str) -> None:
    assert wished(text) == text


def test_a_long_text_is_read_in_no_time() -> None:
    text = "I don't want " + "not to be asked but " * 200
    assert len(wished(text)) < len(text)
