"""Whether a message has one of the words that an answer is for."""

import re
from collections.abc import Iterable
from functools import lru_cache

from data.fold import fold

_KEPT = 512  # patterns


def says(text: str, words: Iterable[str]) -> bool:
    """Return whether one of `words` stands in `text`: Latin ones as whole words, others anywhere."""
    found = _pattern(tuple(words)).search(fold(text).lower().replace("’", "'"))
    return found is not None


@lru_cache(_KEPT)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(_one(fold(word).lower()) for word in words))


def _one(word: str) -> str:
    before = r"(?<![a-z0-9])" if word[0].isascii() else ""
    after = r"(?![a-z0-9])" if word[-1].isascii() else ""
    return f"{before}{re.escape(word)}{after}"
