"""Zendesk: tickets with their comments as the JSON export and the API give them, and its chats.

https://developer.zendesk.com/api-reference/ticketing/tickets/ticket_comments/
https://developer.zendesk.com/api-reference/live-chat/chat-api/chats/
"""

from collections.abc import Iterator, Mapping
from typing import Any

from training.history.html_text import text_of
from training.history.message import Item, Message, Rejected, Skipped
from training.history.times import moment_of

_RATING = {"good": 5, "bad": 1, "good_with_comment": 5, "bad_with_comment": 1}
_RESOLVED = {"solved": "solved", "closed": "solved", "new": "unsolved", "open": "unsolved",
             "pending": "unsolved", "hold": "unsolved"}  # fmt: skip
_PEOPLE = ("requester", "submitter", "assignee")
_SYSTEM = -1  # the author of what Zendesk itself writes


def is_zendesk(thing: Any) -> bool:
    """Return whether an object is one of Zendesk's tickets or chats."""
    if not isinstance(thing, Mapping):
        return False
    comments = thing.get("comments")
    if isinstance(comments, list) and all(isinstance(c, Mapping) and "author_id" in c for c in comments):
        return bool(comments) or "requester_id" in thing
    is_chat = "visitor" in thing and ("history" in thing or "message" in thing)
    return is_chat or ("requester_id" in thing and "description" in thing)


def messages(file: str, number: int, thing: Any) -> Iterator[Item]:
    if not is_zendesk(thing):
        yield Rejected(file, number, "no ticket with comments and no chat as Zendesk exports it")
    elif "visitor" in thing:
        yield from _chat(file, number, thing)
    else:
        yield from _ticket(file, number, thing)


def _ticket(file: str, number: int, ticket: Mapping[str, Any]) -> Iterator[Item]:
    requester = ticket.get("requester_id") or (ticket.get("requester") or {}).get("id")
    score = (ticket.get("satisfaction_rating") or {}).get("score")
    comments = ticket.get("comments") or [
        {"author_id": requester, "body": ticket.get("description"), "created_at": ticket.get("created_at")}
    ]
    for comment in comments:
        if comment.get("public") is False:
            yield Skipped("private notes")
            continue
        if comment.get("author_id") == _SYSTEM:
            yield Skipped("not said by anybody")
            continue
        text = comment.get("plain_body") or text_of(comment.get("html_body") or comment.get("body") or "")
        if not str(text).strip():
            yield Rejected(file, number, "a comment has no text")
            continue
        speaker = _speaker(comment, requester, _roles(ticket))
        yield Message(
            file, number, f"zendesk-{ticket.get('id') or number}", speaker, str(text),
            at=moment_of(comment.get("created_at")),
            agent=str(comment["author_id"]) if speaker == "agent" else None,
            rating=_RATING.get(str(score)), resolution=_RESOLVED.get(str(ticket.get("status"))),
        )  # fmt: skip


def _speaker(comment: Mapping[str, Any], requester: object, roles: Mapping[object, str]) -> str:
    via = comment.get("via") or {}
    if isinstance(via, Mapping) and via.get("channel") in ("rule", "trigger", "automation"):
        return "bot"
    author = comment.get("author_id")
    role = roles.get(author)
    if role:
        return "customer" if role == "end-user" else "agent"
    return "customer" if author == requester else "agent"


def _roles(ticket: Mapping[str, Any]) -> dict[object, str]:
    """Return the role of each person that the export has put beside the ticket."""
    people = [ticket.get(name) for name in _PEOPLE] + list(ticket.get("users") or ())
    return {p["id"]: p["role"] for p in people if isinstance(p, Mapping) and p.get("role") and "id" in p}


def _chat(file: str, number: int, chat: Mapping[str, Any]) -> Iterator[Item]:
    lines = chat.get("history") or [{"type": "chat.msg", "msg": chat.get("message"), "nick": "visitor"}]
    for line in lines:
        if line.get("type") != "chat.msg":
            yield Skipped("not said by anybody")
            continue
        if not str(line.get("msg") or "").strip():
            yield Rejected(file, number, "a message of the chat has no text")
            continue
        speaker = _who(line)
        yield Message(
            file, number, f"zendesk-chat-{chat.get('id') or number}", speaker, str(line["msg"]),
            at=moment_of(line.get("timestamp") or chat.get("timestamp")),
            agent=str(line.get("nick") or line.get("name") or "") or None if speaker == "agent" else None,
            rating=_RATING.get(str(chat.get("rating"))),
        )  # fmt: skip


def _who(line: Mapping[str, Any]) -> str:
    nick = str(line.get("nick") or line.get("sender_type") or "").lower()
    if "trigger" in nick:
        return "bot"
    return "customer" if nick.startswith("visitor") else "agent"
