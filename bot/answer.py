"""The reply: approved wording with its slots filled, in the customer's language and script."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.connectors import Order
from bot.no_matter import is_bare
from bot.no_number import asks_for_its_place, has_no_number
from bot.reference_numbers import UNFIT
from bot.said import says
from bot.script import traditional
from bot.turn import QUOTED_AT, Decision, Turn
from bot.wording import order_values, product_name
from data.desk import PLACEHOLDER, Conditions, Desk, Template
from retrieval.passage import Passage

UNHAPPY = -0.5  # sentiment from which on a reply says sorry: three to one that the customer is unhappy
QUICK_REPLIES = 4
_HAN_GAP = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")  # 预计 明天: a space is for 12月3日

# where it stands whether a place or a way of paying that the customer names is served
COUNTRIES, STORES = ("countries",), ("stores",)
METHODS = ("payment_methods", "instalment_methods", "payment_beside")


class AnswerStep:
    """Fills `reply`, `quick_replies`, and puts the templates used in front of `passages`."""

    def __init__(self, desk: Desk, clock: Callable[[ZoneInfo], datetime] = datetime.now) -> None:
        self._desk = desk
        self._zone = ZoneInfo(desk.timezone)
        self._clock = clock
        self._sentences = {t.split(".")[1] for t in desk.templates if t.startswith("system.")}
        self._methods = {m.name[desk.languages[0]]: m.name for m in desk.payment_methods}

    def __call__(self, turn: Turn) -> Turn:
        values = self._values(turn)
        templates, parts = self._compose(turn, values)
        if not parts and turn.decision.reason not in ("suggested", "slot_missing"):  # no condition holds
            turn.decision = Decision("handoff", "no_answer", turn.decision.intents)
            templates, parts = self._compose(turn, values)
        asks = any(t.when.order == "unknown" for t in templates)
        if turn.decision.route == "ask_slot" and turn.decision.reason not in SYSTEM_REPLIES and not asks:
            parts.append(self._desk.slots[turn.decision.slot or ""].ask[turn.language])
        if {"card_number", "national_id"} & set(turn.masked) and not turn.memory.privacy_noted:
            turn.memory.privacy_noted = True
            parts.insert(0, self._system("privacy_note", turn, values))
        turn.reply = self._script("\n\n".join(dict.fromkeys(parts)), turn)
        turn.quick_replies = tuple(self._script(q, turn) for q in self._quick_replies(turn, templates))
        turn.passages = self._sources(turn, templates)
        for template in templates:
            turn.memory.used[template.id] = turn.memory.used.get(template.id, 0) + 1
        return turn

    def failed(self, turn: Turn) -> Turn:
        """Fill the reply of a turn that a step broke on: an honest sentence and a person."""
        language = turn.language or self._desk.languages[0]
        turn.reply = self._script(self._desk.templates["system.failure"].texts[language], turn)
        turn.reply = self._desk.state_facts(turn.reply, language)
        turn.quick_replies = ()
        return turn

    def _compose(self, turn: Turn, values: dict[str, str]) -> tuple[list[Template], list[str]]:
        """Return the templates used and their texts; of several orders, those of each in turn."""
        if len(turn.orders) < 2 or turn.order is None or turn.decision.route != "answer":
            templates = [t for name in self._names(turn) if (t := self._pick(name, turn, values))]
            return templates, [self._fill(t, turn.language, values) for t in templates]
        used: list[Template] = []
        parts: list[str] = []
        goes_on_with = turn.order
        for number, order in turn.orders.items():
            found, texts = self._of_order(turn, number, order)
            used += found
            parts += texts
        turn.order = goes_on_with
        return list({t.id: t for t in used}.values()), parts

    def _of_order(self, turn: Turn, number: str, order: Order | None) -> tuple[list[Template], list[str]]:
        turn.order = order
        values = self._values(turn) | {"slot.order_number": number}
        names = self._names(turn) if order else ("system.not_found",)
        templates = [t for name in names if (t := self._pick(name, turn, values))]
        return templates, [self._fill(t, turn.language, values) for t in templates]

    def _names(self, turn: Turn) -> tuple[str, ...]:
        """Return which groups of templates the decision calls for."""
        route, reason = turn.decision.route, turn.decision.reason
        if reason == "no_matter" and is_bare(turn.text) and "system.bare_word" in self._desk.templates:
            return ("system.bare_word",)
        if reason in SYSTEM_REPLIES:
            return (
                *self._beside(turn),
                self._sentence(self._said_of_numbers(turn) or SYSTEM_REPLIES[reason]),
            )
        if route == "clarify" and len(turn.decision.intents) == 1:
            return (self._sentence("confirm"),)
        if route in ("refuse", "clarify", "search"):
            return (f"system.{route}",)
        if route == "ask_slot":  # ask once, however many of the requests need it
            asking = [i for i in turn.decision.intents if self._desk.intents[i].slots]
            return (*(i for i in turn.decision.intents if i not in asking), *asking[:1])
        if reason == "number_noted":
            told = turn.memory.asked_slot == turn.decision.slot  # when the number was asked for
            return (*(() if told else turn.decision.intents), "system.number_noted", "human_agent")
        if reason == "no_number":
            return (self._sentence("no_number_handed"), "human_agent")
        if reason == "no_answer":
            return ("human_agent",)
        if route == "handoff" and not any(i in self._desk.answers for i in turn.decision.intents):
            return ("human_agent",)  # one that was taught lately, and nobody wrote an answer to
        return turn.decision.intents

    def _said_of_numbers(self, turn: Turn) -> str | None:
        """Return what is said to who has no number, or asks where it stands."""
        if turn.decision.reason not in ("slot_not_given", "slot_not_given_twice") or (
            "no_number" not in self._sentences
        ):
            return None
        asked = turn.memory.asked_slot in self._desk.numbers
        lacks = has_no_number(turn.text) or asks_for_its_place(turn.text)
        return "no_number" if asked and lacks else None

    def _beside(self, turn: Turn) -> tuple[str, ...]:
        """Return the matters that are answered before a number is asked about."""
        unfit = turn.decision.reason == "number_unfit"
        return tuple(i for i in turn.decision.intents if unfit and not self._desk.intents[i].slots)

    def _sentence(self, name: str) -> str:
        """Return the group of the desk's own sentences of a name, of an older desk what it has instead."""
        return f"system.{name if name in self._sentences else OLDER.get(name, name)}"

    def _pick(self, name: str, turn: Turn, values: dict[str, str]) -> Template | None:
        """Return the most specific template that fits, among equals the one this customer saw least."""
        if name.startswith("system."):
            named = [t for t in self._desk.templates.values() if f"{t.id}.".startswith(f"{name}.")]
            fitting = [t for t in named if self._said(t.when, turn)]
        else:
            fitting = [t for t in self._desk.answers.get(name, ()) if self._fits(t.when, name, turn)]
        fitting = [t for t in fitting if self._fillable(t, values)]
        if turn.decision.reason == "follow_up" and not name.startswith("system."):
            special = [t for t in fitting if t.when.says or t.when.named or "snippet" in t.placeholders()]
            if not special:
                return self._pick("system.follow_up", turn, values)
            fitting = special
        if not fitting:
            return None

        def rank(template: Template) -> tuple[int, int, int]:
            quotes = sum(p in template.placeholders() for p in ("snippet", "product", "country"))
            return turn.memory.used.get(template.id, 0), -template.when.count, -quotes

        def specific(template: Template) -> int:
            about = {"product", "snippet"} & template.placeholders() if turn.about else ()
            return template.when.count + len(about)

        most_specific = max(map(specific, fitting))
        equals = [t for t in fitting if specific(t) == most_specific]
        return min(equals, key=rank)

    def _fits(self, when: Conditions, intent: str, turn: Turn) -> bool:
        order = turn.order if self._desk.intents[intent].slots else None
        return (
            when.order in (None, self._known_of(order, turn))
            and (not when.order_status or (order is not None and order.status in when.order_status))
            and (when.mood is None or turn.understanding.sentiment <= UNHAPPY)
            and (when.hours is None or (when.hours == "open") == self._open())
            and (when.country is None or when.country == self._served(turn, "country", COUNTRIES))
            and (when.city is None or when.city == self._served(turn, "city", STORES))
            and (when.method is None or when.method == self._served(turn, "payment_method", METHODS))
            and self._said(when, turn)
        )

    def _known_of(self, order: Order | None, turn: Turn) -> str | None:
        """Return which condition on the order holds; none where its number is all that can be known."""
        if order:
            return "known"
        if turn.decision.reason == "general_question":
            return "general"
        noted = "order_number" in turn.memory.slots and not self._desk.has_order_system
        return None if noted else "unknown"

    def _said(self, when: Conditions, turn: Turn) -> bool:
        return not when.says or says(turn.read, when.says) or says(turn.text, when.says)

    def _served(self, turn: Turn, kind: str, facts: tuple[str, ...]) -> str | None:
        """Return whether what is named of a kind stands in one of the facts; None if nothing is."""
        if kind == "payment_method" and len(turn.values(kind)) > 1:
            return None
        named = turn.entity(kind)
        if named is None:
            return None
        known = [self._desk.fact(fact, "en") for fact in facts if fact in self._desk.facts]
        return "served" if any(named.value in fact for fact in known) else "not_served"

    def _open(self) -> bool:
        now, hours = self._clock(self._zone), self._desk.hours
        return now.weekday() in hours.days and hours.opens <= f"{now:%H:%M}" < hours.closes

    def _values(self, turn: Turn) -> dict[str, str]:
        language = turn.language
        values = order_values(turn.order, self._desk, language) if turn.order else {}
        values |= {f"slot.{name}": value for name, value in turn.memory.slots.items()}
        if turn.decision.slot:
            values["example"] = self._desk.slots[turn.decision.slot].example
            unfit = turn.entity(UNFIT + turn.decision.slot)
            values["number"] = turn.memory.slots.get(turn.decision.slot, unfit.value if unfit else "")
        if turn.passages and turn.passages[0].score >= QUOTED_AT:
            values["snippet"] = turn.passages[0].text
        if turn.about:
            values["product"] = product_name(turn.about, self._desk, language)
        if country := turn.entity("country"):
            values["country"] = country.text if language == "zh" else country.value
        if city := turn.entity("city"):
            values["city"] = city.text if language == "zh" else city.value
        if method := turn.entity("payment_method"):
            values["method"] = self._methods.get(method.value, {}).get(language, method.text)
        return values

    def _fillable(self, template: Template, values: dict[str, str]) -> bool:
        return all(name.startswith("fact.") or name in values for name in template.placeholders())

    def _fill(self, template: Template, language: str, values: dict[str, str]) -> str:
        text = self._desk.state_facts(template.texts[language], language)
        text = PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)
        return _HAN_GAP.sub("", text)

    def _system(self, name: str, turn: Turn, values: dict[str, str]) -> str:
        return self._fill(self._desk.templates[f"system.{name}"], turn.language, values)

    def _quick_replies(self, turn: Turn, templates: list[Template]) -> list[str]:
        offered = turn.decision.intents if turn.decision.route == "clarify" else ()
        wanted = dict.fromkeys([*offered, *(i for t in templates for i in t.next)])
        if turn.decision.route in ("clarify", "refuse", "search"):
            wanted["human_agent"] = None  # a person is always within reach of a miss
        shown = [i for i in wanted if offered or i not in turn.decision.intents]
        return [self._desk.intents[i].title[turn.language] for i in shown][:QUICK_REPLIES]

    def _sources(self, turn: Turn, templates: list[Template]) -> tuple[Passage, ...]:
        approved = tuple(
            Passage(
                id=t.id, kind="template", language=turn.language, heading="", text="", intents=(t.intent,),
                title=self._desk.intents[t.intent].title[turn.language], score=1.0,
            )
            for t in templates
            if t.intent in self._desk.intents
        )  # fmt: skip
        quotes = turn.decision.route in ("answer", "ask_slot", "search", "handoff")
        # the state of an order comes from the order system, not from an article
        near = [p for p in turn.passages if p.score >= QUOTED_AT] if quotes and not turn.order else []
        found = approved + tuple(near)
        return tuple(
            replace(
                p,
                title=self._script(p.title, turn),
                heading=self._script(p.heading, turn),
                text=self._script(p.text, turn),
            )
            for p in found
        )

    def _script(self, text: str, turn: Turn) -> str:
        return traditional(text) if turn.script == "Hant" else text


OLDER = {  # what a desk without the newer template says
    "withdrawn": "never_mind",
    "confirm": "clarify",
    "number_alone": "clarify",
    "number_unfit": "ask_again",
}
SYSTEM_REPLIES = {  # reason: the system template that answers it
    "no_matter": "no_matter",
    "other_language": "other_language",
    "crisis": "crisis",
    "injury": "injury",
    "never_mind": "never_mind",
    "no_words": "no_words",
    "too_long": "too_long",
    "in_the_queue": "handoff_waiting",
    "about_the_wait": "handoff_waiting",
    "withdrawn": "withdrawn",
    "not_understood_twice": "two_misses",
    "slot_not_given_twice": "two_misses",
    "slot_not_given": "ask_again",
    "order_not_found": "not_found",
    "number_unfit": "number_unfit",
    "number_alone": "number_alone",
}
