"""The console's frame: every page's name in sight, and what it says does not pile up."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

Visit = Callable[..., Page]
BADGE = """() => {
  const badge = document.querySelector("[data-badge=inbox]");
  badge.textContent = "99+";
  badge.hidden = false;
}"""
SAY_FIVE = """async () => {
  const { toast } = await import("/staff/console/console.js");
  for (const n of [1, 2, 3, 4, 5]) toast(`said ${n}`);
}"""


@pytest.mark.parametrize("locale", ["en-GB", "zh-CN"])
def test_every_page_has_its_whole_name_at_1280_beside_a_badge(sign_in: Visit, locale: str) -> None:
    page = sign_in("boss-of-the-frame", "admin", viewport={"width": 1280, "height": 760}, locale=locale)
    page.evaluate(BADGE)
    nav = page.locator(".st-nav")
    assert nav.evaluate("e => e.scrollWidth - e.clientWidth") == 0
    assert page.locator(".st-top").evaluate("e => e.scrollWidth - e.clientWidth") == 0
    expect(page.locator("[data-page=team]")).to_be_in_viewport(ratio=1)
    page.close()


def test_of_what_is_said_the_newest_two_stay(sign_in: Visit) -> None:
    page = sign_in("boss-of-the-frame", "admin")
    page.evaluate(SAY_FIVE)
    expect(page.locator(".st-toast")).to_have_text(["said 4", "said 5"])
    page.close()
