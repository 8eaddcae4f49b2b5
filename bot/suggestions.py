"""What the bot would say to a customer whom a person is talking to: answers to choose from, and to change."""

from copy import deepcopy
from dataclasses import dataclass

from bot.answer import AnswerStep
from bot.connectors import Orders
from bot.features import plain
from bot.passages import PassagesStep
from bot.person_offers import without_offers
from bot.turn import Decision, Entity, Guess, Memory, Request, Turn, Understanding
from data.desk import Desk
from data.tables import TurnRow
from retrieval.encoder import Encoder

MOST = 3
LEAST_CONFIDENCE = 0.15
PASSAGES = 2
TASKS = ("answer", "act")  # small talk and "a colleague will see to it" are no help to a colleague


@dataclass(frozen=True)
class Suggestion:
    """An answer or a passage in the customer's language; `confidence` is the intent's."""

    kind: str  # answer or passage
    intent: str
    title: str
    text: str
    confidence: float


class Suggester:
    """Composes suggestions for a turn that was understood and kept; nothing of it is written."""

    def __init__(
        self, desk: Desk, encoder: Encoder, passages: PassagesStep, orders: Orders | None, answer: AnswerStep
    ) -> None:
        self._desk = desk
        self._encoder = encoder
        self._passages = passages
        self._orders = orders
        self._answer = answer

    def __call__(self, row: TurnRow, memory: Memory) -> tuple[Suggestion, ...]:
        """Return answers for the likeliest requests of a turn, then the passages nearest to it."""
        guesses = [
            Guess(g["id"], g["confidence"])
            for g in row.details.get("intents", ())
            if g["confidence"] >= LEAST_CONFIDENCE and self._is_task(g["id"])
        ][:MOST]
        turns = [self._composed(row, memory, guess) for guess in guesses]
        # who reads it talks to a colleague already, and the bot's words would become that colleague's
        answers = [
            Suggestion("answer", g.id, self._title(g.id, t.language), text, g.confidence)
            for g, t in zip(guesses, turns, strict=True)
            if (text := without_offers(t.reply))
        ]
        return (*answers, *self._near(guesses, turns))

    def _is_task(self, intent: str) -> bool:
        return intent in self._desk.intents and self._desk.intents[intent].kind in TASKS

    def _title(self, intent: str, language: str) -> str:
        return self._desk.intents[intent].title[language]

    def _composed(self, row: TurnRow, memory: Memory, guess: Guess) -> Turn:
        """Return the turn as if its customer had wanted just this."""
        turn = Turn(session=row.session, raw="", number=row.number, memory=deepcopy(memory))
        turn.language, turn.script, turn.text = row.language, memory.script or "", row.text
        turn.entities = tuple(Entity(**e) for e in row.details.get("entities", ()))
        turn.about = next(reversed(turn.values("product")), None)
        for entity in turn.entities:  # what was said to a person is not in the bot's memory
            turn.memory.slots[entity.type] = entity.value
        vector = self._encoder.encode([plain(row.text)])[0]
        turn.understanding = Understanding(
            intents=(guess,),
            requests=(Request(guess.id, guess.confidence, row.text, vector),),
            sentiment=row.details.get("sentiment", 0.0),
            vector=vector,
        )
        number = turn.memory.slots.get("order_number")
        if self._orders and number and "order_number" in self._desk.intents[guess.id].slots:
            turn.order = self._orders.find(number)
        turn.decision = Decision("answer", "suggested", (guess.id,))
        return self._answer(self._passages(turn))

    def _near(self, guesses: list[Guess], turns: list[Turn]) -> list[Suggestion]:
        found = {
            p.id: Suggestion("passage", g.id, p.title, text, g.confidence)
            for g, t in zip(guesses, turns, strict=True)
            for p in t.passages
            if p.kind == "article" and p.text not in t.reply and (text := without_offers(p.text))
        }
        return list(found.values())[:PASSAGES]
