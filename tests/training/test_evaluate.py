"""Figures are shares of what held; and the live release of the bundled desk is good enough."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.classifier import LEFT_OUT, Thresholds
from bot.pipeline import Bot
from data.database import open_database
from data.desk import Desk
from data.log.conversations import Conversations
from data.release.releases import Releases
from training.calibrate import STAND_IN, HeldOut
from training.evaluate import (
    Check,
    by_intent,
    check_all,
    check_conversations,
    check_messages,
    check_misspelt,
    check_moods,
    check_several,
    main,
    not_measured,
    shares,
    summary,
)  # fmt: skip
from training.examples import LabelledMessage


def test_shares_by_hand() -> None:
    checks = [Check("a", True, ""), Check("a", False, ""), Check("a", False, ""), Check("b", True, "")]
    assert shares(checks) == {"a": 0.3333, "b": 1.0}


def test_nothing_checked_is_no_figure() -> None:
    assert shares([]) == {}


def test_a_summary_by_hand() -> None:
    """Six messages ten times, two intents, temperature 1: margins of 4 and 0 make a confidence of 0.982."""
    margins = np.array([[4, 0], [0, 4], [4, 0], [4, 0], [4, 0], [0, 0]], np.float32)
    held_out = HeldOut(
        labels=("a", "b", "out_of_scope"),
        languages=np.array(["en"] * 60),
        truth=[{"a"}, {"b"}, {"b"}, {"a"}, set(), set()] * 10,
        margins=np.tile(margins, (10, 1)),
        in_scope=np.tile(np.array([1, 1, 1, 0.1, 1, 0.1], np.float32), 10),
    )
    found = summary(held_out, {"en": Thresholds(accept_at=0.5, refuse_below=0.3)})["en"]
    del found["calibration_error"]
    assert found == {
        "thresholds_fitted_to": Thresholds().basis,
        "accuracy": 0.75,  # three of four
        "in_scope_answered": 0.75,
        "in_scope_refused": 0.25,
        "out_of_scope_refused": 0.5,
        "out_of_scope_answered": 0.5,
        # of the four answers, one is of the wrong intent and one to a message out of scope
        "answers_wrong": 0.5,
    }


def test_stand_ins_count_in_a_summary_as_they_did_for_the_thresholds() -> None:
    """Thirty of each: sixty in scope, half of them hardly, and thirty that stand in, all of them answered."""
    held_out = HeldOut(
        labels=("a", "b", "out_of_scope"),
        languages=np.array(["en"] * 90),
        truth=[{"a"}, {"a"}, set()] * 30,
        margins=np.tile(np.array([4, 0], np.float32), (90, 1)),
        in_scope=np.tile(np.array([1, 0.6, 1], np.float32), 30),
        stand_ins=frozenset(["en"]),
    )
    found = summary(held_out, {"en": Thresholds(accept_at=0.5, refuse_below=0.8, basis=LEFT_OUT)})["en"]
    assert found["answers_wrong"] == STAND_IN / (1 + STAND_IN)
    assert found["in_scope_refused"] == 0.0  # asked about
    assert found["in_scope_answered"] == 0.5


def test_one_message_out_of_scope_is_no_figure() -> None:
    truth: list[set[str]] = [{"a"}] * 40 + [set()]
    margins, ours = np.tile(np.array([4, 0], np.float32), (41, 1)), np.ones(41, np.float32)
    held_out = HeldOut(("a", "b", "out_of_scope"), np.array(["en"] * 41), truth, margins, ours)
    found = summary(held_out, {"en": Thresholds()})["en"]
    assert "in_scope_refused" in found
    assert "out_of_scope_refused" not in found


def test_each_language_has_its_own_summary() -> None:
    held_out = HeldOut(
        ("a", "b", "out_of_scope"), np.array(["en", "zh"]), [{"a"}, {"b"}], np.array([[4, 0], [4, 0]],
         np.float32),
        np.ones(2, np.float32),
    )  # fmt: skip
    found = summary(held_out, {"en": Thresholds(), "zh": Thresholds()})
    assert (found["en"]["accuracy"], found["zh"]["accuracy"]) == (1.0, 0.0)


def test_figures_per_intent_by_hand() -> None:
    said = [("send it back", "a"), ("hello", "b"), ("hi", "b"), ("sing", "")]
    messages = [LabelledMessage(t, "en", (x,) if x else (), 0.0, t) for t, x in said]
    held_out = HeldOut(
        ("a", "b", "out_of_scope"), np.array(["en", "en", "zh", "en"]), [{"a"}, {"b"}, {"b"}, set()],
        np.array([[4, 0], [4, 0], [0, 4], [4, 0]], np.float32), np.ones(4, np.float32),
    )  # fmt: skip
    assert by_intent(held_out, messages) == {
        "a": {"examples": 1, "en": [1, 1]},
        "b": {"examples": 2, "en": [0, 1], "zh": [1, 1]},
    }


def test_a_desk_without_tests_is_told_so_in_a_line(small_desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTDESK_DESK", str(small_desk))
    monkeypatch.setattr("sys.argv", ["evaluate"])
    with pytest.raises(SystemExit, match=r"kiosk has no tests .* tests/golden_en\.jsonl, see docs/desk\.md"):
        main()


def test_tests_that_are_missing_are_named(tmp_path: Path) -> None:
    for name in ("golden_en", "golden_zh", "several_zh", "conversations_zh"):
        rows(tmp_path / f"{name}.jsonl")
    assert not_measured(tmp_path, ("en", "zh")) == ["several_en.jsonl", "conversations_en.jsonl"]


# with the live release


@pytest.fixture(scope="module")
def bot(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    folder = tmp_path_factory.mktemp("evaluate")
    engine = open_database(f"sqlite:///{folder / 'tests.sqlite3'}", folder)
    yield Bot.of(Releases(home, "shop").live(), Conversations(engine, "shop"))
    engine.dispose()


def rows(file: Path, *cases: dict[str, Any]) -> Path:
    file.write_text("\n".join(json.dumps(case, ensure_ascii=False) for case in cases), "utf-8")
    return file


def test_messages_are_checked(bot: Bot, tmp_path: Path) -> None:
    file = rows(
        tmp_path / "golden.jsonl",
        {"text": "where is my order HB-2048817", "intent": "track_order", "indirect": False},
        {"text": "how do I reset my password?", "intent": "newsletter", "indirect": True},
        {"text": "write me a poem about the sea", "intent": None, "indirect": False},
    )
    assert shares(list(check_messages(bot, file))) == {
        "top intent": 0.5,
        "top intent, direct": 1.0,
        "top intent, indirect": 0.0,
        "in scope: not refused": 1.0,
        "in scope: acted on": 1.0,
        "in scope: one request found": 1.0,
        "acted on: right": 0.5,
        "out of scope: refused": 1.0,
        "out of scope: no intent acted on": 1.0,
    }


def test_what_went_wrong_is_said(bot: Bot, tmp_path: Path) -> None:
    file = rows(
        tmp_path / "g.jsonl",
        {"text": "how do I reset my password?", "intent": "newsletter", "indirect": True},
    )
    wrong = next(c.what for c in check_messages(bot, file) if not c.right)
    assert wrong.startswith("how do I reset my password? | wanted newsletter, answer recover_password")


def test_messages_with_two_requests_are_checked(bot: Bot, tmp_path: Path) -> None:
    file = rows(
        tmp_path / "several.jsonl",
        {"text": "where is my order HB-2048817", "intents": ["track_order", "newsletter"]},
        {"text": "where is my order HB-2048817", "intents": ["track_order"]},
    )
    assert shares(list(check_several(bot, file))) == {
        "two requests: both found": 0.5,
        "two requests: one found": 1.0,
    }


def test_misspelt_messages_are_checked(bot: Bot, tmp_path: Path) -> None:
    file = rows(
        tmp_path / "misspelt.jsonl",
        {"text": "were is my parcle", "intents": ["track_order", "late_or_lost_parcel"]},
        {"text": "i forgott my pasword", "intents": ["newsletter"]},
        {"text": "wriet me a peom about the sea", "intents": []},
    )
    assert shares(list(check_misspelt(bot, file))) == {
        "misspelt: top intent": 0.5,
        "misspelt: in scope: not refused": 1.0,
        "misspelt: out of scope: refused": 1.0,
    }


def test_conversations_are_checked(bot: Bot, tmp_path: Path) -> None:
    file = rows(
        tmp_path / "talks.jsonl",
        {
            "id": "one",
            "turns": [
                {"say": "where is my order", "route": "ask_slot", "intent": "track_order", "lang": "en"},
                {"say": "HB-2048817", "route": ["answer", "search"], "intent": "newsletter", "lang": "zh"},
                {"say": "thank you", "route": "refuse"},
            ],
        },
    )
    assert shares(list(check_conversations(bot, file))) == {
        "scripted turns: route": 0.6667,
        "scripted turns: route and intent": 0.3333,
        "scripted turns: language": 0.5,
    }


def test_moods_are_checked(bot: Bot, tmp_path: Path) -> None:
    """A message without displeasure counts as missed where unhappy was wanted, as right where neutral was."""
    calm = "which colours does the wool throw come in?"
    file = rows(
        tmp_path / "mood.jsonl",
        {"text": "this is a disgrace, I am furious, you useless liars", "mood": "angry"},
        {"text": "我真的非常失望，太差劲了，气死我了", "mood": "unhappy"},
        {"text": calm, "mood": "unhappy"},
        {"text": calm, "mood": "neutral"},
        {"text": "谢谢，太好了，很喜欢", "mood": "happy"},
    )
    checks = list(check_moods(bot, file))
    assert shares(checks) == {"mood: negative or not": 0.8, "mood: negative found": 0.6667}
    wrong = {check.what.split(",")[0] for check in checks if not check.right}
    assert wrong == {f"{calm} | wanted unhappy"}


def test_an_unneeded_alarm_is_no_negative_found(bot: Bot, tmp_path: Path) -> None:
    text = "this is a disgrace, I am furious, you useless liars"
    file = rows(tmp_path / "mood.jsonl", {"text": text, "mood": "neutral"})
    assert shares(list(check_moods(bot, file))) == {"mood: negative or not": 0.0}


@pytest.fixture(scope="module")
def figures(bot: Bot, desk: Desk) -> dict[str, dict[str, float]]:
    return {language: shares(check_all(bot, desk.folder / "tests", language)) for language in desk.languages}


@pytest.mark.parametrize(
    ("figure", "language", "least"),
    [
        ("top intent", "en", 0.88),
        ("top intent", "zh", 0.85),
        ("out of scope: refused", "en", 0.80),
        ("out of scope: refused", "zh", 0.80),
        ("in scope: not refused", "en", 0.92),
        ("in scope: not refused", "zh", 0.92),
        ("misspelt: top intent", "en", 0.85),
        ("misspelt: top intent", "zh", 0.85),
        ("misspelt: in scope: not refused", "en", 0.90),
        ("misspelt: out of scope: refused", "en", 0.85),
        ("mood: negative or not", "en", 0.80),
        ("mood: negative or not", "zh", 0.80),
        ("mood: negative found", "en", 0.75),
        ("mood: negative found", "zh", 0.75),
        ("scripted turns: route", "en", 0.80),
        ("scripted turns: route", "zh", 0.80),
    ],
)
def test_the_live_release_is_good_enough(
    figure: str, language: str, least: float, figures: dict[str, dict[str, float]]
) -> None:
    assert figures[language][figure] >= least
