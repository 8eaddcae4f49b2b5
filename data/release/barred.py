"""Classifiers that may not go live again: what they learned from holds a text that a customer had erased.

They are known by their digest, so that releases which share a classifier are barred together.
"""

from collections.abc import Iterable
from pathlib import Path

from data.swap import swap


class Barred:
    """The list of one desk, in its folder."""

    def __init__(self, root: Path) -> None:
        self._file = root / "barred"

    def set(self, digests: Iterable[str]) -> None:
        """Let just these be barred."""
        if wanted := sorted(set(digests)):
            swap(self._file, "\n".join(wanted) + "\n")
        else:
            self._file.unlink(missing_ok=True)

    def __contains__(self, digest: str | None) -> bool:
        try:
            return digest in self._file.read_text("utf-8").split()
        except FileNotFoundError:
            return False
