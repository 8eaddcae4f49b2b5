"""What is understood is the corrected text; what is kept is the text as written."""

from collections.abc import Callable

import pytest

from bot.pipeline import Bot
from bot.reading import ReadingStep
from bot.turn import Turn

Converse = Callable[..., list[Turn]]


def test_a_misspelt_message_is_understood_and_kept_as_written(converse: Converse) -> None:
    (turn,) = converse("my pacakge hasnt arived yet")
    assert turn.reading == "my package hasnt arrived yet"
    assert turn.as_reply()["text"] == "my pacakge hasnt arived yet"
    assert turn.decision.intents[0] in ("late_or_lost_parcel", "track_order")


def test_other_languages_are_not_corrected(converse: Converse) -> None:
    assert converse("我的 pacakge 到哪了")[-1].reading == "我的 pacakge 到哪了"


@pytest.mark.parametrize(
    "text",
    [
        "is the Larkspur hammock in stock", "do you take Klarna", "who is Wayfair", "order HB-2048817 please",
        "my mail is jo.larkk@exampel.org", "ship to Seattle with UPS",
    ],
)  # fmt: skip
def test_names_numbers_and_masks_stay(text: str, converse: Converse) -> None:
    (turn,) = converse(text)
    assert turn.reading == turn.text


def test_a_denied_matter_gives_way_to_the_wish(converse: Converse) -> None:
    for text in ("I don't want to return it, I want to track my order", "不是要退货，是想问我的快递到哪了"):
        assert converse(text)[-1].decision.intents == ("track_order",)


def test_a_step_knows_the_words_of_the_desk(bot: Bot, converse: Converse) -> None:
    step = next(s for s in bot.steps if isinstance(s, ReadingStep))
    turn = step(Turn("s", "", text="Cainiao larksupr shippping", language="en"))
    assert turn.reading.endswith("shipping")
    assert turn.reading.startswith("Cainiao ")
