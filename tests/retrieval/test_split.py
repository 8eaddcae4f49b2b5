"""Articles are cut into paragraphs and templates become passages, facts filled in."""

from collections import Counter
from pathlib import Path

import pytest

from data.desk import Desk, load_desk
from retrieval.passage import Passage
from retrieval.split import passages

RETURN = ("return_item",)


def article(id: str, language: str, title: str, heading: str, text: str) -> Passage:
    return Passage(id, "article", language, title, heading, text, RETURN)


def test_each_paragraph_is_a_passage(small_desk: Path) -> None:
    found = [p for p in passages(load_desk(small_desk)) if p.kind == "article"]
    assert found == [
        article("returns#1", "en", "Returns", "", "You have 30 days."),
        article("returns#2", "en", "Returns", "The steps", "Pack it."),
        article("returns#3", "en", "Returns", "The steps", "Send it."),
        article("returns#1", "zh", "退货", "", "您有 30 天。"),
        article("returns#2", "zh", "退货", "步骤", "打包寄出。"),
    ]


@pytest.mark.parametrize(
    ("id", "language", "title", "text"),
    [
        ("return_item.known", "en", "Return it", "Order  can go back within 30 days."),
        ("return_item.known", "zh", "退货", "订单  可在 30 天内退。"),
        ("return_item.unknown", "en", "Return it", "Write to kiosk@example.com."),
        ("greeting.one", "zh", "你好", "您好。"),
    ],
)
def test_each_answer_is_a_passage(id: str, language: str, title: str, text: str, small_desk: Path) -> None:
    intents = (id.split(".")[0],)
    found = [p for p in passages(load_desk(small_desk)) if (p.id, p.language) == (id, language)]
    assert found == [Passage(id, "template", language, title, "", text, intents)]


def test_what_the_system_says_is_no_passage(small_desk: Path) -> None:
    assert [p.id for p in passages(load_desk(small_desk)) if p.id.startswith("system")] == []


def test_facts_in_titles_and_headings_are_filled_in(small_desk: Path) -> None:
    file = small_desk / "knowledge/en/returns.md"
    text = file.read_text("utf-8").replace("title: Returns", "title: Returns in {fact.return_days}")
    file.write_text(text.replace("The steps", "{fact.return_days} in steps"), "utf-8")
    last = [p for p in passages(load_desk(small_desk)) if p.kind == "article" and p.language == "en"][-1]
    assert (last.title, last.heading) == ("Returns in 30 days", "30 days in steps")


def test_the_shop_has_a_passage_for_each_paragraph_and_answer(desk: Desk) -> None:
    paragraphs = sum(len(s.paragraphs) for a in desk.articles for s in a.sections)
    answers = sum(len(t.texts) for t in desk.templates.values() if t.intent != "system")
    found = Counter(p.kind for p in passages(desk))
    assert found == {"article": paragraphs, "template": answers}


def test_the_passages_of_the_shop_are_told_apart_by_id_and_language(desk: Desk) -> None:
    ids = Counter((p.id, p.language) for p in passages(desk))
    assert [i for i, count in ids.items() if count > 1] == []


def test_no_placeholder_is_left_in_the_passages_of_the_shop(desk: Desk) -> None:
    assert [p.id for p in passages(desk) if set("{}") & set(p.title + p.heading + p.text)] == []
