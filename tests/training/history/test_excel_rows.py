"""Excel sheets are read as tables."""

from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from data.errors import HistoryError
from training.history.excel_rows import ExcelRows
from training.history.message import Rejected


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    first = book.active
    first.append(("工单号", "时间", "内容"))
    first.append((12, datetime(2026, 3, 14, 20, 11), "快递到哪了"))
    first.append((13.0, None, "退款呢"))
    first.append((None, None, None))
    first.append((14, None, "在吗", "what is this"))
    book.create_sheet("old").append(("text",))
    file = tmp_path / "tickets.xlsx"
    book.save(file)
    return file


def test_numbers_and_times_become_text(workbook: Path) -> None:
    rows = list(ExcelRows(workbook).rows())
    assert rows[0] == (1, {"工单号": "12", "时间": "2026-03-14T20:11:00", "内容": "快递到哪了"})
    assert rows[1] == (2, {"工单号": "13", "时间": "", "内容": "退款呢"})
    assert rows[2] == Rejected(str(workbook), 4, "cells beyond the 3 named columns")


def test_another_sheet_can_be_named(workbook: Path) -> None:
    assert ExcelRows(workbook, "old").columns == ["text"]
    with pytest.raises(HistoryError, match="has no sheet 'new' but Sheet, old"):
        ExcelRows(workbook, "new")


def test_what_is_no_workbook_is_said(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    file.write_text("id,text\n", "utf-8")
    with pytest.raises(HistoryError, match=r"can't be read as \.xlsx"):
        ExcelRows(file)
