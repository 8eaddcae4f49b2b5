"""A transcript holds all that was said, and the releases are those that answered."""

from sqlalchemy import Engine, insert

from data.log.conversations import Conversations
from data.log.transcript import releases_named, transcript, turn_of
from data.tables import Remark


def fill(engine: Engine) -> None:
    conversations = Conversations(engine, "kiosk")
    for number, release in enumerate(("20261101-01", "20261108-01", "20261108-01", "20261102-01"), 1):
        turn = {
            "session": "s", "number": number, "text": f"text {number}", "language": "en", "intent": None,
            "confidence": 0.2, "route": "refuse", "reason": "out_of_scope", "reply": "Sorry.",
            "release": release, "ms": 1.0, "details": {"in_scope": 0.1},
        }  # fmt: skip
        conversations.add(turn, {}, "bot")
    conversations.rate("s", 2, helpful=False, reason="wrong")
    with engine.begin() as db:
        for kind in ("claimed", "reply"):
            row = {"session": "s", "after": 4, "author": "ann", "kind": kind, "text": "Hello"}
            db.execute(insert(Remark), row)


def test_a_transcript_is_whole_and_in_order(engine: Engine) -> None:
    fill(engine)
    kept = transcript(engine, "s")
    assert kept is not None
    assert [t.text for t in kept.turns] == ["text 1", "text 2", "text 3", "text 4"]
    assert [r.kind for r in kept.remarks] == ["claimed", "reply"]
    assert [(f.number, f.reason) for f in kept.feedback] == [(2, "wrong")]
    assert kept.conversation.owner == "bot"


def test_there_is_no_transcript_of_nobody(engine: Engine) -> None:
    assert transcript(engine, "nobody") is None


def test_one_turn(engine: Engine) -> None:
    fill(engine)
    turn = turn_of(engine, "s", 3)
    assert turn is not None
    assert (turn.text, turn.details) == ("text 3", {"in_scope": 0.1})
    assert turn_of(engine, "s", 5) is None


def test_each_release_is_named_once_newest_first(engine: Engine) -> None:
    assert releases_named(engine) == []
    fill(engine)
    assert releases_named(engine) == ["20261108-01", "20261102-01", "20261101-01"]
