"""The language of a conversation, by name and by words."""

import pytest

from training.history.languages import language_called, language_of

BOTH = ("en", "zh")


@pytest.mark.parametrize(
    ("name", "code"),
    [("en", "en"), ("English", "en"), ("en_US", "en"), ("zh-Hans-CN", "zh"), ("中文", "zh"), ("fr", None)],
)
def test_names_of_languages(name: str, code: str | None) -> None:
    assert language_called(name) == code


@pytest.mark.parametrize(
    ("text", "languages", "language"),
    [
        ("where is my order", BOTH, "en"),
        ("我的 order 到哪了", BOTH, "zh"),
        ("Bonjour, je voudrais savoir où est ma commande", BOTH, None),
        ("Привет, где мой заказ", BOTH, None),
        ("where is my order please", ("zh",), None),
        ("iPhone 15 Pro", ("zh",), "zh"),
        ("我的快递到哪了", ("en",), None),
        ("12345", ("zh",), "zh"),
    ],
)
def test_a_text_is_in_one_of_the_languages_or_in_none(
    text: str, languages: tuple[str, ...], language: str | None
) -> None:
    assert language_of(text, languages) == language
