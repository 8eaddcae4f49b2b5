"""Logged questions answered by two releases, in the background: which answers change."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import Any

from bot.both_answers import both_answers, changed
from bot.pipeline import Bot
from data.errors import ConflictError
from data.log.questions import Question

log = logging.getLogger(__name__)
Bots = Callable[[], tuple[Bot, Bot]]  # before and after


@dataclass
class Progress:
    """One comparison as it goes on; `changes` are those found so far."""

    before: str
    after: str
    of: int
    done: int = 0
    changes: list[dict[str, Any]] = field(default_factory=list)
    finished: bool = False
    error: str = ""


class Replay:
    """Runs one comparison at a time; the last one stays to be read."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._last: Progress | None = None

    def start(self, before: str, after: str, questions: Sequence[Question], bots: Bots) -> Progress:
        """Begin a comparison; raises ConflictError while another one goes on."""
        with self._lock:
            if self._last and not self._last.finished:
                raise ConflictError(
                    f"{self._last.before} and {self._last.after} are being compared; "
                    f"{self._last.done} of {self._last.of} are done"
                )
            self._last = progress = Progress(before, after, len(questions))
        Thread(target=_run, args=(progress, questions, bots), name="replay", daemon=True).start()
        return progress

    def of(self, before: str, after: str) -> Progress | None:
        """Return the last comparison if it was of these two releases."""
        last = self._last
        return last if last and (last.before, last.after) == (before, after) else None


def _run(progress: Progress, questions: Sequence[Question], bots: Bots) -> None:
    try:
        before, after = bots()
        for question, was, now in both_answers(before, after, questions):
            if was != now:
                progress.changes.append(changed(question, was, now))
            progress.done += 1
    except Exception as error:  # the page says so; customers are not concerned
        log.exception("comparing %s with %s failed", progress.before, progress.after)
        progress.error = f"{type(error).__name__}: {error}"
    progress.finished = True
