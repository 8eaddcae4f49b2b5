"""Values of a night's JSON as they are shown."""

from typing import Any

import pytest

from training.nightly.report_read import (
    clean,
    count,
    counted,
    day_and_time,
    duration,
    listed,
    number,
    points,
    share,
    signed,
    text,
)


@pytest.mark.parametrize("value", [None, "1", True, float("nan"), float("inf"), 10**400, [1], {}])
def test_what_is_no_number_is_a_dash(value: Any) -> None:
    assert number(value) is None
    assert (count(value), share(value), duration(value), signed(points(0.5, value))) == ("–",) * 4


def test_numbers() -> None:
    assert (count(12345), share(0.9605), share(1)) == ("12,345", "96.0\u00a0%", "100.0\u00a0%")
    assert [signed(points(0.5, now)) for now in (0.512, 0.4, 0.5, 0.5004)] == [
        "+1.2",
        "−10.0",
        "±0.0",
        "±0.0",
    ]
    assert [duration(s) for s in (3.21, 59.9, 61, 3700)] == ["3.2 s", "59.9 s", "1 min 01 s", "1 h 01 min"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("2026-11-30T02:00:04+00:00", "30 November 2026, 02:00 UTC"),
        ("2026-11-30T02:00:04+08:00", "30 November 2026, 02:00 UTC+08:00"),
        ("2026-11-30T02:00:04", "30 November 2026, 02:00"),
        ("<last> night", "&lt;last&gt; night"),
        (None, ""),
    ],
)
def test_moments(value: Any, shown: str) -> None:
    assert day_and_time(value) == shown


def test_texts_are_escaped_cut_and_clean() -> None:
    assert text('<a href="x">') == "&lt;a href=&quot;x&quot;&gt;"
    assert text("a<b", 2) == "a…"
    assert clean("a\x00b\ud800c\u202ed\ne") == "a b?c d e"


def test_lists_and_counts() -> None:
    assert [listed(parts) for parts in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "", "a", "a and b", "a, b and c",
    ]  # fmt: skip
    assert (counted(1, "day", "days"), counted(2000, "day", "days")) == ("1 day", "2,000 days")
