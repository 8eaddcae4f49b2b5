"""CSV files are read as people save them, and broken rows are named."""

from pathlib import Path

import pytest

from data.errors import HistoryError
from tests.training.history.conftest import Write
from training.history.csv_rows import MOST_LINES, CsvRows
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
    assert rows[1] == Rejected(str(file), 2, "1 cells where the header names 2 columns")
    assert rows[2] == Rejected(str(file), 3, "3 cells where the header names 2 columns")
    assert rows[3] == (5, {"id": "4", "text": "four"})


def test_what_follows_an_open_quotation_mark_is_not_taken_for_a_message(write: Write) -> None:
    file = write("a.csv", 'id,text\n1,"open\n' + "2,two\n" * (MOST_LINES + 1))
    (row,) = CsvRows(file).rows()
    assert isinstance(row, Rejected)
    assert "is a quotation mark not closed?" in row.reason


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
