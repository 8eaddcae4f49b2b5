"""Questions are answered by the paragraphs that answer them, and by none where none does."""

import pytest

from bot.pipeline import Bot
from tests.bench.quoted import quoted


@pytest.mark.parametrize(
    ("kind", "made_do"),
    [("products", 0.3), ("rules", 0.8)],  # about rules nearly all has an article, if not that very point
)
def test_questions_are_answered_by_what_is_known(kind: str, made_do: float, bot: Bot) -> None:
    for language, said in quoted(bot, kind).items():
        answerable = said["right"] + said["wrong"] + said["nothing"]
        assert said["right"] >= 0.4 * answerable, language
        assert said["wrong"] <= 0.8 * said["right"], language
        assert said["made_do"] <= made_do * (said["made_do"] + said["left"]), language
