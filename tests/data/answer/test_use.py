"""How often an answer was used lately, and the thumbs it got."""

from typing import Any

import pytest
from sqlalchemy import Engine

from data.answer.files import Subject
from data.answer.use import LOOKED_AT, Use, use_of
from data.log.conversations import Conversations
from data.log.questions import Question, logged_questions


@pytest.fixture
def conversations(engine: Engine) -> Conversations:
    return Conversations(engine, "kiosk")


def say(
    conversations: Conversations, session: str, text: str = "hi", intent: str = "greeting", *ids: str
) -> None:
    passages: list[dict[str, Any]] = [
        {"kind": "article" if "#" in name else "template", "id": name} for name in ids
    ]
    turn = {
        "session": session, "number": 1, "text": text, "language": "en", "intent": intent, "confidence": 0.9,
        "route": "answer", "reason": "intent_accepted", "reply": "Hello.", "release": "r", "ms": 1.0,
        "details": {"passages": passages},
    }  # fmt: skip
    conversations.add(turn, {}, "bot")


def test_uses_and_thumbs_are_counted(conversations: Conversations, engine: Engine) -> None:
    say(conversations, "a", "hi", "greeting", "greeting.one")
    say(conversations, "b", "hi", "greeting", "greeting.one", "returns#2")
    say(conversations, "c", "hi", "greeting", "greeting.two")
    say(conversations, "d", "hi", "return_item", "returns#1", "returns#3")
    conversations.rate("a", 1, helpful=True)
    conversations.rate("b", 1, helpful=False)
    conversations.rate("c", 1, helpful=True)
    assert use_of(engine, Subject("template", "greeting.one"), ["greeting"]) == Use(3, 2, 1, 1)
    assert use_of(engine, Subject("article", "returns"), ["return_item"]) == Use(1, 1, 0, 0)
    assert use_of(engine, Subject("template", "greeting.one"), []) == Use(0, 0, 0, 0)


def test_only_the_latest_turns_are_looked_at(conversations: Conversations, engine: Engine) -> None:
    say(conversations, "first", "hi", "greeting", "greeting.one")
    for number in range(LOOKED_AT):
        say(conversations, f"s{number}")
    assert use_of(engine, Subject("template", "greeting.one"), ["greeting"]) == Use(LOOKED_AT, 0, 0, 0)


def test_the_most_frequent_questions_come_first_then_the_latest(
    conversations: Conversations, engine: Engine
) -> None:
    for number, text in enumerate(("old", "often", "new", "often", "")):
        say(conversations, f"s{number}", text)
    assert logged_questions(engine, 3) == [Question("often", 2), Question("new", 1), Question("old", 1)]
    assert logged_questions(engine, 1) == [Question("often", 2)]
