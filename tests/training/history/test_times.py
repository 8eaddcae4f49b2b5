"""Moments are read as sources write them."""

import pytest

from training.history.times import moment_of, read_time, seconds, time_format, written


@pytest.mark.parametrize(
    ("sample", "at"),
    [
        ("2026-03-14T20:11:05", "2026-03-14T20:11:05"),
        ("2026-03-14T20:11:05Z", "2026-03-14T20:11:05Z"),
        ("2026-03-14 20:11:05+08:00", "2026-03-14T20:11:05+08:00"),
        ("2026/3/14 20:11", "2026-03-14T20:11:00"),
        ("2026年3月14日 20:11", "2026-03-14T20:11:00"),
        ("14.03.2026 20:11", "2026-03-14T20:11:00"),
        ("03/14/2026 8:11 PM", "2026-03-14T20:11:00"),
        ("1773519065", "2026-03-14T20:11:05Z"),
        ("1773519065000", "2026-03-14T20:11:05Z"),
        ("Sat Mar 14 20:11:05 +0000 2026", "2026-03-14T20:11:05Z"),
    ],
)
def test_usual_spellings_are_read(sample: str, at: str) -> None:
    form = time_format([sample])
    assert form is not None
    moment = read_time(sample, form)
    assert moment is not None
    assert written(moment) == at


def test_the_day_comes_first_unless_a_sample_says_otherwise() -> None:
    assert time_format(["03/04/2026 10:00"]) == "%d/%m/%Y %H:%M"
    assert time_format(["03/04/2026 10:00", "03/14/2026 10:00"]) == "%m/%d/%Y %H:%M"


@pytest.mark.parametrize("samples", [[], [""], ["yesterday"], ["12"], ["20260314"], ["1234567"]])
def test_what_is_no_moment_has_no_format(samples: list[str]) -> None:
    assert time_format(samples) is None


def test_one_mistake_does_not_hide_the_format() -> None:
    assert time_format(["2026-03-14 20:11"] * 5 + ["yesterday"]) == "iso"


def test_moments_of_exports() -> None:
    assert moment_of(1773519065) == "2026-03-14T20:11:05Z"
    assert moment_of("2026-03-14T20:11:05Z") == "2026-03-14T20:11:05Z"
    assert [moment_of(x) for x in (None, True, "", "soon")] == [None] * 4


def test_zones_are_ordered_by_the_moment() -> None:
    assert seconds("2026-03-14T20:11:05+08:00") < seconds("2026-03-14T20:11:05")
