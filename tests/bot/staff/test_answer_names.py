"""Templates are called by when they apply, in the reader's language."""

from pathlib import Path

import pytest

from bot.staff.answer_names import answer_names
from data.answer.files import Content, Subject, contents
from data.desk import Desk, load_desk

SHOP = Path("data/shop")


@pytest.fixture(scope="module")
def desk() -> Desk:
    return load_desk(SHOP)


def name(desk: Desk, id: str, language: str) -> str:
    return answer_names(desk, contents(desk), language)[Subject("template", id)]


@pytest.mark.parametrize(
    ("id", "english", "chinese"),
    [
        ("track_order.shipped", "Order on its way", "订单已发货"),
        ("track_order.shipped_unhappy", "Order on its way, customer unhappy", "订单已发货，客户不满"),
        ("track_order.other", "Order in any other state", "订单为其他状态"),
        ("track_order.unknown", "No order number yet", "还没有订单号"),
        ("cancel_order.not_sent", "Order being packed / waiting for stock", "订单备货中、等待补货"),
        ("human_agent.closed", "People are away", "人工不在线"),
        ("store_info.not_there", "City named, without a shop", "提到的城市没有门店"),
        ("thanks.general", "In all other cases", "其他情况"),
        ("thanks.general_again", "In all other cases · wording 2", "其他情况 · 说法 2"),
        ("create_account.general", "Always", "任何情况"),
        ("product_info.product", "A product is named", "提到某件商品"),
        ("delivery_options.assembly", "Says “assemble”, “assembles” or the like", "提到“安装”“组装”等"),
        ("system.too_long", "A message that is too long", "消息过长"),
        ("system.refuse.two", "Not our matter · wording 2", "不属于本店业务 · 说法 2"),
    ],
)
def test_a_template_is_called_by_when_it_applies(id: str, english: str, chinese: str, desk: Desk) -> None:
    assert name(desk, id, "en") == english
    assert name(desk, id, "zh") == chinese


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_two_answers_to_one_matter_have_the_same_name(language: str, desk: Desk) -> None:
    names = answer_names(desk, contents(desk), language)
    assert {s.id for s in names} == set(desk.templates)
    called = [(s.id.split(".")[0], said) for s, said in names.items()]
    assert len(set(called)) == len(called)
    assert not [said for said in names.values() if "_" in said or "{" in said]


def test_what_nobody_has_words_for_is_called_as_it_is(desk: Desk) -> None:
    odd: Content = {"when": {"order": "lost", "order_status": ["eaten"], "says": ["hm"]}, "texts": {}}
    made = {Subject("template", "system.of_tomorrow"): odd, Subject("template", "thanks.x"): odd}
    assert list(answer_names(desk, made, "en").values()) == [
        "Of tomorrow, order eaten, says “hm”", "Order eaten, says “hm”",
    ]  # fmt: skip
