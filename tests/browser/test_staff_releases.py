"""An administrator tries a release out in the shadow, sees what it says otherwise, and ends that."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from data.release.releases import Releases
from tests.second_release import GREETS, add_second_release

Visit = Callable[..., Page]


@pytest.fixture
def candidate(home: Path) -> Iterator[str]:
    """The id of a second release, which is gone afterwards."""
    made = add_second_release(home)
    yield made
    releases = Releases(home, "shop")
    releases.end_trial()
    shutil.rmtree(releases.get(made).folder)


def test_before_anything_is_compared_nothing_is_said_of_questions(sign_in: Visit, candidate: str) -> None:
    page = sign_in("boss", "admin")
    page.goto(f"{page.url.split('#')[0]}#/releases/{candidate}")
    right = page.locator(".st-releases .st-column").last
    expect(right).to_contain_text("Answer texts that differ (3)")
    expect(right).to_contain_text("Whether questions get another answer, Compare answers finds out.")
    expect(right).not_to_contain_text("The answers are the same")
    page.close()


def test_a_release_is_tried_in_the_shadow(sign_in: Visit, server: str, candidate: str) -> None:
    page = sign_in("boss", "admin")
    page.goto(f"{page.url.split('#')[0]}#/releases/{candidate}")
    expect(page.locator("[data-try]")).to_be_visible()
    page.keyboard.press("t")
    page.locator("dialog [type=submit]").click()
    expect(page.locator(f".st-item:has-text('{candidate}')")).to_contain_text("on trial")
    httpx.post(f"{server}/api/v1/messages", json={"text": "hello"}, timeout=30).raise_for_status()
    found = page.locator(".re-disagree details").first
    expect(found).to_contain_text("1 × small talk · Hello → other words", timeout=20_000)
    expect(found).to_contain_text(GREETS)
    page.locator("[data-end-trial]").click()
    expect(page.locator("[data-try]")).to_be_visible()
    expect(page.locator(".re-trial")).to_contain_text("ended")
    page.close()
