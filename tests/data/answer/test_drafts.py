"""Edits are kept in versions: nothing is lost, nothing wrong is kept, and everything can be undone."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from data.answer.answers import Answers, Version, overlay_of, usable
from data.answer.checks import Problem
from data.answer.drafts import AnswerConflictError, Drafts, WrongAnswerError
from data.answer.files import Content, Subject
from data.audit import audit_rows
from data.desk import load_desk
from data.errors import AnswerError, ConflictError

ONE = Subject("template", "greeting.one")
TWO = Subject("template", "greeting.two")


def says(en: str, zh: str = "您好。") -> Content:
    return {"when": {}, "next": [], "texts": {"en": en, "zh": zh}}


@pytest.fixture
def drafts(engine: Engine, small_desk: Path) -> Drafts:
    return Drafts(small_desk, Answers(engine, "kiosk"))


def test_at_first_the_draft_is_what_the_files_say(drafts: Drafts, small_desk: Path) -> None:
    draft = drafts.now()
    assert (draft.desk, draft.latest) == (load_desk(small_desk), {})
    assert draft.version(ONE) == 0


def test_an_edit_is_the_draft_at_once(drafts: Drafts, engine: Engine) -> None:
    saved = drafts.save(ONE, says("Good day."), 0, "ann", "friendlier")
    assert (saved.version, saved.author, saved.note, saved.released) == (1, "ann", "friendlier", None)
    assert drafts.now().desk.templates[ONE.id].texts["en"] == "Good day."
    (audited,) = audit_rows(engine)
    assert (audited.user, audited.action, audited.subject) == ("ann", "answer_text", str(ONE))
    assert (audited.before, audited.after) == ({"version": 0}, {"version": 1})


def test_another_process_sees_it(drafts: Drafts, engine: Engine, small_desk: Path) -> None:
    other = Drafts(small_desk, Answers(engine, "kiosk"))
    other.now()
    drafts.save(ONE, says("Good day."), 0, "ann")
    assert other.now().desk.templates[ONE.id].texts["en"] == "Good day."


def test_desks_have_their_own_edits(drafts: Drafts, engine: Engine) -> None:
    drafts.save(ONE, says("Good day."), 0, "ann")
    assert Answers(engine, "other").latest() == {}


def test_what_is_wrong_is_not_kept(drafts: Drafts, engine: Engine) -> None:
    with pytest.raises(WrongAnswerError, match="en: there is no fact nope") as caught:
        drafts.save(ONE, says("{fact.nope}"), 0, "ann")
    assert Problem("en", "unknown_fact", "nope") in caught.value.problems
    assert (drafts.answers.latest(), audit_rows(engine)) == ({}, [])


def test_the_second_of_two_editors_is_told_what_changed_and_nothing_is_lost(drafts: Drafts) -> None:
    drafts.save(ONE, says("Hello. Nice to see you."), 0, "ann")
    with pytest.raises(AnswerConflictError, match=r"ann saved version 1 .*\+Nice to see you\.") as caught:
        drafts.save(ONE, says("Hello, dear."), 0, "ben")
    assert [(x.sign, x.text) for x in caught.value.lines] == [(" ", "Hello."), ("+", "Nice to see you.")]
    assert caught.value.theirs.author == "ann"
    assert [v.author for v in drafts.answers.versions(ONE)] == ["ann"]
    assert drafts.save(ONE, says("Hello, dear."), caught.value.theirs.version, "ben").version == 2


def test_of_many_who_save_at_once_one_wins(drafts: Drafts) -> None:
    drafts.now()

    def save(number: int) -> Version | None:
        try:
            return drafts.save(ONE, says(f"Hello {number}."), 0, f"editor{number}")
        except AnswerConflictError:
            return None

    with ThreadPoolExecutor(8) as pool:
        saved = [v for v in pool.map(save, range(8)) if v]
    assert len(saved) == 1
    assert drafts.answers.versions(ONE) == saved


def test_a_version_to_come_is_no_base(drafts: Drafts) -> None:
    with pytest.raises(AnswerError, match="no version 7 to edit"):
        drafts.save(ONE, says("Hi."), 7, "ann")


def test_undo_is_a_new_version_with_the_old_content(drafts: Drafts) -> None:
    for number, text in enumerate(("One.", "Two.")):
        drafts.save(ONE, says(text), number, "ann")
    again = drafts.restore(ONE, 1, 2, "ben")
    assert (again.version, again.content, again.note) == (3, says("One."), "version 1 again")
    assert len(drafts.answers.versions(ONE)) == 3


def test_undoing_all_edits_follows_the_files_again(drafts: Drafts, small_desk: Path) -> None:
    drafts.save(ONE, says("One."), 0, "ann")
    assert drafts.restore(ONE, 0, 1, "ann").state == "files"
    file = small_desk / "templates" / "greeting.yaml"
    file.write_text('- {id: greeting.one, en: "From the file.", zh: "您好。"}', "utf-8")
    assert drafts.now().desk.templates[ONE.id].texts["en"] == "From the file."


def test_undo_meets_a_conflict_too(drafts: Drafts) -> None:
    drafts.save(ONE, says("One."), 0, "ann")
    drafts.save(ONE, says("Two."), 1, "ben")
    with pytest.raises(AnswerConflictError, match="ben saved version 2"):
        drafts.restore(ONE, 0, 1, "ann")


def test_a_version_that_never_was_can_not_come_back(drafts: Drafts) -> None:
    with pytest.raises(AnswerError, match="no version 4"):
        drafts.restore(ONE, 4, 0, "ann")


def test_a_new_answer(drafts: Drafts) -> None:
    assert drafts.create(TWO, says("Hi."), "ann").version == 1
    assert [t.id for t in drafts.now().desk.answers["greeting"]] == [ONE.id, TWO.id]
    with pytest.raises(ConflictError, match=r"there is a template 'greeting\.two' already"):
        drafts.create(TWO, says("Hi."), "ben")


def test_retiring_and_its_undo(drafts: Drafts) -> None:
    drafts.create(TWO, says("Hi."), "ann")
    assert drafts.save(TWO, None, 1, "ann").state == "retired"
    assert TWO.id not in drafts.now().desk.templates
    assert drafts.restore(TWO, 1, 2, "ann").version == 3
    assert drafts.now().desk.templates[TWO.id].texts["en"] == "Hi."


def test_undoing_the_first_version_of_a_new_answer_retires_it(drafts: Drafts) -> None:
    drafts.create(TWO, says("Hi."), "ann")
    assert drafts.restore(TWO, 0, 1, "ann").state == "retired"
    assert drafts.create(TWO, says("Hi again."), "ann").version == 3


def test_the_last_answer_can_not_be_retired(drafts: Drafts) -> None:
    with pytest.raises(WrongAnswerError, match="some customers get no answer"):
        drafts.save(ONE, None, 0, "ann")


@pytest.mark.parametrize("subject", [TWO, Subject("article", "nope"), Subject("poem", "x")], ids=str)
def test_what_is_not_there_can_not_be_retired(subject: Subject, drafts: Drafts) -> None:
    with pytest.raises(AnswerError):
        drafts.save(subject, None, 0, "ann")


def test_an_edit_that_the_files_no_longer_carry_is_left_out_and_said(
    drafts: Drafts, small_desk: Path
) -> None:
    drafts.save(ONE, says("Write to {fact.service_email}.", "{fact.service_email}"), 0, "ann")
    for file in (small_desk / "desk.yaml", small_desk / "templates" / "return_item.yaml"):
        file.write_text(file.read_text("utf-8").replace("service_email", "service_address"), "utf-8")
    draft = drafts.now()
    assert draft.desk.templates[ONE.id].texts["en"] == "Hello."
    assert Problem("en", "unknown_fact", "service_email") in draft.wrong[ONE]
    assert draft.content(ONE) == drafts.answers.latest()[ONE].content


def test_what_would_change_is_pending(drafts: Drafts) -> None:
    live = drafts.now().desk
    drafts.save(ONE, says("Good day."), 0, "ann")
    drafts.create(TWO, says("Hi."), "ann")
    pending = drafts.now().pending(live)
    assert {s.id: (a and a["texts"]["en"], b and b["texts"]["en"]) for s, (a, b) in pending.items()} == {
        ONE.id: ("Hello.", "Good day."),
        TWO.id: (None, "Hi."),
    }
    assert drafts.now().pending(drafts.now().desk) == {}


def test_contents_of_versions(drafts: Drafts) -> None:
    drafts.save(ONE, says("One."), 0, "ann")
    assert drafts.content_of(ONE, 0) == says("Hello.")
    assert drafts.content_of(ONE, 1) == says("One.")
    with pytest.raises(AnswerError, match="no version 2"):
        drafts.content_of(ONE, 2)


def test_released_versions_are_remembered_once(drafts: Drafts, engine: Engine) -> None:
    drafts.save(ONE, says("One."), 0, "ann")
    drafts.save(ONE, says("Two."), 1, "ann")
    for release in ("r1", "r2"):
        with engine.begin() as db:
            drafts.answers.mark_released(db, {str(ONE): 1}, release)
    assert [v.released for v in drafts.answers.versions(ONE)] == [None, "r1"]
    assert drafts.answers.released() == {str(ONE): 1}


def test_only_what_fits_is_usable(small_desk: Path) -> None:
    overlay: dict[Subject, Any] = {
        ONE: says("Hi."),
        TWO: says("{fact.nope}"),
        Subject("article", "returns"): None,
    }
    good, wrong = usable(load_desk(small_desk), overlay)
    assert (set(good), set(wrong)) == ({ONE, Subject("article", "returns")}, {TWO})


def test_a_version_that_follows_the_files_lays_nothing_over_them(drafts: Drafts) -> None:
    version = drafts.save(ONE, says("Hi."), 0, "ann")
    assert overlay_of({ONE: version}) == {ONE: says("Hi.")}
    assert overlay_of({ONE: replace(version, state="files")}) == {}
