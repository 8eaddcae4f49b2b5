"""Messages in a third language are told from English and Chinese."""

import pytest

from bot.foreign import is_foreign


@pytest.mark.parametrize(
    "text",
    ["Bonjour, où est ma commande ?", "¿Dónde está mi pedido?", "Wo ist meine Bestellung?",
     "주문이 어디에 있나요",
     "注文はどこですか", "Где мой заказ", "أين طلبي", "je veux retourner un article", "hola"],
)  # fmt: skip
def test_a_third_language(text: str) -> None:
    assert is_foreign(text)


@pytest.mark.parametrize(
    "text",
    [
        "where is my order",
        "wheres my ordr pls",
        "我的 order 到哪了",
        "請問訂單在哪",
        "ok thx",
        "HB-2048817",
        "wqop zzzxx lkj",  # keys hit at random are no language
        "ggg hhh ;;; kkkk",
        "👍",
        "",
    ],
)
def test_english_and_chinese(text: str) -> None:
    assert not is_foreign(text)
