"""Questions of a draft put elsewhere, and what follows for its groups."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data.errors import DeskError, VerdictError
from data.night.moves import NEW, move
from data.night.questions import MOVED, NONE, draft_dialogues, read_questions
from data.night.regrouped import read_regrouped
from data.night.topics import decide, read_answer, read_topics
from data.night.typical import write_vectors
from tests.data.night.a_draft import QUESTIONS, write_a_draft


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    return write_a_draft(tmp_path / "drafts" / "spring")


def groups(draft: Path) -> list[str | None]:
    return [q.group for q in read_questions(draft)]


def entry(draft: Path, group: str) -> dict[str, Any]:
    return next(g for g in read_regrouped(draft)["groups"] if g["id"] == group)


def test_questions_are_numbered_with_those_in_no_group(draft: Path) -> None:
    asked = read_questions(draft)
    assert [(q.number, q.text) for q in asked] == list(enumerate((t for t, _ in QUESTIONS), 1))
    assert groups(draft) == ["g001", "g001", "g001", "g002", "g002", None, None]
    assert [q.number for q in asked if q.known] == [7]


def test_a_draft_of_before_has_every_customer_turn(draft: Path) -> None:
    found = json.loads((draft / "draft.json").read_text("utf-8"))
    del found["known"]
    (draft / "draft.json").write_text(json.dumps(found), "utf-8")
    assert [q.text for q in read_questions(draft) if q.group is None] == [
        "hi",
        "thanks",
        "any taxi",
        "is the taxi dear",
    ]
    assert read_regrouped(draft) == found


def test_questions_go_to_another_group_and_back(draft: Path) -> None:
    moved = move(draft, [3, 6], "g002")
    assert groups(draft) == ["g001", "g001", "g002", "g002", "g002", "g002", None]
    assert moved.to == "g002"
    assert moved.back == {"g001": [3], NONE: [6]}
    assert (entry(draft, "g001")["size"], entry(draft, "g002")["size"]) == (2, 4)
    assert read_regrouped(draft)["alone"] == 0
    assert "text: i lost my towel" in (draft / MOVED).read_text("utf-8")
    for group, numbers in moved.back.items():
        move(draft, numbers, group)
    assert groups(draft) == ["g001", "g001", "g001", "g002", "g002", None, None]
    assert read_regrouped(draft)["alone"] == 1


def test_a_new_group_stands_behind_the_old_one_with_what_is_known_of_its_questions(draft: Path) -> None:
    moved = move(draft, [2, 3], NEW)
    topic = read_topics(draft)[1]
    assert (
        (topic.group, topic.state, topic.id)
        == (moved.to, "proposed", "towel_no2")
        == ("g003", "proposed", "towel_no2")
    )
    new = entry(draft, "g003")
    assert (new["size"], new["dialogues"], new["languages"]) == (2, 2, {"en": 2})
    assert [(r["template"], r["replies"]) for r in new["replies"]] == [("Ask the pool.", 1)]
    assert read_answer(draft, "g003") == {"en": "Ask the pool."}
    assert [(r["template"], r["replies"]) for r in entry(draft, "g001")["replies"]] == [
        ("In the cupboard.", 1)
    ]


def test_a_new_group_that_holds_nothing_any_more_is_gone(draft: Path) -> None:
    moved = move(draft, [2, 3], NEW)
    move(draft, [2, 3], "g001")
    assert [t.group for t in read_topics(draft)] == ["g001", "g002"]
    assert not (draft / "templates" / f"{moved.to}.yaml").exists()
    assert len(read_regrouped(draft)["groups"]) == 2


def test_questions_for_an_intent_share_a_group_that_goes_into_it(draft: Path) -> None:
    first = move(draft, [6], "book_taxi", ["book_taxi"])
    second = move(draft, [7], "book_taxi", ["book_taxi"])
    assert first.to == second.to == "g003"
    topic = read_topics(draft)[-1]
    assert (topic.state, topic.into) == ("approved", "book_taxi")
    assert entry(draft, "g003")["size"] == 2


def test_dialogues_have_the_groups_that_questions_are_in_now(draft: Path) -> None:
    move(draft, [1], NONE)
    move(draft, [6], "g002")
    turns = [t for _, d in draft_dialogues(draft) for t in d["turns"] if t["speaker"] == "customer"]
    by_text = {t["text"]: t for t in turns}
    assert by_text["where are the towels"]["standalone"] is False
    assert by_text["any taxi"]["intents"] == ["g002"]
    assert by_text["any taxi"].get("standalone", True)
    assert not any("question" in t for t in turns)


@pytest.mark.parametrize(
    ("numbers", "to", "said"),
    [([8], "g002", "no question 8"), ([], "g002", "no question is named"), ([1], "g009", "neither a group")],
)
def test_what_can_not_be_is_refused(draft: Path, numbers: list[int], to: str, said: str) -> None:
    with pytest.raises(VerdictError, match=said):
        move(draft, numbers, to)
    assert not (draft / MOVED).exists()


def test_a_file_that_names_another_question_is_said(draft: Path) -> None:
    (draft / MOVED).write_text("- {question: 1, to: g002, text: something else}\n", "utf-8")
    with pytest.raises(DeskError, match=r"moved\.yaml: question 1 of the draft is not 'something else'"):
        read_questions(draft)


def test_the_most_typical_questions_name_a_new_group(draft: Path) -> None:
    write_vectors(draft, np.array([[1, 0], [1, 0], [0, 1], [0.9, 0.1], [0, 1], [0, 1], [0, 1]], np.float32))
    move(draft, [3, 4, 1], NEW)
    assert read_topics(draft)[1].title == {"en": "Where are the towels"}
    assert [e["text"] for e in entry(draft, "g003")["examples"]][-1] == "i lost my towel"


def test_a_group_that_another_goes_into_stays(draft: Path) -> None:
    moved = move(draft, [2, 3], NEW)
    decide(draft, [("g002", {"into": moved.to})])
    move(draft, [2, 3], "g001")
    assert [t.group for t in read_topics(draft)] == ["g001", "g003", "g002"]
    assert entry(draft, "g001")["size"] == 3
    assert entry(draft, "g003")["size"] == 0
