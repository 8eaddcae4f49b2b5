"""What changed between two contents, sentence by sentence."""

from data.answer.diff import Line, diff

BEFORE = {
    "when": {"order_status": ["shipped"]},
    "next": [],
    "texts": {"en": "It is sent. Wait.", "zh": "已发。请等。"},
}


def test_only_what_changed_is_listed() -> None:
    after = {**BEFORE, "texts": {"en": "It is sent. Please wait.", "zh": "已发。请等。"}}
    assert diff(BEFORE, after) == [
        Line("en", " ", "It is sent."), Line("en", "-", "Wait."), Line("en", "+", "Please wait."),
    ]  # fmt: skip


def test_chinese_sentences_are_told_apart() -> None:
    after = {**BEFORE, "texts": {"en": "It is sent. Wait.", "zh": "已发。别急。"}}
    assert [(x.sign, x.text) for x in diff(BEFORE, after)] == [
        (" ", "已发。"),
        ("-", "请等。"),
        ("+", "别急。"),
    ]


def test_conditions_and_buttons_are_parts() -> None:
    after = {**BEFORE, "when": {"order_status": ["shipped", "delayed"]}, "next": ["greeting"]}
    assert diff(BEFORE, after) == [
        Line("when", "-", "order_status: shipped"), Line("when", "+", "order_status: shipped, delayed"),
        Line("next", "+", "greeting"),
    ]  # fmt: skip


def test_nothing_changed_is_no_line() -> None:
    assert diff(BEFORE, dict(BEFORE)) == []


def test_a_new_answer_comes_whole_and_a_retired_one_goes_whole() -> None:
    article = {"intents": [], "texts": {"en": {"title": "T", "body": "One.\n\nTwo."}}}
    assert [x.text for x in diff(None, article)] == ["T", "One.", "Two."]
    assert {x.sign for x in diff(article, None)} == {"-"}
