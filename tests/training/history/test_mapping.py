"""A mapping is proposed, written, changed and read again."""

from pathlib import Path

import pytest

from data.errors import HistoryError
from tests.training.history.conftest import Write
from training.history.mapping import Mapping, check_columns, propose_mapping, read_mapping, write_mapping

ROWS = [
    {"ticket": "1", "who": "visitor", "body": "where is it", "status": "closed"},
    {"ticket": "1", "who": "Lena", "body": "on its way", "status": "closed"},
]


def test_what_is_written_reads_the_same(tmp_path: Path) -> None:
    proposed = propose_mapping(list(ROWS[0]), ROWS)
    file = tmp_path / "mapping.yaml"
    write_mapping(proposed, file)
    assert read_mapping(file) == proposed
    assert proposed.speakers == {"visitor": "customer", "*": "agent"}


def test_yes_and_numbers_are_words(write: Write) -> None:
    file = write("m.yaml", "columns: {text: t, speaker: in}\nspeakers: {Yes: customer, no: agent, 3: bot}\n")
    assert read_mapping(file).speakers == {"true": "customer", "false": "agent", "3": "bot"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("columns: {speaker: who}\nspeakers: {a: agent}", "does not say which column is the text"),
        ("columns: {text: body, speaker: who}", "not who its values are"),
        (
            "columns: {text: body}\nspeakers: {a: boss}",
            r"is no mapping: speakers\.a is 'boss', wanted is one of 'customer', 'agent', 'bot' or 'ig",
        ),
        (
            "columns: {words: body}",
            r"is no mapping: columns has the key 'words', wanted is one of 'conversat",
        ),
        ("columns: {text: b}\nwords: x", r"is no mapping: it has the key 'words', which means nothing; doc"),
        ("sheet: x", r"is no mapping: it lacks 'columns'; doc"),
        (
            "- text",
            r"is no mapping: it is \['text'\], wanted is a valid dictionary or instance of Mapping; doc",
        ),
        ("columns: [", "is no mapping"),
    ],
)
def test_a_mapping_that_can_not_be_used_is_refused(content: str, said: str, write: Write) -> None:
    with pytest.raises(HistoryError, match=said):
        read_mapping(write("m.yaml", content))


def test_a_table_without_text_is_refused() -> None:
    with pytest.raises(HistoryError, match="no column looks like the messages' text; there are n"):
        propose_mapping(["n"], [{"n": "1"}, {"n": "2"}])


def test_columns_that_are_not_there_are_named() -> None:
    with pytest.raises(HistoryError, match=r"a\.csv has no column 'body', .* it has text, id"):
        check_columns(Mapping(columns={"text": "body"}), ["text", "id"], Path("a.csv"))
