"""A release on trial: silently in the live one's shadow, or answering a share of the conversations."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Literal, Self
from uuid import uuid4

from data.errors import ReleaseError
from data.tables import now

Mode = Literal["shadow", "share"]
MODES: tuple[Mode, ...] = ("shadow", "share")
NOTICE = timedelta(seconds=6)  # until a share begins: every process has loaded the release by then
EFFECT = 0.05  # difference of the primary figure that a trial by share is meant to find


@dataclass(frozen=True)
class Trial:
    """Which release is tried, how, since when and by whom."""

    id: str  # of this trial: a release that is tried again draws other conversations
    release: str
    mode: Mode
    share: float  # of the conversations that it answers, 0 in the shadow
    effect: float  # difference of the primary figure worth finding, fixed before anything is counted
    by: str
    since: datetime
    ended: datetime | None = None

    @classmethod
    def of(cls, release: str, mode: str, share: float, by: str, effect: float = EFFECT) -> Self:
        """Return a trial that begins now; raises ReleaseError where it is none that could be made."""
        if mode not in MODES:
            raise ReleaseError(f"a trial is one of {', '.join(MODES)}, not {mode[:20]!r}")
        if mode == "share" and not (0 < share < 1 and 0 < effect < 1):
            raise ReleaseError(
                f"share and effect of a trial lie between 0 and 1, such as 0.1, got {share} and {effect}"
            )
        begins = now() + NOTICE if mode == "share" else now()
        return cls(uuid4().hex[:12], release, mode, share if mode == "share" else 0.0, effect, by, begins)

    def draws(self, session: str) -> bool:
        """Return whether a conversation falls to the release on trial, the same everywhere and always.

        Session and trial are hashed together to a number between 0 and 1, even over all sessions.
        """
        digest = hashlib.sha256(f"{self.id}/{session}".encode()).digest()
        return int.from_bytes(digest[:8], "big") / 2**64 < self.share

    def takes(self, session: str) -> bool:
        """Return whether the release on trial answers a conversation now."""
        return self.ended is None and now() >= self.since and self.draws(session)

    def text(self) -> str:
        """Return the trial as its file has it."""
        moments = {"since": self.since.isoformat(), "ended": self.ended.isoformat() if self.ended else None}
        return json.dumps(asdict(self) | moments)

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the trial that a file has; raises ReleaseError where it holds none."""
        try:
            kept = json.loads(text)
            ended = datetime.fromisoformat(kept["ended"]) if kept["ended"] else None
            return cls(**kept | {"since": datetime.fromisoformat(kept["since"]), "ended": ended})
        except (ValueError, KeyError, TypeError) as error:
            raise ReleaseError(f"the file of the trial is damaged: {error!r}; end the trial") from error
