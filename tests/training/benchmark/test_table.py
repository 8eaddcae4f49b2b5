"""Files of rows in three formats say the same; what is wrong is said with its line."""

from pathlib import Path

import pytest

from training.benchmark.errors import BenchmarkError
from training.benchmark.table import TEXT_COLUMNS, read_table

ROWS = {
    "a.csv": 'text,intent\r\n"hi, you",greet\r\n"two\nlines",other\r\n',
    "a.tsv": 'text\tintent\nhi, you\tgreet\n"two\nlines"\tother\n',
    "a.jsonl": '{"text": "hi, you", "intent": "greet"}\n\n{"text": "two\\nlines", "intent": "other"}\n',
}


def written(folder: Path, name: str, content: str | bytes) -> Path:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder / name


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "byte order mark"])
@pytest.mark.parametrize("name", ROWS)
def test_formats_say_the_same(name: str, mark: str, tmp_path: Path) -> None:
    table = read_table(written(tmp_path, name, mark + ROWS[name]))
    assert table.columns == ("text", "intent")
    assert [row for _, row in table.rows] == [
        {"text": "hi, you", "intent": "greet"},
        {"text": "two\nlines", "intent": "other"},
    ]


def test_line_separators_inside_json_are_no_line_ends(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, "a.jsonl", '{"text": "one\u2028two\x85three"}'))
    assert table.rows == ((1, {"text": "one\u2028two\x85three"}),)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.jsonl", '{"text": "a"}\n{"text": ', "line 2: no JSON"),
        ("a.jsonl", '{"text": "a"}\n["b"]', r'line 2: not an object with columns but \["b"\]'),
        ("a.jsonl", "\n\n", "holds no rows"),
        ("a.csv", "text,intent\n", "holds no rows"),
        ("a.csv", "", "holds no rows"),
        ("a.csv", "text,intent\na,b\nc\n", "line 3: 1 cells, but 2 columns"),
        ("a.csv", "text,intent\na,b,c\n", "line 2: 3 cells, but 2 columns"),
        ("a.csv", "text,text\na,b\n", "a column's name comes twice: text, text"),
        ("a.csv", 'text,intent\n"never closed,b\nc,d\n', "line 3: unexpected end of data"),
        ("a.csv", b"text,intent\n\xff,b\n", "is not in UTF-8"),
        ("a.txt", "text\na\n", "its name must end in one of .csv, .tsv, .jsonl"),
    ],
)
def test_what_is_wrong_is_said(name: str, content: str | bytes, said: str, tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match=said) as raised:
        read_table(written(tmp_path, name, content))
    assert name in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match=r"none\.csv is missing"):
        read_table(tmp_path / "none.csv")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(BenchmarkError, match="can't be read"):
        read_table(tmp_path / "folder.csv")


@pytest.mark.parametrize("name", ["text", "Sentence", "UTTERANCE", " message "])
def test_usual_names_are_found(name: str, tmp_path: Path) -> None:
    table = read_table(written(tmp_path, "a.csv", f"id,{name}\n1,hello\n"))
    assert table.column(None, TEXT_COLUMNS, "--text-column") == name


@pytest.mark.parametrize(
    ("header", "named", "said"),
    [
        (
            "id,words",
            None,
            "columns id, words; none is called text, .* or question: name one with --text",
        ),
        ("text,query", None, "text and query may both be meant"),
        ("id,text", "body", "columns id, text; there is no 'body', which --text-column asks for"),
    ],
)
def test_an_unclear_column_is_said(header: str, named: str | None, said: str, tmp_path: Path) -> None:
    table = read_table(written(tmp_path, "a.csv", f"{header}\n1,2\n"))
    with pytest.raises(BenchmarkError, match=said):
        table.column(named, TEXT_COLUMNS, "--text-column")


def test_a_named_column_needs_no_usual_name(tmp_path: Path) -> None:
    table = read_table(written(tmp_path, "a.csv", "text,query\n1,2\n"))
    assert table.column("query", TEXT_COLUMNS, "--text-column") == "query"
