"""Columns are recognised by their names and by what stands in them."""

import pytest

from training.history.columns import propose_columns

ROWS = [
    {"a": "1", "b": "2026-03-14 20:11", "c": "visitor", "d": "where is my order, it is late"},
    {"a": "1", "b": "2026-03-14 20:12", "c": "agent", "d": "it comes on Thursday, sorry for that"},
    {"a": "2", "b": "2026-03-14 20:13", "c": "visitor", "d": "please send me an invoice for it"},
]


def renamed(**names: str) -> tuple[list[str], list[dict[str, str]]]:
    columns = [names.get(c, c) for c in "abcd"]
    return columns, [{names.get(k, k): v for k, v in row.items()} for row in ROWS]


def test_names_decide() -> None:
    found = propose_columns(*renamed(a="Ticket ID", b="created_at", c="sender", d="Message"))
    assert found == {
        "conversation": "Ticket ID",
        "speaker": "sender",
        "text": "Message",
        "time": "created_at",
    }


def test_chinese_names_decide() -> None:
    found = propose_columns(*renamed(a="会话ID", b="时间", c="角色", d="内容"))
    assert found == {"conversation": "会话ID", "speaker": "角色", "text": "内容", "time": "时间"}


def test_without_names_the_content_tells_text_and_speaker() -> None:
    assert propose_columns(*renamed()) == {"text": "d", "speaker": "c"}


def test_a_name_whose_content_disagrees_is_not_taken() -> None:
    columns, rows = renamed(a="intent", b="time", d="text")
    rows = [{**row, "intent": f"a long text number {n} " * 5, "time": "soon"} for n, row in enumerate(rows)]
    assert "intent" not in propose_columns(columns, rows)
    assert "time" not in propose_columns(columns, rows)


def test_a_sender_column_of_addresses_is_no_speaker() -> None:
    rows = [{"from": f"person{n}@example.com", "text": "where is it"} for n in range(5)]
    assert propose_columns(["from", "text"], rows) == {"text": "text"}


@pytest.mark.parametrize("speaker", ["role", "sender_type", "author_type"])
@pytest.mark.parametrize("time", ["ts", "created", "datetime", "sent_at"])
def test_an_id_whose_values_repeat_is_a_dialogues(speaker: str, time: str) -> None:
    found = propose_columns(*renamed(a="id", b=time, c=speaker, d="text"))
    assert found == {"conversation": "id", "speaker": speaker, "text": "text", "time": time}


def test_an_id_of_its_own_in_each_row_is_a_messages() -> None:
    columns, rows = renamed(a="id", d="text")
    rows = [{**row, "id": str(n)} for n, row in enumerate(rows)]
    assert "conversation" not in propose_columns(columns, rows)


def test_a_column_named_for_dialogues_comes_before_an_id_that_repeats() -> None:
    columns, rows = renamed(a="id", d="text")
    rows = [{**row, "ticket": row["id"]} for row in rows]
    assert propose_columns([*columns, "ticket"], rows)["conversation"] == "ticket"
