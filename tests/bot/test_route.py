"""What is done about a message, and why: conversations, and the route and reason of their last turn."""

import time
from collections.abc import Callable

import numpy as np
import pytest

from bot.classifier import LEFT_OUT, Thresholds
from bot.connectors import open_orders
from bot.route import RouteStep
from bot.turn import Decision, Entity, Guess, Memory, Request, Turn, Understanding
from data.desk import Desk

Converse = Callable[..., list[Turn]]
ORDER = "HB-2048817"  # in the order file
OTHER = "HB-1000004"  # this one, too
NO_ORDER = "HB-9999999"


def last(turns: list[Turn]) -> tuple[str, str]:
    return turns[-1].decision.route, turns[-1].decision.reason


@pytest.mark.parametrize(
    "text",
    [
        "can I talk to a human please", "get me a real person", "agent", "HUMAN", "operator!!!",
        "live person",
        "Representative.", "I want to speak with someone from your team", "let me talk 2 a person",
        "this bot is useless, put me through to somebody", "I'd like to chat with a live agent",
        "need someone to call me", "stop. real human. now", "May I speak to your manager?",
        "I need to talk to a person, when will someone answer", "customer service rep pls",
        "I want a refund and a manager",
        "let me speak to a human, I have been waiting for hours", "I'd rather deal with a person",
        "connect me with customer support", "i don't want a bot",
        "转人工", "我要找个真人", "人工", "给我接人工", "转人工客服谢谢", "能不能换个人跟我说",
        "叫个客服来", "换人工",
        "別跟機器人聊了 轉人工", "給我轉真人客服", "請幫我轉接專員", "找你们经理", "我不想跟机器人说话",
        "找个活人跟我说话",
        "我要人工 等了好长时间", "转接人工 什么时候能接通",
    ],
)  # fmt: skip
def test_a_person_is_found_whatever_the_wording(text: str, converse: Converse) -> None:
    assert last(converse(text)) == ("handoff", "asked_for_a_person")


@pytest.mark.parametrize(
    "text",
    ["are you a human?", "is this a real person?", "am I talking to a human", "你是真人吗", "是不是机器人",
     "what hours are your agents available?", "人工几点上班",
     "I am a real person who wants to know the delivery fee"],
)  # fmt: skip
def test_speaking_of_a_person_asks_for_none(text: str, converse: Converse) -> None:
    assert last(converse(text))[0] != "handoff"


@pytest.mark.parametrize(
    "text",
    ["the heater smells of burning and sparks", "my stove started smoking", "smoke is coming from the lamp",
     "取暖器冒火花有焦味", "電暖器冒煙了"],
)  # fmt: skip
def test_a_dangerous_thing_goes_to_a_person(text: str, converse: Converse) -> None:
    assert last(converse(text)) == ("handoff", "injury")


@pytest.mark.parametrize("text", ["is the tent made of sparkling fabric", "smoking jacket in size M?"])
def test_what_only_sounds_dangerous_does_not(text: str, converse: Converse) -> None:
    assert last(converse(text))[1] != "injury"


CONVERSATIONS = [
    # the order number: asked for, given, kept, corrected
    (["where is my order"], "ask_slot", "slot_missing"),
    (["我的快递到哪了"], "ask_slot", "slot_missing"),
    (["where is my order", ORDER], "answer", "slot_filled"),
    (["我的快递到哪了", ORDER], "answer", "slot_filled"),
    (["where is my order", f"my number is {ORDER} thanks"], "answer", "slot_filled"),
    (["我要退货", "是 hb二零四八八一七"], "answer", "slot_filled"),
    ([f"where is my order {ORDER}"], "answer", "intent_accepted"),
    ([f"订单{ORDER}到哪了"], "answer", "intent_accepted"),
    ([f"where is my order {ORDER}", "i need an invoice for it"], "answer", "intent_accepted"),
    ([f"我的快递{ORDER}到哪了", "那发票呢"], "answer", "intent_accepted"),
    ([f"I want to cancel {ORDER}", f"no sorry, {OTHER}"], "answer", "intent_accepted"),
    ([f"查一下订单{ORDER}到哪了", f"不对 是{OTHER}"], "answer", "intent_accepted"),
    # it leads nowhere, or does not come
    ([f"where is my order {NO_ORDER}"], "ask_slot", "order_not_found"),
    (["我要退货", NO_ORDER], "ask_slot", "order_not_found"),
    (["我要退货", NO_ORDER, ORDER], "answer", "slot_filled"),
    (["where is my order", "I don't have it"], "ask_slot", "slot_not_given"),
    (["我的快递到哪了", "不知道"], "ask_slot", "slot_not_given"),
    (["where is my order", "I don't have it", "no idea"], "handoff", "slot_not_given_twice"),
    (["我的快递到哪了", "不知道", "找不到了"], "handoff", "slot_not_given_twice"),
    # another matter while it is asked for
    (["where is my order", "how do I reset my password?"], "answer", "intent_accepted"),
    (["我的快递到哪了", "怎么用支付宝付款"], "answer", "intent_accepted"),
    (["where is my order", f"{ORDER} but actually how do i reset my password"], "answer", "slot_filled"),
    (["where is my order", "write me a poem about the sea"], "refuse", "out_of_scope"),
    (["我想退货", "帮我写一首诗吧 关于大海的那种"], "refuse", "out_of_scope"),
    (["where is my order", "talk to a person"], "handoff", "asked_for_a_person"),
    # an order number alone
    ([ORDER], "answer", "order_named"),
    ([f"订单{ORDER}"], "answer", "order_named"),
    ([NO_ORDER], "ask_slot", "order_not_found"),
    (["how do I reset my password?", ORDER], "answer", "order_named"),
    (["可以寄到德国吗", ORDER], "answer", "order_named"),
    # not understood, twice
    (["write a python function that sorts a list"], "refuse", "out_of_scope"),
    (["写一首关于春天的诗"], "refuse", "out_of_scope"),
    (["write a python function that sorts a list", "what is the capital of France"], "handoff",
     "not_understood_twice"),
    (["写一首关于春天的诗", "帮我做一下数学作业"], "handoff", "not_understood_twice"),
    (["write a python function that sorts a list", "hello", "what is the capital of France"], "refuse",
     "out_of_scope"),
    (["write a python function that sorts a list", "what is the capital of France", "yes"], "handoff",
     "asked_for_a_person"),
    (["写一首关于春天的诗", "帮我做一下数学作业", "好的"], "handoff", "asked_for_a_person"),
    (["我的快递到哪了", "不知道", "找不到了", "好"], "handoff", "asked_for_a_person"),
    # asking back is no miss, but what asked in vain is
    (["account", "account"], "clarify", "several_intents_likely"),
    (["账户", "账户"], "clarify", "several_intents_likely"),
    (["account", "account", "account"], "handoff", "not_understood_twice"),
    (["account", "what is the capital of France"], "handoff", "not_understood_twice"),
    (["what is the capital of France", "account"], "clarify", "several_intents_likely"),
    (["what is the capital of France", "account", "account"], "handoff", "not_understood_twice"),
    (["account", "how do I reset my password?", "what is the capital of France"], "refuse", "out_of_scope"),
    # help, and not with what
    (["I need help"], "clarify", "no_matter"),
    (["帮帮我"], "clarify", "no_matter"),
    (["有个问题想问"], "clarify", "no_matter"),
    (["help", "where is my order"], "ask_slot", "slot_missing"),
    (["help", "help", "help"], "handoff", "not_understood_twice"),
    (["where is my order", "help"], "ask_slot", "slot_not_given"),
    (["talk to a person", "help"], "handoff", "in_the_queue"),
    (["talk to a person", "how long will it take?"], "handoff", "about_the_wait"),
    (["转人工", "还要多久"], "handoff", "about_the_wait"),
    (["talk to a person", "how long does delivery to Canada take"], "answer", "intent_accepted"),
    (["talk to a person", "never mind, I found it myself"], "social", "withdrawn"),
    (["转人工", "算了"], "social", "withdrawn"),
    (["I need an agent", f"forget it, where is {ORDER}?"], "answer", "intent_accepted"),
    (["转人工", f"算了，{ORDER}到哪了"], "answer", "intent_accepted"),
    ([f"don't cancel {ORDER}"], "social", "never_mind"),
    (["Sorry, wrong chat"], "social", "never_mind"),
    (["雪松床垫拆开当天晚上能睡吗"], "answer", "of_the_product"),
    ([f"I want to return {ORDER}", f"not that one, {OTHER}"], "answer", "order_named"),
    ([f"我要退货 {ORDER}", f"说错了，{OTHER}"], "answer", "order_named"),
    (["never mind"], "social", "never_mind"),
    (["the lamp gave me an electric shock", "never mind"], "handoff", "in_the_queue"),
    (["孩子误吞了零件怎么办", "算了"], "handoff", "in_the_queue"),
    # about the rules
    (["how long does the warranty last in general?"], "answer", "general_question"),
    (["一般多久能退款"], "answer", "general_question"),
    (["how do I return something"], "answer", "general_question"),
    (["怎么退货"], "answer", "general_question"),
    (["how do I return something", ORDER], "answer", "slot_filled"),
    (["怎么退货", f"单号是{ORDER}"], "answer", "slot_filled"),
    (["how do I return something", "thanks"], "social", "small_talk"),
    (["where is my order", "how long does the warranty last in general?"], "answer", "general_question"),
    (["我要退货"], "ask_slot", "slot_missing"),
    (["how do I return my order"], "ask_slot", "slot_missing"),
    # between several
    (["account"], "clarify", "several_intents_likely"),
    (["账户"], "clarify", "several_intents_likely"),
    (["退款", "申请退款"], "ask_slot", "slot_missing"),
    # for people
    (["my account was hacked"], "handoff", "a_matter_for_people"),
    (["我的账号被盗了"], "handoff", "a_matter_for_people"),
    (["I want to complain about your service"], "handoff", "a_matter_for_people"),
    (["我要投诉"], "handoff", "a_matter_for_people"),
    (["delete all the personal data you hold on me"], "handoff", "a_matter_for_people"),
    (["we need 50 chairs for our office, can we get a quote"], "handoff", "a_matter_for_people"),
    (["talk to a person", "blargh fnord"], "handoff", "in_the_queue"),
    (["talk to a person", f"where is my order {ORDER}"], "answer", "intent_accepted"),
    # small talk
    (["hello"], "social", "small_talk"),
    (["thank you!"], "social", "small_talk"),
    (["bye"], "social", "small_talk"),
    (["are you a bot"], "social", "small_talk"),
    (["你好"], "social", "small_talk"),
    (["谢谢"], "social", "small_talk"),
    (["再见"], "social", "small_talk"),
    (["你是机器人吗"], "social", "small_talk"),
    ([f"thanks, and where is {ORDER}?"], "answer", "intent_accepted"),
    # no words
    (["!!!"], "refuse", "no_words"),
    (["😀😀"], "refuse", "no_words"),
    (["1 2 3"], "refuse", "no_words"),
    (["？？？", "。。。"], "handoff", "not_understood_twice"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "route", "reason"), CONVERSATIONS, ids=[" · ".join(c[0]) for c in CONVERSATIONS]
)
def test_conversations_take_their_route(
    texts: list[str], route: str, reason: str, converse: Converse
) -> None:
    assert last(converse(*texts)) == (route, reason)


@pytest.mark.parametrize(
    ("texts", "intents", "number"),
    [
        (["where is my order", ORDER], ("track_order",), ORDER),
        (["怎么退货", f"单号是{ORDER}"], ("return_item",), ORDER),
        (["I want to cancel my order", ORDER], ("cancel_order",), ORDER),
        (["I want to cancel my order", ORDER, f"no sorry, {OTHER}"], ("cancel_order",), OTHER),
        (["我要退货", NO_ORDER, ORDER], ("return_item",), ORDER),
        ([f"where is my order {ORDER}", "i need an invoice for it"], ("get_invoice",), ORDER),
        (["where is my order", "how do I reset my password?", ORDER], ("track_order",), ORDER),
        (["我想退货", "帮我写一首诗吧 关于大海的那种", ORDER], ("return_item",), ORDER),
        ([f"I want to cancel {ORDER}", OTHER], ("cancel_order",), OTHER),
        (["I want to cancel my order and get an invoice", ORDER], ("cancel_order", "get_invoice"), ORDER),
    ],
    ids=lambda value: " · ".join(value) if isinstance(value, list) else "",
)
def test_the_matter_and_the_order_that_are_acted_on(
    texts: list[str], intents: tuple[str, ...], number: str, converse: Converse
) -> None:
    turn = converse(*texts)[-1]
    assert turn.order is not None
    assert (turn.decision.intents, turn.order.number) == (intents, number)


@pytest.mark.parametrize("text", ["account", "账户"])
def test_what_is_offered_are_buttons_and_a_person_is_one(text: str, converse: Converse, desk: Desk) -> None:
    (turn,) = converse(text)
    titles = [desk.intents[i].title[turn.language] for i in (*turn.decision.intents, "human_agent")]
    assert turn.quick_replies == tuple(dict.fromkeys(titles))


@pytest.mark.parametrize("text", ["account", "账户"])
@pytest.mark.parametrize("choice", [0, 1])
def test_a_button_is_taken_at_its_word(text: str, choice: int, converse: Converse) -> None:
    (asked,) = converse(text)
    chosen = converse(text, asked.quick_replies[choice])[-1]
    assert chosen.understanding.best == Guess(asked.decision.intents[choice], 1.0)
    assert chosen.decision.intents == (asked.decision.intents[choice],)


def test_a_miss_offers_a_person(converse: Converse, desk: Desk) -> None:
    (turn,) = converse("what is the capital of France")
    assert desk.intents["human_agent"].title["en"] in turn.quick_replies


# the rules by themselves, on an understanding made by hand


@pytest.fixture(scope="module")
def step(desk: Desk) -> RouteStep:
    return RouteStep(desk, open_orders(desk))


def understood(*intents: str, best: float = 0.95, in_scope: float = 0.99) -> Understanding:
    vector = np.zeros(2, np.float32)
    return Understanding(
        intents=tuple(Guess(i, best) for i in intents),
        in_scope=in_scope,
        requests=tuple(Request(i, best, "said", vector) for i in intents),
        accept_at=0.8,
        refuse_below=0.4,
    )


def decide(step: RouteStep, text: str, found: Understanding, memory: Memory | None = None) -> Decision:
    return step(Turn("s", text, text=text, understanding=found, memory=memory or Memory())).decision


def test_small_talk_gives_way_to_a_request(step: RouteStep) -> None:
    found = decide(step, "hi, can I pay with a card", understood("greeting", "payment_methods"))
    assert found == Decision("answer", "intent_accepted", ("payment_methods",))


def test_several_requests_are_answered_together(step: RouteStep) -> None:
    found = decide(step, "points and payment", understood("loyalty_points", "payment_methods"))
    assert found == Decision("answer", "several_requests", ("loyalty_points", "payment_methods"))


def test_a_slot_that_is_known_is_not_asked_for(step: RouteStep) -> None:
    known = Memory(slots={"order_number": ORDER})
    assert decide(step, "and an invoice", understood("get_invoice"), known).route == "answer"


def test_a_matter_without_a_rule_to_tell_needs_its_order(step: RouteStep) -> None:
    found = decide(step, "how can one track an order?", understood("track_order"))
    assert found == Decision("ask_slot", "slot_missing", ("track_order",), "order_number")
    both = decide(step, "and how are parcels tracked and returned?", understood("return_item", "track_order"))
    assert both.route == "ask_slot"


def test_what_is_out_of_scope_is_refused_whatever_the_intent(step: RouteStep) -> None:
    found = understood("payment_methods", best=0.35, in_scope=0.39)
    assert decide(step, "can I pay my rent with a card", found) == Decision("refuse", "out_of_scope")


@pytest.mark.parametrize(
    ("in_scope", "familiar", "route"),
    [(0.4, True, "refuse"), (0.5, True, "clarify"), (0.69, True, "clarify"), (0.69, False, "refuse")],
)
def test_what_is_perhaps_ours_is_asked_about(
    in_scope: float, familiar: bool, route: str, step: RouteStep
) -> None:
    guesses = (Guess("get_refund", 0.3), Guess("track_refund", 0.2))
    found = Understanding(intents=guesses, in_scope=in_scope, refuse_below=0.7, familiar=familiar)
    assert decide(step, "it came back", found).route == route


def test_after_intents_that_were_left_out_unknown_words_are_asked_about(step: RouteStep) -> None:
    """A small history knows few words, and these stand-ins are nearer than what customers send."""
    fitted = Thresholds(refuse_below=0.8, basis=LEFT_OUT)
    guesses = (Guess("get_refund", 0.3), Guess("track_refund", 0.2))
    routes = []
    for in_scope in (0.49, 0.5, 0.79):
        found = Understanding(guesses, in_scope, refuse_below=0.8, ask_from=fitted.ask_from)
        routes.append(decide(step, "it boomeranged", found).route)
    assert routes == ["refuse", "clarify", "clarify"]


def test_out_of_scope_starts_under_its_limit(step: RouteStep) -> None:
    found = understood("payment_methods", in_scope=0.4)
    assert decide(step, "can I pay with a card", found).route == "answer"


@pytest.mark.parametrize(
    ("likely", "offered"),
    [
        ((("get_refund", 0.5), ("track_refund", 0.3), ("gift_card", 0.02)), ("get_refund", "track_refund")),
        ((("get_refund", 0.3), ("track_refund", 0.2), ("gift_card", 0.2), ("newsletter", 0.1)),
         ("get_refund", "track_refund", "gift_card")),
        ((("return_item", 0.45), ("return_policy", 0.02), ("get_refund", 0.01)), ("return_item",
         "return_policy")),
        ((("return_item", 0.7), ("return_policy", 0.02), ("get_refund", 0.01)), ("return_item",)),
        ((("thanks", 0.4), ("get_refund", 0.3), ("track_refund", 0.2)), ("get_refund", "track_refund")),
        ((("human_agent", 0.4), ("get_refund", 0.3), ("track_refund", 0.2)), ("get_refund", "track_refund")),
        ((("get_refund", 0.45), ("human_agent", 0.2), ("gift_card", 0.01)), ("get_refund", "gift_card")),
        ((("get_refund", 0.5), ("human_agent", 0.2), ("thanks", 0.1)), ("get_refund",)),
    ],
    ids=["two", "three at most", "two at least", "one that is likely", "no small talk", "no person",
         "a person is no second", "all there is"],
)  # fmt: skip
def test_an_unclear_message_is_asked_about(
    likely: tuple[tuple[str, float], ...], offered: tuple[str, ...], step: RouteStep
) -> None:
    found = Understanding(intents=tuple(Guess(*g) for g in likely), in_scope=0.9, refuse_below=0.4)
    assert decide(step, "it came back", found) == Decision("clarify", "several_intents_likely", offered)


def test_where_there_is_nothing_to_choose_nothing_is_asked(step: RouteStep) -> None:
    found = Understanding(intents=(Guess("human_agent", 0.5), Guess("thanks", 0.2)), in_scope=0.9)
    assert decide(step, "it came back", found) == Decision("refuse", "out_of_scope")


def test_the_order_asked_for_is_looked_up(step: RouteStep) -> None:
    turn = Turn("s", ORDER, text=ORDER, entities=(Entity("order_number", ORDER, ORDER, 0, 10),))
    turn.memory = Memory(slots={"order_number": ORDER}, intent="track_order", asked_slot="order_number")
    turn = step(turn)
    assert turn.order is not None
    assert turn.order.number == ORDER


def test_an_order_is_not_looked_up_for_what_needs_none(step: RouteStep) -> None:
    turn = Turn("s", "card?", text="card?", understanding=understood("payment_methods"))
    turn.memory = Memory(slots={"order_number": ORDER})
    assert step(turn).order is None


LONG_RUNS = [
    f"{ORDER} {'!' * 3000} refund", "的" * 3900, "a" * 3900, "１" * 3900, " " * 3900 + "refund",
    "refund" + "." * 3900 + "x", "\u200b \t" * 1300 + "x", "a." * 1950, "a@" * 1950, "和" * 3900, "哈" * 3900,
    "hi " * 1300, "not " * 950, "no, " * 950, "1-" * 1950, "HB-" * 1300, "、1" * 1950, "还有" * 1950,
]  # fmt: skip


@pytest.mark.parametrize("text", LONG_RUNS, ids=range(len(LONG_RUNS)))
def test_a_long_run_costs_no_time(text: str, converse: Converse) -> None:
    began = time.thread_time()
    converse(text)
    assert time.thread_time() - began < 0.5  # some took time that grew with the square or the cube
