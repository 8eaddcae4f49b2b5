"""A row becomes the messages that it holds."""

from typing import Any

import pytest

from training.history.mapping import RESOLVED, Mapping
from training.history.message import Message, Rejected, Skipped
from training.history.table import RowReader, rating_of

MAPPING: dict[str, Any] = {
    "columns": {
        "conversation": "id", "speaker": "who", "text": "body", "time": "at", "language": "lang",
        "intent": "label", "mood": "mood", "rating": "csat", "resolved": "status", "agent": "name",
        "reply": "answer",
    },
    "speakers": {"visitor": "customer", "lena": "agent", "system": "ignore"},
    "resolved": RESOLVED,
    "time_format": "iso",
}  # fmt: skip


def read(**cells: str) -> list[Any]:
    reader = RowReader(Mapping.model_validate(MAPPING), "a.csv", "a")
    return list(reader.messages(7, {"id": "T1", "who": "visitor", **cells}))


def test_a_row_with_everything() -> None:
    (message,) = read(
        body=" where is it ", at="2026-03-14 20:11", lang="English", label="track_order", mood="Unhappy",
        csat="4", status="Closed",
    )  # fmt: skip
    assert message == Message(
        "a.csv", 7, "T1", "customer", "where is it", at="2026-03-14T20:11:00", language="en",
        labels=("track_order",), mood="unhappy", rating=4, resolution="solved",
    )  # fmt: skip


def test_a_row_may_hold_the_reply_as_well() -> None:
    asked, told = read(body="where is it", answer="on its way", name="Lena")
    assert (asked.speaker, told.speaker, told.text, told.agent) == ("customer", "agent", "on its way", "Lena")
    assert asked.conversation == told.conversation == "T1"


def test_labels_are_the_customers_alone() -> None:
    (message,) = read(who="Lena", body="on its way", label="track_order")
    assert message.labels is None


@pytest.mark.parametrize("label", ["out_of_scope", "None", "无"])
def test_a_label_may_mean_out_of_scope(label: str) -> None:
    assert read(body="sing", label=label)[0].labels == ()


def test_a_row_without_a_conversation_is_one_of_its_own() -> None:
    assert read(id="", body="hi")[0].conversation == "a-7"


def test_rows_that_are_no_messages_are_told_apart() -> None:
    assert read(who="system", body="joined") == [Skipped("not said by anybody")]
    assert read(who="Tom", body="hi") == [
        Rejected("a.csv", 7, "the mapping does not say who the speaker 'Tom' is")
    ]
    assert read(body=" ") == [Rejected("a.csv", 7, "no text")]


def test_what_can_not_be_understood_is_a_doubt_and_the_message_kept() -> None:
    (message,) = read(body="hi", at="soon", csat="many", status="perhaps", mood="so-so")
    assert message.doubts == ("time", "mood", "rating", "resolution")
    assert (message.at, message.rating, message.resolution, message.mood) == (None, None, None, None)


@pytest.mark.parametrize(
    ("text", "best", "rating"),
    [
        ("5", 5, 5),
        ("8", 10, 4),
        ("good", 5, 5),
        ("不满意", 5, 1),
        ("0", 5, None),
        ("7", 5, None),
        ("x", 5, None),
    ],
)
def test_ratings(text: str, best: int, rating: int | None) -> None:
    assert rating_of(text, best) == rating


def test_an_empty_row_and_one_without_a_speaker_are_called_so() -> None:
    assert read(who="") == [Rejected("a.csv", 7, "the row is empty: no speaker and no text")]
    assert read(who="", body="hi") == [Rejected("a.csv", 7, "no speaker: nothing says who wrote it")]
