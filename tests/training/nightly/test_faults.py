"""Whatever happens to a night, the live release answers, the database is whole, and the next one succeeds."""

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from data.night.lease import leased
from data.night.nights import Nights
from data.night.tables import Night
from tests.training.nightly.conftest import House
from tests.training.nightly.test_week import shuffled
from training.examples import LabelledMessage

ROOT = Path(__file__).parents[3]
LITTLE = 3_000_000  # bytes that a file may have, as on a disk that is nearly full
CARDS = ["gift_card"]


def night(house: House, *options: str, **process: Callable[[], None]) -> "subprocess.Popen[str]":
    settings = house.settings
    environment = {
        **os.environ,
        "FRONTDESK_HOME": str(settings.home),
        "FRONTDESK_DESK": str(settings.desk),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "training.nightly", "--budget", "9m", *options],
        cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **process,
    )  # fmt: skip


def ended(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    said, errors = process.communicate(timeout=300)
    return process.returncode, said, errors


def assert_unharmed(house: House, release: str) -> None:
    assert house.releases.live().id == release
    assert house.bot().reply("still-there", "where is my order HB-2048817").decision.route == "answer"
    with house.engine.connect() as db:
        assert db.scalar(text("PRAGMA integrity_check")) == "ok"


def newest(house: House) -> Night:
    return Nights(house.engine, "shop").latest(1)[0]


def killed_when(house: House, marker: str) -> None:
    """Run a night and kill it as soon as a file of its folder, or of the releases, is there."""
    process = night(house)
    root = house.settings.home / "desks" / "shop"
    until = time.monotonic() + 240
    while not list(root.glob(marker)):
        assert process.poll() is None, ended(process)
        assert time.monotonic() < until, f"{marker} did not come"
        time.sleep(0.01)
    process.kill()
    ended(process)


def test_killed_at_every_stage_it_goes_on_and_ends_well(
    house: House, shop_messages: list[LabelledMessage]
) -> None:
    house.day([(m.text, m.label) for m in shuffled(shop_messages, CARDS, 40)])
    before = house.releases.live().id
    killed_when(house, "nights/*/night.json")
    assert_unharmed(house, before)
    killed_when(house, "nights/*/candidate/encoder/*")
    assert_unharmed(house, before)
    killed_when(house, "nights/*/fit.json")
    assert_unharmed(house, before)
    first = newest(house).id
    killed_when(house, "nights/*/exam.json")
    assert_unharmed(house, before)
    code, said, errors = ended(night(house))
    assert (code, json.loads(said)["outcome"]) == (0, "live"), errors
    row = newest(house)
    assert (row.id, row.outcome, row.release) == (first, "live", house.releases.live().id)
    report = json.loads(Path(json.loads(said)["report"]).with_suffix(".json").read_text("utf-8"))
    assert {stage["name"]: stage["resumed"] for stage in report["stages"]}["fit"]
    assert sorted(f.name for f in Path(json.loads(said)["report"]).parent.iterdir()) == [
        "report.html", "report.json",
    ]  # fmt: skip
    assert_unharmed(house, str(row.release))


def test_no_more_disk_and_broken_leftovers(house: House, shop_messages: list[LabelledMessage]) -> None:
    house.day([(m.text, m.label) for m in shuffled(shop_messages, CARDS, 10)])
    before = house.releases.live().id
    desk = house.settings.home / "desks" / "shop"
    (desk / "releases" / ".build-left").mkdir()
    (desk / "releases" / "20300101-01").mkdir()  # no manifest: no release
    (desk / "nights" / "20300101-0200-aaaa").mkdir(parents=True)
    (desk / "nights" / "20300101-0200-aaaa" / "night.json").write_text("{half", "utf-8")
    process = night(house, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (LITTLE, LITTLE)))
    code, said, errors = ended(process)
    assert (code, json.loads(said)["outcome"]) == (1, "failed"), errors
    assert "File too large" in json.loads(said)["reasons"][0]
    assert_unharmed(house, before)
    assert not (desk / "nights" / "20300101-0200-aaaa").exists()
    assert not list((desk / "nights").glob("*/candidate"))


def test_only_one_night_runs(house: House) -> None:
    with leased(house.engine, "night of shop"):
        code, said, _ = ended(night(house))
    [reason] = json.loads(said)["reasons"]
    assert (code, json.loads(said)["outcome"]) == (3, "busy")  # a timer alarms nobody
    assert f"night of shop runs already: {os.uname().nodename}:{os.getpid()}" in reason


def test_what_is_no_option_is_said(house: House) -> None:
    code, _, errors = ended(night(house, "--budget", "soon"))
    assert code == 2
    assert "write 2h, 90m or 600s" in errors


def test_a_budget_that_is_over_ends_the_night(house: House, shop_messages: list[LabelledMessage]) -> None:
    house.day([(m.text, m.label) for m in shuffled(shop_messages, CARDS, 10)])
    before = house.releases.live().id
    house.releases.bar([before])  # it has learned from texts that were erased since
    code, said, _ = ended(night(house, "--budget", "0.5s"))
    assert (code, json.loads(said)["outcome"]) == (1, "failed")
    erased, over = json.loads(said)["reasons"]
    assert "erased since, and stays live" in erased
    assert "give it more with --budget" in over
    assert_unharmed(house, before)


@pytest.mark.parametrize("setting", ["FRONTDESK_DESK", "FRONTDESK_HOME"])
def test_without_a_desk_or_a_release_it_says_what_to_do(setting: str, house: House, tmp_path: Path) -> None:
    environment = {**os.environ, "FRONTDESK_HOME": str(house.settings.home)}
    environment["FRONTDESK_DESK"] = str(house.settings.desk)
    environment[setting] = str(tmp_path / "nothing")
    done = subprocess.run(
        [sys.executable, "-m", "training.nightly"], cwd=ROOT, env=environment, text=True, capture_output=True
    )
    assert done.returncode == 1
    assert "frontdesk: " in done.stderr
    assert "Traceback" not in done.stderr
