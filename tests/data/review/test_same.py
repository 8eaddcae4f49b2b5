"""What was decided about the same words is known before the night has learned it, and comes last."""

import pytest
from sqlalchemy import Engine

from data.night.taught import last_verdict, mark_learned
from data.review.items import take_in
from data.review.rank import claim, ranked_groups
from data.review.read import group_messages
from data.review.same import said_as
from data.review.verdicts import Ruling, give_verdict, undo_verdict
from tests.data.review_log import group_as, say_unsure


@pytest.fixture
def decided(engine: Engine) -> int:
    """Return a group with the words that rea has decided about in another one; a third waits with others."""
    for session, text, axis in (("a", "Wrap it?", 0), ("b", "wrap  it？", 1), ("c", "paint it", 2)):
        say_unsure(engine, session, axis, text=text)
    take_in(engine)
    group_as(engine, [[1], [2], [3]])
    by_turn = {group_messages(engine, g.id)[0]["turn"]: g.id for g in ranked_groups(engine)}
    assert claim(engine, "rea", by_turn[1])
    give_verdict(engine, "rea", by_turn[1], Ruling("intent", ("gift_wrap",)))
    return by_turn[2]


def test_the_same_words_in_the_same_language_are_the_same() -> None:
    assert said_as("Where IS  it？", "en") == said_as("where is it?", "en")
    assert said_as("請問幾時到", "zh") == said_as("请问几时到", "zh")
    assert said_as("ok", "en") != said_as("ok", "zh")
    assert said_as("where is it", "en") != said_as("where is it?", "en")


def test_what_was_decided_is_told_and_comes_last(engine: Engine, decided: int) -> None:
    (message,) = group_messages(engine, decided)
    assert (message["decided"]["kind"], message["decided"]["intents"]) == ("intent", ["gift_wrap"])
    assert message["decided"]["author"] == "rea"
    ranked = ranked_groups(engine)
    assert [g.id for g in ranked][-1] == decided
    assert [g.decided for g in ranked] == [0, 1]


def test_once_it_is_taken_back_it_is_open_again(engine: Engine, decided: int) -> None:
    undo_verdict(engine, "rea")
    assert group_messages(engine, decided)[0]["decided"] is None
    ranked = ranked_groups(engine)
    assert {g.decided for g in ranked} == {0}
    assert len({g.score for g in ranked}) == 1


def test_what_the_bot_has_learned_is_asked_about_anew(engine: Engine, decided: int) -> None:
    with engine.begin() as db:
        mark_learned(db, "r-2", last_verdict(engine))
    assert group_messages(engine, decided)[0]["decided"] is None


def test_a_skip_decides_nothing(engine: Engine, decided: int) -> None:
    undo_verdict(engine, "rea")
    first = next(g.id for g in ranked_groups(engine) if group_messages(engine, g.id)[0]["turn"] == 1)
    claim(engine, "rea", first)
    give_verdict(engine, "rea", first, Ruling("skip"))
    assert group_messages(engine, decided)[0]["decided"] is None
