"""What a text is found by: its words, and for Chinese each pair of neighbouring characters.

Pairs need no segmentation when a text is written down, so it can't differ between text and question; a word
of two characters is one pair, a longer one is found where all of its pairs are. A question's Chinese is cut
into words, so that 退款多久 finds 退款要多久; in quotation marks it is taken as one word.
"""

import re
import unicodedata
from dataclasses import dataclass

import rjieba

from data.fold import fold

MOST_CHARS = 20_000  # of one text; what follows is not found
MOST_TERMS = 24  # of a question
LONGEST = 64  # characters of a word; what follows is left out
PREFIX_FROM = 3  # letters from which a word also finds longer ones: refund, refunds, refunded
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
_RUNS = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_IS_HAN = re.compile(rf"[{_HAN}]")
_QUOTED = re.compile(r"[\"“”„「『]([^\"“”„」』]*)[\"“”」』]")


@dataclass(frozen=True)
class Term:
    """One thing that a text must have; `prefix`: a word may also only begin so."""

    text: str
    prefix: bool = False


def index_terms(text: str) -> list[str]:
    """Return the distinct terms that a text is found by, in the order of the text."""
    found: dict[str, None] = {}
    for run in _RUNS.findall(_plain(text[:MOST_CHARS])):
        if _IS_HAN.match(run):
            found.update(dict.fromkeys(_pairs(run)))
            found[run[-1]] = None  # so that every single character begins some term
        else:
            found[run[:LONGEST]] = None
    return list(found)


def question_terms(question: str) -> list[Term]:
    """Return the terms that all must be in a text; none where the question has no letter or digit."""
    found: dict[Term, None] = {}
    for word in _question_words(question):
        if not _IS_HAN.match(word):
            found[Term(word[:LONGEST], prefix=len(word) >= PREFIX_FROM)] = None
        elif len(word) == 1:
            found[Term(word, prefix=True)] = None
        else:
            found.update(dict.fromkeys(map(Term, _pairs(word))))
    return list(found)[:MOST_TERMS]


def mark(text: str, question: str) -> list[tuple[str, bool]]:
    """Return the text in pieces, and of each whether it is what the question asked for."""
    plain, places = _plain_with_places(text)
    hit = [False] * len(text)
    for word in _question_words(question):
        for begin in _found_at(plain, word):
            for place in range(begin, begin + len(word)):
                hit[places[place]] = True
    pieces: list[tuple[str, bool]] = []
    for char, is_hit in zip(text, hit, strict=True):
        if pieces and pieces[-1][1] == is_hit:
            pieces[-1] = (pieces[-1][0] + char, is_hit)
        else:
            pieces.append((char, is_hit))
    return pieces


def _found_at(plain: str, word: str) -> list[int]:
    """Return where a word begins in a text; a short Latin one counts only as a whole."""
    if _IS_HAN.match(word):
        pattern = re.escape(word)
    else:
        pattern = rf"(?<![^\W_{_HAN}]){re.escape(word)}"
        if len(word) < PREFIX_FROM:
            pattern += rf"(?![^\W_{_HAN}])"
    return [m.start() for m in re.finditer(pattern, plain)]


def _question_words(question: str) -> list[str]:
    """Return the Latin words and the Chinese words of a question, without single characters beside others."""
    question = question[:MOST_CHARS]
    whole = [run for quoted in _QUOTED.findall(question) for run in _RUNS.findall(_plain(quoted))]
    words: list[str] = []
    for run in _RUNS.findall(_plain(_QUOTED.sub(" ", question))):
        if not _IS_HAN.match(run):
            words.append(run)
            continue
        cut = rjieba.cut(run)
        words += [w for w in cut if len(w) > 1] or ([run] if len(run) == 1 else list(_pairs(run)))
    return list(dict.fromkeys([*whole, *words]))


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


def _plain(text: str) -> str:
    """Return a text folded, in lower case, without accents."""
    split = unicodedata.normalize("NFD", fold(text).lower())
    bare = "".join(c for c in split if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare)


def _plain_with_places(text: str) -> tuple[str, list[int]]:
    """Return a text as `_plain` does, character by character, and where in it each one came from."""
    plain, places = [], []
    for place, char in enumerate(text):
        for own in _plain(char) or " ":
            plain.append(own)
            places.append(place)
    return "".join(plain), places
