"""A release is finished or not there at all; one pointer says which is live."""

import hashlib
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from data.errors import ConflictError, ReleaseError
from data.release.release import FORMAT, LEARNED, MANIFEST, Release
from data.release.releases import Releases

PUBLISH = """
import os, signal, sys, time
from pathlib import Path
from data.release.releases import Releases
home, how = Path(sys.argv[1]), sys.argv[2]

def build(folder):
    (folder / "model").write_text("new")
    if how == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    with open(home / "builds", "a") as log:
        log.write("built\\n")
    time.sleep(0.5)
    return {}

print(Releases(home, "kiosk").publish("desk-1", build).id)
"""


def start(home: Path, how: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", PUBLISH, str(home), how],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3],
    )  # fmt: skip


def build(folder: Path) -> dict[str, Any]:
    (folder / "parts").mkdir()
    (folder / "model").write_text("weights")
    (folder / "parts" / "index").write_bytes(b"\0\1")
    return {"accuracy": 0.9}


def broken(_folder: Path) -> dict[str, Any]:
    raise RuntimeError("out of memory")


@pytest.fixture
def releases(tmp_path: Path) -> Releases:
    return Releases(tmp_path, "kiosk")


@pytest.fixture
def two(releases: Releases) -> tuple[Release, Release]:
    return releases.publish("desk-1", build), releases.publish("desk-2", build)


def test_there_is_no_live_release_at_first(releases: Releases) -> None:
    with pytest.raises(ReleaseError, match=r"no live release; `python -m training\.publish` builds one"):
        releases.live()


def test_there_are_no_releases_at_first(releases: Releases) -> None:
    assert releases.ids() == []


def test_a_published_release_is_live(releases: Releases) -> None:
    assert releases.publish("desk-1", build) == releases.live()


def test_a_release_knows_its_desk_and_what_was_measured(releases: Releases) -> None:
    release = releases.publish("desk-1", build)
    assert (release.desk, release.metrics) == ("desk-1", {"accuracy": 0.9})


def test_the_manifest_lists_every_file_with_its_digest(releases: Releases) -> None:
    release = releases.publish("desk-1", build)
    manifest = json.loads((release.folder / MANIFEST).read_text("utf-8"))
    assert manifest["files"] == {
        "model": hashlib.sha256(b"weights").hexdigest(),
        "parts/index": hashlib.sha256(b"\0\1").hexdigest(),
    }


def test_there_is_no_manifest_while_a_release_is_built(releases: Releases, tmp_path: Path) -> None:
    seen: list[Path] = []

    def look(folder: Path) -> dict[str, Any]:
        build(folder)
        seen.extend(tmp_path.rglob(MANIFEST))
        return {}

    releases.publish("desk-1", look)
    assert seen == []


def test_a_release_that_is_being_built_is_none(releases: Releases) -> None:
    seen: list[list[str]] = []

    def look(folder: Path) -> dict[str, Any]:
        seen.append(releases.ids())
        return {}

    releases.publish("desk-1", look)
    assert seen == [[]]


def test_a_folder_that_was_not_renamed_yet_is_no_release(
    releases: Releases, two: tuple[Release, Release]
) -> None:
    two[1].folder.rename(two[1].folder.with_name(f".{two[1].id}"))  # killed before the last step
    assert releases.ids() == [two[0].id]


def test_a_failed_build_leaves_the_live_release(releases: Releases) -> None:
    before = releases.publish("desk-1", build)
    with pytest.raises(RuntimeError, match="out of memory"):
        releases.publish("desk-2", broken)
    assert (releases.live(), releases.ids()) == (before, [before.id])


def test_after_a_failed_build_the_next_one_works(releases: Releases) -> None:
    with pytest.raises(RuntimeError, match="out of memory"):
        releases.publish("desk-1", broken)
    assert releases.publish("desk-1", build) == releases.live()


def test_after_a_killed_build_the_next_one_works(releases: Releases, tmp_path: Path) -> None:
    process = start(tmp_path, "killed")
    _, errors = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, errors
    assert releases.ids() == []
    release = releases.publish("desk-1", build)
    assert (release.folder / "model").read_text() == "weights"


def test_the_same_desk_twice_is_built_once(releases: Releases) -> None:
    assert releases.publish("desk-1", build) == releases.publish("desk-1", broken)


def test_fresh_builds_the_same_desk_again(releases: Releases) -> None:
    first, second = releases.publish("desk-1", build), releases.publish("desk-1", build, fresh=True)
    assert releases.ids() == [first.id, second.id]
    assert releases.live() == second


def test_two_processes_publishing_at_once_build_once(releases: Releases, tmp_path: Path) -> None:
    processes = [start(tmp_path, "") for _ in range(2)]
    answers = [process.communicate(timeout=60) for process in processes]
    assert [out.strip() for out, _ in answers] == [releases.live().id] * 2, answers
    assert (tmp_path / "builds").read_text() == "built\n"


def test_desks_have_their_own_releases(releases: Releases, tmp_path: Path) -> None:
    releases.publish("desk-1", build)
    assert Releases(tmp_path, "other").ids() == []


def test_ids_are_oldest_first(releases: Releases, two: tuple[Release, Release]) -> None:
    assert releases.ids() == [two[0].id, two[1].id]


def test_going_back(releases: Releases, two: tuple[Release, Release]) -> None:
    releases.make_live(two[0].id)
    assert releases.live() == two[0]


def test_going_back_keeps_the_later_release(releases: Releases, two: tuple[Release, Release]) -> None:
    releases.make_live(two[0].id)
    assert releases.make_live(two[1].id) == releases.live() == two[1]


def test_a_release_that_does_not_exist_can_not_go_live(
    releases: Releases, two: tuple[Release, Release]
) -> None:
    with pytest.raises(ReleaseError, match=r"'20200101-01' .* is damaged or gone"):
        releases.make_live("20200101-01")
    assert releases.live() == two[1]


def test_a_reader_sees_one_release_or_the_other(releases: Releases, two: tuple[Release, Release]) -> None:
    def read(_: int) -> str:
        return releases.live().id

    with ThreadPoolExecutor(4) as pool:
        reads = pool.map(read, range(2000))
        for turn in range(300):
            releases.make_live(two[turn % 2].id)
        assert set(reads) <= {two[0].id, two[1].id}


def test_nothing_is_left_beside_the_pointer(
    releases: Releases, two: tuple[Release, Release], tmp_path: Path
) -> None:
    releases.make_live(two[0].id)
    files = {f.name for f in (tmp_path / "desks" / "kiosk").iterdir()}
    assert files - {"build.lock", "live.lock"} == {"live", "was_live", "releases"}


@pytest.mark.parametrize(
    "manifest",
    ["", "{", '{"format": 1, "id": "2026', "[]", f'{{"format": {FORMAT}}}'],
    ids=["empty", "cut off", "cut off in a string", "no object", "fields missing"],
)
def test_a_damaged_manifest_is_said_so(manifest: str, releases: Releases) -> None:
    release = releases.publish("desk-1", build)
    (release.folder / MANIFEST).write_text(manifest)
    with pytest.raises(ReleaseError, match=f"'{release.id}' .* is damaged"):
        releases.live()


def test_a_release_without_its_manifest_is_gone(releases: Releases) -> None:
    release = releases.publish("desk-1", build)
    (release.folder / MANIFEST).unlink()
    with pytest.raises(ReleaseError, match="is damaged or gone"):
        releases.live()


def other_format(release: Release) -> None:
    manifest = json.loads((release.folder / MANIFEST).read_text("utf-8"))
    (release.folder / MANIFEST).write_text(json.dumps(manifest | {"format": FORMAT + 1}))


def test_another_format_is_refused_with_what_to_do(releases: Releases) -> None:
    other_format(releases.publish("desk-1", build))
    wanted = rf"has format {FORMAT + 1}, this version reads {FORMAT}; `python -m training\.publish` builds"
    with pytest.raises(ReleaseError, match=wanted):
        releases.live()


def test_a_release_of_another_format_is_built_anew(releases: Releases) -> None:
    old = releases.publish("desk-1", build)
    other_format(old)
    assert releases.publish("desk-1", build).id != old.id


@pytest.mark.parametrize(("desk", "is_current"), [("desk-2", True), ("desk-1", False)])
def test_current_is_the_live_release_of_the_very_desk(
    desk: str, is_current: bool, releases: Releases, two: tuple[Release, Release]
) -> None:
    assert releases.current(desk) == (two[1] if is_current else None)


def test_the_hundredth_release_of_a_day_comes_after_the_ninety_ninth(releases: Releases) -> None:
    first = releases.publish("desk-1", build)
    day = first.id.split("-")[0]
    first.folder.rename(first.folder.with_name(f"{day}-99"))
    releases.publish("desk-2", build)
    releases.publish("desk-3", build)
    assert releases.ids() == [f"{day}-99", f"{day}-100", f"{day}-101"]


def test_a_chosen_release_stays_until_the_desk_changes(
    releases: Releases, two: tuple[Release, Release]
) -> None:
    releases.make_live(two[0].id, chosen_for="desk-2")
    assert releases.live() == two[0]
    assert releases.current("desk-2") == two[0]
    assert releases.current("desk-3") is None
    assert releases.publish("desk-2", broken) == two[0]


@pytest.mark.parametrize("name", ["../live", "", "20200101-01", "."])
def test_only_a_finished_release_can_be_got(
    name: str, releases: Releases, two: tuple[Release, Release]
) -> None:
    assert releases.get(two[0].id) == two[0]
    with pytest.raises(ReleaseError, match="there is no release"):
        releases.get(name)


# a release made from the live one


def learned(folder: Path) -> dict[str, Any]:
    for part in LEARNED:
        (folder / part).mkdir()
        (folder / part / "weights").write_text(part)
    (folder / "desk").mkdir()
    return {"accuracy": 0.9}


def worded(folder: Path, _live: Release) -> dict[str, Any]:
    (folder / "desk").mkdir()
    return {"answers": {"template/a.b": 2}}


def test_a_derived_release_shares_what_was_learned(releases: Releases) -> None:
    first = releases.publish("desk-1", learned)
    derived = releases.derive(worded)
    assert releases.live() == derived
    assert (derived.desk, derived.metrics, derived.answers) == ("desk-1", first.metrics, {"template/a.b": 2})
    assert [derived.shares(first, part) for part in LEARNED] == [True, True]
    assert not derived.shares(first, "desk")


def test_a_copy_is_not_shared(releases: Releases) -> None:
    first, second = releases.publish("desk-1", learned), releases.publish("desk-2", learned)
    assert not second.shares(first, "encoder")


def test_what_goes_on_beside_it_can_keep_a_release_from_going_live(releases: Releases) -> None:
    first = releases.publish("desk-1", learned)

    @contextmanager
    def refused(_release: str) -> Iterator[None]:
        raise RuntimeError("the database is gone")
        yield

    with pytest.raises(RuntimeError, match="the database is gone"):
        releases.derive(worded, refused)
    assert (releases.live(), releases.ids()) == (first, [first.id])


def test_while_one_learns_another_may_change_words_and_keeps_them(releases: Releases) -> None:
    """What `finish` is given are the answers that are live when the learning has ended."""
    releases.publish("desk-1", learned)
    seen: list[dict[str, int] | None] = []

    def slowly(folder: Path) -> dict[str, Any]:
        releases.derive(worded)
        return learned(folder)

    def finish(_folder: Path, answers: dict[str, int] | None) -> dict[str, Any]:
        seen.append(answers)
        return {"answers": answers}

    last = releases.publish("desk-2", slowly, finish=finish)
    assert seen == [{"template/a.b": 2}]
    assert (last.answers, len(releases.ids())) == ({"template/a.b": 2}, 3)


def test_the_answers_of_a_release_of_another_format_are_known(releases: Releases) -> None:
    assert releases.live_answers() is None
    releases.publish("desk-1", learned)
    derived = releases.derive(worded)
    other_format(derived)
    assert releases.live_answers() == {"template/a.b": 2}


# a release that is kept


def test_a_kept_release_is_finished_and_not_live(releases: Releases) -> None:
    live = releases.publish("desk-1", build)
    kept = releases.keep("desk-1", build, lambda folder, answers: {"kind": "night"})
    assert (releases.live(), releases.ids()) == (live, [live.id, kept.id])
    assert (kept.metrics, kept.about) == ({"accuracy": 0.9}, {"kind": "night"})
    assert releases.make_live(kept.id) == releases.live() == kept


def test_a_kept_release_is_built_even_if_the_live_one_is_of_the_same_desk(releases: Releases) -> None:
    assert releases.publish("desk-1", build).id != releases.keep("desk-1", build).id


def test_a_kept_release_has_the_answers_that_are_live_when_it_is_finished(releases: Releases) -> None:
    releases.publish("desk-1", learned)
    releases.derive(worded)
    kept = releases.keep("desk-1", build, lambda folder, answers: {"answers": answers})
    assert kept.answers == {"template/a.b": 2}


def test_a_failed_candidate_leaves_nothing(releases: Releases) -> None:
    live = releases.publish("desk-1", build)
    with pytest.raises(RuntimeError, match="out of memory"):
        releases.keep("desk-1", broken)
    assert (releases.live(), releases.ids()) == (live, [live.id])


# what was live before


def test_going_back_passes_over_what_was_only_kept(releases: Releases) -> None:
    first = releases.publish("desk-1", build)
    releases.keep("desk-2", build)
    releases.publish("desk-3", build)
    assert releases.before_live() == first


def test_what_was_live_before_is_what_customers_had(releases: Releases) -> None:
    first, second, third = (releases.publish(f"desk-{n}", build) for n in range(3))
    releases.make_live(first.id)
    with pytest.raises(ReleaseError, match=f"{first.id} is the oldest release that was live"):
        releases.before_live()
    releases.make_live(third.id)
    assert releases.before_live() == first
    releases.make_live(second.id)
    assert releases.before_live() == third


def test_a_home_that_did_not_note_what_was_live_goes_back_in_order(
    releases: Releases, tmp_path: Path
) -> None:
    ids = [releases.publish(f"desk-{n}", build).id for n in range(3)]
    (tmp_path / "desks" / "kiosk" / "was_live").unlink()
    assert releases.before_live().id == ids[1]
    kept = releases.keep("desk-4", build)
    releases.make_live(kept.id)
    assert releases.before_live().id == ids[2]


# a release on trial


def test_nothing_is_on_trial_at_first(releases: Releases, two: tuple[Release, Release]) -> None:
    assert (releases.on_trial(), releases.last_trial(), releases.end_trial()) == (None, None, None)


def test_a_trial_is_known_to_every_reader_until_it_ends(
    releases: Releases, two: tuple[Release, Release], tmp_path: Path
) -> None:
    trial = releases.try_out(two[0].id, "share", 0.2, "ann", effect=0.1)
    assert Releases(tmp_path, "kiosk").on_trial() == trial
    assert (trial.release, trial.mode, trial.share, trial.effect, trial.by) == (
        two[0].id, "share", 0.2, 0.1, "ann",
    )  # fmt: skip
    ended = releases.end_trial()
    assert releases.on_trial() is None
    assert releases.last_trial() == ended
    assert ended is not None
    assert ended.ended is not None
    assert (ended.id, releases.end_trial()) == (trial.id, None)


def test_one_trial_at_a_time(releases: Releases, two: tuple[Release, Release]) -> None:
    releases.try_out(two[0].id, "shadow")
    with pytest.raises(ConflictError, match=f"{two[0].id} is on trial already"):
        releases.try_out(two[0].id, "shadow")


@pytest.mark.parametrize(
    ("mode", "share", "said"),
    [("share", 0.0, "between 0 and 1"), ("share", 1.0, "between 0 and 1"), ("half", 0.5, "shadow, share")],
)
def test_a_trial_that_could_not_be_made_is_refused(
    mode: str, share: float, said: str, releases: Releases, two: tuple[Release, Release]
) -> None:
    with pytest.raises(ReleaseError, match=said):
        releases.try_out(two[0].id, mode, share)
    assert releases.on_trial() is None


def test_the_live_release_and_one_that_is_not_there_are_not_tried(
    releases: Releases, two: tuple[Release, Release]
) -> None:
    with pytest.raises(ReleaseError, match="is live already"):
        releases.try_out(two[1].id, "shadow")
    with pytest.raises(ReleaseError, match="there is no release"):
        releases.try_out("20200101-01", "shadow")


def test_making_it_live_ends_its_trial_and_no_other(releases: Releases, two: tuple[Release, Release]) -> None:
    third = releases.keep("desk-3", build)
    trial = releases.try_out(third.id, "shadow")
    releases.make_live(two[0].id)
    assert releases.on_trial() == trial
    releases.make_live(third.id)
    assert releases.on_trial() is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"id": "a"}', '{"since": 1, "ended": 2}'])
def test_a_damaged_trial_is_said_so_and_can_be_ended(
    text: str, releases: Releases, two: tuple[Release, Release], tmp_path: Path
) -> None:
    (tmp_path / "desks" / "kiosk" / "trial").write_text(text)
    with pytest.raises(ReleaseError, match="trial is damaged"):
        releases.on_trial()
    releases.make_live(two[0].id)
    releases.end_trial()
    assert releases.last_trial() is None


def test_what_goes_on_beside_it_can_keep_a_trial_from_beginning(
    releases: Releases, two: tuple[Release, Release]
) -> None:
    @contextmanager
    def refused(_release: str) -> Iterator[None]:
        raise RuntimeError("the database is gone")
        yield

    with pytest.raises(RuntimeError, match="the database is gone"):
        releases.try_out(two[0].id, "shadow", within=refused)
    assert releases.last_trial() is None


def test_the_mark_differs_after_every_change(releases: Releases, two: tuple[Release, Release]) -> None:
    changes: list[Callable[[], object]] = [
        lambda: releases.make_live(two[0].id),
        lambda: releases.make_live(two[0].id),
        lambda: releases.try_out(two[1].id, "shadow"),
        releases.end_trial,
    ]
    marks = [releases.mark()]
    for change in changes:
        change()
        marks.append(releases.mark())
    assert all(a != b for a, b in pairwise(marks))
    assert releases.mark() == marks[-1]
