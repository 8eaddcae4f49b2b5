"""A time or an amount of the house against one of a customer's case, by how the sentence puts it."""

from datetime import date

import pytest

from bot.reference_numbers import ReferenceNumbers
from data.night.topics import OPEN
from training.history.mine.slots import template_text

TODAY = date(2026, 3, 2)
RULES = [
    "Check-in is from 3 pm.",
    "Parking is £12 a night.",
    "Breakfast is from 7 to 10 am.",
    "Breakfast is from 6:30 to 10:00 on weekdays and until 11:00 at weekends.",
    "It is 18 euros a person, children under six eat free.",
    "We're open from 8 am to 6 pm, Monday to Friday.",
    "Reception is staffed until 22:00.",
    "The pool opens at 7:00 and closes at 21:00.",
    "You can cancel free of charge until 18:00 the day before arrival.",
    "A late check-out until 14:00 costs 25 euros.",
    "Staying until 14:00 costs 25 euros if the room is not needed.",
    "Rooms are ready from 15:00 and check-out is until 11:00.",
    "Delivery is free for orders over $50.",
    "A taxi is about 35 euros.",
    "We charge 35 euros for a lost key.",
    "Dates can be changed until 18:00 the day before arrival, if we still have a room.",
    "Orders placed before 2 pm ship the same day.",
    "The city tax of 3 euros a person and night is paid at the desk.",
    "Our garage costs 22 euros a night.",
    "Return postage is $7.50.",
    "15:00起可入住，11:00前退房。",
    "延迟到14:00退房收25欧元，当天早上问前台。",
    "前台到22:00有人。",
    "停车每晚22欧元，先到先停。",
    "早餐平日6:30至10:00，周末到11:00，每人18欧元，六岁以下免费。",
    "到店前一天18:00之前可以免费取消，之后收取首晚房费。",
    "加床每晚35欧元。",
    "早餐袋9欧元一份。",
    "营业时间周一至周五9:00到18:00。",
    "满99元包邮，偏远地区加收35元。",
    "押金100欧元，退房后七天内解除。",
    "密码在入住当天18:00用短信发给您。",
]
CASES = [
    "Your refund of £20 is on its way.",
    "It comes to £35 a night for your stay.",
    "Your room costs 90 euros a night.",
    "The line is down until 14:00.",
    "Internet is back by 7.",
    "The engineer comes between 8 and 12.",
    "Delivery is between 8 and 12.",
    "You paid £12 a night.",
    "You can collect it until 18:00.",
    "The repair costs £73.",
    "I see a charge of £12 a month.",
    "The difference is 12 euros a night.",
    "Please come by before 18:00.",
    "Your table is at 19:00.",
    "Would 14:00 suit you?",
    "Reception is open until 14:00 today.",
    "The gym was open until 22:00.",
    "TR4543 leaves at 07:17 every day.",
    "We open at 8 am.",
    "The total is £30 per person.",
    "It would cost $9 per bag.",
    "工程师下午3点到。",
    "您的退款25元三天内到账。",
    "退您25元。",
    "包裹下午3点前可以送到。",
    "给您补偿20元一天。",
    "您的房间15:00以后可以入住。",
    "差价是12欧元。",
    "明天15:00以后可以入住。",
    "总费用为75英镑。",
    "师傅14点前可以到。",
    "已收取押金100元。",
    "这单运费15元。",
]


def template(said: str, others: tuple[str, ...] = ()) -> str:
    language = "en" if said.isascii() or "£" in said else "zh"
    return template_text(said, [said, *others], language, {}, [], ReferenceNumbers({}), TODAY)


@pytest.mark.parametrize("said", RULES)
def test_what_is_said_of_the_house_stays_however_few_say_it(said: str) -> None:
    assert template(said) == said


@pytest.mark.parametrize("said", CASES)
def test_what_is_said_of_one_case_or_of_nothing_in_general_is_marked(said: str) -> None:
    assert OPEN.search(template(said))


@pytest.mark.parametrize(
    ("said", "other", "stays"),
    [
        ("Parking costs £12 a night.", "Our garage: parking costs £14 a night.", False),
        ("Parking costs £12 a night.", "Parking costs £12 a night, breakfast costs £9 a person.", True),
        ("Breakfast is from 7:00 to 10:00 daily.", "Breakfast is from 7 to 10 daily.", True),
        ("Breakfast is from 7:00 to 10:00 daily.", "Breakfast is from 6:30 to 10:00 daily.", False),
        ("停车每晚22欧元。", "停车每晚25欧元。", False),
        ("停车每晚22欧元。", "停车每晚22欧元，早餐每人9欧元。", True),
    ],
)
def test_another_number_in_the_same_words_makes_a_mark(said: str, other: str, stays: bool) -> None:
    assert (template(said, (other,)) == said) is stays


def test_a_certain_day_in_the_sentence_makes_it_a_case() -> None:
    found = template("On 3 May breakfast is from 7:00 to 10:00. Breakfast is from 7:00 on weekdays.")
    assert found == (
        "On [[date: 3 May]] breakfast is [[time: from 7:00 to 10:00]]. Breakfast is from 7:00 on weekdays."
    )
