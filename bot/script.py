"""Traditional characters and the words and marks that go with them, for customers who write so."""

from functools import cache

import opencc

_SAID_OTHERWISE = {  # what OpenCC's phrases for Taiwan leave as the mainland says it
    "“": "「",
    "”": "」",
    "‘": "『",
    "’": "』",
    "早上好": "早安",
    "下午好": "午安",
    "前臺": "櫃檯",
    "賬戶": "帳戶",
    "賬號": "帳號",
    "智能": "智慧",
}


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("s2twp")


def traditional(text: str) -> str:
    """Return a simplified Chinese text as it is written and said in Taiwan."""
    text = _converter().convert(text)
    for said, otherwise in _SAID_OTHERWISE.items():
        text = text.replace(said, otherwise)
    return text
