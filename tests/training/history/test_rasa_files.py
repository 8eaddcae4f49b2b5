"""A Rasa project's files are read for what they say."""

import pytest

from data.errors import HistoryError
from tests.training.history.conftest import PROJECT, Write
from training.history.message import Message, Rejected
from training.history.rasa_files import is_rasa, plain_text, read_rasa


@pytest.mark.parametrize(
    ("example", "text"),
    [
        ("to [Oslo](city) please", "to Oslo please"),
        ('to [Oslo]{"entity": "city", "role": "to"} and [back](way)', "to Oslo and back"),
        ("[两](number)辆车", "两辆车"),
        ("[not] an (entity)", "[not] an (entity)"),
    ],
)
def test_entities_are_the_words_that_were_said(example: str, text: str) -> None:
    assert plain_text(example) == text


def test_the_project_is_read_whole() -> None:
    files = read_rasa([PROJECT])
    assert is_rasa(PROJECT)
    messages = [m for m in files.examples if isinstance(m, Message)]
    assert len(messages) == len(files.examples) == 239
    assert {"greet", "faq/ask_price"} <= {label for m in messages for label in m.labels or ()}
    assert files.slots == {"shop_phone": "0571-555-0188"}
    assert files.unused == ["synonym e-bike"]
    assert [len(files.tests), len(files.test_stories), len(files.stories)] == [8, 2, 11]


def test_tests_are_not_learned_from() -> None:
    files = read_rasa([PROJECT])
    learned = {m.text for m in files.examples if isinstance(m, Message)}
    assert not learned & {m.text for m in files.tests}


def test_values_are_texts_whatever_yaml_makes_of_them(write: Write) -> None:
    file = write("nlu.yml", "nlu:\n- intent: yes\n  examples: |\n    - on\n    - 12\n    -\n")
    files = read_rasa([file])
    assert [(m.labels, m.text) for m in files.examples if isinstance(m, Message)] == [
        (("yes",), "on"), (("yes",), "12"),
    ]  # fmt: skip
    assert files.examples[-1] == Rejected(str(file), 3, "an example of yes is empty")


def test_examples_may_be_a_list_and_intents_may_be_joined(write: Write) -> None:
    file = write(
        "nlu.yml", "nlu:\n- intent: cancel+refund\n  examples:\n  - text: |\n      cancel and pay back\n"
    )
    (message,) = read_rasa([file]).examples
    assert isinstance(message, Message)
    assert (message.labels, message.text) == (("cancel", "refund"), "cancel and pay back")


def test_customers_words_in_stories_are_examples(write: Write) -> None:
    nlu = write("nlu.yml", "nlu:\n- intent: greet\n  examples: |\n    - hi\n")
    steps = "  - user: hello you\n    intent: greet\n  - action: utter_greet\n"
    stories = write("stories.yml", f"stories:\n- story: a\n  steps:\n{steps}")
    assert [m.text for m in read_rasa([nlu, stories]).examples if isinstance(m, Message)] == [
        "hi",
        "hello you",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("nlu: [", "is no YAML"),
        ("nlu: {a: b}", "`nlu` must be a list"),
        ("nlu: []\nresponses: [a]", "`responses` must name each entry"),
        ("intents: [greet]", "holds no `nlu:` examples"),
    ],
)
def test_what_is_no_training_data_is_refused(content: str, said: str, write: Write) -> None:
    with pytest.raises(HistoryError, match=said):
        read_rasa([write("nlu.yml", content)])
