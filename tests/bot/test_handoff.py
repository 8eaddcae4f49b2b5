"""Once a person has a conversation the bot is silent, whatever arrives, and goes on when it is given back."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from bot.handoff import without_open_questions
from bot.pipeline import Bot, Step
from bot.turn import Turn
from data.database import open_database
from data.log.conversations import Conversations
from data.log.inbox import Inbox
from data.release.release import Release

MESSAGES = (
    "where is my order HB-2048817?", "hello", "我要转人工", "thanks", "???", "I want to talk to a person",
    "write me a poem about the sea", "my kid got burned by the lamp", "x " * 3000, "🙂",
)  # fmt: skip


@pytest.fixture
def inbox(bot: Bot) -> Inbox:
    return Inbox(bot.conversations.engine, without_open_questions)


@pytest.fixture
def taken(bot: Bot, inbox: Inbox, session: str) -> str:
    """A conversation that Ann has, in which the bot had asked for an order number."""
    assert bot.reply(session, "where is my order").decision.reason == "slot_missing"
    inbox.claim(session, "ann")
    return session


class Interrupted(Bot):
    """A bot during whose first composing something happens."""

    happens: Any = None

    @property
    def steps(self) -> tuple[Step, ...]:
        def interrupt(turn: Turn) -> Turn:
            act, self.happens = self.happens, None
            if act:
                act()
            return turn

        return (*super().steps, interrupt)


@pytest.fixture(scope="module")
def interrupted(release: Release, bot: Bot) -> Interrupted:
    return Interrupted.of(release, bot.conversations)  # type: ignore[return-value]


@pytest.mark.parametrize("text", MESSAGES, ids=range(len(MESSAGES)))
def test_whatever_arrives_the_bot_is_silent(text: str, bot: Bot, taken: str) -> None:
    turn = bot.reply(taken, text)
    answered = turn.as_reply()
    assert (turn.reply, turn.quick_replies, turn.passages) == ("", (), ())
    reason = "injury" if "burned" in text else "with_a_person"  # a danger is seen in their list at once
    assert (answered["owner"], answered["route"], answered["reason"]) == ("person", "handoff", reason)
    row = bot.conversations.turns(taken)[-1]
    assert (row.number, row.reply, row.reason) == (2, "", reason)
    assert bot.conversations.state(taken).owner == "person"


def test_what_arrives_is_understood_masked_and_kept(bot: Bot, taken: str) -> None:
    bot.reply(taken, "where is HB-2048817, mail me at jo.lark@example.org")
    row = bot.conversations.turns(taken)[-1]
    assert row.text == "where is HB-2048817, mail me at [email]"
    assert row.language == "en"
    assert row.details["intents"][0]["id"] == "track_order"
    assert "HB-2048817" in [e["value"] for e in row.details["entities"]]


def test_the_bots_memory_is_not_disturbed(bot: Bot, taken: str) -> None:
    before = bot.conversations.state(taken).memory
    bot.reply(taken, "HB-2048817")
    bot.reply(taken, "我要退货")
    assert bot.conversations.state(taken).memory == before


def test_silence_outlasts_a_restart(release: Release, database: Path, taken: str) -> None:
    engine = open_database(f"sqlite:///{database}", database.parent)
    again = Bot.of(release, Conversations(engine, "shop"))
    assert again.reply(taken, "HB-2048817").reply == ""
    engine.dispose()


def test_a_step_that_breaks_does_not_speak_over_a_person(release: Release, bot: Bot, taken: str) -> None:
    class Broken(Bot):
        def _steps_for(self, turn: Turn, too_long: bool) -> tuple[Step, ...]:
            def breaks(turn: Turn) -> Turn:
                raise RuntimeError("cannot read")

            return (breaks,)

    turn = Broken.of(release, bot.conversations).reply(taken, "hello")
    assert (turn.reply, turn.owner) == ("", "person")


def test_a_claim_while_the_bot_composes_wins(
    interrupted: Interrupted, bot: Bot, inbox: Inbox, session: str
) -> None:
    interrupted.happens = lambda: inbox.claim(session, "ann")
    bot.reply(session, "hello")
    turn = interrupted.reply(session, "where is my order HB-2048817?")
    assert (turn.number, turn.reply, turn.owner) == (2, "", "person")
    assert [r.reply for r in bot.conversations.turns(session)][1:] == [""]


def test_what_is_given_back_meanwhile_is_answered(bot: Bot, inbox: Inbox, release: Release) -> None:
    session = uuid4().hex
    bot.reply(session, "hello")
    inbox.claim(session, "ann")

    class GivenBack(Bot):
        def _steps_for(self, turn: Turn, too_long: bool) -> tuple[Step, ...]:
            steps = super()._steps_for(turn, too_long)
            if turn.owner == "person":
                inbox.give_back(session, "ann", f"k{session}")
            return steps

    turn = GivenBack.of(release, bot.conversations).reply(session, "where is my order HB-2048817?")
    assert (turn.number, turn.owner) == (2, "bot")
    assert "HB-2048817" in turn.reply


def test_after_giving_back_the_old_question_is_not_open(bot: Bot, inbox: Inbox, taken: str) -> None:
    inbox.give_back(taken, "ann", f"k{taken}")
    memory = bot.conversations.state(taken).memory
    assert set(memory) & {"asked_slot", "pending", "offered", "misses", "asked_times"} == set()
    turn = bot.reply(taken, "do you ship to Canada?")
    assert (turn.decision.route, turn.owner) == ("answer", "bot")


def left_open(bot: Bot, inbox: Inbox, session: str, text: str) -> list[str]:
    """Return what the bot says to a message that Ann leaves unanswered and gives back."""
    bot.reply(session, text)
    inbox.give_back(session, "ann", f"k{session}")
    bot.answer_left_open(session)
    bot.answer_left_open(session)  # asked again, it is silent
    return [r.text for r in bot.conversations.remarks(session) if r.kind == "answered"]


def test_what_a_person_left_unanswered_is_answered_once(bot: Bot, inbox: Inbox, taken: str) -> None:
    (said,) = left_open(bot, inbox, taken, "where is my order HB-2048817?")
    assert "HB-2048817" in said
    assert bot.conversations.state(taken).memory["slots"]["order_number"] == "HB-2048817"
    assert bot.reply(taken, "how do I return it?").decision.route == "answer"


def test_a_question_of_the_bots_own_is_open_after_it(bot: Bot, inbox: Inbox, taken: str) -> None:
    (said,) = left_open(bot, inbox, taken, "我的包裹到哪了")
    assert "HB-" in said
    assert "HB-2048817" in bot.reply(taken, "HB-2048817").reply


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("who will win the chess championship", "Please put it another way"),
        ("明天上海會下雨嗎，請問一下", "麻煩您換個說法"),
        ("thank you so much", None),
        ("my kid got burned by the lamp", None),
    ],
)
def test_what_the_bot_is_not_sure_of_it_says(
    text: str, said: str | None, bot: Bot, inbox: Inbox, taken: str
) -> None:
    told = left_open(bot, inbox, taken, text)
    assert (said in told[0]) if said else (told == [])
    assert bot.conversations.state(taken).owner == "bot"


def test_a_waiting_customer_is_still_told_what_the_bot_is_sure_of(bot: Bot, session: str) -> None:
    assert bot.reply(session, "I want to talk to a person").owner == "waiting"
    turn = bot.reply(session, "where is my order HB-2048817?")
    assert (turn.decision.route, turn.owner) == ("answer", "waiting")
    assert turn.reply
