"""What a training run leaves behind: rows in the database, TensorBoard logs, W&B where it is asked for.

    with tracked(settings, engine, "night", {"desk": "shop", "epochs": 1}) as run:
        run.figure("loss", 0.31, step=10)
        run.figures({"en": {"accuracy": 0.95}})  # en/accuracy, of the run as a whole

Settings, numbers and names only: what people wrote has no place in a run. Whatever can't be written is said
once in the log and left; the training goes on.
"""

import io
import logging
import os
import platform
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from itertools import count
from numbers import Real
from pathlib import Path
from time import gmtime, strftime
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import Engine

from data.night.runs import Runs
from data.settings import Settings

if TYPE_CHECKING:
    from matplotlib.figure import Figure

log = logging.getLogger(__name__)
RUNS = "runs"  # the folder in the home
DATABASE, TENSORBOARD, WANDB = "the database", "TensorBoard", "Weights & Biases"
EXTRAS = {"matplotlib": "train"}  # which brings what is missing; else `tracking`


class Log(Protocol):
    """A place that a run is written to; any method may raise."""

    def figures(self, values: Mapping[str, float], step: int) -> None: ...

    def image(self, name: str, png: bytes, step: int) -> None: ...

    def artifact(self, path: Path) -> None: ...

    def end(self, outcome: Mapping[str, Any], error: str | None) -> None: ...


class TrackedRun:
    """A run that goes on; `folder` holds its logs."""

    def __init__(self, folder: Path, logs: Mapping[str, Callable[[], Log]]) -> None:
        self.folder = folder
        self._logs: dict[str, Log] = {}
        self._broken: set[str] = set()
        self._outcome: dict[str, Any] = {}
        for name, opened in logs.items():
            _attempt(name, self._open, name, opened)

    def figure(self, name: str, value: float, step: int = 0) -> None:
        self.figures({name: value}, step)

    def figures(self, values: Mapping[str, Any], step: int = 0) -> None:
        """Write numbers of a step, step 0 being the run as a whole.

        Mappings in mappings are written as `outer/inner`; whatever is no number is left out.
        """
        flat = flattened(values)
        numbers = {n: float(v) for n, v in flat.items() if isinstance(v, Real) and not isinstance(v, bool)}
        self._to_all(lambda kept: kept.figures(numbers, step))

    def image(self, name: str, draw: "Callable[[], Figure]", step: int = 0) -> None:
        """Write a picture, which is drawn only where a log shows pictures."""
        if not self._logs.keys() - {DATABASE}:
            return
        png = io.BytesIO()
        if _attempt("pictures", lambda: draw().savefig(png, format="png", dpi=100)):
            self._to_all(lambda kept: kept.image(name, png.getvalue(), step))

    def artifact(self, path: Path) -> None:
        """Keep a copy of a file or folder in `artifacts/`: nothing that has messages in it."""
        if _attempt("artifacts", _copy, path, self.folder / "artifacts" / path.name):
            self._outcome.setdefault("artifacts", []).append(path.name)
        self._to_all(lambda kept: kept.artifact(path))

    def note(self, **outcome: str | float | None) -> None:
        """Say what came of the run, `release` say; it is written when the run ends."""
        self._outcome |= outcome

    def end(self, error: str | None = None) -> None:
        """Close all logs, the broken ones, too; `error` is the class of what ended the run."""
        for name, kept in self._logs.items():
            _attempt(name, kept.end, self._outcome, error)

    def _open(self, name: str, opened: Callable[[], Log]) -> None:
        self._logs[name] = opened()

    def _to_all(self, write: Callable[[Log], None]) -> None:
        whole = [(name, kept) for name, kept in self._logs.items() if name not in self._broken]
        self._broken |= {name for name, kept in whole if not _attempt(name, write, kept)}


class RunRows:
    """A run's rows in the database."""

    def __init__(self, engine: Engine, kind: str, name: str, config: Mapping[str, Any]) -> None:
        self._runs = Runs(engine)
        self._run = self._runs.begin(kind, name, str(config.get("desk", "")), config)

    def figures(self, values: Mapping[str, float], step: int) -> None:
        self._runs.add(self._run, values, step)

    def image(self, name: str, png: bytes, step: int) -> None:
        pass  # pictures are for looking at, rows for asking

    def artifact(self, path: Path) -> None:
        pass  # its name is in the outcome

    def end(self, outcome: Mapping[str, Any], error: str | None) -> None:
        self._runs.end(self._run, outcome, error)


@contextmanager
def tracked(settings: Settings, engine: Engine, kind: str, config: Mapping[str, Any]) -> Iterator[TrackedRun]:
    """Begin a run that ends with the block, as failed where the block raises.

    `config` is what the run was set to, its `desk` among it. One that is killed stays unfinished.
    """
    config = {**config, "python": platform.python_version(), "cores": os.cpu_count() or 1}
    folder = _new_folder(settings.home / RUNS, kind)
    run = TrackedRun(folder, _logs(settings, engine, kind, folder, config))
    try:
        yield run
    except BaseException as error:
        run.end(type(error).__name__)
        raise
    run.end()


def flattened(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return mappings in mappings as one, the names joined by `/`."""
    flat: dict[str, Any] = {}
    for name, value in values.items():
        flat |= flattened(value, f"{prefix}{name}/") if isinstance(value, Mapping) else {prefix + name: value}
    return flat


def _logs(
    settings: Settings, engine: Engine, kind: str, folder: Path, config: Mapping[str, Any]
) -> dict[str, Callable[[], Log]]:
    """Return how each log is opened; none is imported before."""
    flat = {n: v if isinstance(v, bool | int | float | str) else str(v) for n, v in flattened(config).items()}

    def tensorboard() -> Log:
        from training.tensorboard_log import TensorBoardLog

        return TensorBoardLog(folder, flat)

    def wandb() -> Log:
        from training.wandb_log import WandbLog

        return WandbLog("online" if settings.wandb == "online" else "offline", folder, kind, config)

    return {
        DATABASE: lambda: RunRows(engine, kind, folder.name, config),
        TENSORBOARD: tensorboard,
        **({WANDB: wandb} if settings.wandb else {}),
    }


def _copy(path: Path, target: Path) -> None:
    target.parent.mkdir(exist_ok=True)
    shutil.copytree(path, target) if path.is_dir() else shutil.copy2(path, target)


def _new_folder(runs: Path, kind: str) -> Path:
    """Make a folder that nobody else has: `<kind>-<time in UTC>`, with a number where two begin at once."""
    stamp = f"{kind}-{strftime('%Y%m%d-%H%M%S', gmtime())}"
    for number in count(1):
        folder = runs / (stamp if number == 1 else f"{stamp}-{number}")
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            _say_once(f"a run's folder can't be made: {error}")
        return folder
    raise AssertionError("count ends")


def _attempt(what: str, do: Callable[..., object], *args: object) -> bool:
    """Do something and return whether that could be done; what goes wrong is said once."""
    try:
        do(*args)
    except ModuleNotFoundError as error:
        extra = EXTRAS.get(error.name or "", "tracking")
        _say_once(f"this run goes without {what}: {error.name} is not installed (the extra `{extra}` has it)")
    except Exception as error:
        _say_once(f"this run goes on without {what}: {error!r}")
    else:
        return True
    return False


@cache
def _say_once(what: str) -> None:
    log.warning(what)
