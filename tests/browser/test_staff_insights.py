"""The charts in a real browser: drawn, filtered, led on from, and taken along as a file."""

import csv
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import insert

from data.database import open_database
from data.tables import Conversation, TurnRow
from data.users import Users

Visit = Callable[..., Page]
PASSWORD = "a long enough password"
DRAWN = 30_000  # ms: the drawing library is five megabytes


@pytest.fixture
def reviewer(server: str, home: Path, visit: Visit) -> Page:
    """The charts' page of a log with some weeks of conversations, as a reviewer sees it."""
    engine = open_database(f"sqlite:///{home / 'frontdesk.sqlite3'}", home)
    with engine.begin() as db:
        for n in range(60):
            session, at = uuid4().hex, datetime.now(UTC) - timedelta(days=n % 20, minutes=5)
            db.execute(insert(Conversation), {"session": session, "desk": "shop", "memory": {}})
            row = {
                "session": session, "number": 1, "at": at, "text": "=1+1 退款", "language": "en",
                "intent": "get_refund", "confidence": 0.9, "route": "handoff" if n % 5 == 0 else "answer",
                "reason": "asked_for_a_person", "reply": "ok", "release": "r1", "ms": 20.0,
                "sentiment": -0.5 if n % 2 else 0.5,
                "details": {"intents": [], "passages": []},
            }  # fmt: skip
            db.execute(insert(TurnRow), row)
    name = f"rita-{uuid4().hex[:6]}"
    Users(engine).add(name, "reviewer", PASSWORD, by="test")
    engine.dispose()
    page = visit(reduced_motion="reduce")
    page.goto(f"{server}/staff/sign-in")
    page.fill("[name=name]", name)
    page.fill("[name=password]", PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_selector(".st[data-ready=true]")
    page.goto(f"{server}/staff/#/insights")
    page.wait_for_selector("[data-chart=satisfaction][data-drawn]", timeout=DRAWN)
    return page


def test_charts_are_drawn_lead_on_and_are_taken_along(reviewer: Page, tmp_path: Path) -> None:
    for name in ("days", "reasons", "topics", "topic", "satisfaction"):
        expect(reviewer.locator(f"[data-chart={name}] svg.main-svg").first).to_be_visible()
    counted = reviewer.locator("[data-tile=conversations] b").inner_text()
    assert int(counted.replace(",", "")) >= 6  # others have written to this log, too
    expect(reviewer.locator("[data-title=topic]")).to_contain_text(": negative messages a day")

    reviewer.get_by_text("Export").click()
    with reviewer.expect_download() as download:
        reviewer.locator("[data-file=turns]").click()
    download.value.save_as(tmp_path / "turns.csv")
    with (tmp_path / "turns.csv").open(encoding="utf-8-sig", newline="") as file:
        assert "'=1+1 退款" in {row["text"] for row in csv.DictReader(file)}

    reviewer.keyboard.press("Escape")
    reviewer.keyboard.press("7")
    expect(reviewer.locator("[aria-pressed=true]")).to_have_text("7 days")
    reviewer.wait_for_selector("[data-chart=satisfaction][data-drawn]", timeout=DRAWN)
    reviewer.evaluate("addEventListener('hashchange', (e) => { window.went = e.newURL; }, { once: true })")
    bar = reviewer.locator("[data-chart=reasons] .point").first.bounding_box()
    assert bar
    reviewer.mouse.move(bar["x"] + bar["width"] / 3, bar["y"] + bar["height"] / 2, steps=4)
    reviewer.wait_for_timeout(300)  # the chart looks for what lies under the pointer
    reviewer.mouse.down()
    reviewer.mouse.up()
    reviewer.wait_for_function("window.went")
    went = reviewer.evaluate("window.went")
    assert "#/conversations/f/" in went
    assert re.search(r"reason=[a-z_]+", went)
