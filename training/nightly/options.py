"""What an operator asks of a night."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any


@dataclass(frozen=True)
class Limits:
    """What a release may not exceed, and what it may lose; shares are from 0 to 1."""

    wrong_answers: float = 0.05  # of the messages acted on
    out_of_scope_refused: float = 0.80  # least
    significance: float = 0.05  # of McNemar's test
    scripted: int = 0  # conversations of the tests that may newly fail
    slower: float = 1.5  # times the live release's median
    larger: float = 1.5  # times the live release's folder


@dataclass(frozen=True)
class Options:
    """One night's options; `trust` names authors whose reviews are learned whatever contradicts them."""

    budget: timedelta = timedelta(hours=2)
    since: datetime | None = None
    dry_run: bool = False
    tune: bool | None = None  # None: as the live release was, where the budget allows
    fresh: bool = False  # train even where nothing was taught
    trust: tuple[str, ...] = ()
    trial: str = ""  # shadow: the new release is tried before it goes live
    limits: Limits = Limits()
    replayed: int = 300  # logged questions that are asked again

    def as_json(self) -> dict[str, Any]:
        since = self.since.isoformat() if self.since else None
        return {**asdict(self), "budget": str(self.budget), "since": since}
