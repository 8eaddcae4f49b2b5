"""Dialogues are read, checked and turned into labelled messages."""

from pathlib import Path

import pytest

from bot.classifier import OUT_OF_SCOPE
from data.desk import Desk, load_desk
from data.errors import DeskError
from training.examples import (
    LabelledMessage,
    calibration_sample,
    intent_names,
    labelled_messages,
    read_dialogues,
)  # fmt: skip

GOOD = (
    '{"id": "x-1", "language": "en", "turns": [{"speaker": "customer", "text": "hello", '
    '"intents": ["greeting"], "mood": "neutral"}, {"speaker": "agent", "text": "Hi."}]}'
)


def with_lines(small_desk: Path, *lines: str) -> Desk:
    (small_desk / "dialogues" / "en.jsonl").write_text("\n".join(lines), "utf-8")
    return load_desk(small_desk)


def test_all_files_are_read_in_the_order_of_their_names(small_desk: Path) -> None:
    assert [d["id"] for d in read_dialogues(load_desk(small_desk))] == ["en-1", "en-2", "zh-1"]


def test_other_files_are_left_alone(small_desk: Path) -> None:
    (small_desk / "dialogues" / "notes.txt").write_text("not JSON")
    assert len(read_dialogues(load_desk(small_desk))) == 3


def test_messages_are_those_that_stand_for_themselves(small_desk: Path) -> None:
    assert labelled_messages(load_desk(small_desk)) == [
        LabelledMessage("hi there", "en", ("greeting",), 0.8, "en-1"),
        LabelledMessage("send it back", "en", ("return_item", "greeting"), -0.5, "en-1"),
        LabelledMessage("sing to me", "en", (), 0.0, "en-2"),
        LabelledMessage("我要退货", "zh", ("return_item",), 0.0, "zh-1"),
    ]


def test_the_same_words_in_two_languages_are_two_messages(small_desk: Path) -> None:
    chinese = GOOD.replace('"en"', '"zh"')
    found = labelled_messages(with_lines(small_desk, GOOD, chinese))
    assert [(m.text, m.language) for m in found[:2]] == [("hello", "en"), ("hello", "zh")]


@pytest.mark.parametrize(
    ("labels", "label"),
    [(("greeting",), "greeting"), (("return_item", "greeting"), "return_item"), ((), OUT_OF_SCOPE)],
)
def test_the_label_is_the_first_intent_or_out_of_scope(labels: tuple[str, ...], label: str) -> None:
    assert LabelledMessage("x", "en", labels, 0.0, "d").label == label


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (GOOD[:-5], "JSONDecodeError"),
        ("", "JSONDecodeError"),
        ("[]", "TypeError"),
        ("7", "TypeError"),
        (GOOD.replace('"id"', '"no"'), "id"),
        (GOOD.replace('"language": "en"', '"language": "fr"'), "'fr' is none of the desk's"),
        (GOOD.replace('"language": "en", ', ""), "language"),
        (GOOD.replace('"turns"', '"lines"'), "turns"),
        (GOOD.replace('"speaker": "customer", ', ""), "speaker"),
        (GOOD.replace("customer", "custmer"), "'custmer' is none of ['customer', 'agent', 'bot']"),
        (GOOD.replace('"text": "hello", ', ""), "text"),
        (GOOD.replace('"intents": ["greeting"], ', ""), "intents"),
        (GOOD.replace('["greeting"]', '["farewell"]'), "unknown intents ['farewell']"),
        (GOOD.replace('["greeting"]', '"greeting"'), "unknown intents"),
        (GOOD.replace('"neutral"', '"bored"'), "mood 'bored' is none of"),
        (GOOD.replace(', "mood": "neutral"', ""), "mood"),
    ],
)  # fmt: skip
def test_a_bad_line_is_refused_with_file_line_and_reason(line: str, reason: str, small_desk: Path) -> None:
    with pytest.raises(DeskError) as caught:
        labelled_messages(with_lines(small_desk, GOOD, line, GOOD))
    assert "en.jsonl, line 2: " in str(caught.value)
    assert reason in str(caught.value)


def test_a_message_that_nobody_has_labelled_is_not_learned_from(small_desk: Path) -> None:
    plain = GOOD.replace(', "intents": ["greeting"], "mood": "neutral"', "").replace("hello", "hullo")
    assert "intents" not in plain
    assert [m.text for m in labelled_messages(with_lines(small_desk, plain, GOOD))] == ["hello", "我要退货"]


def test_a_file_that_is_no_text_is_refused_by_name(small_desk: Path) -> None:
    (small_desk / "dialogues" / "en.jsonl").write_bytes(b'{"id": "\xff"}')
    with pytest.raises(DeskError, match=r"en\.jsonl"):
        read_dialogues(load_desk(small_desk))


@pytest.mark.parametrize("mark", ["\u2028", "\u0085"])
def test_a_line_break_of_another_kind_is_part_of_the_text(mark: str, small_desk: Path) -> None:
    found = labelled_messages(with_lines(small_desk, GOOD.replace("hello", f"hel{mark}lo")))
    assert found[0].text == f"hel{mark}lo"


def test_a_desk_without_dialogues_is_refused_with_what_is_missing(small_desk: Path) -> None:
    for file in (small_desk / "dialogues").iterdir():
        file.unlink()
    with pytest.raises(DeskError, match=r"dialogues holds no dialogues \(\*\.jsonl\)"):
        read_dialogues(load_desk(small_desk))


def test_what_an_intent_is_called_is_an_example_of_it_in_each_language(small_desk: Path) -> None:
    assert intent_names(load_desk(small_desk)) == [
        LabelledMessage("Return it", "en", ("return_item",), 0.0, "title-return_item"),
        LabelledMessage("退货", "zh", ("return_item",), 0.0, "title-return_item"),
        LabelledMessage("Hello", "en", ("greeting",), 0.0, "title-greeting"),
        LabelledMessage("你好", "zh", ("greeting",), 0.0, "title-greeting"),
    ]


def with_sample(small_desk: Path, language: str, *lines: str) -> Desk:
    (small_desk / "calibration").mkdir()
    (small_desk / "calibration" / f"{language}.jsonl").write_text("\n".join(lines), "utf-8")
    return load_desk(small_desk)


def test_a_desk_may_have_no_calibration_sample(small_desk: Path) -> None:
    assert calibration_sample(load_desk(small_desk)) == []


def test_the_calibration_sample_is_read_with_its_language(small_desk: Path) -> None:
    lines = ('{"text": "退掉", "intent": "return_item"}', '{"text": "唱首歌", "intent": null}')
    assert calibration_sample(with_sample(small_desk, "zh", *lines)) == [
        LabelledMessage("退掉", "zh", ("return_item",), 0.0, "zh-1"),
        LabelledMessage("唱首歌", "zh", (), 0.0, "zh-2"),
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"text": "hi"', "JSONDecodeError"),
        ('{"text": "hi"}', "intent"),
        ('{"intent": "greeting"}', "text"),
        ('{"text": "hi", "intent": "farewell"}', "unknown intent 'farewell'"),
        ("[]", "TypeError"),
    ],
)
def test_a_bad_line_of_the_sample_is_refused_with_file_line_and_reason(
    line: str, reason: str, small_desk: Path
) -> None:
    with pytest.raises(DeskError) as caught:
        calibration_sample(with_sample(small_desk, "en", '{"text": "hi", "intent": "greeting"}', line))
    assert "en.jsonl, line 2: " in str(caught.value)
    assert reason in str(caught.value)


def test_messages_of_the_shop_keep_their_dialogue(desk: Desk) -> None:
    ids = {d["id"] for d in read_dialogues(desk)}
    assert {m.dialogue for m in labelled_messages(desk)} <= ids


def test_messages_of_the_shop_are_distinct(desk: Desk) -> None:
    messages = labelled_messages(desk)
    assert len({(m.language, m.text) for m in messages}) == len(messages)


def test_every_intent_of_the_shop_has_names(desk: Desk) -> None:
    found = {(m.label, m.language) for m in intent_names(desk) if m.text.strip()}
    assert found == {(intent, language) for intent in desk.intents for language in desk.languages}
