"""What a short message goes on about that states no matter of its own: "how tall is it", 从哪天开始算.

Not covered: a follow-up that sounds like another matter of its own for certain ("how long?" after an answer
on returns is taken for delivery), and one after another customer's words were quoted.
"""

import re

from bot.no_matter import is_bare
from bot.said import says
from bot.settled import settled
from bot.turn import Turn
from data.desk import Desk
from data.fold import fold
from retrieval.keywords import word_count
from retrieval.search import Retriever

FOLLOW_UP_WORDS = 9  # a longer message speaks for itself
CLEARLY = 0.8  # confidence from which it does, whatever its length
NEAR = 0.5  # score from which a passage of the matter so far answers it
NEARER_ELSEWHERE = 0.06  # by so much another matter's passage may be nearer
HARDLY_OURS = 0.1  # in-scope probability below which a message goes on about nothing here
_POINTS = re.compile(
    r"\b(?:it|its|it's|this|these|they|them|that|those|one)\b|它|这[个款件张种]?|那[个款件张种]?",
    re.IGNORECASE,
)


class TopicStep:
    """Fills `about`, and settles a message that only goes on with the last matter."""

    def __init__(self, desk: Desk, retriever: Retriever) -> None:
        self._kinds = {i.id: i.kind for i in desk.intents.values()}
        self._answers = desk.answers
        self._retriever = retriever
        self._of_product = _intents_of_products(desk)
        self._numbers = desk.numbers

    def __call__(self, turn: Turn) -> Turn:
        named = turn.values("product")
        turn.about = named[-1] if named else None
        if not named and self._may_continue(turn):
            if turn.memory.about and self._on_the_product(turn):
                turn.about = turn.memory.about
            elif self._on_the_matter(turn):
                self._settle(turn, turn.memory.intent or "")
        return turn

    def _may_continue(self, turn: Turn) -> bool:
        memory, text = turn.memory, turn.text
        new = any(map(turn.entity, self._numbers)) or turn.foreign or is_bare(text) or turn.owner != "bot"
        return not new and memory.intent in self._kinds and word_count(text) <= FOLLOW_UP_WORDS

    def _on_the_product(self, turn: Turn) -> bool:
        """Return whether a question on goods that names none goes on about the last; settles whose it is."""
        found = turn.understanding
        best, wanted = found.best, self._of_product
        if best.id in wanted and found.in_scope >= HARDLY_OURS:
            if best.confidence < found.accept_at or found.in_scope < found.refuse_below:
                self._settle(turn, best.id)
            return True
        points = _POINTS.search(fold(turn.text)) or word_count(turn.text) <= 3
        if best.confidence >= CLEARLY or not points or found.in_scope < HARDLY_OURS:
            return False
        if best.id and self._kinds.get(best.id) == "social":
            return False
        self._settle(turn, wanted[0])
        return True

    def _on_the_matter(self, turn: Turn) -> bool:
        """Return whether an unsure message is answered by a passage of the matter so far."""
        found, intent = turn.understanding, turn.memory.intent
        ours = found.in_scope >= found.refuse_below
        sure = ours and found.best.confidence >= max(CLEARLY, found.accept_at)
        if sure or intent is None or found.in_scope < HARDLY_OURS:
            return False
        if any(t.when.says and says(turn.text, t.when.says) for t in self._answers.get(intent, ())):
            return True
        return self._near(turn, intent)

    def _near(self, turn: Turn, intent: str) -> bool:
        """Return whether a passage of the matter answers the message, about as well as any."""
        found = turn.understanding
        here = self._retriever.search(turn.read, found.vector, turn.language, intents=[intent], k=1)
        anywhere = self._retriever.search(turn.read, found.vector, turn.language, k=1)
        if not here or here[0].score < NEAR:
            return False
        return here[0].score >= anywhere[0].score - NEARER_ELSEWHERE

    def _settle(self, turn: Turn, intent: str) -> None:
        turn.continues = True
        turn.understanding = settled(turn.understanding, intent, turn.text)


def _intents_of_products(desk: Desk) -> tuple[str, ...]:
    """Return what articles on single goods are about, the commonest first."""
    named = [name for product in desk.products for name in product.name.values()]
    counted: dict[str, int] = {}
    for article in desk.articles:
        text = " ".join(p for s in article.sections for p in (s.heading, *s.paragraphs))
        if len(article.intents) == 1 and any(name in text for name in named):
            counted[article.intents[0]] = counted.get(article.intents[0], 0) + 1
    return tuple(sorted(counted, key=lambda intent: -counted[intent]))
