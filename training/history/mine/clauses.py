"""A reply's sentences and clauses, and whether a clause only says under which condition another holds."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.dates import level

_SENTENCE_END = re.compile(r"(?<!\b[ap]\.m)[.!?]+(?=\s|$)|[。！？!?]+|\n+")
_CLAUSE_END = re.compile(
    r"[,;:](?=\s|$)|[，；：、～~—–]+|\s[-–—]+\s"
    r"|\s(?=(?:but|so|because) )"
    r"|\s(?=(?:and|or) (?:i|we|you|it|that|they|he|she|the|your|there|please|then)\b)"
)
_LEADS = re.compile(
    r"(?:(?:and|but|so|or|then|now|also|yes|no|ok|okay|sure|well|right|great|perfect|thanks|thank you|sorry"
    r"|of course|certainly|absolutely|good news|no problem|no worries|all right|alright|please|oh|ah|hi|hello"
    r"|because|actually|in fact|unfortunately|as you asked|as requested)\s+)*"
)
_CONDITION = re.compile(
    r"(?:(?:and|but|or|only|even|just) )*(?:if|once|when|whenever|as soon as|after|until|till|unless|before"
    r"|in case|where|whether|while|as long as|should (?:you|your|it|the)|every time|provided|where(?:ver)?"
    r"|anyone who|guests? who|customers? who|those who)\b"
    r"|(?:如果?|若|倘|假如|要是|万一|一旦|只要|凡|每当|当|等)(?!天|日|晚|时|前)"
)
_AFTERTHOUGHT = re.compile(
    r"(?<! at)\s(?:if|once|when|whenever|unless|as soon as(?! possible| we can| i can)|after|until)\s"
    r"|的话|(?:后|时|之后|以后)\s*$"
)


@dataclass(frozen=True)
class Clause:
    """A clause of a text by its span; `plain` is in small letters without "yes", "and" and the like."""

    start: int
    end: int
    plain: str
    sentence: str  # that it stands in, in small letters
    is_conditional: bool  # it, or one before it in the sentence, says under which condition something holds
    asks: bool


def levelled(text: str) -> str:
    """Return a text in small letters, simplified characters and straight quotes, with the same length."""
    return level(text).replace("’", "'")


def sentences_of(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of the sentences, each with the punctuation that ends it."""
    at = 0
    for end in [*(m.end() for m in _SENTENCE_END.finditer(text)), len(text)]:
        if text[at:end].strip():
            yield at, end
        at = end


def clauses_of(text: str) -> Iterator[Clause]:
    """Yield the clauses of a reply, without the punctuation and the spaces around them."""
    flat = levelled(text)
    for start, end in sentences_of(text):
        sentence, conditional = flat[start:end], False
        asks = sentence.rstrip().endswith(("?", "？"))
        for left, right in _parts(text[start:end].lower()):
            said = sentence[left:right]
            conditional = (
                conditional or bool(_CONDITION.match(said)) or bool(_AFTERTHOUGHT.search(f"{said} "))
            )
            lead = _LEADS.match(f"{said} ")
            begins = left + lead.end() if lead and lead.end() < len(said) else left
            yield Clause(start + begins, start + right, sentence[begins:right], sentence, conditional, asks)


def _parts(sentence: str) -> Iterator[tuple[int, int]]:
    at = 0
    ends = [m.span() for m in _CLAUSE_END.finditer(sentence)]
    for stop, after in [*ends, (len(sentence), len(sentence))]:
        said = sentence[at:stop]
        trimmed = said.strip(' \n.!?。！？\t"“”()（）')
        if trimmed:
            left = at + said.index(trimmed)
            yield left, left + len(trimmed)
        at = after
