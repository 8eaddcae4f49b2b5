"""The nights in a real browser: what to do where there are none, how one went, and its report."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, delete

from data.database import open_database
from data.night.nights import Nights, in_short, night_folder, reasons_of
from data.night.tables import Night
from tests.training.nightly.made_up_night import SCRIPT, good_night
from training.nightly.report import report_page

Visit = Callable[..., Page]
SOON = 30_000  # ms: one look at the server


@pytest.fixture
def engine(home: Path) -> Iterator[Engine]:
    engine = open_database(f"sqlite:///{home / 'frontdesk.sqlite3'}", home)
    yield engine
    with engine.begin() as db:
        db.execute(delete(Night))
    engine.dispose()


def run_a_night(engine: Engine, home: Path) -> str:
    """Write what a night leaves behind, with markup where people can have put some; return its id."""
    night = good_night()
    night["checks"][1]["text"] += SCRIPT
    night["learned"]["by_author"][SCRIPT] = {"examples": 3, "fresh": 3, "kept_out": True}
    night["changes"][0]["text"] += SCRIPT
    nights = Nights(engine, "shop")
    nights.begin(night["night"], night["before"], {})
    nights.end(night["night"], "kept", night["release"], reasons_of(night), in_short(night))
    folder = night_folder(home, "shop", night["night"])
    folder.mkdir(parents=True)
    (folder / "report.html").write_text(report_page(night), "utf-8")
    return str(night["night"])


def test_a_night_without_news_and_a_language_without_tests(sign_in: Visit, engine: Engine) -> None:
    nights = Nights(engine, "shop")
    for name, outcome, report in (
        (
            "20261128-0200-aaaa",
            "kept",
            {"figures": {"en": {"golden": {"live": 0.9, "candidate": 0.8, "n": 40}}, "zh": {}}},
        ),
        ("20261129-0200-bbbb", "idle", {"checks": [], "idle": "no review is new"}),
    ):
        nights.begin(name, "r-1", {})
        nights.end(name, outcome, None, reasons_of(report), in_short(report))
    page = sign_in("rita-nights", "reviewer")
    page.goto(f"{page.url.split('#')[0]}#/nights/20261129-0200-bbbb")
    page.reload()
    middle = page.locator(".st-nights .st-column").nth(1)
    expect(middle).to_contain_text("Nothing was new to learn. Release r-1 stayed live.")
    expect(page.locator("[data-night$=bbbb]")).not_to_contain_text("not taken")
    expect(page.locator("[data-night$=bbbb]")).not_to_contain_text("failed")
    page.locator("[data-night$=aaaa]").click()
    expect(middle.locator("[data-unmeasured=zh]")).to_have_text(
        "Chinese: there are no messages to measure with."
    )
    expect(middle.locator("table")).to_have_count(1)
    page.close()


def test_nights_are_listed_and_reports_opened(sign_in: Visit, engine: Engine, home: Path) -> None:
    page, fired = sign_in("rita-nights", "reviewer"), []
    page.on("dialog", lambda dialog: (fired.append(dialog.message), dialog.dismiss()))
    page.goto(f"{page.url.split('#')[0]}#/nights")
    expect(page.get_by_text("No night has run yet")).to_be_visible()
    expect(page.locator(".ni-timer code").last).to_contain_text("-m training.nightly")

    night = run_a_night(engine, home)
    expect(page.locator(f"[data-night='{night}']")).to_contain_text("not taken", timeout=SOON)
    middle = page.locator(".st-nights .st-column").nth(1)
    expect(middle).to_contain_text("Release 20261129-01 stayed live: the new one failed 2 of 11 checks.")
    expect(middle).to_contain_text(f"(McNemar p = 0.018){SCRIPT}")
    expect(middle.locator("[data-figure=top_intent]").last).to_contain_text("−1.2")
    assert page.locator(".st :is(script, img, [onerror])").count() == 0

    with page.expect_popup() as opened:
        page.keyboard.press("o")
    report = opened.value
    report.on("dialog", lambda dialog: (fired.append(dialog.message), dialog.dismiss()))
    expect(report.locator("h1")).to_contain_text(
        "Release 20261129-01 stays live, because 2 of 11 checks failed"
    )
    expect(report.locator("ul.changes")).to_contain_text(SCRIPT)
    for width in (1280, 390):
        report.set_viewport_size({"width": width, "height": 900})
        assert report.evaluate("document.documentElement.scrollWidth") <= width
        cut = "all => all.filter((e) => e.scrollWidth > e.clientWidth + 1).length"
        assert report.locator(".wide").evaluate_all(cut) == 0
    assert report.locator("img").evaluate_all("all => all.every((e) => e.complete && e.naturalWidth > 0)")
    report.close()
    page.keyboard.press("t")
    page.wait_for_selector("[data-total]")
    page.close()
    assert fired == []
