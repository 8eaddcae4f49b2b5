"""Digits in words, and counts that are none."""

import time

import pytest

from bot.dates import level
from bot.spoken_digits import spoken_digits


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("四八二一三", "48213"), ("号码是四八二幺三，谢谢", "48213"), ("二〇四八八一七", "2048817"),
        ("四 八 二 一 三", "48213"), ("四、八、二、一、三", "48213"), ("四八2一3", "48213"),
        ("四八２１３", "48213"), ("四八二一三号", "48213"),
        ("four eight two one three", "48213"), ("Four-Eight-Two-One-Three", "48213"),
        ("it's four, eight, two, one, three I think", "48213"), ("double four oh 1 three", "44013"),
        ("two zero triple eight one seven", "2088817"),
    ],
)  # fmt: skip
def test_digits_in_words(text: str, digits: str) -> None:
    assert [run.digits for run in spoken_digits(level(text))] == [digits]


@pytest.mark.parametrize(
    "text",
    [
        "三五天",
        "二十四小时",
        "一二楼",
        "住三四晚",
        "二零二六年",
        "四万八千二百一十三",
        "第一二三",
        "一二三元",
        "三四五个人",
        "一二三号楼",
        "四百八十二",
        "48213",
        "two or three nights",
        "one of the two",
        "no one two",
        "forty-eight",
        "someone two three",
        "twenty four hours",
    ],
)
def test_counts_and_figures_are_none(text: str) -> None:
    assert list(spoken_digits(level(text))) == []


def test_a_run_is_where_it_stands() -> None:
    (run,) = spoken_digits("号码是四八二一三")
    assert (run.start, run.end) == (3, 8)


RUNS = ["四", "四 ", "四、", "一1", "十四", "one ", "double ", "one", "o ", "1 ", "one two, ", "three-"]


@pytest.mark.parametrize("run", RUNS)
def test_long_runs_cost_no_time(run: str) -> None:
    began = time.thread_time()
    list(spoken_digits(run * (5000 // len(run))))
    assert time.thread_time() - began < 0.2
