"""What of a reply differs from customer to customer."""

from datetime import date

import pytest

from bot.reference_numbers import ReferenceNumbers
from data.desk import Slot
from training.history.mine.slots import template_text

FACTS = {"return_days": {"en": "30 days", "zh": "30 天"}, "service_email": "care@kiosk.example"}
NUMBERS = ReferenceNumbers({"order_number": Slot(example="HB-2048817", ask={})})
TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("text", "language", "template"),
    [
        ("Order HB-2048817 is packed.", "en", "Order {slot.order_number} is packed."),
        ("You have 30 days.", "en", "You have {fact.return_days}."),
        ("您有 30 天的时间。", "zh", "您有 {fact.return_days}的时间。"),
        ("Write to [email] please.", "en", "Write to [[email]] please."),
        ("It comes on 3 May.", "en", "It comes on [[date: 3 May]]."),
        ("We refund $14.90.", "en", "We refund [[amount: $14.90]]."),
        ("退您 25 元。", "zh", "退您 [[amount: 25 元]]。"),
        ("Sorry, Ms Miller is out.", "en", "Sorry, [[name: Ms Miller]] is out."),
        ("張女士的訂單", "zh", "[[name: 张女士]]的订单"),
        ("Use {braces} never.", "en", "Use braces never."),
    ],
)
def test_placeholders_and_marks(text: str, language: str, template: str) -> None:
    assert template_text(text, [text], language, FACTS, ["order_number"], NUMBERS, TODAY) == template


def test_what_others_say_too_is_a_rule_of_the_house() -> None:
    like = ["Delivery is $6.90.", "It costs $6.90.", "We charge $6.90 for that."]
    assert template_text(like[0], like, "en", {}, [], NUMBERS, TODAY) == like[0]


def test_an_order_number_is_marked_where_the_desk_has_no_slot() -> None:
    found = template_text("HB-2048817 is packed.", [], "en", {}, [], NUMBERS, TODAY)
    assert found == "[[order number: HB-2048817]] is packed."
