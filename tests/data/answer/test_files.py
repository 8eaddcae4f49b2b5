"""Edits laid over a desk's files give the desk that was meant, and leave the files alone."""

from pathlib import Path

import pytest

from data.answer.files import Content, Subject, contents, draft_desk, write_desk
from data.desk import UNVERSIONED, Desk, fingerprint, load_desk
from data.errors import DeskError

KNOWN = Subject("template", "return_item.known")
RETURNS = Subject("article", "returns")


def template(en: str, zh: str, **rest: object) -> Content:
    return {"when": {}, "next": [], "texts": {"en": en, "zh": zh}, **rest}


def article(title: str, body: str) -> Content:
    text = {"title": title, "body": body}
    return {"intents": ["return_item"], "texts": {"en": text, "zh": text}}


def test_contents_laid_over_the_bundled_desk_give_the_very_desk(desk: Desk) -> None:
    """Every answer is written anew, and read again as it was."""
    again = draft_desk(desk.folder, contents(desk))
    assert again == desk


def test_without_edits_every_file_is_copied_as_it_is(small_desk: Path, tmp_path: Path) -> None:
    write_desk(small_desk, {}, tmp_path / "copy")
    copied = {f.relative_to(tmp_path / "copy"): f.read_bytes() for f in (tmp_path / "copy").rglob("*.*")}
    assert copied == {
        f.relative_to(small_desk): f.read_bytes()
        for f in small_desk.rglob("*.*")
        if f.parent.name not in UNVERSIONED
    }


def test_an_edit_replaces_a_template_in_its_place(small_desk: Path) -> None:
    edited = template(
        "Bring it back: {fact.return_days}.", "拿回来吧。", when={"order": "known"}, next=["greeting"]
    )
    found = draft_desk(small_desk, {KNOWN: edited})
    assert list(found.templates) == list(load_desk(small_desk).templates)
    assert contents(found)[KNOWN] == edited


@pytest.mark.parametrize(
    "text", ["a: b # c", '"quoted"', "- list", "two\n\nparagraphs", "{fact.return_days}", "是：“好”"]
)
def test_any_text_is_read_as_it_was_written(text: str, small_desk: Path) -> None:
    found = draft_desk(small_desk, {KNOWN: template(text, text), RETURNS: article(text.split("\n")[0], text)})
    assert found.templates[KNOWN.id].texts == {"en": text, "zh": text}
    (english, _) = (a for a in found.articles if a.id == "returns")
    assert english.title == text.split("\n")[0]
    assert "\n\n".join(english.sections[0].paragraphs) == text


def test_a_new_template_joins_those_of_its_intent(small_desk: Path) -> None:
    found = draft_desk(small_desk, {Subject("template", "greeting.two"): template("Hi.", "嗨。")})
    assert [t.id for t in found.answers["greeting"]] == ["greeting.one", "greeting.two"]


def test_a_new_article_is_there_in_each_language(small_desk: Path) -> None:
    found = draft_desk(
        small_desk, {Subject("article", "swaps"): article("Swaps", "We swap.\n\n## How\nBring it.")}
    )
    new = [a for a in found.articles if a.id == "swaps"]
    assert [a.language for a in new] == ["en", "zh"]
    assert [s.heading for s in new[0].sections] == ["", "How"]


def test_a_new_article_leaves_a_file_of_its_name_alone(small_desk: Path) -> None:
    (small_desk / "knowledge" / "en" / "swaps.md").write_text(
        "---\nid: old\ntitle: Old\nintents: []\n---\nOld.\n"
    )
    found = draft_desk(small_desk, {Subject("article", "swaps"): article("Swaps", "We swap.")})
    assert {a.id for a in found.articles if a.language == "en"} == {"old", "returns", "swaps"}


def test_what_is_retired_is_gone(small_desk: Path) -> None:
    found = draft_desk(small_desk, {KNOWN: None, RETURNS: None})
    assert KNOWN.id not in found.templates
    assert found.articles == ()


def test_the_desk_itself_is_not_touched(small_desk: Path) -> None:
    before = fingerprint(small_desk)
    draft_desk(small_desk, {KNOWN: None, RETURNS: article("A", "B")})
    assert fingerprint(small_desk) == before


def test_an_edit_that_names_no_fact_of_the_desk_is_refused_as_its_files_are(small_desk: Path) -> None:
    with pytest.raises(DeskError, match="the fact 'nope'"):
        draft_desk(small_desk, {KNOWN: template("{fact.nope}", "好")})


def test_a_subject_is_read_from_its_text() -> None:
    assert Subject.of(str(KNOWN)) == KNOWN
