"""What the numbers of a company's customers look like, learned from its dialogues: slots for a new desk.

Of orders, bookings, accounts or contracts: from what is said after such a word, and from numbers with
letters. A number is counted once, however often it is said: the name of a model stands alone in its format.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from bot.dates import level
from data.desk import Slot

LEAST = 5  # different numbers of a format
SHARE = 0.05  # of all numbers seen; rarer ones are slips
_WORDS = {  # word before a number, in any language: what the number is of
    "order": "order", "purchase": "order", "订单": "order", "单号": "order",
    "booking": "booking", "reservation": "booking", "预订": "booking", "预约": "booking",
    "account": "account", "账户": "account", "账号": "account", "帐号": "account", "户号": "account",
    "contract": "contract", "policy": "contract", "合同": "contract", "保单": "contract",
    "customer": "customer", "member": "customer", "客户": "customer", "会员": "customer",
}  # fmt: skip
_CALLED = {
    "order": {"en": "order number", "zh": "订单号"},
    "booking": {"en": "booking number", "zh": "预订号"},
    "account": {"en": "account number", "zh": "账号"},
    "contract": {"en": "contract number", "zh": "合同号"},
    "customer": {"en": "customer number", "zh": "客户号"},
}
_ASK = {
    "en": "Could you send me the {called}? It is in your confirmation and looks like {example}.",
    "zh": "麻烦您发一下{called}，在确认信息里可以看到，形如 {example}。",
}
_SAID = re.compile(
    rf"(?<![a-z])({'|'.join(_WORDS)})"
    r"(?:[ .:,]{0,2}(?:numbers?|num|nr|no|id|ref(?:erence)?|is|it's|编?号码?|是|为|#)){0,3}[ .:,#]{0,3}"
    r"((?:[a-z]{1,5}[-_/]?)?[0-9](?:[0-9]|[-/](?=[0-9])){3,19})(?![0-9a-z]|[-./:,][0-9])"
)
_LETTERED = re.compile(r"(?<![a-z0-9/@.])([a-z]{2,5}[-_]?[0-9]{4,12})(?![0-9a-z]|[-./:,@][0-9a-z])")
_DATE = re.compile(r"(?:19|20)[0-9]{2}(?:[-/][0-9]{1,2}){0,2}|[0-9]{1,2}[-/][0-9]{1,2}[-/](?:19|20)?[0-9]{2}")


def number_slots(texts: Iterable[str], languages: Iterable[str]) -> dict[str, Slot]:
    """Return slots by name, formats as a desk has them (`BR-#####`), the most frequent first.

    Of spellings of one format the most frequent is taken; numbers said without its letters are of it, too.
    """
    numbers: dict[str, set[str]] = defaultdict(set)  # of a format
    words: dict[str, Counter[str]] = defaultdict(Counter)  # before numbers of a format
    for text in texts:
        flat = level(text)
        for m in _SAID.finditer(flat):
            if not _DATE.fullmatch(m[2]):
                numbers[_shape(m[2])].add(m[2])
                words[_shape(m[2])][_WORDS[m[1]]] += 1
        for m in _LETTERED.finditer(flat):
            numbers[_shape(m[1])].add(m[1])
    by_kind: dict[str, list[str]] = defaultdict(list)
    for shape in _kept({shape: len(of) for shape, of in numbers.items()}):
        by_kind[words[shape].most_common(1)[0][0] if words[shape] else "order"].append(shape)
    spoken = sorted(languages)
    return {f"{kind}_number": _slot(kind, formats, spoken) for kind, formats in by_kind.items()}


def formats_said(slots: Iterable[Slot]) -> str:
    """Return all formats, as a line says them; "" where there are none."""
    return " or ".join(shape for slot in slots for shape in slot.shapes)


def _shape(number: str) -> str:
    return re.sub(r"[0-9]", "#", number.upper())


def _kept(counts: dict[str, int]) -> list[str]:
    """Return the formats of enough numbers."""
    least = max(LEAST, SHARE * sum(counts.values()))
    kept: dict[str, str] = {}  # letters and digits alone: as spelled
    for shape, count in sorted(counts.items(), key=lambda c: -c[1]):
        if count >= least:
            kept.setdefault(re.sub(r"[^A-Z#]", "", shape), shape)
    with_letters = {re.sub("[A-Z]", "", plain) for plain in kept if plain.strip("#")}
    return [shape for plain, shape in kept.items() if plain not in with_letters]


def _slot(kind: str, formats: list[str], languages: list[str]) -> Slot:
    places = iter("2048817" * 3)
    example = "".join(next(places) if c == "#" else c for c in formats[0])
    called = _CALLED[kind]
    own = {} if kind == "order" else {la: (called[la].removesuffix(" number"),) for la in languages}
    ask = {la: _ASK[la].format(called=called[la], example=example) for la in languages}
    return Slot(example=example, formats=tuple(formats), called=own, ask=ask)
