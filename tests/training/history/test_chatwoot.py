"""Chatwoot's messages, alone and in conversations."""

from typing import Any

from training.history.chatwoot import is_chatwoot, messages
from training.history.message import Message, Rejected, Skipped

ASKED = {
    "id": 1, "content": "where is my order", "message_type": 0, "created_at": 1773519065, "private": False,
    "conversation_id": 12, "content_type": "text", "sender": {"id": 5, "name": "Jane", "type": "contact"},
}  # fmt: skip
TOLD = {
    **ASKED,
    "id": 2,
    "content": "it comes on Thursday",
    "message_type": 1,
    "sender": {"id": 3, "type": "user"},
}


def read(thing: Any) -> list[Any]:
    return list(messages("c.json", 4, thing))


def test_a_message_of_a_page() -> None:
    assert is_chatwoot(ASKED)
    at = "2026-03-14T20:11:05Z"
    assert read(ASKED) == [Message("c.json", 4, "chatwoot-12", "customer", "where is my order", at)]
    assert read(TOLD) == [Message("c.json", 4, "chatwoot-12", "agent", "it comes on Thursday", at, "3")]


def test_a_conversation_with_its_messages() -> None:
    held = [{k: v for k, v in m.items() if k != "conversation_id"} for m in (ASKED, TOLD)]
    thing = {"id": 12, "status": "resolved", "messages": held}
    assert is_chatwoot(thing)
    assert [(m.conversation, m.speaker, m.resolution) for m in read(thing)] == [
        ("chatwoot-12", "customer", "solved"),
        ("chatwoot-12", "agent", "solved"),
    ]


def test_bots_and_templates_are_the_bot() -> None:
    by_bot = {**TOLD, "sender": {"id": 1, "type": "agent_bot"}}
    template = {**TOLD, "message_type": 3, "sender": None}
    as_sent = {**TOLD, "message_type": "outgoing", "sender_type": "AgentBot"}
    assert [read(m)[0].speaker for m in (by_bot, template, as_sent)] == ["bot"] * 3


def test_notes_and_activities_are_no_messages() -> None:
    assert read({**TOLD, "private": True}) == [Skipped("private notes")]
    assert read({**TOLD, "message_type": 2}) == [Skipped("not said by anybody")]


def test_a_survey_says_how_it_was() -> None:
    answered = {"submitted_values": {"csat_survey_response": {"rating": 4}}}
    survey = {**TOLD, "message_type": 3, "content_type": "input_csat"}
    assert read({**survey, "content_attributes": answered})[0].rating == 4
    assert read(survey) == [Skipped("not said by anybody")]


def test_what_can_not_be_used_is_rejected() -> None:
    attached = {**ASKED, "content": None, "attachments": [{"file_type": "image"}]}
    assert read(attached) == [Rejected("c.json", 4, "no text but an attachment")]
    assert isinstance(read({"id": 1, "text": "x"})[0], Rejected)
    lost = {k: v for k, v in ASKED.items() if k != "conversation_id"}
    assert read(lost) == [Rejected("c.json", 4, "no conversation_id")]
