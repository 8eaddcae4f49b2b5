"""The log's routes: who may read, what is checked, and that what was decided is shown as it was stored."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from bot.pipeline import Bot

SignIn = Callable[..., TestClient]
LOG = "/staff/api/conversations"


@pytest.fixture
def agent(staff_client: SignIn) -> TestClient:
    return staff_client("agent")


@pytest.fixture
def said(bot: Bot) -> str:
    """A conversation of two turns, in both languages."""
    session = uuid4().hex
    bot.reply(session, "where is my refund? I am so angry, mail me at ann@example.com")
    bot.reply(session, "发票怎么开，订单HB-2048817")
    bot.conversations.rate(session, 2, helpful=False, reason="<b>答非所问</b>")
    return session


def test_a_word_leads_to_the_turn(agent: TestClient, said: str) -> None:
    for words, number, mark in (("refund", 1, "refund"), ("发票", 2, "发票")):
        hits = agent.get(LOG, params={"words": words}).json()["hits"]
        hit = next(h for h in hits if h["session"] == said)
        assert hit["number"] == number
        assert [mark, True] in hit["pieces"]


def test_filters_are_counted_alike(agent: TestClient, said: str) -> None:
    wanted = {"words": "发票", "thumb": "false", "language": "zh", "owner": "bot", "most": 1}
    hits = agent.get(LOG, params=wanted).json()["hits"]
    assert said in [h["session"] for h in hits]
    assert agent.get(f"{LOG}/count", params=wanted).json() == {"count": len(hits), "more": False}


def test_the_transcript_says_why(agent: TestClient, said: str, bot: Bot) -> None:
    read = agent.get(f"{LOG}/{said}").json()
    first, second = read["turns"]
    assert first["masked"] == ["email"]
    assert "ann@example.com" not in first["text"]
    assert first["sentiment"] < 0
    assert second["release"] == bot.release
    assert [e["value"] for e in second["entities"]] == ["HB-2048817"]
    assert second["intents"][0]["id"] == "get_invoice"
    assert 0 < second["accept_at"] <= 1
    assert len(second["examples"]) == 5
    assert read["feedback"][0]["reason"] == "<b>答非所问</b>"


def test_the_words_that_mattered(agent: TestClient, said: str, bot: Bot) -> None:
    answered = agent.get(f"{LOG}/{said}/2/words").json()
    assert answered["release"] == bot.release
    assert "发票" in "".join(w["text"] for w in answered["words"][:2])


def test_words_for_an_intent_that_a_release_lacks(bot: Bot) -> None:
    assert bot.words_for("发票怎么开", "no_such_intent") == ()
    assert bot.words_for("发票怎么开", "get_invoice")


def test_choices(agent: TestClient, said: str, bot: Bot) -> None:
    choices = agent.get(f"{LOG}/choices").json()
    assert choices["languages"] == ["en", "zh"]
    assert bot.release in choices["releases"]
    assert "handoff" in choices["routes"]


def test_every_route_and_reason_has_words_in_both_languages(agent: TestClient) -> None:
    from bot.answer import SYSTEM_REPLIES

    routes = agent.get(f"{LOG}/choices").json()["routes"]
    english, chinese = (
        agent.get("/staff/api/me", params={"language": language}).json()["words"]["conversations"]
        for language in ("en", "zh")
    )
    assert set(english) == set(chinese)
    assert {f"route_{r}" for r in routes} | {f"reason_{r}" for r in SYSTEM_REPLIES} <= set(english)


@pytest.mark.parametrize(
    "asked",
    [
        {"words": "x" * 201}, {"intent": "x" * 65}, {"route": "nowhere"}, {"mood": "odd"}, {"owner": "me"},
        {"csat": 6}, {"least": -1}, {"most": 2}, {"most": "nan"}, {"from": "yesterday"},
        {"from": "1999-12-31"}, {"to": "9999-12-31"}, {"to": "2026-02-30"},
        {"since": "2026-01-01"}, {"before": 0}, {"before": 2**40}, {"unknown": 1},
        {"thumb": "maybe"},
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_asked_is_refused(asked: dict[str, object], agent: TestClient) -> None:
    answered = agent.get(LOG, params=asked)
    assert (answered.status_code, list(answered.json())) == (422, ["error"])


@pytest.mark.parametrize("words", ["' OR 1=1 --", '"*', "NEAR(", "退款' --", "%", "🙂", "words:refund"])
def test_no_words_break_the_search(words: str, agent: TestClient) -> None:
    assert agent.get(LOG, params={"words": words}).status_code == 200
    assert agent.get(f"{LOG}/count", params={"words": words}).status_code == 200


@pytest.mark.parametrize("path", ["/nobody", "/nobody/1/words"])
def test_what_is_not_there_is_said(path: str, agent: TestClient) -> None:
    answered = agent.get(LOG + path)
    assert answered.status_code == 404
    assert "conversation" in answered.json()["error"]


@pytest.mark.parametrize("path", ["", "/count", "/choices", "/s", "/s/1/words"])
def test_strangers_read_nothing(path: str, stranger: TestClient) -> None:
    assert stranger.get(LOG + path).status_code == 401


def test_a_turn_says_whether_words_or_the_classifier_decided(agent: TestClient, bot: Bot) -> None:
    session = uuid4().hex
    bot.reply(session, "I want to talk to a person")
    bot.reply(session, "where is my parcel")
    assert [turn.details["by_words"] for turn in bot.conversations.turns(session)] == [True, False]
    first = agent.get(f"{LOG}/{session}").json()["turns"][0]
    assert (first["reading"], first["readable"], first["verdict"]) == ("human_agent", True, None)
