"""What a source calls its intents becomes what a desk calls them."""

import pytest

from training.history.names import LONGEST_ID, names_of, title_of


@pytest.mark.parametrize(
    ("label", "own"),
    [
        ("greet", "greeting"), ("thank_you", "thanks"), ("Bye", "goodbye"), ("bot_challenge", "about_bot"),
        ("speak_to_human", "human_agent"), ("转人工", "human_agent"), ("nlu_fallback", ""), ("OOS", ""),
        ("track_order", "track_order"), ("Track order!", "track_order"), ("trackOrder", "track_order"),
        ("faq/ask_price", "faq_ask_price"), ("2fa problems", "intent_2fa_problems"), ("查物流", "intent_01"),
    ],
)  # fmt: skip
def test_ids(label: str, own: str) -> None:
    assert names_of([label]).ids == {label: own}


def test_labels_that_differ_in_spelling_only_are_one_intent() -> None:
    names = names_of(["Track Order", "track_order", "退货", "查物流"])
    assert names.labels_by_id() == {
        "track_order": ["Track Order", "track_order"], "intent_01": ["退货"], "intent_02": ["查物流"],
    }  # fmt: skip


def test_long_labels_stay_apart() -> None:
    labels = [f"a very long label that somebody wrote as a sentence number {n}" for n in (1, 2)]
    ids = list(names_of(labels).ids.values())
    assert len(set(ids)) == 2
    assert max(map(len, ids)) <= LONGEST_ID


def test_a_yes_or_no_is_no_intent() -> None:
    names = names_of(["affirm", "deny", "return_item", "out_of_scope"])
    assert names.replies == {"affirm", "deny"}
    assert names.intents_of(["affirm", "return_item", "out_of_scope"]) == ["return_item"]
    assert list(names.labels_by_id()) == ["return_item"]


def test_a_title_is_the_label_where_that_is_in_the_language() -> None:
    assert title_of(["faq/ask_shipping_cost"], "en", ["how much is it"]) == "Shipping cost"
    assert title_of(["退货"], "zh", []) == "退货"


def test_else_a_title_is_the_most_typical_short_message() -> None:
    said = [
        "押金多少",
        "押金什么时候退",
        "押金退到哪里",
        "请问一下你们店的押金政策具体是怎么规定的呢",
        "[phone]",
    ]
    assert title_of(["deposit"], "zh", said) in ("押金什么时候退", "押金退到哪里", "押金多少")
    assert title_of(["deposit"], "zh", ["请问一下你们店的押金政策具体是怎么规定的呢"]) is None


def test_two_buttons_never_have_one_title() -> None:
    assert title_of(["退货"], "zh", ["我要退货"], taken=["退货"]) == "我要退货"
