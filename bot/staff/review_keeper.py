"""Keeps the review queue fresh while the server runs: new turns join their group, and all are grouped anew
from time to time."""

import logging
import time
from pathlib import Path
from threading import Event, Thread

import numpy as np
from filelock import FileLock, Timeout
from sqlalchemy import Engine

from data.review.groups import (
    Found,
    OpenItems,
    centres,
    join_groups,
    open_items,
    replace_groups,
    waiting_turns,
)
from data.review.items import BATCH, take_in
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
        self._tried: frozenset[int] = frozenset()  # turns that are near to no group
        self._hopeless: frozenset[int] = frozenset()  # turns that the last full pass could not place

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
                self._join()
                if self._tried - self._hopeless and time.monotonic() >= self._rested_at:
                    self.regroup()
        except Timeout:
            pass  # another process does it

    def regroup(self) -> int:
        """Group all that has no verdict anew; return the number of groups."""
        began = time.monotonic()
        items = open_items(self._engine)
        of_text = groups_of(items.vectors, np.bincount(items.says, minlength=len(items.texts)))
        found = self._described(items, of_text)
        replace_groups(self._engine, items, of_text[items.says], found)
        self._tried = self._hopeless = frozenset(waiting_turns(self._engine, MOST_WAITING))
        took = time.monotonic() - began
        self._rested_at = time.monotonic() + REST * took
        log.info("%d messages to review are in %d groups, after %.1f s", len(items.turns), len(found), took)
        return len(found)

    def _join(self) -> None:
        """Put new turns into the group they are near to."""
        waiting = waiting_turns(self._engine, MOST_WAITING)
        self._tried &= frozenset(waiting)
        items = open_items(self._engine, [turn for turn in waiting if turn not in self._tried])
        if len(items.turns):
            groups, middle = centres(self._engine, items.vectors.shape[1])
            cosine, row = nearest_middle(items.vectors, middle)
            near = cosine[items.says] >= ALIKE
            joined = items.turns[near].tolist()
            join_groups(self._engine, joined, groups[row[items.says[near]]].tolist())
            self._tried |= frozenset(waiting) - frozenset(joined)

    def _described(self, items: OpenItems, labels: Labels) -> list[Found]:
        """Return each group's name, most typical turn and middle; `labels` are those of the texts."""
        middle, medoids = middles(items.vectors, labels)
        read: list[list[str]] = [[] for _ in medoids]
        for text, label in zip(items.texts, labels.tolist(), strict=True):
            if len(read[label]) < READ:
                read[label].append(text)
        words = distinctive_words(read)
        turns = items.turns[np.unique(items.says, return_index=True)[1]]
        return [
            Found(words[at], int(turns[medoid]), middle[at].tobytes()) for at, medoid in enumerate(medoids)
        ]

    def _watch(self) -> None:
        while not self._stop.wait(self._every):
            try:
                self.refresh()
            except Exception:  # the queue is a little older then; customers and staff go on
                log.exception("the review queue could not be refreshed")
