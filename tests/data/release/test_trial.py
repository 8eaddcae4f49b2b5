"""Which conversations fall to a release on trial: a fixed share, the same ones at all times and places."""

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from data.errors import ReleaseError
from data.release.trial import NOTICE, Trial
from data.tables import now

SESSIONS = [f"session-{n}" for n in range(4000)]
ELSEWHERE = """
import sys
from data.release.trial import Trial
trial = Trial.read(sys.argv[1])
print(*(n for n in range(4000) if trial.draws(f"session-{n}")))
"""


@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_about_the_share_is_drawn(share: float) -> None:
    drawn = sum(map(Trial.of("r", "share", share, "ann").draws, SESSIONS))
    assert drawn / len(SESSIONS) == pytest.approx(share, abs=0.03)


def test_another_process_draws_the_same() -> None:
    trial = Trial.of("r", "share", 0.3, "ann")
    said = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, trial.text()],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3],
    ).stdout  # fmt: skip
    assert said.split() == [str(n) for n, session in enumerate(SESSIONS) if trial.draws(session)]


def test_the_same_release_tried_again_draws_others() -> None:
    first, second = (Trial.of("r", "share", 0.5, "ann") for _ in range(2))
    assert [*map(first.draws, SESSIONS)] != [*map(second.draws, SESSIONS)]


def test_nothing_is_taken_in_the_shadow() -> None:
    assert not any(map(Trial.of("r", "shadow", 0.5, "ann").draws, SESSIONS))


def test_a_share_is_taken_once_all_had_notice_and_until_the_end() -> None:
    trial = Trial.of("r", "share", 0.5, "ann")
    session = next(s for s in SESSIONS if trial.draws(s))
    begun = replace(trial, since=trial.since - NOTICE)
    ended = replace(begun, ended=now())
    assert [t.takes(session) for t in (trial, begun, ended)] == [False, True, False]


def test_a_file_gives_back_what_was_written() -> None:
    trial = Trial.of("r", "share", 0.25, "安妮")
    assert Trial.read(trial.text()) == trial
    ended = replace(trial, ended=trial.since + timedelta(days=1))
    assert Trial.read(ended.text()) == ended


@pytest.mark.parametrize("effect", [0.0, 1.0, -0.1])
def test_an_effect_is_a_difference_of_shares(effect: float) -> None:
    with pytest.raises(ReleaseError, match="between 0 and 1"):
        Trial.of("r", "share", 0.5, "ann", effect)
