"""What is approved of a draft becomes a desk; what is missing is said."""

import json
from pathlib import Path
from typing import Any

import pytest

from data.desk import load_desk
from data.errors import DeskError
from data.night.topics import Topic, decide, read_answer, read_topics, write_answer, write_topics
from tests.conftest import SHOP
from training.examples import labelled_messages
from training.history.__main__ import main
from training.history.mine.accepted import accept
from training.history.mine.known import Learned
from training.history.mine.new_desk import basic_titles
from training.history.mine.questions import Question

GROUPS = {"g001": "invoice", "g002": "shop_hours", "g003": "small_talk", "g004": "return_label"}
SAID = {
    "g001": "can i get an invoice",
    "g002": "when are you open",
    "g003": "nice weather",
    "g004": "the label?",
}
SLOT = {"example": "BR-40213", "formats": ["BR-#####"], "ask": {"en": "Which?", "zh": "哪个？"}}


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """A draft of four groups, in English but for an answer and a title."""
    folder = tmp_path / "draft"
    (folder / "dialogues").mkdir(parents=True)
    write_topics(folder, [Topic(group=g, id=i, title={"en": f"{i}?"}) for g, i in GROUPS.items()])
    decide(folder, [("g001", {"title": {"en": "An invoice", "zh": "开发票"}})])
    write_answer(folder, "g001", {"en": "Under My orders.", "zh": "在“我的订单”里下载。"})
    write_answer(folder, "g002", {"en": "From [[date: Monday]].", "zh": "周一起。"})
    groups: list[dict[str, Any]] = [
        {
            "id": group, "size": 3, "dialogues": 3, "words": {"en": [name]}, "order_numbers": 0.0,
            "existing": None, "examples": [{"language": "en", "text": SAID[group]}], "replies": [],
        }
        for group, name in GROUPS.items()
    ]  # fmt: skip
    found = {
        "languages": ["en", "zh"], "intents": {"return_item": {"en": "Return it"}}, "groups": groups,
        "slots": {"order_number": SLOT},
    }  # fmt: skip
    (folder / "draft.json").write_text(json.dumps(found), "utf-8")
    with (folder / "dialogues" / "en.jsonl").open("w") as file:
        for group, text in SAID.items():
            turn = {"speaker": "customer", "text": text, "intents": [group], "mood": "neutral"}
            ignored = {**turn, "text": "hi", "intents": [], "standalone": False}
            turns = [ignored, turn, {"speaker": "agent", "text": "Sure."}]
            file.write(json.dumps({"id": group, "language": "en", "turns": turns}) + "\n")
    return folder


def test_a_new_desk_has_what_was_approved_and_what_every_desk_needs(draft: Path, tmp_path: Path) -> None:
    decide(draft, [("g001", {"state": "approved"}), ("g003", {"state": "outside"})])
    done = accept(draft, tmp_path / "Corner shop", SHOP)
    desk = load_desk(tmp_path / "Corner shop")
    assert desk.id == "corner-shop"
    head = (tmp_path / "Corner shop" / "desk.yaml").read_text("utf-8")
    assert head.startswith("# Made by `python -m training.history`, import or accept.")
    assert desk.answers["invoice"][0].texts["zh"] == "在“我的订单”里下载。"
    assert {"greeting", "thanks", "human_agent"} < set(desk.intents)
    assert "system.refuse.one" in desk.templates
    assert desk.slots["order_number"].shapes == ("BR-#####",)
    assert "HB" not in str(desk.slots)
    learned = {m.text: m.label for m in labelled_messages(desk)}
    assert learned["can i get an invoice"] == "invoice"
    assert learned["nice weather"] == "out_of_scope"
    assert "when are you open" not in learned
    assert "desk.yaml: order number like BR-##### came from the dialogues" in done.missing
    assert any("fits any house" in what for what in done.missing)
    assert any("emergency_help names no number" in what for what in done.missing)
    assert "120" not in str(desk.facts)  # whose number that is, nothing says
    assert [t.id for t in desk.answers["human_agent"] if t.when.hours == "closed"] == ["human_agent.three"]
    assert "our shop" not in str(desk.templates).lower()


def test_a_desk_remembers_what_a_draft_declined_until_it_learns_it(draft: Path, tmp_path: Path) -> None:
    decide(draft, [("g001", {"state": "approved"}), ("g003", {"state": "outside"})])
    decide(draft, [("g004", {"state": "rejected"})])
    accept(draft, tmp_path / "shop", SHOP)
    declined = Learned.of(load_desk(tmp_path / "shop")).declined
    assert {text: (decided.state, decided.id) for decided, text in declined.values()} == {
        "nice weather": ("outside", "small_talk"),
        "the label?": ("rejected", "return_label"),
    }
    decide(draft, [("g004", {"state": "approved"})])
    accept(draft, tmp_path / "shop", SHOP)
    known = Learned.of(load_desk(tmp_path / "shop"))
    assert {text for _, text in known.declined.values()} == {"nice weather"}
    questions = [Question(0, 0, "en", "The  label?"), Question(0, 1, "en", "nice weather")]
    assert known.rows_in(questions) == {0}


def test_a_desk_that_is_there_is_added_to(draft: Path, small_desk: Path) -> None:
    before = (small_desk / "intents.yaml").read_text("utf-8")
    write_answer(draft, "g002", {"en": "From [[date: Monday]].", "zh": "[[date: 周一]]起。"})
    approved = {"state": "approved"}
    changes = [("g002", approved), ("g004", {**approved, "into": "return_item"})]
    decide(draft, changes, existing=["return_item"])
    done = accept(draft, small_desk, SHOP)
    desk = load_desk(small_desk)
    assert (small_desk / "intents.yaml").read_text("utf-8").startswith(before)
    assert done.intents == ("shop_hours",)
    assert done.messages == {"shop_hours": 1, "return_item": 1}
    assert [m.label for m in labelled_messages(desk) if m.text == "the label?"] == ["return_item"]
    assert "shop_hours" not in desk.answers
    assert any("[[date: Monday]]" in what for what in done.missing)
    assert any("title in zh is missing" in what for what in done.missing)


def test_what_was_merged_gives_the_answer_of_the_other_language(draft: Path, tmp_path: Path) -> None:
    approved = {"state": "approved"}
    write_answer(draft, "g001", {"en": "Under My orders."})
    write_answer(draft, "g004", {"zh": "在“我的订单”里下载。"})
    decide(draft, [("g001", approved), ("g004", {**approved, "into": "g001"})])
    accept(draft, tmp_path / "new", SHOP)
    template = load_desk(tmp_path / "new").answers["invoice"][0]
    assert template.texts == {"en": "Under My orders.", "zh": "在“我的订单”里下载。"}
    assert not template.next


def test_a_person_is_offered_where_a_language_has_no_answer(draft: Path, tmp_path: Path) -> None:
    write_answer(draft, "g001", {"en": "Under My orders."})
    decide(draft, [("g001", {"state": "approved"}), ("g003", {"state": "approved"})])
    done = accept(draft, tmp_path / "new", SHOP)
    template = load_desk(tmp_path / "new").answers["invoice"][0]
    assert (template.texts["en"], template.next) == ("Under My orders.", ("human_agent",))
    assert "转人工" in template.texts["zh"]
    assert any("invoice: the answer in zh is to be written" in what for what in done.missing)
    assert any("small_talk: no answer, so none was written" in what for what in done.missing)


def test_an_answer_that_is_finished_in_one_language_gets_in(draft: Path, tmp_path: Path) -> None:
    decide(draft, [("g002", {"state": "approved"})])
    done = accept(draft, tmp_path / "new", SHOP)
    template = load_desk(tmp_path / "new").answers["shop_hours"][0]
    assert template.texts["zh"] == "周一起。"
    assert "a colleague can help you" in template.texts["en"]
    assert template.next == ("human_agent",)
    (told,) = [what for what in done.missing if what.startswith("shop_hours: the answer")]
    assert "the answer in en is to be written" in told
    assert "en: [[date: Monday]] must be filled in or left out" in told


def test_a_second_time_replaces_what_the_first_wrote(draft: Path, tmp_path: Path) -> None:
    new, approved = tmp_path / "new", {"state": "approved"}
    decide(draft, [("g001", approved), ("g004", approved)])
    accept(draft, new, SHOP)
    write_answer(draft, "g001", {"en": "In your account.", "zh": "在账户里。"})
    decide(draft, [("g004", {"into": "g001"}), ("g001", {"title": {"en": "Invoices", "zh": "发票"}})])
    done = accept(draft, new, SHOP)
    desk = load_desk(new)
    messages = [m for m in labelled_messages(desk) if m.text in SAID.values()]
    assert sorted((m.text, m.label) for m in messages) == [
        ("can i get an invoice", "invoice"),
        ("the label?", "invoice"),
    ]
    assert [f.name for f in sorted((new / "dialogues").glob("mined*"))] == ["mined.json", "mined_en.jsonl"]
    assert desk.intents["invoice"].title["en"] == "Invoices"
    assert [t.texts["en"] for t in desk.answers["invoice"]] == ["In your account."]
    assert done.intents == ()
    assert set(done.replaced) == {
        "2 dialogues in dialogues/mined_en.jsonl",
        "invoice in intents.yaml",
        "templates/invoice.yaml",
    }
    assert any("return_label was accepted before" in what for what in done.missing)


def test_what_a_new_desk_still_has_of_its_making_is_said_each_time(draft: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    write_answer(draft, "g001", {"en": "Under My orders."})
    decide(draft, [("g001", {"state": "approved"})])
    first = accept(draft, new, SHOP).missing
    assert accept(draft, new, SHOP).missing == first
    for said in ("desk.yaml: hours, time zone, colour", "emergency_help", "facts has none", "knowledge/ is"):
        assert any(said in what for what in first), said
    head = (new / "desk.yaml").read_text("utf-8")
    head = head.replace("timezone: UTC", "timezone: Europe/Berlin").replace("09:00", "07:00")
    head = head.replace("facts:", "facts:\n  desk_hours: 7 to 22", 1)
    (new / "desk.yaml").write_text(head, "utf-8")
    later = accept(draft, new, SHOP).missing
    assert any(what.startswith("desk.yaml: colour: as in every new desk") for what in later)
    assert not any("facts has none" in what for what in later)
    decide(draft, [("g001", {"state": "rejected"}), ("g003", {"state": "approved"})])
    (told,) = [what for what in accept(draft, new, SHOP).missing if what.startswith("invoice: the answer")]
    assert "in zh is to be written" in told


def test_a_group_of_a_new_desk_goes_into_what_every_desk_has(draft: Path, tmp_path: Path) -> None:
    file = draft / "draft.json"
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), "intents": basic_titles()}), "utf-8")
    main(["accept", str(draft), "--merge", "g003", "human_agent", "--approve", "g001", "g003"])
    accept(draft, tmp_path / "new", SHOP)
    learned = {m.text: m.label for m in labelled_messages(load_desk(tmp_path / "new"))}
    assert learned["nice weather"] == "human_agent"
    with pytest.raises(SystemExit, match="there is an intent greeting already"):
        main(["accept", str(draft), "--rename", "g002", "greeting"])


def test_a_desk_without_the_intent_that_a_group_goes_into_is_refused(draft: Path, small_desk: Path) -> None:
    file = draft / "draft.json"
    file.write_text(json.dumps({**json.loads(file.read_text("utf-8")), "intents": {"gone": {}}}), "utf-8")
    decide(draft, [("g003", {"into": "gone", "state": "approved"})], ["gone"])
    with pytest.raises(DeskError, match="has no intent gone"):
        accept(draft, small_desk, SHOP)


def test_the_definition_follows_a_new_title_unless_it_was_written(draft: Path) -> None:
    topics = read_topics(draft)
    proposed = {"en": "invoice", "zh": "发票、抬头"}
    write_topics(draft, [topics[0].model_copy(update={"means": proposed}), *topics[1:]])
    decide(draft, [("g001", {"title": {"en": "Bills", "zh": "开发票"}})])
    assert read_topics(draft)[0].means == {"zh": "发票、抬头"}
    write_topics(draft, [topics[0].model_copy(update={"means": proposed}), *topics[1:]])
    decide(draft, [("g001", {"id": "bills"})])
    assert read_topics(draft)[0].means == {"zh": "发票、抬头"}  # not what was proposed: written by hand
    write_topics(draft, [topics[0].model_copy(update={"means": proposed}), *topics[1:]])
    decide(draft, [("g001", {"state": "approved"})])
    assert read_topics(draft)[0].means == proposed


def test_what_was_changed_by_hand_in_the_desk_stays_and_is_said(draft: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    decide(draft, [("g001", {"state": "approved"})])
    accept(draft, new, SHOP)
    changes = (
        ("intents.yaml", "An invoice", "My invoice"),
        ("templates/invoice.yaml", "Under", "Look under"),
    )
    for name, old, by_hand in changes:
        text = (new / name).read_text("utf-8")
        (new / name).write_text(text.replace(old, by_hand), "utf-8")
    assert not [what for what in accept(draft, new, SHOP).missing if "stays so" in what]
    decide(draft, [("g001", {"title": {"en": "Invoices", "zh": "发票"}})])
    write_answer(draft, "g001", {"en": "In your account.", "zh": "在账户里。"})
    done = accept(draft, new, SHOP)
    desk = load_desk(new)
    assert desk.intents["invoice"].title["en"] == "My invoice"
    assert [t.texts["en"] for t in desk.answers["invoice"]] == ["Look under My orders."]
    assert sum("stays so" in what for what in done.missing) == 2


def test_a_dialogue_of_two_drafts_is_learned_once_with_what_either_says_of_it(
    draft: Path, tmp_path: Path
) -> None:
    decide(draft, [("g001", {"state": "approved"}), ("g002", {"state": "approved"})])
    accept(draft, tmp_path / "new", SHOP)
    other = draft.rename(tmp_path / "other")
    changed = {"state": "approved", "id": "bill", "title": {"en": "A bill", "zh": "账单"}}
    decide(other, [("g001", changed), ("g002", {"state": "proposed"}), ("g003", {"state": "outside"})])
    done = accept(other, tmp_path / "new", SHOP)
    assert (done.replaced, done.taken) == ((), ("1 dialogue of dialogues/mined_en.jsonl",))
    said = [(m.text, m.label) for m in labelled_messages(load_desk(tmp_path / "new"))]
    assert sorted(m for m in said if m[0] in SAID.values()) == [
        ("can i get an invoice", "bill"),  # the last decision
        ("nice weather", "out_of_scope"),
        ("when are you open", "shop_hours"),  # the only one
    ]
    accept(other, tmp_path / "new", SHOP)
    assert [(m.text, m.label) for m in labelled_messages(load_desk(tmp_path / "new"))] == said


def test_another_drafts_dialogues_stay_where_only_their_ids_are_the_same(draft: Path, tmp_path: Path) -> None:
    decide(draft, [("g001", {"state": "approved"})])
    accept(draft, tmp_path / "new", SHOP)
    other = draft.rename(tmp_path / "other")
    file = other / "dialogues" / "en.jsonl"
    file.write_text(file.read_text("utf-8").replace("Sure.", "Of course."), "utf-8")
    decide(other, [("g001", {"state": "proposed"}), ("g003", {"state": "approved"})])
    done = accept(other, tmp_path / "new", SHOP)
    assert done.replaced == ()
    names = {f.name for f in (tmp_path / "new" / "dialogues").glob("mined_*")}
    assert names == {"mined_en.jsonl", "mined_en_2.jsonl"}


def test_nothing_changes_where_the_desk_would_be_none(draft: Path, small_desk: Path) -> None:
    decide(draft, [("g001", {"state": "approved", "id": "greeting"})])
    before = {f: f.read_bytes() for f in small_desk.rglob("*") if f.is_file()}
    with pytest.raises(DeskError, match="has an intent greeting already"):
        accept(draft, small_desk, SHOP)
    decide(draft, [("g001", {"id": "invoice", "slots": ["booking"]})])
    with pytest.raises(DeskError, match="no slot booking, it has order_number; change slots"):
        accept(draft, small_desk, SHOP)
    assert {f: f.read_bytes() for f in small_desk.rglob("*") if f.is_file()} == before


def test_without_an_approved_group_there_is_no_desk(draft: Path, tmp_path: Path) -> None:
    with pytest.raises(DeskError, match="is approved"):
        accept(draft, tmp_path / "new", SHOP)


def test_the_command_decides_shows_and_accepts(
    draft: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["accept", str(draft), "--reject", "g003", "--merge", "g004", "g001", "--approve", "all"])
    main(["accept", str(draft), "--rename", "g002", "opening_hours", "--title", "g002", "zh", "几点开门"])
    main(["accept", str(draft), "--title", "g002", "en", "Hours", "--title", "g002", "zh", "几点开门"])
    main(["accept", str(draft), "--show", "g001"])
    shown = capsys.readouterr().out
    assert "can i get an invoice" in shown
    assert "answer en: Under My orders." in shown
    main(["accept", str(draft), "--show", "g002", "g001"])
    both = capsys.readouterr().out
    assert both.index("when are you open") < both.index("can i get an invoice")
    main(["accept", str(draft), "--into", str(tmp_path / "new")])
    assert "2 new intents" in capsys.readouterr().out
    desk = load_desk(tmp_path / "new")
    assert desk.intents["opening_hours"].title == {"en": "Hours", "zh": "几点开门"}
    assert "small_talk" not in desk.intents
    assert [m.label for m in labelled_messages(desk) if m.text == "the label?"] == ["invoice"]


def test_approving_says_at_once_what_is_left_out_and_an_answer_can_be_given(
    draft: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["accept", str(draft), "--approve", "g001", "g002", "g003"])
    said = capsys.readouterr().out.partition("To be finished")[2].splitlines()[1:]
    assert said == [
        "g002  shop_hours: the answer in en is left out until this is filled in: [[date: Monday]]",
        "g003  small_talk: the answer in en is none yet",
        "g003  small_talk: the answer in zh is none yet",
    ]
    main(
        ["accept", str(draft), "--answer", "g002", "en", " From Monday. ", "--answer", "g003", "zh", "是啊。"]
    )
    said = capsys.readouterr().out.partition("To be finished")[2].splitlines()[1:]
    assert said == ["g003  small_talk: the answer in en is none yet"]
    assert read_answer(draft, "g002") == {"en": "From Monday.", "zh": "周一起。"}


def test_an_answer_that_can_not_be_kept_changes_nothing(draft: Path) -> None:
    given = ["--answer", "g001", "en", "In your account."]
    for more, said in (
        (["--answer", "g001", "en", "a" * 1501], "the answer can't be kept"),
        (["--answer", "g009", "en", "Yes."], "has no group g009"),
        (["--answer", "g001", "fr", "Oui."], "has no fr"),
    ):
        with pytest.raises(SystemExit, match=said):
            main(["accept", str(draft), *given, *more])
    assert read_answer(draft, "g001")["en"] == "Under My orders."


def test_what_can_not_be_is_said_in_a_line(draft: Path) -> None:
    with pytest.raises(SystemExit, match="frontdesk: this draft has no group g999"):
        main(["accept", str(draft), "--approve", "g999"])
    with pytest.raises(SystemExit, match="has no fr; its languages are en, zh"):
        main(["accept", str(draft), "--title", "g001", "fr", "Facture"])
    with pytest.raises(SystemExit, match="id is 'Get invoice', wanted is small letters, digits and _"):
        main(["accept", str(draft), "--rename", "g001", "Get invoice"])
    with pytest.raises(SystemExit, match="there is no 'undo'"):
        main(["undo"])


def test_a_new_desk_is_called_as_said(draft: Path, tmp_path: Path) -> None:
    decide(draft, [("g001", {"state": "approved"})])
    accept(draft, tmp_path / "desk", SHOP, "Corner Shop")
    desk = load_desk(tmp_path / "desk")
    assert (desk.id, desk.name["zh"]) == ("corner-shop", "Corner Shop")


def test_groups_that_go_into_approved_ones_without_approval_are_said(
    draft: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    both = (
        "2 groups go into approved ones and are not approved themselves, so their questions are left out: "
        "g002, g003; --approve them"
    )
    main(["accept", str(draft), "--merge", "g002", "g001", "--merge", "g003", "g001", "--approve", "g001"])
    assert capsys.readouterr().out.splitlines()[-1] == both
    done = accept(draft, tmp_path / "new", SHOP)
    assert both in done.missing
    assert done.messages == {"invoice": 1}
    main(["accept", str(draft), "--approve", "g002"])
    (told,) = [what for what in accept(draft, tmp_path / "new", SHOP).missing if "approved itself" in what]
    assert told == (
        "1 group goes into an approved one and is not approved itself, so its questions are left out: g003; "
        "--approve it"
    )
    main(["accept", str(draft), "--reject", "g003"])  # somebody has decided
    assert not any(
        "go into" in what or "itself" in what for what in accept(draft, tmp_path / "new", SHOP).missing
    )
