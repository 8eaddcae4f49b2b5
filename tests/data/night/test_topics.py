"""What staff decide about the topics of a draft."""

from pathlib import Path

import pytest

from data.errors import DeskError, VerdictError
from data.night.topics import (
    Topic,
    decide,
    drafts_in,
    read_answer,
    read_draft,
    read_topics,
    target,
    write_answer,
    write_topics,
)


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    folder = tmp_path / "drafts" / "spring"
    folder.mkdir(parents=True)
    ids = {"g001": "return", "g002": "refund", "g003": "delivery"}
    write_topics(folder, [Topic(group=g, id=i, title={"en": i, "zh": "退货"}) for g, i in ids.items()])
    (folder / "draft.json").write_text('{"groups": []}', "utf-8")
    return folder


def test_a_decision_is_kept(draft: Path) -> None:
    decide(draft, [("g002", {"state": "approved", "id": "track_refund"}), ("g003", {"state": "outside"})])
    assert [(t.group, t.id, t.state) for t in read_topics(draft)] == [
        ("g001", "return", "proposed"),
        ("g002", "track_refund", "approved"),
        ("g003", "delivery", "outside"),
    ]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("g009", {"state": "approved"}), "no group g009"),
        (("g001", {"state": "done"}), "state"),
        (("g001", {"id": "No Spaces"}), "id"),
        (("g001", {"id": "refund"}), "there is an intent refund already"),
        (("g001", {"id": "track_order"}), "there is an intent track_order already"),
        (("g001", {"into": "g001"}), "g001 can't go into itself"),
        (("g001", {"into": "nowhere"}), "neither a group of this draft nor an intent"),
    ],
)
def test_what_can_not_be_is_refused_and_nothing_kept(
    draft: Path, change: tuple[str, dict[str, str]], said: str
) -> None:
    before = (draft / "intents.yaml").read_text("utf-8")
    with pytest.raises(VerdictError, match=said):
        decide(draft, [("g003", {"state": "approved"}), change], existing=["track_order"])
    assert (draft / "intents.yaml").read_text("utf-8") == before


def test_groups_are_merged_one_way(draft: Path) -> None:
    decide(draft, [("g001", {"into": "g002"})])
    with pytest.raises(VerdictError, match="merge one way"):
        decide(draft, [("g002", {"into": "g001"})])


def test_messages_go_where_the_last_group_goes(draft: Path) -> None:
    approved = {"state": "approved"}
    changes = [
        ("g001", {**approved, "into": "g002"}),
        ("g002", {**approved, "into": "track_refund"}),
        ("g003", {"into": "g001"}),
    ]
    topics = {t.group: t for t in decide(draft, changes, existing=["track_refund"])}
    assert target(topics["g001"], topics) == "track_refund"
    assert target(topics["g003"], topics) == "track_refund"
    decide(draft, [("g002", {"state": "rejected"})], existing=["track_refund"])
    topics = {t.group: t for t in read_topics(draft)}
    assert target(topics["g001"], topics) is None


def test_yaml_edited_by_hand_is_checked(draft: Path) -> None:
    file = draft / "intents.yaml"
    file.write_text(file.read_text("utf-8").replace("id: refund", "id: return"), "utf-8")
    with pytest.raises(DeskError, match="stands twice"):
        read_topics(draft)


def test_an_answer_lacks_the_languages_without_text(draft: Path) -> None:
    write_answer(draft, "g001", {"en": "In 30 days.", "zh": " "})
    assert read_answer(draft, "g001") == {"en": "In 30 days."}
    assert read_answer(draft, "g002") == {}


def test_drafts_lie_below_the_home(draft: Path, tmp_path: Path) -> None:
    assert drafts_in(tmp_path) == [draft]
    with pytest.raises(DeskError, match="is no draft"):
        read_draft(tmp_path)
