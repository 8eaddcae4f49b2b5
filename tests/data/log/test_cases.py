"""The inbox's lists: who waits, what one has, what comes first in them, and what is marked."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, insert

from data.log.cases import Cases
from data.log.inbox import Inbox
from data.tables import User
from tests.data.conftest import Write


def test_nothing_waits_in_an_empty_database(cases: Cases) -> None:
    assert (cases.queue("ann").waiting, cases.waiting(), cases.mine("ann")) == (0, [], [])


def test_what_waits_is_listed_oldest_first(cases: Cases, write: Write) -> None:
    for session in ("b", "a", "c"):
        write(session)
    write("d", "bot")
    write("b", "waiting", 2)  # who writes again keeps their place
    assert [c.session for c in cases.waiting()] == ["b", "a", "c"]
    assert cases.queue("ann").waiting == 3


def test_a_line_of_the_list_has_the_last_words_and_the_worst_mood(cases: Cases, write: Write) -> None:
    moods = (-0.9, -0.7, 0.0, 0.2)
    for number, mood in enumerate(moods, 1):
        text = f"message {number}"
        write("s", "waiting", number, text=text, sentiment=mood, language="zh")
    (case,) = cases.waiting()
    assert (case.text, case.turns, case.language, case.mood) == ("message 4", 4, "zh", -0.7)
    assert case.at - case.since < timedelta(seconds=5)


def test_ones_own_list_has_those_first_who_wait_for_a_word(cases: Cases, inbox: Inbox, write: Write) -> None:
    for session in ("a", "b"):
        write(session)
        inbox.claim(session, "ann")
    inbox.reply("a", "ann", "Hello.", "k1")
    assert [(c.session, c.unanswered) for c in cases.mine("ann")] == [("b", True), ("a", False)]
    assert cases.mine("bob") == []
    write("a", "person", 2)
    assert all(c.unanswered for c in cases.mine("ann"))


@pytest.mark.parametrize("reason", ["crisis", "injury"])
def test_a_danger_comes_first_and_stays_known(reason: str, cases: Cases, inbox: Inbox, write: Write) -> None:
    write("early")
    write("hurt", reason=reason, route="handoff")
    write("hurt", number=2)  # whatever is said after it
    assert [(c.session, c.danger) for c in cases.waiting()] == [("hurt", reason), ("early", None)]
    assert (cases.queue("ann").waiting, cases.queue("ann").danger) == (2, 1)
    inbox.claim("hurt", "ann")
    assert cases.mine("ann")[0].danger == reason
    inbox.give_back("hurt", "ann", "k1")
    write("hurt", number=3)
    assert cases.danger("hurt") is None  # seen to


@pytest.mark.parametrize("reason", ["crisis", "injury"])
def test_a_danger_told_to_a_person_comes_first_in_their_list(
    reason: str, cases: Cases, inbox: Inbox, write: Write
) -> None:
    for session in ("a", "b", "c"):
        write(session, "bot" if session == "c" else "waiting")
        inbox.claim(session, "ann")
    inbox.reply("c", "ann", "Hello.", "k1")
    assert cases.queue("ann").danger == 0
    write("c", "person", 2, reason=reason, route="handoff")
    write("c", "person", 3)
    assert [(c.session, c.danger) for c in cases.mine("ann")] == [("c", reason), ("a", None), ("b", None)]
    assert cases.danger("c") == reason
    assert (cases.queue("ann").danger, cases.queue("bob").danger) == (1, 0)
    inbox.reply("c", "ann", "Is everyone safe?", "k2")
    assert cases.queue("ann").danger == 0  # nothing to call her for
    assert cases.mine("ann")[0].danger == reason  # but still first
    inbox.close("c", "ann", "k3")
    assert cases.danger("c") is None


def test_who_gave_a_conversation_is_shown_until_the_other_has_begun(
    engine: Engine, cases: Cases, inbox: Inbox, write: Write
) -> None:
    with engine.begin() as db:
        db.execute(insert(User), [{"name": n, "role": "agent", "password": "-"} for n in ("ann", "bob")])
    write("s")
    inbox.claim("s", "ann")
    inbox.note("s", "ann", "Wants the blue one.", "k1")
    inbox.transfer("s", "ann", "bob", "k2")
    assert cases.mine("ann") == []
    assert [c.given_by for c in cases.mine("bob")] == ["ann"]
    assert (cases.queue("bob").given, cases.queue("ann").given) == (1, 0)
    assert cases.held_by() == {"bob": 1}
    write("s", "person", 2)
    assert cases.queue("bob").given == 1
    inbox.reply("s", "bob", "Hello, Bob here.", "k3")
    assert ([c.given_by for c in cases.mine("bob")], cases.queue("bob").given) == ([None], 0)
    inbox.transfer("s", "bob", "ann", "k4")
    assert [c.given_by for c in cases.mine("ann")] == ["bob"]


def test_what_colleagues_have_is_listed_longest_first(cases: Cases, inbox: Inbox, write: Write) -> None:
    for session, name in (("a", "bob"), ("b", "cleo"), ("c", "ann")):
        write(session)
        inbox.claim(session, name)
    write("a", "person", 2, text="still there?")
    assert [(c.session, c.person, c.text) for c in cases.colleagues("ann")] == [
        ("a", "bob", "still there?"), ("b", "cleo", cases.colleagues("ann")[1].text),
    ]  # fmt: skip
    assert cases.colleagues("ann")[0].since == inbox.remarks("a")[0].at
    inbox.give_back("a", "bob", "k1")
    assert [c.session for c in cases.colleagues("ann")] == ["b"]
