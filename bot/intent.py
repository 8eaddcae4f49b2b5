"""What the customer wants: ranked intents, how familiar the message is, and each request in it."""

import re

import numpy as np

from bot.classifier import OUT_OF_SCOPE, Classifier, Scores
from bot.features import plain
from bot.turn import Example, Guess, Request, Turn, Understanding
from data.desk import Desk
from retrieval.encoder import Encoder
from retrieval.keywords import word_count

SHOWN = 5
MOST_REQUESTS = 3
TOPIC_WORDS = 2  # so few name a topic, not what is wanted of it, unless that is clear
CLEAR = 0.9
AGREED = 3  # a part's intent must be among that many likeliest of the whole message
# Where one request may end and the next begin.
_BORDER = re.compile(
    r"[!?;。！？；…，、\n]+\s*|(?<![.,])[.,]+(?=\s|$)\s*"  # not inside HB.2048817 or $49.90
    r"|(?<!\s)\s+(?:and also|also|plus|and then|and|btw|by the way|oh and|one more thing)\s+"
    r"|(?=还有(?:就是|一个|个)?|另外|顺便(?:问)?|对了|再就是|然后)",
    re.IGNORECASE,
)


class IntentStep:
    """Fills `understanding`; message and parts are encoded in one batch."""

    def __init__(self, classifier: Classifier, encoder: Encoder, desk: Desk) -> None:
        self._classifier = classifier
        self._encoder = encoder
        self._kinds = {i.id: i.kind for i in desk.intents.values()}

    def __call__(self, turn: Turn) -> Turn:
        parts = split_requests(turn.read)
        texts = [turn.read, *parts]
        vectors = self._encoder.encode([plain(t) for t in texts])
        scores = self._classifier.score(texts, vectors, turn.language)
        thresholds = self._classifier.thresholds_for(turn.language)
        intents = self._classifier.intents
        topic = word_count(turn.read) <= TOPIC_WORDS
        accept_at = max(thresholds.accept_at, CLEAR) if topic else thresholds.accept_at
        order = np.argsort(-scores.intents[0], kind="stable")
        turn.understanding = Understanding(
            intents=tuple(Guess(intents[i], float(scores.intents[0, i])) for i in order),
            in_scope=float(scores.in_scope[0]),
            requests=self._requests(texts, scores, vectors, turn.language, accept_at),
            examples=self._examples(scores),
            accept_at=accept_at,
            refuse_below=thresholds.refuse_below,
            ask_from=thresholds.ask_from,
            familiar=self._is_familiar(turn.read, scores),
            # an order number alone has no mood
            sentiment=float(scores.sentiment[0]) if word_count(turn.text) > 1 else 0.0,
            vector=vectors[0],
        )
        return turn

    def _requests(
        self, texts: list[str], scores: Scores, vectors: np.ndarray, language: str, accept_at: float
    ) -> tuple[Request, ...]:
        """Return the requests in the order of the message; a part counts where the whole message agrees."""
        thresholds, intents = self._classifier.thresholds_for(language), self._classifier.intents
        found: dict[str, Request] = {}
        whole = scores.intents[0]
        agreed = {int(i) for i in np.argsort(-whole)[:AGREED] if self._kinds[intents[i]] != "social"}
        for row in range(1, len(texts)):
            best = int(scores.intents[row].argmax())
            confidence = float(scores.intents[row, best])
            if confidence >= thresholds.request_at and best in agreed:
                found.setdefault(intents[best], Request(intents[best], confidence, texts[row], vectors[row]))
        best = int(whole.argmax())
        # the whole message speaks for itself unless its parts are clearly about that and something else
        if (len(found) < 2 or intents[best] not in found) and whole[best] >= accept_at:
            found = {intents[best]: Request(intents[best], float(whole[best]), texts[0], vectors[0])}
        return tuple(found.values())[:MOST_REQUESTS]

    def _is_familiar(self, text: str, scores: Scores) -> bool:
        """Return whether the history has all the words, and none of the nearest examples is out of scope."""
        labels = self._classifier.known.labels
        near = [labels[i] for i in scores.neighbours[0] if i >= 0]
        return OUT_OF_SCOPE not in near and self._classifier.features.knows(text)

    def _examples(self, scores: Scores) -> tuple[Example, ...]:
        known = self._classifier.known
        near = zip(scores.neighbours[0][:SHOWN], scores.similarities[0][:SHOWN], strict=True)
        return tuple(
            Example(known.texts[i], None if known.labels[i] == OUT_OF_SCOPE else known.labels[i], float(s))
            for i, s in near
            if i >= 0
        )


def split_requests(text: str) -> list[str]:
    """Return the parts of a message that could be requests of their own; none if it has only one."""
    parts = [p.strip() for p in _BORDER.split(text) if p and len(p.strip()) >= 4]
    return parts if 1 < len(parts) <= 8 else []
