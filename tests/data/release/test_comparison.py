"""Conversations of two sides are counted, each once, and the primary figure alone decides."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from data.release.comparison import FIGURES, PRIMARY, Comparison, Figure, compare
from data.release.proportions import Share
from data.release.trial import Trial
from data.tables import Conversation, Feedback, TurnRow, now

BEGAN = now() - timedelta(days=2)
TRIAL = replace(Trial.of("new", "share", 0.5, "ann", effect=0.4), since=BEGAN)
Turns = tuple[str, ...]


def sessions(tried: bool) -> Iterator[str]:
    return (s for n in count() if TRIAL.draws(s := f"s{n}") == tried)


OF_TRIAL, OF_LIVE = sessions(True), sessions(False)


def say(
    engine: Engine,
    routes: Turns,
    tried: bool,
    csat: int | None = None,
    thumbs: Turns = (),
    after: timedelta = timedelta(hours=1),
    releases: Turns = (),
) -> None:
    """Write a conversation of a side; `releases` are those that answered, usually the side's own."""
    session = next(OF_TRIAL if tried else OF_LIVE)
    answered = releases or ("new" if tried else "old",) * len(routes)
    with engine.begin() as db:
        db.execute(insert(Conversation), {"session": session, "desk": "shop", "csat": csat, "memory": {}})
        for number, (route, release) in enumerate(zip(routes, answered, strict=True), 1):
            row: dict[str, Any] = {
                "session": session, "number": number, "at": BEGAN + after, "text": "where is it",
                "language": "en", "intent": None, "confidence": 0.9, "route": route, "reason": "sure",
                "reply": "Here.", "release": release, "ms": 20.0, "details": {},
            }  # fmt: skip
            db.execute(insert(TurnRow), row)
        for number, thumb in enumerate(thumbs, 1):
            db.execute(insert(Feedback), {"session": session, "number": number, "helpful": thumb == "up"})


def figure(found: Comparison, name: str) -> Figure:
    return next(f for f in found.figures if f.name == name)


def test_nothing_is_compared_yet(engine: Engine) -> None:
    found = compare(engine, TRIAL)
    assert (found.live, found.trial, found.mixed, found.verdict) == (0, 0, 0, "early")
    assert found.needed > 10
    assert all(f.difference is None and f.better is None for f in found.figures)
    assert found.figures[0].name == PRIMARY
    assert [f.name for f in found.figures] == list(FIGURES)


def test_a_conversation_counts_once_however_long_it_is(engine: Engine) -> None:
    say(engine, ("answer",) * 5, tried=True)
    say(engine, ("refuse", "answer", "handoff"), tried=True)
    say(engine, ("clarify",), tried=False)
    found = compare(engine, TRIAL)
    assert (found.trial, found.live) == (2, 1)
    shares = {f.name: (f.trial, f.live) for f in found.figures}
    assert shares["answered"] == (Share(1, 2), Share(0, 1))
    assert shares["handed_off"] == (Share(1, 2), Share(0, 1))
    assert shares["refused"] == (Share(1, 2), Share(0, 1))


def test_thumbs_and_scores_are_of_those_who_gave_one(engine: Engine) -> None:
    say(engine, ("answer", "answer"), tried=True, thumbs=("up", "down"), csat=4)
    say(engine, ("answer",), tried=True, thumbs=("up",), csat=3)
    say(engine, ("answer",), tried=True)
    found = compare(engine, TRIAL)
    assert figure(found, "thumbs_up").trial == Share(1, 2)
    assert figure(found, "content").trial == Share(1, 2)


def test_what_both_releases_answered_is_left_out_and_counted(engine: Engine) -> None:
    say(engine, ("answer", "answer"), tried=True, releases=("new", "old"))
    say(engine, ("answer",), tried=True, releases=("old",))
    say(engine, ("answer",), tried=False, releases=("new",))
    found = compare(engine, TRIAL)
    assert (found.live, found.trial, found.mixed) == (0, 0, 3)


def test_only_conversations_that_began_during_the_trial_count(engine: Engine) -> None:
    say(engine, ("answer",), tried=False, after=-timedelta(hours=1))
    say(engine, ("answer",), tried=False)
    say(engine, ("answer",), tried=False, after=timedelta(hours=30))
    assert compare(engine, TRIAL).live == 2
    assert compare(engine, replace(TRIAL, ended=BEGAN + timedelta(hours=24))).live == 1


@pytest.mark.parametrize(("good", "verdict"), [(30, "better"), (3, "worse"), (17, "no_difference")])
def test_with_enough_conversations_there_is_a_verdict(engine: Engine, good: int, verdict: str) -> None:
    for n in range(34):
        say(engine, ("answer" if n < good else "handoff",), tried=True)
        say(engine, ("answer" if n < 17 else "handoff",), tried=False)
    found = compare(engine, TRIAL)
    assert found.trial >= found.needed
    assert found.verdict == verdict
    assert figure(found, "handed_off").better == {"better": True, "worse": False}.get(verdict)


def test_before_that_there_is_none_however_it_looks(engine: Engine) -> None:
    for _ in range(10):
        say(engine, ("answer",), tried=True)
        say(engine, ("handoff",), tried=False)
    found = compare(engine, TRIAL)
    assert found.figures[0].clear
    assert found.verdict == "early"


def test_what_is_only_watched_must_be_clearer(engine: Engine) -> None:
    """p = 0.04 would do for the primary figure."""
    for n in range(20):
        say(engine, ("search", "refuse") if n < 6 else ("search",), tried=True)
        say(engine, ("search", "refuse") if n < 0 else ("search",), tried=False)
    found = figure(compare(engine, TRIAL), "refused")
    assert found.difference is not None
    assert 0.0125 < found.difference.p < 0.05
    assert not found.clear
