"""A file that spreadsheets open: every script, no formula."""

import csv
import io
from datetime import UTC, datetime

import pytest

from data.csv_file import BOM, cell, csv_lines


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1", '=HYPERLINK("http://x")'])
def test_what_could_be_a_formula_is_none(text: str) -> None:
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "shown"),
    [("a=b", "a=b"), (-3, -3), (0.5, 0.5), (None, ""), (True, "True"), ("退款", "退款"),
     (datetime(2026, 5, 1, 8, tzinfo=UTC), "2026-05-01T08:00:00+00:00")],
)  # fmt: skip
def test_everything_else_stays(value: object, shown: object) -> None:
    assert cell(value) == shown


def test_rows_come_back_as_they_were() -> None:
    rows = [{"text": '退款 "快点"\n多久', "n": 1}, {"text": "=cmd|' /C calc'!A1", "n": None}]
    text = "".join(csv_lines(rows))
    assert text.startswith(BOM)
    assert list(csv.reader(io.StringIO(text.removeprefix(BOM), newline=""))) == [
        ["text", "n"], ['退款 "快点"\n多久', "1"], ["'=cmd|' /C calc'!A1", ""],
    ]  # fmt: skip


def test_no_rows_are_an_empty_file() -> None:
    assert "".join(csv_lines([])) == BOM
