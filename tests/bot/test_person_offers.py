"""What a colleague may send of the bot's words: no offer of a colleague, and nothing else is lost."""

import pytest

from bot.person_offers import without_offers
from data.desk import Desk


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("It is due tomorrow. If not, ask for a colleague here.", "It is due tomorrow."),
        ("It is due on 3.5.; a colleague can help too. The e-mail says more.",
         "It is due on 3.5. The e-mail says more."),
        ("You can return it within 30 days of arrival, or ask for a colleague here.",
         "You can return it within 30 days of arrival."),
        ("If the button is gone, ask for a person.", ""),
        ("People are here from 8 am to 8 pm.", "People are here from 8 am to 8 pm."),
        ("The person who ordered can change it.", "The person who ordered can change it."),
        ("It costs 4.90 EUR.\n\nA colleague can check. Shipping is free from 49 EUR.",
         "It costs 4.90 EUR.\n\nShipping is free from 49 EUR."),
        ("预计明天送到。有问题可以转人工。", "预计明天送到。"),
        ("收货后 30 天内可以退货，也可以转人工。", "收货后 30 天内可以退货。"),
        ("您可以在“我的订单”里取消，或直接转人工。", "您可以在“我的订单”里取消。"),
        ("下单后 30 分钟内可以自己改；超过时间需要转人工。", "下单后 30 分钟内可以自己改。"),
        ("如果已经没有这个按钮，可以转人工问问。", ""),
        ("收貨後 30 天內可以退貨，也可以轉人工。", "收貨後 30 天內可以退貨。"),
        ("人工客服每天 8 点到 20 点在线。", "人工客服每天 8 点到 20 点在线。"),
    ],
)  # fmt: skip
def test_only_the_offer_goes(text: str, left: str) -> None:
    assert without_offers(text) == left


def test_most_of_a_desks_answers_stay_useful(desk: Desk) -> None:
    tasks = [t for t in desk.templates.values() if t.intent in desk.intents]
    tasks = [t for t in tasks if desk.intents[t.intent].kind in ("answer", "act")]
    left = [without_offers(text) for t in tasks for text in t.texts.values()]
    assert not any("转人工" in t or "colleague" in t for t in left)
    assert sum(bool(t) for t in left) > 0.9 * len(left)
