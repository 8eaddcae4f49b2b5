"""What is said after an answer goes on with its product or its matter."""

from collections.abc import Callable

import pytest

from bot.turn import Turn

Converse = Callable[..., list[Turn]]


def test_a_question_without_a_name_keeps_the_product(converse: Converse) -> None:
    turn = converse("is the oak table available in black", "how tall is it")[-1]
    assert turn.about == "alder-oak-dining-table"
    assert turn.decision.intents == ("product_info",)
    assert "75 cm" in turn.reply


@pytest.mark.parametrize(
    ("texts", "intent"),
    [
        (("打折的东西能退吗", "从哪天开始算"), "return_policy"),
        (("how many days to return", "does that count from the order or delivery?"), "return_policy"),
        (("收到的杯子是碎的", "能不能直接补发一个"), "damaged_item"),
    ],
)
def test_an_unsure_question_goes_on_with_the_matter(
    texts: tuple[str, ...], intent: str, converse: Converse
) -> None:
    turn = converse(*texts)[-1]
    assert (turn.decision.route, turn.decision.intents) == ("answer", (intent,))


def test_another_place_is_the_one_that_is_answered(converse: Converse) -> None:
    replies = [turn.reply for turn in converse("寄到香港要几天", "那澳门呢")]
    assert "香港" in replies[0]
    assert "澳门" in replies[1]


@pytest.mark.parametrize("text", ["tell me a joke", "who won the world cup"])
def test_something_else_is_no_follow_up(text: str, converse: Converse) -> None:
    assert converse("is the Ridge 2 tent waterproof", text)[-1].decision.reason == "out_of_scope"


def test_no_passage_names_only_another_product(converse: Converse) -> None:
    turn = converse("how heavy is the Ridge 2 tent")[-1]
    assert all("Ridge 4" not in p.heading or "Ridge 2" in p.heading for p in turn.passages)
    assert "2.1 kg" in turn.reply


def test_a_bare_word_first_is_asked_about(converse: Converse) -> None:
    for text in ("yes", "no", "why", "ok", "为什么"):
        decision = converse(text)[-1].decision
        assert (decision.route, decision.reason) == ("clarify", "no_matter")


def test_each_of_two_orders_is_answered(converse: Converse) -> None:
    turn = converse("where is my order HB-2048817 and HB-1000004?")[-1]
    assert "HB-2048817" in turn.reply
    assert "HB-1000004" in turn.reply


def test_another_language_is_answered_in_both(converse: Converse) -> None:
    turn = converse("Bonjour, où est ma commande ?")[-1]
    assert turn.decision.reason == "other_language"
    assert "English" in turn.reply
    assert "中文" in turn.reply
