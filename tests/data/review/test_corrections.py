"""Verdicts on single turns of the log: as the queue's are, also on turns that it never asked about."""

import pytest
from sqlalchemy import Engine, select

from data.audit import audit_rows
from data.errors import ConflictError, VerdictError
from data.night.taught import lessons
from data.night.taught import take_in as teach
from data.review.corrections import correct, judged
from data.review.examples import to_learn
from data.review.items import take_in
from data.review.rank import left, ranked_groups
from data.review.verdicts import Ruling, done_since, undo_verdict
from data.tables import ReviewItem, TurnRow, now
from tests.data.review_log import say_unsure, write_groups

GUESS = [{"id": "return_item", "confidence": 0.99}]
DETAILS = {"intents": GUESS, "in_scope": 1.0, "accept_at": 0.5, "refuse_below": 0.5}
SURE = {"confidence": 0.99, "details": DETAILS}


def say_sure(engine: Engine, session: str = "s", **changes: object) -> int:
    say_unsure(engine, session, 1, **SURE, **changes)
    with engine.connect() as db:
        return db.scalars(select(TurnRow.id).where(TurnRow.session == session)).one()


def items(engine: Engine) -> dict[int, tuple[bool, list[str]]]:
    with engine.connect() as db:
        rows = db.execute(select(ReviewItem.turn, ReviewItem.open, ReviewItem.reasons))
        return {row.turn: (row.open, row.reasons) for row in rows}


def test_a_turn_that_the_queue_never_had_is_corrected_and_learned(engine: Engine) -> None:
    turn = say_sure(engine)
    before = now()
    batch = correct(engine, "rea", turn, Ruling("intent", ("greeting",)))
    take_in(engine)  # and the queue does not ask about it afterwards
    assert items(engine) == {turn: (False, ["raised"])}
    assert (batch.messages, left(engine)["messages"], left(engine)["waiting"]) == (1, 0, 0)
    assert to_learn(engine)[1] == {"greeting": 1}
    assert done_since(engine, before) == {"rea": 1}
    assert audit_rows(engine)[0].action == "verdict"
    teach(engine)
    assert [(lesson.turn, lesson.labels) for lesson in lessons(engine)] == [(turn, ("greeting",))]


def test_its_verdict_stands_beside_the_turn_until_it_is_taken_back(engine: Engine) -> None:
    turn = say_sure(engine)
    assert judged(engine, "s")[1] == {
        "turn": turn,
        "reading": "return_item",
        "readable": True,
        "verdict": None,
    }
    batch = correct(engine, "rea", turn, Ruling("out_of_scope")).id
    stands = judged(engine, "s")[1]["verdict"]
    assert (stands["kind"], stands["author"], stands["batch"]) == ("out_of_scope", "rea", batch)
    undo_verdict(engine, "rea", batch)
    assert judged(engine, "s")[1]["verdict"] is None
    assert items(engine)[turn][0]  # it is asked about


def test_of_two_at_once_the_second_looks_again(engine: Engine) -> None:
    turn = say_sure(engine)
    first = correct(engine, "rea", turn, Ruling("out_of_scope")).id
    with pytest.raises(ConflictError, match="meanwhile"):
        correct(engine, "bob", turn, Ruling("right"))
    correct(engine, "bob", turn, Ruling("right"), seen=first)
    assert judged(engine, "s")[1]["verdict"]["author"] == "bob"


def test_taking_back_leaves_what_a_colleague_decided(engine: Engine) -> None:
    turn = say_sure(engine)
    first = correct(engine, "rea", turn, Ruling("out_of_scope")).id
    second = correct(engine, "bob", turn, Ruling("right"), seen=first).id
    undo_verdict(engine, "bob", second)
    assert judged(engine, "s")[1]["verdict"]["author"] == "rea"
    assert not items(engine)[turn][0]


def test_a_turn_of_the_queue_leaves_it(engine: Engine) -> None:
    ((first, *_),) = write_groups(engine, 3)
    group = ranked_groups(engine)[0].id
    assert correct(engine, "rea", first, Ruling("right")).group == group
    assert ranked_groups(engine, only=group)[0].open == 2


def test_right_needs_a_reading(engine: Engine) -> None:
    turn = say_sure(engine, intent=None, route="handoff", reason="crisis")
    with pytest.raises(VerdictError, match="fixed rule"):
        correct(engine, "rea", turn, Ruling("right"))
    assert items(engine) == {}
    assert not judged(engine, "s")[1]["readable"]
    assert correct(engine, "rea", turn, Ruling("intent", ("greeting",))).messages == 1


def test_there_must_be_such_a_turn(engine: Engine) -> None:
    with pytest.raises(VerdictError, match="no turn 77"):
        correct(engine, "rea", 77, Ruling("out_of_scope"))
