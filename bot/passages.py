"""Knowledge passages for what was understood, or for the bare words where nothing was."""

from bot.turn import Turn
from retrieval.passage import Passage
from retrieval.search import Retriever

SHOWN = 3


class PassagesStep:
    """Fills `passages`, best first: of the intents that may be acted on, else of the whole knowledge."""

    def __init__(self, retriever: Retriever) -> None:
        self._retriever = retriever

    def __call__(self, turn: Turn) -> Turn:
        found = turn.understanding
        best: dict[str, Passage] = {}
        for request in found.requests:
            for passage in self._retriever.search(
                request.text, request.vector, turn.language, intents=[request.intent], k=SHOWN
            ):
                best.setdefault(passage.id, passage)
        if not found.requests and len(found.vector):
            best = {p.id: p for p in self._retriever.search(turn.read, found.vector, turn.language, k=SHOWN)}
        turn.passages = tuple(sorted(best.values(), key=lambda p: -p.score)[:SHOWN])
        return turn
