"""One owner at a time: whoever claims first has a conversation, and everything done to it is kept once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, insert, update
from sqlalchemy.exc import IntegrityError

from data.audit import audit_rows
from data.errors import ConflictError, MessageError, UserError
from data.log.cases import Cases
from data.log.conversations import Conversations
from data.log.inbox import Inbox
from data.tables import TurnRow, User, now
from tests.data.conftest import Write


@pytest.fixture
def anns(engine: Engine, inbox: Inbox, write: Write) -> Inbox:
    """The inbox while Ann has the conversation `s`; she has three colleagues."""
    rows = [{"name": n, "role": "agent", "password": "-"} for n in ("ann", "bob", "cleo", "dan")]
    with engine.begin() as db:
        db.execute(insert(User), rows)
    write("s")
    inbox.claim("s", "ann")
    return inbox


def told(conversations: Conversations, session: str = "s") -> list[tuple[str, str, str]]:
    return [(r.kind, r.author, r.text) for r in conversations.remarks(session)]


def test_waiting_begins_when_the_bot_hands_over(inbox: Inbox, write: Write) -> None:
    write("s", "bot")
    assert inbox.conversation("s").waiting_since is None
    before = now()
    write("s", "waiting", 2)
    since = inbox.conversation("s").waiting_since
    assert before <= since <= now()
    write("s", "waiting", 3)
    assert inbox.conversation("s").waiting_since == since


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


@pytest.mark.parametrize("act", ["claim", "reply", "note", "give_back", "close", "transfer"])
def test_there_is_nothing_to_do_in_an_unknown_conversation(act: str, inbox: Inbox) -> None:
    more = {"claim": (), "give_back": ("k",), "close": ("k",)}.get(act, ("hi", "k"))
    with pytest.raises((MessageError, ConflictError), match="there is no conversation 'nobody'"):
        getattr(inbox, act)("nobody", "ann", *more)


@pytest.mark.parametrize("act", ["reply", "give_back", "close", "transfer"])
def test_only_who_has_it_may_speak_or_let_go(
    act: str, inbox: Inbox, write: Write, conversations: Conversations
) -> None:
    write("s")
    more = ("cleo", "k") if act in ("reply", "transfer") else ("k",)
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


def test_who_withdraws_waits_no_longer(
    inbox: Inbox, cases: Cases, write: Write, conversations: Conversations
) -> None:
    write("s")
    assert conversations.withdraw("s")
    assert not conversations.withdraw("s")
    row = inbox.conversation("s")
    assert (cases.queue("ann").waiting, row.owner, row.waiting_since) == (0, "bot", None)
    assert told(conversations) == [("withdrawn", "", "")]
    write("s", number=2)
    write("s", "bot", 3, reason="withdrawn", route="social")
    assert cases.queue("ann").waiting == 0
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


def test_a_conversation_is_passed_on(
    engine: Engine, anns: Inbox, write: Write, conversations: Conversations
) -> None:
    for _ in range(2):  # the first answer got lost
        anns.transfer("s", "ann", "bob", "k1")
    assert conversations.state("s").person == "bob"
    assert told(conversations) == [("claimed", "ann", ""), ("transferred", "ann", "bob")]
    with pytest.raises(ConflictError, match="bob has this conversation"):
        anns.reply("s", "ann", "One more thing.", "k2")
    anns.reply("s", "bob", "Hello, Bob here.", "k3")
    row = next(r for r in audit_rows(engine) if r.action == "conversation_transferred")
    assert (row.user, row.subject, row.before, row.after) == (
        "ann", "s", {"owner": "person ann"}, {"owner": "person bob"},
    )  # fmt: skip


def test_a_conversation_is_passed_on_to_who_may_have_it_only(
    engine: Engine, anns: Inbox, conversations: Conversations
) -> None:
    with engine.begin() as db:
        db.execute(update(User).where(User.name == "dan").values(disabled=True))
    for name in ("dan", "nobody"):
        with pytest.raises(UserError, match=f"no colleague '{name}' who may sign in"):
            anns.transfer("s", "ann", name, "k1")
    with pytest.raises(UserError, match="name a colleague"):
        anns.transfer("s", "ann", "ann", "k1")
    assert told(conversations) == [("claimed", "ann", "")]


def test_of_many_ways_to_let_go_at_once_one_is_taken(
    engine: Engine, anns: Inbox, conversations: Conversations
) -> None:
    together = Barrier(4)

    def try_to(act: Callable[[], None]) -> str | None:
        together.wait()
        try:
            act()
        except ConflictError as error:
            return str(error)
        return None

    ways: list[Callable[[], None]] = [
        lambda: anns.transfer("s", "ann", "bob", "k1"),
        lambda: anns.transfer("s", "ann", "cleo", "k2"),
        lambda: anns.transfer("s", "ann", "dan", "k3"),
        lambda: anns.close("s", "ann", "k4"),
    ]
    with ThreadPoolExecutor(4) as pool:
        errors = list(pool.map(try_to, ways))
    assert errors.count(None) == 1
    assert len(told(conversations)) == 2
    winner = ("bob", "cleo", "dan", None)[errors.index(None)]
    assert conversations.state("s").person == winner
    said = f"{winner} has this conversation" if winner else "claim it first"
    assert all(said in error for error in errors if error)


def silent_since(engine: Engine, session: str, minutes: int) -> None:
    then = now() - timedelta(minutes=minutes)
    with engine.begin() as db:
        db.execute(update(TurnRow).where(TurnRow.session == session).values(at=then))


def test_the_conversation_of_who_left_is_closed_unless_they_write(
    engine: Engine, inbox: Inbox, write: Write, conversations: Conversations
) -> None:
    half_an_hour_ago = now() - timedelta(minutes=30)
    for session in ("mine", "bobs", "waits"):
        write(session)
        silent_since(engine, session, 40)
    inbox.claim("mine", "ann")
    inbox.claim("bobs", "bob")
    inbox.close_silent("mine", "ann", "k-mine", half_an_hour_ago)
    inbox.close_silent("mine", "ann", "k-mine", half_an_hour_ago)  # sent again
    assert told(conversations, "mine") == [("claimed", "ann", ""), ("closed", "ann", "")]
    for session in ("bobs", "waits"):
        with pytest.raises(ConflictError):
            inbox.close_silent(session, "ann", f"k-{session}", half_an_hour_ago)
        inbox.close_silent(session, "ann", f"k-{session}", half_an_hour_ago, everybodys=True)
        assert inbox.conversation(session).owner == "bot"
        assert inbox.conversation(session).closed
    assert [r.before for r in audit_rows(engine)[:2]] == [{"owner": "waiting"}, {"owner": "person bob"}]
    inbox.claim("mine", "ann")
    write("mine", "person", 2)
    with pytest.raises(ConflictError, match="has written"):
        inbox.close_silent("mine", "ann", "k-again", half_an_hour_ago)
    assert inbox.conversation("mine").owner == "person"
