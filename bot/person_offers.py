"""A reply as a colleague may send it: without the sentences in which the bot offers one."""

import re

from data.fold import fold

_SENTENCE = re.compile(r"(?<=[.!?])(?=\s)|(?<=[。！？])(?![”’」』])|(?<=\n)(?=\S)")  # the places between two
_PERSON = re.compile(
    r"\b(?:colleagues?|humans?|(?:a|real|another) person|an agent|someone from (?:the|our) team)\b"
    r"|转接?(?:给)?人工|[找由让给]人工|接人工|人工客服(?!.{0,24}(?:在线|时间|上班))|人工(?:处理|核|来"
    r"|查|帮)|同事",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?:,|，|；|;)?\s*(?:\b(?:or|and)\b|或者?|也可以|也能|还可以|需要的话)[^,，；;]*$", re.IGNORECASE
)
_CONDITION = re.compile(
    r"^\W*(?:if|when|once|until|later|after|otherwise|afterwards)\b|^\W*(?:如果|要是|万一|超过|还没"
    r"|没有|若|不行)",
    re.IGNORECASE,
)
LEAST = 6  # characters; less is no answer


def without_offers(text: str) -> str:
    """Return a text without what offers a person; empty where hardly anything else is in it."""
    kept = "".join(map(_kept, _SENTENCE.split(text)))
    kept = re.sub(r"\n{3,}", "\n\n", re.sub(r"(?<=\n) +", "", kept)).strip()
    return kept if len(kept) >= LEAST else ""


def _kept(sentence: str) -> str:
    """Return a sentence, or what is left of it without the clause that offers a person."""
    if not _offers(sentence):
        return sentence
    body = sentence.strip()
    before = sentence[: len(sentence) - len(sentence.lstrip())]
    mark = body[-1] if body[-1] in ".!?。！？" else ""
    body = body.removesuffix(mark)
    parts = [p for p in re.split(r"(?<=[;；])", body) if not _offers(p)]
    if not parts:
        head = _TAIL.sub("", body)
        parts = [head] if head != body and not _offers(head) and not _only_condition(head) else []
    left = "".join(parts).strip(" ;；,，").removesuffix(mark)
    return before + left + mark if left else before


def _offers(text: str) -> bool:
    return bool(_PERSON.search(fold(text)))


def _only_condition(text: str) -> bool:
    return bool(_CONDITION.search(fold(text))) and not re.search(r"[,，]", text)
