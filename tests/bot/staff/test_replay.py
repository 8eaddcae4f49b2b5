"""Two releases answer the same questions in the background, one comparison at a time."""

import time
from threading import Event

import pytest

from bot.pipeline import Bot
from bot.staff.replay import Progress, Replay
from data.errors import ConflictError
from data.log.questions import Question

HELLO = [Question("hello", 3)]


def finished(progress: Progress) -> Progress:
    until = time.monotonic() + 30
    while not progress.finished:
        assert time.monotonic() < until
        time.sleep(0.01)
    return progress


def test_the_same_bot_says_the_same(bot: Bot) -> None:
    progress = finished(Replay().start("a", "b", HELLO, lambda: (bot, bot)))
    assert (progress.done, progress.of, progress.changes, progress.error) == (1, 1, [], "")


def test_one_at_a_time(bot: Bot) -> None:
    replay, go = Replay(), Event()

    def slowly() -> tuple[Bot, Bot]:
        assert go.wait(30)
        return bot, bot

    first = replay.start("a", "b", HELLO, slowly)
    with pytest.raises(ConflictError, match="a and b are being compared; 0 of 1 are done"):
        replay.start("b", "c", HELLO, lambda: (bot, bot))
    go.set()
    finished(first)
    assert (replay.of("a", "b"), replay.of("b", "a")) == (first, None)
    finished(replay.start("b", "c", HELLO, lambda: (bot, bot)))


def test_what_breaks_is_said_and_the_next_one_can_begin(bot: Bot) -> None:
    def broken() -> tuple[Bot, Bot]:
        raise RuntimeError("out of memory")

    replay = Replay()
    assert finished(replay.start("a", "b", HELLO, broken)).error == "RuntimeError: out of memory"
    assert finished(replay.start("a", "b", HELLO, lambda: (bot, bot))).error == ""
