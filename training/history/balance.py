"""How many messages teach each intent, per language."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from data.desk import Desk
from training.history.counted import counted
from training.history.said import Said

ENOUGH = 40  # messages of an intent and language: a good start
FAR_TOO_FEW = 50  # of those: neither teaches nor measures anything
OUTSIDE = 200  # messages out of scope in each language, which teach what to refuse
LARGEST = 0.25  # share of the messages in scope from which on one intent weighs too much


@dataclass(frozen=True)
class Balance:
    """Distinct labelled messages per intent and language, those out of scope, and those without labels."""

    intents: Mapping[str, Mapping[str, int]]
    outside: Mapping[str, int]
    unlabelled: Mapping[str, int]

    def cautions(self) -> Iterator[str]:
        """Yield what a classifier will learn badly."""
        for language, outside in self.outside.items():
            counts = {intent: per_language[language] for intent, per_language in self.intents.items()}
            few = [f"{intent} {number}" for intent, number in counts.items() if number < ENOUGH]
            if few:
                yield f"{language}: fewer than {ENOUGH} messages: {', '.join(few)}"
            total = sum(counts.values())
            for intent, number in counts.items():
                if len(counts) > 4 and number > LARGEST * total:
                    yield f"{language}: {intent} has {number} of {total} messages; others are seen rarely"
            if outside < OUTSIDE:
                yield f"{language}: {_outside(outside)}"
            if number := self.unlabelled[language]:
                have = "message has no label and is" if number == 1 else "messages have no labels and are"
                yield f"{language}: {number} {have} not learned from"


def _outside(number: int) -> str:
    """Return what so few messages out of scope are too few for."""
    said = f"{counted(number, 'distinct message')} out of scope"
    if number < FAR_TOO_FEW:
        return (
            f"{said}: far too few to teach what to refuse or to measure it; a few hundred do (docs/desk.md)"
        )
    return f"{said}; {OUTSIDE} teach what to refuse"


def balance(desk: Desk, learned: Sequence[Said]) -> Balance:
    """Count the distinct messages of each intent of the desk; one with two labels counts for both."""
    distinct = {(m.language, m.spelling): m for m in reversed(learned)}.values()
    labelled = Counter((i, m.language) for m in distinct for i in m.labels or ())
    outside = Counter(m.language for m in distinct if m.labels == ())
    unlabelled = Counter(m.language for m in distinct if m.labels is None)
    return Balance(
        {i: {language: labelled[i, language] for language in desk.languages} for i in desk.intents},
        {language: outside[language] for language in desk.languages},
        {language: unlabelled[language] for language in desk.languages},
    )
