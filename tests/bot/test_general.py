"""Questions about the rules need no order number; what is said of one's own order does."""

import pytest

from bot.general import asks_in_general


@pytest.mark.parametrize(
    "text",
    [
        "return or exchange, what's better?", "how long does the warranty last in general?",
        "how do I return something",
        "do you charge for cancelling?", "how long do refunds take", "can i cancel an order after it ships",
        "what if something arrives broken", "what happens if a parcel gets lost?",
        "is it possible to exchange",
        "how many days do I have to return things", "what is the policy if it arrived broken",
        "一般多久能退款", "退货流程是什么", "怎么退货", "收到不合适能换吗", "保修多久", "下单后还能改地址吗",
        "发票怎么开",
        "如果收到坏的怎么处理", "取消訂單要手續費嗎",
    ],
)  # fmt: skip
def test_the_rules_are_asked_about(text: str) -> None:
    assert asks_in_general(text)


@pytest.mark.parametrize(
    "text",
    [
        "where is my order", "how do I return it", "can I return this jacket",
        "when will I get my money back",
        "I ordered last week, how do I cancel", "is it under warranty", "the mug broke, can I return it",
        "cancel order", "i want to return something", "what's the status of the refund", "refund", "",
        "我要退货", "我的退款什么时候到", "我买的杯子坏了能换吗",
        "我那单怎么取消", "这个怎么退", "退款怎么还没到",
        "货到哪了",
        "收到了怎么退", "快递几天没动了怎么回事", "退款",
    ],
)  # fmt: skip
def test_an_own_order_is_spoken_of_or_nothing_asked(text: str) -> None:
    assert not asks_in_general(text)
