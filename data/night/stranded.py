"""Reviews of topics that a release had and the live one does not: going back leaves them without one."""

from collections import Counter
from collections.abc import Collection

from sqlalchemy import Connection, Engine, func, select, update

from data.night.tables import Taught
from data.review.examples import NEW
from data.review.groups import recount
from data.tables import ReviewItem, Verdict

AT_ONCE = 1000  # turns in one statement


def stranded(db: Connection, topics: Collection[str]) -> Counter[str]:
    """Return how many taught messages name each of some topics."""
    found: Counter[str] = Counter()
    for labels, count in db.execute(select(Taught.labels, func.count()).group_by(Taught.labels)):
        for topic in set(labels.split()) & set(topics):
            found[topic] += count
    return found


def ask_again(db: Connection, gone: Collection[str], back: Collection[str] = ()) -> None:
    """Ask reviewers again about messages taught for topics that are gone; no more where a topic is back.

    A message that has got another verdict since is left alone.
    """
    for topics, is_open in ((gone, True), (back, False)):
        later = select(Verdict.turn).where(
            Verdict.turn == Taught.turn, Verdict.id > Taught.verdict, Verdict.undone_at.is_(None)
        )
        taught = select(Taught.turn).where(Taught.labels.in_(_naming(db, topics)), ~later.exists())
        turns = list(db.scalars(taught))
        for at in range(0, len(turns), AT_ONCE):
            item = (ReviewItem.turn.in_(turns[at : at + AT_ONCE]), ReviewItem.open.is_(not is_open))
            changed = update(ReviewItem).where(*item).values(open=is_open)
            groups = set(db.scalars(changed.returning(ReviewItem.group)))
            recount(db, {group for group in groups if group})


def named_once(engine: Engine) -> set[str]:
    """Return the topics that reviewers named and a release had, whichever is live now."""
    named = (Verdict.kind == "new_intent", Verdict.undone_at.is_(None), Verdict.learned.is_not(None))
    with engine.connect() as db:
        return {i.removeprefix(NEW) for i in db.scalars(select(Verdict.intents).where(*named).distinct())}


def _naming(db: Connection, topics: Collection[str]) -> list[str]:
    """Return the labels, as they are kept, that name one of some topics."""
    wanted = set(topics)
    labels = db.scalars(select(Taught.labels).distinct()) if wanted else ()
    return [of for of in labels if wanted & set(of.split())]
