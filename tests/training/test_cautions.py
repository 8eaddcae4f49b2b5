"""What a release's maker is told to look at."""

from data.desk import Desk, Template
from training.cautions import cautions


def test_a_desk_that_lacks_nothing_is_warned_of_nothing(desk: Desk) -> None:
    assert not list(cautions(desk, {"en": {"answers_wrong": 0.05}}, 0.05))


def test_what_nobody_can_answer_is_named(desk: Desk) -> None:
    without = {intent: of for intent, of in desk.answers.items() if intent != "return_item"}
    (said,) = cautions(desk.model_copy(update={"answers": without}), {}, 0.05)
    assert said.startswith("no answer is written to return_item: who asks is handed to a person")


def test_a_mark_that_would_be_said_is_named(desk: Desk) -> None:
    marked = Template(id="greeting.two", texts={"en": "Hello, [[name: Ms Miller]].", "zh": "您好。"})
    (said,) = cautions(
        desk.model_copy(update={"templates": desk.templates | {"greeting.two": marked}}), {}, 0.05
    )
    assert "greeting.two" in said
    assert "[[name: Ms Miller]]" in said


def test_more_wrong_answers_than_wanted_are_said(desk: Desk) -> None:
    (said,) = cautions(desk, {"en": {"answers_wrong": 0.147}, "zh": {"answers_wrong": 0.05}}, 0.05)
    assert said.startswith("en: 14.7% of the answers to held-out messages are wrong, wanted are at most 5%")
