"""JSON documents and lines come out object by object."""

import pytest

from data.errors import HistoryError
from tests.training.history.conftest import Write
from training.history.json_rows import first_object, flat, objects
from training.history.message import Rejected

TWO = [{"id": 1, "text": "a"}, {"id": 2, "text": "b"}]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", TWO),
        ("a.json", TWO),
        ("a.json", {"meta": {"count": 2}, "payload": TWO}),
        ("a.json", {"data": {"meta": {}, "payload": TWO}}),
        ("a.json", {"type": "conversation.list", "conversations": TWO, "total_count": 2}),
        ("a.json", {"tickets": TWO, "next_page": None}),
    ],
)
def test_objects_are_found_where_exports_have_them(name: str, content: object, write: Write) -> None:
    assert list(objects(write(name, content))) == [(1, TWO[0]), (2, TWO[1])]


def test_a_document_without_a_list_is_one_object(write: Write) -> None:
    assert list(objects(write("a.json", {"id": 7, "messages": TWO}))) == [(1, {"id": 7, "messages": TWO})]


def test_lines_in_a_json_file_are_objects_too(write: Write) -> None:
    file = write("a.json", "")
    file.write_text('{"id": 1}\n{"id": 2}\n', "utf-8")
    assert [thing for _, thing in objects(file)] == [{"id": 1}, {"id": 2}]  # type: ignore[misc]


def test_a_broken_line_is_rejected_and_a_broken_document_refused(write: Write) -> None:
    lines = write("a.jsonl", [])
    lines.write_text('{"id": 1}\n{"id":\n{"id": 3}\n', "utf-8")
    found = list(objects(lines))
    assert [f if isinstance(f, tuple) else f.row for f in found] == [(1, {"id": 1}), 2, (3, {"id": 3})]
    document = write("a.json", "")
    document.write_text('[{"id": 1}, {"id":', "utf-8")
    with pytest.raises(HistoryError, match="can't be read as JSON"):
        list(objects(document))


def test_the_first_object_is_the_first_that_can_be_read(write: Write) -> None:
    file = write("a.jsonl", [])
    file.write_text('nonsense\n{"id": 2}\n', "utf-8")
    assert first_object(file) == {"id": 2}


def test_messages_in_an_object_become_rows_with_what_stands_around() -> None:
    thing = {
        "id": "c9",
        "channel": "web",
        "messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}],
    }
    around = {"channel": "web", "conversation_id": "c9"}
    assert list(flat("a-3", thing)) == [
        {**around, "role": "user", "content": "hi"},
        {**around, "role": "assistant", "content": "hello"},
    ]


def test_an_object_without_an_id_is_called_after_its_file_and_line() -> None:
    (row,) = flat("a-3", {"turns": [{"speaker": "customer", "text": "hi", "ok": True}]})
    assert row == {"conversation_id": "a-3", "speaker": "customer", "text": "hi", "ok": "true"}
    assert list(flat("a-1", "a text")) == []


def test_a_rejected_line_names_its_file(write: Write) -> None:
    file = write("a.jsonl", [])
    file.write_text("nonsense\n", "utf-8")
    (found,) = objects(file)
    assert isinstance(found, Rejected)
    assert (found.file, found.row) == (str(file), 1)
