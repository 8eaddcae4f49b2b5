"""The real app in a process of its own, and a browser in front of it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from data.database import open_database
from data.errors import UserError
from data.users import Users
from tests.app_process import PASSWORD, app_running, home_of_its_own

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")  # else Playwright's own
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
)  # fmt: skip
Visit = Callable[..., Page]
expect.set_options(timeout=15_000)  # ms: other tests have the cores, too


@pytest.fixture(scope="module")
def home(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of this file's own: what the tests of another file left says nothing here."""
    return home_of_its_own(home, tmp_path_factory.mktemp("own"))


@pytest.fixture(scope="module")
def server(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of the app, running on this file's home."""
    with app_running(home, tmp_path_factory.mktemp("app") / "app.log") as running:
        yield running.address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def visit(server: str, browser: Browser) -> Iterator[Visit]:
    """Return a function that opens the page as a new visitor, with any options of a browser context."""
    with ExitStack() as visits:

        def visit(watch: Callable[[Page], None] = lambda page: None, **options: Any) -> Page:
            context = browser.new_context(**{"locale": "en-GB", **options})
            visits.callback(context.close)
            page = context.new_page()
            watch(page)
            return opened(page, server)

        yield visit


@pytest.fixture(scope="module")
def sign_in(server: str, home: Path, browser: Browser) -> Iterator[Visit]:
    """Return a function that opens the staff console as a user; who was there before is signed in already."""
    engine = open_database(f"sqlite:///{home / 'frontdesk.sqlite3'}", home)
    with ExitStack() as visits:
        profiles: dict[str, BrowserContext] = {}

        def sign_in(name: str, role: str = "agent", **options: Any) -> Page:
            key = f"{name} {options}"
            if key not in profiles:
                with suppress(UserError):  # there already, with other options
                    Users(engine).add(name, role, PASSWORD, by="test")
                profiles[key] = browser.new_context(**{"locale": "en-GB", **options})
                visits.callback(profiles[key].close)
                page = profiles[key].new_page()
                page.goto(f"{server}/staff/sign-in")
                page.fill("[name=name]", name)
                page.fill("[name=password]", PASSWORD)
                page.keyboard.press("Enter")
            else:
                page = profiles[key].new_page()
                page.goto(f"{server}/staff/")
            page.wait_for_selector(".st[data-ready=true]")
            return page

        yield sign_in
    engine.dispose()


@pytest.fixture(scope="session")
def english(browser: Browser) -> Iterator[BrowserContext]:
    """Return a browser profile that keeps the toolkit's files, which load slowly, from test to test."""
    context = browser.new_context(locale="en-GB", reduced_motion="reduce")  # answers appear at once
    yield context
    context.close()


@pytest.fixture
def page(server: str, english: BrowserContext) -> Iterator[Page]:
    """Return the page as an English-speaking visitor sees it first."""
    page = opened(english.new_page(), server)
    yield page
    page.evaluate("localStorage.clear()")
    page.close()


def opened(page: Page, server: str) -> Page:
    page.goto(server)
    page.wait_for_selector(".fd[data-ready=true]")
    return page
