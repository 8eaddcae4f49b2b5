"""Old and half-written releases go; what customers are answered with, and what going back needs, stays."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from data.release.release import MANIFEST
from data.release.releases import ABANDONED, Releases

KILLED = """
import os, shutil, signal, sys
from pathlib import Path
import data.release.releases

def killed(folder, **how):
    os.kill(os.getpid(), signal.SIGKILL)

data.release.releases.shutil.rmtree = killed
data.release.releases.Releases(Path(sys.argv[1]), "kiosk").tidy(2)
"""


def build(folder: Path) -> dict[str, Any]:
    (folder / "encoder").mkdir()
    (folder / "classifier").mkdir()
    (folder / "classifier" / "weights").write_text("learned")
    return {}


@pytest.fixture
def releases(tmp_path: Path) -> Releases:
    return Releases(tmp_path, "kiosk")


@pytest.fixture
def five(releases: Releases) -> list[str]:
    return [releases.publish(f"desk-{n}", build).id for n in range(5)]


def left(home: Path) -> set[str]:
    return {f.name for f in (home / "desks" / "kiosk" / "releases").iterdir()}


def test_the_last_ones_stay(releases: Releases, five: list[str], tmp_path: Path) -> None:
    assert releases.beyond(3) == five[:2]
    assert releases.tidy(3) == five[:2]
    assert releases.ids() == five[2:]
    assert left(tmp_path) == set(five[2:])
    assert releases.tidy(3) == []


def test_the_live_one_and_the_one_before_it_stay_however_old(releases: Releases, five: list[str]) -> None:
    releases.make_live(five[1])
    assert releases.tidy(1) == five[2:4]
    assert releases.ids() == [five[0], five[1], five[4]]
    assert releases.make_live(five[0]).id == five[0]


def test_what_is_named_stays(releases: Releases, five: list[str]) -> None:
    assert releases.tidy(2, spare=[five[0], "20200101-01"]) == five[1:3]


def test_nothing_goes_while_nothing_is_certain(releases: Releases, five: list[str], tmp_path: Path) -> None:
    (tmp_path / "desks" / "kiosk" / "live").write_text("20200101-01\n")
    assert releases.tidy(2) == []
    (tmp_path / "desks" / "kiosk" / "live").unlink()
    assert releases.tidy(5) == []


def test_files_that_a_later_release_shares_stay_readable(releases: Releases) -> None:
    first = releases.publish("desk-1", build)
    derived = [releases.derive(lambda folder, live: {}) for _ in range(3)]
    assert releases.tidy(2) == [first.id, derived[0].id]
    assert (derived[2].folder / "classifier" / "weights").read_text() == "learned"


def test_what_killed_processes_left_goes(releases: Releases, five: list[str], tmp_path: Path) -> None:
    folder = tmp_path / "desks" / "kiosk" / "releases"
    for name in (".build-1", ".answers-2", ".gone-3", ".night-4", ".night-5"):
        (folder / name).mkdir()
        (folder / name / "part").write_text("half")
    long_ago = time.time() - 2 * ABANDONED
    for path in (folder / ".night-4" / "part", folder / ".night-4"):
        os.utime(path, (long_ago, long_ago))
    releases.tidy(5)
    assert left(tmp_path) == {*five, ".night-5"}  # nobody knows who writes it, and it is fresh


def test_what_somebody_is_building_stays(releases: Releases, five: list[str], tmp_path: Path) -> None:
    (tmp_path / "desks" / "kiosk" / "releases" / ".build-1").mkdir()
    with FileLock(tmp_path / "desks" / "kiosk" / "build.lock"):
        releases.tidy(5)
        assert ".build-1" in left(tmp_path)
    releases.tidy(5)
    assert ".build-1" not in left(tmp_path)


def test_killed_in_the_middle_no_release_is_half_there(
    releases: Releases, five: list[str], tmp_path: Path
) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    assert subprocess.run(command, cwd=Path(__file__).parents[3]).returncode == -signal.SIGKILL
    assert releases.ids() == five[3:]
    assert all((releases.get(i).folder / MANIFEST).exists() for i in releases.ids())
    assert len(left(tmp_path)) == 5
    assert releases.tidy(2) == []
    assert left(tmp_path) == set(five[3:])
