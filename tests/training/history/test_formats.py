"""Files are recognised by what they are."""

from pathlib import Path

import pytest

from data.errors import HistoryError
from tests.training.history.conftest import PROJECT, Write
from training.history.formats import format_of, open_sources
from training.history.message import Message

CONTENT = {
    "a.csv": ("csv", [("text",), ("where is my order",)]),
    "a.jsonl": ("jsonl", [{"text": "where is my order"}]),
    "b.jsonl": ("chatwoot", [{"message_type": 0, "content": "where is my order", "conversation_id": 1}]),
    "c.json": (
        "zendesk",
        {"tickets": [{"id": 1, "requester_id": 7, "comments": [
            {"author_id": 7, "body": "where is my order"}]}]},
    ),
    "d.json": (
        "intercom",
        {"conversations": [{"type": "conversation", "id": "1", "source": {
            "body": "<p>where is my order</p>", "author": {"type": "user"}}}]},
    ),
    "e.txt": ("transcript", "Customer: where is my order\n"),
}  # fmt: skip


@pytest.mark.parametrize("name", CONTENT)
def test_a_file_is_recognised_and_read(name: str, write: Write) -> None:
    form, content = CONTENT[name]
    file = write(name, content)
    assert format_of(file) == form
    (source,) = open_sources([file], "auto", None)
    assert [(m.speaker, m.text) for m in source.items() if isinstance(m, Message)] == [
        ("customer", "where is my order")
    ]


def test_a_projects_files_are_one_source_and_the_first() -> None:
    nlu = sorted((PROJECT / "data").glob("nlu_*.yml"))
    (source,) = open_sources([*nlu, PROJECT / "domain.yml"], "auto", None)
    assert source.format == "rasa"
    assert source.rows == 239


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a.xls", "save it as .xlsx"),
        ("a.pdf", "say which it is with --format"),
        ("a.yml", "none of a Rasa project"),
    ],
)
def test_unknown_files_are_refused(name: str, said: str, write: Write) -> None:
    with pytest.raises(HistoryError, match=said):
        format_of(write(name, "x: 1"))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="is missing; is the path right"):
        open_sources([tmp_path / "a.csv"], "auto", None)


def test_a_format_can_be_named(write: Write) -> None:
    file = write("a.export", "text\nwhere is my order\n")
    assert [s.format for s in open_sources([file], "csv", None)] == ["csv"]
    with pytest.raises(HistoryError, match="no column looks like"):
        open_sources([write("b.export", "n\n1\n")], "csv", None)


def test_the_number_of_rows_is_estimated(write: Write) -> None:
    file = write("a.csv", [("text",), *((f"where is my order {n}",) for n in range(500))])
    (source,) = open_sources([file], "auto", None)
    assert source.rows is not None
    assert 450 < source.rows < 550


def test_files_of_the_same_name_stay_apart(write: Write) -> None:
    files = [
        write(f"{folder}/{name}", content)
        for folder in ("en", "zh")
        for name, (form, content) in CONTENT.items()
        if form in ("csv", "transcript")
    ]
    files.append(write("en/a.txt", "Customer: where is my order\n"))
    nested = [
        write(f"{n}/m.jsonl", [{"messages": [{"role": "user", "content": "where is it"}]}]) for n in "ab"
    ]
    sources = open_sources([*files, *nested], "auto", None)
    names = [m.conversation for s in sources for m in s.items() if isinstance(m, Message)]
    assert len(set(names)) == len(names) == 7


def test_a_projects_files_of_the_same_name_stay_apart(write: Write) -> None:
    for folder in ("en", "zh"):
        write(f"data/{folder}/nlu.yml", "nlu:\n- intent: greet\n  examples: |\n    - hi\n")
    (source,) = open_sources([write("domain.yml", "intents: [greet]").parent], "auto", None)
    names = [m.conversation for m in source.items() if isinstance(m, Message)]
    assert names == ["en-nlu-00001", "zh-nlu-00001"]
