"""Turn: one customer message and what is known of it so far, one field per step."""

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from bot.connectors import Order
from retrieval.encoder import Vectors
from retrieval.passage import Passage

FEW_WORDS = 6  # beside an order number, that hardly state another matter
QUOTED_AT = 0.42  # score from which a passage may be quoted inside an answer
SURE = 0.95  # confidence from which a message speaks for itself
Route = Literal["answer", "ask_slot", "clarify", "search", "social", "refuse", "handoff"]


@dataclass(frozen=True)
class Entity:
    """A thing named in the message; `text`, `start` and `end` are those of the masked text."""

    type: str
    text: str
    value: str
    start: int
    end: int


@dataclass(frozen=True)
class Guess:
    """An intent and its calibrated probability."""

    id: str
    confidence: float


@dataclass(frozen=True)
class Example:
    """A known message near to this one; `similarity` is a cosine."""

    text: str
    intent: str | None
    similarity: float


@dataclass(frozen=True)
class Request:
    """One thing that the customer wants, and the part of the message that says so."""

    intent: str
    confidence: float
    text: str
    vector: Vectors = field(repr=False, compare=False)


@dataclass(frozen=True)
class Understanding:
    """What the classifier makes of a message."""

    intents: tuple[Guess, ...] = ()  # ranked, most likely first
    in_scope: float = 0.0  # probability that the message is this desk's matter
    requests: tuple[Request, ...] = ()  # those that may be acted on
    examples: tuple[Example, ...] = ()
    accept_at: float = 1.0  # confidence from which an intent is acted on
    refuse_below: float = 0.0  # in-scope probability under which the message is refused
    ask_from: float = 1.0  # … from which it is asked about instead, whatever its words
    familiar: bool = False  # whether all its words, and only this desk's matters, are known near it
    sentiment: float = 0.0
    vector: Vectors = field(default_factory=lambda: np.zeros(0, np.float32), repr=False, compare=False)

    @property
    def best(self) -> Guess:
        return self.intents[0] if self.intents else Guess("", 0.0)


@dataclass
class Memory:
    """What a conversation already knows; kept as JSON with the conversation."""

    language: str | None = None
    script: str | None = None
    slots: dict[str, str] = field(default_factory=dict)
    intent: str | None = None  # the last matter acted on
    pending: list[str] = field(default_factory=list)  # matters that wait for the slot asked for
    asked_slot: str | None = None  # the slot asked for, for `intent`
    invited_slot: str | None = None  # the slot that would make a general answer to `intent` a particular one
    asked_times: int = 0
    offered: list[str] = field(default_factory=list)  # intents offered to choose from
    misses: int = 0  # messages in a row that were not understood
    asked_back: bool = False  # whether the last reply was a question between several matters
    used: dict[str, int] = field(default_factory=dict)  # how often each template was used
    privacy_noted: bool = False
    danger: bool = False  # told of, and no person has seen to it
    about: str | None = None  # the product that was last asked about, until another matter comes up

    def misses_after(self, route: Route) -> int:
        """Return the misses in a row once a message has taken `route`.

        refuse, search: one more, and another if the reply before asked back in vain
        clarify: being asked is no miss; one more only if the reply before asked back, too
        any other: none
        """
        if route not in ("refuse", "search", "clarify"):
            return 0
        return self.misses + self.asked_back + (route != "clarify")

    @classmethod
    def of(cls, kept: dict[str, Any]) -> "Memory":
        return cls(**{k: v for k, v in kept.items() if k in cls.__dataclass_fields__})


@dataclass(frozen=True)
class Decision:
    """What to do about the message, and why."""

    route: Route
    reason: str
    intents: tuple[str, ...] = ()  # acted on, or offered when the route is clarify
    slot: str | None = None  # asked for when the route is ask_slot
    by_words: bool = False  # plain words decided, whatever the classifier says


@dataclass
class Turn:
    """A message on its way through the pipeline."""

    session: str
    raw: str = field(repr=False)  # as it came; never stored or logged
    number: int = 1
    owner: str = "bot"  # bot, waiting or person: who has the conversation after this turn
    memory: Memory = field(default_factory=Memory)
    language: str = ""
    script: str = ""  # Latn, Hans or Hant: how the customer writes, and how the reply is shown
    text: str = ""  # masked; from redaction on the only text that is used
    reading: str = (
        ""  # the text as it is understood: typing errors set right, "not this but that" cut to that
    )
    masked: tuple[str, ...] = ()  # kinds of personal data that were masked
    entities: tuple[Entity, ...] = ()
    understanding: Understanding = field(default_factory=Understanding)
    decision: Decision = field(default_factory=lambda: Decision("refuse", "undecided"))
    order: Order | None = None
    orders: dict[str, Order | None] = field(default_factory=dict)  # those named, where several are
    about: str | None = None  # the product that the message is about, named now or just before
    continues: bool = False  # whether it only goes on with the last matter
    foreign: bool = False  # whether it is in none of the desk's languages
    passages: tuple[Passage, ...] = ()
    reply: str = ""
    quick_replies: tuple[str, ...] = ()
    release: str = ""
    ms: float = 0.0

    @property
    def read(self) -> str:
        """The text that says what is wanted."""
        return self.reading or self.text

    def values(self, kind: str) -> tuple[str, ...]:
        """Return what is named of a kind, each once, in the order of the text."""
        return tuple(dict.fromkeys(e.value for e in self.entities if e.type == kind))

    def entity(self, kind: str) -> Entity | None:
        """Return the last entity of a kind: customers correct themselves forwards."""
        return next((e for e in reversed(self.entities) if e.type == kind), None)

    @property
    def intent(self) -> str | None:
        """The likeliest of the intents acted on; None where the bot refused, searched or asked back."""
        acted = self.decision.intents if self.decision.route != "clarify" else ()
        ranked = [g.id for g in self.understanding.intents if g.id in acted]
        return next(iter([*ranked, *acted]), None)

    def as_reply(self) -> dict[str, Any]:
        """Return what the doors answer: the reply and everything that explains it."""
        found = self.understanding
        confidences = {g.id: g.confidence for g in found.intents}
        return {
            "session": self.session,
            "turn": self.number,
            "text": self.text,
            "language": self.language,
            "intent": self.intent,
            "confidence": round(confidences.get(self.intent or "", found.best.confidence), 4),
            "intents": [{"id": g.id, "confidence": round(g.confidence, 4)} for g in found.intents[:5]],
            "requests": [{"id": r.intent, "confidence": round(r.confidence, 4)} for r in found.requests],
            "entities": [
                {"type": e.type, "text": e.text, "value": e.value, "start": e.start, "end": e.end}
                for e in self.entities
            ],
            "sentiment": round(found.sentiment, 3),
            "route": self.decision.route,
            "reason": self.decision.reason,
            "reply": self.reply,
            "owner": self.owner,
            "passages": [
                {"id": p.id, "kind": p.kind, "title": p.title, "score": p.score} for p in self.passages
            ],
            "quick_replies": list(self.quick_replies),
            "release": self.release,
            "ms": round(self.ms, 1),
        }
