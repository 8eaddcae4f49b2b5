"""Topics of a draft in a real browser: decided, merged and answered with the keyboard alone."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from data.night.topics import read_answer, read_topics, write_answer
from tests.bot.staff.made_up_draft import write_draft

Visit = Callable[..., Page]


@pytest.fixture
def draft(home: Path) -> Iterator[Path]:
    folder = home / "drafts" / "spring"
    write_draft(folder)
    yield folder
    shutil.rmtree(folder.parent)


def states(draft: Path) -> list[tuple[str, str | None]]:
    return [(topic.state, topic.into) for topic in read_topics(draft)]


def test_topics_are_decided_by_keyboard(sign_in: Visit, draft: Path) -> None:
    page = sign_in("rita-topics", "reviewer")
    page.goto(f"{page.url.split('#')[0]}#/topics")
    middle = page.locator(".st-topics .st-column").nth(1)
    expect(middle).to_have_attribute("data-group", "g001")

    page.keyboard.press("e")
    page.locator("[data-field=answer-zh]").fill("在“我的订单”里开。")
    page.keyboard.press("Control+Enter")
    expect(page.locator("p[lang=zh]", has_text="在“我的订单”里开。")).to_be_visible()
    assert read_answer(draft, "g001") == {"en": "Under My orders.", "zh": "在“我的订单”里开。"}

    page.keyboard.press("2")
    page.locator("[data-field=title-zh]").fill("开发票")
    page.keyboard.press("Enter")
    expect(page.locator("[data-field=title-zh]")).to_have_count(0)
    page.keyboard.press("1")  # approved; the next topic opens
    expect(middle).to_have_attribute("data-group", "g002")
    assert states(draft) == [("approved", None), ("proposed", None)]

    page.keyboard.press("3")
    page.locator("[data-field=into]").fill("where is")
    page.keyboard.press("Enter")
    expect(page.locator("[data-left='0']")).to_be_visible()
    assert states(draft)[1] == ("approved", "track_order")
    expect(page.get_by_text(f"accept {draft} --into desks/spring")).to_be_visible()

    page.keyboard.press("u")
    expect(page.locator("[data-left='1']")).to_be_visible()
    assert states(draft)[1] == ("proposed", None)
    assert read_topics(draft)[0].title == {"en": "An invoice?", "zh": "开发票"}
    page.close()


def test_approving_an_answer_with_marks_says_that_it_is_left_out(sign_in: Visit, draft: Path) -> None:
    write_answer(draft, "g001", {"en": "Your engineer comes on [[date: 12 June]]."})
    page = sign_in("rita-marks", "reviewer")
    page.goto(f"{page.url.split('#')[0]}#/topics")
    expect(page.locator("[data-marks]")).to_contain_text(
        "left out until this is filled in: [[date: 12 June]]"
    )
    page.keyboard.press("1")
    expect(page.get_by_text("approved: An invoice?")).to_contain_text("left out until this is filled in")
    expect(page.locator("[data-marks]")).to_have_count(0)
    assert states(draft)[0] == ("approved", None)
    page.close()
