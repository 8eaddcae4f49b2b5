"""What the numbers of a company's orders look like, learned from what is said after "order" or 订单号."""

import re
from collections import Counter
from collections.abc import Iterable

from bot.dates import level
from data.desk import Slot

LEAST = 5  # times that a format is seen
SHARE = 0.05  # of all numbers seen; rarer ones are slips
_SAID = re.compile(
    r"(?:(?<![a-z])(?:order|booking|reservation|purchase)|订单|单号|预订号?|预约号?)"
    r"(?:[ .:,]{0,2}(?:numbers?|num|nr|no|id|ref(?:erence)?|is|it's|编?号码?|是|为|#)){0,3}[ .:,#]{0,3}"
    r"((?:[a-z]{1,5}[-_/]?)?[0-9](?:[0-9]|[-/](?=[0-9])){3,19})(?![0-9a-z]|[-./:,][0-9])"
)
_DATE = re.compile(r"(?:19|20)[0-9]{2}(?:[-/][0-9]{1,2}){0,2}|[0-9]{1,2}[-/][0-9]{1,2}[-/](?:19|20)?[0-9]{2}")
_ASK = {
    "en": "Could you send me the order number? It is in your confirmation and looks like {example}.",
    "zh": "麻烦您发一下订单号，在确认信息里可以看到，形如 {example}。",
}


def number_formats(texts: Iterable[str]) -> tuple[str, ...]:
    """Return formats as a desk's slots have them (`BR-#####`), the most frequent first.

    Of spellings of one format the most frequent is taken; numbers said without its letters are of it, too.
    """
    seen: Counter[str] = Counter()
    for text in texts:
        for m in _SAID.finditer(level(text)):
            if not _DATE.fullmatch(m[1]):
                seen[re.sub(r"[0-9]", "#", m[1].upper())] += 1
    least = max(LEAST, SHARE * seen.total())
    kept: dict[str, str] = {}  # letters and digits alone: as spelled
    for shape, count in seen.most_common():
        if count >= least:
            kept.setdefault(re.sub(r"[^A-Z#]", "", shape), shape)
    with_letters = {re.sub("[A-Z]", "", plain) for plain in kept if plain.strip("#")}
    return tuple(shape for plain, shape in kept.items() if plain not in with_letters)


def order_slot(formats: tuple[str, ...], languages: Iterable[str]) -> Slot:
    """Return the slot of order numbers of these formats, with a question for one in each language."""
    places = iter("2048817" * 3)
    example = "".join(next(places) if c == "#" else c for c in formats[0])
    return Slot(
        example=example, formats=formats, ask={la: _ASK[la].format(example=example) for la in languages}
    )
