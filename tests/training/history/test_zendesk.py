"""Zendesk's tickets and chats."""

from typing import Any

from training.history.message import Message, Rejected, Skipped
from training.history.zendesk import is_zendesk, messages

COMMENTS = [
    {
        "id": 1,
        "author_id": 7,
        "plain_body": "My kettle leaks",
        "public": True,
        "created_at": "2026-03-14T20:11:05Z",
    },
    {"id": 2, "author_id": 9, "html_body": "<p>Sorry!</p><p>We send one.</p>", "public": True},
    {"id": 3, "author_id": 9, "body": "ask the warehouse", "public": False},
    {"id": 4, "author_id": -1, "body": "ticket merged", "public": True},
    {"id": 5, "author_id": 9, "body": "we got your message", "public": True, "via": {"channel": "rule"}},
]
TICKET = {
    "id": 35, "requester_id": 7, "status": "solved", "subject": "Kettle", "description": "My kettle leaks",
    "satisfaction_rating": {"score": "good"}, "comments": COMMENTS,
}  # fmt: skip


def read(thing: Any) -> list[Any]:
    return list(messages("z.json", 2, thing))


def test_a_ticket_with_its_comments() -> None:
    assert is_zendesk(TICKET)
    asked, told, note, system, rule = read(TICKET)
    assert asked == Message(
        "z.json", 2, "zendesk-35", "customer", "My kettle leaks", "2026-03-14T20:11:05Z", rating=5,
        resolution="solved",
    )  # fmt: skip
    assert (told.speaker, told.text, told.agent) == ("agent", "Sorry!\nWe send one.", "9")
    assert (note, system) == (Skipped("private notes"), Skipped("not said by anybody"))
    assert rule.speaker == "bot"


def test_roles_beside_the_ticket_say_who_speaks() -> None:
    ticket = {**TICKET, "requester_id": None, "requester": {"id": 7, "role": "end-user"},
              "users": [{"id": 9, "role": "end-user"}]}  # fmt: skip
    assert [m.speaker for m in read(ticket) if isinstance(m, Message)][:2] == ["customer", "customer"]


def test_a_ticket_without_comments_is_its_description() -> None:
    ticket = {k: v for k, v in TICKET.items() if k != "comments"}
    assert is_zendesk(ticket)
    assert [(m.speaker, m.text) for m in read(ticket)] == [("customer", "My kettle leaks")]


def test_a_chat() -> None:
    chat = {
        "id": "2603.1", "visitor": {"name": "Visitor 12"}, "rating": "bad",
        "history": [
            {"type": "chat.memberjoin", "nick": "visitor"},
            {"type": "chat.msg", "nick": "visitor", "msg": "在吗", "timestamp": "2026-03-14T20:11:05Z"},
            {"type": "chat.msg", "nick": "agent:trigger:1", "msg": "您好"},
            {"type": "chat.msg", "nick": "agent:81", "msg": "在的"},
        ],
    }  # fmt: skip
    assert is_zendesk(chat)
    joined, asked, greeted, told = read(chat)
    assert joined == Skipped("not said by anybody")
    assert (asked.speaker, greeted.speaker, told.speaker) == ("customer", "bot", "agent")
    assert (asked.rating, asked.at, told.agent) == (1, "2026-03-14T20:11:05Z", "agent:81")


def test_what_is_neither_is_rejected() -> None:
    assert isinstance(read({"id": 1})[0], Rejected)
    empty = {**TICKET, "comments": [{"author_id": 7, "body": " "}]}
    assert read(empty) == [Rejected("z.json", 2, "a comment has no text")]
