"""Dates in both languages, seen from a Thursday."""

import time
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dates import find_dates, level, read_number

TODAY = date(2026, 3, 12)  # a Thursday


@pytest.mark.parametrize(
    ("text", "value"),
    [
        # absolute
        ("2026-03-05", "2026-03-05"), ("2026/3/5", "2026-03-05"), ("20260305", "2026-03-05"),
        ("2025年12月1日", "2025-12-01"),
        ("２０２６－０３－０５", "2026-03-05"), ("5/3/2026", "2026-03-05"), ("3/25/2026", "2026-03-25"),
        ("05.03.26", "2026-03-05"),
        ("on 5 March", "2026-03-05"), ("March 5th", "2026-03-05"), ("5th of March 2025", "2025-03-05"),
        ("Nov 20", "2025-11-20"), ("paid sept 5 when", "2025-09-05"), ("20th Jan", "2026-01-20"),
        ("by 1 February", "2027-02-01"), ("it broke on the 6th", "2026-03-06"),
        ("before the 2nd, please", "2026-04-02"),
        ("3月5号", "2026-03-05"), ("11月20号", "2025-11-20"), ("十一月二十日", "2025-11-20"),
        ("四月十号请客", "2026-04-10"),
        ("2月1日前", "2027-02-01"), ("我23号买的", "2026-02-23"), ("17号到", "2026-03-17"),
        ("二十号之前", "2026-03-20"), ("双11", "2025-11-11"),
        ("雙十一", "2025-11-11"), ("christmas eve", "2025-12-24"), ("29 February 2028", "2028-02-29"),
        # relative
        ("yesterday", "2026-03-11"), ("the day before yesterday", "2026-03-10"),
        ("tomorrow", "2026-03-13"), ("tonight", "2026-03-12"),
        ("3 days ago", "2026-03-09"), ("a week ago", "2026-03-05"), ("a couple of weeks ago", "2026-02-26"),
        ("two months ago", "2026-01-12"), ("an hour ago", "2026-03-12"), ("in two weeks", "2026-03-26"),
        ("last month", "2026-02-01"), ("last week", "2026-03-02"), ("昨天", "2026-03-11"),
        ("大前天", "2026-03-09"),
        ("三天前", "2026-03-09"), ("3天前", "2026-03-09"), ("两个礼拜前", "2026-02-26"),
        ("兩個禮拜前", "2026-02-26"),
        ("半个月前", "2026-02-25"), ("半年前", "2025-09-12"), ("十二天前", "2026-02-28"),
        ("今早", "2026-03-12"),
        ("后天", "2026-03-14"), ("三天后", "2026-03-15"), ("上周", "2026-03-02"), ("下个月", "2026-04-01"),
        # weekdays
        ("last Tuesday", "2026-03-10"), ("last thursday", "2026-03-05"), ("bought it monday", "2026-03-09"),
        ("by Friday", "2026-03-13"), ("until thursday", "2026-03-12"), ("this Saturday", "2026-03-14"),
        ("next Friday", "2026-03-20"), ("on sun", "2026-03-08"), ("上周三", "2026-03-04"),
        ("上個禮拜三", "2026-03-04"),
        ("这周六", "2026-03-14"), ("下周一", "2026-03-16"), ("周五", "2026-03-06"),
        ("礼拜二就该到", "2026-03-10"),
        ("星期天", "2026-03-08"), ("周五前", "2026-03-13"),
    ],
)  # fmt: skip
def test_reads(text: str, value: str) -> None:
    assert [e.value for e in find_dates(text, TODAY)] == [value]


@pytest.mark.parametrize(
    "text",
    [
        "24/7", "every Friday", "Mondays", "a Sunday", "on the 2nd floor", "the 3rd time", "I sat in the sun",
        "may I", "march on", "31 February", "2026-13-45", "1-2 days", "6号楼", "二号线", "小号的沙发",
        "每周五", "一周一次", "3日内", "用了两天后坏了", "第三天", "999999 days ago", "size 42",
        "HB-2048817", "单号",
    ],
)  # fmt: skip
def test_leaves(text: str) -> None:
    assert find_dates(text, TODAY) == []


def test_several_in_one_message() -> None:
    text = "Ordered last Tuesday, 承诺3月5号到, now it says by Friday"
    found = find_dates(text, TODAY)
    assert [(e.text, e.value) for e in found] == [
        ("last Tuesday", "2026-03-10"), ("3月5号", "2026-03-05"), ("by Friday", "2026-03-13"),
    ]  # fmt: skip
    assert all(text[e.start : e.end] == e.text for e in found)


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("seventeen", 17), ("twenty five", 25), ("seventy-nine", 79), ("十", 10), ("二十一", 21),
     ("两百", 200), ("两百五", 250), ("三百零五", 305), ("一千二", 1200), ("一万五", 15000), ("三十五", 35)],
)  # fmt: skip
def test_numbers(text: str, number: int) -> None:
    assert read_number(text) == number


@given(st.dates(date(2001, 1, 1), date(2099, 12, 31)), st.integers(1, 99))
def test_days_are_counted_from_today(today: date, n: int) -> None:
    expected = [(today - timedelta(days=n)).isoformat()]
    assert [e.value for e in find_dates(f"{n} days ago", today)] == expected
    assert [e.value for e in find_dates(f"{n}天前", today)] == expected


@given(st.dates(date(2001, 1, 1), date(2099, 12, 31)), st.dates())
def test_written_dates_come_back(written: date, today: date) -> None:
    for text in (
        written.isoformat(),
        written.strftime("%d %B %Y"),
        f"{written.year}年{written.month}月{written.day}日",
    ):
        assert [e.value for e in find_dates(text, today)] == [written.isoformat()]


@given(st.text() | st.text("0123456789年月日号周上下 -/天前后半一二十ago daysmry"), st.dates())
def test_never_raises_and_offsets_fit(text: str, today: date) -> None:
    assert len(level(text)) == len(text)
    assert all(text[e.start : e.end] == e.text for e in find_dates(text, today))


@pytest.mark.parametrize(
    "text", ["1" * 4000, "一" * 4000, "1-" * 2000, "5 March " * 500, "in " * 1300, " " * 4000, "周" * 4000]
)
def test_worst_cases_are_quick(text: str) -> None:
    find_dates("warm up", TODAY)
    start = time.process_time()
    find_dates(text, TODAY)
    assert time.process_time() - start < 0.3
