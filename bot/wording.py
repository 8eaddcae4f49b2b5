"""Values as people write them: dates, amounts, lists of goods, in the reply's language."""

from datetime import date

from babel.dates import format_date
from babel.numbers import format_currency

from bot.connectors import Item, Money, Order
from data.desk import Desk

_LOCALES = {"en": "en_GB", "zh": "zh_Hans_CN"}
_NEAR_DAYS = {"en": {0: "today", 1: "tomorrow"}, "zh": {0: "今天", 1: "明天"}}
_DATES = {"en": "EEEE d MMMM", "zh": "M月d日（EEE）"}


def order_values(order: Order, desk: Desk, language: str) -> dict[str, str]:
    """Return what `{order.…}` stands for; a field that the order does not have is left out."""
    values = {
        "order.number": order.number,
        "order.status": desk.order_status[order.status][language],
        "order.items": _items(order.items, desk, language),
        "order.placed": day(order.placed, language),
        "order.total": money(order.total, language),
        "order.eta": due(order.eta, language) if order.eta else "",
        "order.delivered": day(order.delivered, language) if order.delivered else "",
        "order.carrier": desk.carriers.get(order.carrier or "", {}).get(language, order.carrier or ""),
        "order.tracking": order.tracking or "",
        "order.refund_amount": money(order.refund, language) if order.refund else "",
    }
    return {name: value for name, value in values.items() if value}


def day(value: date, language: str) -> str:
    return format_date(value, _DATES.get(language, "long"), locale=_LOCALES.get(language, language))


def due(value: date, language: str) -> str:
    """Return a day to come, the nearest ones by their names."""
    names = _NEAR_DAYS.get(language, {})
    return names.get((value - date.today()).days) or day(value, language)


def money(value: Money, language: str) -> str:
    locale = "en_US" if language == "en" else _LOCALES.get(language, language)  # $229.00, not US$229.00
    return format_currency(value.amount, value.currency, locale=locale)


def product_name(product_id: str, desk: Desk, language: str) -> str:
    """Return a product's name, or its id where the catalogue does not have it."""
    return next((p.name[language] for p in desk.products if p.id == product_id), product_id)


def _items(items: tuple[Item, ...], desk: Desk, language: str) -> str:
    names = [
        product_name(item.product, desk, language) + (f" × {item.quantity}" if item.quantity > 1 else "")
        for item in items
    ]
    return ("、" if language == "zh" else ", ").join(names)
