"""What the console says: the same things in both languages, and words for all that it may have to name."""

import re
from pathlib import Path

import pytest

import bot.route
from bot.staff.wording import LANGUAGES, console_words
from data.release.releases import Releases

DECIDED = re.findall(r'Decision\("(\w+)", "(\w+)"', Path(bot.route.__file__).read_text("utf-8"))
HANDED_OFF = [reason for route, reason in DECIDED if route == "handoff"]


@pytest.mark.parametrize("page", console_words("en"))
def test_both_languages_say_the_same_things(page: str) -> None:
    english, chinese = console_words("en")[page], console_words("zh")[page]
    assert english.keys() == chinese.keys()
    for name, text in english.items():
        places = [set(re.findall(r"{\w+}", t)) for t in (str(text), str(chinese[name]))]
        assert places[0] == places[1], name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ["conversations", "answers"])
def test_every_decision_has_words(page: str, language: str) -> None:
    assert len(DECIDED) > 15
    words = console_words(language)[page]
    assert [r for _, r in DECIDED if f"reason_{r}" not in words] == []
    assert [r for r, _ in DECIDED if f"route_{r}" not in words] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_for_a_hand_off_has_words_on_the_charts(language: str) -> None:
    words = console_words(language)["insights"]
    assert [r for r in (*HANDED_OFF, "failure") if f"reason_{r}" not in words] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_of_a_release_has_words(home: Path, language: str) -> None:
    figures = Releases(home, "shop").live().metrics["en"]
    words = console_words(language)["releases"]
    assert "mood_right" in figures
    assert [name for name in figures if name not in words] == []
