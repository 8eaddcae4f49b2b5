"""A verdict from the log in a real browser: by keys, by touch at a phone's width, shown to a colleague."""

from collections.abc import Callable
from uuid import uuid4

import httpx
from playwright.sync_api import Page, expect

Visit = Callable[..., Page]


def say(server: str, *texts: str) -> str:
    session = uuid4().hex
    for text in texts:
        httpx.post(f"{server}/api/v1/messages", json={"session": session, "text": text}).raise_for_status()
    return session


def reading(page: Page, server: str, session: str, number: int) -> Page:
    page.goto(f"{server}/staff/#/conversations/{session}/{number}")
    page.reload()  # it may have been there already
    page.wait_for_selector(f".cv-turn[data-turn='{number}'][aria-current]")
    return page


def test_a_sure_answer_is_corrected_by_keys_and_taken_back(server: str, sign_in: Visit) -> None:
    session = say(server, "where is my parcel", "I want to talk to a person")
    page = reading(sign_in("rea", "reviewer"), server, session, 1)
    page.keyboard.press("2")
    page.keyboard.type("invoice")
    expect(page.locator(".cv-correct .st-option").first).to_contain_text("invoice")
    page.keyboard.press("Enter")
    verdict = page.locator(".cv-verdict [data-verdict]")
    expect(verdict).to_have_text("Another intent: I need an invoice")
    expect(page.locator(".cv-verdict").first).to_contain_text("rea")

    colleague = reading(sign_in("bea", "reviewer"), server, session, 1)
    expect(colleague.locator(".cv-verdict").first).to_contain_text("rea")
    colleague.keyboard.press("4")
    expect(colleague.locator("[data-verdict=out_of_scope]")).to_be_visible()
    page.keyboard.press("1")  # what rea sees is old by now
    expect(page.locator(".st-toast").last).to_contain_text("meanwhile")
    expect(page.locator("[data-verdict=out_of_scope]")).to_be_visible()
    colleague.keyboard.press("u")
    expect(colleague.locator("[data-verdict=intent]")).to_be_visible()


def test_a_message_that_was_handed_over_is_corrected_on_a_phone(server: str, sign_in: Visit) -> None:
    session = say(server, "给我转人工")
    options = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "locale": "zh-CN"}
    page = reading(sign_in("rea", "reviewer", **options), server, session, 1)
    page.get_by_role("button", name="纠正：给我转人工").tap()
    page.get_by_role("button", name="与业务无关").tap()
    expect(page.locator("[data-verdict=out_of_scope]")).to_have_text("与业务无关")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_agents_see_verdicts_and_give_none(server: str, sign_in: Visit) -> None:
    session = say(server, "hello there")
    reading(sign_in("rea", "reviewer"), server, session, 1).keyboard.press("1")
    page = sign_in("reader")
    page.wait_for_timeout(500)
    reading(page, server, session, 1)
    expect(page.locator("[data-verdict=right]")).to_be_visible()
    expect(page.locator(".cv-correct")).to_have_count(0)
