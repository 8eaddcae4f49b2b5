"""A reviewer edits an answer and publishes it; the customer's chat says the new words."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit

WORDS = "You are most welcome. Enjoy your day."


@pytest.fixture
def staff(sign_in: Visit) -> Page:
    return sign_in("rea", "reviewer")


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
    server: str, staff: Page, visit: Visit
) -> None:
    chat = visit(reduced_motion="reduce")
    assert thanked(chat, server) != WORDS

    staff.goto(f"{server}/staff/#/answers")
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
    assert thanked(chat, server) != WORDS  # a draft is nothing customers see

    staff.keyboard.press("t")
    staff.get_by_role("textbox", name="Try a question").fill("thank you so much")
    staff.keyboard.press("Enter")
    expect(staff.locator("[data-reply]").nth(1)).to_have_text(WORDS)
    assert staff.locator("[data-reply]").nth(0).inner_text() != WORDS

    staff.keyboard.press("Escape")
    staff.keyboard.press("p")
    staff.get_by_role("button", name="Publish (1)", exact=True).click()
    expect(staff.get_by_text("is live.")).to_be_visible(timeout=20_000)
    assert thanked(chat, server) == WORDS
