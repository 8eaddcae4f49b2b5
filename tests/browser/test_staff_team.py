"""An administrator adds somebody and sees it in the log; everybody changes their own password."""

from collections.abc import Callable
from uuid import uuid4

import httpx
from playwright.sync_api import Page, Route, expect

from tests.app_process import PASSWORD

Visit = Callable[..., Page]


def test_somebody_is_added_and_the_log_says_so(server: str, sign_in: Visit) -> None:
    page, name = sign_in("boss", "admin"), f"new-{uuid4().hex[:6]}"
    page.goto(f"{page.url.split('#')[0]}#/team")
    expect(page.locator("[data-user=boss]")).to_contain_text("signed in")
    page.keyboard.press("n")
    page.fill("dialog [data-field=name]", name)
    page.fill("dialog [data-field=password]", PASSWORD)
    page.locator("dialog [type=submit]").click()
    added = page.locator(f"[data-user={name}]")
    expect(added.locator("select")).to_have_value("agent")
    added.locator("select").select_option("reviewer")
    expect(page.locator(".te-log tbody tr").first).to_contain_text("role: agent → reviewer")
    added.get_by_text("Disable").click()
    page.locator("dialog [type=submit]").click()
    expect(added).to_contain_text("disabled")
    httpx.post(f"{server}/api/v1/messages", json={"text": "转人工", "session": name}).raise_for_status()
    page.evaluate(
        """session => import('/staff/console/console.js').then(
            (console) => console.api('POST', `inbox/${session}/claim`, {}))""",
        name,
    )
    page.locator("a[data-page=team]").click()  # the page that is open already is loaded anew
    latest = page.locator(".te-log tbody tr").first
    expect(latest).to_contain_text("took a conversation")
    expect(latest).to_contain_text("with: the queue → boss")
    expect(latest.locator(f"a[href='#/conversations/{name}']")).to_have_text(f"#{name[-6:]}")
    page.close()


def test_ones_own_password_is_changed_and_work_goes_on(sign_in: Visit) -> None:
    page = sign_in("own-password")
    page.locator(".st-me").click()
    page.fill("dialog [name=old]", "not the right one")
    page.fill("dialog [name=password]", f"{PASSWORD} 2")
    page.locator("dialog [type=submit]").click()
    expect(page.locator("dialog [role=alert]")).to_contain_text("typed wrong")
    page.fill("dialog [name=old]", PASSWORD)
    page.locator("dialog [type=submit]").click()
    expect(page.locator(".st-toast")).to_contain_text("has changed")
    page.goto(f"{page.url.split('#')[0]}#/conversations")  # still signed in
    expect(page.locator(".st-conversations")).to_be_visible()
    page.close()


def test_a_page_left_before_it_came_leaves_the_keys_alone(server: str, sign_in: Visit) -> None:
    page, held = sign_in("boss", "admin").context.new_page(), list[Route]()
    page.route("**/staff/console/inbox.js", lambda route: held.append(route))
    page.goto(f"{server}/staff/#/inbox")
    page.wait_for_selector(".st[data-ready=true]")
    page.goto(f"{server}/staff/#/team")
    expect(page.locator("[data-user=boss]")).to_be_visible()
    held[0].continue_()
    page.evaluate("import('/staff/console/inbox.js').then(() => true)")
    page.keyboard.press("n")
    expect(page.locator("dialog [data-field=name]")).to_be_visible()
    page.close()
