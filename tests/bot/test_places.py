"""Cities and countries in English, simplified and traditional Chinese."""

import time

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from bot.places import find_places


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("do you ship to Canada?", "country", "Canada"), ("寄到加拿大", "country", "Canada"),
        ("I'm in the US", "country", "United States"), ("ship to the us pls", "country", "United States"),
        ("USA", "country", "United States"), ("U.S. only", "country", "United States"),
        ("美國", "country", "United States"),
        ("英国能寄吗", "country", "United Kingdom"), ("UK", "country", "United Kingdom"),
        ("Hong Kong", "country", "Hong Kong"), ("香港", "country", "Hong Kong"), ("澳門", "country", "Macao"),
        ("台灣", "country", "Taiwan"), ("臺灣", "country", "Taiwan"), ("纽西兰", "country", "New Zealand"),
        ("紐西蘭", "country", "New Zealand"), ("沙烏地阿拉伯", "country", "Saudi Arabia"),
        ("新加坡", "country", "Singapore"),
        ("Turkey", "country", "Türkiye"), ("Curacao", "country", "Curaçao"), ("中国大陆", "country", "China"),
        ("我在多伦多", "city", "Toronto"), ("to toronto", "city", "Toronto"), ("杭州", "city", "Hangzhou"),
        ("墨爾本", "city", "Melbourne"), ("雪梨", "city", "Sydney"), ("New York", "city", "New York"),
        ("sao paulo", "city", "São Paulo"), ("长沙", "city", "Changsha"), ("Xi'an", "city", "Xi'an"),
        ("store in Reading", "city", "Reading"), ("臺北", "city", "Taipei"), ("KL", "city", "Kuala Lumpur"),
    ],
)  # fmt: skip
def test_finds(text: str, kind: str, value: str) -> None:
    assert [(e.type, e.value) for e in find_places(text)] == [(kind, value)]


@pytest.mark.parametrize(
    "text",
    ["tell us", "give us a nice bath", "roast turkey", "一张长沙发", "大理石台面", "还没开封",
    "背包头一回用", "汉堡包",
     "也门口没有", "好多哥哥", "Niceness", "Canadagoose", "马赛克", "罗马帘", "a jersey"],
)  # fmt: skip
def test_leaves(text: str) -> None:
    assert find_places(text) == []


def test_several_with_their_offsets() -> None:
    text = "from 杭州 to Vancouver, Canada 或者澳門"
    found = find_places(text)
    assert [e.value for e in found] == ["Hangzhou", "Vancouver", "Canada", "Macao"]
    assert all(text[e.start : e.end] == e.text for e in found)


@pytest.mark.parametrize(
    "code", ["DE", "FR", "JP", "MY", "BR", "KR", "CH", "NO", "AE", "CI", "BA", "TR", "MM"]
)
@pytest.mark.parametrize("language", ["en", "zh_Hans", "zh_Hant"])
def test_countries_have_one_value_in_all_languages(code: str, language: str) -> None:
    names = Locale.parse(language).territories
    english = find_places(Locale.parse("en").territories[code])[0].value
    assert [e.value for e in find_places(names[code])][:1] == [english]


@given(st.text())
def test_never_raises_and_offsets_fit(text: str) -> None:
    assert all(text[e.start : e.end] == e.text for e in find_places(text))


@pytest.mark.parametrize("text", ["hong " * 800, "中国" * 2000, "s" * 4000, "united " * 570])
def test_worst_cases_are_quick(text: str) -> None:
    find_places("warm up 杭州")
    start = time.process_time()
    find_places(text)
    assert time.process_time() - start < 0.3
