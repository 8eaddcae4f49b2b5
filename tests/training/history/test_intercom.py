"""Intercom's conversations with their parts."""

from typing import Any

from training.history.intercom import is_intercom, messages
from training.history.message import Message, Rejected, Skipped

AT = 1773519065
CONVERSATION: dict[str, Any] = {
    "type": "conversation", "id": "147", "created_at": AT, "state": "closed",
    "conversation_rating": {"rating": 4, "remark": "quick"},
    "source": {
        "type": "conversation", "body": "<p>Hi, where is my parcel?</p>",
        "author": {"type": "lead", "id": "a"},
    },
    "conversation_parts": {
        "type": "conversation_part.list",
        "conversation_parts": [
            {"part_type": "assignment", "body": None, "author": {"type": "bot", "id": "1"}},
            {"part_type": "note", "body": "<p>check</p>", "author": {"type": "admin", "id": "2"}},
            {"part_type": "comment", "body": "<p>On its way</p>", "created_at": AT,
             "author": {"type": "admin", "id": "2"}},
            {"part_type": "comment", "body": "", "author": {"type": "user"}, "attachments": [{"name": "a"}]},
        ],
    },
}  # fmt: skip


def read(thing: Any) -> list[Any]:
    return list(messages("i.json", 1, thing))


def test_a_conversation_and_its_parts() -> None:
    assert is_intercom(CONVERSATION)
    asked, assigned, note, told, attached = read(CONVERSATION)
    assert asked == Message(
        "i.json", 1, "intercom-147", "customer", "Hi, where is my parcel?", "2026-03-14T20:11:05Z", rating=4,
        resolution="solved",
    )  # fmt: skip
    assert (assigned, note) == (Skipped("not said by anybody"), Skipped("private notes"))
    assert (told.speaker, told.text, told.agent) == ("agent", "On its way", "2")
    assert attached == Rejected("i.json", 1, "a part has no text but only attachments")


def test_older_versions_call_the_first_message_otherwise() -> None:
    older = {k: v for k, v in CONVERSATION.items() if k != "source"}
    older |= {"conversation_message": CONVERSATION["source"], "conversation_parts": []}
    assert [m.text for m in read(older)] == ["Hi, where is my parcel?"]


def test_an_ai_agent_is_a_bot_and_an_unknown_author_is_rejected() -> None:
    part = {"part_type": "comment", "body": "hi", "author": {"type": "admin", "from_ai_agent": True}}
    strange = {"part_type": "comment", "body": "hi", "author": {"type": "ghost"}}
    bot, ghost = read({"id": "1", "conversation_parts": [part, strange]})
    assert bot.speaker == "bot"
    assert "unknown type 'ghost'" in ghost.reason


def test_something_else_is_rejected() -> None:
    assert isinstance(read({"id": "1", "body": "x"})[0], Rejected)
