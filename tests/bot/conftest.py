"""A bot on the live release of `home`, shared by all tests of the bot; each conversation is a new one."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from bot.classifier import Classifier, Thresholds
from bot.connectors import open_orders
from bot.pipeline import Bot
from bot.turn import Turn
from data.database import open_database
from data.log.conversations import Conversations
from data.release.release import Release
from data.release.releases import Releases
from retrieval.encoder import OnnxEncoder
from retrieval.search import Retriever

Converse = Callable[..., list[Turn]]
STEADY = Thresholds(temperature=1.2, accept_at=0.9, refuse_below=0.5)


@pytest.fixture(scope="session")
def release(home: Path) -> Release:
    return Releases(home, "shop").live()


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the database that `bot` writes to."""
    return tmp_path_factory.mktemp("bot") / "frontdesk.sqlite3"


@pytest.fixture(scope="session")
def bot(release: Release, database: Path) -> Iterator[Bot]:
    engine = open_database(f"sqlite:///{database}", database.parent)
    yield Bot.of(release, Conversations(engine, "shop"))
    engine.dispose()


@pytest.fixture
def session() -> str:
    """The id of a conversation that nobody has begun."""
    return uuid4().hex


@pytest.fixture(scope="session")
def steady(bot: Bot, release: Release) -> Bot:
    """The bot with thresholds that no calibration changes: what is tested are the rules, not the fit."""
    classifier = Classifier.load(release.folder / "classifier")
    return Bot(
        desk=bot.desk,
        encoder=OnnxEncoder(release.encoder_folder),
        classifier=replace(classifier, thresholds=dict.fromkeys(bot.desk.languages, STEADY)),
        retriever=Retriever.load(release.folder / "passages"),
        orders=open_orders(bot.desk),
        conversations=bot.conversations,
        release=release.id,
    )


@pytest.fixture
def converse(steady: Bot) -> Converse:
    """Say texts one after the other in a new conversation with the steady bot; returns its turns."""

    def say(*texts: str) -> list[Turn]:
        session = uuid4().hex
        return [steady.reply(session, text) for text in texts]

    return say
