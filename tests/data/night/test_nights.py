"""Nights: each begins and ends once, the latest come first, and the list says what a report says in short."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, update

from data.errors import ConflictError
from data.night.nights import OUTCOMES, Nights, in_short, night_folder, reasons_of
from data.night.tables import Night
from data.tables import now

CHECKS = [
    {
        "check": "golden",
        "language": "en",
        "passed": True,
        "text": "no worse",
        "live": 0.94,
        "candidate": 0.95,
    },
    {"check": "golden", "language": "zh", "passed": False, "text": "2 points worse", "live": 0.97},
]
REPORT: dict[str, Any] = {
    "checks": CHECKS,
    "learned": {
        "examples": 40, "fresh": 12, "exam": 9, "left_out": [{"turn": 3, "why": "no intent"}],
        "by_author": {"rea": {"examples": 30, "fresh": 12, "weight": 1.0, "kept_out": False}},
        "new_intents": [{"id": "new:tea", "title": {"en": "Tea", "zh": "茶"}}],
    },
    "figures": {
        "en": {"top_intent": {"live": 0.94, "candidate": 0.95, "n": 300, "better": 4, "worse": 1, "p": 0.3}},
        "zh": {"top_intent": {"live": 0.97, "candidate": None, "n": 0}},
    },
    "asked": 50, "changes": [{"text": "tea?"}, {"text": "茶？"}], "suspects": [{"text": "tea"}],
}  # fmt: skip


@pytest.fixture
def nights(engine: Engine) -> Nights:
    return Nights(engine, "shop")


def backdate(engine: Engine, night: str, days: int) -> None:
    with engine.begin() as db:
        db.execute(update(Night).where(Night.id == night).values(began=now() - timedelta(days=days)))


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_night_begins_and_ends(outcome: str, nights: Nights) -> None:
    nights.begin("20261130-0200-3f9c", "20261129-01", {"dry": False})
    going_on = nights.one("20261130-0200-3f9c")
    assert going_on is not None
    assert (going_on.ended, going_on.outcome, going_on.settings) == (None, "", {"dry": False})
    nights.end("20261130-0200-3f9c", outcome, "20261130-01", [{"text": "更差"}], in_short(REPORT))
    ended = nights.one("20261130-0200-3f9c")
    assert ended is not None
    assert ended.ended is not None
    assert ended.began <= ended.ended <= now()
    assert (ended.outcome, ended.before, ended.release) == (outcome, "20261129-01", "20261130-01")
    assert (ended.reasons, ended.figures) == ([{"text": "更差"}], in_short(REPORT))


def test_an_id_is_taken_once(nights: Nights) -> None:
    nights.begin("a", "r1", {})
    with pytest.raises(ConflictError, match="night a began already"):
        nights.begin("a", "r1", {})


@pytest.mark.parametrize("night", ["a", "b", "other"])
def test_only_what_goes_on_can_end(night: str, nights: Nights, engine: Engine) -> None:
    nights.begin("a", "r1", {})
    nights.end("a", "kept", None, [], {})
    Nights(engine, "library").begin("other", "r1", {})
    with pytest.raises(ConflictError, match="goes on that could end"):
        nights.end(night, "live", "r2", [], {})
    with pytest.raises(ValueError, match="one of live, trial"):
        nights.end(night, "splendid", "r2", [], {})


def test_each_desk_has_its_own_nights_newest_first(nights: Nights, engine: Engine) -> None:
    Nights(engine, "library").begin("other", "r1", {})
    for days, night in enumerate(("today", "yesterday", "before")):
        nights.begin(night, "r1", {})
        backdate(engine, night, days)
    assert [night.id for night in nights.latest()] == ["today", "yesterday", "before"]
    assert [night.id for night in nights.latest(2)] == ["today", "yesterday"]
    assert nights.one("other") is None
    assert nights.one("../today") is None


def test_a_report_gets_the_nights_before_it_oldest_first(nights: Nights, engine: Engine) -> None:
    for days, night in enumerate(("now", "kept", "live", "failed")):
        nights.begin(night, "r1", {})
        backdate(engine, night, days)
    nights.end("failed", "failed", None, [], {})
    nights.end("live", "live", "r2", [], in_short(REPORT))
    nights.end("kept", "kept", "r3", [], in_short(REPORT))
    former = nights.former()
    assert [(f["night"], f["outcome"], f["release"]) for f in former] == [
        ("failed", "failed", None), ("live", "live", "r2"), ("kept", "kept", "r3"),
    ]  # fmt: skip
    assert [f["figures"] for f in former] == [{}, *[{"en": {"top_intent": 0.95}, "zh": {}}] * 2]
    assert json.loads(json.dumps(former)) == former
    assert [f["night"] for f in nights.former(1)] == ["kept"]


def test_a_report_in_short() -> None:
    assert in_short(REPORT) == {
        "learned": {
            "examples": 40, "fresh": 12, "exam": 9, "left_out": 1,
            "by_author": {"rea": {"fresh": 12, "kept_out": False}},
            "new_intents": [{"id": "new:tea", "title": {"en": "Tea", "zh": "茶"}}],
        },
        "figures": {
            "en": {"top_intent": {"live": 0.94, "candidate": 0.95, "n": 300, "better": 4, "worse": 1}},
            "zh": {"top_intent": {"live": 0.97, "candidate": None, "n": 0}},
        },
        "asked": 50, "changes": 2, "suspects": 1, "checks": 2, "failed": 1,
    }  # fmt: skip
    assert reasons_of(REPORT) == CHECKS[1:]


@pytest.mark.parametrize("report", [{}, {"learned": None, "figures": None, "checks": None, "changes": None}])
def test_a_night_that_ended_early_has_a_short_form_too(report: dict[str, Any]) -> None:
    found = in_short(report)
    assert (found["figures"], found["asked"], found["changes"], found["failed"]) == ({}, None, 0, 0)
    assert reasons_of({**report, "error": "killed"}) == [{"check": "error", "language": "", "text": "killed"}]


def test_what_no_database_takes_is_left_out(nights: Nights) -> None:
    nan, half = float("nan"), "a\ud800"
    report = {
        "figures": {"en": {"top_intent": {"live": nan, "candidate": float("inf"), "n": 3}}},
        "learned": {"by_author": {half: {"fresh": 1}}},
        "checks": [{"check": half, "passed": False, "live": nan}],
    }
    nights.begin("a", "r1", {})
    nights.end("a", "kept", None, reasons_of(report), in_short(report))
    (found,) = nights.latest()
    assert found.figures["figures"]["en"]["top_intent"] == {"live": None, "candidate": None, "n": 3}
    assert found.figures["learned"]["by_author"] == {"a?": {"fresh": 1, "kept_out": None}}
    assert found.reasons == [{"check": "a?", "passed": False, "live": None}]


def test_a_nights_files_lie_in_the_home(tmp_path: Path) -> None:
    assert night_folder(tmp_path, "shop", "a") == tmp_path / "desks" / "shop" / "nights" / "a"


def test_a_night_with_nothing_to_learn_says_so_and_failed_nothing() -> None:
    report = {"checks": [], "idle": "no review is new"}
    assert reasons_of(report) == [{"check": "reviews", "language": "", "text": "no review is new"}]
    assert in_short(report)["failed"] == 0
