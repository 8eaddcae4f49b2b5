"""What a topic takes from those merged into it."""

from pathlib import Path
from typing import Any

import pytest

from data.night.pooled import answers_taken, merged_into, titles_taken
from data.night.topics import Topic, decide, read_topics, write_answer, write_topics

LATE, OPEN_MARK = "晚点请重启。", "[[time: 下午3点]]恢复。"
APPROVED = {"state": "approved"}


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """Four topics: two with a Chinese answer, one with an unfilled one."""
    write_topics(
        tmp_path,
        [
            Topic(group="g001", id="outage", title={"en": "Outage"}),
            Topic(group="g002", id="topic_002", title={"zh": "断网"}),
            Topic(group="g003", id="topic_003", title={"zh": "掉线"}),
            Topic(group="g004", id="topic_004", title={"zh": "没网"}),
        ],
    )
    write_answer(tmp_path, "g001", {"en": "See our status page."})
    for group, text in (("g002", LATE), ("g003", "请看状态页。"), ("g004", OPEN_MARK)):
        write_answer(tmp_path, group, {"zh": text})
    return tmp_path


def found() -> dict[str, Any]:
    said = {
        "g001": ("en", "See our status page.", 4),
        "g002": ("zh", LATE, 1),
        "g003": ("zh", "请看状态页。", 5),
    }
    replies = {g: [{"language": la, "template": text, "replies": n}] for g, (la, text, n) in said.items()} | {
        "g004": []
    }
    return {"groups": [{"id": g, "size": 3 + len(g), "replies": r} for g, r in replies.items()]}


def topics(draft: Path) -> dict[str, Topic]:
    return {t.group: t for t in read_topics(draft)}


def test_the_answer_that_most_replies_say_is_taken(draft: Path) -> None:
    decide(draft, [(g, {**APPROVED, "into": "g001"}) for g in ("g002", "g003", "g004")])
    now = topics(draft)
    taken = answers_taken(draft, found(), now["g001"], now)
    assert {la: (t.group, t.text) for la, t in taken.items()} == {"zh": ("g003", "请看状态页。")}
    assert titles_taken(found(), now["g001"], now)["zh"] in {"断网", "掉线", "没网"}


def test_what_somebody_wrote_comes_first_and_marks_are_none(draft: Path) -> None:
    decide(draft, [("g002", {**APPROVED, "into": "g001"}), ("g004", {**APPROVED, "into": "g001"})])
    write_answer(draft, "g002", {"zh": "自己写的。", "en": "Not needed."})
    now = topics(draft)
    assert answers_taken(draft, found(), now["g001"], now)["zh"].text == "自己写的。"
    assert "en" not in answers_taken(draft, found(), now["g001"], now)
    decide(draft, [("g002", {"into": None})])
    assert answers_taken(draft, found(), now["g001"], topics(draft)) == {}


def test_a_topic_goes_by_way_of_an_approved_one(draft: Path) -> None:
    decide(draft, [("g002", {**APPROVED, "into": "g003"}), ("g003", {**APPROVED, "into": "g001"})])
    now = topics(draft)
    assert [t.group for t in merged_into(now["g001"], now)] == ["g002", "g003"]
    decide(draft, [("g003", {"state": "proposed"})])
    now = topics(draft)
    assert merged_into(now["g001"], now) == []
