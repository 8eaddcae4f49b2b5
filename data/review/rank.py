"""What of the review queue comes first, and who has it open.

Rank = ∜messages × uncertainty × (1 + 3 × dissatisfaction): the uncertainty of the group's most typical
message, the dissatisfaction as a mean over its messages without a verdict. With the messages themselves, and
not their fourth root, one keystroke puts more wrong answers right that day, and far less is learned of what
is rare (docs/learning.md).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, case, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from data.review.same import decided
from data.review.worth import REASONS
from data.tables import ReviewClaim, ReviewGroup, ReviewItem, TurnRow, now

UNHAPPY_WEIGHT = 3.0
FREQUENCY = 0.25  # power of the number of messages
LAST = 0.001
LEAST_UNCERTAINTY = 0.02  # what the bot is sure of is not last for ever
CLAIM_LASTS = timedelta(minutes=2)
SHOWN = 60
TRIED = 20  # groups that two people may want at the same moment


def score(messages: int, uncertainty: float, dissatisfaction: float) -> float:
    """Return a group's rank by the formula above; a single message of chatter comes last."""
    if messages == 1 and not uncertainty and dissatisfaction <= REASONS["refused"]:
        return LAST
    often = messages**FREQUENCY
    return float(often * max(uncertainty, LEAST_UNCERTAINTY) * (1 + UNHAPPY_WEIGHT * dissatisfaction))


@dataclass
class Ranked:
    """A group of the queue as a list shows it."""

    id: int
    words: list[str]
    text: str | None  # its most typical message
    open: int
    uncertainty: float
    dissatisfaction: float
    score: float
    user: str | None  # who has it open
    mood: float = 0.0
    languages: dict[str, int] = field(default_factory=dict)
    decided: int = 0  # messages whose very words have a verdict that the night will learn
    readings: dict[str, int] = field(default_factory=dict)  # intents, "" where it was taken for none


def ranked_groups(engine: Engine, most: int = SHOWN, only: int | None = None) -> list[Ranked]:
    """Return the groups that come first; `only` returns that one, or none."""
    live = (ReviewClaim.group == ReviewGroup.id) & (ReviewClaim.until > now())
    query = (
        select(
            ReviewGroup.id, ReviewGroup.words, TurnRow.text, ReviewGroup.open, ReviewGroup.uncertainty,
            ReviewGroup.dissatisfaction, ReviewGroup.score, ReviewClaim.user,
        )
        .outerjoin(TurnRow, TurnRow.id == ReviewGroup.medoid)
        .outerjoin(ReviewClaim, live)
        .order_by(ReviewGroup.score.desc(), ReviewGroup.id)
        .limit(most)
    )  # fmt: skip
    query = query.where(ReviewGroup.open > 0) if only is None else query.where(ReviewGroup.id == only)
    with engine.connect() as db:
        found = {row.id: Ranked(*row) for row in db.execute(query)}
        parts = select(
            ReviewItem.group,
            ReviewItem.language,
            ReviewItem.reading,
            func.count(),
            func.avg(ReviewItem.mood),
            func.sum(case((decided(), 1), else_=0)),
        ).where(ReviewItem.group.in_(found), ReviewItem.open)
        parts = parts.group_by(ReviewItem.group, ReviewItem.language, ReviewItem.reading)
        for group, language, reading, count, mood, known in db.execute(parts):
            one = found[group]
            one.decided += known
            one.mood += mood * count / max(one.open, 1)
            one.languages[language] = one.languages.get(language, 0) + count
            one.readings[reading or ""] = one.readings.get(reading or "", 0) + count
    return list(found.values())


def claim(engine: Engine, user: str, group: int) -> bool:
    """Give a group to a user for two minutes; False where somebody else has it, or it is gone."""
    mine = or_(ReviewClaim.user == user, ReviewClaim.until <= now())
    values = {"user": user, "until": now() + CLAIM_LASTS}
    try:
        with engine.begin() as db:
            taken = update(ReviewClaim).where(ReviewClaim.group == group, mine).values(values)
            if db.execute(taken).rowcount == 0:
                db.execute(insert(ReviewClaim), {"group": group, **values})
    except IntegrityError:
        return False
    return True


def claim_next(engine: Engine, user: str, without: Sequence[int] = ()) -> int | None:
    """Give a user the group that comes first of those nobody has; None where there is none."""
    others = select(ReviewClaim.group).where(ReviewClaim.until > now(), ReviewClaim.user != user)
    query = select(ReviewGroup.id).where(
        ReviewGroup.open > 0, ReviewGroup.id.not_in(list(without)), ReviewGroup.id.not_in(others)
    )
    with engine.connect() as db:
        first = db.scalars(query.order_by(ReviewGroup.score.desc(), ReviewGroup.id).limit(TRIED)).all()
    return next((group for group in first if claim(engine, user, group)), None)


def renew(engine: Engine, user: str, groups: Iterable[int]) -> list[int]:
    """Keep groups for two more minutes; return those that are still the user's."""
    with engine.begin() as db:
        held = (ReviewClaim.group.in_(list(groups)), *held_by(user))
        kept = update(ReviewClaim).where(*held).values(until=now() + CLAIM_LASTS)
        return list(db.scalars(kept.returning(ReviewClaim.group)))


def release(engine: Engine, user: str, groups: Iterable[int]) -> None:
    """Let others have groups."""
    with engine.begin() as db:
        db.execute(delete(ReviewClaim).where(ReviewClaim.group.in_(list(groups)), ReviewClaim.user == user))


def held_by(user: str) -> tuple[ColumnElement[bool], ...]:
    return ReviewClaim.user == user, ReviewClaim.until > now()


def left(engine: Engine) -> dict[str, Any]:
    """Return how much there is to review: `messages`, `groups`, and messages that `wait` to be grouped."""
    with engine.connect() as db:
        groups, messages = db.execute(
            select(func.count(), func.sum(ReviewGroup.open)).where(ReviewGroup.open > 0)
        ).one()
        waiting = db.scalar(
            select(func.count()).select_from(ReviewItem).where(ReviewItem.group.is_(None), ReviewItem.open)
        )
    return {"messages": int(messages or 0), "groups": groups, "waiting": waiting or 0}
