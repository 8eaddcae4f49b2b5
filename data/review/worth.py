"""Which turns are worth a person's time, and why: rules over what one row of the log says."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import JSON, Row, select, type_coerce
from sqlalchemy.orm import aliased

from data.log.mood import UNHAPPY_BELOW
from data.tables import TurnRow

# Why a turn is read again, and how unhappy that says the customer was.
REASONS: Mapping[str, float] = {
    "unsure": 0.0,  # the confidence is not far from the threshold, on either side
    "refused": 0.2,
    "clarified": 0.1,
    "searched": 0.0,
    "handed_over": 0.5,  # misunderstood until a person was offered, or the customer then asked for one
    "thumbs_down": 1.0,
    "repeated": 0.7,  # the customer asked the same again
    "low_csat": 0.6,
    "for_people": 0.0,  # the classifier, sure of it, took it for what people do: nobody sees it else
    "sample": 0.0,  # sure of it: one in twenty is read, for errors that nothing else shows
    "raised": 0.0,  # somebody corrected it in the log
}
PLAIN = 0.5  # of the threshold: what is less likely than that to be the desk's matter is plainly none
UNHAPPY = 0.3  # added where the message itself sounds so
SAMPLED = 20  # one of so many sure ones
NEAR = 0.15  # so far above its threshold a probability is still doubtful
BY_ROUTE = {"refuse": "refused", "clarify": "clarified", "search": "searched"}
BY_RULE = (  # decided by the conversation or a fixed rule: the classifier's confidence says nothing
    "slot_filled", "order_named", "slot_not_given", "never_mind", "in_the_queue", "crisis", "injury",
    "withdrawn", "about_the_wait",
    "asked_for_a_person", "no_words", "too_long", "failure", "no_number", "number_unfit", "number_alone",
)  # fmt: skip
GIVEN_UP = ("not_understood_twice", "slot_not_given_twice")  # a person is offered; the customer may say yes

_DETAILS = type_coerce(TurnRow.details, JSON())
_BEFORE = aliased(TurnRow)
FACTS = select(
    TurnRow.id, TurnRow.session, TurnRow.language, TurnRow.intent, TurnRow.confidence, TurnRow.route,
    TurnRow.reason, TurnRow.text,
    _DETAILS["in_scope"].as_float().label("in_scope"),
    _DETAILS["accept_at"].as_float().label("accept_at"),
    _DETAILS["refuse_below"].as_float().label("refuse_below"),
    _DETAILS["by_words"].as_boolean().label("by_words"),
    TurnRow.sentiment.label("mood"),
    _DETAILS[("intents", 0, "id")].as_string().label("likeliest"),
    _BEFORE.id.label("before"),
).outerjoin(
    _BEFORE, (_BEFORE.session == TurnRow.session) & (_BEFORE.number == TurnRow.number - 1)
)  # fmt: skip


class Facts(NamedTuple):
    """What of a turn decides whether it is worth reading; `readable` if its reading can be right or wrong."""

    turn: int
    text: str
    language: str
    reading: str | None
    mood: float
    uncertainty: float
    doubtful: bool
    route: str
    reason: str
    for_people: bool
    readable: bool
    before: int | None


def facts_of(row: Row[Any]) -> Facts:
    known = row.in_scope is not None and row.accept_at is not None
    in_scope = row.in_scope if known else 1.0
    accept_at, refuse_below = (row.accept_at, row.refuse_below or 0.0) if known else (0.5, 0.0)
    ours = in_scope >= refuse_below
    refused = row.route == "refuse" or (row.intent is None and not ours)
    by_classifier = row.reason == "asked_for_a_person" and row.by_words is False and row.confidence < 1
    by_rule = row.reason in BY_RULE and not by_classifier
    wrong = in_scope if refused else 1 - row.confidence * in_scope
    chatter = row.reason == "small_talk" or (row.reason == "out_of_scope" and in_scope < PLAIN * refuse_below)
    near = row.confidence < min(accept_at + NEAR, 1) or in_scope < min(refuse_below + NEAR, 0.99)
    reading = None if refused else row.intent or row.likeliest
    return Facts(
        turn=row.id,
        text=row.text,
        language=row.language,
        reading=reading,
        mood=row.mood,
        uncertainty=0.0 if by_rule or chatter else min(max(wrong, 0.0), 1.0),
        doubtful=near and not by_rule,
        route=row.route,
        reason=row.reason,
        for_people=by_classifier or row.reason == "a_matter_for_people",
        readable=refused or row.intent is not None or (reading is not None and not by_rule),
        before=row.before,
    )


def reasons_of(facts: Facts) -> Iterable[tuple[int, str]]:
    """Yield turns and reasons that one turn gives: itself, or the one that it follows."""
    if facts.reason == "asked_for_a_person" and facts.before:
        yield facts.before, "handed_over"
    if facts.reason in GIVEN_UP:
        yield facts.turn, "handed_over"
    elif facts.route in BY_ROUTE and facts.reason not in BY_RULE:
        yield facts.turn, BY_ROUTE[facts.route]
    elif facts.doubtful:
        yield facts.turn, "unsure"
    elif facts.for_people:
        yield facts.turn, "for_people"
    elif (
        facts.route in ("answer", "ask_slot", "social") and facts.turn * 2654435761 % 2**32 < 2**32 // SAMPLED
    ):
        yield facts.turn, "sample"


def dissatisfaction(reasons: Iterable[str], mood: float) -> float:
    """Return from 0 to 1 how unhappy the customer was with the answer, as far as can be seen."""
    unhappy = sum(REASONS[r] for r in reasons) + (UNHAPPY if mood < UNHAPPY_BELOW else 0)
    return min(unhappy, 1.0)
