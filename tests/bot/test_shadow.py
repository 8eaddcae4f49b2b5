"""A release on trial answers what customers write, and nobody hears of it."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, inspect, select, text
from sqlalchemy.orm import Session

from bot.doors import LiveBot
from bot.shadow import LookUps, Shadow
from bot.turn import Turn
from data.log.conversations import State
from data.release.release import Release
from data.release.releases import Releases
from data.release.trial import Trial
from data.settings import Settings
from data.tables import ShadowTurn, TurnRow
from tests.app_process import home_of_its_own
from tests.second_release import GREETS, NEW, add_second_release

NUMBER = "HB-2048817"


@pytest.fixture(scope="module")
def own_home(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a second release."""
    own = home_of_its_own(home, tmp_path_factory.mktemp("shadow"))
    add_second_release(own)
    return own


@pytest.fixture(scope="module")
def live(own_home: Path) -> Iterator[LiveBot]:
    live = LiveBot(Settings(home=own_home), every=3600)
    yield live
    live.close()
    live().conversations.engine.dispose()


@pytest.fixture
def candidate(own_home: Path, live: LiveBot) -> Iterator[Release]:
    yield Releases(own_home, "shop").get(NEW)
    with live().conversations.engine.begin() as db:
        db.execute(delete(ShadowTurn))


@pytest.fixture
def shadow(live: LiveBot, candidate: Release) -> Iterator[Shadow]:
    shadow = Shadow(live(), candidate, Trial.of(NEW, "shadow", 0, "ann"))
    live().beside = shadow
    yield shadow.start()
    live().beside = None
    shadow.close()


def rows(live: LiveBot, count: int) -> list[tuple[ShadowTurn, TurnRow]]:
    """Return the rows of the release on trial and their turns, once there are so many."""
    query = select(ShadowTurn, TurnRow).join(TurnRow, TurnRow.id == ShadowTurn.turn).order_by(ShadowTurn.turn)
    until = time.monotonic() + 30
    while True:
        with Session(live().conversations.engine) as db:
            found = [(row[0], row[1]) for row in db.execute(query)]
        if len(found) >= count:
            return found
        assert time.monotonic() < until
        time.sleep(0.05)


def test_the_customer_gets_the_live_answer_and_the_log_both(
    shadow: Shadow, live: LiveBot, session: str
) -> None:
    turn = live().reply(session, "hello")
    ((tried, logged),) = rows(live, 1)
    assert (turn.reply, turn.release) == (logged.reply, live().release)
    assert GREETS not in turn.reply
    assert (tried.reply, tried.release, tried.trial) == (GREETS, NEW, shadow.trial.id)
    assert (tried.route, tried.intent, tried.same) == (turn.decision.route, turn.intent, False)
    assert tried.ms > 0


def test_it_knows_what_the_conversation_knew_and_changes_nothing_of_it(
    shadow: Shadow, live: LiveBot, session: str
) -> None:
    for said in ("where is my order", NUMBER, "hello", "and when will it come?"):
        live().reply(session, said)
    found = rows(live, 4)
    assert [tried.same for tried, _ in found] == [True, True, False, True]
    assert [tried.reason for tried, _ in found] == [turn.reason for _, turn in found]
    kept = live().conversations
    assert [t.release for t in kept.turns(session)] == [live().release] * 4
    assert (kept.state(session).turns, GREETS in str(kept.state(session).memory)) == (4, False)


def test_personal_data_is_masked_in_what_is_kept(shadow: Shadow, live: LiveBot, session: str) -> None:
    live().reply(session, "hello, I am jane.roe@example.com, card 4111 1111 1111 1111")
    rows(live, 1)
    with live().conversations.engine.connect() as db:
        for table in inspect(db).get_table_names():
            kept = str(db.execute(text(f'SELECT * FROM "{table}"')).all())
            assert "jane.roe" not in kept, table
            assert "4111" not in kept, table


def test_while_a_person_has_the_conversation_nothing_is_tried(
    shadow: Shadow, live: LiveBot, session: str
) -> None:
    silent = replace(State(), owner="person")
    shadow.heard(live().answer(session, "hello", silent), "hello", silent)
    live().reply(session, "thank you")
    ((_, logged),) = rows(live, 1)
    assert logged.text == "thank you"


def test_what_comes_faster_than_it_answers_is_dropped_and_counted(
    live: LiveBot, candidate: Release, session: str
) -> None:
    slow = Shadow(live(), candidate, Trial.of(NEW, "shadow", 0, "ann"), waiting=2)  # nobody works yet
    live().beside = slow
    for _ in range(6):
        live().reply(session, "thank you")
    slow.start()
    found = rows(live, 2)
    live().beside = None
    slow.close()
    assert [logged.number for _, logged in found] == [1, 2]
    assert sum(tried.dropped for tried, _ in found) == 4


def test_one_that_breaks_is_noted_and_customers_are_answered(
    shadow: Shadow, live: LiveBot, session: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_turn: Turn) -> Turn:
        raise RuntimeError("no such file")

    monkeypatch.setattr(shadow.bot, "_read", (broken,))
    turn = live().reply(session, "thank you")
    ((tried, logged),) = rows(live, 1)
    assert (tried.reason, tried.same) == ("failure", False)
    assert (turn.decision.route, logged.reason) == ("social", turn.decision.reason)
    assert live().conversations.state(session).owner == "bot"


class Counted:
    """An order system that counts how often it is asked."""

    def __init__(self, find: Callable[[str], Any]) -> None:
        self.asked: list[str] = []
        self._find = find

    def find(self, number: str) -> Any:
        self.asked.append(number)
        return self._find(number)


def test_orders_that_the_live_bot_found_are_not_asked_for_again(live: LiveBot) -> None:
    system = Counted(live().orders.find)
    looks = LookUps(system)
    order = system.find(NUMBER)
    looks.known = {NUMBER: order, "HB-0000000": None}
    assert (looks.find(NUMBER), looks.find("HB-0000000")) == (order, None)
    assert system.asked == [NUMBER]
    assert looks.find("HB-2048818") == live().orders.find("HB-2048818")
    assert system.asked == [NUMBER, "HB-2048818"]
    assert [name for name in dir(looks) if not name.startswith("_")] == ["find", "known"]
