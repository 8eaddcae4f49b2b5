"""A reviewer corrects three groups with the keyboard alone, and sees what the night will learn."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from data.database import open_database
from data.errors import UserError
from data.review.examples import examples
from data.users import Users

PASSWORD = "a long enough password"
ASKED = (
    "will it rain in Oslo tomorrow", "what is the weather in Oslo tomorrow", "Oslo weather tomorrow?",
    "who won the football game last night", "which team won the football last night?",
    "football result last night",
    "can you help me with my maths homework", "help with maths homework please", "do my maths homework",
    "明天上海会下雨吗", "上海明天天气怎么样", "明天上海下不下雨",
)  # fmt: skip


@pytest.fixture
def log(home: Path, server: str) -> Iterator[Engine]:
    """Return the database of the running app, after customers have asked what it does not know."""
    for number, text in enumerate(ASKED):
        body = json.dumps({"session": f"review-{number}", "text": text}).encode()
        urlopen(Request(f"{server}/api/v1/messages", body, {"Content-Type": "application/json"})).close()
    engine = open_database(f"sqlite:///{home / 'frontdesk.sqlite3'}", home)
    with suppress(UserError):  # there already, from the test before
        Users(engine).add("rea", "reviewer", PASSWORD, by="test")
    yield engine
    engine.dispose()


@pytest.fixture
def page(server: str, browser: Browser, log: Engine) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 760})
    page = context.new_page()
    page.goto(f"{server}/staff/sign-in")
    expect(page.locator("[name=name]")).to_be_focused()  # a moment after the page has loaded
    page.keyboard.type("rea")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector(".st[data-ready=true]")
    page.goto(f"{server}/staff/#/review")
    yield page
    context.close()


def shown(page: Page, besides: str = "none") -> str:
    """Wait until a group other than `besides` is shown; return its number."""
    group = page.locator(f".st-middle[data-group]:not([data-group='{besides}']) .st-message").first
    expect(group).to_be_visible(timeout=30_000)
    return str(page.locator(".st-middle").get_attribute("data-group"))


def test_three_groups_by_keyboard(page: Page, log: Engine) -> None:
    keys = page.keyboard
    expect(page.locator(".st-list .st-item").nth(2)).to_be_visible(timeout=30_000)
    first = shown(page)
    keys.press("4")  # out of scope
    second = shown(page, first)
    keys.press("2")  # another intent, and one more
    field = page.locator("[data-field=intent]")
    expect(field).to_be_focused()
    keys.type("发票")
    keys.press("Control+Enter")
    keys.type("voucher")
    keys.press("Enter")
    third = shown(page, second)
    keys.press("x")  # one message of it is a new intent, the rest is skipped
    expect(page.locator("[data-applies='1']")).to_be_visible()
    keys.press("3")
    keys.type("Homework help")
    keys.press("Enter")
    keys.type("作业辅导")
    keys.press("Enter")
    expect(page.locator(".st-toast")).to_contain_text("New intent: Homework help · 1 message")
    if page.locator(f".st-middle[data-group='{third}'] .st-message").count():
        keys.press("s")
        shown(page, third)
    keys.press("t")
    expect(page.locator("[data-total]")).to_contain_text("messages")
    learned = list(examples(log))
    assert {e.kind for e in learned} == {"out_of_scope", "intent", "new_intent"}
    assert {e.labels for e in learned if e.kind == "intent"} == {("get_invoice", "promo_code")}
    assert [e.title for e in learned if e.kind == "new_intent"] == [{"en": "Homework help", "zh": "作业辅导"}]
    assert page.locator("[data-total]").get_attribute("data-total") == str(len(learned))
    assert {e.author for e in learned} == {"rea"}
    keys.press("t")
    shown(page)
    keys.press("u")
    expect(page.locator(".st-toast")).to_contain_text(re.compile("Taken back"))


def test_after_undo_the_next_group_is_the_first_of_the_list(page: Page, log: Engine) -> None:
    keys = page.keyboard
    expect(page.locator(".st-list .st-item").nth(2)).to_be_visible(timeout=30_000)
    first = shown(page)
    keys.press("s")
    second = shown(page, first)
    keys.press("u")
    expect(page.locator(f".st-middle[data-group='{first}'] .st-message").first).to_be_visible()
    keys.press("2")
    keys.type("voucher")
    keys.press("Enter")
    assert shown(page, first) == second
    expect(page.locator(".st-list .st-item[data-group]").first).to_have_attribute("data-group", second)
    expect(page.locator(".st-toast")).to_contain_text(
        re.compile(r"Another intent: .*[Vv]oucher.* · \d message")
    )


def test_words_that_were_decided_about_say_so(page: Page, log: Engine, server: str) -> None:
    said = "please sing me the shop's anthem"
    for session in ("anthem-1", "anthem-2"):
        body = json.dumps({"session": session, "text": said}).encode()
        urlopen(Request(f"{server}/api/v1/messages", body, {"Content-Type": "application/json"})).close()
        item = page.locator(".st-list .st-item", has_text=said)
        expect(item).to_be_visible(timeout=30_000)
        group = item.get_attribute("data-group")
        item.click()
        chosen = page.locator(f".st-middle[data-group='{group}'] .st-message", has_text=said)
        expect(chosen.first).to_be_visible()
        if session == "anthem-1":
            page.keyboard.press("4")
            expect(item).to_have_count(0)
    expect(page.locator("[data-decided]").first).to_contain_text("decided already: Out of scope (rea")
