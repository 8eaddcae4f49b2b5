"""Releases: immutable folders with all that a bot needs to answer, and which of them is live.

<home>/desks/<desk>/releases/<id>/manifest.json …   written last, so a folder without it is no release
<home>/desks/<desk>/live, was_live                  which is live, and which were: live_pointer.py
<home>/desks/<desk>/trial                           the release on trial, or the last one, swapped likewise
<home>/desks/<desk>/barred                          which may not go live again: barred.py
"""

import os
import shutil
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from filelock import FileLock, Timeout

from data.errors import ConflictError, ReleaseError
from data.release.barred import Barred
from data.release.live_pointer import LivePointer
from data.release.release import (
    LEARNED,
    MANIFEST,
    Release,
    answers_in,
    learned_from,
    messages_in,
    write_manifest,
)
from data.release.trial import EFFECT, Trial
from data.swap import State, state, swap
from data.tables import now

OWNED = {"build": "build.lock", "answers": "live.lock"}  # half-written folders: the lock of who writes them
OWN = (*OWNED, "night", "gone")  # kinds of folders that are no releases, or not any more
ABANDONED = 24 * 3600.0  # seconds without a change, after which nobody goes on with a half-written folder
Within = Callable[[str], AbstractContextManager[None]]  # entered with the release's id as it goes live
Finish = Callable[[Path, dict[str, int] | None], dict[str, Any]]
Mark = tuple[State, ...]


class Releases:
    """The releases of one desk."""

    def __init__(self, home: Path, desk_id: str) -> None:
        self._root = home / "desks" / desk_id
        self._folder = self._root / "releases"
        self._pointer = LivePointer(self._root)
        self._barred = Barred(self._root)
        self._trial = self._root / "trial"

    def live(self) -> Release:
        """Return the live release; raises ReleaseError when there is none that this version can read."""
        if not self._pointer:
            raise ReleaseError(f"{self._root} has no live release; `python -m training.publish` builds one")
        return self._open(self._pointer.release)

    def get(self, release_id: str) -> Release:
        """Return a finished release; raises ReleaseError when there is none of that id to be read."""
        if release_id not in self.ids():  # which keeps a path out, too
            raise ReleaseError(f"there is no release {release_id[:40]!r} in {self._folder}")
        return self._open(release_id)

    def ids(self) -> list[str]:
        """Return the ids of all finished releases, oldest first."""
        return sorted((m.parent.name for m in self._folder.glob(f"[!.]*/{MANIFEST}")), key=_age)

    def make_live(
        self, release_id: str, chosen_for: str = "", within: Within = lambda release_id: nullcontext()
    ) -> Release:
        """Point at a release, an earlier one included; readers see the old one or the new one.

        `chosen_for` is the desk's fingerprint now: the choice stays until the desk's files change.
        """
        release = self._open(release_id)
        self._require_not_barred(release_id)
        with self._live_lock(), within(release_id):
            self._point(release_id, chosen_for)
        return release

    def publish(
        self,
        desk: str,
        build: Callable[[Path], dict[str, Any]],
        fresh: bool = False,
        finish: Finish = lambda folder, answers: {},
        within: Within = lambda release_id: nullcontext(),
    ) -> Release:
        """Build a release and make it live.

        `build` fills an empty folder and returns its metrics. One process builds at a time; the next
        finds a live release of the same desk and takes it, unless `fresh` asks for a new one. `finish` adds
        what depends on the live release's edited answers, which it is given (None: not known), while no
        other release goes live, and returns what the new one is about.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self._root / "build.lock"):
            if not fresh and (made := self.current(desk)):
                return made
            return self._built(desk, build, finish, live=True, within=within)

    def keep(
        self,
        desk: str,
        build: Callable[[Path], dict[str, Any]],
        finish: Finish = lambda folder, answers: {},
    ) -> Release:
        """Build a release as `publish` does and leave the live one live: a candidate, to be tried first."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self._root / "build.lock"):
            return self._built(desk, build, finish, live=False)

    def derive(
        self,
        build: Callable[[Path, Release], dict[str, Any]],
        within: Within = lambda release_id: nullcontext(),
    ) -> Release:
        """Make a release live that has learned nothing new: encoder and classifier are the live one's.

        `build` is given a folder with these and the live release; it adds the rest and returns what the new
        one is about.
        """
        with self._live_lock():
            live = self.live()
            unfinished = self._unfinished("answers")
            for part in LEARNED:
                shutil.copytree(live.folder / part, unfinished / part, copy_function=_link)
            about = build(unfinished, live)
            return self._complete(unfinished, live.desk, live.metrics, about, within)

    def before_live(self) -> Release:
        """Return what was live before the live release; raises ReleaseError where nothing was."""
        live, there = self.live().id, self.ids()
        earlier = [i for i in self._pointer.were_live(there)[:-1] if i in there]
        if not earlier:
            raise ReleaseError(f"{live} is the oldest release that was live; nothing to go back to")
        return self._open(earlier[-1])

    def mark(self) -> Mark:
        """Return what differs once another release is live or on trial; costs no more than two looks."""
        return self._pointer.state, state(self._trial)

    # a release on trial

    def on_trial(self) -> Trial | None:
        """Return the trial that goes on, None where none does; raises ReleaseError for a damaged file."""
        last = self.last_trial()
        return last if last and not last.ended else None

    def last_trial(self) -> Trial | None:
        """Return the trial that goes on, or else the one that ended last."""
        try:
            return Trial.read(self._trial.read_text("utf-8"))
        except FileNotFoundError:
            return None

    def try_out(
        self,
        release_id: str,
        mode: str,
        share: float = 0.0,
        by: str = "",
        effect: float = EFFECT,
        within: Within = lambda release_id: nullcontext(),
    ) -> Trial:
        """Put a finished release on trial: `mode` is shadow, or share with a share of the conversations.

        Raises ReleaseError where there is no such release or it is live, ConflictError while another
        trial goes on.
        """
        with self._live_lock():
            release, live = self.get(release_id), self.live()
            self._require_not_barred(release_id)
            if going := self.on_trial():
                raise ConflictError(f"release {going.release} is on trial already; end that first")
            if release.id == live.id:
                raise ReleaseError(f"release {release.id} is live already; a trial is for another one")
            trial = Trial.of(release.id, mode, share, by, effect)
            with within(trial.release):
                swap(self._trial, trial.text())
        return trial

    def end_trial(self, within: Within = lambda release_id: nullcontext()) -> Trial | None:
        """End the trial that goes on and return it; None where none did. A damaged file of one goes."""
        with self._live_lock():
            try:
                trial = self.on_trial()
            except ReleaseError:
                self._trial.unlink(missing_ok=True)
                return None
            if trial is None:
                return None
            with within(trial.release):
                return self._ended(trial)

    def _ended(self, trial: Trial) -> Trial:
        ended = replace(trial, ended=now())
        swap(self._trial, ended.text())
        return ended

    def current(self, desk: str) -> Release | None:
        """Return the live release if this version can read it and it was built from this very desk.

        So is one that was chosen for this desk, whatever it was built from.
        """
        try:
            release = self.live()
        except ReleaseError:
            return None
        return release if desk == release.desk or self._pointer.made_for(desk) else None

    def live_answers(self) -> dict[str, int] | None:
        """Return the edited answers of the live release, of another format, too; None where none is found."""
        return answers_in(self._folder / self._pointer.release) if self._pointer else None

    def _built(
        self,
        desk: str,
        build: Callable[[Path], dict[str, Any]],
        finish: Finish,
        live: bool,
        within: Within = lambda release_id: nullcontext(),
    ) -> Release:
        unfinished = self._unfinished("build")
        metrics = build(unfinished)
        with self._live_lock():
            about = finish(unfinished, self.live_answers())
            return self._complete(unfinished, desk, metrics, about, within, live)

    # what goes

    def tidy(self, keep: int, spare: Collection[str] = ()) -> list[str]:
        """Remove releases beyond the last `keep`, and what was left half-written; return their ids.

        Never the live one, the one before it, which going back needs, or one that `spare` names. A service
        that still has a removed one loaded goes on with it: nothing of a release is read later.
        """
        with self._live_lock():
            gone = self._take_away(self.beyond(keep, spare))
        for what in OWN:
            self._remove_left(what)
        return gone

    def beyond(self, keep: int, spare: Collection[str] = ()) -> list[str]:
        """Return the ids of what `tidy` removes, oldest first."""
        ids, used = self.ids(), self.in_use()
        if not used <= set(ids):  # nothing is certain here
            return []
        needed = {*used, *self._before_live(ids), *ids[max(len(ids) - keep, 0) :], *spare}
        return [release_id for release_id in ids if release_id not in needed]

    def in_use(self) -> set[str]:
        """Return the ids of the releases that customers may get answers from: live, or on trial."""
        live = {self._pointer.release} if self._pointer else set()
        trial = self.on_trial()
        return live | ({trial.release} if trial else set())

    def _before_live(self, ids: Sequence[str]) -> Sequence[str]:
        """Return what going back needs: what was live before, or the release before of an older home."""
        live = self._pointer.release if self._pointer else ""
        older = ids[: ids.index(live)][-1:] if live in ids else []
        return [i for i in self._pointer.were_live(ids)[:-1] if i in ids][-1:] or older

    def remove(self, release_ids: Collection[str]) -> list[str]:
        """Remove releases, but for those in use; return the ids of those that went."""
        with self._live_lock():
            wanted = set(release_ids) - self.in_use()
            gone = self._take_away([i for i in self.ids() if i in wanted])
        self._remove_left("gone")
        return gone

    def bar(self, release_ids: Collection[str]) -> None:
        """Let just these never go live again, nor what shares their classifier; the live one goes on."""
        self._barred.set(digest for i in release_ids if (digest := learned_from(self._folder / i)))

    def barred(self, release_id: str) -> bool:
        """Return whether a release may not go live again; if the live one is, the next night builds anew."""
        return learned_from(self._folder / release_id) in self._barred

    def _require_not_barred(self, release_id: str) -> None:
        if self.barred(release_id):
            raise ReleaseError(
                f"release {release_id} learned from a text that has been erased since; it can't go live again"
            )

    def known_messages(self, release_id: str) -> set[str]:
        """Return the messages that a release learned from and shows, of any format that can be read."""
        return messages_in(self._folder / release_id)

    def _take_away(self, release_ids: Sequence[str]) -> list[str]:
        """Make releases none in one rename each; `_remove_left` does the rest, now or another time."""
        for release_id in release_ids:
            (self._folder / release_id).rename(self._folder / f".gone-{uuid4().hex}")
        return list(release_ids)

    def _remove_left(self, what: str) -> None:
        """Remove half-written folders of a kind whose writer is gone: its lock is free, or it is long ago."""
        left = list(self._folder.glob(f".{what}-*"))
        if left and what in OWNED:
            with suppress(Timeout), FileLock(self._root / OWNED[what], timeout=0):
                self._remove_all(left)
        elif what == "gone":
            self._remove_all(left)
        else:
            self._remove_all([folder for folder in left if _untouched(folder) > ABANDONED])

    def _remove_all(self, folders: Sequence[Path]) -> None:
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)

    def _complete(
        self,
        unfinished: Path,
        desk: str,
        metrics: Any,
        about: Any,
        within: Within = lambda release_id: nullcontext(),
        live: bool = True,
    ) -> Release:
        release_id = self._new_id()
        write_manifest(unfinished, release_id, desk, metrics, about)
        with within(release_id):
            unfinished.rename(self._folder / release_id)
            if live:
                self._point(release_id)
        return self._open(release_id)

    def _unfinished(self, what: str) -> Path:
        """Return an empty folder; what a killed process left of the same kind goes."""
        for left in self._folder.glob(f".{what}-*"):
            shutil.rmtree(left, ignore_errors=True)
        folder = self._folder / f".{what}-{uuid4().hex}"
        folder.mkdir()
        return folder

    def _live_lock(self) -> FileLock:
        self._root.mkdir(parents=True, exist_ok=True)
        return FileLock(self._root / "live.lock")

    def _point(self, release_id: str, chosen_for: str = "") -> None:
        self._pointer.point(release_id, chosen_for, self.ids())
        with suppress(ReleaseError):  # a damaged trial is no trial
            if (trial := self.on_trial()) and trial.release == release_id:
                self._ended(trial)

    def _new_id(self) -> str:
        stamp = datetime.now(UTC).strftime("%Y%m%d")
        numbers = [_age(taken)[1] for taken in self.ids() if taken.startswith(f"{stamp}-")]
        return f"{stamp}-{max(numbers, default=0) + 1:02d}"

    def _open(self, release_id: str) -> Release:
        return Release.read(self._folder / release_id)


def _age(release_id: str) -> tuple[str, int, str]:
    """Return what ids are ordered by: the hundredth of a day comes after the ninety-ninth."""
    stamp, _, number = release_id.partition("-")
    return stamp, int(number) if number.isdecimal() else 0, release_id


def _untouched(folder: Path) -> float:
    """Return for how many seconds nothing in a folder has changed."""
    changed = [f.stat().st_mtime for f in (folder, *folder.rglob("*")) if f.exists()]
    return time.time() - max(changed, default=0.0)


def _link(source: str, target: str) -> None:
    """Give a file a second name, or copy it where the file system can't."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
