"""A release: an immutable folder with all that a bot needs to answer.

manifest.json is written last, so that a folder without it is no release.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from data.errors import ReleaseError

FORMAT = 4  # raise it when the code that reads a release changes incompatibly
MANIFEST = "manifest.json"
LEARNED = ("encoder", "classifier")  # parts that an edit of answers leaves as they are
KNOWN = Path("classifier", "classifier.json")  # has the messages that a release learned from


@dataclass(frozen=True)
class Release:
    """A finished release on disk."""

    folder: Path
    id: str
    desk: str  # fingerprint of the desk and the encoder it was built from
    metrics: dict[str, Any]
    created: str = ""  # ISO 8601
    about: dict[str, Any] = field(default_factory=dict)  # kind, by, base, answers: {"template/x": version} …

    @property
    def answers(self) -> dict[str, int]:
        """The version of each edited answer in it."""
        return dict(self.about.get("answers", {}))

    @property
    def encoder_folder(self) -> Path:
        return self.folder / "encoder"

    @property
    def desk_folder(self) -> Path:
        return self.folder / "desk"

    def shares(self, other: "Release", part: str) -> bool:
        """Return whether a part is the very same files as in another release: one was made from the other."""
        mine, theirs = files_of(self.folder / part), files_of(other.folder / part)
        return (
            bool(mine)
            and mine.keys() == theirs.keys()
            and all(f.samefile(theirs[n]) for n, f in mine.items())
        )

    @classmethod
    def read(cls, folder: Path) -> "Release":
        """Return the release in a folder; raises ReleaseError when this version can't read it."""
        try:
            manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
            if manifest["format"] == FORMAT:
                about, created = manifest.get("about", {}), manifest.get("created", "")
                return cls(folder, folder.name, manifest["desk"], manifest["metrics"], created, about)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ReleaseError(
                f"release {folder.name!r} in {folder.parent} is damaged or gone: {error}"
            ) from error
        raise ReleaseError(
            f"release {folder.name!r} has format {manifest['format']}, this version reads {FORMAT}; "
            "`python -m training.publish` builds a new one"
        )


def write_manifest(folder: Path, release_id: str, desk: str, metrics: Any, about: Any) -> None:
    """Write what makes a folder a release: what it is about, and the digest of each of its files."""
    files = {name: hashlib.sha256(f.read_bytes()).hexdigest() for name, f in files_of(folder).items()}
    manifest = {
        "format": FORMAT, "id": release_id, "desk": desk, "created": datetime.now(UTC).isoformat(),
        "about": about, "metrics": metrics, "files": files,
    }  # fmt: skip
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1), "utf-8")


def answers_in(folder: Path) -> dict[str, int] | None:
    """Return the edited answers of a release of any format; None where none can be read."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        return dict(manifest.get("about", {}).get("answers", {}))
    except (OSError, ValueError, AttributeError, TypeError):
        return None


def messages_in(folder: Path) -> set[str]:
    """Return the messages that a release learned from and shows, of any format that can be read."""
    try:
        kept = json.loads((folder / KNOWN).read_text("utf-8"))
        return {text for text, _ in kept["examples"]}
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def learned_from(folder: Path) -> str | None:
    """Return the digest of a release's classifier, None where its manifest has none."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        return str(manifest["files"][str(KNOWN)])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def files_of(folder: Path) -> dict[str, Path]:
    return {str(f.relative_to(folder)): f for f in sorted(folder.rglob("*")) if f.is_file()}
