"""A reviewer edits an answer and publishes it; the customer's chat says the new words."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from data.database import open_database
from data.settings import Settings
from data.users import Users
from tests.app_process import PASSWORD, app_running, home_of_its_own

WORDS = "You are most welcome. Enjoy your day."


@pytest.fixture
def own_server(home: Path, tmp_path: Path) -> Iterator[str]:
    """The address of the app on a home of its own, with a reviewer in it: this test publishes."""
    own = home_of_its_own(home, tmp_path)
    engine = open_database(Settings(home=own).url, own)
    Users(engine).add("rea", "reviewer", PASSWORD, by="test")
    engine.dispose()
    with app_running(own, own / "app.log") as running:
        yield running.address


def thanked(page: Page, server: str) -> str:
    """Return what a customer who begins a conversation with thanks is told."""
    page.goto(server)
    page.wait_for_selector(".fd[data-ready=true]")  # it keeps its conversation as it gets ready
    page.evaluate("localStorage.clear()")
    page.goto(server)
    page.wait_for_selector(".fd[data-ready=true]")
    page.get_by_role("textbox").fill("thank you so much")
    page.get_by_role("textbox").press("Enter")
    turn = page.locator(".fd-turn").first
    expect(turn.locator(".fd-reply")).to_be_visible()
    return turn.locator(".fd-reply").inner_text()


def test_an_edit_is_previewed_published_and_said_to_the_next_customer(
    own_server: str, browser: Browser
) -> None:
    context = browser.new_context(locale="en-GB", reduced_motion="reduce")
    chat, staff = context.new_page(), context.new_page()
    assert thanked(chat, own_server) != WORDS

    staff.goto(f"{own_server}/staff/sign-in")
    staff.get_by_label("Name").fill("rea")
    staff.get_by_label("Password").fill(PASSWORD)
    staff.get_by_role("button").click()
    staff.wait_for_selector(".st[data-ready=true]")
    staff.goto(f"{own_server}/staff/#/answers")
    staff.wait_for_selector(".an-side textarea")
    staff.keyboard.press("/")
    staff.keyboard.type("thanks.general")
    line = staff.locator("[data-at='template/thanks.general']")
    expect(line.locator("b")).to_have_text("In all other cases")
    expect(line.locator(".an-id")).to_have_text("general")
    line.click()
    english = staff.get_by_role("textbox", name="English")
    expect(staff.locator(".an-title h2")).to_have_text("Thank you · In all other cases")
    expect(staff.locator(".an-title p")).to_have_text("thanks.general")

    english.fill("You are most welcome within {fact.nope}.")
    expect(staff.get_by_text("There is no fact nope.")).to_be_visible()
    staff.get_by_role("button", name="Save").click()
    expect(staff.get_by_text("Not saved, see below the text.")).to_be_visible()

    english.fill(WORDS)
    expect(staff.locator(".an-shown[lang=en]")).to_have_text(WORDS)
    staff.keyboard.press("Escape")
    staff.keyboard.press("s")
    expect(staff.locator(".an-version").first).to_contain_text("Version 1")
    assert thanked(chat, own_server) != WORDS  # a draft is nothing customers see

    staff.keyboard.press("t")
    staff.get_by_role("textbox", name="Try a question").fill("thank you so much")
    staff.keyboard.press("Enter")
    expect(staff.locator("[data-reply]").nth(1)).to_have_text(WORDS)
    assert staff.locator("[data-reply]").nth(0).inner_text() != WORDS

    staff.keyboard.press("Escape")
    staff.keyboard.press("p")
    staff.get_by_role("button", name="Publish (1)", exact=True).click()
    expect(staff.get_by_text("is live.")).to_be_visible(timeout=20_000)
    assert thanked(chat, own_server) == WORDS
    context.close()
