"""Whether a time or an amount in a reply is a rule of the house or one customer's, by its sentence.

A rule stands in a general statement: "22 euros a night", "open until 22:00", "until 18:00 the day before
arrival", 每晚22欧元, 15:00起入住. Where the sentence has anything of one case ("your refund", "tomorrow",
"was", 已, 您的) or nothing that is general, it is taken for a customer's: a mark too many costs a
look, a wrong rule misleads everyone.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from training.history.mine import chinese_rules, english_rules
from training.history.mine.clauses import levelled, sentences_of

Span = tuple[int, int]
_BEFORE = re.compile(r"([a-z']+|[\u4e00-\u9fff]{1,2})[^a-z0-9\u4e00-\u9fff]*$")
_AFTER = re.compile(r"[ :,;.]*([a-z']+|[\u4e00-\u9fff])?")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_NUMBER = re.compile(r"[0-9]+(?:[.:,][0-9]+)*")
_ROUND = re.compile(r"[.:]00?$")


def holds_for_everybody(text: str, span: Span, kind: str, cases: Iterable[Span]) -> bool:
    """Return whether a time or an amount is said of the house.

    `cases` are spans of certain days and numbers, which make a sentence one customer's.
    """
    start, end = next((s for s in sentences_of(text) if s[0] <= span[0] < s[1]), (0, len(text)))
    if any(start <= case[0] < end for case in cases):
        return False
    sentence = levelled(text[start:end]).strip(" \n")
    start += len(text[start:end]) - len(text[start:end].lstrip(" \n"))
    before, after = sentence[: span[0] - start], sentence[span[1] - start :]
    is_han = bool(_HAN.search(sentence))
    if (chinese_rules if is_han else english_rules).OWN_CASE.search(sentence):
        return False
    return (_holds_in_chinese if is_han else _holds_in_english)(kind, before, after)


def weekdays_of_the_house(text: str) -> Iterator[Span]:
    """Yield where a reply names days of every week, "Monday to Friday", in a sentence about the house."""
    flat = levelled(text)
    for start, end in sentences_of(text):
        sentence = flat[start:end]
        rules = chinese_rules if _HAN.search(sentence) else english_rules
        if rules.TIME_STATED.search(sentence) and not rules.OWN_CASE.search(sentence):
            yield from ((start + m.start(), start + m.end()) for m in rules.DAYS.finditer(sentence))


def is_contradicted(text: str, span: Span, like: Sequence[str]) -> bool:
    """Return whether a like reply says another number between the same words, and not this one."""
    flat = levelled(text)
    frame, said = _frame(flat, *span), _numbers(flat[slice(*span)])
    for other in map(levelled, like):
        if said <= _numbers(other):
            continue
        if any(_frame(other, m.start(), m.end()) == frame for m in _spans_like(other, flat[slice(*span)])):
            return True
    return False


def _holds_in_english(kind: str, before: str, after: str) -> bool:
    if kind == "amount":
        charge, for_what = english_rules.CHARGED_FOR
        return bool(
            english_rules.AMOUNT_AFTER.match(after)
            or english_rules.AMOUNT_BEFORE.search(before)
            or english_rules.AMOUNT_STATED.search(before)
            or (charge.search(before) and for_what.match(after))
        )
    subject, says = english_rules.TIME_OF_SUBJECT
    return bool(
        (subject.search(before) and says.match(after))
        or english_rules.TIME_STATED.search(before + after)
        or english_rules.TIME_SUBJECT.search(before)
        or english_rules.TIME_ALLOWED.search(before)
    )


def _holds_in_chinese(kind: str, before: str, after: str) -> bool:
    if kind == "amount":
        return bool(
            chinese_rules.AMOUNT_AFTER.match(after)
            or chinese_rules.AMOUNT_BEFORE.search(before)
            or chinese_rules.AMOUNT_STATED.search(before)
        )
    if chinese_rules.TIME_STATED.search(before + after):
        return True
    bounded = chinese_rules.TIME_AFTER.match(after) or chinese_rules.TIME_BEFORE.search(before)
    return bool(bounded and chinese_rules.TIME_ALLOWED.search(before + after))


def _frame(text: str, start: int, end: int) -> tuple[str, str]:
    """Return the words beside a value."""
    before, after = _BEFORE.search(text[:start]), _AFTER.match(text[end:])
    return (before[1] if before else ""), (after[1] or "" if after else "")


def _spans_like(text: str, value: str) -> Iterator[re.Match[str]]:
    """Yield where a text has a value of the same form with any number."""
    form = _NUMBER.sub("0", value)
    parts = [re.escape(part) for part in form.split("0")]
    yield from re.finditer(_NUMBER.pattern.join(parts), text)


def _numbers(text: str) -> set[str]:
    return {_ROUND.sub("", number) for number in _NUMBER.findall(text)}
