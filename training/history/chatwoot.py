"""Chatwoot: conversations with their messages, or pages of messages, as its API gives them.

https://developers.chatwoot.com/api-reference/messages/get-messages
"""

from collections.abc import Iterator, Mapping
from typing import Any

from training.history.message import Item, Message, Rejected, Skipped
from training.history.times import moment_of

_TYPES: Mapping[Any, str] = {0: "customer", 1: "agent", 3: "bot", "incoming": "customer", "outgoing": "agent",
                             "template": "bot"}  # fmt: skip
_ACTIVITY = (2, "activity")
_RESOLVED = {"resolved": "solved", "open": "unsolved", "pending": "unsolved", "snoozed": "unsolved"}


def is_chatwoot(thing: Any) -> bool:
    """Return whether an object is one of Chatwoot's messages, or a conversation with some."""
    if not isinstance(thing, Mapping):
        return False
    held = thing.get("messages") or thing.get("payload")
    first = held[0] if isinstance(held, list) and held else thing
    return isinstance(first, Mapping) and "message_type" in first and "content" in first


def messages(file: str, number: int, thing: Any) -> Iterator[Item]:
    if not is_chatwoot(thing):
        yield Rejected(file, number, "no message or conversation as Chatwoot's API gives it")
        return
    held = thing.get("messages") or thing.get("payload")
    for message in held if isinstance(held, list) else [thing]:
        yield _message(file, number, thing, message)


def _message(file: str, number: int, around: Mapping[str, Any], message: Mapping[str, Any]) -> Item:
    kind, content = message.get("message_type"), message.get("content") or ""
    if message.get("private"):
        return Skipped("private notes")
    rating = _rating(message)
    if kind in _ACTIVITY or (message.get("content_type") == "input_csat" and rating is None):
        return Skipped("not said by anybody")
    conversation = message.get("conversation_id") or (around.get("id") if around is not message else None)
    if kind not in _TYPES or conversation is None:
        return Rejected(
            file, number, "no message_type of Chatwoot's" if kind not in _TYPES else "no conversation_id"
        )
    if not str(content).strip():
        return Rejected(file, number, "no text" + " but an attachment" * bool(message.get("attachments")))
    speaker = "bot" if _is_bot(message) else _TYPES[kind]
    sender = message.get("sender") or {}
    return Message(
        file, number, f"chatwoot-{conversation}", speaker, str(content),
        at=moment_of(message.get("created_at")),
        agent=str(sender.get("id") or sender.get("name") or "") or None if speaker == "agent" else None,
        rating=rating, resolution=_RESOLVED.get(str(around.get("status"))) if around is not message else None,
    )  # fmt: skip


def _is_bot(message: Mapping[str, Any]) -> bool:
    sender = message.get("sender") or {}
    called = str(message.get("sender_type") or sender.get("type") or "").replace("_", "").lower()
    return called == "agentbot"


def _rating(message: Mapping[str, Any]) -> int | None:
    given = (message.get("content_attributes") or {}).get("submitted_values") or {}
    rating = (given.get("csat_survey_response") or {}).get("rating") if isinstance(given, Mapping) else None
    return rating if isinstance(rating, int) and 1 <= rating <= 5 else None
