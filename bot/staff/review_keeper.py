"""Keeps the review queue fresh while the server runs: new turns join their group, and all are grouped anew
from time to time."""

import logging
import time
from collections.abc import Iterable
from pathlib import Path
from threading import Event, Thread

from filelock import FileLock, Timeout
from sqlalchemy import Engine

from data.review_groups import (
    Found,
    OpenItems,
    centres,
    join_groups,
    open_items,
    replace_groups,
    texts_of,
)
from data.review_items import BATCH, take_in
from retrieval.distinctive import READ, distinctive_words
from retrieval.groups import ALIKE, Labels, groups_of, middles, nearest_middle

log = logging.getLogger(__name__)
REST = 9.0  # times as long as the last full pass took nothing is grouped anew: a tenth of one core at most
MOST_WAITING = 5000  # looked at at once


class ReviewKeeper:
    """Call `refresh` for one round; `start` lets a background thread do it until `close`.

    Of several processes on one home, one does the work at a time.
    """

    def __init__(self, engine: Engine, home: Path, every: float = 5.0) -> None:
        self._engine = engine
        self._every = every
        self._lock = FileLock(home / "review.lock")
        self._stop = Event()
        self._rested_at = 0.0
        self._alone: frozenset[int] = frozenset()  # what the last full pass could not place

    def start(self) -> "ReviewKeeper":
        Thread(target=self._watch, name="review-keeper", daemon=True).start()
        return self

    def close(self) -> None:
        self._stop.set()

    def refresh(self) -> None:
        """Take in what is new, let it join the nearest groups, and group anew what nothing is near to."""
        try:
            with self._lock.acquire(timeout=0):
                while take_in(self._engine) >= BATCH and not self._stop.is_set():
                    pass
                waiting = self._join()
                if waiting - self._alone and time.monotonic() >= self._rested_at:
                    self.regroup()
        except Timeout:
            pass  # another process does it

    def regroup(self) -> int:
        """Group all that has no verdict anew; return the number of groups."""
        began = time.monotonic()
        items = open_items(self._engine)
        labels = groups_of(items.vectors)
        found = self._described(items, labels)
        replace_groups(self._engine, items, labels, found)
        self._alone = frozenset(open_items(self._engine, MOST_WAITING, waiting=True).turns.tolist())
        took = time.monotonic() - began
        self._rested_at = time.monotonic() + REST * took
        log.info("%d messages to review are in %d groups, after %.1f s", len(labels), len(found), took)
        return len(found)

    def _join(self) -> frozenset[int]:
        """Put turns into the group they are near to; return those that are near to none."""
        items = open_items(self._engine, MOST_WAITING, waiting=True)
        if len(items.turns) == 0:
            return frozenset()
        groups, middle = centres(self._engine, items.vectors.shape[1])
        cosine, row = nearest_middle(items.vectors, middle)
        near = cosine >= ALIKE
        join_groups(self._engine, items.turns[near].tolist(), groups[row[near]].tolist())
        return frozenset(items.turns[~near].tolist())

    def _described(self, items: OpenItems, labels: Labels) -> list[Found]:
        middle, medoids = middles(items.vectors, labels)
        read: list[list[int]] = [[] for _ in medoids]
        for turn, label in zip(items.turns.tolist(), labels.tolist(), strict=True):
            if len(read[label]) < READ:
                read[label].append(turn)
        texts = texts_of(self._engine, (turn for turns in read for turn in turns))
        words = distinctive_words([_those(texts, turns) for turns in read])
        return [
            Found(words[at], int(items.turns[medoid]), middle[at].tobytes())
            for at, medoid in enumerate(medoids)
        ]

    def _watch(self) -> None:
        while not self._stop.wait(self._every):
            try:
                self.refresh()
            except Exception:  # the queue is a little older then; customers and staff go on
                log.exception("the review queue could not be refreshed")


def _those(texts: dict[int, str], turns: Iterable[int]) -> list[str]:
    return [texts[turn] for turn in turns if turn in texts]
