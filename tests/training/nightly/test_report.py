"""The night's report is one file that says what happened, believes no text, and shows what there is."""

import json
import re
from datetime import UTC, datetime
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest

from tests.training.nightly.made_up_night import (
    SCRIPT,
    Night,
    empty_night,
    evil_night,
    failed_night,
    good_night,
    live_night,
)
from training.nightly.options import Limits, Options
from training.nightly.report import report_page

HEADINGS = (
    "What was learned, and from whom", "Labels that look wrong", "The gate's checks", "Intents",
    "Scripted conversations", "Time and memory",
)  # fmt: skip
ALONE = {"meta", "img", "br"}  # tags without an end


class Tags(HTMLParser):
    """Collects tags, their attributes, and the text outside of them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.closed: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.opened.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        self.closed.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += f"{data} "


@pytest.fixture(scope="module")
def good() -> str:
    return report_page(good_night())


@pytest.fixture(scope="module")
def evil() -> str:
    return report_page(evil_night())


def heading(night: Night) -> str:
    found = re.search("<h1>(.*?)</h1>", report_page(night))
    assert found
    return unescape(found[1])


def section(page: str, title: str) -> str:
    return page.split(f"<h2>{title}</h2>")[1].split("<h2>")[0]


# ---- how it ended


def without_pictures(night: Night, **changed: Any) -> Night:
    """Return a night that is drawn quickly."""
    return {**night, "curve": [], "former": [], "calibration": {}, "confused": [], "coverage": {}, **changed}


def test_a_kept_release_is_said_to_stay_and_why() -> None:
    assert heading(without_pictures(good_night())) == (
        "Release 20261129-01 stays live, because 2 of 11 checks failed: golden (Chinese) and intents."
    )


def test_a_live_release_is_said_to_be_live() -> None:
    assert heading(without_pictures(live_night())) == (
        "Release 20261130-01 is live in place of release 20261129-01: it passed all 11 checks."
    )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"outcome": "trial"}, "Release 20261130-01 passed all 11 checks and is on trial"),
        ({"outcome": "dry"}, "A dry run changed nothing: release 20261129-01 stays live"),
        ({"outcome": "failed", "error": "<b>disk"}, "failed, release 20261129-01 stays live: <b>disk."),
        ({"outcome": "failed"}, "stays live: no error was noted."),
        (
            {
                "outcome": "kept",
                "checks": [{"check": "reviews", "passed": False, "text": "no review is new"}],
            },
            "stays live, because no review is new.",
        ),
        ({"outcome": "kept", "error": "nothing new"}, "stays live, because nothing new."),
        ({"outcome": "kept"}, "stays live, because the night says no more."),
        ({"outcome": None}, "This night has no outcome: it was stopped, or it goes on."),
    ],
)
def test_every_outcome_has_its_sentence(changed: Night, said: str) -> None:
    assert said in heading(without_pictures(live_night(), **changed))


def test_many_failed_checks_are_named_in_part() -> None:
    checks = [{"check": f"check_{n}", "passed": False, "text": f"no {n}"} for n in range(9)]
    page = report_page(without_pictures(good_night(), checks=checks))
    assert "9 of 9 checks failed: check 0, check 1, check 2 and 6 more." in page
    listed = page.split('<ul class="failed-checks">')[1].split("</ul>")[0]
    assert (listed.count("<li>"), "and 3 more, listed below" in listed) == (7, True)
    assert section(page, "The gate's checks").count("<b>failed</b>") == 9


# ---- what it says


def test_figures_stand_beside_the_former_ones_with_their_change(good: str) -> None:
    english, chinese = good.split("<h2>Chinese</h2>")
    text = Tags(english.split("<h2>English</h2>")[1]).text
    tested = "of 512; 11 better, 7 worse; p.=.0.480"
    assert re.search(rf"Likeliest intent is right\s+{tested}\s+95.3.%\s+96.1.%\s+\+0.8\s+better", text)
    assert re.search(r"Answers that are wrong\s+of 431\s+3.1.%\s+2.6.%\s+−0.5\s+better", text)
    text = Tags(chinese.split("</section>")[0]).text
    assert re.search(r"Likeliest intent is right[^%]+96.8.%\s+95.6.%\s+−1.2\s+worse", text)
    assert re.search(r"Out of scope, refused[^%]+92.3.%\s+92.3.%\s+±0.0\s+Answers", text)


def english_figure(**figure: Any) -> str:
    page = report_page(without_pictures(good_night(), figures={"en": {"wrong_answers": figure}}))
    return Tags(section(page, "English").split("</section>")[0]).text


def test_a_change_that_most_messages_contradict_is_not_called_better() -> None:
    figure = {"live": 1.0, "candidate": 0.75, "n": 40, "asked": 90, "better": 1, "worse": 3, "p": 0.312}
    said = english_figure(**figure)
    assert "of 40 answers given; of all 90 messages 1 better, 3 worse" in said
    assert re.search(r"−25.0\s+undecided: more messages went the other way", said)
    assert re.search(r"−25.0\s+better", english_figure(**{**figure, "better": 4}))


def test_of_few_messages_a_change_is_neither() -> None:
    assert re.search(r"−25.0\s+too few to tell", english_figure(live=1.0, candidate=0.75, n=4))


def test_too_few_test_messages_are_said_instead_of_drawn() -> None:
    figures = {"en": {"top_intent": {"live": 0.5, "candidate": 0.75, "n": 4}}}
    steps = [{"examples": n, "figures": {"en": 0.5}, "tests": {"en": 4}} for n in (0, 9)]
    former = [{"began": "2026-11-29", "figures": {}}]
    page = report_page({**empty_night(), "figures": figures, "curve": steps, "former": former})
    assert "No learning curve and no trend is drawn for English (4)" in page
    assert "<img" not in page


def test_the_report_has_the_desks_own_time() -> None:
    night = without_pictures(good_night(), began="2026-11-30T18:46:00+00:00", timezone="Asia/Shanghai")
    assert "night of 1 December 2026, 02:46 Asia/Shanghai" in report_page(night)
    assert "18:46 UTC" in report_page({**night, "timezone": "Nowhere/Atall"})


def test_a_night_without_anything_new_says_so() -> None:
    night = without_pictures(live_night(), outcome="idle", idle="no review is new", checks=[], figures={})
    assert heading(night) == ("Nothing was new to learn, release 20261129-01 stays live: no review is new.")
    assert "failed" not in section(report_page(night), "The gate's checks")


def test_the_footer_says_in_words_what_was_set() -> None:
    given = Options(
        since=datetime(2026, 11, 1, tzinfo=UTC), trust=("rea",), limits=Limits(scripted=2)
    ).as_json()
    said = report_page(without_pictures(good_night(), options=given, timezone="Asia/Shanghai"))
    assert (
        "without older reviews than 1 November 2026, 08:00 Asia/Shanghai, trusting rea and with scripted "
        "conversations that may newly fail: 2."
    ) in said
    usual = report_page(without_pictures(good_night(), options=json.loads(json.dumps(Options().as_json()))))
    assert "with the usual settings" in usual
    assert "null" not in usual


def test_a_figure_nobody_knows_of_is_shown_without_a_verdict() -> None:
    figures = {"zh": {"spelling_rate": {"live": 0.2, "candidate": 0.3}}}
    page = report_page(without_pictures(good_night(), figures=figures))
    assert re.search(r"Spelling rate\s+20.0.%\s+30.0.%\s+\+10.0\s+What", Tags(page).text)
    assert "better" not in section(page, "Chinese").split("</section>")[0]


def test_what_changes_is_there_before_and_after_most_frequent_first(good: str) -> None:
    changes = section(good, "What would change for customers")
    asked = [int(n) for n in re.findall(r"asked (\d+) times", changes)]
    assert asked == [14, 11, 9, 8, 6, 4, 3]
    for change in good_night()["changes"]:
        for text in (change["text"], change["before"]["reply"], change["after"]["reply"]):
            assert text in unescape(changes)
    assert "answered, in other words" in changes
    assert "<h2>What changes for customers</h2>" in report_page(without_pictures(live_night()))


def test_who_taught_is_listed_and_who_was_kept_out_comes_first(good: str) -> None:
    learned = section(good, "What was learned, and from whom")
    names = re.findall(r"<bdi>(.*?)</bdi>", learned)
    assert names == ["temp-03", "rea", "林小满", "jo@example.org"]
    assert learned.count("kept out</span>") == 1
    assert "new intent</span>" in learned
    assert re.search(r"its author was kept out\s+26", Tags(learned).text)


def test_intents_that_got_worse_come_first(good: str) -> None:
    rows = re.findall("<tr><td.*?</tr>", section(good, "Intents"))
    assert "get_refund" in rows[0]
    assert "exchange_item" in rows[1]
    changes = [Tags(row).text.split()[-1] for row in rows]
    assert changes[:2] == ["−7.0", "−6.0"]
    assert changes[-1] == "±0.0"


def test_scripted_conversations_that_broke_come_first(good: str) -> None:
    scripted = section(good, "Scripted conversations")
    assert "43 of 45 conversations go as written, 43 did before." in scripted
    assert re.findall(">(broken|mended|as wrong as before)<", scripted) == [
        "broken", "as wrong as before", "mended",
    ]  # fmt: skip


def test_time_and_memory_add_up(good: str) -> None:
    text = Tags(section(good, "Time and memory")).text
    assert re.search(r"encode\s+2 min 22 s\s+620 MB\s+taken up again", text)
    assert re.search(r"All\s+31 min 36 s\s+1,490 MB", text)
    assert re.search(r"One message\s+16.1 ms\s+17.2 ms", text)


def test_every_picture_is_in_the_file(good: str) -> None:
    assert good.count('src="data:image/png;base64,') == 5


# ---- what it may do


@pytest.mark.parametrize("name", ["good", "evil"])
def test_nothing_is_run_and_nothing_loaded(name: str, request: pytest.FixtureRequest) -> None:
    page = request.getfixturevalue(name)
    found = Tags(page)
    assert not {"script", "link", "iframe", "object", "form", "a", "base", "svg"} & set(found.opened)
    assert [n for n, _ in found.attributes if n.startswith("on")] == []
    addresses = [v or "" for n, v in found.attributes if n in ("src", "href", "action", "srcset")]
    assert all(address.startswith("data:image/png;base64,") for address in addresses)
    assert "default-src 'none'; img-src data:; style-src 'unsafe-inline'" in page
    assert "url(" not in page


@pytest.mark.parametrize("name", ["good", "evil"])
def test_all_tags_are_closed(name: str, request: pytest.FixtureRequest) -> None:
    found = Tags(request.getfixturevalue(name))
    opened = [tag for tag in found.opened if tag not in ALONE]
    assert sorted(opened) == sorted(found.closed)


def test_script_in_texts_is_text(evil: str) -> None:
    assert SCRIPT in Tags(evil).text
    assert evil.encode("utf-8")
    assert not re.search("[\x00\x1b\x7f\u202e]", evil)


def test_a_very_long_night_is_cut_and_says_so(evil: str) -> None:
    assert len(evil) < 1_500_000
    assert "4,850 more questions in report.json" in evil
    assert "320 more intents in report.json" in evil
    assert "260 more people in report.json" in evil
    assert evil.count("<tr>") < 1000
    assert "a" * 699 + "…" in evil
    assert "a" * 701 not in evil


# ---- what is not there


@pytest.mark.parametrize("night", [{}, empty_night(), {"former": None, "figures": [], "changes": {"a": 1}}])
def test_a_night_without_anything_says_so_of_everything(night: Night) -> None:
    page = report_page(night)
    assert [title for title in HEADINGS if f"<h2>{title}</h2>" not in page] == []
    for said in (
        "This night has no outcome", "What was learned was not noted.", "Nothing was measured",
        "No logged questions were asked", "The gate was not reached.", "No stage was finished.",
        "No scripted conversation was played.", "Nobody has taught anything yet",
    ):  # fmt: skip
        assert said in page
    assert "<img" not in page
    assert "None" not in page


def test_a_night_that_failed_early_shows_how_far_it_got() -> None:
    page = report_page(failed_night())
    assert "stays live: the release could not be built: no space left on device." in page
    assert "It learned from 412 reviewed messages, 84 of them new, from 3 people." in page
    assert "Labels were not looked at: the night ended before." in page
    assert re.search(r"All\s+2 min 25 s", Tags(page).text)
    assert page.count("<img") == 1  # the nights before


@pytest.mark.parametrize("name", sorted(good_night()))
def test_any_part_may_be_missing_or_of_another_kind(name: str) -> None:
    night = without_pictures(good_night())
    for value in (None, [], {}, [None, 3, "x", []], {"a": None, "b": "x"}, "x", 7, -1.5):
        assert "<h2>Time and memory</h2>" in report_page({**night, name: value}), value
    del night[name]
    assert "<h2>Time and memory</h2>" in report_page(night)
