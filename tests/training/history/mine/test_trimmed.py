"""Replies without the words around the answer."""

import pytest

from training.history.mine.trimmed import trimmed, trimmed_together


@pytest.mark.parametrize(
    ("reply", "kept"),
    [
        ("Hi Anna, it leaves tomorrow. Best, Tom", "It leaves tomorrow."),
        ("Hello! Returns are free for 30 days.\n\nKind regards\nSophie", "Returns are free for 30 days."),
        ("Dear Mr Miller, open My orders. Let me know if you need anything else!", "Open My orders."),
        ("Thank you for your message. You can pay by card.", "You can pay by card."),
        ("亲，您好！30 天内可以退货哦。祝您购物愉快！", "30 天内可以退货哦。"),
        ("李女士，您好，发票在订单详情里下载。还有其他问题吗？", "发票在订单详情里下载。"),
        ("您好，我是客服小王，运费 12 元。", "运费 12 元。"),
        ("Thanks, bye!", ""),
        ("Highland wool is warm.", "Highland wool is warm."),
        ("Hello Returns are free.", "Returns are free."),
        ("No.", "No."),
        ("Let me check that for you, one moment. Hi Ola, First use a cable.", "First use a cable."),
        ("Thanks for waiting.", ""),
        ("One moment, please.", ""),
        ("I'm sorry to hear that. Bear with me a second. Hello!", ""),
        ("Thanks for waiting. Sorry about that! Moving is free.", "Moving is free."),
        ("请稍等", ""),
        ("我帮您查一下，请稍等。", ""),
        ("您好，很抱歉让您久等了。账单在这里。", "账单在这里。"),
        ("Let me check your order number: it left today.", "Let me check your order number: it left today."),
        ("我帮您查一下订单状态，已经发货了。", "我帮您查一下订单状态，已经发货了。"),
        ("One minute is enough to restart it.", "One minute is enough to restart it."),
    ],
)  # fmt: skip
def test_greeting_name_and_signature_are_cut_off(reply: str, kept: str) -> None:
    assert trimmed(reply) == kept


def test_each_message_of_a_reply_is_trimmed_by_itself() -> None:
    said = [
        "Let me check that for you, one moment.",
        "Hi Ola, test with a cable. Kind regards, Mo",
        "It is free.",
    ]
    assert trimmed_together(said) == "Test with a cable. It is free."
    assert trimmed_together(["请稍等", "您好，移机免费。", "让您久等了"]) == "移机免费。"


@pytest.mark.parametrize(
    ("reply", "kept"),
    [
        ("The gate opens at 6. Kind regards, 客服阿敏", "The gate opens at 6."),
        ("The gate opens at 6. Kind regards, dev.p", "The gate opens at 6."),
        ("The gate opens at 6. Best wishes, T.", "The gate opens at 6."),
        ("The gate opens at 6, kind regards Priya", "The gate opens at 6"),
        ("The gate opens at 6.\n\nYours sincerely,\nPriya Shah\n", "The gate opens at 6."),
        ("The gate opens at 6. Best, Dev", "The gate opens at 6."),
        ("The gate opens at 6. Cheers, dev.p", "The gate opens at 6."),
        ("The gate opens at 6.\n— dev.p", "The gate opens at 6."),
        ("Thanks for writing to Boxhaven! The gate opens at 6.", "The gate opens at 6."),
        ("Hi, thank you for contacting Boxhaven Storage. It is free.", "It is free."),
        ("Many thanks for your email – it is free.", "It is free."),
        ("押金十天内退回。祝好，阿敏", "押金十天内退回。"),
        ("押金十天内退回。\n此致\n敬礼\n客服阿敏", "押金十天内退回。"),
        ("押金十天内退回。此致敬礼", "押金十天内退回。"),
        ("押金十天内退回，祝您生活愉快！Priya", "押金十天内退回"),
        ("感谢您联系箱港自助仓储客服中心！每天六点开门。", "每天六点开门。"),
        ("感谢您的来信。每天六点开门。", "每天六点开门。"),
        ("Give her our best wishes on the card.", "Give her our best wishes on the card."),
        ("You can add a card that says best wishes.", "You can add a card that says best wishes."),
        ("Breakfast is free. Regards to your family.", "Breakfast is free. Regards to your family."),
        ("Choose what suits you best, Visa or cash.", "Choose what suits you best, Visa or cash."),
        ("Thanks for writing, but the offer has ended.", "But the offer has ended."),
        (
            "Thanks for contacting us and the fee is £3.",
            "Thanks for contacting us and the fee is £3.",
        ),
        ("祝您入住愉快，早餐免费。", "祝您入住愉快，早餐免费。"),
        ("卡片上可以写“祝您生日快乐”。", "卡片上可以写“祝您生日快乐”。"),
    ],
)
def test_closings_take_a_name_with_them_and_openings_a_company(reply: str, kept: str) -> None:
    assert trimmed(reply) == kept
