"""Masks personal data in messages on their way in, with the bot's own redaction; see there what it misses."""

import hashlib
import re
from dataclasses import replace

from bot.redaction import mask
from training.history.message import Item, Message, Rejected

LONGEST = 20_000  # characters of a message
_ID = re.compile(r"[\w.:\-]{1,64}", re.ASCII)


def protected(item: Item) -> tuple[Item, int]:
    """Return an item without personal data, and how many pieces of it were masked.

    Names of staff become codes: who said what stays known, who it was does not.
    """
    if not isinstance(item, Message):
        return item, 0
    if len(item.text) > LONGEST:
        why = f"{len(item.text)} characters, more than the {LONGEST} that a message may have"
        return Rejected(item.file, item.row, why), 0
    text, found = mask(item.text)
    if not text.strip():
        return Rejected(item.file, item.row, "no text that can be read"), 0
    agent = _coded("agent", item.agent) if item.agent else None
    key = _id(item.conversation)
    return replace(item, text=text.strip(), agent=agent, conversation=key), len(found)


def _id(conversation: str) -> str:
    """Return a conversation's id, coded where it could tell who somebody is."""
    plain = conversation.strip()
    return plain if _ID.fullmatch(plain) and not mask(plain)[1] else _coded("dialogue", plain)


def _coded(kind: str, name: str) -> str:
    return f"{kind}-{hashlib.blake2s(name.strip().encode('utf-8', 'replace'), digest_size=5).hexdigest()}"
