"""What a release on trial would have said is kept beside each turn and counted by what differs."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, delete, func, select

from data.release.shadow_turns import EXAMPLES, ShadowTurns
from data.tables import Feedback, ShadowTurn, TurnRow, now
from tests.data.conftest import Talk

ROW = {
    "trial": "t", "release": "new", "same": True, "route": "answer", "intent": "track_order",
    "reply": "Here.", "reason": "sure", "confidence": 0.8, "ms": 30.0, "dropped": 0,
}  # fmt: skip


@pytest.fixture
def turns(engine: Engine) -> ShadowTurns:
    return ShadowTurns(engine)


def row(session: str, number: int = 1, **given: Any) -> dict[str, Any]:
    return {**ROW, "session": session, "number": number, **given}


def test_nothing_was_heard_yet(turns: ShadowTurns) -> None:
    assert turns.figures("t").heard == 0
    assert turns.disagreements("t") == []


def test_what_was_heard_and_dropped_is_counted_by_trial(turns: ShadowTurns, talk: Talk) -> None:
    session = talk(now() - timedelta(hours=1), ("answer", {}), ("answer", {}), ("refuse", {}))
    turns.add([row(session, 1), row(session, 2, dropped=3), row(session, 3, same=False)])
    turns.add([row(session, 1, trial="other")])
    found = turns.figures("t")
    assert (found.heard, found.differing, found.dropped) == (3, 1, 3)
    assert (found.live_ms, found.trial_ms) == (20.0, 30.0)


def test_disagreements_come_the_most_frequent_first_with_their_most_frequent_messages(
    turns: ShadowTurns, talk: Talk
) -> None:
    at = now() - timedelta(hours=1)
    said = [("q1", "answer", "pay")] * 2 + [(f"q{n}", "answer", "pay") for n in range(2, 6)]
    said += [("q6", "refuse", None)] * 2
    for text, route, intent in said:
        session = talk(at, ("answer", {"text": text}))
        turns.add([row(session, same=False, route=route, intent=intent, reply=f"new {text}")])
    first, second = turns.disagreements("t")
    assert (first.live, first.trial, first.count) == (("answer", "track_order"), ("answer", "pay"), 6)
    assert [(e.text, e.count) for e in first.examples] == [("q1", 2), ("q5", 1), ("q4", 1)][:EXAMPLES]
    assert (first.examples[0].live, first.examples[0].trial) == ("Here.", "new q1")
    assert (second.trial, second.count) == (("refuse", None), 2)
    assert len(turns.disagreements("t", most=1)) == 1


def test_where_only_the_words_differ_route_and_intent_are_alike(turns: ShadowTurns, talk: Talk) -> None:
    turns.add([row(talk(now(), ("answer", {})), same=False, reply="There.")])
    (found,) = turns.disagreements("t")
    assert found.live == found.trial


def test_an_erased_turn_takes_its_rows_along_and_gets_no_more(
    turns: ShadowTurns, talk: Talk, engine: Engine
) -> None:
    session, erased = talk(now(), ("answer", {})), talk(now(), ("answer", {}))
    turns.add([row(session), row(erased)])
    with engine.begin() as db:
        db.execute(delete(Feedback))
        db.execute(delete(TurnRow).where(TurnRow.session == erased))
    turns.add([row(erased), row(session)])
    with engine.connect() as db:
        assert db.scalar(select(func.count()).select_from(ShadowTurn)) == 2
