"""Conversations keep their turns, their memory and the thumbs they were given."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from data.errors import MessageError
from data.log.conversations import Conversations, State
from data.log.inbox import Inbox
from tests.data.conftest import Write


@pytest.fixture
def conversations(engine: Engine) -> Conversations:
    return Conversations(engine, "kiosk")


def a_turn(session: str = "s", number: int = 1, **changes: Any) -> dict[str, Any]:
    turn = {
        "session": session, "number": number, "text": "我要退货", "language": "zh", "intent": "return_item",
        "confidence": 0.9, "route": "answer", "reason": "confident", "reply": "好的。", "release": "r-01",
        "ms": 12.5, "details": {"intents": [{"id": "return_item", "confidence": 0.9}]},
    }  # fmt: skip
    return turn | changes


def test_a_new_conversation_knows_nothing(conversations: Conversations) -> None:
    assert conversations.state("s") == State(turns=0, owner="bot", memory={})


def test_the_state_is_that_of_the_last_turn(conversations: Conversations) -> None:
    conversations.add(a_turn(), {"misses": 1}, "bot")
    conversations.add(a_turn(number=2), {"misses": 0, "slots": {"order_number": "HB-1"}}, "waiting")
    expected = {"misses": 0, "slots": {"order_number": "HB-1"}}
    assert conversations.state("s") == State(turns=2, owner="waiting", memory=expected)


@pytest.mark.parametrize("name", list(a_turn()))
def test_a_turn_comes_back_as_it_was_written(name: str, conversations: Conversations) -> None:
    conversations.add(a_turn(), {}, "bot")
    (row,) = conversations.turns("s")
    assert getattr(row, name) == a_turn()[name]


def test_turns_come_oldest_first(conversations: Conversations) -> None:
    for number in (2, 3, 1):
        conversations.add(a_turn(number=number), {}, "bot")
    assert [row.number for row in conversations.turns("s")] == [1, 2, 3]


def test_conversations_are_kept_apart(conversations: Conversations) -> None:
    conversations.add(a_turn("a", text="one"), {"misses": 1}, "waiting")
    conversations.add(a_turn("b", text="two"), {}, "bot")
    assert [row.text for row in conversations.turns("a")] == ["one"]
    assert conversations.state("b") == State(1, "bot", {})


def test_there_are_no_turns_of_an_unknown_session(conversations: Conversations) -> None:
    assert conversations.turns("nobody") == []


def test_the_same_turn_twice_is_refused(conversations: Conversations) -> None:
    conversations.add(a_turn(), {}, "bot")
    with pytest.raises(IntegrityError):
        conversations.add(a_turn(text="other"), {}, "bot")


def test_a_refused_turn_leaves_the_state_as_it_was(conversations: Conversations) -> None:
    conversations.add(a_turn(), {"misses": 1}, "bot")
    with pytest.raises(IntegrityError):
        conversations.add(a_turn(), {"misses": 2}, "waiting")
    assert conversations.state("s") == State(1, "bot", {"misses": 1})


def test_a_refused_first_turn_leaves_no_conversation(conversations: Conversations) -> None:
    with pytest.raises(IntegrityError):
        conversations.add(a_turn(reply=None), {"misses": 1}, "waiting")
    assert conversations.state("s") == State()


def test_of_many_writers_of_one_turn_one_wins(conversations: Conversations) -> None:
    conversations.add(a_turn(), {}, "bot")

    def write(writer: int) -> bool:
        try:
            conversations.add(a_turn(number=2, text=str(writer)), {"writer": writer}, "bot")
        except IntegrityError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(write, range(8)))
    assert won.count(True) == 1
    assert conversations.turns("s")[1].text == str(won.index(True))
    assert conversations.state("s").memory == {"writer": won.index(True)}


def test_many_conversations_may_be_written_at_once(conversations: Conversations) -> None:
    def write(session: int) -> None:
        for number in range(1, 6):
            conversations.add(a_turn(str(session), number), {"number": number}, "bot")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    assert [conversations.state(str(session)).turns for session in range(8)] == [5] * 8


def test_a_thumb_is_kept_with_its_reason(conversations: Conversations) -> None:
    conversations.add(a_turn(), {}, "bot")
    conversations.rate("s", 1, helpful=False, reason="答非所问")
    assert [(r.number, r.helpful, r.reason) for r in conversations.ratings("s")] == [(1, False, "答非所问")]


def test_a_later_thumb_replaces_an_earlier_one(conversations: Conversations) -> None:
    conversations.add(a_turn(), {}, "bot")
    conversations.rate("s", 1, helpful=False, reason="wrong")
    conversations.rate("s", 1, helpful=True)
    assert [(r.helpful, r.reason) for r in conversations.ratings("s")] == [(True, None)]


def test_each_answer_has_its_own_thumb(conversations: Conversations) -> None:
    for number in (1, 2):
        conversations.add(a_turn(number=number), {}, "bot")
    conversations.rate("s", 2, helpful=True)
    conversations.rate("s", 1, helpful=False)
    assert [(r.number, r.helpful) for r in conversations.ratings("s")] == [(1, False), (2, True)]


@pytest.mark.parametrize(("session", "number"), [("s", 2), ("s", 0), ("nobody", 1)])
def test_there_is_no_thumb_without_a_turn(session: str, number: int, conversations: Conversations) -> None:
    conversations.add(a_turn(), {}, "bot")
    with pytest.raises(MessageError, match=f"session '{session}' has no turn {number}"):
        conversations.rate(session, number, helpful=True)
    assert conversations.ratings(session) == []


def test_a_message_left_open_is_answered_once(
    conversations: Conversations, inbox: Inbox, write: Write
) -> None:
    write("s")
    inbox.claim("s", "ann")
    write("s", "person", 2, reply="", text="and to Canada?")
    assert conversations.left_open("s") is None  # Ann may still answer it
    inbox.give_back("s", "ann", "k1")
    found = conversations.left_open("s")
    assert found is not None
    assert (found.number, found.text) == (2, "and to Canada?")
    assert not conversations.answer_late("s", 1, "Too late.", {})
    assert conversations.answer_late("s", 2, "Yes.", {"misses": 0})
    assert not conversations.answer_late("s", 2, "Yes.", {})
    assert conversations.left_open("s") is None
    assert conversations.state("s").memory == {"misses": 0}
    assert [(r.kind, r.text) for r in conversations.remarks("s", 0)][-1] == ("answered", "Yes.")


def test_what_a_person_has_answered_is_not_open(
    conversations: Conversations, inbox: Inbox, write: Write
) -> None:
    write("s")
    inbox.claim("s", "ann")
    write("s", "person", 2, reply="")
    inbox.reply("s", "ann", "Yes.", "k1")
    inbox.give_back("s", "ann", "k2")
    assert conversations.left_open("s") is None
