"""Labelled files become a set; what they may not say is an error of one line."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from training.benchmark.errors import BenchmarkError
from training.benchmark.files import Files, read_split
from training.benchmark.split import Message

Write = Callable[[str, str], Path]
TRAIN = "text,label\nhello,greet\nsend it back,return\nwrite a poem,none\n"
TEST = "text,label\nhi,greet\n"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(name: str, content: str) -> Path:
        (tmp_path / name).write_text(content, "utf-8")
        return tmp_path / name

    return write


@pytest.fixture
def files(write: Write) -> Files:
    return Files(write("train.csv", TRAIN), write("test.csv", TEST))


def test_a_label_may_mean_out_of_scope(files: Files) -> None:
    split = read_split(replace(files, oos_label="none"), "en", "set")
    assert split.intents == ("greet", "return")
    assert split.train[2] == Message("write a poem", None)
    assert split.test == (Message("hi", "greet"),)


def test_out_of_scope_files_need_no_label(files: Files, write: Write) -> None:
    poems = write("poems.jsonl", '{"sentence": "a poem"}\n{"sentence": "a song", "intent": "sing"}\n')
    found = read_split(replace(files, oos_train=(poems,), oos_valid=(poems,), oos=(poems,)), "en", "set")
    outside = (Message("a poem", None), Message("a song", None))
    assert (found.train[-2:], found.valid, found.test[-2:]) == (outside, outside, outside)


def test_labels_may_be_numbers(files: Files, write: Write) -> None:
    train = write("t.jsonl", '{"text": "a", "label": 0}\n{"text": "b", "label": 12}\n')
    test = write("u.jsonl", '{"text": "a", "label": 0}\n')
    assert read_split(Files(train, test), "en", "set").intents == ("0", "12")


def test_rows_without_a_label_may_be_out_of_scope(files: Files, write: Write) -> None:
    test = write("u.jsonl", '{"text": "a", "label": "greet"}\n{"text": "b", "label": null}\n')
    assert read_split(replace(files, test=test, oos_label=""), "en", "set").test[1] == Message("b", None)


def test_spaces_around_a_label_do_not_count(files: Files, write: Write) -> None:
    test = write("u.csv", "text,label\nhi, greet \n")
    assert read_split(replace(files, test=test), "en", "set").unknown == ()


@pytest.mark.parametrize(
    ("test", "said"),
    [
        ("text,label\n ,greet\n", "test.csv holds no message to measure with"),
        ("text,label\nhi,greet\nho,\n", "line 3: no label; if that means out of scope, add --oos-label ''"),
        ("text,label\nhi,out_of_scope\n", "add --oos-label out_of_scope"),
        (
            "text\nhi\n",
            "has the columns text; none is called intent, label, category or class: name",
        ),
    ],
)
def test_what_is_wrong_is_said(test: str, said: str, files: Files, write: Write) -> None:
    with pytest.raises(BenchmarkError, match=said):
        read_split(replace(files, test=write("test.csv", test)), "en", "set")


def test_rows_without_a_message_are_left_out_and_counted(files: Files, write: Write) -> None:
    test = write(
        "u.jsonl", '{"text": " ", "label": "greet"}\n{"text": null}\n{"text": "a", "label": "greet"}\n'
    )
    split = read_split(replace(files, test=test), "en", "set")
    assert (split.test, split.empty) == ((Message("a", "greet"),), 2)


def test_a_label_of_its_own_for_out_of_scope_leaves_none_empty(files: Files, write: Write) -> None:
    test = write("u.csv", "text,label\nhi,greet\nho,\nhu,none\n")
    with pytest.raises(BenchmarkError, match="line 3: no label; write none there if that means out of scope"):
        read_split(replace(files, test=test, oos_label="none"), "en", "set")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('{"text": 5, "label": "greet"}', "a message must be a text, this is 5"),
        ('{"text": "a", "label": ["x"]}', r"a label must be a text or a number, not \['x'\]"),
        ('{"text": "a", "label": true}', "not True"),
    ],
)
def test_cells_that_are_no_text_are_said(row: str, said: str, files: Files, write: Write) -> None:
    with pytest.raises(BenchmarkError, match=f"line 1: .*{said}"):
        read_split(replace(files, test=write("u.jsonl", row)), "en", "set")


def test_one_intent_is_not_enough(files: Files, write: Write) -> None:
    train = write("one.csv", "text,label\na,greet\nb,greet\n")
    with pytest.raises(BenchmarkError, match="has 1 intent: greet; it takes two to choose"):
        read_split(replace(files, train=train), "en", "set")


def test_a_test_without_intents_is_not_enough(files: Files, write: Write) -> None:
    test = write("u.csv", "text,label\nhi,none\n")
    with pytest.raises(BenchmarkError, match="every test message is out of scope"):
        read_split(replace(files, test=test, oos_label="none"), "en", "set")


def test_a_label_that_no_row_has_is_said(files: Files) -> None:
    with pytest.raises(BenchmarkError, match="no message is labelled 'nonsense', which --oos-label asks for"):
        read_split(replace(files, oos_label="nonsense"), "en", "set")


def test_messages_may_have_moods(files: Files, write: Write) -> None:
    test = write("u.csv", "text,label,mood\nhi,greet,Neutral\nagain nothing,return,angry\n")
    train = write("v.csv", "text,label,mood\nhello,greet,happy\nsend it back,return,unhappy\n")
    split = read_split(Files(train, test, mood_column="mood"), "en", "set")
    assert [m.mood for m in split.train] == ["happy", "unhappy"]
    assert split.negative is not None
    assert split.negative.tolist() == [False, True]
    assert read_split(Files(train, test), "en", "set").negative is None


def test_an_unknown_mood_is_an_error(files: Files, write: Write) -> None:
    test = write("u.csv", "text,label,mood\nhi,greet,bored\n")
    with pytest.raises(BenchmarkError, match=r"u\.csv, line 2: mood 'bored' is none of angry, unhappy"):
        read_split(Files(test, test, mood_column="mood"), "en", "set")
