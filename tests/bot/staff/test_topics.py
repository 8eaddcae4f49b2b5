"""Topics of a draft over HTTP: what is shown, and what is kept of decisions."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient

from bot.staff import Staff
from data.audit import audit_rows
from data.night.topics import decide, read_answer, read_topics, write_answer
from data.night.typical import write_vectors
from tests.bot.staff.conftest import SignIn
from tests.bot.staff.made_up_draft import write_draft
from tests.data.night.a_draft import write_a_draft

API = "/staff/api/topics"


@pytest.fixture
def draft(staff: Staff) -> Iterator[Path]:
    """A draft of two topics below the console's home."""
    folder = staff.settings.home / "drafts" / "spring"
    write_draft(folder)
    yield folder
    for file in sorted(folder.rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()
    folder.rmdir()


@pytest.fixture
def questions(staff: Staff) -> Iterator[str]:
    """The address of a draft with dialogues."""
    folder = write_a_draft(staff.settings.home / "drafts" / "hotel")
    yield f"{API}/hotel"
    shutil.rmtree(folder)


@pytest.fixture
def reviewer(staff_client: SignIn) -> TestClient:
    return staff_client("reviewer")


def test_without_a_draft_the_page_is_empty(reviewer: TestClient) -> None:
    assert reviewer.get(API).json() == {"drafts": [], "draft": None, "topics": []}


def test_a_draft_is_shown_with_its_topics(reviewer: TestClient, draft: Path) -> None:
    found = reviewer.get(API).json()
    assert found["drafts"] == ["spring"]
    assert [(t["group"], t["state"], t["size"]) for t in found["topics"]] == [
        ("g001", "proposed", 4),
        ("g002", "proposed", 4),
    ]
    one = reviewer.get(f"{API}/spring/g001").json()
    assert one["answer"] == {"en": "Under My orders."}
    assert one["examples"] == [{"language": "en", "text": "An invoice?"}]


def test_a_decision_is_kept_logged_and_can_be_taken_back(
    reviewer: TestClient, draft: Path, staff: Staff
) -> None:
    sent = {"group": "g001", "state": "approved", "into": "track_order"}
    done = reviewer.post(f"{API}/spring/decide", json=sent).json()
    assert (done["topic"]["state"], done["topic"]["into"]) == ("approved", "track_order")
    assert [(t.state, t.into) for t in read_topics(draft)] == [
        ("approved", "track_order"),
        ("proposed", None),
    ]
    logged = audit_rows(staff.engine, 1)[0]
    assert (logged.action, logged.subject) == ("topic_decided", "spring/g001")
    reviewer.post(f"{API}/spring/decide", json={"group": "g001", **done["before"]}).raise_for_status()
    assert [(t.state, t.into) for t in read_topics(draft)] == [("proposed", None), ("proposed", None)]


def test_an_answer_is_kept(reviewer: TestClient, draft: Path) -> None:
    texts = {"en": "Under My orders.", "zh": "在“我的订单”里下载。"}
    shown = reviewer.post(f"{API}/spring/answer", json={"group": "g001", "texts": texts}).json()
    assert shown["answer"] == read_answer(draft, "g001") == texts


def test_the_answer_of_a_merged_topic_is_shown(reviewer: TestClient, draft: Path) -> None:
    write_answer(draft, "g002", {"zh": "在“我的订单”里下载。"})
    decide(draft, [("g002", {"into": "g001", "state": "approved"})])
    shown = reviewer.get(f"{API}/spring/g001").json()
    assert shown["answer"] == {"en": "Under My orders."}
    assert shown["taken"] == {"zh": {"group": "g002", "text": "在“我的订单”里下载。"}}


def test_all_questions_are_shown_found_and_moved(reviewer: TestClient, questions: str, staff: Staff) -> None:
    first = reviewer.get(f"{questions}/g001/questions").json()
    assert (first["total"], [q["number"] for q in first["questions"]]) == (3, [1, 2, 3])
    alone = reviewer.get(f"{questions}/none/questions?find=TAXI").json()["questions"]
    assert alone == [{"number": 6, "language": "en", "text": "any taxi"}]
    assert reviewer.get(f"{questions}/none/questions?start=1").json() == {"total": 1, "questions": []}
    sent = {"questions": [3, 6], "to": "new"}
    done = reviewer.post(f"{questions}/move", json=sent).json()
    assert done == {
        "to": "g003",
        "back": [{"to": "g001", "questions": [3]}, {"to": "none", "questions": [6]}],
    }
    rows = reviewer.get(f"{API}?draft=hotel").json()["topics"]
    assert [(t["group"], t["size"]) for t in rows] == [("g001", 2), ("g003", 2), ("g002", 2)]
    assert reviewer.get(f"{questions}/g003").json()["order_numbers"] is None
    logged = audit_rows(staff.engine, 1)[0]
    assert (logged.action, logged.subject) == ("topic_decided", "hotel/g003")
    for part in done["back"]:
        reviewer.post(f"{questions}/move", json=part).raise_for_status()
    assert [t["size"] for t in reviewer.get(f"{API}?draft=hotel").json()["topics"]] == [3, 2]


def test_a_group_is_seen_in_two_parts_before_it_is_split(
    reviewer: TestClient, questions: str, staff: Staff
) -> None:
    refused = reviewer.get(f"{questions}/g001/halves")
    assert refused.status_code == 422
    assert "mined before groups could be split" in refused.json()["error"]
    folder = staff.settings.home / "drafts" / "hotel"
    write_vectors(folder, np.array([[1, 0], [1, 0], [0, 1], [1, 0], [1, 0], [0, 1], [0, 1]], np.float32))
    seen = reviewer.get(f"{questions}/g001/halves").json()
    assert [(p["size"], [q["text"] for q in p["examples"]]) for p in seen["parts"]] == [
        (2, ["where are the towels", "do i bring a towel"]),
        (1, ["i lost my towel"]),
    ]
    assert seen["second"] == [3]
    assert reviewer.get(f"{questions}/g002/halves").status_code == 422  # all alike


def test_a_file_of_moves_broken_by_hand_is_said(reviewer: TestClient, questions: str, staff: Staff) -> None:
    file = staff.settings.home / "drafts" / "hotel" / "moved.yaml"
    file.write_text("- {question: 1, to: nowhere, text: any}\n", "utf-8")
    refused = reviewer.get(f"{questions}/g001/questions")
    assert refused.status_code == reviewer.get(f"{API}?draft=hotel").status_code == 409
    assert "moved.yaml" in refused.json()["error"]


@pytest.mark.parametrize(
    "sent",
    [
        {"questions": [], "to": "new"},
        {"questions": [99], "to": "new"},
        {"questions": [1], "to": "g099"},
        {"questions": ["x"], "to": "g002"},
    ],
)
def test_a_move_that_can_not_be_is_refused(
    reviewer: TestClient, questions: str, sent: dict[str, object]
) -> None:
    assert reviewer.post(f"{questions}/move", json=sent).status_code == 422


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"group": "g009", "state": "approved"}, 409),
        ({"group": "g001", "state": "done"}, 422),
        ({"group": "g001", "id": "topic_g002"}, 422),
        ({"group": "g001", "into": "g001"}, 422),
        ({"group": "g001", "id": "Not A Name"}, 422),
    ],
)
def test_what_can_not_be_is_refused(
    reviewer: TestClient, draft: Path, change: dict[str, str], status: int
) -> None:
    assert reviewer.post(f"{API}/spring/decide", json=change).status_code == status


@pytest.mark.parametrize("name", ["winter", "..", "%2e%2e%2fspring"])
def test_no_other_folder_is_read(reviewer: TestClient, draft: Path, name: str) -> None:
    assert reviewer.get(f"{API}/{name}/g001").status_code in (404, 409)


def test_a_draft_broken_by_hand_is_said(reviewer: TestClient, draft: Path) -> None:
    (draft / "intents.yaml").write_text("- {group: g001}", "utf-8")
    refused = reviewer.get(API)
    assert refused.status_code == 409
    assert "intents.yaml" in refused.json()["error"]
