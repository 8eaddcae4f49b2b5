"""The real app in a process of its own, and a browser in front of it."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from data.database import open_database
from data.errors import UserError
from data.settings import PREFIX
from data.users import Users

PROJECT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")  # else Playwright's own
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
)  # fmt: skip
START = 90.0  # seconds for the app to be ready
Visit = Callable[..., Page]
PASSWORD = "a long enough password"


@pytest.fixture(scope="session")
def server(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of the app, running on a finished release's home."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    said = tmp_path_factory.mktemp("app") / "app.log"
    env = {k: v for k, v in os.environ.items() if not k.startswith(PREFIX)}
    env |= {"FRONTDESK_HOME": str(home), "FRONTDESK_HOST": "127.0.0.1", "FRONTDESK_PORT": str(port)}
    with said.open("w") as output:
        app = subprocess.Popen([sys.executable, "app.py"], cwd=PROJECT, env=env, stdout=output, stderr=output)
        try:
            _wait_for(f"http://127.0.0.1:{port}/readyz", app, said)
            yield f"http://127.0.0.1:{port}"
        finally:
            app.terminate()
            try:
                app.wait(20)
            except subprocess.TimeoutExpired:
                app.kill()


def _wait_for(address: str, app: subprocess.Popen[bytes], said: Path) -> None:
    until = time.monotonic() + START
    while time.monotonic() < until and app.poll() is None:
        try:
            with urlopen(address, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"the app did not get ready:\n{said.read_text()[-3000:]}")


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


@pytest.fixture(scope="session")
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
