"""Which turns are worth reading, why, and that none is missed or read twice."""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine, select, update

from data.log.conversations import Conversations
from data.review.items import take_in
from data.review.worth import SAMPLED, dissatisfaction
from data.tables import Conversation, ReviewItem, now

DETAILS = {
    "intents": [{"id": "return_item", "confidence": 0.99}, {"id": "greeting", "confidence": 0.01}],
    "in_scope": 0.999, "accept_at": 0.5, "refuse_below": 0.8, "sentiment": 0.0,
}  # fmt: skip


def say(engine: Engine, session: str, number: int = 1, vector: int = 0, **changes: Any) -> int:
    """Write a turn that the bot was sure of, but for `changes`; return its id."""
    details = DETAILS | changes.pop("details", {})
    turn = {
        "session": session, "number": number, "text": "send it back", "language": "en",
        "intent": "return_item", "confidence": 0.99, "route": "answer", "reason": "intent_accepted",
        "reply": "Certainly.", "release": "r-1", "ms": 9.0, "details": details,
    }  # fmt: skip
    axis = np.zeros(8, np.float16)
    axis[vector] = 1
    Conversations(engine, "kiosk").add(turn | changes, {}, "bot", axis.tobytes())
    return max(row.id for row in Conversations(engine, "kiosk").turns(session))


def found(engine: Engine) -> dict[int, list[str]]:
    with engine.connect() as db:
        return {row.turn: row.reasons for row in db.execute(select(ReviewItem.turn, ReviewItem.reasons))}


UNSURE: dict[str, dict[str, Any]] = {
    "unsure": {"confidence": 0.6},
    "refused": {"route": "refuse", "reason": "out_of_scope", "intent": None, "details": {"in_scope": 0.3}},
    "clarified": {"route": "clarify", "reason": "several_intents_likely", "intent": None, "confidence": 0.4},
    "searched": {"route": "search", "reason": "passage_found", "intent": None, "confidence": 0.1},
    "handed_over": {"route": "handoff", "reason": "not_understood_twice", "intent": None, "confidence": 0.1},
}


@pytest.mark.parametrize("reason", UNSURE)
def test_a_turn_is_worth_reading_for_what_happened_in_it(reason: str, engine: Engine) -> None:
    turn = say(engine, "s", **UNSURE[reason])
    assert take_in(engine) == 1
    assert found(engine) == {turn: [reason]}


HANDED_OVER: dict[str, dict[str, Any]] = {
    "for_people": {"reason": "a_matter_for_people", "intent": "complaint"},
    "by_classifier": {"reason": "asked_for_a_person", "details": {"by_words": False}},
    "by_words": {"reason": "asked_for_a_person", "details": {"by_words": True}},
    "of_old": {"reason": "asked_for_a_person"},
    "taken_up": {"reason": "asked_for_a_person", "details": {"by_words": False}, "confidence": 1.0},
}


@pytest.mark.parametrize("how", HANDED_OVER)
def test_who_was_handed_over_for_an_intent_alone_is_worth_reading(how: str, engine: Engine) -> None:
    turn = say(engine, "s", **{"route": "handoff", "confidence": 0.99, **HANDED_OVER[how]})
    take_in(engine)
    read = how in ("for_people", "by_classifier")
    assert found(engine) == ({turn: ["for_people"]} if read else {})


@pytest.mark.parametrize("reason", ["slot_filled", "order_named", "never_mind", "in_the_queue"])
def test_what_the_conversation_decided_is_no_doubt(reason: str, engine: Engine) -> None:
    say(engine, "s", reason=reason, confidence=0.1, route="handoff" if reason == "in_the_queue" else "answer")
    take_in(engine)
    assert all("unsure" not in reasons for reasons in found(engine).values())


def test_one_in_twenty_sure_turns_is_a_sample(engine: Engine) -> None:
    turns = [say(engine, f"s{i}") for i in range(400)]
    take_in(engine)
    sampled = found(engine)
    assert set(sampled) < set(turns)
    assert all(reasons == ["sample"] for reasons in sampled.values())
    assert 0.5 < len(sampled) * SAMPLED / len(turns) < 1.5


def test_a_question_asked_again_and_a_person_asked_for_are_about_the_answer_before(engine: Engine) -> None:
    first = say(engine, "again", 1, vector=1)
    say(engine, "again", 2, vector=1)
    second = say(engine, "person", 1, vector=2)
    say(engine, "person", 2, vector=3, route="handoff", reason="asked_for_a_person", intent="human_agent")
    say(engine, "other", 1, vector=4)
    say(engine, "other", 2, vector=5)
    take_in(engine)
    told = {turn: reasons for turn, reasons in found(engine).items() if reasons != ["sample"]}
    assert {t: [r for r in reasons if r != "sample"] for t, reasons in told.items()} == {
        first: ["repeated"],
        second: ["handed_over"],
    }


def test_what_customers_say_later_is_taken_in_later(engine: Engine) -> None:
    turn = say(engine, "s", confidence=0.6)
    unhappy = say(engine, "t")
    take_in(engine)
    assert found(engine)[turn] == ["unsure"]
    Conversations(engine, "kiosk").rate("s", 1, False, "wrong")
    with engine.begin() as db:
        low = update(Conversation).where(Conversation.session == "t")
        db.execute(low.values(csat=1, updated=now() + timedelta(seconds=1)))
    assert take_in(engine) == 0
    assert found(engine)[turn] == ["unsure", "thumbs_down"]
    assert "low_csat" in found(engine)[unhappy]
    with engine.connect() as db:
        unhappiness = db.scalar(select(ReviewItem.dissatisfaction).where(ReviewItem.turn == turn))
    assert unhappiness == dissatisfaction(["unsure", "thumbs_down"], 0.0) == 1.0


def test_a_log_is_read_in_parts_and_once(engine: Engine) -> None:
    turns = [say(engine, f"s{i}", confidence=0.6) for i in range(25)]
    assert [take_in(engine, 10) for _ in range(4)] == [10, 10, 5, 0]
    assert sorted(found(engine)) == turns


def test_the_reading_and_the_doubt_are_those_of_the_decision(engine: Engine) -> None:
    acted = say(engine, "a", confidence=0.6)
    plainly = say(engine, "p", **UNSURE["refused"])
    refused = say(engine, "r", **{**UNSURE["refused"], "details": {"in_scope": 0.6}})
    asked = say(engine, "c", **UNSURE["clarified"])
    take_in(engine)
    with engine.connect() as db:
        rows = {r.turn: r for r in db.execute(select(ReviewItem.__table__))}
    assert [rows[t].reading for t in (acted, refused, asked)] == ["return_item", None, "return_item"]
    assert rows[plainly].uncertainty == 0  # what is plainly nobody's matter here comes last
    wanted = [1 - 0.6 * 0.999, 0.6, 1 - 0.4 * 0.999]
    assert [rows[t].uncertainty for t in (acted, refused, asked)] == pytest.approx(wanted)
