"""Knowledge passages for what was understood, or for the bare words where nothing was.

What is asked of a product is looked for without its name, among the passages that are about it: with the
name, its whole article is equally near. No passage is found that only names other products.
"""

from collections.abc import Callable
from functools import cached_property

from bot.features import plain
from bot.turn import Entity, Turn
from retrieval.encoder import Encoder, Vectors
from retrieval.passage import Passage
from retrieval.search import Retriever

SHOWN = 3
LOOKED_AT = 50  # among which those about other products are left out
LEAST = 2  # characters of a question that is left without the product's name


class PassagesStep:
    """Fills `passages`, best first: of the intents that may be acted on, else of the whole knowledge."""

    def __init__(
        self, retriever: Retriever, encoder: Encoder, products: Callable[[str], list[Entity]]
    ) -> None:
        self._retriever = retriever
        self._encoder = encoder
        self._products = products
        self._articles = [p for p in retriever.passages if p.kind == "article"]

    def __call__(self, turn: Turn) -> Turn:
        found = turn.understanding
        best: dict[str, Passage] = {}
        for request in found.requests:
            for passage in self._near(turn, request.text, request.vector, [request.intent]):
                best.setdefault(passage.id, passage)
        if not found.requests and len(found.vector):
            best = {p.id: p for p in self._near(turn, turn.read, found.vector, None)}
        turn.passages = tuple(sorted(best.values(), key=lambda p: -p.score)[:SHOWN])
        return turn

    def _near(self, turn: Turn, text: str, vector: Vectors, intents: list[str] | None) -> list[Passage]:
        if turn.about and (rest := self._without_names(text)) != text:
            text, vector = rest, self._encoder.encode([plain(rest)])[0]
        return self._search(turn, text, vector, intents)

    def _search(self, turn: Turn, text: str, vector: Vectors, intents: list[str] | None) -> list[Passage]:
        """Return what is near; of a product's own passages where it has any for these intents."""
        search, language = self._retriever.search, turn.language
        if turn.about is None:
            return search(text, vector, language, intents=intents, k=SHOWN)
        own = search(text, vector, language, intents=intents, k=SHOWN, ids=self._about(turn.about))
        if own:
            return own
        near = search(text, vector, language, intents=intents, k=LOOKED_AT)
        return [p for p in near if not self._goods[p.language, p.id]][:SHOWN]

    def _without_names(self, text: str) -> str:
        """Return the text without the products in it; the whole text where hardly anything is left."""
        rest = text
        for entity in reversed(self._products(text)):
            rest = rest[: entity.start] + " " + rest[entity.end :]
        return rest if sum(c.isalnum() for c in rest) >= LEAST else text

    def _about(self, product: str) -> frozenset[str]:
        """Return the ids of the passages that name a product, and of what their articles say of all."""
        naming = {key for key, goods in self._goods.items() if product in goods}
        articles = {(language, _article(name)) for language, name in naming}
        unnamed = [key for key, goods in self._goods.items() if not goods]
        rest = {(language, name) for language, name in unnamed if (language, _article(name)) in articles}
        return frozenset(name for _, name in naming | rest)

    @cached_property
    def _goods(self) -> dict[tuple[str, str], frozenset[str]]:
        """The products each passage is about: those of its heading, else of its text."""
        return {(p.language, p.id): self._named(p.heading) or self._named(p.text) for p in self._articles}

    def _named(self, text: str) -> frozenset[str]:
        return frozenset(e.value for e in self._products(text))


def _article(passage_id: str) -> str:
    return passage_id.rpartition("#")[0]
