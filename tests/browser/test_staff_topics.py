"""Topics of a draft in a real browser: decided, merged and answered with the keyboard alone."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from data.night.questions import read_questions
from data.night.topics import read_answer, read_topics, write_answer
from data.night.typical import write_vectors
from tests.bot.staff.made_up_draft import write_draft
from tests.data.night.a_draft import write_a_draft

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


def test_questions_are_chosen_and_moved_by_keyboard(sign_in: Visit, home: Path) -> None:
    folder = write_a_draft(home / "drafts" / "hotel")
    page = sign_in("rita-questions", "reviewer")
    page.goto(f"{page.url.split('#')[0]}#/topics")
    expect(page.locator("[data-act=all]").first).to_have_text("All 3 questions")
    page.keyboard.press("a")
    expect(page.locator("[data-question]")).to_have_count(3)
    page.keyboard.press("m")
    expect(page.get_by_text("Choose questions first")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-question='2'] input")).to_be_checked()
    page.keyboard.press("m")
    page.locator("[data-field=into]").fill("dogs")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Moved: 1, to Dogs")).to_be_visible()
    expect(page.locator("[data-question]")).to_have_count(2)
    assert [q.group for q in read_questions(folder)][:3] == ["g001", "g002", "g001"]

    page.keyboard.press("u")
    expect(page.locator("[data-question]")).to_have_count(3)
    page.keyboard.press("n")
    expect(page.locator("[data-question='6']")).to_be_visible()
    page.keyboard.press("/")
    page.locator("[data-field=find-questions]").fill("nobody")
    expect(page.get_by_text("No such question.")).to_be_visible()
    page.locator("[data-field=find-questions]").fill("tax")
    expect(page.locator("[data-question='6']")).to_be_visible()
    page.keyboard.press("Escape")  # empties the field
    page.locator("[data-question='6']").click()
    page.keyboard.press("m")
    page.keyboard.press("Enter")  # a new group, which stands first
    expect(page.locator(".st-item[data-group=g003]")).to_be_visible()
    assert read_questions(folder)[5].group == "g003"
    page.close()
    shutil.rmtree(folder.parent)


def test_a_split_is_seen_before_it_is_made_and_taken_back(sign_in: Visit, home: Path) -> None:
    folder = write_a_draft(home / "drafts" / "hotel")
    write_vectors(folder, np.array([[1, 0], [1, 0], [0, 1], [1, 0], [1, 0], [0, 1], [0, 1]], np.float32))
    page = sign_in("rita-split", "reviewer")
    page.goto(f"{page.url.split('#')[0]}#/topics")
    expect(page.locator("[data-act=all]").first).to_have_text("All 3 questions")
    page.keyboard.press("s")
    expect(page.locator("[data-part='1']")).to_contain_text("i lost my towel")
    page.keyboard.press("Escape")
    expect(page.locator("[data-part]")).to_have_count(0)
    assert read_questions(folder)[2].group == "g001"
    page.keyboard.press("s")
    expect(page.locator("[data-part='0']")).to_contain_text("This stays: 2")
    page.keyboard.press("Enter")
    expect(page.locator(".st-item[data-group=g003]")).to_contain_text("I lost my towel")
    assert read_questions(folder)[2].group == "g003"
    page.keyboard.press("u")
    expect(page.locator(".st-item[data-group=g003]")).to_have_count(0)
    assert read_questions(folder)[2].group == "g001"
    page.close()
    shutil.rmtree(folder.parent)
