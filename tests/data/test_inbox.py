"""One owner at a time: whoever claims first has a conversation, and everything done to it is kept once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError

from data.audit import audit_rows
from data.conversations import Conversations
from data.errors import ConflictError, MessageError
from data.inbox import Inbox
from data.tables import now

Write = Callable[..., None]


def settle(memory: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in memory.items() if k != "asked_slot"}


@pytest.fixture
def conversations(engine: Engine) -> Conversations:
    return Conversations(engine, "kiosk")


@pytest.fixture
def inbox(engine: Engine) -> Inbox:
    return Inbox(engine, settle)


@pytest.fixture
def write(conversations: Conversations) -> Write:
    def write(session: str, owner: str = "waiting", number: int = 1, **changes: Any) -> None:
        turn = {
            "session": session, "number": number, "text": "Where is my parcel", "language": "en",
            "intent": "track_order", "confidence": 0.9, "route": "answer", "reason": "intent_accepted",
            "reply": "It is on its way.", "release": "r-01", "ms": 9.0, "details": {"sentiment": 0.1},
        }  # fmt: skip
        memory = {"asked_slot": "order_number", "slots": {"city": "Leeds"}}
        conversations.add(turn | changes, memory, owner)

    return write


def told(conversations: Conversations, session: str = "s") -> list[tuple[str, str, str]]:
    return [(r.kind, r.author, r.text) for r in conversations.remarks(session)]


def test_nothing_waits_in_an_empty_database(inbox: Inbox) -> None:
    assert (inbox.count(), inbox.waiting(), inbox.mine("ann")) == (0, [], [])


def test_what_waits_is_listed_oldest_first(inbox: Inbox, write: Write) -> None:
    for session in ("b", "a", "c"):
        write(session)
    write("d", "bot")
    write("b", "waiting", 2)  # who writes again keeps their place
    assert [c.session for c in inbox.waiting()] == ["b", "a", "c"]
    assert inbox.count() == 3


def test_waiting_begins_when_the_bot_hands_over(inbox: Inbox, write: Write) -> None:
    write("s", "bot")
    assert inbox.conversation("s").waiting_since is None
    before = now()
    write("s", "waiting", 2)
    since = inbox.conversation("s").waiting_since
    assert before <= since <= now()
    write("s", "waiting", 3)
    assert inbox.conversation("s").waiting_since == since


def test_a_line_of_the_list_has_the_last_words_and_the_worst_mood(inbox: Inbox, write: Write) -> None:
    moods = (-0.9, -0.7, 0.0, 0.2)
    for number, mood in enumerate(moods, 1):
        text = f"message {number}"
        write("s", "waiting", number, text=text, details={"sentiment": mood}, language="zh")
    (case,) = inbox.waiting()
    assert (case.text, case.turns, case.language, case.mood) == ("message 4", 4, "zh", -0.7)
    assert case.at - case.since < timedelta(seconds=5)


def test_one_of_many_who_claim_at_once_gets_it(
    inbox: Inbox, write: Write, conversations: Conversations
) -> None:
    write("s")
    together = Barrier(6)

    def claim(name: str) -> str | None:
        together.wait()
        try:
            inbox.claim("s", name)
        except ConflictError as error:
            return str(error)
        return None

    names = [f"agent{n}" for n in range(6)]
    with ThreadPoolExecutor(6) as pool:
        errors = list(pool.map(claim, names))
    assert errors.count(None) == 1
    winner = names[errors.index(None)]
    assert {e for e in errors if e} == {f"{winner} has this conversation"}
    assert inbox.conversation("s").person == winner
    assert told(conversations) == [("claimed", winner, "")]


def test_a_claim_is_in_the_audit_log(engine: Engine, inbox: Inbox, write: Write) -> None:
    write("s")
    inbox.claim("s", "ann")
    (row,) = audit_rows(engine)
    assert (row.user, row.action, row.subject, row.before) == (
        "ann",
        "conversation_claimed",
        "s",
        {"owner": "waiting"},
    )


def test_claiming_ones_own_again_changes_nothing(
    inbox: Inbox, write: Write, conversations: Conversations
) -> None:
    write("s")
    inbox.claim("s", "ann")
    inbox.claim("s", "ann")
    assert told(conversations) == [("claimed", "ann", "")]


def test_a_conversation_of_the_bot_can_be_taken(inbox: Inbox, write: Write) -> None:
    write("s", "bot")
    inbox.claim("s", "ann")
    assert (inbox.conversation("s").owner, inbox.conversation("s").person) == ("person", "ann")


def test_a_colleagues_conversation_is_taken_only_by_name(inbox: Inbox, write: Write) -> None:
    write("s")
    inbox.claim("s", "ann")
    with pytest.raises(ConflictError, match="ann has this conversation"):
        inbox.claim("s", "bob", take_from="cleo")
    inbox.claim("s", "bob", take_from="ann")
    assert inbox.conversation("s").person == "bob"


@pytest.mark.parametrize("act", ["claim", "reply", "note", "give_back", "close"])
def test_there_is_nothing_to_do_in_an_unknown_conversation(act: str, inbox: Inbox) -> None:
    more = {"claim": (), "reply": ("hi", "k"), "note": ("hi", "k"), "give_back": ("k",), "close": ("k",)}[act]
    with pytest.raises((MessageError, ConflictError), match="there is no conversation 'nobody'"):
        getattr(inbox, act)("nobody", "ann", *more)


@pytest.mark.parametrize("act", ["reply", "give_back", "close"])
def test_only_who_has_it_may_speak_or_let_go(
    act: str, inbox: Inbox, write: Write, conversations: Conversations
) -> None:
    write("s")
    more = ("hi", "k") if act == "reply" else ("k",)
    with pytest.raises(ConflictError, match="claim it first"):
        getattr(inbox, act)("s", "ann", *more)
    inbox.claim("s", "bob")
    with pytest.raises(ConflictError, match="bob has this conversation"):
        getattr(inbox, act)("s", "ann", *more)
    assert told(conversations) == [("claimed", "bob", "")]


def test_a_reply_stands_after_the_turn_that_it_followed(
    inbox: Inbox, write: Write, conversations: Conversations
) -> None:
    write("s")
    inbox.claim("s", "ann")
    write("s", "person", 2)
    inbox.reply("s", "ann", "Hello, Ann here.", "k1")
    write("s", "person", 3)
    inbox.reply("s", "ann", "One moment.", "k2")
    assert [(r.after, r.kind) for r in conversations.remarks("s")] == [
        (1, "claimed"), (2, "reply"), (3, "reply"),
    ]  # fmt: skip
    assert [r.text for r in conversations.remarks("s", since=2)] == ["One moment."]


def test_what_is_sent_again_is_there_once(inbox: Inbox, write: Write, conversations: Conversations) -> None:
    write("s")
    inbox.claim("s", "ann")
    for _ in range(3):
        inbox.reply("s", "ann", "Hello.", "k1")
    inbox.give_back("s", "ann", "k2")
    inbox.reply("s", "ann", "Hello.", "k1")  # its first answer got lost; it was said all the same
    inbox.give_back("s", "ann", "k2")
    assert [kind for kind, _, _ in told(conversations)] == ["claimed", "reply", "given_back"]


def test_a_reply_sent_many_times_at_once_is_there_once(
    engine: Engine, inbox: Inbox, write: Write, conversations: Conversations
) -> None:
    write("s")
    inbox.claim("s", "ann")
    together = Barrier(6)

    def send(_: int) -> None:
        together.wait()
        inbox.reply("s", "ann", "Hello.", "k1")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(send, range(6)))
    assert told(conversations)[1:] == [("reply", "ann", "Hello.")]
    assert [r.action for r in audit_rows(engine)].count("conversation_reply") == 1


def test_a_key_stands_for_one_thing_only(inbox: Inbox, write: Write) -> None:
    for session in ("s", "t"):
        write(session)
        inbox.claim(session, "ann")
    inbox.reply("s", "ann", "Hello.", "k1")
    with pytest.raises(ConflictError, match="this key was used for something else"):
        inbox.reply("t", "ann", "Hello.", "k1")


def test_notes_are_for_colleagues_only(inbox: Inbox, write: Write, conversations: Conversations) -> None:
    write("s")
    inbox.note("s", "bob", "Third time this week.", "k1")
    assert told(conversations) == []
    assert [(r.kind, r.author, r.text) for r in inbox.remarks("s")] == [
        ("note", "bob", "Third time this week.")
    ]


def test_giving_back_leaves_no_open_question(
    inbox: Inbox, write: Write, conversations: Conversations
) -> None:
    write("s")
    inbox.claim("s", "ann")
    assert conversations.state("s").memory["asked_slot"] == "order_number"
    inbox.give_back("s", "ann", "k")
    state = conversations.state("s")
    assert (state.owner, state.person, state.memory) == ("bot", None, {"slots": {"city": "Leeds"}})
    assert inbox.conversation("s").waiting_since is None


def test_a_closed_conversation_opens_when_the_customer_writes(
    inbox: Inbox, write: Write, conversations: Conversations
) -> None:
    write("s")
    inbox.claim("s", "ann")
    inbox.close("s", "ann", "k")
    closed = conversations.state("s")
    assert closed.owner == "bot"
    assert closed.closed is not None
    write("s", "bot", 2)
    assert conversations.state("s").closed is None


def test_the_bot_writes_nothing_into_a_persons_conversation(
    inbox: Inbox, write: Write, conversations: Conversations
) -> None:
    write("s", "bot")
    inbox.claim("s", "ann")
    for owner in ("bot", "waiting"):
        with pytest.raises(IntegrityError):
            write("s", owner, 2)
    assert [t.number for t in conversations.turns("s")] == [1]
    assert conversations.state("s").owner == "person"


def test_a_silent_turn_is_written_only_while_a_person_has_it(inbox: Inbox, write: Write) -> None:
    write("s", "bot")
    with pytest.raises(IntegrityError):
        write("s", "person", 2)
    inbox.claim("s", "ann")
    write("s", "person", 2)
    assert [t.number for t in inbox.turns("s")] == [1, 2]


def test_ones_own_list_has_those_first_who_wait_for_a_word(inbox: Inbox, write: Write) -> None:
    for session in ("a", "b"):
        write(session)
        inbox.claim(session, "ann")
    inbox.reply("a", "ann", "Hello.", "k1")
    assert [(c.session, c.unanswered) for c in inbox.mine("ann")] == [("b", True), ("a", False)]
    assert inbox.mine("bob") == []
    write("a", "person", 2)
    assert all(c.unanswered for c in inbox.mine("ann"))


def test_every_change_has_another_version(inbox: Inbox, write: Write) -> None:
    write("s")
    seen = [inbox.version("s")]
    for act in (
        lambda: inbox.note("s", "bob", "A regular.", "k0"),
        lambda: inbox.claim("s", "ann"),
        lambda: inbox.reply("s", "ann", "Hello.", "k1"),
        lambda: write("s", "person", 2),
        lambda: inbox.close("s", "ann", "k2"),
    ):
        act()
        seen.append(inbox.version("s"))
    assert len(set(seen)) == len(seen)
    assert inbox.version("nobody") == ""


@pytest.mark.parametrize("score", [0, 6, -1])
def test_a_score_is_one_to_five(score: int, write: Write, conversations: Conversations) -> None:
    write("s")
    with pytest.raises(MessageError, match=f"scored from 1 to 5, got {score}"):
        conversations.score("s", score)


def test_a_conversation_is_scored_once(write: Write, conversations: Conversations) -> None:
    write("s")
    assert [conversations.score("s", n) for n in (4, 1)] == [True, False]
    assert conversations.state("s").csat == 4
    assert not conversations.score("nobody", 5)


@pytest.mark.parametrize("reason", ["crisis", "injury"])
def test_a_danger_comes_first_and_stays_known(reason: str, inbox: Inbox, write: Write) -> None:
    write("early")
    write("hurt", reason=reason, route="handoff")
    write("hurt", number=2)  # whatever is said after it
    assert [(c.session, c.danger) for c in inbox.waiting()] == [("hurt", reason), ("early", None)]
    assert (inbox.queue().waiting, inbox.queue().danger) == (2, 1)
    inbox.claim("hurt", "ann")
    assert inbox.mine("ann")[0].danger == reason
    inbox.give_back("hurt", "ann", "k1")
    write("hurt", number=3)
    assert inbox.danger("hurt") is None  # seen to


def test_who_withdraws_waits_no_longer(inbox: Inbox, write: Write, conversations: Conversations) -> None:
    write("s")
    assert conversations.withdraw("s")
    assert not conversations.withdraw("s")
    assert (inbox.count(), inbox.conversation("s").owner, inbox.conversation("s").waiting_since) == (
        0, "bot", None,
    )  # fmt: skip
    assert told(conversations) == [("withdrawn", "", "")]
    write("s", number=2)
    write("s", "bot", 3, reason="withdrawn", route="social")
    assert inbox.count() == 0
    assert [(r.kind, r.after) for r in conversations.remarks("s")] == [("withdrawn", 1), ("withdrawn", 3)]


def test_nobody_withdraws_from_a_person(inbox: Inbox, write: Write, conversations: Conversations) -> None:
    write("s")
    inbox.claim("s", "ann")
    assert not conversations.withdraw("s")
    assert inbox.conversation("s").person == "ann"


def test_a_score_and_its_comment_stand_where_they_were_given(
    inbox: Inbox, write: Write, conversations: Conversations
) -> None:
    write("s", "bot")
    assert not conversations.comment("s", "no score yet")
    assert conversations.score("s", 2)
    assert conversations.comment("s", "It took too long.")
    assert not conversations.comment("s", "twice")
    write("s", "bot", 2)
    assert [(r.kind, r.after, r.text) for r in inbox.remarks("s")] == [
        ("scored", 1, "2"), ("comment", 1, "It took too long."),
    ]  # fmt: skip
    assert told(conversations) == []  # the customer knows
