"""A Rasa project's responses become answers, and what is lost is said."""

from typing import Any

from tests.training.history.conftest import PROJECT
from training.history.names import names_of
from training.history.rasa_answers import RasaAnswers, answers_of
from training.history.rasa_files import RasaFiles, Step, Story, read_rasa

BOTH = ("en", "zh")


def of_project() -> RasaAnswers:
    files = read_rasa([PROJECT])
    return answers_of(files, names_of(sorted({label for m in files.examples for label in m.labels})), BOTH)  # type: ignore[union-attr]


def made(
    responses: dict[str, list[dict[str, Any]]], *steps: Step, slots: dict[str, str] | None = None
) -> RasaAnswers:
    story = Story("rules.yml", 1, "r", True, steps or (Step(intent="x"), Step(action="utter_x")))
    files = RasaFiles(responses=responses, stories=[story], slots=slots or {})  # type: ignore[arg-type]
    return answers_of(files, names_of(["x", "y"]), BOTH)


def test_what_follows_an_intent_is_its_answer_in_both_languages() -> None:
    found = of_project().answers
    assert found["greeting"].texts["en"] == [
        "Hi, this is Tidewater Bikes. How can I help?", "Hello! What can I do for you today?",
    ]  # fmt: skip
    assert found["greeting"].texts["zh"] == ["您好，这里是潮汐单车，请问有什么可以帮您？"]
    assert found["faq_ask_deposit"].texts["zh"] == ["押金 200 元，还车当天原路退回。"]


def test_responses_that_follow_each_other_are_one_answer_and_fixed_slots_facts() -> None:
    found = of_project()
    (text,) = found.answers["report_flat_tyre"].texts["en"]
    assert text.startswith("Sorry about the flat.")
    assert "\n\nCall {fact.shop_phone}; our van" in text
    assert found.facts == {"shop_phone": "0571-555-0188"}


def test_buttons_lead_to_intents() -> None:
    assert of_project().answers["opening_hours"].next == ["faq_ask_price"]


def test_an_intent_does_not_lead_to_itself() -> None:
    buttons = [{"title": "again", "payload": "/x"}, {"title": "other", "payload": "/y"}]
    assert made({"utter_x": [{"text": "hello", "buttons": buttons}]}).answers["x"].next == ["y"]


def test_what_is_not_carried_over_is_said() -> None:
    found = of_project()
    assert "booking_status" not in found.answers
    said = "\n".join(found.notes)
    for part in (
        "action_check_booking is code", "{booking_time} can't be filled here", "utter_lost_key: its image",
        "button 'Our website' leads to no intent", "utter_default follows no intent",
    ):  # fmt: skip
        assert part in said


def test_a_response_named_like_the_intent_needs_no_rule() -> None:
    found = made({"utter_y": [{"text": "hello"}]}, Step(intent="other"))
    assert found.answers["y"].texts == {"en": ["hello"]}


def test_rules_come_before_stories_and_frequent_ones_before_others() -> None:
    stories = [
        Story("s.yml", n, "s", False, (Step(intent="x"), Step(action=f"utter_{n > 1}"))) for n in (1, 2, 3)
    ]
    responses: Any = {"utter_True": [{"text": "often"}], "utter_False": [{"text": "once"}]}
    files = RasaFiles(responses=responses, stories=stories)
    assert answers_of(files, names_of(["x"]), BOTH).answers["x"].texts == {"en": ["often"]}
    rule = Story("r.yml", 1, "r", True, (Step(intent="x"), Step(action="utter_False")))
    files = RasaFiles(responses=responses, stories=[*stories, rule])
    assert answers_of(files, names_of(["x"]), BOTH).answers["x"].texts == {"en": ["once"]}


def test_a_condition_on_the_language_is_none_and_on_anything_else_is_one() -> None:
    spoken = {"text": "您好", "condition": [{"type": "slot", "name": "user_language", "value": "zh"}]}
    premium = {
        "text": "Hello, dear member",
        "condition": [{"type": "slot", "name": "premium", "value": "true"}],
    }
    found = made({"utter_x": [{"text": "Hello"}, spoken, premium]})
    assert found.answers["x"].texts == {"en": ["Hello"], "zh": ["您好"]}
    assert found.notes == ["response utter_x: a variation with a condition was not carried over"]


def test_slots_with_a_value_become_facts_with_a_plain_name() -> None:
    found = made({"utter_x": [{"text": "Call {Shop-Phone2} now"}]}, slots={"Shop-Phone2": "12"})
    assert found.answers["x"].texts == {"en": ["Call {fact.shop_phone} now"]}
    assert found.facts == {"shop_phone": "12"}
