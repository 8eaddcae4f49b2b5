"""Messages of a conversation become a dialogue."""

from contextlib import closing
from typing import Any

from training.history.dialogues import Seen, dialogue_of, repeats, with_intents
from training.history.message import Message, Rejected
from training.history.names import names_of

BOTH = ("en", "zh")


def message(row: int, text: str, speaker: str = "customer", **more: Any) -> Message:
    return Message("a.csv", row, "T1", speaker, text, **more)


def test_a_dialogue_as_desks_keep_it() -> None:
    made = dialogue_of(
        [
            message(1, "where is my order", at="2026-03-14T20:11:05", labels=("track_order",), rating=4),
            message(2, "it comes on Thursday", "agent", at="2026-03-14T20:12:05", agent="agent-1"),
            message(3, "thanks", at="2026-03-14T20:13:05", resolution="solved"),
        ],
        BOTH,
    )
    assert made.rejected == ()
    assert made.dialogue == {
        "id": "T1", "language": "en", "started": "2026-03-14T20:11:05", "resolution": "solved", "rating": 4,
        "turns": [
            {"speaker": "customer", "text": "where is my order", "at": "2026-03-14T20:11:05",
             "intents": ["track_order"], "mood": "neutral"},
            {"speaker": "agent", "text": "it comes on Thursday", "at": "2026-03-14T20:12:05",
             "agent": "agent-1"},
            {"speaker": "customer", "text": "thanks", "at": "2026-03-14T20:13:05"},
        ],
    }  # fmt: skip


def test_times_order_the_turns_where_all_have_one() -> None:
    late, early = message(1, "b", at="2026-03-14T20:13:05"), message(2, "a", at="2026-03-14T20:11:05")
    assert [t["text"] for t in turns(late, early)] == ["a", "b"]
    assert [t["text"] for t in turns(late, early, message(3, "c"))] == ["b", "a", "c"]


def turns(*messages: Message) -> list[dict[str, Any]]:
    made = dialogue_of(messages, BOTH)
    assert made.dialogue is not None
    found: list[dict[str, Any]] = made.dialogue["turns"]
    return found


def test_exports_that_overlap_say_nothing_twice() -> None:
    once, again = message(1, "hi", at="2026-03-14T20:11:05"), message(9, "hi", at="2026-03-14T20:11:05")
    made = dialogue_of([once, again, message(10, "hi", at="2026-03-14T20:19:05")], BOTH)
    assert made.dialogue is not None
    assert len(made.dialogue["turns"]) == 2
    assert made.rejected == (Rejected("a.csv", 9, "the same message stands above"),)


def test_the_source_knows_the_language_best() -> None:
    made = dialogue_of([message(1, "ok", language="zh"), message(2, "hello there")], BOTH)
    assert made.dialogue is not None
    assert made.dialogue["language"] == "zh"


def test_other_languages_are_rejected_row_by_row() -> None:
    spoken = dialogue_of([message(1, "Привет, где мой заказ"), message(2, "hi", "agent")], BOTH)
    named = dialogue_of([message(1, "hi", language="fr")], BOTH)
    assert [r.row for r in spoken.rejected] == [1, 2]
    assert spoken.dialogue is named.dialogue is None
    assert named.rejected[0].reason == "language 'fr' is none of en, zh"


def labelled(text: str, *intents: str) -> dict[str, Any]:
    return {"id": "x", "language": "en", "turns": [{"speaker": "customer", "text": text, "intents": intents}]}


def test_labelled_repetitions_are_found_and_near_ones_counted() -> None:
    with closing(Seen()) as seen:
        assert not repeats(labelled("Where is order 12?", "track_order"), seen)
        assert repeats(labelled("Where is order 12?", "track_order"), seen)
        assert not repeats(labelled("where is order 99", "track_order"), seen)
        assert not repeats(labelled("Where is order 12?", "other"), seen)
        assert seen.near == 2


def test_what_nobody_labelled_may_be_asked_as_often_as_it_was() -> None:
    plain = {"id": "x", "language": "en", "turns": [{"speaker": "customer", "text": "hi"}]}
    with closing(Seen()) as seen:
        assert not repeats(plain, seen)
        assert not repeats(plain, seen)


def test_labels_become_intents_and_a_yes_means_nothing_alone() -> None:
    dialogue = {"id": "x", "turns": [
        {"speaker": "customer", "text": "hi", "intents": ["greet"], "mood": "neutral"},
        {"speaker": "agent", "text": "a return?"},
        {"speaker": "customer", "text": "yes", "intents": ["affirm"], "mood": "neutral"},
    ]}  # fmt: skip
    found = with_intents(dialogue, names_of(["greet", "affirm"]))["turns"]
    assert found[0]["intents"] == ["greeting"]
    assert found[1] == dialogue["turns"][1]  # type: ignore[index]
    assert (found[2]["intents"], found[2]["standalone"]) == ([], False)
