"""Which customer turns are questions of their own."""

from pathlib import Path
from typing import Any

import pytest

from bot.reference_numbers import ReferenceNumbers
from data.desk import Slot
from data.errors import DeskError
from training.history.mine.questions import judged_turns, questions_of, read_unlabelled

NUMBERS = ReferenceNumbers({"order_number": Slot(example="HB-2048817", ask={})})


def dialogue(*said: str, language: str = "en") -> dict[str, Any]:
    """A dialogue of customer and agent in turn."""
    speakers = ("customer", "agent")
    turns = [{"speaker": speakers[i % 2], "text": text} for i, text in enumerate(said)]
    return {"id": "d", "language": language, "turns": turns}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("where is my parcel", ""),
        ("HB-2048817 where is it now", ""),
        ("refund?", ""),
        ("怎么退货", ""),
        ("运费多少", ""),
        ("hello, good morning!", "pleasantry"),
        ("thank you so much, bye", "pleasantry"),
        ("你好，在吗", "pleasantry"),
        ("好的，谢谢您", "pleasantry"),
        ("HB-2048817", "number"),
        ("[email]", "number"),
        ("hi, can you help me please", "no_matter"),
        ("您好，我想咨询一个问题", "no_matter"),
    ],
)
def test_what_names_no_matter_is_no_question(text: str, reason: str) -> None:
    assert [r for _, _, r in judged_turns(dialogue(text), NUMBERS)] == [reason]


@pytest.mark.parametrize(
    ("before", "said", "text", "reason"),
    [
        ("can i change the size", "Which one, please?", "the blue one", "answer"),
        ("可以换码吗", "请问是哪一单？", "蓝色那件", "answer"),
        ("how much is delivery", "It is free.", "and to Canada?", "follow_up"),
        ("周末送货吗", "送的。", "那节假日呢", "follow_up"),
        ("where is my parcel", "It comes today.", "do you have a shop in Leeds", ""),
        ("怎么退货", "在订单里申请。", "另外发票怎么开，公司抬头", ""),
    ],
)
def test_what_goes_on_with_the_last_matter_is_no_question(
    before: str, said: str, text: str, reason: str
) -> None:
    assert [r for _, _, r in judged_turns(dialogue(before, said, text), NUMBERS)] == ["", reason]


def test_questions_know_where_they_were_asked() -> None:
    found, left_out = questions_of(
        [dialogue("hi", "Hello."), dialogue("where is it", "?", "thanks")], NUMBERS
    )
    assert [(q.dialogue, q.turn, q.text) for q in found] == [(1, 0, "where is it")]
    assert left_out == {"pleasantry": 2}


def test_personal_data_is_masked_when_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "dialogues").mkdir()
    line = '{"id": "1", "language": "en", "turns": [{"speaker": "customer", "text": "mail jo@example.com"}]}'
    (tmp_path / "dialogues" / "en.jsonl").write_text(line, "utf-8")
    assert read_unlabelled(tmp_path)[0]["turns"][0]["text"] == "mail [email]"


@pytest.mark.parametrize("line", ["no json", '{"id": 3}', '{"id": "1", "language": "en", "turns": [{}]}'])
def test_an_error_names_the_line(tmp_path: Path, line: str) -> None:
    (tmp_path / "dialogues").mkdir()
    (tmp_path / "dialogues" / "en.jsonl").write_text(line, "utf-8")
    with pytest.raises(DeskError, match=r"en\.jsonl, line 1"):
        read_unlabelled(tmp_path)


def test_a_folder_without_dialogues_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeskError, match="holds no dialogues"):
        read_unlabelled(tmp_path)
