"""The groups of the review queue: which turns they hold, written in steps that lock nobody out for long."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, bindparam, case, delete, func, insert, or_, select, update

from data.review.items import turn_vectors
from data.review.rank import score
from data.review.same import decided
from data.tables import ReviewClaim, ReviewGroup, ReviewItem, TurnRow, now

MOST_GROUPED = 200_000  # different texts, newest first: what memory is laid out for
CHUNK = 2000  # rows written at once, so that customers' messages need not wait
T = TypeVar("T")


@dataclass(frozen=True)
class OpenItems:
    """What is to be grouped: n turns without a verdict, which say m different things.

    `turns`, `groups` (their groups now, 0 for none) and `says` (a row of `texts` and `vectors`) have shape
    (n,), `vectors` (m, dim).
    """

    turns: NDArray[np.int64]
    groups: NDArray[np.int64]
    says: NDArray[np.int64]
    texts: list[str]
    vectors: NDArray[np.float16]


@dataclass(frozen=True)
class Found:
    """A group as grouping found it."""

    words: list[str]
    medoid: int
    centre: bytes

    @property
    def row(self) -> dict[str, Any]:
        return {"words": self.words, "medoid": self.medoid, "centre": self.centre}


def open_items(engine: Engine, only: Sequence[int] | None = None) -> OpenItems:
    """Return the turns without a verdict, newest first, without those that somebody has open.

    At most MOST_GROUPED different texts are returned; `only` looks at some turns. Left out are turns whose
    vector has another length than most: another encoder made it.
    """
    query = (
        select(ReviewItem.turn, ReviewItem.group, TurnRow.text)
        .join(TurnRow, TurnRow.id == ReviewItem.turn)
        .where(ReviewItem.open, _nobody_has())
        .order_by(ReviewItem.turn.desc())
    )
    known: dict[str, int] = {}  # text: the turn whose vector stands for it
    rows: list[tuple[int, int, int]] = []
    with engine.connect() as db:
        parts = [query] if only is None else [query.where(ReviewItem.turn.in_(p)) for p in _chunks(only)]
        for part in parts:
            for turn, group, text in db.execution_options(yield_per=CHUNK).execute(part):
                if text in known or len(known) < MOST_GROUPED:
                    rows.append((turn, group or 0, known.setdefault(text, turn)))
        vectors = turn_vectors(db, known.values())
    lengths = [len(v) for v in vectors.values()]
    dim = int(np.bincount(lengths).argmax()) if lengths else 0
    texts = [text for text, turn in known.items() if turn in vectors and len(vectors[turn]) == dim]
    place = {known[text]: at for at, text in enumerate(texts)}
    table = np.empty((len(texts), dim), np.float16)
    for turn, at in place.items():
        table[at] = vectors.pop(turn)
    found = np.array([(t, g, place[s]) for t, g, s in rows if s in place], np.int64).reshape(-1, 3)
    return OpenItems(found[:, 0], found[:, 1], found[:, 2], texts, table)


def waiting_turns(engine: Engine, most: int) -> list[int]:
    """Return turns without a verdict that are in no group, newest first."""
    query = select(ReviewItem.turn).where(ReviewItem.group.is_(None), ReviewItem.open)
    with engine.connect() as db:
        return list(db.scalars(query.order_by(ReviewItem.turn.desc()).limit(most)))


def centres(engine: Engine, dim: int) -> tuple[NDArray[np.int64], NDArray[np.float16]]:
    """Return the numbers of the groups that still hold messages and their middles, shape (groups, dim)."""
    with engine.connect() as db:
        rows = db.execute(select(ReviewGroup.id, ReviewGroup.centre).where(ReviewGroup.open > 0)).all()
    fitting = [row for row in rows if len(row.centre) == 2 * dim]
    table = np.empty((len(fitting), dim), np.float16)
    for at, row in enumerate(fitting):
        table[at] = np.frombuffer(row.centre, np.float16)
    return np.array([row.id for row in fitting], np.int64), table


def join_groups(engine: Engine, turns: Sequence[int], groups: Sequence[int]) -> None:
    """Put turns that wait into groups, shape (n,) both."""
    for part in _chunks(list(zip(turns, groups, strict=True))):
        with engine.begin() as db:
            _move(db, part)
            recount(db, {group for _, group in part})


def replace_groups(
    engine: Engine, items: OpenItems, labels: NDArray[np.int64], found: Sequence[Found]
) -> None:
    """Put each item in the group that `labels` names; a group goes on as the one most of it came from.

    Written in small steps, each of them whole: whenever it stops, every item is in one group at most. What
    somebody opens meanwhile keeps its members.
    """
    numbers = _numbers(engine, _going_on(items.groups, labels, len(found)), found)
    to = numbers[labels]
    moved: list[int] = np.flatnonzero(to != items.groups).tolist()
    for part in _chunks(moved):
        with engine.begin() as db:
            _move(db, list(zip(items.turns[part].tolist(), to[part].tolist(), strict=True)))
    touched = {*numbers.tolist(), *items.groups.tolist()} - {0}
    for groups in _chunks(sorted(touched)):
        with engine.begin() as db:
            recount(db, groups)
    _delete_empty(engine)


def recount(db: Connection, groups: Iterable[int]) -> None:
    """Set how many messages of some groups have no verdict, and what follows from that."""
    for part in _chunks(sorted(groups)):
        empty = {"open": 0, "uncertainty": 0.0, "dissatisfaction": 0.0, "score": 0.0}
        db.execute(update(ReviewGroup).where(ReviewGroup.id.in_(part)).values(empty))
        doubt = case((decided(), 0.0), else_=ReviewItem.uncertainty)
        typical = func.max(case((ReviewItem.turn == ReviewGroup.medoid, doubt)))
        counted = db.execute(
            select(
                ReviewItem.group,
                func.count(),
                func.coalesce(typical, func.avg(doubt)),  # the most typical one may have its verdict
                func.avg(case((decided(), 0.0), else_=ReviewItem.dissatisfaction)),
            )
            .join(ReviewGroup, ReviewGroup.id == ReviewItem.group)
            .where(ReviewItem.group.in_(part), ReviewItem.open)
            .group_by(ReviewItem.group)
        ).all()
        rows = [
            {"known": g, "open": n, "uncertainty": u, "dissatisfaction": d, "score": score(n, u, d)}
            for g, n, u, d in counted
        ]
        if rows:
            change: dict[str, Any] = {name: bindparam(name) for name in empty}
            db.execute(update(ReviewGroup).where(ReviewGroup.id == bindparam("known")).values(change), rows)


def leave_groups(db: Connection, groups: Iterable[int], turns: Sequence[int]) -> None:
    """Settle groups that turns were taken out of: count them anew, delete those that hold nothing more.

    A group whose most typical message is gone shows another of its messages; one that somebody has open
    stays until it is grouped anew.
    """
    recount(db, groups)
    members = select(func.min(ReviewItem.turn)).where(ReviewItem.group == ReviewGroup.id)
    taken = select(ReviewClaim.group).where(ReviewClaim.until > now())
    for part in _chunks(sorted(groups)):
        empty = select(ReviewGroup.id).where(ReviewGroup.id.in_(part), ReviewGroup.id.not_in(taken))
        gone = db.scalars(empty.where(members.correlate(ReviewGroup).scalar_subquery().is_(None))).all()
        db.execute(delete(ReviewClaim).where(ReviewClaim.group.in_(gone)))
        db.execute(delete(ReviewGroup).where(ReviewGroup.id.in_(gone)))
        for lost in _chunks(turns):
            other = members.correlate(ReviewGroup).scalar_subquery()
            known = (ReviewGroup.id.in_(part), ReviewGroup.medoid.in_(lost))
            db.execute(update(ReviewGroup).where(*known).values(medoid=other))


def _move(db: Connection, moves: Sequence[tuple[int, int]]) -> None:
    change = update(ReviewItem).where(ReviewItem.turn == bindparam("known"), ReviewItem.open, _nobody_has())
    db.execute(change.values(group=bindparam("to")), [{"known": turn, "to": group} for turn, group in moves])


def _nobody_has() -> Any:
    taken = select(ReviewClaim.group).where(ReviewClaim.until > now())
    return or_(ReviewItem.group.is_(None), ReviewItem.group.not_in(taken))


def _going_on(old: NDArray[np.int64], labels: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return for each new group the old one that mostly went there and most of which is there, or 0."""
    kept = np.zeros(count, np.int64)
    pairs, sizes = np.unique(np.stack([old, labels])[:, old > 0], axis=1, return_counts=True)
    seen: set[int] = set()
    for at in np.argsort(-sizes, kind="stable"):
        was, now_in = int(pairs[0, at]), int(pairs[1, at])
        if was not in seen and not kept[now_in]:
            kept[now_in] = was
        seen.add(was)
    return kept


def _numbers(engine: Engine, known: NDArray[np.int64], found: Sequence[Found]) -> NDArray[np.int64]:
    """Write groups that go on and new ones, as yet without messages; return the number of each."""
    numbers = known.copy()
    change: dict[str, Any] = {name: bindparam(name) for name in ("words", "medoid", "centre")}
    for part in _chunks(np.flatnonzero(known).tolist()):
        with engine.begin() as db:
            rows = [{"known": int(known[at]), **found[at].row} for at in part]
            db.execute(update(ReviewGroup).where(ReviewGroup.id == bindparam("known")).values(change), rows)
    for part in _chunks(np.flatnonzero(known == 0).tolist()):
        with engine.begin() as db:
            new = insert(ReviewGroup).returning(ReviewGroup.id, sort_by_parameter_order=True)
            numbers[part] = db.scalars(new, [found[at].row for at in part]).all()
    return numbers


def _delete_empty(engine: Engine) -> None:
    """Delete groups in which every message has its verdict, unless somebody is still looking at them."""
    taken = select(ReviewClaim.group).where(ReviewClaim.until > now())
    empty = select(ReviewGroup.id).where(ReviewGroup.open == 0, ReviewGroup.id.not_in(taken)).limit(CHUNK)
    while True:
        with engine.connect() as db:
            groups = db.scalars(empty).all()
        if not groups:
            return
        with engine.begin() as db:
            db.execute(update(ReviewItem).where(ReviewItem.group.in_(groups)).values(group=None))
            db.execute(delete(ReviewClaim).where(ReviewClaim.group.in_(groups)))
            db.execute(delete(ReviewGroup).where(ReviewGroup.id.in_(groups)))


def _chunks(things: Sequence[T]) -> Iterator[Sequence[T]]:
    for at in range(0, len(things), CHUNK):
        yield things[at : at + CHUNK]
