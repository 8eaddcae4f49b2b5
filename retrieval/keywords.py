"""BM25 over words, and for Chinese also over pairs of characters."""

import logging
import re
from pathlib import Path

import bm25s
import numpy as np
import rjieba
from numpy.typing import NDArray

from data.fold import fold

_WORDS = re.compile(r"[a-z0-9]+(?:['’][a-z]+)?|[\u3400-\u9fff]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LETTERS = re.compile(r"[^\W\d_]+")


def words(text: str) -> list[str]:
    """Return the words of a text: lower-case Latin words, and Chinese runs segmented."""
    found: list[str] = []
    for run in _WORDS.findall(fold(text).lower()):
        found += rjieba.cut(run) if _HAN.match(run) else [run]
    return found


def terms(text: str) -> list[str]:
    """Return what BM25 counts: words with a plain plural cut off, Chinese words and character pairs.

    Pairs find 优惠券 where the segmentation of question and text differ.
    """
    found: list[str] = []
    for word in words(text):
        if _HAN.match(word):
            found.append(word)
        elif len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
            found.append(word[:-1])
        else:
            found.append(word)
    for run in re.findall(r"[\u3400-\u9fff]{2,}", fold(text)):
        found += [run[i : i + 2] for i in range(len(run) - 1)]
    return found


def word_count(text: str) -> int:
    """Return the number of words, order numbers aside; two Chinese characters count as one."""
    han = len(_HAN.findall(text))
    latin = sum(1 for w in _LETTERS.findall(_HAN.sub(" ", text)) if w.lower() != "hb")
    return latin + (han + 1) // 2


class KeywordIndex:
    """An immutable BM25 index; ids are the row numbers."""

    def __init__(self, index: bm25s.BM25, size: int) -> None:
        self._index = index
        self._size = size

    @classmethod
    def of(cls, texts: list[str]) -> "KeywordIndex":
        logging.getLogger("bm25s").setLevel(logging.WARNING)  # it sets itself to debug
        index = bm25s.BM25()
        index.index([terms(t) for t in texts], show_progress=False)
        return cls(index, len(texts))

    @classmethod
    def load(cls, folder: Path, size: int) -> "KeywordIndex":
        return cls(bm25s.BM25.load(folder), size)

    def save(self, folder: Path) -> None:
        self._index.save(folder)

    def scores(self, query: str) -> NDArray[np.float32]:
        """Return the BM25 score of every row, shape (n,); 0 where no term is shared."""
        known = [t for t in terms(query) if t in self._index.vocab_dict]
        if not known:
            return np.zeros(self._size, np.float32)
        return np.asarray(self._index.get_scores(known), np.float32)
