"""What a message names, in one spelling: reference numbers, dates, amounts, products, cities and countries.

Not covered: amounts in English words above ninety-nine or without a currency; $ is taken for US dollars and
元 for yuan wherever the customer is; weights in pounds pass for money.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache
from itertools import chain

from rapidfuzz.distance import OSA

from bot.dates import find_dates, level, longest, read_number
from bot.places import Names, find_places
from bot.reference_numbers import ReferenceNumbers
from bot.turn import Entity, Turn
from data.desk import Desk

_BEFORE_AMOUNT = {
    "$": "USD", "us$": "USD", "usd": "USD", "¥": "CNY", "cn¥": "CNY", "rmb": "CNY", "cny": "CNY",
    "£": "GBP", "gbp": "GBP", "€": "EUR", "eur": "EUR", "hk$": "HKD", "hkd": "HKD",
    "nt$": "TWD", "ntd": "TWD", "twd": "TWD", "a$": "AUD", "au$": "AUD", "aud": "AUD",
    "c$": "CAD", "ca$": "CAD", "cad": "CAD", "s$": "SGD", "sgd": "SGD", "nz$": "NZD", "nzd": "NZD",
    "jp¥": "JPY", "jpy": "JPY", "rm": "MYR", "myr": "MYR",
}  # fmt: skip
_AFTER_AMOUNT = {
    "dollar": "USD", "dollars": "USD", "buck": "USD", "bucks": "USD", "usd": "USD", "us dollars": "USD",
    "美元": "USD", "美金": "USD", "刀": "USD", "yuan": "CNY", "rmb": "CNY", "cny": "CNY", "kuai": "CNY",
    "元": "CNY", "块": "CNY", "块钱": "CNY", "元钱": "CNY", "人民币": "CNY", "圆": "CNY",
    "pound": "GBP", "pounds": "GBP", "quid": "GBP", "gbp": "GBP", "英镑": "GBP",
    "euro": "EUR", "euros": "EUR", "eur": "EUR", "€": "EUR", "欧元": "EUR", "港币": "HKD", "港元": "HKD",
    "hkd": "HKD", "台币": "TWD", "新台币": "TWD", "ntd": "TWD", "twd": "TWD", "澳元": "AUD", "澳币": "AUD",
    "aud": "AUD", "加元": "CAD", "加币": "CAD", "cad": "CAD", "新币": "SGD", "sgd": "SGD", "纽币": "NZD",
    "nzd": "NZD", "日元": "JPY", "yen": "JPY", "jpy": "JPY", "马币": "MYR", "令吉": "MYR", "ringgit": "MYR",
}  # fmt: skip
_TIMES = {"k": 1000, "千": 1000, "万": 10000}
_PIECE_OR_COIN = re.compile(r"$|[^\w]|[的了吧吗呢啊呀]")  # after 块: money; before a noun it counts pieces

_NUMERALS = re.compile(r"[0-9一二两双单三四五六七八九十]")
_TOKEN = re.compile(r"[a-z0-9.\u00df-\u024f]+")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LEAST_LATIN, _LEAST_WORD, _LEAST_HAN = 8, 5, 5  # shorter ones turn into other words by one letter: mat, map


class EntitiesStep:
    """Adds what the masked text names to `entities`, in the order of the text."""

    def __init__(self, desk: Desk, today: Callable[[], date] = date.today) -> None:
        self._today = today
        self._numbers = ReferenceNumbers(desk.slots)
        self._products = ProductNames(desk)
        self._payment = Names(
            {
                level(name): method.name[desk.languages[0]]
                for method in desk.payment_methods
                for name in (*method.name.values(), *method.aliases)
            }
        )

    def __call__(self, turn: Turn) -> Turn:
        text, asked = turn.text, turn.memory.asked_slot
        named = (
            *self._numbers.find(text, asked or self._numbers.alone(text)),
            *self._products.find(text),
            *self._methods(text),
            *find_amounts(text),
            *find_dates(text, self._today()),
            *find_places(text),
        )
        found = (*turn.entities, *longest(_beside(turn.entities, named)))
        unfit = _beside(found, self._numbers.unfit(text, asked))
        turn.entities = tuple(sorted((*found, *unfit), key=lambda e: e.start))
        return turn

    def _methods(self, text: str) -> Iterator[Entity]:
        """Yield the ways of paying named, values as they are called in the desk's first language."""
        for start, end, method in self._payment.find(level(text)):
            yield Entity("payment_method", text[start:end], method, start, end)


def _beside(known: Iterable[Entity], found: Iterable[Entity]) -> list[Entity]:
    """Return those found that share no character with what is known."""
    return [e for e in found if all(e.end <= k.start or k.end <= e.start for k in known)]


def find_amounts(text: str) -> list[Entity]:
    """Return the amounts of money in `text`, values like `USD 49.90`, in order and without overlaps."""
    flat = level(text)
    found = []
    for pattern, currencies in _amounts():
        for m in pattern.finditer(flat):
            try:
                amount = _amount(m)
            except ValueError:  # letters that only look like a number word
                continue
            if m["currency"] == "块" and not m["dime"] and not _is_money(amount, flat, m.end()):
                continue
            value = f"{currencies[m['currency']]} {amount:.2f}"
            found.append(Entity("amount", text[m.start() : m.end()], value, m.start(), m.end()))
    return longest(found)


class ProductNames:
    """The catalogue's names and aliases in all languages, also with one typing error in a long one."""

    def __init__(self, desk: Desk) -> None:
        names = {
            _product_spelling(name): product.id
            for product in desk.products
            for name in (*product.name.values(), *chain(*product.aliases.values()))
        }
        self._exact = Names(names)
        self._by_word: dict[str, list[tuple[int, list[str], str, str]]] = {}
        self._by_char: dict[str, list[tuple[int, str, str]]] = {}
        for name, product in names.items():
            words = _TOKEN.findall(name)
            if _HAN.search(name):
                if len(name) >= _LEAST_HAN:
                    for i in (0, 1):  # one of the first two is right when one is wrong
                        self._by_char.setdefault(name[i], []).append((i, name, product))
            elif len(name) >= _LEAST_LATIN and len(words) > 1:
                for i, word in enumerate(words):
                    self._by_word.setdefault(word, []).append((i, words, name, product))

    def find(self, text: str) -> list[Entity]:
        """Return the products named in `text`, values their ids; exact names before misspelt ones."""
        flat = _product_spelling(text)
        exact = [_product(text, *span) for span in self._exact.find(flat)]
        near = [_product(text, *span) for span in (*self._near_words(flat), *self._near_chars(flat))]
        clear = [e for e in near if not any(e.start == o.start and e.value != o.value for o in near)]
        free = (e for e in clear if all(e.end <= x.start or x.end <= e.start for x in exact))
        return sorted((*exact, *longest(free)), key=lambda e: e.start)

    def _near_words(self, flat: str) -> Iterator[tuple[int, int, str]]:
        tokens = list(_TOKEN.finditer(flat))
        for i, token in enumerate(tokens):
            for at, words, name, product in self._by_word.get(token[0], ()):
                row = tokens[max(0, i - at) : i - at + len(words)]
                if len(row) < len(words):
                    continue
                start, end = row[0].start(), row[-1].end()
                wrong = [(w, t[0]) for w, t in zip(words, row, strict=True) if w != t[0]]
                near_by = end - start <= len(name) + 1
                if len(wrong) == 1 and near_by and _is_typo(*wrong[0], least=_LEAST_WORD):
                    yield start, end, product

    def _near_chars(self, flat: str) -> Iterator[tuple[int, int, str]]:
        for i, char in enumerate(flat):
            for at, name, product in self._by_char.get(char, ()):
                start, end = i - at, i - at + len(name)
                written = flat[max(0, start) : end]
                same_noun = len(written) == len(name) and written[-1] == name[-1]
                if same_noun and _is_typo(name, written, least=_LEAST_HAN):
                    yield start, end, product


def _product(text: str, start: int, end: int, product: str) -> Entity:
    return Entity("product", text[start:end], product, start, end)


def _product_spelling(text: str) -> str:
    return level(text).replace("-", " ")


def _is_typo(right: str, written: str, least: int) -> bool:
    """Return whether one letter is wrong, missing, extra or swapped; "Ridge 2" is no misspelt "Ridge 4"."""
    same_numbers = _NUMERALS.findall(right) == _NUMERALS.findall(written)
    return len(right) >= least and same_numbers and OSA.distance(right, written, score_cutoff=1) == 1


@cache
def _amounts() -> tuple[tuple[re.Pattern[str], dict[str, str]], ...]:
    digits = r"(?P<n>\d{1,3}(?:,\d{3}){1,3}(?:\.\d\d?)?|\d{1,9}(?:\.\d\d?)?)(?![\d]|,\d{3})"
    words = (
        r"(?P<n>[零一二两三四五六七八九十百千万]{1,10}"
        r"|(?<![a-z-])[a-z]{2,9}(?:[ -](?:one|two|three|four|five|six|seven|eight|nine))?)"
    )
    before = rf"(?:{_names(_BEFORE_AMOUNT)}) ?{digits}(?: ?(?P<times>k(?![a-z])|[千万]))?(?P<dime>)"
    after = rf" ?(?P<times>k(?= |$)|[千万])? ?(?!€\d)(?:{_names(_AFTER_AMOUNT)})(?P<dime>(?<=块)\d(?!\d))?"
    return (
        (re.compile(before), _BEFORE_AMOUNT),
        (re.compile(r"(?<![\da-z.,])" + digits + after), _AFTER_AMOUNT),
        (re.compile(words + after), _AFTER_AMOUNT),
    )


def _names(currencies: dict[str, str]) -> str:
    longest_first = sorted(currencies, key=len, reverse=True)
    latin = "|".join(re.escape(c) for c in longest_first if c.isascii() or c in "¥£€cn¥jp¥")
    other = "|".join(re.escape(c) for c in longest_first if not c.isascii() and c not in "¥£€cn¥jp¥")
    return rf"(?P<currency>(?<![a-z])(?:{latin})(?![a-z]){'|' + other if other else ''})"


def _amount(m: re.Match[str]) -> float:
    number = m["n"].replace(",", "")
    amount = float(number) if number[0].isdecimal() else float(read_number(number))
    return amount * _TIMES.get(m["times"] or "", 1) + int(m["dime"] or 0) / 10


def _is_money(amount: float, flat: str, end: int) -> bool:
    """Return whether 块 means yuan: 十二块运费 and 便宜5块, but not 两块浴巾 and 一块儿."""
    if flat.startswith("儿", end):
        return False
    return amount >= 10 or (amount > 1 and bool(_PIECE_OR_COIN.match(flat, end)))
