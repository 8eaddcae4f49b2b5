"""What a topic is called on a button: a typical question without greeting, "please", amounts and numbers."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from bot.dates import find_dates
from bot.entities import find_amounts
from bot.reference_numbers import ReferenceNumbers
from retrieval.distinctive import names_something
from retrieval.keywords import word_count, words
from training.history.mine.particulars import find_particulars
from training.history.mine.pleasantries import MASKED

WORDS = (2, 12)  # of a question that may stand on a button
CHARS = 60
FIRST = 10  # questions, the most typical, of which one in a single clause is preferred
JOINED = {"zh": "、"}
_TOKEN_WITH_NUMBER = re.compile(r"(?<![A-Za-z0-9])(?:[A-Za-z]{1,3}[-_/ ])?[A-Za-z]{0,5}[0-9]{4,}[A-Za-z0-9]*")
_EITHER_END = (  # longer ones first
    r"(?:i'?m |am |getting )(?:really |so )?(?:fed up|annoyed|angry)|please|pls|plz|kindly|many thanks"
    r"|thank you|thanks?|thx|ty|cheers|so much|very much|a lot|(?:thank you|thanks|thx) in advance|urgently"
    r"|urgent|asap|right now|now|lol|haha|guys|sir|madam|mate|sorry"
)
_START = (
    r"sorry to bother(?: you)?(?:,? but)?|good (?:morning|afternoon|evening|day)|morning|afternoon|evening"
    r"|hiya|hi|hello+|hey+|dear|there|team|all|excuse me|quick question|ok(?:ay)?|so|well|um+|erm*|oh|just"
)
_LEADS = re.compile(rf"(?:(?:{_START}|{_EITHER_END})(?![a-z'’])|[\s,.!?:;~…-])+", re.IGNORECASE)
_TRAILS = re.compile(rf"(?:(?<![a-z'’])(?:{_EITHER_END})|[\s,.!:;~…-])+$", re.IGNORECASE)
_CLAUSE_END = re.compile(r"(?<=[.!?;])\s+(?=\S)|[,，；]\s*(?=\S)|(?<=[。！？])(?=\S)| [-–—] ")
_BEFORE_NUMBER = re.compile(
    r"(?:[\s,:#(]+(?:for|of|on|in|to|with|under|number|no\.?|ref|reference))*[\s,:#(]*$", re.I
)
_POINTS = re.compile(r"\b(?:it|its|this|that|these|those|they|them)\b|[它这那]", re.I)
_REPEATED = re.compile(r"([?？!！])[?？!！]+")
_LONE_I = re.compile(r"\bi\b")
_HAN_EDGE = (
    r"你们?好|您好|哈喽|嗨|在吗|在么|亲|请问一下|请问|麻烦问一下|麻烦您?|想问一下|问一下|问下|拜托|谢谢您?了?|多谢|感谢"
    r"|谢了|急急?急?|尽快|快点|马上|早上好|上午好|下午好|晚上好|不好意思|打扰一下|打扰了|那个|客服|请(?!求)"
)
_HAN_LEADS = re.compile(rf"(?:{_HAN_EDGE}|[\s,，。.!！?？~～…:：、]+)++")
_HAN_TRAILS = re.compile(rf"(?:{_HAN_EDGE}|[\s,，。.!！~～…:：、])++$")


def title_of(texts: Sequence[str], apart: Sequence[str], language: str, numbers: ReferenceNumbers) -> str:
    """Return a title from a topic's questions in one language, the most typical first, or "".

    That is a question in which no word is one customer's alone, rather in one clause; else the question or
    the part of one with the most words that others have, too; else the words that set the topic apart.
    """
    shared = shared_words(texts)
    asked = [_without_last(text) for text in texts]
    whole = [title for text in asked if (title := bare(text, language)) and _is_plain(title, numbers)]
    if usual := [title for title in whole if not set(_naming(title)) - shared]:
        return next((title for title in usual[:FIRST] if not _CLAUSE_END.search(title)), usual[0])
    parts = [part for text in asked for part in _parts(text, language) if _is_plain(part, numbers)]
    if named := [title for title in parts if _naming(title)] or whole:
        return max(named, key=lambda title: _common_words(title, shared))  # of equals the most typical
    joined = JOINED.get(language, ", ").join([word for word in apart if word in shared][:3])
    return joined[:1].upper() + joined[1:]


def _naming(title: str) -> list[str]:
    return [word for word in words(title) if names_something(word)]


def _common_words(title: str, shared: set[str]) -> float:
    """Return how much of a title several questions say, in [0, 1); more words of theirs count for more."""
    naming = _naming(title)
    return sum(word in shared for word in naming) / (len(naming) + 1)


def _without_last(text: str) -> str:
    """Return a question without a number or masked data at its end, "for RES-48213"."""
    kept = without_numbers(text).rstrip()
    return _BEFORE_NUMBER.sub("", kept) if len(kept) < len(text.rstrip()) and text.startswith(kept) else text


def _parts(text: str, language: str) -> list[str]:
    """Return a question's clauses that can be understood alone, without greetings and thanks."""
    clauses = _CLAUSE_END.split(text)
    alone = [c for c in clauses if len(clauses) == 1 or not _POINTS.search(c)]
    return [part for clause in alone if (part := bare(clause, language))]


def shared_words(texts: Sequence[str]) -> set[str]:
    """Return the words that at least two of some messages have; all where there is only one."""
    counts = Counter(word for text in texts for word in set(words(text)))
    return {word for word, count in counts.items() if count >= min(2, len(texts))}


def without_numbers(text: str) -> str:
    """Return a text without masked data, postcodes and what is mostly digits, with the letters before it."""
    text = MASKED.sub(" ", text)
    for start, end in sorted(_numbered(text), reverse=True):
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _numbered(text: str) -> Iterator[tuple[int, int]]:
    yield from (m.span() for m in _TOKEN_WITH_NUMBER.finditer(text))
    yield from ((p.start, p.end) for p in find_particulars(text) if p.kind in ("postcode", "number"))


def bare(text: str, language: str) -> str:
    """Return a question without greetings, thanks and "please" at its ends."""
    leads, trails = (_HAN_LEADS, _HAN_TRAILS) if language == "zh" else (_LEADS, _TRAILS)
    if found := leads.match(text):
        text = text[found.end() :]
    text = trails.sub("", _REPEATED.sub(r"\1", " ".join(text.split())))
    return text if language == "zh" else _LONE_I.sub("I", text[:1].upper() + text[1:])


def _is_plain(title: str, numbers: ReferenceNumbers) -> bool:
    """Return whether a title is short and names nobody's order, amount or day."""
    least, most = WORDS
    if len(title) > CHARS or not least <= word_count(title) <= most or "\n" in title:
        return False
    if MASKED.search(title) or any(c.isdigit() for c in title) or numbers.find(title):
        return False
    return not find_amounts(title) and not find_dates(title, date.today())
