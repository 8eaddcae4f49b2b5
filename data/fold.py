"""One spelling for texts that mean the same: full width, half width, traditional and simplified."""

import re
import unicodedata
from functools import cache

import opencc

_SPACE = re.compile(r"\s+")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


@cache
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def fold(text: str) -> str:
    """Return `text` in NFKC, simplified characters, single spaces, without invisible characters.

    What is shown to people stays as they wrote it; only what is compared is folded.
    """
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    if _HAN.search(text):
        text = _to_simplified().convert(text)
    return _SPACE.sub(" ", text).strip()
