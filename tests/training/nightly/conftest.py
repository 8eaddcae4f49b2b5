"""A small shop with a live release, and days of traffic and reviews on it."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import Engine, insert, select

from bot.pipeline import Bot
from data.database import open_database
from data.desk import Desk
from data.log.conversations import Conversations
from data.release.releases import Releases
from data.settings import Settings
from data.tables import TurnRow, Verdict
from tests.training.nightly.small_shop import write_small_shop
from training.examples import LabelledMessage, labelled_messages
from training.publish import publish

HERE = Path(__file__).parent
TITLE = {"en": "Assembly service", "zh": "上门安装"}


@dataclass
class House:
    """A home of the small shop, and what happens there by day."""

    settings: Settings
    engine: Engine
    said: int = 0

    @property
    def releases(self) -> Releases:
        return Releases(self.settings.home, "shop")

    def bot(self) -> Bot:
        return Bot.of(self.releases.live(), Conversations(self.engine, "shop"))

    def day(
        self, messages: Sequence[tuple[str, str]], author: str = "rea", kind: str = "intent", **verdict: Any
    ) -> None:
        """Customers say something, each in a conversation of its own, and somebody rules on it."""
        bot = self.bot()
        for text, intents in messages:
            self.said += 1
            session = f"day-{self.said}"
            bot.reply(session, text)
            with self.engine.begin() as db:
                turn = db.scalar(select(TurnRow.id).where(TurnRow.session == session))
                row = {"turn": turn, "batch": session, "kind": kind, "intents": intents, "author": author}
                db.execute(insert(Verdict), row | verdict)


@pytest.fixture(scope="session")
def small_shop(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A release of the small shop, built once."""
    folder = tmp_path_factory.mktemp("nights")
    settings = Settings(home=folder / "home", desk=write_small_shop(folder / "shop"))
    publish(settings)
    return settings


@pytest.fixture
def house(small_shop: Settings, tmp_path: Path) -> Iterator[House]:
    """A home of its own with that release live."""
    shutil.copytree(small_shop.home / "desks", tmp_path / "desks")
    settings = Settings(home=tmp_path, desk=small_shop.desk)
    engine = open_database(settings.url, tmp_path)
    yield House(settings, engine)
    engine.dispose()


@pytest.fixture(scope="session")
def shop_messages(desk: Desk) -> list[LabelledMessage]:
    """What customers of the whole shop said, with one label each."""
    return [m for m in labelled_messages(desk) if len(m.labels) == 1]


@pytest.fixture(scope="session")
def assembly() -> dict[str, dict[str, list[str]]]:
    return dict(yaml.safe_load((HERE / "assembly.yaml").read_text("utf-8")))
