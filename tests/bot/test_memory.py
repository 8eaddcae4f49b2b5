"""What a conversation knows is brought to bear on the next message."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from bot.memory import MemoryStep, RememberStep
from bot.pipeline import Bot
from bot.turn import Decision, Entity, Guess, Memory, Turn, Understanding
from data.desk import Desk

Converse = Callable[..., list[Turn]]
ORDER = "HB-2048817"

FOLLOW_UPS = [
    (["Do you ship to Germany?", "and to Canada?"], "international_shipping", "country", "Canada"),
    (["Do you ship to Germany?", "What about New Zealand?"], "international_shipping", "country",
     "New Zealand"),
    (["可以寄到德国吗", "那寄到加拿大呢"], "international_shipping", "country", "Canada"),
    (["可以寄到德国吗", "那加拿大呢"], "international_shipping", "country", "Canada"),
    (["可以寄到德國嗎", "那加拿大呢"], "international_shipping", "country", "Canada"),
    (["Do you ship to Germany?", "那加拿大呢"], "international_shipping", "country", "Canada"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "intent", "slot", "value"), FOLLOW_UPS, ids=[" · ".join(c[0]) for c in FOLLOW_UPS]
)
def test_a_follow_up_keeps_the_matter_and_changes_the_thing(
    texts: list[str], intent: str, slot: str, value: str, converse: Converse
) -> None:
    turn = converse(*texts)[-1]
    assert turn.decision.intents == (intent,)
    assert turn.memory.slots[slot] == value


@pytest.mark.parametrize(
    ("texts", "intent"),
    [
        (["能用支付宝吗", "那花呗呢"], "payment_methods"),
        (["能用支付宝吗", "微信呢"], "payment_methods"),
        ([f"where is {ORDER}", "and HB-1000004?"], "track_order"),
        ([f"我的快递{ORDER}到哪了", "那HB-1000004呢"], "track_order"),
    ],
    ids=lambda value: " · ".join(value) if isinstance(value, list) else "",
)
def test_a_follow_up_without_its_own_verb(texts: list[str], intent: str, converse: Converse) -> None:
    assert converse(*texts)[-1].decision.intents == (intent,)


@pytest.mark.parametrize(
    ("texts", "intent"),
    [
        (["Do you ship to Germany?", "and how do I reset my password?"], "recover_password"),
        (["可以寄到德国吗", "那怎么开发票呢"], "get_invoice"),
        (["Do you ship to Germany?", "thanks"], "thanks"),
        (["可以寄到德国吗", "谢谢啦"], "thanks"),
    ],
    ids=lambda value: " · ".join(value) if isinstance(value, list) else "",
)
def test_a_new_matter_is_no_follow_up(texts: list[str], intent: str, converse: Converse) -> None:
    assert converse(*texts)[-1].decision.intents == (intent,)


def test_a_follow_up_to_nothing_is_no_matter(converse: Converse) -> None:
    assert converse("那另外一个呢")[-1].decision.route != "answer"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_button_leads_to_its_own_intent(language: str, bot: Bot) -> None:
    """A pressed button comes as the title's text; no two intents may have the same."""
    wrong = []
    for intent in bot.desk.intents.values():
        turn = bot.reply(uuid4().hex, intent.title[language])
        if turn.understanding.best.id != intent.id or turn.understanding.best.confidence != 1.0:
            wrong.append((intent.id, turn.understanding.best))
    assert wrong == []


def test_the_last_order_number_named_is_kept(converse: Converse) -> None:
    turn = converse(f"where is my order {ORDER}", "sorry, I meant HB-1000004")[-1]
    assert turn.memory.slots["order_number"] == "HB-1000004"


def test_a_number_that_leads_nowhere_is_forgotten(converse: Converse) -> None:
    assert "order_number" not in converse("where is my order HB-9999999")[-1].memory.slots


def test_no_personal_data_is_remembered(converse: Converse) -> None:
    turn = converse("my mail is jo.lark@example.org and my phone is +1 (415) 555-2671")[-1]
    assert turn.memory.slots == {}


@pytest.mark.parametrize(
    "title", ["Talk to a person", "talk to a person.", "TALK TO A PERSON?", "转人工", "轉人工"]
)
def test_a_title_is_known_however_it_is_typed(title: str, converse: Converse) -> None:
    assert converse(title)[-1].understanding.best.confidence == 1.0


def test_yes_takes_the_only_offer(converse: Converse) -> None:
    turns = converse(
        "write a python function that sorts a list", "what is the capital of France", "yes please"
    )
    assert turns[-1].decision.intents == ("human_agent",)


def test_yes_to_nothing_is_no_request_for_a_person(converse: Converse) -> None:
    assert converse("Do you ship to Germany?", "yes")[-1].decision.reason != "asked_for_a_person"


# by itself, on an understanding made by hand


@pytest.mark.parametrize(
    ("text", "confidence", "taken"),
    [
        ("what about the ridge 4?", 0.5, True),
        ("那 ridge 4 呢", 0.5, True),
        ("what about the ridge 4?", 0.96, False),  # it speaks for itself
        ("the ridge 4 arrived without its pegs", 0.5, False),  # it does not start like a follow-up
        ("what about the ridge 4, which my neighbour bought for his whole family?", 0.5, False),  # too long
    ],
)
def test_what_is_taken_for_a_follow_up(text: str, confidence: float, taken: bool, desk: Desk) -> None:
    turn = Turn("s", text, text=text, language="en", memory=Memory(intent="stock_availability"))
    turn.entities = (Entity("product", "ridge 4", "ridge-4-tent", 0, 7),)
    turn.understanding = Understanding(intents=(Guess("product_info", confidence),), accept_at=0.7)
    best = MemoryStep(desk)(turn).understanding.best
    assert best == (Guess("stock_availability", 1.0) if taken else Guess("product_info", confidence))


# what is remembered of a turn


@pytest.fixture(scope="module")
def remember(desk: Desk) -> RememberStep:
    return RememberStep(desk)


def after(remember: RememberStep, decision: Decision, memory: Memory | None = None) -> Turn:
    return remember(Turn("s", "said", memory=memory or Memory(), decision=decision))


ASKED = Decision("ask_slot", "slot_missing", ("track_order",), "order_number")
AGAIN = Decision("ask_slot", "slot_not_given", ("track_order",), "order_number")


@pytest.mark.parametrize(
    ("decision", "misses", "after_asking_back"),
    [
        (Decision("refuse", "out_of_scope"), 2, 3),
        (Decision("search", "passage_found"), 2, 3),
        (Decision("clarify", "several_intents_likely", ("get_refund", "track_refund")), 1, 2),
        (Decision("clarify", "no_matter"), 1, 2),
        (Decision("answer", "intent_accepted", ("payment_methods",)), 0, 0),
        (Decision("social", "small_talk", ("greeting",)), 0, 0),
        (ASKED, 0, 0),
    ],
    ids=lambda value: value.reason if isinstance(value, Decision) else "",
)
def test_misses_in_a_row_are_counted(
    decision: Decision, misses: int, after_asking_back: int, remember: RememberStep
) -> None:
    assert after(remember, decision, Memory(misses=1)).memory.misses == misses
    asked = Memory(misses=1, asked_back=True)
    assert after(remember, decision, asked).memory.misses == after_asking_back


def test_asking_back_is_over_with_the_next_reply(remember: RememberStep) -> None:
    asked = after(remember, Decision("clarify", "several_intents_likely", ("get_refund", "track_refund")))
    assert asked.memory.asked_back
    refused = after(remember, Decision("refuse", "out_of_scope"), asked.memory)
    assert not refused.memory.asked_back


def test_a_general_answer_invites_the_order_number_once(remember: RememberStep) -> None:
    memory = after(remember, Decision("answer", "general_question", ("return_item",))).memory
    assert (memory.invited_slot, memory.asked_slot) == ("order_number", None)
    thanked = after(remember, Decision("social", "small_talk", ("thanks",)), memory)
    assert thanked.memory.invited_slot is None


def test_the_question_asked_is_open(remember: RememberStep) -> None:
    memory = after(remember, ASKED).memory
    assert (memory.intent, memory.asked_slot, memory.asked_times) == ("track_order", "order_number", 1)


def test_asking_again_is_counted(remember: RememberStep) -> None:
    assert after(remember, AGAIN, after(remember, ASKED).memory).memory.asked_times == 2


def test_an_answer_closes_the_question(remember: RememberStep) -> None:
    open_question = after(remember, ASKED).memory
    memory = after(remember, Decision("answer", "slot_filled", ("track_order",)), open_question).memory
    assert (memory.asked_slot, memory.asked_times) == (None, 0)


@pytest.mark.parametrize(
    ("decision", "owner"),
    [
        (Decision("handoff", "asked_for_a_person", ("human_agent",)), "waiting"),
        (Decision("handoff", "a_matter_for_people", ("complaint",)), "waiting"),
        (Decision("handoff", "not_understood_twice"), "bot"),  # offered, not yet taken up
        (Decision("handoff", "slot_not_given_twice"), "bot"),
        (Decision("answer", "intent_accepted", ("payment_methods",)), "bot"),
    ],
    ids=lambda value: value.reason if isinstance(value, Decision) else "",
)
def test_who_owns_the_conversation(decision: Decision, owner: str, remember: RememberStep) -> None:
    assert after(remember, decision).owner == owner


@pytest.mark.parametrize(
    ("decision", "offered"),
    [
        (Decision("clarify", "several_intents_likely", ("get_refund", "track_refund")),
         ["get_refund", "track_refund"]),
        (Decision("handoff", "not_understood_twice"), ["human_agent"]),
        (Decision("answer", "intent_accepted", ("payment_methods",)), []),
    ],
    ids=lambda value: value.reason if isinstance(value, Decision) else "",
)  # fmt: skip
def test_what_was_offered_is_known(decision: Decision, offered: list[str], remember: RememberStep) -> None:
    assert after(remember, decision, Memory(offered=["old"])).memory.offered == offered


def test_small_talk_does_not_change_the_matter(remember: RememberStep) -> None:
    memory = after(
        remember, Decision("social", "small_talk", ("thanks",)), Memory(intent="track_order")
    ).memory
    assert memory.intent == "track_order"


def test_a_memory_of_a_later_version_can_be_read() -> None:
    assert Memory.of({"intent": "track_order", "favourite_colour": "blue"}) == Memory(intent="track_order")
