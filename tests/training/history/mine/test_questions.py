"""Which customer turns are questions of their own."""

from pathlib import Path
from typing import Any

import pytest

from bot.reference_numbers import ReferenceNumbers
from data.desk import Slot, load_desk
from data.errors import DeskError
from tests.conftest import SHOP
from training.examples import read_dialogues
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
        ("can i upgrade", "Yes, under Plan.", "and how long does that take?", "follow_up"),
        ("my line is dead", "Restart the router.", "what if it doesn't work", "follow_up"),
        ("can i upgrade", "Yes, under Plan.", "how much is it?", "follow_up"),
        ("可以移机吗", "可以。", "要钱吗", "follow_up"),
        ("可以移机吗", "可以。", "那大概要多久呢", "follow_up"),
        ("can i upgrade", "Account number?", "LK-7554597 my mobile is [phone]", "answer"),
        ("can i upgrade", "Can I take your account number and name?", "Sean O'Brien, LK-7554597", "answer"),
        ("为什么多扣钱", "请提供一下您的账户号码？", "账户号是LK-7554597", "answer"),
        ("can i upgrade", "Yes.", "and clothes that have been washed once?", ""),
        ("can i upgrade", "Yes.", "and is there an age limit for joining", ""),
        ("can i upgrade", "Account number?", "LK-7554597 where is my new router", ""),
        ("怎么开通", "在官网。", "人工", ""),
        ("怎么开通", "在官网。", "review怎么写", ""),
    ],
)
def test_what_goes_on_with_the_last_matter_is_no_question(
    before: str, said: str, text: str, reason: str
) -> None:
    assert [r for _, _, r in judged_turns(dialogue(before, said, text), NUMBERS)] == ["", reason]


def test_of_the_bundled_desk_the_questions_of_their_own_are_kept() -> None:
    kept, lost, leaning = 0, 0, 0
    desk = load_desk(SHOP)
    numbers = ReferenceNumbers(desk.slots)
    social = {i.id for i in desk.intents.values() if i.kind == "social"}
    for dialogue_ in read_dialogues(desk):
        for number, _, reason in judged_turns(dialogue_, numbers):
            turn = dialogue_["turns"][number]
            if turn["intents"] and set(turn["intents"]) <= social:
                continue
            alone = turn.get("standalone", True)
            kept, lost = kept + (alone and not reason), lost + (alone and bool(reason))
            leaning += not alone and not reason
    assert kept / (kept + lost) > 0.985
    assert leaning / (kept + leaning) < 0.055


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


def test_a_file_and_a_missing_folder_are_called_so(tmp_path: Path) -> None:
    with pytest.raises(DeskError, match=r"gone is missing; is the path right"):
        read_unlabelled(tmp_path / "gone")
    (tmp_path / "export.csv").write_text("text\nhello\n", "utf-8")
    with pytest.raises(DeskError, match=r"export\.csv is a file: import it first, `python -m .* --into"):
        read_unlabelled(tmp_path / "export.csv")


def test_a_folder_without_dialogues_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeskError, match="holds no dialogues"):
        read_unlabelled(tmp_path)
