"""The queue stays fresh by itself: new turns join, all are grouped anew, and one process does it."""

import time
from pathlib import Path

from filelock import FileLock
from sqlalchemy import Engine, select

from bot.staff.review_keeper import ReviewKeeper
from data.review.examples import examples
from data.review.rank import claim, left, ranked_groups
from data.review.verdicts import Ruling, give_verdict
from data.tables import ReviewItem
from tests.data.review_log import say_unsure


def test_a_first_round_groups_what_is_there(engine: Engine, tmp_path: Path) -> None:
    for at in range(7):
        say_unsure(engine, f"s{at}", at % 2)
    ReviewKeeper(engine, tmp_path).refresh()
    assert [(g.open, g.words, g.text) for g in ranked_groups(engine)] == [
        (4, ["question"], "question 0"),
        (3, ["question"], "question 1"),
    ]
    assert left(engine) == {"messages": 7, "groups": 2, "waiting": 0}


def test_a_new_turn_joins_its_group_at_once_and_an_odd_one_waits_for_the_next_pass(
    engine: Engine, tmp_path: Path
) -> None:
    keeper = ReviewKeeper(engine, tmp_path)
    say_unsure(engine, "a", 0)
    keeper.refresh()
    keeper._rested_at = time.monotonic() + 1000  # as after a pass that took two minutes
    say_unsure(engine, "b", 0)
    say_unsure(engine, "c", 3)
    keeper.refresh()
    assert [g.open for g in ranked_groups(engine)] == [2]
    assert left(engine)["waiting"] == 1
    keeper._rested_at = 0
    keeper.refresh()
    assert left(engine) == {"messages": 3, "groups": 2, "waiting": 0}


def test_verdicts_and_claims_outlive_a_full_pass(engine: Engine, tmp_path: Path) -> None:
    keeper = ReviewKeeper(engine, tmp_path)
    for at in range(6):
        say_unsure(engine, f"s{at}", at % 2)
    keeper.refresh()
    done, other = (g.id for g in ranked_groups(engine))
    assert claim(engine, "rea", done)
    with engine.connect() as db:
        turn = db.scalars(select(ReviewItem.turn).where(ReviewItem.group == done)).first()
    assert turn is not None
    give_verdict(engine, "rea", done, Ruling("out_of_scope"), [turn])
    say_unsure(engine, "t", 5)
    keeper.regroup()
    assert [e.turn for e in examples(engine)] == [turn]
    kept = {g.id: (g.open, g.user) for g in ranked_groups(engine)}
    assert kept[done] == (2, "rea")
    assert kept[other] == (3, None)
    with engine.connect() as db:
        assert db.scalar(select(ReviewItem.open).where(ReviewItem.turn == turn)) is False


def test_while_one_process_works_another_leaves_it_alone(engine: Engine, tmp_path: Path) -> None:
    say_unsure(engine, "a", 0)
    with FileLock(tmp_path / "review.lock"):
        ReviewKeeper(engine, tmp_path).refresh()
    assert ranked_groups(engine) == []


def test_the_thread_works_until_it_is_closed(engine: Engine, tmp_path: Path) -> None:
    keeper = ReviewKeeper(engine, tmp_path, every=0.02).start()
    say_unsure(engine, "a", 0)
    until = time.monotonic() + 10
    while not ranked_groups(engine) and time.monotonic() < until:
        time.sleep(0.02)
    keeper.close()
    assert [g.open for g in ranked_groups(engine)] == [1]
