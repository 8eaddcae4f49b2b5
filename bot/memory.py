"""What the conversation already knows, brought to bear on the new message: slots, choices, follow-ups."""

import re

from bot.script import traditional
from bot.settled import settled
from bot.turn import FEW_WORDS, SURE, Turn
from data.desk import NAMED, Desk
from data.fold import fold
from retrieval.keywords import word_count

_YES = re.compile(
    r"(?:yes|yeah|yep|yup|sure|please|please do|go ahead|do it"
    r"|好|好的|好啊|好吧|可以|行|行吧|是|是的|对|要|麻烦了|需要)"
    r"(?:[\s,.!，。！~]*(?:please|thanks|thank you|谢谢|的|吧))?[\s.!。！~]*",
    re.IGNORECASE,
)
_FOLLOW_UP = re.compile(
    r"^(?:and|and what about|what about|how about|what if|same for|or|then)\b"
    r"|^(?:那|那么|那要是|要是|如果|换成|还有)"
    r"|(?:呢|呐)[?？]?$",
    re.IGNORECASE,
)
FOLLOW_UP_WORDS = 8  # a longer message speaks for itself
OFFERING = (
    "not_understood_twice",
    "slot_not_given_twice",
    "slot_not_given",
    "order_not_found",
    "number_unfit",
)


class MemoryStep:
    """Fills `memory.slots` from the entities and settles what only the conversation can tell."""

    def __init__(self, desk: Desk) -> None:
        self._by_title = {
            fold(shown).lower(): intent.id
            for intent in desk.intents.values()
            for title in intent.title.values()
            for shown in (title, traditional(title))
        }
        self._kept = {*NAMED, *desk.slots}  # entities that are remembered
        self._needed = {i.id: [s for s in i.slots if s in desk.numbers] for i in desk.intents.values()}
        self._social = {i.id for i in desk.intents.values() if i.kind == "social"}

    def __call__(self, turn: Turn) -> Turn:
        for entity in turn.entities:
            if entity.type in self._kept:
                turn.memory.slots[entity.type] = entity.value
        intent = self._chosen(turn) or self._continued(turn)
        if intent:
            turn.understanding = settled(turn.understanding, intent, turn.text)
        return turn

    def _chosen(self, turn: Turn) -> str | None:
        """Return the intent whose button was pressed or whose offer was taken up."""
        text = fold(turn.text).lower().rstrip("?!。？！.")
        if text in self._by_title:
            return self._by_title[text]
        if len(turn.memory.offered) == 1 and _YES.fullmatch(text):
            return turn.memory.offered[0]
        return None

    def _continued(self, turn: Turn) -> str | None:
        """Return the intent of the conversation if this message only adds to it."""
        memory, found = turn.memory, turn.understanding
        if memory.intent is None:
            return None
        size = word_count(turn.text)
        given = any(map(turn.entity, self._needed.get(memory.intent, ())))
        if given and size <= FEW_WORDS and found.best.confidence < SURE:
            return memory.intent
        sure = found.best.confidence >= max(SURE, found.accept_at) and found.in_scope >= found.refuse_below
        sure = sure and found.best.id not in self._social
        if size > FOLLOW_UP_WORDS or sure or not _FOLLOW_UP.search(fold(turn.text)):
            return None
        if any(e.type in ("country", "city", "product") for e in turn.entities):
            return memory.intent
        return memory.intent if found.best.confidence < found.accept_at else None


class RememberStep:
    """Keeps what the next message may refer to: the open question, the matter, the misses."""

    def __init__(self, desk: Desk) -> None:
        self._intents = desk.intents

    def __call__(self, turn: Turn) -> Turn:
        memory, decision = turn.memory, turn.decision
        if decision.reason == "follow_up":  # a question beside the one that is open
            memory.misses, memory.asked_back, memory.offered = 0, False, []
            return turn
        asking = decision.route == "ask_slot"
        again = asking and memory.asked_slot == decision.slot and decision.reason != "slot_missing"
        memory.asked_times = memory.asked_times + 1 if again else int(asking)
        memory.asked_slot = decision.slot if asking else None
        needs = (slot for i in decision.intents for slot in self._intents[i].slots)
        memory.invited_slot = next(needs, None) if decision.reason == "general_question" else None
        if decision.reason == "order_not_found":  # the number named leads nowhere; don't use it again
            memory.slots.pop("order_number", None)
        memory.misses = memory.misses_after(decision.route)
        memory.asked_back = decision.route == "clarify"
        memory.offered = list(decision.intents) if decision.route == "clarify" else []
        if decision.route in ("refuse", "search") or decision.reason in OFFERING:
            memory.offered = ["human_agent"]  # the reply offers one: "yes" is enough
        if decision.route == "handoff" and decision.reason not in OFFERING:
            turn.owner = "waiting"
        if decision.reason == "withdrawn":
            turn.owner = "bot"
        memory.danger = memory.danger or decision.reason in ("crisis", "injury")
        acted = [i for i in decision.intents if self._intents[i].kind in ("act", "answer")]
        if asking:  # the matters that still need something are what the next message is about
            acted = [i for i in acted if decision.slot in self._intents[i].slots] or acted
        memory.pending = acted if asking else []
        if acted and decision.route in ("answer", "ask_slot"):
            memory.intent = acted[-1]
            memory.about = turn.about
        return turn
