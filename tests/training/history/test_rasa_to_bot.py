"""A Rasa project becomes a bot that answers with that project's words (docs/history.md)."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.pipeline import Bot
from data.database import open_database
from data.desk import Desk, Hours, load_desk
from data.log.conversations import Conversations
from data.settings import Settings
from tests.training.history.conftest import PROJECT
from training.evaluate import check_all, shares
from training.history.importing import run
from training.publish import publish

ALWAYS = Hours(days=tuple(range(7)), opens="00:00", closes="23:59")
NEVER = Hours(days=(), opens="00:00", closes="23:59")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("imported") / "tidewater"
    run([str(PROJECT), "--into", str(folder), "--name", "Tidewater Bikes", "--yes"])
    return folder


@pytest.fixture(scope="module")
def bot(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    home = tmp_path_factory.mktemp("home")
    release = publish(Settings(home=home, desk=folder))
    engine = open_database(f"sqlite:///{home / 'log.sqlite3'}", home)
    bot = Bot.of(release, Conversations(engine, "tidewater-bikes"))
    yield bot.with_answers(bot.desk.model_copy(update={"hours": ALWAYS}), bot.retriever)
    engine.dispose()


def test_the_desk_loads_with_its_own_intents_and_answers(folder: Path) -> None:
    desk = load_desk(folder)
    assert (desk.id, desk.languages) == ("tidewater-bikes", ("en", "zh"))
    assert desk.intents["opening_hours"].title["en"] == "Opening hours"
    assert desk.intents["lost_key"].kind == "answer"
    assert desk.intents["booking_status"].kind == "human"
    assert "affirm" not in desk.intents
    assert desk.fact("shop_phone", "zh") == "0571-555-0188"
    assert desk.templates["opening_hours.one"].next == ("faq_ask_price",)


def test_every_title_is_its_own(folder: Path) -> None:
    desk = load_desk(folder)
    for language in desk.languages:
        titles = [intent.title[language] for intent in desk.intents.values()]
        assert len(set(titles)) == len(titles)


def test_the_products_own_sentences_are_there(folder: Path, desk: Desk) -> None:
    def groups(desk: Desk) -> set[str]:
        return {".".join(t.split(".")[:2]) for t in desk.templates if t.startswith("system.")}

    assert groups(load_desk(folder)) == groups(desk)


@pytest.mark.parametrize(
    ("said", "route", "part"),
    [
        ("hello there", "social", "Hi, this is Tidewater Bikes."),
        ("my tyre is flat", "answer", "Call 0571-555-0188; our van reaches you within the hour"),
        ("电助力车一天多少钱", "answer", "电助力车 120 元"),
        ("押金什么时候退", "answer", "还车当天原路退回"),
        ("is my reservation confirmed?", "handoff", "A colleague will look after this for you"),
        ("转人工", "handoff", "这就请店里的同事来帮您"),
        ("车钥匙丢了", "answer", "暂时没有中文的现成答复"),
        ("what's the weather in Rome", "refuse", "I only know the matters of this desk"),
    ],
)
def test_the_bot_answers_with_the_projects_words(said: str, route: str, part: str, bot: Bot) -> None:
    turn = bot.reply(said.encode().hex()[:64], said)
    assert turn.decision.route == route
    assert part in turn.reply


def test_when_nobody_is_there_that_is_said(bot: Bot) -> None:
    closed = bot.with_answers(bot.desk.model_copy(update={"hours": NEVER}), bot.retriever)
    turn = closed.reply("closed", "is my reservation confirmed?")
    assert (turn.decision.route, turn.owner) == ("handoff", "waiting")
    assert "nobody is at the desk right now" in turn.reply


def test_the_projects_own_tests_are_the_desks(folder: Path, bot: Bot) -> None:
    for language in ("en", "zh"):
        figures = shares(check_all(bot, folder / "tests", language))
        assert figures["top intent"] == 1.0
        assert figures["out of scope: refused"] == 1.0
        assert figures["scripted turns: route and intent"] == 1.0


def test_what_was_not_carried_over_is_in_the_summary(folder: Path) -> None:
    notes = json.loads((folder / "import.json").read_text("utf-8"))["notes"]
    assert any("action_check_booking is code" in note for note in notes)
    assert any(note.startswith("affirm, deny: kept") for note in notes)
    assert any("synonym e-bike; the bot finds order and other numbers by" in note for note in notes)
