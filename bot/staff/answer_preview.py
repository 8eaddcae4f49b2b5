"""An answer as a customer would see it: facts filled in, and what is filled per customer marked."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import get_args

from bot.connectors import Item, Money, Order
from bot.wording import order_values, product_name
from data.answer.files import Content, Subject, article_of
from data.desk import PLACEHOLDER, Desk, OrderStatus
from data.errors import DeskError

Segment = dict[str, str]  # text; and for what is filled in, name and kind: fact, slot or unknown


def preview(desk: Desk, subject: Subject, content: Content) -> dict[str, list[list[Segment]]]:
    """Return for each of the desk's languages the paragraphs of an answer, each in segments."""
    return {
        language: [
            list(_segments(desk, content, language, p)) for p in _paragraphs(subject, content, language)
        ]
        for language in desk.languages
    }


def sample_order(desk: Desk, content: Content) -> Order:
    """Return an order made up for the preview, of a status that the conditions ask for."""
    wanted = content.get("when", {}).get("order_status") or ["shipped"]
    status = wanted[0] if wanted[0] in get_args(OrderStatus) else "shipped"
    today, slot = date.today(), desk.slots.get("order_number")
    return Order(
        number=slot.example if slot else "HB-2048817",
        status=status if status in desk.order_status else next(iter(desk.order_status)),
        placed=today - timedelta(days=4),
        items=tuple(Item(product.id, 1) for product in desk.products[:1]),
        total=Money(129.0, "USD"),
        eta=today + timedelta(days=2),
        delivered=today - timedelta(days=1),
        carrier=next(iter(desk.carriers), "UPS"),
        tracking="1Z 204 881 77",
        refund=Money(129.0, "USD"),
    )


def _paragraphs(subject: Subject, content: Content, language: str) -> list[str]:
    text = content["texts"].get(language)
    if not text:
        return []
    if isinstance(text, str):
        return text.split("\n\n")
    try:
        article = article_of(subject.id or "new", content, language)
    except DeskError:
        return [text["title"], text["body"]]
    parts = [(s.heading, *s.paragraphs) for s in article.sections]
    return [text["title"], *(p for part in parts for p in part if p)]


def _segments(desk: Desk, content: Content, language: str, text: str) -> Iterator[Segment]:
    values = _sample_values(desk, content, language)
    at = 0
    for found in PLACEHOLDER.finditer(text):
        yield {"text": text[at : found.start()]}
        at, name = found.end(), found[1]
        if name.startswith("fact."):
            known = name[5:] in desk.facts
            value = desk.fact(name[5:], language) if known else found[0]
            yield {"text": value, "name": name, "kind": "fact" if known else "unknown"}
        else:
            kind = "slot" if name in values else "unknown"
            yield {"text": values.get(name, found[0]), "name": name, "kind": kind}
    yield {"text": text[at:]}


def _sample_values(desk: Desk, content: Content, language: str) -> dict[str, str]:
    order = sample_order(desk, content)
    product = desk.products[0].id if desk.products else ""
    values = order_values(order, desk, language)
    values |= {"slot.order_number": order.number, "product": product_name(product, desk, language)}
    country = {"zh": "加拿大"}.get(language, "Canada")
    snippet = next((s.paragraphs[0] for a in desk.articles if a.language == language for s in a.sections), "")
    values |= {"country": country, "slot.country": country, "snippet": desk.state_facts(snippet, language)}
    values |= {"method": next((m.name[language] for m in desk.payment_methods), "PayPal")}
    values |= {"city": {"zh": "伦敦"}.get(language, "London")}
    return values | {"slot.product": values["product"], "slot.city": {"zh": "上海"}.get(language, "Shanghai")}
