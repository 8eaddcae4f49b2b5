"""What of a reply differs from customer to customer."""

from datetime import date

import pytest

from bot.reference_numbers import ReferenceNumbers
from data.desk import Slot
from training.history.mine.slots import template_text

FACTS = {
    "return_days": {"en": "30 days", "zh": "30 天"},
    "service_email": "care@kiosk.example",
    "opens": "9:00",
    "closes": "18:00",
}
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
        (
            "Booked for 2026-04-09, between 8 and 12.",
            "en",
            "Booked for [[date: 2026-04-09]], [[time: between 8 and 12]].",
        ),
        (
            "It is booked for the 21st between 8 and 12.",
            "en",
            "It is booked for [[date: the 21st]] [[time: between 8 and 12]].",
        ),
        (
            "Back by 9am or 14:30, by noon at the latest.",
            "en",
            "Back by [[time: 9am]] or [[time: 14:30]], by [[time: noon]] at the latest.",
        ),
        (
            "There is an outage in CF10 9EJ, back by 7.",
            "en",
            "There is an outage in [[postcode: CF10 9EJ]], back by [[time: 7]].",
        ),
        ("We ship to Boise, ID 83702.", "en", "We ship to Boise, [[postcode: ID 83702]]."),
        (
            "工程师下午3点到，或者上午8点到12点。",
            "zh",
            "工程师[[time: 下午3点]]到，或者[[time: 上午8点到12点]]。",
        ),
        ("I looked at LK-6577286.", "en", "I looked at [[number: LK-6577286]]."),
        ("Harbor starts at 2,000 points.", "en", "Harbor starts at 2,000 points."),
        ("I see it in 12345 cases.", "en", "I see it in 12345 cases."),
        ("It takes between 8 and 12 weeks.", "en", "It takes between 8 and 12 weeks."),
        ("We are on the 2nd floor, 24/7.", "en", "We are on the 2nd floor, 24/7."),
        ("有3点建议，快一点。", "zh", "有3点建议，快一点。"),
        ("Call us from 9:00 to 18:00.", "en", "Call us from {fact.opens} to {fact.closes}."),
        ("Use {braces} never.", "en", "Use braces never."),
    ],
)
def test_placeholders_and_marks(text: str, language: str, template: str) -> None:
    assert template_text(text, [text], language, FACTS, ["order_number"], NUMBERS, TODAY) == template


def test_what_others_say_too_is_a_rule_of_the_house() -> None:
    like = ["Delivery is $6.90.", "It costs $6.90.", "We charge $6.90 for that."]
    assert template_text(like[0], like, "en", {}, [], NUMBERS, TODAY) == like[0]


@pytest.mark.parametrize(
    ("said", "others", "is_rule"),
    [
        ("It costs £73.00.", ["It costs £73.00.", "It costs £37.00."], False),
        ("It costs £35.", ["It costs £35.", "A fee of £35."], True),
        ("It costs £35.", ["It costs £35."] * 2 + ["It is free."] * 4, False),
        ("It costs £35.", ["It costs £350."] * 4, False),
        ("Booked for 3 May.", ["Booked for 3 May."] * 3, False),
        ("Prices rise on 1 April.", ["Prices rise on 1 April."] * 4, True),
        ("We open at 8 am.", ["We open at 8 am."] * 2, True),
        ("We open at 8 am.", ["We open at 8 am."], False),
    ],
)
def test_a_rule_is_said_by_three_replies_and_by_half(said: str, others: list[str], is_rule: bool) -> None:
    found = template_text(said, [said, *others], "en", {}, [], NUMBERS, TODAY)
    assert (found == said) is is_rule


def test_an_order_number_is_marked_where_the_desk_has_no_slot() -> None:
    found = template_text("HB-2048817 is packed.", [], "en", {}, [], NUMBERS, TODAY)
    assert found == "[[order number: HB-2048817]] is packed."


@pytest.mark.parametrize(
    ("said", "language", "template"),
    [
        ("Done! Breakfast is served in the garden.", "en",
         "[[done: Done]]! Breakfast is served in the garden."),
        ("I've sent it to [email] on 3 May.", "en", "[[done: I've sent it to email on 3 May]]."),
        ("不是，我是客服小周。", "zh", "不是，我是客服[[name: 小周]]。"),
        ("已為您取消，沒有費用。", "zh", "[[done: 已为您取消]]，没有费用。"),
    ],
)  # fmt: skip
def test_what_one_agent_says_of_itself_is_marked(said: str, language: str, template: str) -> None:
    assert template_text(said, [said] * 5, language, {}, [], NUMBERS, TODAY) == template
