"""What to do about a message: a table of rules, the first that applies decides and gives the reason."""

import re
from collections.abc import Callable, Mapping

from bot.classifier import LIKELIER_THAN_NOT
from bot.connectors import Orders
from bot.danger import danger_told
from bot.general import asks_in_general
from bot.leave_it import asked_instead, leaves_it
from bot.no_matter import is_bare, states_no_matter
from bot.no_number import asks_for_its_place, said_beside
from bot.queue_talk import asks_about_the_wait, wants_no_person
from bot.reference_numbers import UNFIT
from bot.turn import FEW_WORDS, QUOTED_AT, SURE, Decision, Turn
from data.desk import Desk, Intent
from retrieval.keywords import word_count

Rule = Callable[["RouteStep", Turn], Decision | None]

_LETTER = re.compile(r"[^\W\d_]")
# A person is asked for in so many ways that the classifier may miss one; these are never anything else.
_PERSON = re.compile(
    r"\b(?:talk|speak|chat|connect|transfer|put|get|give|want|need|pass)\b[^.?!]{0,30}"
    r"\b(?:human|(?:real |live |actual )(?:person|agent|human|someone)|a person|agent|operator"
    r"|representative|(?:a|the|your) (?:manager|supervisor))\b"
    r"|^\W*(?:human|agent|operator|representative|(?:real |live )?person|live agent)"
    r"(?:\s+(?:please|pls|now))?\W*$"
    r"|转人工|人工客服|找人工|接人工|要人工|真人|^\W*人工\W*$"
    r"|找个人(?:来|跟|和)|[叫找]你们?(?:经理|主管|领导)"
    r"|\b(?:don'?t|dont|do not) want (?:to (?:talk|speak|chat) (?:to|with) )?(?:a |this )?"
    r"(?:bot|robot|machine)\b",
    re.IGNORECASE,
)
_ABOUT_PEOPLE = re.compile(
    r"\b(?:are you|is this|am i)\b|\b(?:hours|when|what time)\b"
    r"|是不是|是真人|几点|上班|(?:人工|客服)(?:服务)?时间",
    re.IGNORECASE,
)
_ANOTHER_NUMBER = re.compile(  # what is said with a number that takes another's place
    r"^\W*(?:(?:no|oh|oops|sorry)\W+)*"
    r"(?:(?:not (?:that|this)(?: one| order)?|i me(?:an|ant)"
    r"|(?:the )?(?:other|wrong) (?:one|order|number))\W*)+$"
    r"|^(?:不好意思|抱歉|不是[这那][个单]?|不对|(?:[说写打输]|号码?|单号|订单号?)错了|应该是|我是说|\W)+$",
    re.IGNORECASE,
)
NAMES = ("product", "country", "city", "payment_method")  # slots that are filled by names, not numbers
MISSES = 2  # in a row, after which a person is offered
MOST_ORDERS = 3  # of one message that are looked up
ANSWERS_AT = 0.5  # score of a passage from which it answers a question beside the one that is open
CLARIFY = 3  # intents offered at most
CLARIFY_SHARE = 0.25  # of the best intent's confidence that a further one needs to be offered
SEARCH_AT = 0.62  # score from which a passage is worth showing without an intent


class RouteStep:
    """Fills `decision`, `order` where one is named and needed, and `owner` of who leaves the queue."""

    def __init__(self, desk: Desk, orders: Orders | None) -> None:
        self.intents: Mapping[str, Intent] = desk.intents
        self.numbers = desk.numbers
        self._orders = orders
        templates = [t for own in desk.answers.values() for t in own]
        self._general = {t.intent for t in templates if t.when.order == "general"}
        self.answered = desk.answers.keys()
        states = {(t.intent, p.removeprefix("slot.")) for t in templates for p in t.placeholders()}
        self._for_people = {  # numbers that neither an order system takes nor an answer states
            intent.id: numbers
            for intent in desk.intents.values()
            if (numbers := [s for s in intent.slots if s not in NAMES and (intent.id, s) not in states])
        }
        if orders:
            self._for_people = {
                i: [s for s in of if s != "order_number"] for i, of in self._for_people.items()
            }
        self.knows_languages = "system.other_language" in desk.templates
        self.asks_matter = any(t.startswith("system.no_matter") for t in desk.templates)

    def __call__(self, turn: Turn) -> Turn:
        turn.decision = next(d for rule in RULES if (d := rule(self, turn)) is not None)
        missed = turn.memory.misses_after(turn.decision.route) >= MISSES
        # in another language, trying again makes nothing clearer
        if missed and turn.decision.reason != "other_language":
            turn.decision = Decision("handoff", "not_understood_twice")
        number = turn.memory.slots.get("order_number")
        about_it = any("order_number" in self.intents[i].slots for i in turn.decision.intents)
        if self._orders and number and about_it:
            self._look_up(turn, number, self._orders)
        if turn.decision.route == "answer" and (slot := self._number_for_people(turn)):
            turn.decision = Decision("handoff", "number_noted", turn.decision.intents, slot)
        return turn

    def only_for_people(self, slot: str, intent: str) -> bool:
        """Return whether nothing but a person can make use of a slot's number."""
        return slot in self._for_people.get(intent, ())

    def needing(self, slot: str, turn: Turn) -> tuple[str, ...]:
        """Return the matters that need a slot, the likeliest of this message first."""
        ranked = {g.id: n for n, g in enumerate(turn.understanding.intents)}
        need = (i.id for i in self.intents.values() if slot in i.slots)
        return tuple(sorted(need, key=lambda i: ranked.get(i, len(ranked))))

    def unfit(self, turn: Turn) -> str | None:
        """Return the slot for which a number was given that is of no format of its."""
        return next((s for s in self.numbers if turn.entity(UNFIT + s) and not turn.entity(s)), None)

    def _look_up(self, turn: Turn, number: str, orders: Orders) -> None:
        turn.order = orders.find(number)
        self._look_up_others(turn, orders)
        if turn.order is None and turn.decision.route == "answer":
            turn.decision = Decision("ask_slot", "order_not_found", turn.decision.intents, "order_number")

    def _number_for_people(self, turn: Turn) -> str | None:
        """Return the slot whose number has been given and nothing but a person can make use of.

        Who waits for a person already is answered, unless the number has only come now.
        """
        if turn.decision.reason == "general_question":
            return None
        slots = (s for i in turn.decision.intents for s in self._for_people.get(i, ()))
        given = (s for s in slots if s in turn.memory.slots)
        return next((s for s in given if turn.owner != "waiting" or turn.entity(s)), None)

    def _look_up_others(self, turn: Turn, orders: Orders) -> None:
        """Find each of several orders named; the conversation goes on with the last that is known."""
        numbers = turn.values("order_number")[:MOST_ORDERS]
        if len(numbers) < 2:
            return
        turn.orders = {number: orders.find(number) for number in numbers}
        known = [order for order in turn.orders.values() if order]
        if turn.order is None and known:
            turn.order = known[-1]
            turn.memory.slots["order_number"] = turn.order.number

    def wanted(self, turn: Turn) -> tuple[str, ...]:
        """Return the intents to act on; small talk gives way to a request."""
        ids = [r.intent for r in turn.understanding.requests]
        tasks = [i for i in ids if self.intents[i].kind != "social"]
        return tuple(tasks or ids[:1])

    def ours(self, turn: Turn) -> bool:
        """Return whether the message is likely enough this desk's matter to be acted on."""
        return turn.understanding.in_scope >= turn.understanding.refuse_below

    def perhaps_ours(self, turn: Turn) -> bool:
        """Return whether a message that is not `ours` is likelier so than not, and sounds like it.

        Such a message is asked about: neither refused nor acted on.
        """
        found = turn.understanding
        return found.in_scope >= (LIKELIER_THAN_NOT if found.familiar else found.ask_from)

    def missing_slot(self, turn: Turn, intents: tuple[str, ...]) -> str | None:
        slots = [s for i in intents for s in self.intents[i].slots]
        return next((s for s in slots if s not in turn.memory.slots), None)

    def in_general(self, turn: Turn, intents: tuple[str, ...]) -> bool:
        """Return whether the rules are asked about, and the desk has an answer that needs no order."""
        need = {i for i in intents if self.intents[i].slots}
        return need <= self._general and asks_in_general(turn.read)


def no_words(step: RouteStep, turn: Turn) -> Decision | None:
    says = _LETTER.search(turn.text) or turn.entities or turn.memory.asked_slot
    return None if says else Decision("refuse", "no_words")


def danger(step: RouteStep, turn: Turn) -> Decision | None:
    told = danger_told(turn.text)
    return Decision("handoff", told) if told else None


def withdraws(step: RouteStep, turn: Turn) -> Decision | None:
    """Who waits needs no person any more; where danger was told of, one comes all the same.

    Who asks about an order instead is the bot's again, and the rules below decide.
    """
    if turn.owner != "waiting" or not (leaves_it(turn.text) or wants_no_person(turn.text)):
        return None
    if asked_instead(turn, turn.text) and not turn.memory.danger:
        turn.owner = "bot"
        return None
    return Decision("handoff", "in_the_queue") if turn.memory.danger else Decision("social", "withdrawn")


def about_the_wait(step: RouteStep, turn: Turn) -> Decision | None:
    asks = turn.owner == "waiting" and asks_about_the_wait(turn.text)
    return Decision("handoff", "about_the_wait") if asks else None


def leave_it(step: RouteStep, turn: Turn) -> Decision | None:
    leaves = leaves_it(turn.text) and not asked_instead(turn, turn.text)
    return Decision("social", "never_mind") if leaves else None


def no_matter(step: RouteStep, turn: Turn) -> Decision | None:
    """Help is asked for and not with what: to be asked about, unless that has been."""
    busy = turn.memory.asked_slot or turn.owner == "waiting" or not step.asks_matter
    return None if busy or not states_no_matter(turn.text) else Decision("clarify", "no_matter")


def bare_word(step: RouteStep, turn: Turn) -> Decision | None:
    """Yes, no or why, and nothing before that it could be about."""
    memory = turn.memory
    open_matter = memory.intent or memory.offered or memory.asked_slot or turn.owner == "waiting"
    if open_matter or not step.asks_matter or not is_bare(turn.text):
        return None
    return Decision("clarify", "no_matter") if turn.number == 1 or not step.wanted(turn) else None


def other_language(step: RouteStep, turn: Turn) -> Decision | None:
    """Neither of the desk's languages; what was understood all the same is answered."""
    if not turn.foreign or not step.knows_languages or (step.wanted(turn) and step.ours(turn)):
        return None
    return Decision("refuse", "other_language")


def question_beside(step: RouteStep, turn: Turn) -> Decision | None:
    """A question that goes on with the last matter, and that a passage on it answers."""
    memory, wanted = turn.memory, step.wanted(turn)
    near = turn.passages and turn.passages[0].score >= ANSWERS_AT
    if memory.asked_slot or not turn.continues or not near or not wanted or wanted[0] != memory.intent:
        return None
    return Decision("answer", "follow_up", wanted[:1])


def asks_in_words(text: str) -> bool:
    """Return whether a text asks for a person in so many words."""
    return bool(_PERSON.search(text)) and not _ABOUT_PEOPLE.search(text)


def asks_for_person(step: RouteStep, turn: Turn) -> Decision | None:
    wanted = step.wanted(turn)
    if "human_agent" not in step.intents:
        return None
    by_words = asks_in_words(turn.read)
    if by_words or "human_agent" in wanted:
        return Decision("handoff", "asked_for_a_person", ("human_agent",), by_words=by_words)
    return None


def slot_given(step: RouteStep, turn: Turn) -> Decision | None:
    """The order number asked for, or invited, has come, alone or with words that state no other task."""
    slot, pending = turn.memory.asked_slot or turn.memory.invited_slot, turn.memory.intent
    if not slot or not pending or turn.entity(slot) is None:
        return None
    wanted = step.wanted(turn)
    other = wanted and wanted[0] != pending and word_count(turn.text) > FEW_WORDS
    sure = any(r.intent in wanted and r.confidence >= SURE for r in turn.understanding.requests)
    waiting = tuple(turn.memory.pending) or (pending,)
    return Decision("answer", "slot_filled", wanted if other and sure else waiting)


def no_number(step: RouteStep, turn: Turn) -> Decision | None:
    """The number was asked for, and the customer has none: a person does without, or is offered."""
    slot, pending = turn.memory.asked_slot, turn.memory.intent
    if slot not in step.numbers or not pending or turn.entity(slot):
        return None
    beside = said_beside(turn.text)
    if beside is None or (word_count(beside) > 2 and _another_matter(step, turn, pending)):
        return None
    if step.only_for_people(slot, pending):
        return Decision("handoff", "no_number", tuple(turn.memory.pending) or (pending,))
    return _ask_again(turn, slot, pending)


def unfit_number(step: RouteStep, turn: Turn) -> Decision | None:
    """What was given for a number is of no format: asked about once, then taken as it stands."""
    slot, memory = step.unfit(turn), turn.memory
    given = turn.entity(f"{UNFIT}{slot}")
    if slot is None or given is None:
        return None
    if word_count(turn.text) > FEW_WORDS and not _LETTER.search(given.text):
        return None
    asked, pending = memory.asked_slot == slot, memory.intent
    if asked and pending and not _another_matter(step, turn, pending):
        waiting = tuple(memory.pending) or (pending,)
        if memory.asked_times < MISSES:
            return Decision("ask_slot", "number_unfit", waiting, slot)
        memory.slots[slot] = given.value
        return Decision("answer", "slot_filled", waiting)
    if step.wanted(turn) or turn.owner == "waiting" or word_count(turn.text.replace(given.text, "")) > 3:
        return None
    if asked and memory.asked_times >= MISSES:
        return Decision("handoff", "slot_not_given_twice")
    return Decision("ask_slot", "number_unfit", (), slot)


def only_a_number(step: RouteStep, turn: Turn) -> Decision | None:
    """A number alone goes on with the matter, states the one that it is for, or is asked about."""
    number = next((e for e in reversed(turn.entities) if e.type in step.numbers), None)
    rest = turn.text.replace(number.text, "") if number else ""
    if number is None or word_count(rest) > 3:
        return None
    # a number alone states no matter, however surely the classifier takes it for the commonest one
    if step.wanted(turn) and _LETTER.search(rest) and not _ANOTHER_NUMBER.search(rest):
        return None
    pending, need = turn.memory.intent, step.needing(number.type, turn)
    if pending in need:
        return Decision("answer", "order_named", (pending,))
    if len(need) == 1 or "track_order" in need:
        return Decision("answer", "order_named", ("track_order",) if "track_order" in need else need)
    if not need or turn.owner == "waiting":
        return None
    return Decision("clarify", "number_alone", need[:CLARIFY], number.type)


def _another_matter(step: RouteStep, turn: Turn, pending: str) -> bool:
    return any(i != pending and step.intents[i].kind != "social" for i in step.wanted(turn))


def _ask_again(turn: Turn, slot: str, pending: str) -> Decision:
    if turn.memory.asked_times >= MISSES:
        return Decision("handoff", "slot_not_given_twice")
    return Decision("ask_slot", "slot_not_given", (pending,), slot)


def slot_not_given(step: RouteStep, turn: Turn) -> Decision | None:
    """The order number was asked for, and what came is neither that nor another matter."""
    slot, pending = turn.memory.asked_slot, turn.memory.intent
    if not slot or not pending:
        return None
    wanted = step.wanted(turn)
    if wanted and step.in_general(turn, wanted):
        return None  # a question beside it
    if _another_matter(step, turn, pending):
        return None
    about_it = slot in step.numbers and asks_for_its_place(turn.text)
    if not step.ours(turn) and word_count(turn.text) > 3 and not about_it:
        return None  # something else altogether
    return _ask_again(turn, slot, pending)


def human(step: RouteStep, turn: Turn) -> Decision | None:
    """A matter for people, or one that nobody has written an answer to."""
    wanted = step.wanted(turn)
    people = tuple(i for i in wanted if step.intents[i].kind == "human" or i not in step.answered)
    return Decision("handoff", "a_matter_for_people", people[:1]) if people else None


def social(step: RouteStep, turn: Turn) -> Decision | None:
    wanted = step.wanted(turn)
    if wanted and step.intents[wanted[0]].kind == "social":
        if turn.owner == "waiting" and wanted[0] == "greeting":
            return Decision("handoff", "in_the_queue")
        return Decision("social", "small_talk", wanted[:1])
    return None


def understood(step: RouteStep, turn: Turn) -> Decision | None:
    wanted = step.wanted(turn)
    if not wanted or not step.ours(turn):
        return None
    slot = step.missing_slot(turn, wanted)
    if slot and step.in_general(turn, wanted):
        return Decision("answer", "general_question", wanted)
    if slot and slot == step.unfit(turn):
        return Decision("ask_slot", "number_unfit", wanted, slot)
    if slot:
        return Decision("ask_slot", "slot_missing", wanted, slot)
    return Decision("answer", "intent_accepted" if len(wanted) == 1 else "several_requests", wanted)


def in_queue(step: RouteStep, turn: Turn) -> Decision | None:
    return Decision("handoff", "in_the_queue") if turn.owner == "waiting" else None


def unclear_word(step: RouteStep, turn: Turn) -> Decision | None:
    """Yes, no or why, and nothing that says what of the last matter is meant."""
    bare = step.asks_matter and is_bare(turn.text)
    return Decision("clarify", "no_matter") if bare and not turn.memory.asked_back else None


def out_of_scope(step: RouteStep, turn: Turn) -> Decision | None:
    names_ours = turn.entity("order_number") or turn.entity("product")
    if step.ours(turn) or names_ours:
        return None
    return Decision("refuse", "out_of_scope") if not step.perhaps_ours(turn) else None


def of_the_product(step: RouteStep, turn: Turn) -> Decision | None:
    """No intent is sure, but goods are named, and what is known of them answers the question."""
    near = turn.passages[0] if turn.about and turn.passages else None
    if near is None or not near.intents:
        return None
    likely = [g.id for g in turn.understanding.intents[:CLARIFY] if g.id in near.intents]
    if near.score < (QUOTED_AT if likely else ANSWERS_AT):
        return None
    return Decision("answer", "of_the_product", tuple(likely or near.intents)[:1])


def quotable(step: RouteStep, turn: Turn) -> Decision | None:
    """No intent is likely, but a passage is near: quote it."""
    near = turn.passages and turn.passages[0].score >= SEARCH_AT
    return Decision("search", "passage_found") if near and turn.understanding.best.confidence < 0.2 else None


def unsure(step: RouteStep, turn: Turn) -> Decision | None:
    found = turn.understanding
    # a person is a button beside any question
    tasks = [g for g in found.intents if step.intents[g.id].kind != "social" and g.id != "human_agent"]
    if not tasks:
        return Decision("refuse", "out_of_scope")
    likely = [g.id for g in tasks[:CLARIFY] if g.confidence >= CLARIFY_SHARE * tasks[0].confidence]
    # "is it this?" is asked where that is likely, and more than a word was said
    if len(likely) == 1 and (tasks[0].confidence < LIKELIER_THAN_NOT or word_count(turn.read) == 1):
        likely = [g.id for g in tasks[:2]]
    return Decision("clarify", "several_intents_likely", tuple(likely))


RULES: tuple[Rule, ...] = (
    no_words,
    danger,
    withdraws,
    about_the_wait,
    leave_it,
    no_matter,
    bare_word,
    asks_for_person,
    slot_given,
    only_a_number,
    no_number,
    unfit_number,
    human,
    other_language,
    question_beside,
    slot_not_given,
    social,
    understood,
    in_queue,
    unclear_word,
    out_of_scope,
    of_the_product,
    quotable,
    unsure,
)
