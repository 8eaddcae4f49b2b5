"""Questions in the terminal: listed, found, moved, and a group split in two."""

from pathlib import Path

import numpy as np
import pytest

from data.desk import load_desk
from data.night.questions import read_questions
from data.night.topics import decide, read_topics
from data.night.typical import write_vectors
from tests.conftest import SHOP
from tests.data.night.a_draft import write_a_draft
from training.examples import labelled_messages
from training.history.__main__ import main
from training.history.mine.accepted import accept


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    return write_a_draft(tmp_path / "spring")


def said(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    main(["accept", *options])
    return capsys.readouterr().out


def test_all_questions_are_listed_and_found(draft: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = said(capsys, str(draft), "--questions", "g001").splitlines()
    assert lines[0].split(maxsplit=2) == ["1", "en", "where are the towels"]
    assert len(lines) == 3
    assert said(capsys, str(draft), "--questions", "none").split() == ["6", "en", "any", "taxi"]
    assert "i lost my towel" in said(capsys, str(draft), "--questions", "g001", "--find", "LOST")
    assert "no such question" in said(capsys, str(draft), "--questions", "g001", "--find", "taxi")


def test_questions_are_moved(draft: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = said(capsys, str(draft), "--move", "3", "6", "g002")
    assert out.strip() == "2 questions moved to g002 from g001, no group"
    assert [q.group for q in read_questions(draft)][2:6:3] == ["g002", "g002"]


@pytest.mark.parametrize(
    ("options", "wrong"),
    [
        (["--move", "g001", "3"], "numbers of questions"),
        (["--move", "3", "g044"], "neither a group of this draft"),
        (["--questions", "g044"], "no group g044"),
        (["--split", "g001"], "mined before groups could be split"),
    ],
)
def test_what_can_not_be_is_said(draft: Path, options: list[str], wrong: str) -> None:
    with pytest.raises(SystemExit, match=wrong):
        main(["accept", str(draft), *options])


def test_a_group_is_split_and_merged_again(draft: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_vectors(draft, np.array([[1, 0], [1, 0], [0, 1], [1, 0], [1, 0], [0, 1], [0, 1]], np.float32))
    out = said(capsys, str(draft), "--split", "g001")
    assert out.splitlines()[-1] == "g001 and g003 are one again by --merge g003 g001"
    assert "i lost my towel" in out
    main(["accept", str(draft), "--merge", "g003", "g001", "--approve", "all"])
    assert [(t.group, t.into) for t in read_topics(draft)] == [
        ("g001", None),
        ("g003", "g001"),
        ("g002", None),
    ]


def test_a_group_without_a_question_becomes_no_intent(draft: Path, tmp_path: Path) -> None:
    main(["accept", str(draft), "--move", "4", "5", "g001", "--approve", "all"])
    done = accept(draft, tmp_path / "corner", SHOP)
    assert done.intents == ("towel",)
    assert "g002: no question is in it any more, so dog is no intent" in done.missing
    assert done.messages == {"towel": 5}


def test_a_desk_learns_questions_where_they_were_put(draft: Path, tmp_path: Path) -> None:
    main(["accept", str(draft), "--move", "6", "g002", "--move", "3", "none"])
    decide(draft, [(group, {"state": "approved"}) for group in ("g001", "g002")])
    accept(draft, tmp_path / "corner", SHOP)
    learned = {m.text: m.label for m in labelled_messages(load_desk(tmp_path / "corner"))}
    assert learned["any taxi"] == "dog"
    assert learned["where are the towels"] == "towel"
    assert "i lost my towel" not in learned
    lines = (tmp_path / "corner" / "dialogues" / "mined_en.jsonl").read_text("utf-8")
    assert '"question"' not in lines
