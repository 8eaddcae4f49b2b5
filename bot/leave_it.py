"""That nothing is to be done after all, and no person is wanted: "forget it", 算了, "no agent please".

Not covered: what is wanted instead where no order is named ("forget it, how do I return something").
"""

import re

from bot.general import asks
from bot.turn import FEW_WORDS, Turn
from retrieval.keywords import word_count

_LEAVE_IT = re.compile(  # nothing is to be done after all
    r"^\W*(?:(?:actually|oh|ok(?:ay)?|no|sorry)[\s,]+)*"
    r"(?:never ?mind|forget (?:it|about it)|keep it|leave it|no need|wrong (?:chat|window))\b"
    r"|^\W*(?:please )?(?:do not|don'?t|dont) (?:cancel|return|refund|change|delete|close)\b"
    r"|^\W*(?:那|还是)?(?:算了|不用了|没事了|不必了)|^\W*(?:别|不要)(?:给我)?(?:取消|退货|退款|换货|注销)"
    r"|^\W*(?:不好意思|抱歉)\W*(?:发|打)错人?了|^\W*(?:发|打)错(?:群|窗口)了",
    re.IGNORECASE,
)
_NO_PERSON = re.compile(
    r"\b(?:do not|don'?t|dont|no need)\b[^.?!]{0,20}\b(?:human|person|agent|operator)\b"
    r"|(?:不要|不用|不需要|不想|别).{0,4}(?:人工|真人)",
    re.IGNORECASE,
)


def leaves_it(text: str) -> bool:
    """Return whether a short message wants nothing done, or no person."""
    if word_count(text) > FEW_WORDS:
        return False
    return bool(_LEAVE_IT.search(text) or _NO_PERSON.search(text))


def asked_instead(turn: Turn, text: str) -> str | None:
    """Return what a turn's text asks about an order after all: "where is …" of "never mind, where is …"."""
    left = _LEAVE_IT.match(text) if turn.entity("order_number") else None
    rest = text[left.end() :].lstrip(" ,.;:!，。；：！、") if left else ""
    return rest if asks(rest) else None
