"""Misspelt words are taken for the known word that was meant; what is known or a name stays."""

import pytest

from bot.spelling import Spelling, english_words
from bot.turn import Entity
from retrieval.bundled_encoder import whole_words

HISTORY = {
    "parcel": 2.0,
    "arrived": 3.0,
    "piece": 4.0,
    "price": 2.0,
    "return": 1.0,
    "delivery": 1.5,
    "broken": 3.0,
}
COMMON = ("weather", "whether", "please", "pirate", "retain", "good", "coat")


@pytest.fixture(scope="module")
def spelling() -> Spelling:
    return Spelling(HISTORY, COMMON, {"larkspur"})


@pytest.fixture(scope="module")
def english() -> Spelling:
    return Spelling(HISTORY, english_words())


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("my parcle hasnt arived", "my parcel hasnt arrived"),  # swapped, missing
        ("retrun", "return"),
        ("brokken", "broken"),  # one too many
        ("devliveryy", "delivery"),  # two errors in a long word
        ("the wheather", "the weather"),
        ("pleeeease", "please"),
        ("goood", "good"),
        ("PARCLE", "parcel"),
        ("Parcle lost. Parcle gone", "parcel lost. parcel gone"),  # sentences begin with capitals
        ("pprice", "price"),
        ("arcel", "arcel"),  # the first letter is missing
    ],
)
def test_what_was_meant(written: str, meant: str, spelling: Spelling) -> None:
    assert spelling.correct(written) == meant


def test_swapped_and_missing_letters_are_likelier_than_wrong_ones(spelling: Spelling) -> None:
    assert spelling.correct("a peice of it") == "a piece of it"  # though "price" is the commoner word


def test_words_of_the_history_are_likelier_than_others(spelling: Spelling) -> None:
    assert spelling.correct("retarn") == "return"  # and not "retain"


@pytest.mark.parametrize(
    "text",
    [
        "larkspur", "the whether", "coat",  # known
        "prcl", "blargh",  # nothing is near
        "brokr", "prise tag from Parcle",  # too short for two errors; a name
        "HB-2048817", "parcle@example.org", "example.org/parcle", "#parcle", "parcle2", "par-cle",
        "[email] and [phone]", "我的parcle到了吗",
    ],
)  # fmt: skip
def test_what_stays_as_it_is(text: str, spelling: Spelling) -> None:
    assert spelling.correct(text) == (text if text != "prise tag from Parcle" else "price tag from Parcle")


def test_what_an_entity_covers_stays(spelling: Spelling) -> None:
    text = "is the parcle box broekn"
    assert spelling.correct(text, [Entity("product", "parcle box", "parcle-box", 7, 17)]) == (
        "is the parcle box broken"
    )


@pytest.mark.parametrize(
    "text",
    [
        "the plumber says it is snowing",
        "my colour is grey",
        "two hammocks and a duvet",
        "he phoned, it flickers",
    ],
)
def test_ordinary_english_is_left_alone(text: str, english: Spelling) -> None:
    assert english.correct(text) == text


def test_the_commonest_english_words_come_first() -> None:
    assert english_words()[:3] == ("the", "of", "and")


@pytest.mark.parametrize("word", ["favorite", "klarna", "wayfair"])
def test_words_that_only_the_encoder_or_the_desk_knows_are_left_alone(word: str) -> None:
    """They are names to the speller: right as they stand, and nothing is taken for one of them."""
    plain, knowing = (Spelling({"parcel": 1.0, "favorites": 9.0, "klarnas": 9.0, "wayfairs": 9.0}, (), names)
                      for names in ((), {*whole_words(), "klarna", "wayfair"}))  # fmt: skip
    assert plain.correct(word) == f"{word}s"
    assert knowing.correct(word) == word
    assert knowing.correct(f"{word}x") == f"{word}s"
