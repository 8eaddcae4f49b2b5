"""Going back takes a named topic with it: its reviews are asked about again, and the night says why."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from bot.publish_answers import AnswerPublisher
from data.audit import audit_rows
from data.desk import load_desk
from data.night.taught import last_verdict, mark_learned
from data.night.taught import take_in as teach
from data.release.releases import Releases
from data.review.corrections import correct
from data.review.rank import left
from data.review.verdicts import Ruling
from data.settings import Settings
from data.tables import ReviewItem, Verdict
from tests.data.review_log import write_groups
from training.lessons import collect

TITLE = {"en": "Wifi name", "zh": "无线网络名"}
WIFI = Ruling("new_intent", ("new:wifi_name",), TITLE)
Releasing = tuple[AnswerPublisher, str, str]


@pytest.fixture
def turns(engine: Engine) -> list[int]:
    """Three messages that a night learned a new topic from."""
    ((first, *others),) = write_groups(engine, 3)
    for turn in (first, *others):
        correct(engine, "rea", turn, WIFI)
    teach(engine)
    with engine.begin() as db:
        mark_learned(db, "r-2", last_verdict(engine))
    return [first, *others]


@pytest.fixture
def publisher(engine: Engine, small_desk: Path, tmp_path: Path, turns: list[int]) -> Releasing:
    """Releases without the topic and with it, of which the latter is live."""
    releases = Releases(tmp_path, "kiosk")

    def made(topics: dict[str, int]) -> str:
        def finish(_folder: Path, _live: object) -> dict[str, Any]:
            return {"answers": topics}

        return releases.publish("files", lambda folder: {}, True, finish).id

    settings = Settings(home=tmp_path, desk=small_desk)
    return AnswerPublisher(settings, engine), made({}), made({"intent/wifi_name": 1})


def why(engine: Engine, small_desk: Path) -> set[str]:
    return {one.why for one in collect(engine, load_desk(small_desk)).left_out}


def waiting(engine: Engine) -> list[int]:
    with engine.connect() as db:
        return list(db.scalars(select(ReviewItem.turn).where(ReviewItem.open).order_by(ReviewItem.turn)))


def test_the_reviews_of_a_topic_that_is_gone_are_asked_about_again(
    engine: Engine, publisher: Releasing, turns: list[int]
) -> None:
    publishing, former, live = publisher
    releases = publishing.releases
    assert publishing.taken_back(releases.get(live), releases.get(former)) == {"wifi_name": 3}
    assert waiting(engine) == []
    publishing.make_live(former, "boss")
    assert waiting(engine) == turns
    assert left(engine)["messages"] + left(engine)["waiting"] == 3
    assert audit_rows(engine)[0].after == {"release": former, "topics_taken_back": ["wifi_name"]}
    publishing.make_live(live, "boss")
    assert waiting(engine) == []


def test_the_night_says_what_brings_them_back(
    engine: Engine, publisher: Releasing, turns: list[int], small_desk: Path
) -> None:
    publishing, former, _live = publisher
    publishing.make_live(former, "boss")
    (said,) = why(engine, small_desk)
    assert "wifi_name was rolled back; naming it again" in said
    correct(engine, "rea", turns[0], WIFI, seen=_seen(engine, turns[0]))
    taught = collect(engine, load_desk(small_desk))
    assert taught.left_out == ()
    assert {e.turn for e in (*taught.learned, *taught.exam)} <= set(turns)
    assert len(taught.learned) + len(taught.exam) >= 1
    assert waiting(engine) == turns[1:]
    with engine.begin() as db:
        mark_learned(db, "r-3", taught.until, topics=["wifi_name"])
    assert waiting(engine) == []  # what was said of them before holds again


def test_a_title_that_lacks_a_language_is_another_reason(engine: Engine, small_desk: Path) -> None:
    ((turn,),) = write_groups(engine, 1)
    correct(engine, "rea", turn, Ruling("new_intent", ("new:wifi_name",), {"en": "Wifi name"}))
    (said,) = why(engine, small_desk)
    assert said.startswith("the title of wifi_name lacks a language")


def test_an_intent_that_the_desk_gave_up_is_a_third(engine: Engine, small_desk: Path) -> None:
    ((turn,),) = write_groups(engine, 1)
    correct(engine, "rea", turn, Ruling("intent", ("long_gone",)))
    assert why(engine, small_desk) == {"the desk has no intent long_gone any more"}


def _seen(engine: Engine, turn: int) -> str:
    with engine.connect() as db:
        batches = select(Verdict.batch).where(Verdict.turn == turn).order_by(Verdict.id.desc())
        return db.scalars(batches).first() or ""
