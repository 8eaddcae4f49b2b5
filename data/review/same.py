"""Messages whose very words have a verdict already, which the next night will learn.

Until then the bot reads such words as before, and they come in again; there is hardly anything to decide
about them. They are not closed by themselves: the same words can mean something else in another conversation.
"""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, select
from sqlalchemy.orm import aliased

from data.fold import fold
from data.tables import ReviewItem, Verdict

_OTHER = aliased(ReviewItem)
_STANDING = (Verdict.undone_at.is_(None), Verdict.learned.is_(None), Verdict.kind != "skip")


def said_as(text: str, language: str) -> str:
    """Return a key that two messages share if they say the same words in the same language."""
    return blake2b(f"{language} {fold(text).casefold()}".encode(), digest_size=8).hexdigest()


def decided() -> ColumnElement[bool]:
    """Return the condition that the words of a ReviewItem have a verdict that stands and is to be learned."""
    return exists().where(_OTHER.said == ReviewItem.said, Verdict.turn == _OTHER.turn, *_STANDING)


def verdicts_on_same(db: Connection, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return the latest verdict on each key of `said_as` that has one: what, by whom, when."""
    shown = (Verdict.kind, Verdict.intents, Verdict.title, Verdict.author, Verdict.at)
    query = select(ReviewItem.said, *shown).join(Verdict, Verdict.turn == ReviewItem.turn)
    rows = db.execute(query.where(ReviewItem.said.in_(keys), *_STANDING).order_by(Verdict.id))
    found = {row.said: dict(row._mapping) for row in rows}
    return {key: {**row, "intents": row["intents"].split()} for key, row in found.items()}


def groups_saying_same(turns: Sequence[int]) -> Select[int | None]:
    """Select the groups in which the words of some turns wait for a verdict."""
    said = select(_OTHER.said).where(_OTHER.turn.in_(turns), _OTHER.said.is_not(None))
    return select(ReviewItem.group).where(ReviewItem.said.in_(said), ReviewItem.open).distinct()
