"""Which release is live, and which were before: two small files, each swapped in one rename.

<desk>/live        the live release's id; its second line, where there is one, is the desk's fingerprint when
                   somebody chose that release: it stays until the desk's files change again
<desk>/was_live    what was live before, oldest first, and what is
"""

from collections.abc import Sequence
from pathlib import Path

from data.swap import State, state, swap


class LivePointer:
    """The pointer of one desk, in its folder."""

    def __init__(self, root: Path) -> None:
        self._file = root / "live"
        self._earlier = root / "was_live"

    def __bool__(self) -> bool:
        return self._file.exists()

    @property
    def state(self) -> State:
        return state(self._file)

    @property
    def release(self) -> str:
        """The live release's id; empty in a damaged file. Raises FileNotFoundError where none is live."""
        return self._words()[0]

    def made_for(self, desk: str) -> bool:
        """Return whether the live release was chosen for a desk of this fingerprint."""
        return desk in self._words()[1:]

    def point(self, release_id: str, chosen_for: str, ids: Sequence[str]) -> None:
        """Make a release live; going back forgets what came after it."""
        were = self.were_live(ids)
        swap(self._file, f"{release_id}\n{chosen_for}".rstrip() + "\n")
        were = were[: were.index(release_id)] if release_id in were else were
        swap(self._earlier, "\n".join((*were, release_id)) + "\n")

    def were_live(self, ids: Sequence[str]) -> list[str]:
        """Return what was live, the live one last; where that was not noted, all of `ids` so far."""
        if not self:
            return []
        live = self.release
        try:
            were = self._earlier.read_text("utf-8").split()
        except FileNotFoundError:
            return [*ids[: ids.index(live) + 1]] if live in ids else [*ids, live]
        return were if were[-1:] == [live] else [*were, live]

    def _words(self) -> list[str]:
        return self._file.read_text("utf-8").split() or [""]
