"""The customer's page while people are at work: what is told, to whom, in which order, and how it was."""

from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest

from bot.chat_page.page import ChatPage
from bot.handoff import shown_name, without_open_questions
from bot.pipeline import Bot
from data.errors import UserError
from data.log.inbox import Inbox
from data.users import Users


class Browser:
    """Nobody's browser: all that is asked of it is a header."""

    headers: dict[str, str] = {"accept-language": "en"}  # noqa: RUF012


@pytest.fixture
def page(bot: Bot) -> ChatPage:
    return ChatPage(lambda: bot, ())


@pytest.fixture
def inbox(bot: Bot) -> Inbox:
    return Inbox(bot.conversations.engine, without_open_questions)


@pytest.fixture
def talk(page: ChatPage, inbox: Inbox, session: str) -> str:
    """A conversation that Ann has, with a word of hers and a note."""
    page.say({"session": session, "text": "I want to talk to a person"})
    inbox.claim(session, "ann")
    inbox.note(session, "ann", "secret: gets a discount", uuid4().hex)
    inbox.reply(session, "ann", "Hello, what is it about?", uuid4().hex)
    return session


def opened(page: ChatPage, session: str, **more: Any) -> dict[str, Any]:
    return page.open({"session": session, "language": "en", **more}, Browser())  # type: ignore[arg-type]


def news(page: ChatPage, session: str, **more: Any) -> dict[str, Any]:
    return page.news({"session": session, "language": "en", **more})


def in_order(html: str, *parts: str) -> bool:
    places = [html.find(part) for part in parts]
    return -1 not in places and places == sorted(places)


def test_who_speaks_is_said(page: ChatPage, talk: str) -> None:
    for answer in (opened(page, talk), news(page, talk)):
        assert (answer["owner"], answer["person"]) == ("person", "Ann")


def test_everything_is_there_in_order(page: ChatPage, inbox: Inbox, talk: str) -> None:
    page.say({"session": talk, "text": "my tent leaks"})
    inbox.reply(talk, "ann", "I am sorry <b>to hear</b> that.", uuid4().hex)
    page.say({"session": talk, "text": "thank you Ann"})
    inbox.give_back(talk, "ann", uuid4().hex)
    html = opened(page, talk)["html"]
    assert in_order(
        html, "talk to a person", "Ann has joined", "what is it about", "my tent leaks",
        "I am sorry &lt;b&gt;to hear&lt;/b&gt; that.", "thank you Ann", "handed you back",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("language", "said"), [("en", "handed you over to Bob"), ("zh-Hans", "转接人工客服 Bob")]
)
def test_who_has_it_now_is_told(
    language: str, said: str, page: ChatPage, inbox: Inbox, bot: Bot, talk: str
) -> None:
    with suppress(UserError):
        Users(bot.conversations.engine).add("bob@example.com", "agent", "a long enough password", by="test")
    inbox.transfer(talk, "ann", "bob@example.com", uuid4().hex)
    for answer in (opened(page, talk, language=language), news(page, talk, language=language)):
        assert answer["person"] == "Bob"
        assert said in answer["html"]
        assert "example.com" not in answer["html"]


def test_a_note_never_reaches_the_customer(page: ChatPage, talk: str) -> None:
    for answer in (opened(page, talk), news(page, talk), page.say({"session": talk, "text": "hello?"})):
        assert "secret" not in str(answer)


def test_news_are_what_is_new(page: ChatPage, inbox: Inbox, bot: Bot, talk: str) -> None:
    remarks = bot.conversations.remarks(talk)
    html = news(page, talk, turn=1, remark=remarks[0].id)["html"]
    assert "what is it about" in html
    assert "joined" not in html
    seen = {"turn": 1, "remark": remarks[-1].id}
    assert news(page, talk, **seen)["html"] == ""
    bot.reply(talk, "it leaks")  # in another tab
    inbox.close(talk, "ann", uuid4().hex)
    html = news(page, talk, **seen)["html"]
    assert "it leaks" in html
    assert "has closed this conversation" in html


def test_a_silent_bot_shows_no_bubble(page: ChatPage, talk: str) -> None:
    answer = page.say({"session": talk, "text": "where is my order HB-2048817"})
    assert "where is my order" in answer["html"]
    assert "fd-bot" not in answer["html"]
    assert "data-thumb" not in answer["html"]
    assert answer["owner"] == "person"


@pytest.mark.parametrize("forged", ["", "x", "0" * 31, None, 7, ["a"], "' OR 1=1 --", "../../etc"], ids=repr)
def test_a_forged_session_sees_nothing(forged: Any, page: ChatPage, talk: str) -> None:
    assert news(page, forged)["html"] == ""
    assert "what is it about" not in opened(page, forged)["html"]


def test_another_session_sees_nothing(page: ChatPage, talk: str) -> None:
    answer = news(page, uuid4().hex)
    assert (answer["html"], answer["owner"], answer["person"]) == ("", "bot", "")


@pytest.mark.parametrize("since", [-1, True, "1 OR 1=1", 1.5, None, 10**30, [1]], ids=repr)
def test_a_place_that_is_none_counts_as_the_beginning(since: Any, page: ChatPage, talk: str) -> None:
    assert "Ann has joined" in news(page, talk, turn=since, remark=since)["html"]


def test_the_end_is_asked_about_once_it_is_closed(page: ChatPage, inbox: Inbox, talk: str) -> None:
    assert news(page, talk)["score"] == ""
    inbox.close(talk, "ann", uuid4().hex)
    for answer in (news(page, talk), opened(page, talk)):
        assert answer["score"].count("data-score=") == 5
    assert "Thank you" in page.score({"session": talk, "language": "en", "score": 4})["html"]
    assert opened(page, talk)["score"] == ""


def test_the_end_is_asked_about_when_the_customer_takes_their_leave(page: ChatPage, session: str) -> None:
    def said(text: str) -> str:
        return str(page.say({"session": session, "text": text})["score"])

    assert said("thanks!") == ""  # for nothing so far
    assert said("do you ship to Canada?") == ""
    assert "data-score" in said("thank you, bye!")
    assert "data-score" in opened(page, session)["score"]
    assert said("goodbye") == ""  # asked once


def test_a_score_is_kept_once(page: ChatPage, inbox: Inbox, bot: Bot, talk: str) -> None:
    inbox.close(talk, "ann", uuid4().hex)
    assert page.score({"session": talk, "score": 5})["html"]
    assert page.score({"session": talk, "score": 1}) == {}
    assert bot.conversations.state(talk).csat == 5


@pytest.mark.parametrize("score", [0, 6, -1, True, "5", 2.5, None, [5]], ids=repr)
def test_a_score_that_is_none_is_not_kept(
    score: Any, page: ChatPage, inbox: Inbox, bot: Bot, talk: str
) -> None:
    inbox.close(talk, "ann", uuid4().hex)
    assert page.score({"session": talk, "score": score}) == {}
    assert bot.conversations.state(talk).csat is None


def test_nobody_scores_what_was_not_asked(page: ChatPage, bot: Bot, talk: str) -> None:
    assert page.score({"session": talk, "score": 5}) == {}  # Ann still has it
    assert page.score({"session": uuid4().hex, "score": 5}) == {}
    assert bot.conversations.state(talk).csat is None


@pytest.mark.parametrize(
    ("user", "shown"), [("ann", "Ann"), ("ann.lee@shop.example", "Ann.lee"), ("小王", "小王"), ("@x", "@x")]
)
def test_a_user_is_shown_by_name_not_by_address(user: str, shown: str) -> None:
    assert shown_name(user) == shown


@pytest.mark.parametrize("low", [1, 2])
def test_a_low_score_asks_why_and_keeps_it_masked(
    low: int, page: ChatPage, inbox: Inbox, bot: Bot, talk: str
) -> None:
    inbox.close(talk, "ann", uuid4().hex)
    assert "fd-why" in page.score({"session": talk, "language": "en", "score": low})["html"]
    asked = {"session": talk, "language": "en", "text": " too slow, mail me at jo@example.com \0"}
    assert "Thank you" in page.comment(asked)["html"]
    kept = [(r.kind, r.text) for r in inbox.remarks(talk)][-2:]
    assert kept == [("scored", str(low)), ("comment", "too slow, mail me at [email]")]


@pytest.mark.parametrize("text", ["", " \0", None, 7, ["x"]], ids=repr)
def test_a_comment_may_stay_empty(text: Any, page: ChatPage, inbox: Inbox, talk: str) -> None:
    inbox.close(talk, "ann", uuid4().hex)
    page.score({"session": talk, "score": 1})
    assert page.comment({"session": talk, "text": text})["html"]
    assert inbox.remarks(talk)[-1].kind == "scored"


@pytest.mark.parametrize(("text", "leaves"), [("talk to a person", True), ("the lamp caught fire", False)])
def test_who_waits_may_leave_unless_somebody_may_be_hurt(
    text: str, leaves: bool, page: ChatPage, bot: Bot
) -> None:
    session = uuid4().hex
    page.say({"session": session, "text": text})
    assert opened(page, session)["may_leave"] == leaves
    assert page.leave({"session": session})["owner"] == ("bot" if leaves else "waiting")
