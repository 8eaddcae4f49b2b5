"""Dates, amounts and goods as people write them, in the language of the reply."""

from datetime import date, timedelta

import pytest

from bot.connectors import Item, Money, Order
from bot.wording import day, due, money, order_values, product_name
from data.desk import Desk

ORDER = Order(
    number="HB-1000001",
    status="shipped",
    placed=date(2026, 3, 1),
    items=(Item("ridge-2-tent", 1), Item("wool-hiking-socks", 3)),
    total=Money(1234.5, "USD"),
    eta=date(2026, 3, 12),
    carrier="UPS",
    tracking="1Z999",
)


@pytest.mark.parametrize(("language", "text"), [("en", "Thursday 12 March"), ("zh", "3月12日（周四）")])
def test_days(language: str, text: str) -> None:
    assert day(date(2026, 3, 12), language) == text


@pytest.mark.parametrize(
    ("days", "language", "text"),
    [(0, "en", "today"), (1, "en", "tomorrow"), (0, "zh", "今天"), (1, "zh", "明天")],
)
def test_the_nearest_days_have_names(days: int, language: str, text: str) -> None:
    assert due(date.today() + timedelta(days), language) == text


@pytest.mark.parametrize("days", [-1, 9])
def test_other_days_have_none(days: int) -> None:
    other = date.today() + timedelta(days)
    assert due(other, "en") == day(other, "en")


def test_a_day_in_a_language_without_a_pattern_is_written_out() -> None:
    assert day(date(2026, 3, 12), "de") == "12. März 2026"


@pytest.mark.parametrize(
    ("amount", "currency", "language", "text"),
    [
        (1234.5, "USD", "en", "$1,234.50"),
        (80.9, "USD", "zh", "US$80.90"),
        (2107, "CNY", "zh", "¥2,107.00"),
        (2107, "CNY", "en", "CN¥2,107.00"),
        (49, "GBP", "en", "£49.00"),
        (1000, "JPY", "en", "¥1,000"),
    ],
)
def test_amounts(amount: float, currency: str, language: str, text: str) -> None:
    assert money(Money(amount, currency), language) == text


@pytest.mark.parametrize(("language", "between"), [("en", ", "), ("zh", "、")])
def test_goods_are_listed_with_their_number(language: str, between: str, desk: Desk) -> None:
    names = {p.id: p.name[language] for p in desk.products}
    expected = f"{names['ridge-2-tent']}{between}{names['wool-hiking-socks']} × 3"
    assert order_values(ORDER, desk, language)["order.items"] == expected


def test_a_product_that_left_the_catalogue_keeps_its_id(desk: Desk) -> None:
    assert product_name("old-lamp", desk, "en") == "old-lamp"


def test_the_values_of_an_order(desk: Desk) -> None:
    values = order_values(ORDER, desk, "en")
    del values["order.items"]
    assert values == {
        "order.number": "HB-1000001",
        "order.status": "on its way",
        "order.placed": "Sunday 1 March",
        "order.total": "$1,234.50",
        "order.eta": "Thursday 12 March",
        "order.carrier": "UPS",
        "order.tracking": "1Z999",
    }


def test_a_refund_is_stated_when_there_is_one(desk: Desk) -> None:
    order = Order(**{**vars(ORDER), "refund": Money(20, "CNY")})
    assert order_values(order, desk, "zh")["order.refund_amount"] == "¥20.00"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("status", ["awaiting_payment", "backordered", "delivered", "refunded"])
def test_a_status_has_words(status: str, language: str, desk: Desk) -> None:
    order = Order(**{**vars(ORDER), "status": status})
    assert order_values(order, desk, language)["order.status"] == desk.order_status[status][language]  # type: ignore[index]
