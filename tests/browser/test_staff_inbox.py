"""A customer asks for a person, and a person takes over: both pages in real browsers, on the real app."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import update

from data.database import open_database
from data.log.conversations import Conversations
from data.tables import TurnRow, now

Visit = Callable[..., Page]
SOON = 6000  # ms: two looks at the server


@pytest.fixture
def conversations(home: Path) -> Iterator[Conversations]:
    engine = open_database(f"sqlite:///{home / 'frontdesk.sqlite3'}", home)
    yield Conversations(engine, "shop")
    engine.dispose()


def say(page: Page, text: str) -> None:
    number = page.locator(".fd-turn[data-number]").count()
    page.get_by_role("textbox").fill(text)
    page.get_by_role("textbox").press("Enter")
    expect(page.locator(".fd-turn[data-number]")).to_have_count(number + 1)


def session_of(page: Page) -> str:
    return str(json.loads(page.evaluate("localStorage.frontdesk"))["session"])


def choose(agent: Page, session: str) -> None:
    agent.locator(f"[data-session='{session}']").click()
    expect(agent.locator(".in-middle .st-head")).to_contain_text(session[-6:])


def composer(agent: Page) -> str:
    return str(agent.locator(".in-compose textarea").input_value())


def test_a_person_takes_over_and_gives_back(page: Page, sign_in: Visit, conversations: Conversations) -> None:
    say(page, "where is my order HB-2048817")
    say(page, "I want to talk to a person")
    expect(page.locator(".fd-status")).to_contain_text("Waiting for a colleague")
    session = session_of(page)

    agent = sign_in("ann")
    expect(agent.locator("[data-badge=inbox]")).to_be_visible()
    choose(agent, session)
    expect(agent.locator(".in-summary")).to_contain_text("HB-2048817 · on its way")
    agent.keyboard.press("c")
    expect(agent.locator(".in-compose textarea")).not_to_be_focused()  # the keys go on working
    expect(page.locator(".fd-status [data-w=who]")).to_have_text("Ann, colleague", timeout=SOON)
    expect(page.locator(".fd-event")).to_have_text("Ann has joined the conversation.")

    agent.keyboard.press("r")
    agent.keyboard.type("Hello, Ann here.")
    agent.keyboard.press("Shift+Enter")
    agent.keyboard.type("One moment.")
    agent.keyboard.press("Enter")
    expect(page.locator(".fd-said .fd-words")).to_have_text("Hello, Ann here.\nOne moment.", timeout=SOON)
    say(page, "when does it come?")
    expect(page.locator(".fd-turn").last.locator(".fd-bot")).to_have_count(0)
    expect(agent.locator(".st-said.customer").last).to_contain_text("when does it come?", timeout=SOON)

    agent.keyboard.press("Escape")
    agent.keyboard.press("1")
    assert "HB-2048817" in composer(agent)
    agent.keyboard.press("Enter")
    expect(page.locator(".fd-said")).to_have_count(2, timeout=SOON)
    note = agent.locator(".in-side textarea")
    note.fill("a present, be generous")
    note.press("Enter")
    expect(agent.locator(".st-said.note")).to_contain_text("be generous")

    agent.keyboard.press("Escape")
    agent.keyboard.press("b")
    expect(page.locator(".fd-event").last).to_contain_text("handed you back", timeout=SOON)
    say(page, "how long is delivery")
    expect(page.locator(".fd-turn").last.locator(".fd-reply")).to_contain_text("working days")

    agent.locator(".st-toast button").last.click()  # undo: it is Ann's again
    expect(agent.locator(".in-compose textarea")).to_be_visible()
    page.evaluate(
        "document.dispatchEvent(new Event('visibilitychange'))"
    )  # back at this tab: it looks at once
    expect(page.locator(".fd-status")).to_contain_text("Ann, colleague")
    agent.keyboard.press("Escape")
    agent.keyboard.press("e")
    expect(page.get_by_role("group", name="How was our service?")).to_be_visible(timeout=SOON)

    page.reload()
    page.wait_for_selector(".fd[data-ready=true]")
    assert "generous" not in page.content()
    told = page.locator(".fd-log > *").evaluate_all("all => all.map((e) => e.className.split(' ')[0])")
    assert told == [
        "fd-turn", "fd-turn", "fd-event", "fd-said", "fd-turn", "fd-said", "fd-event", "fd-turn", "fd-event",
        "fd-event", "fd-score",
    ]  # fmt: skip
    page.get_by_role("button", name="Great").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Thank you for telling us.")).to_be_visible()
    assert conversations.state(session).csat == 5


def test_what_was_typed_outlives_a_reload_and_an_absent_server(
    page: Page, sign_in: Visit, conversations: Conversations
) -> None:
    say(page, "转人工")
    session = session_of(page)
    agent = sign_in("bob")
    choose(agent, session)
    agent.keyboard.press("c")
    expect(agent.locator(".in-compose textarea")).to_be_visible()
    agent.keyboard.press("r")
    expect(agent.locator(".in-compose textarea")).to_be_focused()
    agent.keyboard.type("您好，我是客服")
    agent.reload()
    agent.wait_for_selector(".st[data-ready=true]")
    expect(agent.locator(".in-compose textarea")).to_have_value("您好，我是客服")

    replies = re.compile(r"/reply$")
    agent.route(replies, lambda route: route.abort())
    agent.locator(".in-compose textarea").press("Enter")
    expect(agent.locator(".in-unsent")).to_contain_text("Not sent yet")
    agent.unroute(replies)
    done: list[int] = []

    def lose_the_answer(route: Route) -> None:
        done.append(route.fetch().status)
        route.abort()

    agent.route(replies, lose_the_answer, times=2)
    agent.reload()
    agent.wait_for_selector(".st[data-ready=true]")
    expect(agent.locator(".in-unsent")).to_have_count(0, timeout=SOON)
    expect(agent.locator(".st-said.person")).to_have_text(re.compile("您好，我是客服"))
    assert [r.text for r in conversations.remarks(session) if r.kind == "reply"] == ["您好，我是客服"]
    expect(page.locator(".fd-words")).to_have_text("您好，我是客服", timeout=SOON)
    agent.wait_for_function("sessionStorage.getItem('frontdesk-outbox:bob') === '[]'")
    assert done == [200, 200]
    assert len(conversations.remarks(session)) == 2  # claimed, and said once


def test_a_colleagues_conversation_cannot_be_claimed(page: Page, sign_in: Visit) -> None:
    say(page, "I want to talk to a person")
    session = session_of(page)
    ann, bob = sign_in("ann"), sign_in("bob")
    for agent in (ann, bob):
        choose(agent, session)
    ann.keyboard.press("c")
    expect(ann.locator(".in-compose textarea")).to_be_visible()
    ann.keyboard.press("r")
    expect(ann.locator(".in-compose textarea")).to_be_focused()
    bob.keyboard.press("c")
    expect(
        bob.locator(".st-toast, .in-bar").filter(has_text="ann has this conversation").first
    ).to_be_visible()
    expect(bob.locator(".in-bar")).to_contain_text("ann has this conversation")
    expect(bob.locator(".in-compose textarea")).to_be_hidden()


def test_a_conversation_is_handed_over_and_a_danger_comes_first(page: Page, sign_in: Visit) -> None:
    say(page, "I want to talk to a person")
    session = session_of(page)
    ann, bob = sign_in("ann"), sign_in("bob")
    choose(ann, session)
    ann.keyboard.press("c")
    expect(ann.locator(".in-compose textarea")).to_be_visible()
    ann.keyboard.press("t")
    dialog = ann.locator("dialog")
    dialog.locator("[data-field=to]").select_option("bob")
    dialog.locator("[data-field=note]").fill("wants the blue one")
    dialog.locator("button[type=submit]").click()
    expect(ann.locator(".st-toast")).to_contain_text(f"bob has the conversation with #{session[-6:]} now")
    expect(page.locator(".fd-status [data-w=who]")).to_have_text("Bob, colleague", timeout=SOON)
    expect(page.locator(".fd-event").last).to_contain_text("Ann has handed you over to Bob")

    line = bob.locator(f"[data-session='{session}']")
    expect(line.locator(".in-given")).to_have_text("from ann", timeout=SOON)
    expect(bob.locator("[data-badge=inbox]")).to_be_visible()
    choose(bob, session)
    expect(bob.locator(".st-said.note")).to_contain_text("wants the blue one")
    say(page, "my daughter cut her hand on the vase")
    expect(line.locator(".in-alarm")).to_have_text("Someone may be hurt", timeout=SOON)
    expect(bob.locator(".in-middle .in-alarm")).to_be_visible()
    expect(bob.locator(".in-list .in-item").first).to_have_attribute("data-session", session)
    expect(bob.locator(".in-first")).to_contain_text("whether everyone is safe")
    bob.keyboard.press("r")
    bob.keyboard.type("Is she all right?")
    bob.keyboard.press("Enter")
    expect(page.locator(".fd-said .fd-words").last).to_have_text("Is she all right?", timeout=SOON)
    expect(line.locator(".in-given")).to_have_count(0, timeout=SOON)


def talk_long(page: Page) -> str:
    """Fill a conversation beyond one screen, ask for a person, and return its session."""
    for question in ("how long is delivery", "how do I return something", "which payment methods are there"):
        say(page, question)
    say(page, "I want to talk to a person")
    return session_of(page)


def is_in_view(agent: Page, text: str) -> None:
    expect(agent.locator(".in-talk .st-said", has_text=text).last).to_be_in_viewport(timeout=SOON)


def test_a_long_conversation_stays_at_its_end(page: Page, sign_in: Visit) -> None:
    session = talk_long(page)
    ann = sign_in("ann", viewport={"width": 1000, "height": 560})
    choose(ann, session)
    is_in_view(ann, "I want to talk to a person")
    ann.keyboard.press("c")
    expect(ann.locator(".in-compose textarea")).to_be_visible()
    say(page, "hello, is anybody there?")
    is_in_view(ann, "hello, is anybody there?")
    ann.keyboard.press("r")
    ann.keyboard.type("One\n")
    for _ in range(4):  # the field grows
        ann.keyboard.press("Shift+Enter")
    is_in_view(ann, "hello, is anybody there?")

    ann.locator(".in-talk").evaluate("talk => { talk.scrollTop = 0; }")
    say(page, "it is about my tent")
    newer = ann.locator(".in-newer")
    expect(newer).to_be_visible(timeout=SOON)
    assert ann.locator(".in-talk").evaluate("talk => talk.scrollTop") == 0
    newer.click()
    is_in_view(ann, "it is about my tent")
    expect(newer).to_be_hidden()


def test_giving_back_stays_and_answers_what_was_asked_last(page: Page, sign_in: Visit) -> None:
    say(page, "I want to talk to a person")
    session = session_of(page)
    ann = sign_in("ann")
    choose(ann, session)
    ann.keyboard.press("c")
    expect(ann.locator(".in-compose textarea")).to_be_visible()
    say(page, "how long is delivery")
    expect(ann.locator(".st-said.customer").last).to_contain_text("how long", timeout=SOON)
    ann.keyboard.press("b")
    expect(ann.locator(".st-toast").last).to_contain_text(f"#{session[-6:]} is with the bot again")
    expect(ann.locator(".in-middle .st-head")).to_contain_text(session[-6:])
    expect(ann.locator(".st-said.bot").last).to_contain_text("working days", timeout=SOON)
    expect(page.locator(".fd-log .fd-reply").last).to_contain_text("working days", timeout=SOON)
    ann.keyboard.press("e")  # it is no longer hers: nothing is closed, nobody else is chosen
    expect(ann.locator(".in-middle .st-head")).to_contain_text(session[-6:])


def test_an_agent_is_told_what_became_of_an_address(page: Page, sign_in: Visit) -> None:
    say(page, "I want to talk to a person")
    say(page, "my mail is jo.lark@example.org")
    say(page, "or call 07700 900123")
    ann = sign_in("ann")
    choose(ann, session_of(page))
    told = ann.locator(".in-talk .st-event").filter(has_text="Personal details are hidden on arrival")
    expect(told).to_have_count(1)
    expect(told.locator("xpath=preceding-sibling::*[1]")).to_contain_text("my mail is [email]")


def test_who_writes_while_an_admin_takes_over_keeps_the_words(page: Page, sign_in: Visit) -> None:
    say(page, "I want to talk to a person")
    session = session_of(page)
    ann, ada = sign_in("ann"), sign_in("ada", "admin")
    choose(ann, session)
    ann.keyboard.press("c")
    expect(ann.locator(".in-compose textarea")).to_be_visible()
    ann.keyboard.press("r")
    ann.keyboard.type("I have looked at it and")
    line = ada.locator(f"[data-session='{session}']")
    expect(line).to_contain_text("ann", timeout=SOON)  # among her colleagues' conversations
    choose(ada, session)
    ada.get_by_role("button", name="Take over").click()
    expect(ada.locator(".in-compose textarea")).to_be_visible()
    expect(ann.locator(".st-toast").last).to_contain_text(
        "ada has taken this conversation over", timeout=SOON
    )
    expect(ann.locator(".in-compose textarea")).to_be_visible()
    ann.keyboard.type("c")  # goes nowhere: neither into the words nor to the keys
    assert composer(ann) == "I have looked at it and"
    expect(ann.locator(".in-compose").first).to_contain_text("Not sent")
    expect(ann.locator(".in-bar")).to_contain_text("ada has this conversation")


def test_those_who_left_are_closed_together(page: Page, sign_in: Visit, conversations: Conversations) -> None:
    say(page, "I want to talk to a person")
    session = session_of(page)
    with conversations.engine.begin() as db:
        left = update(TurnRow).where(TurnRow.session == session)
        db.execute(left.values(at=now() - timedelta(minutes=45)))
    ada = sign_in("ada", "admin")
    line = ada.locator(f"[data-session='{session}']")
    expect(line.locator(".in-left")).to_contain_text("no message for 45 min")
    ada.locator("[data-close-left]").last.click()
    dialog = ada.locator("dialog")
    expect(dialog).to_contain_text(session[-6:])
    dialog.locator("button[type=submit]").click()
    expect(line).to_have_count(0, timeout=SOON)
    assert conversations.state(session).closed is not None


def test_a_customer_stops_waiting(page: Page, conversations: Conversations) -> None:
    say(page, "I want to talk to a person")
    page.get_by_role("button", name="Don't wait any longer").click()
    expect(page.locator(".fd-event")).to_contain_text("no longer waiting", timeout=SOON)
    expect(page.locator(".fd-status")).to_contain_text("Assistant")
    assert conversations.state(session_of(page)).owner == "bot"


def test_who_starts_anew_leaves_the_queue(page: Page, conversations: Conversations) -> None:
    say(page, "I want to talk to a person")
    session = session_of(page)
    page.locator("[data-new]").click()
    expect(page.locator(".fd-welcome")).to_be_visible()
    assert conversations.state(session).owner == "bot"
