"""Digits as people say them: 四八二一三, 幺三〇, "four eight two one three", "double oh seven".

Not covered: numbers with units (四万八千, "forty-eight"), which are counts, and capital numerals (肆捌).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

HAN = {c: str(i) for i, c in enumerate("零一二三四五六七八九")} | {"〇": "0", "幺": "1"}
_WORDS = {
    "zero": "0", "oh": "0", "o": "0", "nought": "0", "one": "1", "two": "2", "three": "3", "four": "4",
    "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
}  # fmt: skip
_TIMES = {"double": 2, "triple": 3}
_MOST = 30  # digits of a number, more than any format has
_WORD = rf"(?:{'|'.join(_WORDS)}|[0-9])"
_ONE = rf"(?:(?:{'|'.join(_TIMES)}) )?{_WORD}(?![a-z0-9])"
_ENGLISH = re.compile(rf"(?<![a-z0-9]){_ONE}(?:[ ,.\-]{{1,2}}{_ONE}){{2,{_MOST}}}")
_PART = re.compile(rf"(?:({'|'.join(_TIMES)}) )?({_WORD})(?![a-z0-9])")
_CHINESE = re.compile(rf"[0-9{''.join(HAN)}](?:[ ,、\-]?[0-9{''.join(HAN)}]){{2,{_MOST}}}")
_COUNTS = "十百千万亿两第半几数多"  # beside digits they make a count of them
_COUNTED = re.compile(  # what follows a count or a date, and no number of a customer's
    r" ?(?:[年月日天点块元人位名个件间晚层楼岁折度周分秒次份只条双张斤寸米]|小时|星期|礼拜|公里|厘米"
    r"|号(?:楼|店|线|到|入住|下午|上午|晚))"
)


@dataclass(frozen=True)
class Digits:
    """A run of digits, some of them in words; `start` and `end` are those of the text."""

    start: int
    end: int
    digits: str


def spoken_digits(flat: str) -> Iterator[Digits]:
    """Yield the runs of three and more digits in a levelled text of which at least one is a word."""
    for m in _CHINESE.finditer(flat):
        if HAN.keys() & set(m[0]) and not _is_count(flat, *m.span()):
            yield Digits(*m.span(), "".join(HAN.get(c, c) for c in m[0] if c in HAN or c.isdecimal()))
    for m in _ENGLISH.finditer(flat):
        if not m[0].replace(" ", "").isdecimal():
            parts = _PART.findall(m[0])
            yield Digits(*m.span(), "".join(_WORDS.get(d, d) * _TIMES.get(times, 1) for times, d in parts))


def _is_count(flat: str, start: int, end: int) -> bool:
    beside = flat[max(0, start - 1) : start] + flat[end : end + 1]
    return bool({*_COUNTS, *HAN} & set(beside) or _COUNTED.match(flat, end))
