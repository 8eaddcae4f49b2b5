"""Releases: immutable folders with all that a bot needs to answer, and which of them is live.

<home>/desks/<desk>/releases/<id>/manifest.json …   written last, so a folder without it is no release
<home>/desks/<desk>/live                            the live release's id, swapped in one rename
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from filelock import FileLock

from data.errors import ReleaseError

FORMAT = 4  # raise it when the code that reads a release changes incompatibly
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Release:
    """A finished release on disk."""

    folder: Path
    id: str
    desk: str  # fingerprint of the desk and the encoder it was built from
    metrics: dict[str, Any]

    @property
    def encoder_folder(self) -> Path:
        return self.folder / "encoder"

    @property
    def desk_folder(self) -> Path:
        return self.folder / "desk"


class Releases:
    """The releases of one desk."""

    def __init__(self, home: Path, desk_id: str) -> None:
        self._root = home / "desks" / desk_id
        self._folder = self._root / "releases"
        self._pointer = self._root / "live"

    def live(self) -> Release:
        """Return the live release; raises ReleaseError when there is none that this version can read."""
        if not self._pointer.exists():
            raise ReleaseError(f"{self._root} has no live release; `python -m training.publish` builds one")
        return self._open(self._pointer.read_text("utf-8").strip())

    def ids(self) -> list[str]:
        """Return the ids of all finished releases, oldest first."""
        return sorted(m.parent.name for m in self._folder.glob(f"[!.]*/{MANIFEST}"))

    def make_live(self, release_id: str) -> Release:
        """Point at a release, an earlier one included; readers see the old one or the new one."""
        release = self._open(release_id)
        temporary = self._pointer.with_suffix(f".{uuid4().hex}")
        temporary.write_text(release_id + "\n", "utf-8")
        os.replace(temporary, self._pointer)
        return release

    def publish(self, desk: str, build: Callable[[Path], dict[str, Any]], fresh: bool = False) -> Release:
        """Build a release and make it live.

        `build` fills an empty folder and returns its metrics. One process builds at a time; the next
        finds a live release of the same desk and takes it, unless `fresh` asks for a new one.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self._root / "build.lock"):
            if not fresh and (made := self.current(desk)):
                return made
            release_id = self._new_id()
            unfinished = self._folder / f".{release_id}"
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            metrics = build(unfinished)
            files = {
                str(f.relative_to(unfinished)): hashlib.sha256(f.read_bytes()).hexdigest()
                for f in sorted(unfinished.rglob("*"))
                if f.is_file()
            }
            manifest = {
                "format": FORMAT, "id": release_id, "desk": desk,
                "created": datetime.now(UTC).isoformat(), "metrics": metrics, "files": files,
            }  # fmt: skip
            (unfinished / MANIFEST).write_text(json.dumps(manifest, indent=1), "utf-8")
            unfinished.rename(self._folder / release_id)
            return self.make_live(release_id)

    def current(self, desk: str) -> Release | None:
        """Return the live release if it was built from this very desk and this version can read it."""
        try:
            release = self.live()
        except ReleaseError:
            return None
        return release if release.desk == desk else None

    def _new_id(self) -> str:
        stamp, taken, number = datetime.now(UTC).strftime("%Y%m%d"), set(self.ids()), 1
        while f"{stamp}-{number:02d}" in taken:
            number += 1
        return f"{stamp}-{number:02d}"

    def _open(self, release_id: str) -> Release:
        folder = self._folder / release_id
        try:
            manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
            if manifest["format"] == FORMAT:
                return Release(folder, release_id, manifest["desk"], manifest["metrics"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ReleaseError(
                f"release {release_id!r} in {self._folder} is damaged or gone: {error}"
            ) from error
        raise ReleaseError(
            f"release {release_id!r} has format {manifest['format']}, this version reads {FORMAT}; "
            "`python -m training.publish` builds a new one"
        )
