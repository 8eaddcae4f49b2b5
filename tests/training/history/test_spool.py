"""What was read is kept between runs and comes back conversation by conversation."""

from contextlib import closing
from pathlib import Path

from training.history.message import Message, Rejected, Skipped
from training.history.spool import MOST_MESSAGES, Spool


def message(row: int, conversation: str, **more: object) -> Message:
    return Message("a.csv", row, conversation, "customer", f"text {row}", **more)  # type: ignore[arg-type]


def test_messages_of_a_conversation_need_not_stand_together(tmp_path: Path) -> None:
    with closing(Spool(tmp_path / "s.sqlite3")) as spool:
        spool.add((message(n, "ab"[n % 2]), 0) for n in range(1, 7))
        found = [[m.row for m in messages] for messages in spool.conversations()]
        assert found == [[1, 3, 5], [2, 4, 6]]
        assert spool.number_of_conversations() == 2


def test_everything_of_a_message_comes_back(tmp_path: Path) -> None:
    whole = message(
        1, "a", at="2026-03-14T20:11:05", agent="agent-1", language="en", labels=("x", "退货"), mood="angry",
        standalone=False, rating=4, resolution="solved",
    )  # fmt: skip
    empty = message(2, "b", labels=())
    with closing(Spool(tmp_path / "s.sqlite3")) as spool:
        spool.add([(whole, 1), (empty, 0)])
        assert list(spool.conversations()) == [[whole], [empty]]
        assert spool.labels() == ["x", "退货"]


def test_the_number_of_items_is_kept_with_them(tmp_path: Path) -> None:
    file = tmp_path / "s.sqlite3"
    with closing(Spool(file)) as spool:
        items = [message(1, "a", doubts=("time",)), Rejected("a.csv", 2, "no text"), Skipped("notes")]
        assert spool.add((item, 2) for item in items) == 3
    with closing(Spool(file)) as spool:
        assert spool.done == 3
        assert spool.add([(Skipped("notes"), 0)]) == 4
        assert spool.counts() == {"masked": 6, "doubt: time": 1, "skipped: notes": 2}
        assert list(spool.rejected()) == [Rejected("a.csv", 2, "no text")]


def test_a_conversation_without_end_is_rejected_row_by_row(tmp_path: Path) -> None:
    with closing(Spool(tmp_path / "s.sqlite3")) as spool:
        spool.add((message(n, "all"), 0) for n in range(1, MOST_MESSAGES + 2))
        spool.add([(message(9, "other"), 0)])
        assert [messages[0].conversation for messages in spool.conversations()] == ["other"]
        endless = list(spool.endless())
    assert len(endless) == MOST_MESSAGES + 1
    assert "is the column of conversations right?" in endless[0].reason
