"""What is wrong with an edit is found before it is kept, with the part that is wrong."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.connectors import Item, Money, Order
from bot.wording import order_values
from data.answer.checks import (
    MOST_BODY,
    MOST_TEXT,
    ORDER_FIELDS,
    Problem,
    check_answer,
    check_loss,
    serious,
)  # fmt: skip
from data.answer.files import Content, Subject, contents
from data.desk import Desk, load_desk

KNOWN = Subject("template", "return_item.known")
RETURNS = Subject("article", "returns")


@pytest.fixture
def kiosk(small_desk: Path) -> Desk:
    return load_desk(small_desk)


def template(en: str = "Yes.", zh: str = "好。", **rest: Any) -> Content:
    return {"when": {}, "next": [], "texts": {"en": en, "zh": zh}, **rest}


def article(body: str, title: str = "T", **rest: Any) -> Content:
    whole = {"title": "标题", "body": "正文。"}
    return {"intents": ["return_item"], "texts": {"en": {"title": title, "body": body}, "zh": whole}, **rest}


def test_the_bundled_answers_have_nothing_wrong(desk: Desk) -> None:
    assert [p for s, c in contents(desk).items() for p in check_answer(desk, s, c)] == []


def test_no_bundled_answer_leaves_anybody_without_one(desk: Desk) -> None:
    assert [p for s, c in contents(desk).items() for p in check_loss(desk, s, c)] == []


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (template(zh=" "), Problem("zh", "missing")),
        (template("{fact.nope}", "{fact.nope}"), Problem("en", "unknown_fact", "nope")),
        (template("{slot.colour}", "{slot.colour}"), Problem("en", "unknown_slot", "colour")),
        (template("{order.price}", "{order.price}"), Problem("en", "unknown_placeholder", "{order.price}")),
        (template("{name}", "{name}"), Problem("zh", "unknown_placeholder", "{name}")),
        (template("{ fact.return_days }"), Problem("en", "syntax", "{ fact.return_days }")),
        (template("{fact.return_days"), Problem("en", "syntax", "{fact.return_days")),
        (template("so }"), Problem("en", "syntax", "}")),
        (template("x" * (MOST_TEXT + 1)), Problem("en", "too_long", str(MOST_TEXT))),
        (template(next=["fly"]), Problem("next", "unknown_intent", "fly")),
        (template(when={"weather": "rain"}), Problem("when", "condition", "weather")),
        (template(when={"order_status": ["lost"]}), Problem("when", "condition", "order_status.0")),
        (template(when={"order": "unknown", "order_status": ["shipped"]}), Problem("when", "contradiction")),
        (template(when={"country": "served"}), Problem("when", "no_countries")),
        ({**template(), "texts": {"en": "a", "zh": "b", "fr": "c"}}, Problem("fr", "unknown_language", "fr")),
    ],
    ids=lambda value: f"{value.where}-{value.code}" if isinstance(value, Problem) else "",
)
def test_what_is_wrong_with_a_template(content: Content, problem: Problem, kiosk: Desk) -> None:
    assert problem in serious(check_answer(kiosk, KNOWN, content))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (article(""), Problem("en", "missing")),
        (article("Text.", ""), Problem("en", "no_title")),
        (article("{fact.nope}"), Problem("en", "unknown_fact", "nope")),
        (article("{order.eta}"), Problem("en", "unknown_placeholder", "{order.eta}")),
        (article("## Steps\n## Costs\nNone."), Problem("en", "empty_section", "Steps")),
        (article("x" * (MOST_BODY + 1)), Problem("en", "too_long", str(MOST_BODY))),
        (article("Text.", intents=["fly"]), Problem("intents", "unknown_intent", "fly")),
    ],
    ids=lambda value: f"{value.where}-{value.code}" if isinstance(value, Problem) else "",
)
def test_what_is_wrong_with_an_article(content: Content, problem: Problem, kiosk: Desk) -> None:
    assert problem in serious(check_answer(kiosk, RETURNS, content))


@pytest.mark.parametrize(
    "subject",
    [
        Subject("template", "greeting"), Subject("template", "greeting.Two"),
        Subject("template", "greeting.a.b"),
        Subject("template", "greeting.../x"), Subject("article", "../../etc"), Subject("article", "Returns"),
        Subject("article", "-a"), Subject("article", "a" * 65),
    ],
    ids=str,
)  # fmt: skip
def test_an_id_that_is_none(subject: Subject, kiosk: Desk) -> None:
    content = template() if subject.kind == "template" else article("Text.")
    assert "id" in [p.code for p in check_answer(kiosk, subject, content)]


@pytest.mark.parametrize("name", ["fly.one", "system.more"])
def test_a_new_template_is_of_an_intent(name: str, kiosk: Desk) -> None:
    found = check_answer(kiosk, Subject("template", name), template())
    assert Problem("id", "unknown_intent", name.split(".")[0]) in found


def test_a_placeholder_in_one_language_only_is_a_hint(kiosk: Desk) -> None:
    (found,) = check_answer(kiosk, KNOWN, template("Order {order.number}."))
    assert (found, found.is_hint) == (Problem("en", "differs", "{order.number}"), True)


def test_the_desks_own_sentences_name_facts_only(kiosk: Desk) -> None:
    subject = Subject("template", "system.refuse")
    found = serious(check_answer(kiosk, subject, template("{order.number}", "{fact.return_days}")))
    assert found == (Problem("en", "unknown_placeholder", "{order.number}"),)


def test_a_problem_says_where_and_what(kiosk: Desk) -> None:
    (found,) = serious(check_answer(kiosk, KNOWN, template("{fact.nope}", "{fact.return_days}")))
    assert str(found) == "en: there is no fact nope"


def test_the_last_answer_of_an_intent_stays(kiosk: Desk) -> None:
    (found,) = check_loss(kiosk, Subject("template", "greeting.one"), None)
    assert (found.code, found.found) == ("no_answer", "open, closed")


def test_a_condition_that_leaves_customers_without_answer_is_refused(kiosk: Desk) -> None:
    (found,) = check_loss(kiosk, KNOWN, template(when={"order_status": ["shipped"]}))
    assert found.code == "no_answer"
    assert "delivered" in found.found
    assert "shipped" not in found.found


def test_a_sentence_that_the_desk_needs_is_not_retired(kiosk: Desk, desk: Desk) -> None:
    assert [p.code for p in check_loss(kiosk, Subject("template", "system.refuse"), None)] == ["needed"]
    assert check_loss(desk, Subject("template", "system.refuse.one"), None) == ()


def test_an_article_may_go(kiosk: Desk) -> None:
    assert check_loss(kiosk, RETURNS, None) == ()


def test_the_fields_of_an_order_are_those_that_are_filled_in(desk: Desk) -> None:
    money = Money(1.0, "USD")
    day = date(2026, 3, 1)
    order = Order("HB-1000001", "shipped", day, (Item("x", 1),), money, day, day, "UPS", "1Z", money)
    assert set(order_values(order, desk, "en")) == {f"order.{name}" for name in ORDER_FIELDS}
