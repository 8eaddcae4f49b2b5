"""A release on trial that answers what customers write, for nobody but the log.

It is given each message as the live bot got it, with what the conversation knew before, once the customer
has the answer. Nothing of it reaches the conversation or the order system: what the live bot looked up is
known, anything else is only looked up. Before each step it waits until no customer does: what comes faster
than that allows is dropped and counted.
"""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from queue import Empty, Full, Queue
from threading import Event, Lock, Thread
from typing import Any

from bot.connectors import Order, Orders
from bot.handoff import WITH_A_PERSON
from bot.pipeline import Bot
from bot.turn import Turn
from data.log.conversations import State
from data.release.release import Release
from data.release.shadow_turns import Said, ShadowTurns
from data.release.trial import Trial

log = logging.getLogger(__name__)
WAITING = 64  # messages at most that wait for the release on trial
BATCH = 16  # rows that are written at once
LONGEST = 1.0  # seconds after which an answer that has not come is not waited for
GRACE = 0.05  # seconds after an answer, in which it is sent and the next message may come
LOOK = 0.02  # seconds between two looks at whether a customer waits
IDLE = 0.5  # seconds without a message after which the rows so far are written


@dataclass(frozen=True)
class Heard:
    """A message that the live bot answered, and what was known before it; lives in memory only."""

    turn: Turn
    text: str
    before: State


class LookUps:
    """An order system that can only be asked; what the live bot has just found is not asked again."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self.known: Mapping[str, Order | None] = {}

    def find(self, number: str) -> Order | None:
        return self.known[number] if number in self.known else self._orders.find(number)


class Shadow:
    """Answers beside the live bot in a thread of its own until it is closed."""

    def __init__(
        self, live: Bot, release: Release, trial: Trial, threads: int = 1, waiting: int = WAITING
    ) -> None:
        self.trial = trial
        self._orders = LookUps(live.orders) if live.orders else None
        self.bot = live.on(release, threads, self._orders)
        self._rows = ShadowTurns(live.conversations.engine)
        self._queue: Queue[Heard] = Queue(waiting)
        self._dropped = 0
        self._going = 0  # customers' messages that are being answered
        self._came = self._left = 0.0  # when the last of them came, and an answer was there
        self._counting = Lock()
        self._stop = Event()

    def start(self) -> "Shadow":
        Thread(target=self._work, name="shadow", daemon=True).start()
        return self

    def side(self, session: str) -> None:
        """It answers nobody; a customer waits for the live bot now."""
        with self._counting:
            self._going += 1
            self._came = time.monotonic()

    def heard(self, turn: Turn, text: str, before: State) -> None:
        with self._counting:
            self._going = max(0, self._going - 1)
            self._left = time.monotonic()
        if turn.decision == WITH_A_PERSON:  # no bot says anything then
            return
        try:
            self._queue.put_nowait(Heard(turn, text, before))
        except Full:
            with self._counting:
                self._dropped += 1

    def close(self) -> None:
        """End the thread once the message it is at is answered."""
        self._stop.set()

    def _work(self) -> None:
        rows: list[dict[str, Any]] = []
        while not self._stop.is_set():
            try:
                heard = self._queue.get(timeout=IDLE)
            except Empty:
                rows = self._written(rows)
                continue
            try:
                rows.append(self._answered(heard))
            except Exception:  # it breaks even where it should say that it broke
                log.exception("release %s broke in the shadow", self.trial.release)
            if len(rows) >= BATCH:
                rows = self._written(rows)
        if rows:  # what it never came to counts as dropped
            rows[-1]["dropped"] += self._queue.qsize() + self._dropped
        self._written(rows)

    def _wait(self) -> None:
        """Return once no customer waits; answers that never come, because of an error, do not count."""
        while not self._stop.is_set():
            now = time.monotonic()
            with self._counting:
                if now - self._came > LONGEST:
                    self._going = 0
                if not self._going and now - self._left > GRACE:
                    return
            time.sleep(LOOK)

    def _answered(self, heard: Heard) -> dict[str, Any]:
        """Return the row of what the release on trial says to a message."""
        live = heard.turn
        if self._orders:
            self._orders.known = {**live.orders, **({live.order.number: live.order} if live.order else {})}
        turn = self.bot.answer(live.session, heard.text, heard.before, self._wait)
        said = _said(turn)
        with self._counting:
            dropped, self._dropped = self._dropped, 0
        return {
            "session": live.session, "number": live.number, "trial": self.trial.id, "release": turn.release,
            "same": said == _said(live), "route": said.route, "intent": said.intent, "reply": said.reply,
            "reason": turn.decision.reason, "confidence": turn.as_reply()["confidence"], "ms": turn.ms,
            "dropped": dropped,
        }  # fmt: skip

    def _written(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Write rows and return what is left: nothing, even if it failed, for no second try is worth it."""
        if rows:
            self._wait()
            try:
                self._rows.add(rows)
            except Exception:
                log.exception(
                    "%d answers of release %s on trial were not kept", len(rows), self.trial.release
                )
        return []


def _said(turn: Turn) -> Said:
    return Said(turn.decision.route, turn.intent, turn.reply)
