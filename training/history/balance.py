"""How many messages teach each intent, per language."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from data.desk import Desk
from training.history.said import Said

ENOUGH = 40  # messages of an intent and language: a good start
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
                yield f"{language}: {outside} messages out of scope; {OUTSIDE} teach what to refuse"
            if number := self.unlabelled[language]:
                yield f"{language}: {number} messages have no labels and are not learned from"


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
