"""Verdicts: a row for each message, taken back when wanted, and read by the night as labelled examples."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from data.audit import audit_rows
from data.errors import ConflictError, VerdictError
from data.night.taught import last_verdict, mark_learned
from data.review.__main__ import main
from data.review.examples import examples, latest_to_learn, new_intents, to_learn
from data.review.items import take_in
from data.review.rank import claim, left, ranked_groups
from data.review.verdicts import Ruling, done_since, give_verdict, undo_verdict
from data.tables import Verdict, now
from tests.data.review_log import group_as, say_unsure, write_groups

TITLE = {"en": "Gift wrapping", "zh": "礼品包装"}


@pytest.fixture
def group(engine: Engine) -> int:
    """A group of three that rea has open."""
    write_groups(engine, 3, 1)
    group = ranked_groups(engine)[0].id
    assert claim(engine, "rea", group)
    return group


def test_a_verdict_on_a_group_is_a_row_for_each_message(engine: Engine, group: int) -> None:
    batch = give_verdict(engine, "rea", group, Ruling("intent", ("greeting", "return_item"), note="both"))
    assert (batch.messages, batch.group) == (3, group)
    with engine.connect() as db:
        rows = db.execute(select(Verdict.__table__).order_by(Verdict.id)).all()
    assert [(r.turn, r.intents, r.author, r.batch) for r in rows] == [
        (turn, "greeting return_item", "rea", batch.id) for turn in (1, 2, 3)
    ]
    assert left(engine)["messages"] == 1
    assert audit_rows(engine)[0].action == "verdict"


def test_a_verdict_on_some_leaves_the_others(engine: Engine, group: int) -> None:
    assert give_verdict(engine, "rea", group, Ruling("out_of_scope"), [2, 99]).messages == 1
    assert ranked_groups(engine, only=group)[0].open == 2
    with pytest.raises(ConflictError, match="verdict already"):
        give_verdict(engine, "rea", group, Ruling("out_of_scope"), [2])
    assert give_verdict(engine, "rea", group, Ruling("right")).messages == 2


def test_who_has_not_claimed_a_group_says_nothing_about_it(engine: Engine, group: int) -> None:
    with pytest.raises(ConflictError, match="not yours"):
        give_verdict(engine, "bob", group, Ruling("right"))
    assert list(examples(engine)) == []


def test_right_keeps_how_the_bot_read_each(engine: Engine, group: int) -> None:
    give_verdict(engine, "rea", group, Ruling("right"))
    assert [e.labels for e in examples(engine)] == [("return_item",)] * 3


def test_undo_takes_back_ones_own_last_keystroke(engine: Engine, group: int) -> None:
    give_verdict(engine, "rea", group, Ruling("out_of_scope"), [1])
    give_verdict(engine, "rea", group, Ruling("skip"), [2, 3])
    with pytest.raises(ConflictError):
        undo_verdict(engine, "bob")
    assert undo_verdict(engine, "rea").messages == 2
    assert ranked_groups(engine, only=group)[0].open == 2
    assert undo_verdict(engine, "rea").kind == "out_of_scope"
    assert ranked_groups(engine, only=group)[0].open == 3
    assert list(examples(engine)) == []
    with pytest.raises(ConflictError, match="no verdict of yours"):
        undo_verdict(engine, "rea")
    assert [row.action for row in audit_rows(engine)] == ["verdict_undone"] * 2 + ["verdict"] * 2


def test_undo_takes_back_the_batch_that_is_named(engine: Engine, group: int) -> None:
    first = give_verdict(engine, "rea", group, Ruling("out_of_scope"), [1])
    give_verdict(engine, "rea", group, Ruling("right"), [2])
    undo_verdict(engine, "rea", first.id)
    assert [e.turn for e in examples(engine)] == [2]


def test_the_last_verdict_of_a_turn_wins(engine: Engine, group: int) -> None:
    give_verdict(engine, "rea", group, Ruling("right"), [1])
    undo_verdict(engine, "rea")
    give_verdict(engine, "rea", group, Ruling("intent", ("greeting",)), [1])
    with engine.begin() as db:  # as when it is judged again from its conversation
        db.execute(
            Verdict.__table__.insert(), {"turn": 1, "batch": "b", "kind": "out_of_scope", "author": "ann"}
        )
        db.execute(Verdict.__table__.insert(), {"turn": 1, "batch": "c", "kind": "skip", "author": "bob"})
    (one,) = examples(engine)
    assert (one.kind, one.labels, one.author) == ("out_of_scope", (), "ann")


def test_examples_say_all_that_the_night_needs(engine: Engine, group: int) -> None:
    give_verdict(engine, "rea", group, Ruling("new_intent", ("new:gift_wrapping",), TITLE), [1])
    give_verdict(engine, "rea", group, Ruling("answer", answer="We wrap it for free."), [2])
    give_verdict(engine, "rea", group, Ruling("skip"), [3])
    new, better = examples(engine)
    assert (new.labels, new.title, new.text, new.language) == (
        ("new:gift_wrapping",), TITLE, "question 0", "en"
    )  # fmt: skip
    assert (better.answer, better.labels, better.standalone) == (
        "We wrap it for free.",
        ("return_item",),
        True,
    )
    assert new_intents(engine) == {"new:gift_wrapping": TITLE}
    assert latest_to_learn(engine) == [better, new]


def test_the_next_night_learns_what_none_has_learned(engine: Engine, group: int) -> None:
    give_verdict(engine, "rea", group, Ruling("intent", ("greeting",)), [1, 2])
    kinds, intents = to_learn(engine)
    assert (dict(kinds), dict(intents)) == ({"intent": 2}, {"greeting": 2})
    with engine.begin() as db:
        mark_learned(db, "r-2", last_verdict(engine))
    give_verdict(engine, "rea", group, Ruling("out_of_scope"))
    assert dict(to_learn(engine)[0]) == {"out_of_scope": 1}
    assert [e.turn for e in latest_to_learn(engine)] == [3]
    assert [e.turn for e in examples(engine)] == [1, 2, 3]
    assert undo_verdict(engine, "rea").messages == 1
    with pytest.raises(ConflictError):  # what is learned is put right by another verdict
        undo_verdict(engine, "rea")


def test_the_days_work_is_counted_by_person(engine: Engine, group: int) -> None:
    give_verdict(engine, "rea", group, Ruling("right"))
    assert done_since(engine, now() - timedelta(hours=1)) == {"rea": 3}
    assert done_since(engine, now() + timedelta(hours=1)) == {}


def test_a_skip_is_no_work_done(engine: Engine, group: int) -> None:
    give_verdict(engine, "rea", group, Ruling("skip"), [1])
    assert done_since(engine, now() - timedelta(hours=1)) == {}


def test_many_are_read_in_parts(engine: Engine, group: int, monkeypatch: pytest.MonkeyPatch) -> None:
    give_verdict(engine, "rea", group, Ruling("right"))
    monkeypatch.setattr("data.review.examples.AT_ONCE", 2)
    assert [e.turn for e in examples(engine)] == [1, 2, 3]


def test_the_command_prints_a_json_line_for_each(
    engine: Engine,
    group: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    give_verdict(engine, "rea", group, Ruling("right"), [1])
    monkeypatch.setenv("FRONTDESK_HOME", str(tmp_path))
    monkeypatch.setattr("sys.argv", ["data.review", "export", "--since", "2026-01-01"])
    monkeypatch.setenv("FRONTDESK_DATABASE_URL", str(engine.url))
    main()
    line = json.loads(capsys.readouterr().out)
    assert {k: line[k] for k in ("text", "language", "labels", "author", "kind")} == {
        "text": "question 0", "language": "en", "labels": ["return_item"], "author": "rea", "kind": "right"
    }  # fmt: skip


def test_a_written_answer_is_kept_for_its_language_only(engine: Engine) -> None:
    say_unsure(engine, "a", 0)
    say_unsure(engine, "b", 0, language="zh", text="能包装吗")
    take_in(engine)
    group_as(engine, [[1, 2]])
    group = ranked_groups(engine)[0].id
    claim(engine, "rea", group)
    with pytest.raises(VerdictError, match="en and zh"):
        give_verdict(engine, "rea", group, Ruling("answer", answer="We do."))
    assert give_verdict(engine, "rea", group, Ruling("answer", answer="We do."), language="en").messages == 1
    assert ranked_groups(engine, only=group)[0].languages == {"zh": 1}
    assert give_verdict(engine, "rea", group, Ruling("answer", answer="可以包装。")).messages == 1
    assert [(e.language, e.answer) for e in examples(engine)] == [("en", "We do."), ("zh", "可以包装。")]
