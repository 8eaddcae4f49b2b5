"""The chat page as customers use it: the real app, the real bot, a real browser."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from data.database import open_database
from data.desk import Desk
from data.log.conversations import Conversations

Visit = Callable[..., Page]
HAN = re.compile(r"[\u4e00-\u9fff]")


def ask(page: Page, text: str) -> Locator:
    """Send a message and return its turn once the answer has appeared in full."""
    number = page.locator(".fd-turn").count()
    page.get_by_role("textbox").fill(text)
    page.get_by_role("textbox").press("Enter")
    return answered(page, number)


def answered(page: Page, number: int) -> Locator:
    turn = page.locator(".fd-turn").nth(number)
    expect(turn.locator(".fd-reply")).to_be_visible()
    expect(turn).not_to_have_class(re.compile("fd-revealing"))
    return turn


def session_of(page: Page) -> str:
    return str(json.loads(page.evaluate("localStorage.frontdesk"))["session"])


@pytest.fixture
def conversations(home: Path, desk: Desk) -> Iterator[Conversations]:
    """Return what the app has written."""
    engine = open_database(f"sqlite:///{home / 'frontdesk.sqlite3'}", home)
    yield Conversations(engine, desk.id)
    engine.dispose()


def test_first_screen_greets_and_offers_four_questions(page: Page, desk: Desk) -> None:
    assert page.title() == desk.name["en"]
    expect(page.get_by_role("heading", name="Good ")).to_be_visible()
    offered = page.locator(".fd-starters button").all_inner_texts()
    wanted = ("track_order", "return_item", "delivery_time", "get_invoice")
    assert offered == [desk.intents[i].title["en"] for i in wanted]


def test_english_is_answered_in_english(page: Page) -> None:
    turn = ask(page, "How long is delivery")
    assert turn.locator(".fd-me p").inner_text() == "How long is delivery"
    assert turn.locator(".fd-bot").get_attribute("lang") == "en"
    assert not HAN.search(turn.locator(".fd-reply").inner_text())


def test_chinese_is_answered_in_chinese_on_an_english_page(page: Page) -> None:
    turn = ask(page, "一般多久送到")
    assert turn.locator(".fd-bot").get_attribute("lang") == "zh-Hans"
    assert HAN.search(turn.locator(".fd-reply").inner_text())


def test_message_and_typing_sign_appear_at_once(page: Page) -> None:
    waited = page.evaluate("""async () => {
        const field = document.querySelector(".fd-write textarea");
        field.value = "How can I pay";
        const began = performance.now();
        document.querySelector(".fd-write").requestSubmit();
        while (!document.querySelector(".fd-me") || !document.querySelector(".fd-typing")) {
            await new Promise((done) => setTimeout(done, 1));
        }
        return performance.now() - began;
    }""")
    assert waited < 100


def test_answer_appears_in_chunks_and_soon(visit: Visit) -> None:
    page = visit()
    page.get_by_role("textbox").fill("一般多久送到")
    lengths, took = page.evaluate("""async () => {
        const lengths = new Set();
        document.querySelector(".fd-write").requestSubmit();
        while (!document.querySelector(".fd-reply")) await new Promise(requestAnimationFrame);
        const began = performance.now();
        do {
            lengths.add(document.querySelector(".fd-reply").textContent.length);
            await new Promise(requestAnimationFrame);
        } while (document.querySelector(".fd-revealing"));
        return [lengths.size, performance.now() - began];
    }""")
    assert lengths > 3
    assert took < 1200


def test_shift_enter_breaks_the_line_and_nothing_is_not_sent(page: Page) -> None:
    field = page.get_by_role("textbox")
    field.press("Enter")
    field.press_sequentially("one")
    field.press("Shift+Enter")
    field.press_sequentially("two")
    assert field.input_value() == "one\ntwo"
    assert page.locator(".fd-turn").count() == 0


def test_quick_reply_is_sent_and_then_gone(page: Page) -> None:
    first = ask(page, "How long is delivery")
    label = first.locator(".fd-quick button").first.inner_text()
    first.locator(".fd-quick button").first.click()
    second = answered(page, 1)
    assert second.locator(".fd-me p").inner_text() == label
    assert first.locator(".fd-quick").count() == 0


def test_source_opens_in_place_and_quotes_the_article(page: Page, conversations: Conversations) -> None:
    turn = ask(page, "How long is delivery")
    quote = turn.locator("blockquote p").first
    expect(quote).to_be_hidden()
    turn.locator(".fd-source summary").click()
    expect(quote).to_be_visible()
    row = conversations.turns(session_of(page))[0]
    assert quote.inner_text() in [p["text"] for p in row.details["passages"] if p["kind"] == "article"]


def test_thumb_down_with_a_reason_is_kept(page: Page, conversations: Conversations) -> None:
    turn = ask(page, "How can I pay")
    turn.get_by_role("button", name="Not helpful").click()
    turn.get_by_role("button", name="Something else").click()
    turn.get_by_role("textbox").fill("write to ann@example.com")
    turn.get_by_role("textbox").press("Enter")
    expect(turn.locator(".fd-thanks")).to_be_visible()
    (rating,) = conversations.ratings(session_of(page))
    assert (rating.number, rating.helpful, rating.reason) == (1, False, "other: write to [email]")
    turn.get_by_role("button", name="Helpful", exact=True).click()
    expect(turn.get_by_role("button", name="Helpful", exact=True)).to_have_attribute("aria-pressed", "true")
    (rating,) = conversations.ratings(session_of(page))
    assert (rating.helpful, rating.reason) == (True, None)


def test_reload_keeps_the_conversation(page: Page) -> None:
    turn = ask(page, "How can I pay")
    turn.get_by_role("button", name="Helpful", exact=True).click()
    expect(turn.locator(".fd-thanks")).to_be_visible()
    reply = turn.locator(".fd-reply").inner_text()
    page.reload()
    turn = answered(page, 0)
    assert turn.locator(".fd-reply").inner_text() == reply
    expect(turn.get_by_role("button", name="Helpful", exact=True)).to_have_attribute("aria-pressed", "true")


def test_new_conversation_starts_empty_and_can_be_undone(page: Page) -> None:
    ask(page, "How can I pay")
    before = session_of(page)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".fd-welcome")).to_be_visible()
    assert session_of(page) != before
    page.locator(".fd-note button").click()
    expect(page.locator(".fd-turn")).to_have_count(1)
    assert session_of(page) == before


def test_page_speaks_the_browsers_language_until_told_otherwise(visit: Visit) -> None:
    page = visit(locale="zh-TW")
    field = page.get_by_role("textbox")
    expect(field).to_have_attribute("placeholder", "請輸入您的問題")
    page.get_by_role("button", name="简").click()
    expect(field).to_have_attribute("placeholder", "请输入您的问题")
    page.reload()
    expect(field).to_have_attribute("placeholder", "请输入您的问题")
    page.get_by_role("button", name="EN").click()
    expect(page.get_by_role("heading", name="Good ")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "en"


def test_markup_is_shown_as_it_was_typed_and_runs_nothing(page: Page) -> None:
    typed = """<img src=x onerror="window.ran=1"><script>window.ran=1</script> **b** $x$ [a](https://example.com)"""
    turn = ask(page, typed)
    assert turn.locator(".fd-me p").inner_text() == typed
    page.reload()
    assert answered(page, 0).locator(".fd-me p").inner_text() == typed
    assert page.locator(".fd-log :is(img, script, a)").count() == 0
    assert page.evaluate("window.ran") is None


def test_person_is_called_and_the_header_says_so(page: Page) -> None:
    page.locator(".fd-person").click()
    answered(page, 0)
    expect(page.get_by_role("status").first).to_contain_text("Waiting for a colleague")
    expect(page.locator(".fd-person")).to_be_hidden()


def test_lost_message_can_be_sent_again(page: Page) -> None:
    page.route("**/component_server/**", lambda route: route.abort())
    page.get_by_role("textbox").fill("How can I pay")
    page.get_by_role("textbox").press("Enter")
    expect(page.get_by_role("alert").filter(has_text="did not get through")).to_be_visible()
    page.unroute("**/component_server/**")
    page.get_by_role("button", name="Try again").click()
    answered(page, 0)
    assert page.locator(".fd-turn").count() == 1


def test_small_phone_never_scrolls_sideways(visit: Visit) -> None:
    page = visit(viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True)
    header = page.locator(".fd-top").bounding_box()
    turn = ask(page, "How long is delivery " + "x" * 200)
    turn.get_by_role("button", name="Not helpful").click()
    expect(turn.locator(".fd-reasons")).to_be_visible()
    for box in ("document.documentElement", "document.querySelector('.fd-log')"):
        assert page.evaluate(f"{box}.scrollWidth <= {box}.clientWidth")
    expect(page.get_by_role("textbox")).to_be_in_viewport()
    assert header is not None
    assert header["height"] < 70  # one row


def test_no_request_leaves_the_machine(visit: Visit, server: str) -> None:
    asked: list[str] = []
    page = visit(watch=lambda page: page.on("request", lambda request: asked.append(request.url)))
    ask(page, "How can I pay")
    assert asked
    hosts = {urlsplit(url).netloc for url in asked if not url.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(server).netloc}


def test_a_message_without_end_is_answered_with_what_is_wrong(page: Page) -> None:
    page.get_by_role("textbox").evaluate("(field) => { field.value = '中'.repeat(1_000_000); }")
    page.get_by_role("textbox").press("Enter")
    expect(page.locator(".fd-turn[data-number] .fd-reply")).to_contain_text("长")
