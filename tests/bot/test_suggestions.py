"""A person is offered what the bot would say, in the customer's language, and nothing of it is written."""

from uuid import uuid4

import pytest

from bot.handoff import without_open_questions
from bot.pipeline import Bot
from data.log.inbox import Inbox


def test_the_likeliest_request_is_answered_first(bot: Bot, session: str) -> None:
    bot.reply(session, "do you ship to Canada?")
    first, *_ = bot.suggestions(session)
    assert (first.kind, first.intent) == ("answer", "international_shipping")
    assert first.text
    assert first.title == bot.desk.intents["international_shipping"].title["en"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [("where is my order HB-2048817?", "HB-2048817"), ("我的订单HB-2048817到哪了", "HB-2048817")],
)
def test_an_order_is_looked_up(asked: str, said: str, bot: Bot, session: str) -> None:
    bot.reply(session, asked)
    first = bot.suggestions(session)[0]
    assert said in first.text
    assert ("订单" in first.text) == ("订单" in asked)


def test_what_was_said_to_a_person_counts(bot: Bot, session: str) -> None:
    inbox = Inbox(bot.conversations.engine, without_open_questions)
    bot.reply(session, "hello")
    inbox.claim(session, "ann")
    bot.reply(session, "has HB-2048817 been sent yet, where is it")
    assert "HB-2048817" in bot.suggestions(session)[0].text


def test_asking_for_a_person_leaves_the_request_before_it(bot: Bot, session: str) -> None:
    bot.reply(session, "do you ship to Canada?")
    bot.reply(session, "I want to talk to a person")
    found = bot.suggestions(session)
    assert found[0].intent == "international_shipping"
    assert "human_agent" not in {s.intent for s in found}


def test_passages_come_after_the_answers(bot: Bot, session: str) -> None:
    bot.reply(session, "how do I wash my down duvet")
    kinds = [s.kind for s in bot.suggestions(session)]
    assert kinds == sorted(kinds)
    assert "passage" in kinds


def test_suggesting_changes_nothing(bot: Bot, session: str) -> None:
    bot.reply(session, "do you ship to Canada?")
    before = (bot.conversations.state(session), len(bot.conversations.turns(session)))
    assert bot.suggestions(session) == bot.suggestions(session)
    assert (bot.conversations.state(session), len(bot.conversations.turns(session))) == before


def test_an_unknown_conversation_has_none(bot: Bot) -> None:
    assert bot.suggestions(uuid4().hex) == ()
