"""The reply: approved wording with its slots filled, in the customer's language and script."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import opencc

from bot.turn import Turn
from bot.wording import order_values, product_name
from data.desk import PLACEHOLDER, Conditions, Desk, Template
from retrieval.passage import Passage

UNHAPPY = -0.5  # sentiment from which on a reply says sorry: three to one that the customer is unhappy
SNIPPET_AT = 0.45  # score from which a passage may be quoted inside an answer
QUICK_REPLIES = 4


class AnswerStep:
    """Fills `reply`, `quick_replies`, and puts the templates used in front of `passages`."""

    def __init__(self, desk: Desk, clock: Callable[[ZoneInfo], datetime] = datetime.now) -> None:
        self._desk = desk
        self._zone = ZoneInfo(desk.timezone)
        self._clock = clock
        self._traditional = opencc.OpenCC("s2tw")

    def __call__(self, turn: Turn) -> Turn:
        values = self._values(turn)
        templates = [t for name in self._names(turn) if (t := self._pick(name, turn, values))]
        parts = [self._fill(t, turn.language, values) for t in templates]
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

    def _names(self, turn: Turn) -> tuple[str, ...]:
        """Return which groups of templates the decision calls for."""
        route, reason = turn.decision.route, turn.decision.reason
        if reason in SYSTEM_REPLIES:
            name = f"system.{SYSTEM_REPLIES[reason]}"
            return (name if name in self._desk.templates else OLDER.get(name, name),)
        if route in ("refuse", "clarify", "search"):
            return (f"system.{route}",)
        if route == "ask_slot":  # ask once, however many of the requests need it
            asking = [i for i in turn.decision.intents if self._desk.intents[i].slots]
            return (*(i for i in turn.decision.intents if i not in asking), *asking[:1])
        return turn.decision.intents

    def _pick(self, name: str, turn: Turn, values: dict[str, str]) -> Template | None:
        """Return the most specific template that fits, among equals the one this customer saw least."""
        if name.startswith("system."):
            fitting = [t for t in self._desk.templates.values() if f"{t.id}.".startswith(f"{name}.")]
        else:
            fitting = [t for t in self._desk.answers.get(name, ()) if self._fits(t.when, name, turn)]
        fitting = [t for t in fitting if self._fillable(t, values)]
        if not fitting:
            return None

        def rank(template: Template) -> tuple[int, int, int]:
            quotes = sum(p in template.placeholders() for p in ("snippet", "product", "country"))
            return turn.memory.used.get(template.id, 0), -template.when.count, -quotes

        most_specific = max(t.when.count for t in fitting)
        equals = [t for t in fitting if t.when.count == most_specific]
        return min(equals, key=rank)

    def _fits(self, when: Conditions, intent: str, turn: Turn) -> bool:
        order = turn.order if self._desk.intents[intent].slots else None
        unknown = "general" if turn.decision.reason == "general_question" else "unknown"
        return (
            when.order in (None, "known" if order else unknown)
            and (not when.order_status or (order is not None and order.status in when.order_status))
            and (when.mood is None or turn.understanding.sentiment <= UNHAPPY)
            and (when.hours is None or (when.hours == "open") == self._open())
            and (when.country is None or when.country == self._served(turn))
        )

    def _served(self, turn: Turn) -> str | None:
        """Return whether the country named is in the fact `countries`; None if none was named."""
        country = turn.entity("country")
        if country is None:
            return None
        return "served" if country.value in self._desk.fact("countries", "en") else "not_served"

    def _open(self) -> bool:
        now, hours = self._clock(self._zone), self._desk.hours
        return now.weekday() in hours.days and hours.opens <= f"{now:%H:%M}" < hours.closes

    def _values(self, turn: Turn) -> dict[str, str]:
        language = turn.language
        values = order_values(turn.order, self._desk, language) if turn.order else {}
        values |= {f"slot.{name}": value for name, value in turn.memory.slots.items()}
        if turn.passages and turn.passages[0].score >= SNIPPET_AT:
            values["snippet"] = turn.passages[0].text
        if product := turn.entity("product"):
            values["product"] = product_name(product.value, self._desk, language)
        if country := turn.entity("country"):
            values["country"] = country.text if language == "zh" else country.value
        return values

    def _fillable(self, template: Template, values: dict[str, str]) -> bool:
        return all(name.startswith("fact.") or name in values for name in template.placeholders())

    def _fill(self, template: Template, language: str, values: dict[str, str]) -> str:
        text = self._desk.state_facts(template.texts[language], language)
        return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)

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
        near = [p for p in turn.passages if p.score >= SNIPPET_AT] if quotes and not turn.order else []
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
        return self._traditional.convert(text) if turn.script == "Hant" else text


OLDER = {"system.withdrawn": "system.never_mind"}  # what a desk without the newer template says
SYSTEM_REPLIES = {  # reason: the system template that answers it
    "no_matter": "no_matter",
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
}
