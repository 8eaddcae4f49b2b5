"""A message as it is read for what it wants: typing errors set right, of "not this but that" only that,
and nothing of what is to be left."""

import re
from collections.abc import Iterator

from bot.contrast import wished
from bot.features import Features
from bot.leave_it import asked_instead
from bot.spelling import Spelling, english_words
from bot.turn import Turn
from data.desk import Desk
from retrieval.bundled_encoder import whole_words

_LATIN = re.compile(r"[a-z]+")


class ReadingStep:
    """Fills `reading`; what is stored and shown stays as it was written."""

    def __init__(self, spelling: Spelling) -> None:
        self._spelling = spelling

    @classmethod
    def of(cls, desk: Desk, features: Features) -> "ReadingStep":
        """Return a step that knows the words of the history, of English, of the encoder and of the desk."""
        words = zip(features.words.terms, features.words.idf, strict=True)
        history = {word: float(rare) for word, rare in words if _LATIN.fullmatch(word)}
        return cls(Spelling(history, english_words(), {*whole_words(), *_names(desk)}))

    def __call__(self, turn: Turn) -> Turn:
        written = self._spelling.correct(turn.text, turn.entities) if turn.language == "en" else turn.text
        turn.reading = asked_instead(turn, written) or wished(written)
        return turn


def _names(desk: Desk) -> Iterator[str]:
    """Yield the words of the desk's own texts, product names and carriers among them."""
    for product in desk.products:
        for name in (*product.name.values(), *(a for names in product.aliases.values() for a in names)):
            yield from _LATIN.findall(name.lower())
    for text in (*desk.name.values(), *desk.carriers, *(str(fact) for fact in desk.facts.values())):
        yield from _LATIN.findall(text.lower())
    for article in desk.articles:
        for section in article.sections:
            for text in (section.heading, *section.paragraphs):
                yield from _LATIN.findall(text.lower())
