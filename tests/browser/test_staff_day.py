"""A whole day: customers ask, a person helps, a reviewer teaches and edits, an admin looks and goes back."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import Engine

from data.database import open_database
from data.log.conversations import Conversations
from data.release.releases import Releases
from data.review.examples import examples
from data.settings import Settings
from data.users import Users
from tests.app_process import PASSWORD

PAGES = ("inbox", "conversations", "review", "answers", "insights", "nights", "releases")
WORDS = "With pleasure. Have a lovely evening."
SOON = 8000  # ms: two looks at the server
LATER = 30_000  # ms: the review keeper has taken in and grouped what came
ASKED = (
    "will it rain in Oslo tomorrow", "what is the weather in Oslo tomorrow", "Oslo weather tomorrow?",
    "who won the football game last night", "which team won the football last night?",
    "can you help me with my maths homework", "help with maths homework please", "do my maths homework",
    "明天上海会下雨吗", "上海明天天气怎么样", "明天上海下不下雨",
)  # fmt: skip
SCRIPTS = (
    "<script>alert('a')</script> talk to a person",
    "转人工 <img src=x onerror=\"alert('b')\">",
    "<svg onload=alert('c')> will it rain in Oslo tomorrow",
)
SESSIONS = [f"before-{len(ASKED) + number}" for number in range(len(SCRIPTS))]
MADE = ":is(script, img, [onerror], [onload])"  # what a message would have made if it were not text


@dataclass(frozen=True)
class House:
    """The running app, its home and database, and a browser in front of it."""

    address: str
    home: Path
    engine: Engine
    browser: Browser
    visits: ExitStack

    def profile(self) -> BrowserContext:
        options = {"locale": "en-GB", "reduced_motion": "reduce", "viewport": {"width": 1280, "height": 760}}
        context = self.browser.new_context(**options)  # type: ignore[arg-type]
        self.visits.callback(context.close)
        return context

    def customer(self) -> Page:
        page = self.profile().new_page()
        page.goto(self.address)
        page.wait_for_selector(".fd[data-ready=true]")
        return page

    def staff(self, name: str) -> Page:
        """Sign in as a person does who never leaves the keyboard."""
        page = self.profile().new_page()
        page.goto(f"{self.address}/staff/sign-in")
        expect(page.locator("[name=name]")).to_be_focused()  # the browser does so some frames after the load
        page.keyboard.type(name)
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector(".st[data-ready=true]")
        return page


@pytest.fixture(scope="module")
def house(home: Path, server: str, browser: Browser) -> Iterator[House]:
    engine = open_database(Settings(home=home).url, home)
    for name, role in (("ann", "agent"), ("rea", "reviewer"), ("ada", "admin")):
        Users(engine).add(name, role, PASSWORD, by="test")
    with ExitStack() as visits:
        for number, text in enumerate((*ASKED, *SCRIPTS)):
            body = {"session": f"before-{number}", "text": text}
            httpx.post(f"{server}/api/v1/messages", json=body, timeout=30).raise_for_status()
        yield House(server, home, engine, browser, visits)
    engine.dispose()


def say(page: Page, text: str) -> str:
    """Say something in the chat; return the bot's answer, empty where it is silent."""
    number = page.locator(".fd-turn[data-number]").count()
    page.get_by_role("textbox").fill(text)
    page.get_by_role("textbox").press("Enter")
    expect(page.locator(".fd-turn[data-number]")).to_have_count(number + 1)
    return "".join(page.locator(".fd-turn[data-number]").last.locator(".fd-reply").all_inner_texts())


def begin_anew(page: Page) -> None:
    page.evaluate("localStorage.clear()")
    page.reload()
    page.wait_for_selector(".fd[data-ready=true]")


def go(page: Page, name: str) -> None:
    """Go to a page of the console by its keys."""
    number = page.locator("[data-page]").evaluate_all("all => all.map((e) => e.dataset.page)").index(name) + 1
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press(str(number))
    page.wait_for_selector(f".st-{name}")


def test_a_whole_day(house: House) -> None:
    customer = house.customer()
    old_words = thanks(customer)
    session = a_customer_is_refused_and_waits(customer, house)
    an_agent_helps(house.staff("ann"), customer, session)
    reviewer = house.staff("rea")
    three_groups_are_corrected(reviewer, house.engine)
    an_answer_is_edited_and_published(reviewer)
    assert thanks(customer) == WORDS
    an_admin_looks_and_goes_back(house.staff("ada"), house.home)
    assert thanks(customer) == old_words


def thanks(customer: Page) -> str:
    """Return what a customer who begins a conversation with thanks is told."""
    begin_anew(customer)
    return say(customer, "thank you so much")


def a_customer_is_refused_and_waits(customer: Page, house: House) -> str:
    begin_anew(customer)
    assert "HB-2048817" in say(customer, "where is my order HB-2048817")
    say(customer, "who will win the chess championship in Norway this year?")
    session = str(json.loads(customer.evaluate("localStorage.frontdesk"))["session"])
    routes = [turn.route for turn in Conversations(house.engine, "shop").turns(session)]
    assert routes == ["answer", "refuse"]
    say(customer, "I want to talk to a person")
    expect(customer.locator(".fd-status")).to_contain_text("Waiting for a colleague")
    return session


def an_agent_helps(agent: Page, customer: Page, session: str) -> None:
    agent.locator(f"[data-session='{session}']").click()
    expect(agent.locator(".in-middle .st-head")).to_contain_text(session[-6:])
    agent.keyboard.press("c")
    expect(agent.locator(".in-compose textarea")).to_be_visible()
    agent.keyboard.press("r")
    expect(agent.locator(".in-compose textarea")).to_be_focused()
    expect(customer.locator(".fd-status [data-w=who]")).to_have_text("Ann, colleague", timeout=SOON)
    agent.keyboard.type("Hello, this is Ann. It comes tomorrow.")
    agent.keyboard.press("Enter")
    expect(customer.locator(".fd-said .fd-words")).to_have_text(
        "Hello, this is Ann. It comes tomorrow.", timeout=SOON
    )
    assert say(customer, "great, that is all") == ""  # the bot is silent
    agent.keyboard.press("Escape")
    agent.keyboard.press("b")
    expect(customer.locator(".fd-event").last).to_contain_text("handed you back", timeout=SOON)
    assert "working days" in say(customer, "how long is delivery")


def shown(page: Page, besides: str = "none") -> str:
    """Wait until a group other than `besides` is shown; return its number."""
    middle = page.locator(f".st-middle[data-group]:not([data-group='{besides}'])")
    expect(middle.locator(".st-message").first).to_be_visible(timeout=LATER)
    return str(middle.get_attribute("data-group"))


def three_groups_are_corrected(reviewer: Page, engine: Engine) -> None:
    keys = reviewer.keyboard
    go(reviewer, "review")
    expect(reviewer.locator(".st-list .st-item").nth(2)).to_be_visible(timeout=LATER)
    first = shown(reviewer)
    keys.press("4")  # out of scope
    second = shown(reviewer, first)
    keys.press("2")  # another intent
    keys.type("发票")
    keys.press("Enter")
    keys.press("Enter")
    third = shown(reviewer, second)
    keys.press("3")  # a new one
    keys.type("Small talk")
    keys.press("Enter")
    keys.type("闲聊")
    keys.press("Enter")
    shown(reviewer, third)
    keys.press("t")
    expect(reviewer.locator("[data-total]")).to_be_visible()
    learned = list(examples(engine))
    assert {e.kind for e in learned} == {"out_of_scope", "intent", "new_intent"}
    assert {e.author for e in learned} == {"rea"}
    assert reviewer.locator("[data-total]").get_attribute("data-total") == str(len(learned))


def an_answer_is_edited_and_published(reviewer: Page) -> None:
    go(reviewer, "answers")
    reviewer.wait_for_selector(".an-side textarea")
    reviewer.keyboard.press("/")
    reviewer.keyboard.type("thanks.general")
    reviewer.locator("[data-at='template/thanks.general']").click()
    expect(reviewer.locator(".an-title p")).to_have_text("thanks.general")
    reviewer.get_by_role("textbox", name="English").fill(WORDS)
    expect(reviewer.locator(".an-shown[lang=en]")).to_have_text(WORDS)
    reviewer.keyboard.press("Escape")
    reviewer.keyboard.press("s")
    expect(reviewer.locator(".an-version").first).to_contain_text("Version 1")
    reviewer.keyboard.press("p")
    reviewer.get_by_role("button", name="Publish (1)", exact=True).click()
    expect(reviewer.get_by_text("is live.")).to_be_visible(timeout=20_000)


def an_admin_looks_and_goes_back(admin: Page, home: Path) -> None:
    go(admin, "insights")
    admin.wait_for_selector("[data-chart=satisfaction][data-drawn]", timeout=LATER)
    for name in ("days", "reasons", "topics"):
        expect(admin.locator(f"[data-chart={name}] svg.main-svg").first).to_be_visible()
    asked = admin.locator("[data-tile=conversations] b").inner_text()
    assert int(asked) >= len(ASKED) + len(SCRIPTS) + 3
    releases = Releases(home, "shop")
    first, edited = releases.ids()
    assert releases.live().id == edited
    go(admin, "releases")
    expect(admin.locator(".st-releases .st-item[aria-selected=true]")).to_contain_text(edited)
    admin.keyboard.press("j")
    expect(admin.locator(".st-releases .st-item[aria-selected=true]")).to_contain_text(first)
    expect(admin.locator(".st-releases .st-column").last).to_contain_text("thanks.general")
    admin.get_by_role("button", name="Go back to this one").click()
    admin.get_by_role("button", name="Make live").click()
    expect(admin.locator(".st-toast")).to_contain_text(f"Release {first} is live.", timeout=SOON)
    assert releases.live().id == first


def test_script_in_messages_is_text_on_every_page(house: House) -> None:
    fired: list[str] = []
    admin, customer = house.staff("ada"), house.customer()
    for page in (admin, customer):
        page.on("dialog", lambda dialog: (fired.append(dialog.message), dialog.dismiss()))
    for name in PAGES:
        go(admin, name)
        if name == "inbox":
            for text, session in zip(SCRIPTS[:2], SESSIONS, strict=False):
                admin.locator(f".st-inbox [data-session='{session}']").click()
                expect(admin.locator(".in-middle .st-said.customer")).to_contain_text(text)
                nothing_made(admin)
        if name == "insights":
            admin.wait_for_selector("[data-chart=satisfaction][data-drawn]", timeout=LATER)
        if name == "answers":
            admin.keyboard.press("t")
            admin.get_by_role("textbox", name="Try a question").fill(SCRIPTS[1])
            admin.keyboard.press("Enter")
            expect(admin.locator("[data-reply]").nth(1)).to_be_visible()
        nothing_made(admin)
    for text, session in zip(SCRIPTS, SESSIONS, strict=True):
        admin.goto(f"{house.address}/staff/#/conversations/{session}/1")
        expect(admin.locator(".st-conversations .st-said.customer")).to_contain_text(text)
        nothing_made(admin)
    for text in SCRIPTS:
        say(customer, text)
    customer.reload()
    customer.wait_for_selector(".fd[data-ready=true]")
    assert customer.locator(".fd-me p").all_inner_texts() == list(SCRIPTS)
    assert customer.locator(f".fd {MADE}").count() == 0
    assert fired == []


def nothing_made(staff: Page) -> None:
    assert staff.locator(f".st {MADE}").count() == 0
