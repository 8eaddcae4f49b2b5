"""Too few and too many messages of an intent are said."""

from pathlib import Path

from data.desk import load_desk
from training.history.balance import balance
from training.history.said import Said


def many(number: int, intent: str | None, language: str = "en") -> list[Said]:
    labels = None if intent is None else (intent,) if intent else ()
    return [Said(f"{intent} {n}", language, "dialogues", str(n), labels) for n in range(number)]


def test_distinct_messages_are_counted_per_intent_and_language(small_desk: Path) -> None:
    learned = (
        many(3, "greeting") + many(2, "greeting") + many(4, "return_item", "zh") + many(2, "") + many(1, None)
    )
    found = balance(load_desk(small_desk), learned)
    assert found.intents == {"return_item": {"en": 0, "zh": 4}, "greeting": {"en": 3, "zh": 0}}
    assert (found.outside, found.unlabelled) == ({"en": 2, "zh": 0}, {"en": 1, "zh": 0})
    assert list(found.cautions()) == [
        "en: fewer than 40 messages: return_item 0, greeting 3",
        "en: 2 distinct messages out of scope: far too few to teach what to refuse or to measure it; "
        "a few hundred do (docs/desk.md)",
        "en: 1 message has no label and is not learned from",
        "zh: fewer than 40 messages: return_item 4, greeting 0",
        "zh: 0 distinct messages out of scope: far too few to teach what to refuse or to measure it; "
        "a few hundred do (docs/desk.md)",
    ]


def test_some_messages_out_of_scope_are_still_too_few(small_desk: Path) -> None:
    cautions = list(balance(load_desk(small_desk), many(150, "")).cautions())
    assert "en: 150 distinct messages out of scope; 200 teach what to refuse" in cautions


def test_enough_of_everything_needs_no_caution(small_desk: Path) -> None:
    learned = [
        message
        for language in ("en", "zh")
        for intent, number in (("greeting", 40), ("return_item", 50), ("", 200))
        for message in many(number, intent, language)
    ]
    assert list(balance(load_desk(small_desk), learned).cautions()) == []
