"""Plain transcripts, as people save them."""

import pytest

from data.errors import HistoryError
from tests.training.history.conftest import Write
from training.history.message import Message, Rejected, Skipped
from training.history.transcript import Transcript


def said(write: Write, text: str, speakers: dict[str, str] | None = None) -> list[tuple[str, str, str]]:
    items = Transcript(write("t.txt", text), speakers).items()
    return [(m.conversation, m.speaker, m.text) for m in items if isinstance(m, Message)]


def test_blank_lines_end_conversations_of_several_messages(write: Write) -> None:
    text = "Customer: hi\nAgent: hello\n\nCustomer: bye\nAgent: see you\n"
    assert said(write, text) == [
        ("t-1", "customer", "hi"), ("t-1", "agent", "hello"),
        ("t-2", "customer", "bye"), ("t-2", "agent", "see you"),
    ]  # fmt: skip


def test_blank_lines_between_all_messages_end_nothing(write: Write) -> None:
    assert {c for c, _, _ in said(write, "客户：在吗\n\n客服：在的\n\n客户：谢谢\n")} == {"t-1"}


@pytest.mark.parametrize(
    "rule", ["---", "=====", "* * *", "Conversation 12", "## Chat id: 12", "【会话 12】"]
)
def test_rules_and_headings_end_conversations(rule: str, write: Write) -> None:
    found = said(write, f"Customer: hi\n\nAgent: hello\n{rule}\nCustomer: bye\n")
    names = [c for c, _, _ in found]
    assert names[0] == names[1] == "t-1"
    assert names[2] == ("t-12" if "12" in rule else "t-2")


def test_lines_without_a_speaker_go_on_with_the_message(write: Write) -> None:
    text = "Customer: it leaks\nsince yesterday. Note: it is new\n\nAgent: sorry\nCustomer: ok\n"
    assert said(write, text)[0][2] == "it leaks\nsince yesterday. Note: it is new"


@pytest.mark.parametrize(
    "line",
    [
        "[2026-03-14 20:11] Customer: hi", "2026-03-14 20:11:00 - Customer: hi",
        "Customer (2026-03-14 20:11): hi",
        "Customer 2026-03-14 20:11:00\nhi", "2026/3/14 20:11 Customer\nhi", "(14/03/2026 20:11) Customer: hi",
    ],
)  # fmt: skip
def test_times_stand_before_or_after_the_name(line: str, write: Write) -> None:
    (message,) = Transcript(write("t.txt", line)).items()
    assert message == Message(message.file, 1, "t-1", "customer", "hi", "2026-03-14T20:11:00")


def test_people_called_by_name_are_the_other_side_and_coded_later(write: Write) -> None:
    items = list(Transcript(write("t.txt", "Visitor: hi\nLena: hello\nVisitor: bye\nLena: bye\n")).items())
    assert [(m.speaker, m.agent) for m in items if isinstance(m, Message)] == [
        ("customer", None), ("agent", "Lena"), ("customer", None), ("agent", "Lena"),
    ]  # fmt: skip


def test_a_mapping_says_who_is_who(write: Write) -> None:
    text = "A: hi\nB: hello\nnoise: x\nA: bye\n"
    found = said(write, text, {"a": "customer", "b": "agent", "noise": "ignore"})
    assert [speaker for _, speaker, _ in found] == ["customer", "agent", "customer"]


def test_what_nobody_says_is_rejected_with_its_line(write: Write) -> None:
    text = "chat of Monday\nCustomer: hi\nAgent: hello\nTom: x\nTom: y\nSystem: left\n"
    items = list(Transcript(write("t.txt", text)).items())
    rejected = [(i.row, i.reason) for i in items if isinstance(i, Rejected)]
    assert rejected == [
        (1, "nobody is named who says it"),
        (4, "nothing says who 'Tom' is"), (5, "nothing says who 'Tom' is"),
    ]  # fmt: skip
    assert items[-1] == Skipped("not said by anybody")


def test_a_text_that_is_no_transcript_is_refused(write: Write) -> None:
    with pytest.raises(HistoryError, match="no line that says who speaks"):
        Transcript(write("t.txt", "Dear all,\nplease find below: nothing\n"))
