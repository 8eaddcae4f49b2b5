"""The log in a real browser: search, transcript, why, and a link that a colleague opens."""

from collections.abc import Callable, Iterator
from datetime import datetime
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

Visit = Callable[..., Page]
READY = ".st[data-ready=true]"
SCRIPT = "<img src=x onerror='document.title=\"broken\"'>"


@pytest.fixture
def console(sign_in: Visit) -> Iterator[Page]:
    page = sign_in(
        "reader",
        viewport={"width": 1280, "height": 760},
        permissions=["clipboard-read", "clipboard-write"],
    )
    yield page
    page.evaluate("sessionStorage.clear()")
    page.close()


def test_from_a_word_to_the_reason_and_a_shared_link(server: str, console: Page) -> None:
    session = uuid4().hex
    for text in (f"where is my refund {SCRIPT}", "发票怎么开"):
        httpx.post(f"{server}/api/v1/messages", json={"session": session, "text": text}).raise_for_status()
    console.goto(f"{server}/staff/#/conversations")
    console.reload()  # it may have been there already
    console.wait_for_selector(READY)
    console.wait_for_selector(f".cv-list [data-session='{session}']")

    console.keyboard.press("/")
    console.keyboard.type("发票")
    console.keyboard.press("Enter")
    item = console.locator(f".cv-list [data-session='{session}']")
    expect(item.locator("mark")).to_have_text("发票")
    item.click()
    expect(console.locator(".cv-turn[aria-current]")).to_contain_text("发票怎么开")
    why = console.locator(".cv-why")
    expect(why).to_contain_text("I need an invoice")
    expect(why.locator(".cv-effects")).to_contain_text("发票")

    console.keyboard.press("[")
    expect(console.locator(".cv-turn[aria-current]")).to_contain_text(SCRIPT)  # as text, not run
    expect(why.get_by_role("heading").first).to_have_text("Turn 1")
    console.get_by_role("button", name="Copy link").click()
    link = console.evaluate("navigator.clipboard.readText()")
    assert link == f"{server}/staff/#/conversations/{session}/1"

    colleague = console.context.new_page()
    colleague.goto(link)
    colleague.wait_for_selector(READY)
    expect(colleague.locator(".cv-turn[aria-current]")).to_contain_text("where is my refund")
    expect(colleague.locator(".cv-why")).to_contain_text("Turn 1")
    assert colleague.title() == console.title() != "broken"


def test_escape_empties_the_search_and_the_list_is_whole_again(server: str, console: Page) -> None:
    httpx.post(f"{server}/api/v1/messages", json={"text": "你好"}).raise_for_status()
    console.goto(f"{server}/staff/#/conversations")
    console.reload()  # it may have been there already
    expect(console.locator(".cv-list [data-session]").first).to_be_visible()
    console.keyboard.press("/")
    console.keyboard.type("zzzzunheard")
    expect(console.locator(".cv-list [data-session]")).to_have_count(0)
    console.keyboard.press("Escape")
    expect(console.locator(".cv-list [data-session]").first).to_be_visible()
    expect(console.locator(".cv-search")).to_have_value("")


def test_a_page_that_could_not_be_loaded_comes_when_it_can(server: str, sign_in: Visit) -> None:
    page = sign_in("rea", "reviewer")
    page.route("**/console/insights.js*", lambda route: route.abort())
    page.locator("a[data-page=insights]").click()
    expect(page.locator("[data-away]")).to_contain_text("could not be loaded")
    page.unroute("**/console/insights.js*")
    page.locator("a[data-page=insights]").click()  # it has the address already
    expect(page.locator(".st-insights")).to_be_visible()


def test_filters_and_keys(server: str, console: Page) -> None:
    for text in ("I want to talk to a person", "你好"):
        httpx.post(f"{server}/api/v1/messages", json={"text": text}).raise_for_status()
    console.goto(f"{server}/staff/#/conversations")
    console.reload()  # it may have been there already
    console.wait_for_selector(READY)
    console.get_by_role("button", name="Filters").click()
    console.get_by_label("Route").select_option("handoff")
    expect(console.get_by_role("button", name="Filters · 1")).to_be_visible()
    expect(console.locator(".cv-list [data-session] .st-chip").first).to_have_text("handed over")
    console.keyboard.press("Escape")
    console.keyboard.press("j")
    expect(console.locator(".cv-list [aria-selected=true]")).to_have_count(1)
    console.get_by_role("button", name="Clear").click()
    expect(console.get_by_role("button", name="Filters", exact=True)).to_be_visible()


def chosen(page: Page, name: str) -> Locator:
    return page.locator(f"[data-filter={name}]")


def test_a_filtered_list_is_shared_by_its_address(server: str, console: Page) -> None:
    sessions = {}
    for text in ("I want to talk to a person", "给我转人工"):
        sessions[text] = uuid4().hex
        sent = {"session": sessions[text], "text": text}
        httpx.post(f"{server}/api/v1/messages", json=sent).raise_for_status()
    english, chinese = (f".cv-list [data-session='{session}']" for session in sessions.values())
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()  # the desk's, not the browser's
    insights = (
        f"from={today}/to={today}/language=zh/route=handoff/reason=asked_for_a_person"  # what a chart writes
    )

    console.goto(f"{server}/staff/#/conversations/f/{insights}")
    console.reload()  # it may have been there already
    console.wait_for_selector(READY)
    expect(console.get_by_role("button", name="Filters · 5")).to_be_visible()
    for name, value in {
        "since": today, "until": today, "language": "zh", "route": "handoff", "reason": "asked_for_a_person",
    }.items():  # fmt: skip
        expect(chosen(console, name)).to_have_value(value)
    expect(console.locator(chinese)).to_be_visible()
    expect(console.locator(english)).to_have_count(0)

    chosen(console, "language").select_option("en")
    expect(console.locator(english)).to_be_visible()
    expect(console.locator(chinese)).to_have_count(0)
    console.locator(english).click()
    expect(console.locator(".cv-turn[aria-current]")).to_contain_text("talk to a person")
    changed = insights.replace("zh", "en")
    assert console.url.endswith(f"#/conversations/{sessions['I want to talk to a person']}/1/f/{changed}")

    colleague = console.context.new_page()
    colleague.goto(console.url)
    colleague.wait_for_selector(READY)
    expect(colleague.locator(f"{english}[aria-selected=true]")).to_be_visible()
    expect(chosen(colleague, "language")).to_have_value("en")
    expect(colleague.locator(".cv-turn[aria-current]")).to_contain_text("talk to a person")
    colleague.get_by_role("button", name="Clear").click()
    expect(colleague.get_by_role("button", name="Filters", exact=True)).to_be_visible()
    assert "/f/" not in colleague.url


def test_an_address_with_what_is_not_there(server: str, console: Page) -> None:
    console.goto(f"{server}/staff/#/conversations/f/intent=gone_for_good/from=yesterday/words=50%25/nonsense")
    console.reload()
    console.wait_for_selector(READY)
    expect(console.get_by_role("button", name="Filters · 1")).to_be_visible()
    expect(chosen(console, "intent")).to_have_value("gone_for_good")
    expect(chosen(console, "since")).to_have_value("")
    expect(console.get_by_role("searchbox")).to_have_value("50%")
    expect(console.locator(".cv-list")).to_contain_text("Nothing fits")
    assert console.url.endswith("#/conversations/f/words=50%25/intent=gone_for_good")


def test_an_administrator_erases_a_conversation(server: str, sign_in: Visit) -> None:
    session = uuid4().hex
    sent = {"session": session, "text": "my sister wants her parcel at work"}
    httpx.post(f"{server}/api/v1/messages", json=sent).raise_for_status()
    page = sign_in("boss", "admin", viewport={"width": 1280, "height": 760})
    page.goto(f"{server}/staff/#/conversations/{session}/1")
    page.reload()  # it may have been there already
    page.get_by_role("button", name="Erase", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Messages with the bot's answers: 1")
    expect(dialog).to_contain_text("Backups")
    with page.expect_download() as saved:
        dialog.get_by_role("link").click()
    assert "my sister wants" in saved.value.path().read_text("utf-8")
    dialog.get_by_role("button", name="Cancel").click()
    expect(page.locator(".cv-turn")).to_contain_text("my sister wants")

    page.get_by_role("button", name="Erase", exact=True).click()
    dialog.get_by_role("button", name="Erase for good").click()
    expect(page.get_by_text("The conversation is erased.")).to_be_visible()
    expect(page.locator(f".cv-list [data-session='{session}']")).to_have_count(0)
    assert session not in page.url
    page.close()


def test_others_are_not_offered_it(server: str, console: Page) -> None:
    session = uuid4().hex
    httpx.post(f"{server}/api/v1/messages", json={"session": session, "text": "hello"}).raise_for_status()
    console.goto(f"{server}/staff/#/conversations/{session}/1")
    console.reload()
    expect(console.locator(".cv-turn")).to_contain_text("hello")
    expect(console.get_by_role("button", name="Erase", exact=True)).to_have_count(0)
