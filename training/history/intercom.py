"""Intercom: conversations with their parts, as its API and exports give them.

https://developers.intercom.com/docs/references/rest-api/api.intercom.io/conversations/conversation
"""

from collections.abc import Iterator, Mapping
from typing import Any

from training.history.html_text import text_of
from training.history.message import Item, Message, Rejected, Skipped
from training.history.times import moment_of

_SPEAKER = {"user": "customer", "lead": "customer", "contact": "customer", "admin": "agent", "team": "agent",
            "bot": "bot", "operator": "bot", "campaign": "bot"}  # fmt: skip
_RESOLVED = {"closed": "solved", "open": "unsolved", "snoozed": "unsolved"}


def is_intercom(thing: Any) -> bool:
    """Return whether an object is a conversation of Intercom's."""
    if not isinstance(thing, Mapping):
        return False
    return "conversation_parts" in thing or "conversation_message" in thing or (
        thing.get("type") == "conversation" and "source" in thing
    )  # fmt: skip


def messages(file: str, number: int, thing: Any) -> Iterator[Item]:
    if not is_intercom(thing):
        yield Rejected(file, number, "no conversation as Intercom gives it")
        return
    parts = thing.get("conversation_parts") or []
    if isinstance(parts, Mapping):
        parts = parts.get("conversation_parts") or []
    first = thing.get("source") or thing.get("conversation_message")
    opening = [{"part_type": "comment", "created_at": thing.get("created_at"), **first}] if first else []
    for part in (*opening, *parts):
        yield _part(file, number, thing, part)


def _part(file: str, number: int, conversation: Mapping[str, Any], part: Mapping[str, Any]) -> Item:
    kind = str(part.get("part_type") or "comment")
    if kind.startswith("note"):
        return Skipped("private notes")
    text = text_of(str(part.get("body") or ""))
    if not text:
        what = "only attachments" if part.get("attachments") else ""
        return (
            Rejected(file, number, f"a part has no text but {what}")
            if what
            else Skipped("not said by anybody")
        )
    author = part.get("author") or {}
    speaker = _SPEAKER.get(str(author.get("type")))
    if speaker is None:
        return Rejected(file, number, f"a part's author is of the unknown type {author.get('type')!r}")
    if author.get("from_ai_agent"):
        speaker = "bot"
    return Message(
        file, number, f"intercom-{conversation.get('id') or number}", speaker, text,
        at=moment_of(part.get("created_at")),
        agent=str(author.get("id") or "") or None if speaker == "agent" else None,
        rating=_rating(conversation), resolution=_RESOLVED.get(str(conversation.get("state"))),
    )  # fmt: skip


def _rating(conversation: Mapping[str, Any]) -> int | None:
    rating = (conversation.get("conversation_rating") or {}).get("rating")
    return rating if isinstance(rating, int) and 1 <= rating <= 5 else None
