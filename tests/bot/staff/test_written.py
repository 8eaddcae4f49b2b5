"""What a person writes is kept without personal data, and still says which card or phone is meant."""

import pytest

from bot.pipeline import Bot
from bot.redaction import personal_data
from bot.staff.written import Written, as_kept

TEXTS = [
    ("The refund went to 4111 1111 1111 1111.", "The refund went to •••• 1111.", ("card_number",)),
    ("退款退回到尾号4111111111111111的卡", "退款退回到尾号•••• 1111的卡", ("card_number",)),
    ("您的身份证11010519491231002X已核实", "您的身份证•••• 002X已核实", ("national_id",)),
    ("I wrote to jo.lark@example.org.", "I wrote to j•••@example.org.", ("email",)),
    ("发到 jo@example.org 了", "发到 •••@example.org 了", ("email",)),
    ("请问手机是13800138000吗？", "请问手机是•••• 8000吗？", ("phone",)),
    (
        "Call (415) 555-2671 or mail ann.b＠example.com",
        "Call •••• 2671 or mail a•••@example.com",
        ("phone", "email"),
    ),
]


@pytest.mark.parametrize(("text", "kept", "kinds"), TEXTS)
def test_personal_data_is_cut_down(text: str, kept: str, kinds: tuple[str, ...], bot: Bot) -> None:
    written = as_kept(text, bot.desk)
    assert (written.text, written.masked) == (kept, kinds)
    assert personal_data(written.text) == []
    assert as_kept(written.text, bot.desk).text == kept


@pytest.mark.parametrize(
    "text",
    [
        "Your order HB-2048817 is due on 12 March, USD 129.00, tracking 1Z999AA10123456784.",
        "订单 HB-2048817 已发货，运单号 SF1234567890123。",
        "我们的客服热线是 400-555-0142，邮箱 care@harborandbirch.example。",
        "Call us at +1 888 555 0142, or (1-888-555-0142), or mail Care@HarborAndBirch.example",
        "I still see [card_number] in what you wrote.",
        "",
    ],
)
def test_what_is_not_personal_stays(text: str, bot: Bot) -> None:
    assert as_kept(text, bot.desk) == Written(text, ())


def test_beside_the_desks_own_number_others_are_cut_down(bot: Bot) -> None:
    written = as_kept("Ring us at +1 888 555 0142; yours is +1 415 555 2671.", bot.desk)
    assert written.text == "Ring us at +1 888 555 0142; yours is •••• 2671."
