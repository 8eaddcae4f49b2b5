"""What is done about the answer to "which number?", and about a number that nobody asked for."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from bot.pipeline import Bot
from bot.turn import Turn
from data.desk import Slot, Template

Say = Callable[..., list[Turn]]
NEED = ("cancel_order", "change_order")
CANCEL = {"en": "I want to cancel my order", "zh": "我要取消订单"}
COLLEAGUE = {"en": "colleague", "zh": "人工客服"}


def hotel_of(steady: Bot, need: tuple[str, ...] = NEED) -> Bot:
    """Return a bot of a desk without an order system, where some matters need a booking's number."""
    booking = Slot(
        example="RES-20488",
        called={"en": ("booking",), "zh": ("预订号",)},
        ask={"en": "Which booking?", "zh": "请问预订号是多少？"},
    )
    intents = {
        i.id: i.model_copy(update={"slots": ("booking_number",) if i.id in need else ()})
        for i in steady.desk.intents.values()
    }
    answers = {
        i: (Template(id=f"{i}.terms", texts={"en": f"How to {i}.", "zh": f"{i} 的办法。"}),)
        for i in steady.desk.answers
        if i in intents and intents[i].kind in ("act", "answer")
    }
    others = {i: of for i, of in steady.desk.answers.items() if i not in answers}
    own = {t.id: t for of in answers.values() for t in of}
    kept = {t.id: t for t in steady.desk.templates.values() if t.intent not in answers}
    changed = {
        "slots": {"booking_number": booking},
        "intents": intents,
        "connectors": {},
        "templates": {**kept, **own},
        "answers": {**others, **answers},
    }
    return steady.with_answers(steady.desk.model_copy(update=changed), steady.retriever)


@pytest.fixture(scope="module")
def hotel(steady: Bot) -> Bot:
    return hotel_of(steady)


def say(bot: Bot, *texts: str) -> list[Turn]:
    session = uuid4().hex
    return [bot.reply(session, text) for text in texts]


def last(turns: list[Turn]) -> tuple[str, str]:
    return turns[-1].decision.route, turns[-1].decision.reason


def language_of(text: str) -> str:
    return "en" if text.isascii() else "zh"


@pytest.mark.parametrize(
    "text",
    [
        "48213", "it's 48213 I think", "res48213", "R E S 48213", "four eight two one three", "482 13",
        "RES – 48213", "四八二一三", "４８２１３", "号码是四八二一三", "RES四八二一三", "预订号48213",
    ],
)  # fmt: skip
def test_a_number_in_any_spelling_is_noted_and_handed_on(text: str, hotel: Bot) -> None:
    turn = say(hotel, CANCEL[language_of(text)], text)[-1]
    assert (turn.decision.route, turn.decision.reason, turn.owner) == ("handoff", "number_noted", "waiting")
    assert turn.decision.intents == ("cancel_order",)
    assert "RES-48213" in turn.reply


@pytest.mark.parametrize("text", ["1/2", "???", "👍"])
def test_what_has_no_words_is_asked_again_where_a_number_is_wanted(text: str, hotel: Bot) -> None:
    turn = say(hotel, CANCEL["en"], text)[-1]
    assert (turn.decision.route, turn.decision.reason) == ("ask_slot", "slot_not_given")


@pytest.mark.parametrize(
    "text",
    [
        "i dont have the number", "I can't find it", "no idea, I booked by phone", "no number at hand sorry",
        "I never got a confirmation", "no",
        "没有号码", "找不到订单号了", "手机上没有", "没有", "我是打电话订的，没给号码", "不好意思，不记得了",
    ],
)  # fmt: skip
def test_who_has_no_number_is_handed_to_a_person_at_once(text: str, hotel: Bot) -> None:
    turn = say(hotel, CANCEL[language_of(text)], text)[-1]
    assert (turn.decision.route, turn.decision.reason, turn.owner) == ("handoff", "no_number", "waiting")
    assert turn.decision.intents == ("cancel_order",)
    without = {"en": "without the number", "zh": "没有号码"}[turn.language]
    assert without in turn.reply.split("\n\n")[0]
    assert len(turn.reply.split("\n\n")) == 2  # and that a person comes


@pytest.mark.parametrize(
    "text", ["I don't have it", "I can't find the number", "没有订单号", "订单号找不到了"]
)
def test_who_has_no_order_number_is_told_where_it_is_and_offered_a_person(text: str, steady: Bot) -> None:
    yes = {"en": "yes please", "zh": "好的"}[language_of(text)]
    asked, turn, after = say(steady, CANCEL[language_of(text)], text, yes)
    assert asked.decision.route == "ask_slot"
    assert (turn.decision.route, turn.decision.reason) == ("ask_slot", "slot_not_given")
    assert {"en": "Shall I pass you on?", "zh": "需要为您转接吗？"}[turn.language] in turn.reply
    assert {"en": "under My orders", "zh": "我的订单"}[turn.language] in turn.reply
    assert (after.decision.route, after.decision.reason) == ("handoff", "asked_for_a_person")


@pytest.mark.parametrize("text", ["no idea", "找不到了"])
def test_who_has_none_twice_is_not_told_that_he_was_not_understood(text: str, steady: Bot) -> None:
    turn = say(steady, CANCEL[language_of(text)], *[text] * 2)[-1]
    assert (turn.decision.route, turn.decision.reason) == ("handoff", "slot_not_given_twice")
    assert "Sorry" not in turn.reply
    assert "抱歉" not in turn.reply


@pytest.mark.parametrize("text", ["where do I find it?", "which number do you mean", "在哪里看", "哪个号码"])
def test_where_the_number_stands_may_be_asked(text: str, steady: Bot) -> None:
    turn = say(steady, CANCEL[language_of(text)], text)[-1]
    assert (turn.decision.route, turn.decision.slot) == ("ask_slot", "order_number")
    assert {"en": "The number is in", "zh": "订单号在"}[turn.language] in turn.reply


@pytest.mark.parametrize("text", ["I don't have it, how do I reset my password?", "没有，怎么用支付宝付款"])
def test_another_matter_is_heard_though_there_is_no_number(text: str, hotel: Bot) -> None:
    assert last(say(hotel, CANCEL[language_of(text)], text))[0] == "answer"


@pytest.mark.parametrize(
    "text", ["RES 4821", "4821", "RES-999999", "it's res4821 i think", "四八二一", "是4821"]
)
def test_a_number_that_does_not_fit_is_asked_about_and_then_noted(text: str, hotel: Bot) -> None:
    _, asked, noted = say(hotel, CANCEL[language_of(text)], text, text)
    assert (asked.decision.route, asked.decision.reason) == ("ask_slot", "number_unfit")
    assert (noted.decision.route, noted.decision.reason) == ("handoff", "number_noted")
    assert noted.decision.intents == ("cancel_order",)
    (given,) = (e.text for e in asked.entities)
    assert given in text
    assert given in asked.reply
    assert "RES-20488" in asked.reply
    assert given in noted.reply


@pytest.mark.parametrize("text", ["HB 20488", "20488", "订单号20488"])
def test_an_order_number_that_does_not_fit_is_asked_about_and_then_looked_up(text: str, steady: Bot) -> None:
    _, asked, sought = say(steady, CANCEL[language_of(text)], text, text)
    assert (asked.decision.route, asked.decision.reason) == ("ask_slot", "number_unfit")
    assert (sought.decision.route, sought.decision.reason) == ("ask_slot", "order_not_found")
    assert "20488" in sought.reply


def test_a_number_set_right_is_taken(steady: Bot) -> None:
    turn = say(steady, CANCEL["en"], "HB 20488", "sorry, HB-2048817")[-1]
    assert (turn.decision.route, turn.decision.reason) == ("answer", "slot_filled")


@pytest.mark.parametrize("text", ["I want to cancel my order RES-482134", "我要取消订单，RES 4821"])
def test_a_number_that_does_not_fit_is_asked_about_with_its_matter(text: str, hotel: Bot) -> None:
    asked, noted = say(hotel, text, "RES-48213")
    assert (asked.decision.route, asked.decision.reason) == ("ask_slot", "number_unfit")
    assert (noted.decision.reason, noted.decision.intents) == ("number_noted", ("cancel_order",))


def test_a_number_that_never_fits_ends_with_a_person(hotel: Bot) -> None:
    turns = say(hotel, *["RES 4821"] * 3)
    assert [t.decision.reason for t in turns] == ["number_unfit", "number_unfit", "slot_not_given_twice"]


@pytest.mark.parametrize(
    ("number", "then"),
    [
        ("48213", "I want to cancel"), ("RES-48213", "cancel my order please"),
        ("四八二一三", "我要取消订单"), ("RES四八二一三", "取消订单"), ("号码是48213", "我要取消订单"),
    ],
)  # fmt: skip
def test_a_number_alone_is_asked_about_and_kept(number: str, then: str, hotel: Bot) -> None:
    asked, noted = say(hotel, number, then)
    assert (asked.decision.route, asked.decision.reason) == ("clarify", "number_alone")
    assert "RES-48213" in asked.reply
    titles = {hotel.desk.intents[i].title[asked.language] for i in (*NEED, "human_agent")}
    assert set(asked.quick_replies) == titles
    assert (noted.decision.reason, noted.decision.intents) == ("number_noted", ("cancel_order",))
    assert "RES-48213" in noted.reply


def test_a_button_says_what_the_number_is_about(hotel: Bot) -> None:
    noted = say(hotel, "RES-48213", hotel.desk.intents["change_order"].title["en"])[-1]
    assert (noted.decision.reason, noted.decision.intents) == ("number_noted", ("change_order",))


@pytest.mark.parametrize("number", ["48213", "RES-48213", "预订号四八二一三"])
def test_a_number_alone_is_of_the_only_matter_that_needs_one(number: str, steady: Bot) -> None:
    turn = say(hotel_of(steady, ("cancel_order",)), number)[-1]
    assert (turn.decision.reason, turn.decision.intents) == ("number_noted", ("cancel_order",))


def test_a_number_alone_is_not_of_a_matter_that_needs_none(hotel: Bot) -> None:
    assert last(say(hotel, "how do I reset my password?", "RES-48213")) == ("clarify", "number_alone")


def test_who_waits_for_a_person_is_not_asked_what_a_number_is_about(hotel: Bot) -> None:
    assert last(say(hotel, "talk to a person", "RES-48213")) == ("handoff", "in_the_queue")
