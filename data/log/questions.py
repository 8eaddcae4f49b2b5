"""What customers asked lately, for trying a release out on it."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Engine, select

from data.tables import TurnRow

LOOKED_AT = 5000  # of the latest turns


@dataclass(frozen=True)
class Question:
    """A message as it is kept, personal data masked, and how often it came lately."""

    text: str
    count: int


def logged_questions(engine: Engine, most: int) -> list[Question]:
    """Return the most frequent of the latest messages, among equals the latest; each text once."""
    latest = select(TurnRow.text).where(TurnRow.text != "").order_by(TurnRow.id.desc()).limit(LOOKED_AT)
    with engine.connect() as db:
        counted = Counter(text for (text,) in db.execute(latest))
    return [Question(text, count) for text, count in counted.most_common(most)]
