"""What of a reply is one customer's: times of day, days of a month, postcodes and reference numbers.

Not covered: times in English words ("half past eight"), US postcodes without a state or "zip".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from bot.dates import level

_HOUR = r"(?:[01]?[0-9]|2[0-4])"
_CLOCK = (
    rf"(?:{_HOUR}(?:[:.][0-5][0-9])? ?[ap](?:m|\.m\.?)(?![a-z])|{_HOUR}:[0-5][0-9](?![0-9])"
    rf"|{_HOUR} o['’]?clock|noon|midday|midnight)"
)
_TO = r" ?(?:-|–|—|~|to|and|until|till) ?"
_AFTER = (  # what follows an hour or a day, not a number of something: "between 8 and 12 weeks"
    r"(?= ?(?:[.,;:!?)，。；！？](?![0-9])|$|(?:on|at|and|but|or|so|if|as|for|from|to|with|by|between|before"
    r"|after|in|is|was|it|we|you|your|the|today|tonight|tomorrow|this|next|please|when|then|mon|tues|wednes|thurs|fri"
    r"|satur|sun)(?:day)?(?![a-z])))"
)
_PART = r"(?:凌晨|清晨|早上|早晨|今早|明早|上午|中午|下午|傍晚|晚上|今晚|明晚)"
_HAN_HOUR = r"[一二两三四五六七八九十]{1,3}"
_MINUTES = r"(?:半|整|钟|[一三]刻|[0-5]?[0-9]分)?"
_HAN_CLOCK = (
    rf"(?:{_PART}(?:{_HOUR}|{_HAN_HOUR})[点时]{_MINUTES}|{_HAN_HOUR}点(?:半|整|钟)"
    rf"|(?<![有这几第下])(?<![0-9.]){_HOUR}点{_MINUTES}(?![几建要原注意见说好])"
    rf"|{_PART}?{_HOUR}:[0-5][0-9](?![0-9]))"
)
_STATES = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH"
    "|OK|OR|PA|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|DC"
)
_STATE_AND_CODE = re.compile(rf"(?<![A-Za-z])(?:{_STATES}),? [0-9]{{5}}(?:-[0-9]{{4}})?(?![0-9])")


@dataclass(frozen=True)
class Particular:
    """A span of a text, and what it is: time, date, postcode or number."""

    kind: str
    start: int
    end: int


def find_particulars(text: str) -> Iterator[Particular]:
    """Yield what a text says of one customer's case; spans may overlap."""
    flat = level(text)
    for kind, pattern in _patterns():
        for m in pattern.finditer(flat):
            yield Particular(kind, m.start(), m.end())
    for m in _STATE_AND_CODE.finditer(text):  # in capitals, because "in" and "or" are states, too
        yield Particular("postcode", m.start(), m.end())


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    either, either_han = f"(?:{_CLOCK}|{_HOUR})", f"(?:{_HAN_CLOCK}|{_PART}?{_HOUR})"
    patterns = (
        # 8 am, 14:30, noon; between 8 and 12, 8-12 am; by 7 today
        ("time", rf"(?<![a-z0-9.:]){_CLOCK}"),
        ("time", rf"(?<![a-z])(?:between|from) {either}{_TO}(?:{_CLOCK}|{_HOUR}{_AFTER})"),
        ("time", rf"(?<![a-z0-9.:/-]){either}{_TO}{_CLOCK}"),
        ("time", rf"(?<=(?<![a-z])(?:by|at) ){_HOUR}{_AFTER}"),
        # 下午3点, 下午三点半, 8点到12点, 上午8-12点, 中午前
        ("time", _HAN_CLOCK),
        ("time", rf"(?<![0-9.:]){either_han} ?[到至~\-–—] ?{_HAN_CLOCK}"),
        ("time", r"中午(?=[前以之送到来。，！]|$)"),
        # the 21st, for 3rd; not the 2nd floor
        ("date", rf"(?<![a-z0-9])(?:the )?[0-3]?[0-9](?:st|nd|rd|th){_AFTER}"),
        # CF10 9EJ, NY 10001, zip 94110
        ("postcode", r"(?<![a-z0-9])[a-z]{1,2}[0-9][a-z0-9]? ?[0-9][a-z]{2}(?![a-z0-9])"),
        ("postcode", r"(?:(?<=zip )|(?<=zip code ))[0-9]{5}(?![0-9])|(?<=邮编)[0-9]{6}(?![0-9])"),
        # LK-2048817
        ("number", r"(?<![a-z0-9])[a-z]{1,5}-[0-9]{4,}(?![0-9a-z])"),
    )  # fmt: skip
    return tuple((kind, re.compile(pattern)) for kind, pattern in patterns)
