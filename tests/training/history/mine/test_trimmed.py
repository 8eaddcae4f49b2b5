"""Replies without the words around the answer."""

import pytest

from training.history.mine.trimmed import trimmed


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
    ],
)  # fmt: skip
def test_greeting_name_and_signature_are_cut_off(reply: str, kept: str) -> None:
    assert trimmed(reply) == kept
