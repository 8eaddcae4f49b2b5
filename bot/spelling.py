"""Typing errors in English words, set right before a message is read for what it wants.

Not covered: words run together or torn apart, errors that make another English word ("form" for "from"),
words of three letters, and a first letter that is wrong or missing.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.turn import Entity

_WORD = re.compile(r"(?<![\w'’@#/.\-])[A-Za-z]{4,24}(?![\w'’@/\-]|\.\w)")
_DRAWN_OUT = re.compile(r"(.)\1{2,}")  # pleeease
_LEAST = 4  # letters; shorter words turn into others by one
_LONG = 7  # letters, from which two errors may be set right
_FREQUENT = 40_000  # words that a misspelt one may be taken for; rarer ones are only left alone
_CACHED = 4096  # words


class Spelling:
    """The words that are known, and the nearest of them to a word that is not.

    `history` has each word of the history and how rare it is, `common` the language's other words, most
    frequent first; `names` are right as they stand, and nothing is taken for one of them.
    """

    def __init__(
        self, history: Mapping[str, float], common: Sequence[str] = (), names: Iterable[str] = ()
    ) -> None:
        # the cache holds the words, not this: a release that is no longer used goes at once
        self._meant = lru_cache(_CACHED)(_Words(history, common, names).meant)

    def correct(self, text: str, entities: Iterable[Entity] = ()) -> str:
        """Return `text` with its misspelt words set right, names and what the entities cover left alone."""
        taken = [(e.start, e.end) for e in entities]

        def right(found: re.Match[str]) -> str:
            word, start, end = found[0], *found.span()
            if _is_name(text, start, word) or any(s < end and start < e for s, e in taken):
                return word
            return self._meant(word.lower()) or word

        return _WORD.sub(right, text)


class _Words:
    """Looks a word up among those that are known."""

    def __init__(self, history: Mapping[str, float], common: Sequence[str], names: Iterable[str]) -> None:
        self._known = {*history, *common, *names}
        self._rank = {word: (1, float(at)) for at, word in enumerate(common[:_FREQUENT])}
        self._rank |= {word: (0, rare) for word, rare in history.items()}
        self._by_start: dict[tuple[str, int], list[str]] = defaultdict(list)
        for word in self._rank:
            if len(word) >= _LEAST:
                self._by_start[word[0], len(word)].append(word)

    def meant(self, word: str) -> str | None:
        """Return the known word that was meant; None if this one is known itself or none is near."""
        if word in self._known:
            return None
        for short in (_DRAWN_OUT.sub(r"\1", word), _DRAWN_OUT.sub(r"\1\1", word)):
            if len(short) > 2 and short in self._known:
                return short
        for errors in (1, 2) if len(word) >= _LONG else (1,):
            if near := self._near(word, errors):
                return min(near, key=lambda known: self._likelihood(word, known))
        return None

    def _near(self, word: str, errors: int) -> list[str]:
        """Return the words at a distance of `errors`, of those that begin with the first or second letter."""
        lengths = range(len(word) - errors, len(word) + errors + 1)
        starts = dict.fromkeys(word[:2])
        choices = [known for start in starts for n in lengths for known in self._by_start.get((start, n), ())]
        found = process.extract(word, choices, scorer=OSA.distance, score_cutoff=errors, limit=None)
        return [known for known, _, _ in found]

    def _likelihood(self, word: str, known: str) -> tuple[int, bool, float]:
        """Return what is least for the likeliest: letters are swapped or left out more often than wrong."""
        kind, rank = self._rank[known]
        wrong = len(word) == len(known) and sorted(word) != sorted(known)
        return kind, wrong, rank


@cache  # every release has the same
def english_words() -> tuple[str, ...]:
    """Return 82 thousand English words, most frequent first.

    They are those of symspellpy. Its index would look a word up faster, but takes seconds and 140 MB to make,
    and few words of a message are unknown.
    """
    spec = find_spec("symspellpy")
    assert spec is not None, "symspellpy is a dependency"
    assert spec.origin is not None
    lines = Path(spec.origin).with_name("frequency_dictionary_en_82_765.txt").read_text("utf-8-sig")
    return tuple(line.split(" ", 1)[0] for line in lines.splitlines())


def _is_name(text: str, start: int, word: str) -> bool:
    """Return whether a word has a capital where no sentence begins, as people and brands have."""
    before = text[:start].rstrip()
    return word[0].isupper() and not word.isupper() and bool(before) and before[-1] not in ".!?"
