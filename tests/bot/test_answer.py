"""Replies are approved wording with every slot filled, the most specific that fits."""

import json
from collections.abc import Callable
from datetime import datetime
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from bot.answer import SYSTEM_REPLIES, UNHAPPY, AnswerStep
from bot.connectors import Order, OrderFile
from bot.turn import Decision, Entity, Memory, Turn, Understanding
from data.desk import Conditions, Desk, Template
from retrieval.passage import Passage

Converse = Callable[..., list[Turn]]
LANGUAGES = ("en", "zh")
SCRIPTS = {"en": "Latn", "zh": "Hans"}
CALM, ANGRY = 0.0, -0.8
NOON = datetime(2026, 3, 12, 12, 0)
NIGHT = datetime(2026, 3, 12, 3, 0)
SNIPPET = Passage("tents", "article", "en", "Tents", "", "Pegs come with it.", ("product_info",), 0.9)


def at(now: datetime) -> Callable[[ZoneInfo], datetime]:
    return lambda zone: now.replace(tzinfo=zone)


def demo_numbers(desk: Desk) -> list[str]:
    lines = (desk.folder / "orders.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["number"] for line in lines]


@pytest.fixture(scope="module")
def orders(desk: Desk) -> list[Order]:
    """One demo order of each status, and every other that lacks something these have."""
    file = OrderFile(desk.folder / "orders.jsonl")
    found: dict[tuple[object, ...], Order] = {}
    for number in demo_numbers(desk):
        order = file.find(number)
        assert order is not None
        lacks = tuple(value is None for value in vars(order).values())
        found.setdefault((order.status, lacks), order)
    return list(found.values())


def say(
    desk: Desk,
    decision: Decision,
    language: str = "en",
    *,
    now: datetime = NOON,
    mood: float = CALM,
    order: Order | None = None,
    memory: Memory | None = None,
    entities: tuple[Entity, ...] = (),
    passages: tuple[Passage, ...] = (),
    script: str | None = None,
    masked: tuple[str, ...] = (),
    text: str = "",
) -> Turn:
    turn = Turn(
        "s", text, text=text, language=language, script=script or SCRIPTS[language],
        memory=memory or Memory(), understanding=Understanding(sentiment=mood), decision=decision,
        order=order, entities=entities, passages=passages, masked=masked,
    )  # fmt: skip
    return AnswerStep(desk, at(now))(turn)


def used(turn: Turn) -> list[str]:
    return [p.id for p in turn.passages if p.kind == "template"]


ABOUT = (
    Entity("product", "tent", "ridge-2-tent", 0, 4),
    Entity("country", "Canada", "Canada", 5, 11),
)  # fmt: skip
ABROAD = (Entity("country", "Brazil", "Brazil", 0, 6),)  # not served
NAMED = (  # cities with a shop and without, ways of paying that are taken and not
    (Entity("city", "Shanghai", "Shanghai", 0, 8),),
    (Entity("city", "Oslo", "Oslo", 0, 4),),
    (Entity("payment_method", "PayPal", "PayPal", 0, 6),),
    (Entity("payment_method", "cash on delivery", "Cash on delivery", 0, 16),),
)


def named_product(entities: tuple[Entity, ...]) -> str | None:
    """Return what `bot.topic` takes a message to be about that names these."""
    return next((e.value for e in entities if e.type == "product"), None)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("entities", "passages"), [((), ()), (ABOUT, (SNIPPET,))], ids=["bare", "with all named"]
)
def test_every_answer_has_every_slot_filled(
    entities: tuple[Entity, ...],
    passages: tuple[Passage, ...],
    language: str,
    desk: Desk,
    orders: list[Order],
) -> None:
    """Whatever the intent, the order's status, the mood and the hour; each wording in turn."""
    steps = {now: AnswerStep(desk, at(now)) for now in (NOON, NIGHT)}
    wrong = []
    for intent in desk.intents.values():
        for order in [None, *orders] if intent.slots else [None]:
            for now, mood in ((NOON, CALM), (NOON, ANGRY), (NIGHT, CALM), (NIGHT, ANGRY)):
                memory = Memory()
                for _ in range(3):
                    turn = Turn(
                        "s", "", language=language, script=SCRIPTS[language], memory=memory, order=order,
                        understanding=Understanding(sentiment=mood), entities=entities, passages=passages,
                        decision=Decision("answer", "intent_accepted", (intent.id,)),
                    )  # fmt: skip
                    reply = steps[now](turn).reply
                    if not reply or "{" in reply or "}" in reply:
                        wrong.append((intent.id, order and order.status, mood, reply))
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_about_the_rules_is_answered_by_them(language: str, desk: Desk) -> None:
    with_rules = [t for t in desk.templates.values() if t.when.order == "general"]
    assert len(with_rules) >= 10
    for template in with_rules:
        words = " ".join(template.when.says[:1])
        turn = say(desk, Decision("answer", "general_question", (template.intent,)), language, text=words)
        assert turn.memory.used == {template.id: 1}
        own = say(desk, Decision("answer", "intent_accepted", (template.intent,)), language)
        assert template.id not in own.memory.used


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_without_a_matter_is_asked_about_with_starters(language: str, desk: Desk) -> None:
    turn = say(desk, Decision("clarify", "no_matter"), language)
    assert turn.reply.endswith(("?", "？", "helps.", "更快。"))
    assert desk.intents["track_order"].title[language] in turn.quick_replies


def test_every_answer_is_given_to_somebody(desk: Desk, orders: list[Order]) -> None:
    """A wording that no order, mood, hour or message leads to is one that nobody reads."""
    steps = [AnswerStep(desk, at(now)) for now in (NOON, NIGHT)]
    given = set()
    for intent in desk.intents.values():
        texts = {"", *(t.when.says[0] for t in desk.answers.get(intent.id, ()) if t.when.says)}
        named = [(entities, ()) for entities in NAMED]
        asked = [("intent_accepted", order) for order in ([None, *orders] if intent.slots else [None])]
        for reason, order in [("general_question", None), *asked]:
            for mood in (CALM, ANGRY):
                for step in steps:
                    shown = (
                        ((), ()),
                        ((), (SNIPPET,)),
                        (ABOUT, ()),
                        (ABOUT, (SNIPPET,)),
                        (ABROAD, ()),
                        *named,
                    )
                    for (entities, passages), text in product(shown, texts):
                        memory = Memory()
                        for _ in range(4):
                            turn = Turn(
                                "s", text, text=text, language="en", script="Latn", memory=memory,
                                order=order, understanding=Understanding(sentiment=mood), entities=entities,
                                passages=passages, about=named_product(entities),
                                decision=Decision("answer", reason, (intent.id,)),
                            )  # fmt: skip
                            step(turn)
                        given |= set(memory.used)
    assert sorted({t.id for t in desk.templates.values() if t.intent in desk.intents} - given) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", [*SYSTEM_REPLIES, "out_of_scope"])
def test_every_system_reply_has_every_slot_filled(reason: str, language: str, desk: Desk) -> None:
    memory = Memory(slots={"order_number": "HB-9999999"})
    asked = "order_number" if reason in ("slot_not_given", "number_unfit", "number_alone") else None
    for _ in range(3):
        turn = say(desk, Decision("refuse", reason, slot=asked), language, memory=memory)
        assert turn.reply
        assert "{" not in turn.reply


@pytest.mark.parametrize(
    ("language", "intents", "said"),
    [
        ("en", ("track_order",), "Is it this?"), ("zh", ("track_order",), "您问的是这件事吗"),
        ("en", ("track_order", "get_refund"), "one of these"),
        ("zh", ("track_order", "get_refund"), "哪一个"),
    ],
)  # fmt: skip
def test_one_matter_is_not_offered_as_several(
    language: str, intents: tuple[str, ...], said: str, desk: Desk
) -> None:
    turn = say(desk, Decision("clarify", "several_intents_likely", intents), language)
    assert said in turn.reply
    titles = [desk.intents[i].title[language] for i in (*intents, "human_agent")]
    assert list(turn.quick_replies) == titles


def test_a_desk_without_a_sentence_for_one_matter_says_what_it_has(desk: Desk) -> None:
    older = {name: t for name, t in desk.templates.items() if name != "system.confirm"}
    turn = say(
        desk.model_copy(update={"templates": older}),
        Decision("clarify", "several_intents_likely", ("track_order",)),
        "en",
    )
    assert "one of these" in turn.reply


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_failure_has_words_in_every_language(language: str, desk: Desk) -> None:
    turn = AnswerStep(desk).failed(Turn("s", "", language=language, script=SCRIPTS[language]))
    assert turn.reply == desk.state_facts(desk.templates["system.failure"].texts[language], language)


@pytest.fixture(scope="module")
def shipped(desk: Desk) -> Order:
    order = OrderFile(desk.folder / "orders.jsonl").find("HB-2048817")
    assert order is not None
    return order


TRACK = Decision("answer", "intent_accepted", ("track_order",))
PERSON = Decision("handoff", "asked_for_a_person", ("human_agent",))


@pytest.mark.parametrize(
    ("known", "mood", "template"),
    [
        (True, CALM, "track_order.shipped"),
        (True, ANGRY, "track_order.shipped_unhappy"),
        (False, CALM, "track_order.unknown"),
        (False, ANGRY, "track_order.unknown_unhappy"),
        (True, UNHAPPY, "track_order.shipped_unhappy"),
        (True, UNHAPPY + 0.01, "track_order.shipped"),
    ],
)
def test_the_most_specific_answer_is_given(
    known: bool, mood: float, template: str, desk: Desk, shipped: Order
) -> None:
    assert used(say(desk, TRACK, order=shipped if known else None, mood=mood)) == [template]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("now", "template"),
    [
        (NOON, "service_hours.open"),
        (NIGHT, "service_hours.closed"),
        (datetime(2026, 3, 12, 8, 0), "service_hours.open"),
        (datetime(2026, 3, 12, 7, 59), "service_hours.closed"),
        (datetime(2026, 3, 12, 21, 59), "service_hours.open"),
        (datetime(2026, 3, 12, 22, 0), "service_hours.closed"),
    ],
    ids=str,
)
def test_whether_the_desk_is_open_is_told_by_its_clock(
    now: datetime, template: str, language: str, desk: Desk
) -> None:
    hours = Decision("answer", "intent_accepted", ("service_hours",))
    assert used(say(desk, hours, language, now=now)) == [template]


def test_the_clock_is_asked_in_the_time_zone_of_the_desk(desk: Desk) -> None:
    asked: list[ZoneInfo] = []

    def clock(zone: ZoneInfo) -> datetime:
        asked.append(zone)
        return NOON.replace(tzinfo=zone)

    AnswerStep(desk, clock)(Turn("s", "", language="en", script="Latn", decision=PERSON))
    assert set(asked) == {ZoneInfo(desk.timezone)}


def test_a_day_off_is_closed(desk: Desk) -> None:
    weekdays = desk.model_copy(update={"hours": desk.hours.model_copy(update={"days": (0, 1, 2, 3, 4)})})
    sunday = datetime(2026, 3, 15, 12, 0)
    assert used(say(weekdays, PERSON, now=sunday)) == ["human_agent.closed"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("intent", ["human_agent", "international_shipping", "thanks", "payment_methods"])
def test_who_asks_again_reads_other_words(intent: str, language: str, desk: Desk) -> None:
    memory, decision = Memory(), Decision("answer", "intent_accepted", (intent,))
    first, second = (say(desk, decision, language, memory=memory).reply for _ in range(2))
    assert first != second


def test_asking_again_goes_round(desk: Desk) -> None:
    memory = Memory()
    wordings = [used(say(desk, PERSON, memory=memory))[0] for _ in range(4)]
    assert wordings == ["human_agent.open", "human_agent.open_again"] * 2


def test_two_requests_get_two_answers(desk: Desk) -> None:
    both = Decision("answer", "several_requests", ("loyalty_points", "payment_methods"))
    turn = say(desk, both)
    assert [t.split(".")[0] for t in used(turn)] == ["loyalty_points", "payment_methods"]
    assert turn.reply.count("\n\n") == 1


def test_a_slot_for_one_of_two_requests_is_asked_for_last(desk: Desk) -> None:
    both = Decision("ask_slot", "slot_missing", ("payment_methods", "get_invoice"), "order_number")
    turn = say(desk, both)
    assert used(turn) == ["payment_methods.general", "get_invoice.unknown"]
    assert turn.reply.count("\n\n") == 1


def test_what_is_quoted_is_named_as_a_source(desk: Desk) -> None:
    info = Decision("answer", "intent_accepted", ("product_info",))
    turn = say(desk, info, entities=ABOUT, passages=(SNIPPET,))
    assert SNIPPET.text in turn.reply
    assert turn.passages[-1] == SNIPPET


def test_a_passage_that_is_far_off_is_not_quoted(desk: Desk) -> None:
    far = Passage(**{**vars(SNIPPET), "score": 0.41})
    info = Decision("answer", "intent_accepted", ("product_info",))
    turn = say(desk, info, entities=ABOUT, passages=(far,))
    assert far.text not in turn.reply
    assert far not in turn.passages


@pytest.mark.parametrize(("script", "word"), [("Hans", "订单"), ("Hant", "訂單")])
def test_the_reply_is_in_the_script_of_the_customer(
    script: str, word: str, desk: Desk, shipped: Order
) -> None:
    turn = say(desk, TRACK, "zh", order=shipped, script=script)
    assert f"{word} HB-2048817" in turn.reply


def test_buttons_and_sources_are_in_the_script_of_the_customer(desk: Desk) -> None:
    quoted = Passage("x", "article", "zh", "运费", "", "运费说明", ("delivery_cost",), 0.9)
    cost = Decision("answer", "intent_accepted", ("delivery_cost",))
    turn = say(desk, cost, "zh", passages=(quoted,), script="Hant")
    assert turn.passages[-1].text == "運費說明"
    assert turn.passages[-1].title == "運費"


def test_an_order_is_named_when_it_is_acted_on(desk: Desk, shipped: Order) -> None:
    assert "HB-2048817" in say(desk, TRACK, order=shipped).reply


@pytest.mark.parametrize("kind", ["card_number", "national_id"])
def test_who_sends_a_card_or_an_id_is_told_once_not_to(kind: str, desk: Desk) -> None:
    memory = Memory()
    first, second = (say(desk, PERSON, memory=memory, masked=(kind,)).reply for _ in range(2))
    note = "Please do not send card or ID numbers here"
    assert note in first
    assert note not in second


def test_a_phone_number_needs_no_note(desk: Desk) -> None:
    assert "Please do not send" not in say(desk, PERSON, masked=("phone",)).reply


@pytest.mark.parametrize(
    ("text", "private"),
    [
        ("change my e-mail to jo.lark@example.org", "jo.lark"),
        ("把手机号改成 13812345678", "13812345678"),
        ("is 4242 4242 4242 4242 a card you take, I live in Canada", "4242 4242"),
        ("身份证 11010519491231002X 可以用来注册吗", "11010519491231002X"),
        ("where is my order HB-2048817, call +14155552671", "4155552671"),
    ],
)
def test_personal_data_is_never_repeated(text: str, private: str, converse: Converse) -> None:
    (turn,) = converse(text)
    assert private not in f"{turn.as_reply()}"


@pytest.mark.parametrize(
    ("text", "sorry"),
    [
        ("where is my order?? two weeks!! this is ridiculous", "Sorry"),
        ("我要投诉你们 垃圾服务 气死我了", "抱歉"),
    ],
)
def test_who_is_unhappy_is_told_sorry(text: str, sorry: str, converse: Converse) -> None:
    (turn,) = converse(text)
    assert turn.understanding.sentiment <= UNHAPPY
    assert sorry in turn.reply


@pytest.mark.parametrize(
    "texts",
    [["HB-2048817"], ["where is my order", "HB-2048817"], ["我的快递到哪了", "HB-2048817"]],
    ids=" · ".join,
)
def test_who_only_sends_a_number_is_not_unhappy(texts: list[str], converse: Converse) -> None:
    turn = converse(*texts)[-1]
    assert turn.understanding.sentiment > UNHAPPY
    assert used(turn) == ["track_order.shipped"]


def named(kind: str, text: str, value: str) -> Entity:
    return Entity(kind, text, value, 0, len(text))


@pytest.mark.parametrize(
    ("language", "text", "value", "template", "begins"),
    [
        ("en", "PayPal", "PayPal", "accepted", "Yes, you can pay with PayPal."),
        ("zh", "支付宝", "Alipay", "accepted", "可以的，支持支付宝。"),
        ("en", "Klarna", "Klarna", "accepted", "Yes, you can pay with Klarna."),  # in instalments
        ("en", "COD", "cash on delivery", "not_accepted", "No, cash on delivery is not possible here."),
        ("zh", "货到付款", "cash on delivery", "not_accepted", "不支持货到付款。"),
    ],
)
def test_a_way_of_paying_that_is_named_gets_yes_or_no(
    language: str, text: str, value: str, template: str, begins: str, desk: Desk
) -> None:
    decision = Decision("answer", "intent_accepted", ("payment_methods",))
    turn = say(desk, decision, language, entities=(named("payment_method", text, value),))
    assert used(turn) == [f"payment_methods.{template}"]
    assert turn.reply.startswith(begins)


def test_several_ways_of_paying_get_no_yes_that_may_hold_for_one_only(desk: Desk) -> None:
    both = (
        named("payment_method", "PayPal", "PayPal"),
        named("payment_method", "cash on delivery", "cash on delivery"),
    )
    turn = say(desk, Decision("answer", "intent_accepted", ("payment_methods",)), entities=both)
    assert used(turn) == ["payment_methods.general"]


@pytest.mark.parametrize(
    ("text", "template"),
    [
        ("can I pay with PayPal?", "accepted"), ("do you take cash on delivery", "not_accepted"),
        ("可以用支付宝付款吗", "accepted"), ("能货到付款吗", "not_accepted"),
    ],
)  # fmt: skip
def test_a_way_of_paying_is_read_from_the_message(text: str, template: str, converse: Converse) -> None:
    (turn,) = converse(text)
    assert used(turn) == [f"payment_methods.{template}"]


STORES = Decision("answer", "intent_accepted", ("store_info",))


@pytest.mark.parametrize(
    ("language", "text", "value", "said"),
    [
        ("en", "oslo", "Oslo", "No, we have no shop in Oslo."),
        ("zh", "奥斯陆", "Oslo", "奥斯陆目前没有门店。"),
    ],
)
def test_a_city_without_a_shop_is_told_so(
    language: str, text: str, value: str, said: str, desk: Desk
) -> None:
    turn = say(desk, STORES, language, entities=(named("city", text, value),))
    assert used(turn) == ["store_info.not_there"]
    assert turn.reply.startswith(said)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "entities", [(), (named("city", "Hangzhou", "Hangzhou"),)], ids=["no city", "a shop"]
)
def test_where_there_is_a_shop_or_no_city_named_the_shops_are_told(
    entities: tuple[Entity, ...], language: str, desk: Desk
) -> None:
    assert used(say(desk, STORES, language, entities=entities)) == ["store_info.general"]


def test_a_template_for_a_city_with_a_shop_is_kept_for_such_cities(desk: Desk) -> None:
    there = Template(id="store_info.there", when=Conditions(city="served"), texts={"en": "Yes, in {city}."})
    fields = {name: getattr(desk, name) for name in Desk.model_fields}
    own = Desk(**{**fields, "templates": {**desk.templates, there.id: there}})
    for value, template in (("Seattle", "there"), ("Oslo", "not_there")):
        assert used(say(own, STORES, entities=(named("city", value, value),))) == [f"store_info.{template}"]
    assert used(say(own, STORES)) == ["store_info.general"]


@pytest.mark.parametrize(
    ("number", "text", "template"),
    [
        ("HB-2048817", "can it come another day", "day_on_the_way"),
        ("HB-2048817", "我那天不在家，能改天送吗", "day_on_the_way"),
        ("HB-2048817", "send it to my new address", "on_the_way"),
        (None, "please deliver it later", "day_unknown"),
        (None, "可以晚几天再送吗", "day_unknown"),
        (None, "change the address", "unknown"),
    ],
)
def test_another_day_is_another_matter_than_another_address(
    number: str | None, text: str, template: str, desk: Desk
) -> None:
    order = OrderFile(desk.folder / "orders.jsonl").find(number) if number else None
    decision = Decision("answer", "intent_accepted", ("change_delivery_address",))
    language = "zh" if any(c >= "\u4e00" for c in text) else "en"
    turn = say(desk, decision, language, order=order, text=text)
    assert used(turn) == [f"change_delivery_address.{template}"]


@pytest.mark.parametrize("text", ["could you hold my order until I am back", "能不能先别发，过几天再发"])
def test_the_day_of_what_is_not_sent_yet_can_be_changed(text: str, desk: Desk, orders: list[Order]) -> None:
    decision = Decision("answer", "intent_accepted", ("change_delivery_address",))
    waits = [o for o in orders if o.status in ("awaiting_payment", "processing", "backordered")]
    assert waits
    for order in waits:
        assert used(say(desk, decision, order=order, text=text)) == ["change_delivery_address.day_not_sent"]


@pytest.mark.parametrize(
    ("language", "text"), [("en", "can I choose another day"), ("zh", "送货时间可以改吗")]
)
def test_the_rules_about_another_day_need_no_order(language: str, text: str, desk: Desk) -> None:
    decision = Decision("answer", "general_question", ("change_delivery_address",))
    assert used(say(desk, decision, language, text=text)) == ["change_delivery_address.day_general"]
