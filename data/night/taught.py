"""Reviewed messages as training has them: taken in from the verdicts, and kept when the log is not."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from zlib import crc32

from sqlalchemy import Connection, Engine, and_, delete, func, insert, select, update

from data.night.stranded import ask_again
from data.night.tables import Taught
from data.review.examples import AT_ONCE, NEW, Example, Unreadable, changed_examples
from data.tables import Verdict

LABELLING = ("right", "intent", "new_intent", "out_of_scope")  # verdicts that say what a message means
EXAM_SHARE = 0.2  # of the sessions, whose messages releases are measured on


@dataclass(frozen=True)
class LeftOut:
    """A reviewed turn that nothing is learned from, and why."""

    turn: int
    why: str


@dataclass(frozen=True)
class Lesson:
    """A reviewed message; `fresh` where no release has learned from it yet."""

    turn: int
    session: str
    verdict: int
    text: str
    language: str
    labels: tuple[str, ...]  # empty: out of scope
    mood: float  # -1 to 1
    author: str
    at: datetime
    exam: bool
    learned: str | None

    @property
    def fresh(self) -> bool:
        return self.learned is None


def take_in(engine: Engine) -> list[LeftOut]:
    """Bring `taught` up to date with the verdicts that stand, in bounded memory; return what says nothing.

    May be stopped at any moment and run again.
    """
    with engine.begin() as db:
        undone = select(Verdict.id).where(Verdict.undone_at.is_not(None))
        db.execute(delete(Taught).where(Taught.learned.is_(None), Taught.verdict.in_(undone)))
    left_out: list[LeftOut] = []
    part: list[Example] = []
    for example in changed_examples(engine, LABELLING):
        if why := _useless(example):
            left_out.append(LeftOut(example.turn, why))
        elif isinstance(example, Example):
            part.append(example)
        if len(part) == AT_ONCE:
            _keep(engine, part)
            part = []
    _keep(engine, part)
    return left_out


def lessons(engine: Engine, since: datetime | None = None) -> Iterator[Lesson]:
    """Yield everything taught, oldest turn first, in bounded memory; `since` leaves out older fresh ones."""
    reached = 0
    columns = [c for c in Taught.__table__.columns if c.name in Lesson.__dataclass_fields__]
    with engine.connect() as db:
        while rows := db.execute(
            select(*columns).where(Taught.turn > reached).order_by(Taught.turn).limit(AT_ONCE)
        ).all():
            reached = rows[-1].turn
            for row in rows:
                lesson = Lesson(**{**row._mapping, "labels": tuple(row.labels.split())})
                if not (since and lesson.fresh and lesson.at < since):
                    yield lesson


def mark_learned(
    db: Connection, release: str, until: int, kept_out: Collection[str] = (), topics: Collection[str] = ()
) -> None:
    """Note in a transaction that a release knows all verdicts up to the id `until`, but some authors'.

    Of `topics`, named by reviewers, it knows all that was taught: those of them that a release before had
    and lost are asked about no more.
    """
    ask_again(db, (), topics)
    fresh = (Taught.learned.is_(None), Taught.verdict <= until, Taught.author.not_in(kept_out))
    db.execute(update(Taught).where(*fresh).values(learned=release))
    given = (Verdict.learned.is_(None), Verdict.undone_at.is_(None), Verdict.id <= until)
    db.execute(update(Verdict).where(*given, Verdict.author.not_in(kept_out)).values(learned=release))


def last_verdict(engine: Engine) -> int:
    """Return the id of the latest verdict, 0 where there is none."""
    with engine.connect() as db:
        return db.scalar(select(func.max(Verdict.id))) or 0


def overruled(engine: Engine) -> dict[str, tuple[int, int]]:
    """Return for each author how many turns they ruled on, and on how many of them another ruled otherwise.

    The other came later; verdicts that were undone or skipped do not count.
    """
    counts = (Verdict.undone_at.is_(None), Verdict.kind.in_(LABELLING))
    first = select(Verdict.turn, Verdict.author, Verdict.intents, Verdict.id).where(*counts).subquery()
    later = select(Verdict.turn, Verdict.author, Verdict.intents, Verdict.id).where(*counts).subquery()
    contradicts = and_(
        later.c.turn == first.c.turn,
        later.c.id > first.c.id,
        later.c.author != first.c.author,
        later.c.intents != first.c.intents,
    )
    ruled = select(first.c.author, func.count(first.c.turn.distinct())).group_by(first.c.author)
    lost = (
        select(first.c.author, func.count(first.c.turn.distinct()))
        .join(later, contradicts)
        .group_by(first.c.author)
    )
    with engine.connect() as db:
        corrected: dict[str, int] = dict(db.execute(lost).all())
        return {author: (count, corrected.get(author, 0)) for author, count in db.execute(ruled)}


def _useless(example: Example | Unreadable) -> str:
    """Return why nothing can be learned from an example, empty where something can."""
    if isinstance(example, Unreadable):
        return f"its row can't be read: {example.error}"
    if not example.text.strip():
        return "its text is empty"
    if not example.standalone:
        return "only its conversation told what it means"
    if example.kind != "out_of_scope" and not example.labels:
        return f"a verdict of kind {example.kind!r} without an intent"
    return ""


def _keep(engine: Engine, part: list[Example]) -> None:
    if not part:
        return
    with engine.begin() as db:
        db.execute(delete(Taught).where(Taught.turn.in_([e.turn for e in part])))
        db.execute(insert(Taught), [_row(e) for e in part])


def _row(example: Example) -> dict[str, object]:
    labels = [label.removeprefix(NEW) for label in example.labels or ()]
    place = crc32(example.session.encode()) / 2**32  # a conversation is learned from or examined, never both
    return {
        "turn": example.turn, "session": example.session, "verdict": example.verdict, "text": example.text,
        "language": example.language, "labels": " ".join(labels), "mood": example.mood,
        "author": example.author, "at": example.at, "exam": place < EXAM_SHARE, "learned": None,
    }  # fmt: skip
