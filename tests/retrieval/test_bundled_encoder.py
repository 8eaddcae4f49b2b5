"""The words that the encoder's base knows whole."""

import pytest

from retrieval import bundled_encoder
from retrieval.bundled_encoder import whole_words


def test_whole_words_are_words_the_commonest_first() -> None:
    words = whole_words()
    assert 20_000 < len(words) < 30_000
    assert all(w.isascii() and w.isalpha() and len(w) > 1 for w in words)
    assert words.index("the") < words.index("order") < words.index("favorite")
    assert not {"parcl", "##ing", "[CLS]", "a"} & set(words)


def test_without_the_base_model_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled_encoder, "BASE_PACKAGE", "no_such_package_anywhere")
    assert whole_words.__wrapped__() == ()
