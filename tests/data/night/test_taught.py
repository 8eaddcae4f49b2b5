"""Reviewed messages come to training as the last verdict has them, and stay there."""

from collections.abc import Sequence

import pytest
from sqlalchemy import Engine, insert, select, text, update
from sqlalchemy.exc import DataError

from data.night.tables import Taught
from data.night.taught import last_verdict, lessons, mark_learned, overruled, take_in
from data.review.examples import to_learn
from data.tables import TurnRow, Verdict, now
from tests.data.review_log import write_groups

TITLE = {"en": "Gift wrapping", "zh": "礼品包装"}


@pytest.fixture
def turns(engine: Engine) -> list[int]:
    return write_groups(engine, 4)[0]


def rule(engine: Engine, turns: Sequence[int], kind: str, intents: str = "", author: str = "rea") -> None:
    title = TITLE if kind == "new_intent" else None
    rows = [
        {
            "turn": t,
            "batch": f"{author}-{t}",
            "kind": kind,
            "intents": intents,
            "title": title,
            "author": author,
        }
        for t in turns
    ]
    with engine.begin() as db:
        db.execute(insert(Verdict), rows)


def learn(engine: Engine, release: str, kept_out: Sequence[str] = ()) -> None:
    with engine.begin() as db:
        mark_learned(db, release, last_verdict(engine), kept_out)


def taught(engine: Engine) -> dict[int, tuple[str, ...]]:
    return {lesson.turn: lesson.labels for lesson in lessons(engine)}


def test_the_last_verdict_on_a_turn_is_what_is_taught(engine: Engine, turns: list[int]) -> None:
    rule(engine, turns[:2], "intent", "return_item")
    rule(engine, turns[1:2], "out_of_scope")
    rule(engine, turns[2:3], "new_intent", "new:gift_wrapping")
    assert take_in(engine) == []
    assert taught(engine) == {turns[0]: ("return_item",), turns[1]: (), turns[2]: ("gift_wrapping",)}
    rule(engine, turns[:1], "intent", "greeting return_item")
    assert take_in(engine) == []
    assert taught(engine)[turns[0]] == ("greeting", "return_item")


def test_what_says_nothing_of_the_intent_is_left_out_with_its_reason(
    engine: Engine, turns: list[int]
) -> None:
    rule(engine, turns[:1], "answer", "return_item")  # a better answer: its intent is the bot's guess
    rule(engine, turns[1:2], "skip")
    rule(engine, turns[2:3], "intent", "return_item")
    rule(engine, turns[3:], "right")
    with engine.begin() as db:
        db.execute(update(TurnRow).where(TurnRow.id == turns[2]).values(confidence=1.0))
    assert [(one.turn, one.why) for one in take_in(engine)] == [
        (turns[2], "only its conversation told what it means"),
        (turns[3], "a verdict of kind 'right' without an intent"),
    ]
    assert taught(engine) == {}


def test_a_damaged_row_costs_only_itself(engine: Engine, turns: list[int]) -> None:
    rule(engine, turns, "new_intent", "new:gift_wrapping")
    damage = text("UPDATE verdicts SET title = '{broken' WHERE turn = :turn")
    if engine.dialect.name == "postgresql":  # where no such row can be
        with pytest.raises(DataError), engine.begin() as db:
            db.execute(damage, {"turn": turns[1]})
        return
    with engine.begin() as db:
        db.execute(damage, {"turn": turns[1]})
    left_out = take_in(engine)
    assert [one.turn for one in left_out] == [turns[1]]
    assert "can't be read" in left_out[0].why
    assert set(taught(engine)) == {turns[0], turns[2], turns[3]}


def test_what_is_undone_before_a_night_is_not_taught(engine: Engine, turns: list[int]) -> None:
    rule(engine, turns, "intent", "return_item")
    take_in(engine)
    with engine.begin() as db:
        db.execute(update(Verdict).where(Verdict.turn == turns[0]).values(undone_at=now()))
    take_in(engine)
    assert set(taught(engine)) == set(turns[1:])


def test_what_is_taught_stays_when_the_log_is_gone(engine: Engine, turns: list[int]) -> None:
    rule(engine, turns, "intent", "return_item")
    take_in(engine)
    with engine.begin() as db:
        db.execute(text("DELETE FROM verdicts"))
    assert take_in(engine) == []
    assert set(taught(engine)) == set(turns)


def test_a_release_knows_what_it_was_trained_with_but_what_was_kept_out(
    engine: Engine, turns: list[int]
) -> None:
    rule(engine, turns[:2], "intent", "return_item")
    rule(engine, turns[2:], "intent", "greeting", author="eve")
    take_in(engine)
    learn(engine, "r-2", ["eve"])
    assert {lesson.turn for lesson in lessons(engine) if lesson.fresh} == set(turns[2:])
    assert dict(to_learn(engine)[0]) == {"intent": 2}
    rule(engine, turns[:1], "out_of_scope")  # put right afterwards
    take_in(engine)
    assert {lesson.turn for lesson in lessons(engine) if lesson.fresh} == {turns[0], *turns[2:]}


def test_a_conversation_is_learned_from_or_examined_never_both(engine: Engine) -> None:
    turns = write_groups(engine, 200)[0]
    rule(engine, turns, "intent", "return_item")
    take_in(engine)
    with engine.connect() as db:
        exam = db.scalars(select(Taught.exam)).all()
    assert 0.1 < sum(exam) / len(exam) < 0.3
    with engine.begin() as db:
        db.execute(text("DELETE FROM taught"))
    take_in(engine)
    with engine.connect() as db:
        assert db.scalars(select(Taught.exam)).all() == exam


def test_who_is_overruled_by_a_colleague_is_counted(engine: Engine, turns: list[int]) -> None:
    rule(engine, turns, "intent", "return_item")
    rule(engine, turns[:1], "intent", "greeting", author="ann")  # otherwise
    rule(engine, turns[1:2], "right", "return_item", author="ann")  # the same
    rule(engine, turns[2:3], "intent", "greeting")  # by oneself
    assert overruled(engine) == {"rea": (4, 1), "ann": (2, 0)}
