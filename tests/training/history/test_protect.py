"""Personal data does not get in."""

from training.history.message import Message, Rejected, Skipped
from training.history.protect import LONGEST, protected


def message(text: str, conversation: str = "T1", agent: str | None = None) -> Message:
    return Message("a.csv", 1, conversation, "agent" if agent else "customer", text, agent=agent)


def test_personal_data_is_masked_and_order_numbers_stay() -> None:
    item, found = protected(message("order HB-2048817, mail jane@example.com or 13800138000"))
    assert isinstance(item, Message)
    assert (item.text, found) == ("order HB-2048817, mail [email] or [phone]", 2)


def test_staff_get_a_code_and_always_the_same() -> None:
    first, second, other = (protected(message("hi", agent=name))[0] for name in ("Lena", " Lena", "Tom"))
    assert isinstance(first, Message)
    assert isinstance(second, Message)
    assert isinstance(other, Message)
    assert first.agent == second.agent != other.agent
    assert "Lena" not in str(first)


def test_a_conversation_called_after_a_person_gets_a_code() -> None:
    for name in ("jane@example.com", "13800138000", "Jane Doe, London", "张三"):
        item, _ = protected(message("hi", conversation=name))
        assert isinstance(item, Message)
        assert item.conversation.startswith("dialogue-")
    kept, _ = protected(message("hi", conversation="chat_2026-03:12"))
    assert isinstance(kept, Message)
    assert kept.conversation == "chat_2026-03:12"


def test_endless_texts_are_rejected_and_others_pass() -> None:
    assert isinstance(protected(message("a" * (LONGEST + 1)))[0], Rejected)
    assert isinstance(protected(message("\x00\x01"))[0], Rejected)
    assert protected(Skipped("x")) == (Skipped("x"), 0)
