"""What a group of messages is about: the words that many of them use and few other groups do.

A class-based TF-IDF (Grootendorst 2022, https://arxiv.org/abs/2203.05794); a word's weight falls with the
number of groups that use it, not with its count: among thousands of small groups a count is all chance.
"""

import math
from collections import Counter
from collections.abc import Sequence

from retrieval.keywords import words

MOST = 4  # words that name a group
READ = 30  # messages of a group that are read for its name
_COMMON = """
a about all am an and any are as at be been but by can could did do does don't for from get go got had has
have hb hello hey hi how i i'm i've if im in is it it's its just ll me my need no not now of ok on one or our
out please re s so some still t than that that's the their them then there they this to too up us ve want was
we were what what's when where which who why will with would yes you your
can't cant didn't didnt doesn't doesnt dont isn't isnt wasn't wasnt won't wont im ive u ur
anything instead many maybe much never something
的 了 我 你 您 是 在 不 有 吗 呢 吧 啊 就 都 也 还 和 这 那 这个 那个 一个 一下 什么 怎么 怎样 可以 能 要 想
会 没 没有 很 到 给 把 被 让 去 来 说 看 请问 你好 您好 请 呀 哦 嗯 个 么 我们 你们 但 但是 因为 所以 如果
为什么 哪 几 多少 里 上 下 着 过 地 得 对 跟 从 又 才 只 再 已经
"""  # name nothing, however often they stand in a group
_EMPTY = frozenset(_COMMON.split())


def distinctive_words(groups: Sequence[Sequence[str]], most: int = MOST) -> list[list[str]]:
    """Return for each group of messages the words that set it apart from the others, best first."""
    counts = [Counter(_counted(texts)) for texts in groups]
    used = Counter(word for count in counts for word in count)

    def weight(count: Counter[str], word: str) -> float:
        return count[word] * math.log(1 + len(groups) / used[word])

    def named(count: Counter[str]) -> list[str]:
        return sorted(count, key=lambda word: (-weight(count, word), word))[:most]

    return [named(count) for count in counts]


def names_something(word: str) -> bool:
    """Return whether a word may tell what a message is about: no "the", no 的, no number."""
    return word not in _EMPTY and not _is_number(word)


def _counted(texts: Sequence[str]) -> list[str]:
    """Return each message's words once, so that one long message does not name its group."""
    return [w for text in texts[:READ] for w in set(words(text)) if names_something(w)]


def _is_number(word: str) -> bool:
    """Return whether a word is a number, or one of an order or a parcel: mostly digits."""
    return 2 * sum(c.isdigit() for c in word) > len(word)
