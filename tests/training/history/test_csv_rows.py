"""CSV files are read as people save them, and broken rows are named."""

from pathlib import Path

import pytest

from data.errors import HistoryError
from tests.training.history.conftest import Write
from training.history.csv_lines import MOST_LINES
from training.history.csv_rows import CsvRows
from training.history.message import Rejected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encoding_and_delimiter_are_found(encoding: str, delimiter: str, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(f"会话{delimiter}内容\n1{delimiter}“你好”，在吗\n", encoding)
    table = CsvRows(file)
    assert table.columns == ["会话", "内容"]
    assert list(table.rows()) == [(1, {"会话": "1", "内容": "“你好”，在吗"})]


def test_a_cell_may_have_lines_and_delimiters(write: Write) -> None:
    file = write("a.csv", [("id", "text"), ("1", 'one,\n"two"'), ("2", "three")])
    assert [cells["text"] for _, cells in CsvRows(file).rows()] == ['one,\n"two"', "three"]  # type: ignore[misc]


def test_rows_of_another_width_are_rejected_and_the_others_read(write: Write) -> None:
    file = write("a.csv", "id,text\n1,one\n2\n3,three,more\n\n4,four\n")
    rows = list(CsvRows(file).rows())
    assert rows[0] == (1, {"id": "1", "text": "one"})
    assert rows[1] == Rejected(str(file), 2, "1 cell where the header names 2 columns")
    assert rows[2] == Rejected(str(file), 3, "3 cells where the header names 2 columns")
    assert rows[3] == (5, {"id": "4", "text": "four"})


@pytest.mark.parametrize(
    "after",
    [
        ["2,agent,hi", "3,customer,two"],
        ["2,agent,hi", '3,customer,"one, two"'],  # its mark ends the cell, and leaves one cell too many
        ["2,agent,hi", '3,customer,"two"'],  # its mark ends the cell, and as many cells are left
        [f"{n},agent,hi" for n in range(3 * MOST_LINES)],
    ],
)
def test_rows_after_a_quotation_mark_that_is_not_closed_are_read(after: list[str], write: Write) -> None:
    file = write("a.csv", "\n".join(["id,who,text", "0,customer,fine", '1,customer,"open', *after]) + "\n")
    first, wrong, *rows = CsvRows(file).rows()
    assert first == (1, {"id": "0", "who": "customer", "text": "fine"})
    reason = "a quotation mark opens in line 3 and is not closed there; the lines after it were read"
    assert wrong == Rejected(str(file), 2, reason)
    assert [row[0] for row in rows] == list(range(3, 3 + len(after)))  # type: ignore[index]
    assert [row[1]["id"] for row in rows] == [line.split(",")[0] for line in after]  # type: ignore[index]


def test_every_open_quotation_mark_is_named(write: Write) -> None:
    file = write("a.csv", "id,who,text\n" + "".join(f'{n},agent,"open\n{n},agent,fine\n' for n in range(400)))
    rows = list(CsvRows(file).rows())
    assert len(rows) == 800
    assert sum(isinstance(row, Rejected) for row in rows) == 400
    assert "in line 2 " in rows[0].reason  # type: ignore[union-attr]
    assert "in line 800 " in rows[-2].reason  # type: ignore[union-attr]


def test_an_open_quotation_mark_before_other_lines_takes_them_along(write: Write) -> None:
    file = write("a.csv", 'id,who,text\n1,customer,"open\nI wrote this\nin three lines\n')
    assert list(CsvRows(file).rows()) == [
        Rejected(str(file), 1, "a quotation mark opens in line 2 and is never closed")
    ]


def test_many_lines_like_rows_between_two_marks_are_no_message(write: Write) -> None:
    rows = "\n".join(f"{n},agent,hi" for n in range(2, 7))
    file = write("a.csv", f'id,who,text\n1,customer,"open\n{rows}"\n7,agent,bye\n')
    wrong, last = CsvRows(file).rows()
    assert "opens in line 2, and 5 lines like rows stand before it is closed" in wrong.reason  # type: ignore[union-attr]
    assert last == (2, {"id": "7", "who": "agent", "text": "bye"})


def test_a_message_of_some_lines_with_commas_and_marks_stays_one(write: Write) -> None:
    texts = [
        "Dear all,\nthe order, the one of May,\nis late\nJane, Oslo",
        'he said "no", twice,\nand "go", too',
    ]
    file = write("a.csv", [("id", "who", "text"), *(("1", "customer", text) for text in texts)])
    assert [row[1]["text"] for row in CsvRows(file).rows()] == texts  # type: ignore[index]


def test_a_long_message_of_other_lines_is_one_rejected_row(write: Write) -> None:
    file = write("a.csv", [("id", "who", "text"), ("1", "a", "words\n" * 2 * MOST_LINES), ("2", "a", "hi")])
    wrong, last = CsvRows(file).rows()
    assert "is a quotation mark in line 2 not closed?" in wrong.reason  # type: ignore[union-attr]
    assert last == (2, {"id": "2", "who": "a", "text": "hi"})


@pytest.mark.parametrize(
    ("content", "said"),
    [("", "is empty"), ("a,b,a\n1,2,3\n", "the column a comes twice")],
)
def test_a_table_without_a_proper_head_is_refused(content: str, said: str, write: Write) -> None:
    with pytest.raises(HistoryError, match=said):
        CsvRows(write("a.csv", content))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match=r"none\.csv can't be read"):
        CsvRows(tmp_path / "none.csv")
