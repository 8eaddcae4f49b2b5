"""The stages of a night: how long each took, how much memory, and what is there already of one cut short."""

import json
import resource
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from data.errors import FrontdeskError
from data.whole_file import write_whole

Report = Callable[[float, str], None]


class BudgetError(FrontdeskError):
    """A night did not end within its budget."""


@dataclass(frozen=True)
class Stage:
    """One stage that is done; the peak is the process's until then."""

    name: str
    seconds: float
    peak_mb: float
    resumed: bool = False


@dataclass
class Stages:
    """Runs stages in order within a budget; each result is kept, so that a night cut short goes on."""

    folder: Path
    budget: timedelta
    report: Report = lambda share, what: None
    done: list[Stage] = field(default_factory=list)
    began: float = field(default_factory=time.monotonic)

    @property
    def left(self) -> float:
        """Return the seconds that are left of the budget."""
        return self.budget.total_seconds() - (time.monotonic() - self.began)

    @contextmanager
    def stage(self, name: str) -> Iterator[Report]:
        """Time a stage; gives it a function to report progress with, which ends a night over its budget."""
        started = time.monotonic()

        def report(share: float, what: str) -> None:
            if self.left < 0:
                raise BudgetError(
                    f"the budget of {self.budget} was over at the stage {name!r} ({what}); nothing was "
                    "changed, give it more with --budget"
                )
            self.report(share, f"{name}: {what}" if what else name)

        report(0.0, "")
        yield report
        self.done.append(Stage(name, round(time.monotonic() - started, 1), _peak_mb()))

    def kept(self, name: str, make: Callable[[Report], Any]) -> Any:
        """Return a stage's JSON value, made before if a night cut short made it."""
        file = self.folder / f"{name}.json"
        if file.exists():
            self.done.append(Stage(name, 0.0, _peak_mb(), resumed=True))
            return json.loads(file.read_text("utf-8"))
        with self.stage(name) as report:
            value = make(report)
            write_whole(file, json.dumps(value, ensure_ascii=False))
        return value

    def as_json(self) -> list[dict[str, Any]]:
        return [asdict(stage) for stage in self.done]


def _peak_mb() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
