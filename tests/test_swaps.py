"""The running app takes a new release, or the one before, without losing a message or what it remembers."""

import shutil
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app_process import app_running
from tests.bench.swaps import FIRST, Swaps, swapped

pytestmark = pytest.mark.alone
SWAPS = 7
SOON = 5.0  # seconds, on a machine that has them to give
NOISE = 25.0  # MB; a release that stayed in memory would cost some 100


@pytest.fixture(scope="module")
def found(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Swaps]:
    own = tmp_path_factory.mktemp("swaps")
    shutil.copytree(home / "desks", own / "desks")
    with app_running(own, own / "app.log") as running:
        yield swapped(running, own, SWAPS)


def test_a_swap_is_taken_up_within_five_seconds(found: Swaps) -> None:
    slow = statistics.median(found.slowness)
    assert statistics.median(found.took) < SOON * slow, (found.took, slow)


def test_every_message_is_answered_in_order_and_by_both_releases(found: Swaps) -> None:
    for customer in found.customers:
        assert len(customer.answers) == len(customer.waits) > SWAPS
        assert [a["turn"] for a in customer.answers] == list(range(1, len(customer.answers) + 1))
        assert all(a["reply"] for a in customer.answers)
        assert len({a["release"] for a in customer.answers}) == 2


def test_the_order_is_remembered_over_every_swap(found: Swaps) -> None:
    for customer in found.customers:
        for answer in customer.answers:
            if answer["said"] not in (FIRST, "thank you"):
                assert answer["route"] == "answer", answer
                assert "HB-2048817" in str(answer["reply"]) or answer["intent"] == "track_order", answer


def test_memory_does_not_grow(found: Swaps) -> None:
    early, late = found.resident[1:4], found.resident[-3:]
    assert statistics.median(late) - statistics.median(early) < NOISE, found.resident
