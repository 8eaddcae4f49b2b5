"""A run leaves rows and logs; what can't be written is said once and stops nothing."""

import json
import logging
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from matplotlib.figure import Figure
from sqlalchemy import Engine, create_engine
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData

from data.database import open_database
from data.night.runs import Runs
from data.settings import Settings
from training import tracking
from training.tracking import tracked

ROOT = Path(__file__).parents[2]
CONFIG = {"desk": "shop", "recipe": {"epochs": 5, "rate": 1e-4}, "encoder": None, "tune": True}
LOOPED = """
import os, signal, sys
from pathlib import Path
from data.database import open_database
from data.settings import Settings
from training.tracking import tracked
settings = Settings(home=Path(sys.argv[1]))
engine = open_database(settings.url, settings.home)
with tracked(settings, engine, "night", {"desk": "shop"}) as run:
    for step in range(1, 31):
        run.figure("loss", 1 / step, step)
    run.figures({"en": {"accuracy": 0.9}})
"""
KILLED = "    os.kill(os.getpid(), signal.SIGKILL)\n"
WITHOUT = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"torch", "tensorboard", "wandb", "matplotlib"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name.partition(".")[0])
sys.meta_path.insert(0, Missing())
"""


@pytest.fixture(autouse=True)
def _nothing_said_yet() -> Iterator[None]:
    tracking._say_once.cache_clear()
    yield
    tracking._say_once.cache_clear()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


def drawn() -> Figure:
    figure = Figure(figsize=(4, 3))
    figure.subplots().plot([1, 2])
    return figure


def in_process(code: str, home: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", code, str(home)],
        capture_output=True, text=True, cwd=ROOT, env={**os.environ, **environment}, timeout=120, check=False,
    )  # fmt: skip


def shown(folder: Path) -> EventAccumulator:
    """Return what TensorBoard reads of a run."""
    return EventAccumulator(str(folder)).Reload()


def test_rows_and_events_say_the_same(settings: Settings, engine: Engine) -> None:
    with tracked(settings, engine, "tune", CONFIG) as run:
        run.figure("loss", 0.5, step=10)
        run.figures({"loss": 0.25, "rate": 1e-4}, step=20)
        run.figures(
            {"en": {"accuracy": 0.9, "fitted_to": "held-out"}, "zh": {"accuracy": 0.8}, "tuned": True}
        )
        run.note(release="20260102-01")
    runs = Runs(engine)
    (kept,) = runs.latest()
    assert (kept.state, kept.kind, kept.desk, kept.outcome) == (
        "done",
        "tune",
        "shop",
        {"release": "20260102-01"},
    )
    assert kept.config == {**CONFIG, "python": kept.config["python"], "cores": os.cpu_count()}
    assert run.folder == settings.home / "runs" / kept.name
    figures = runs.figures(kept.id)
    assert figures == {
        "loss": {10: 0.5, 20: 0.25}, "rate": {20: 1e-4}, "en/accuracy": {0: 0.9}, "zh/accuracy": {0: 0.8},
    }  # fmt: skip
    seen = shown(run.folder)
    assert set(seen.Tags()["scalars"]) == set(figures)
    for name, values in figures.items():
        assert {e.step: e.value for e in seen.Scalars(name)} == pytest.approx(values)


def test_settings_are_compared_in_tensorboard(settings: Settings, engine: Engine) -> None:
    with tracked(settings, engine, "tune", CONFIG) as run:
        pass
    content = shown(run.folder).summary_metadata["_hparams_/session_start_info"].plugin_data.content
    given = HParamsPluginData.FromString(content).session_start_info.hparams
    assert given["recipe/epochs"].number_value == 5
    assert given["tune"].bool_value
    assert (given["desk"].string_value, given["encoder"].string_value) == ("shop", "None")


def test_pictures_are_shown(settings: Settings, engine: Engine) -> None:
    with tracked(settings, engine, "tune", CONFIG) as run:
        run.image("curve", drawn, step=3)
    (picture,) = shown(run.folder).Images("curve")
    assert (picture.step, picture.width, picture.height) == (3, 400, 300)
    assert picture.encoded_image_string.startswith(b"\x89PNG")


def test_artifacts_lie_with_the_run(settings: Settings, engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    for name in ("figures.json", "report/page.html"):
        (tmp_path / name).write_text(name)
    with tracked(settings, engine, "night", CONFIG) as run:
        run.artifact(tmp_path / "figures.json")
        run.artifact(tmp_path / "report")
    assert (run.folder / "artifacts" / "figures.json").read_text() == "figures.json"
    assert (run.folder / "artifacts" / "report" / "page.html").read_text() == "report/page.html"
    assert Runs(engine).latest()[0].outcome == {"artifacts": ["figures.json", "report"]}


def test_two_at_once_have_their_own_folders(settings: Settings, engine: Engine) -> None:
    with tracked(settings, engine, "tune", {}) as one, tracked(settings, engine, "tune", {}) as other:
        assert one.folder != other.folder
    assert {run.name for run in Runs(engine).latest()} == {one.folder.name, other.folder.name}


def test_a_failure_is_raised_and_kept_without_its_words(settings: Settings, engine: Engine) -> None:
    def fails() -> None:
        with tracked(settings, engine, "night", {}) as run:
            run.figure("loss", 1.0, 1)
            raise ValueError("call 555 0100")

    with pytest.raises(ValueError, match="call 555 0100"):
        fails()
    (kept,) = Runs(engine).latest()
    assert (kept.state, kept.error) == ("failed", "ValueError")
    assert "555" not in json.dumps(kept.as_json())
    assert shown(settings.home / "runs" / kept.name).Scalars("loss")[0].value == 1.0


def test_one_that_is_killed_is_seen_as_unfinished(settings: Settings) -> None:
    done = in_process(LOOPED + KILLED, settings.home)
    assert done.returncode == -9, done.stderr
    engine = open_database(settings.url, settings.home)
    (kept,) = Runs(engine).latest()
    assert (kept.state, kept.ended) == ("unfinished", None)
    assert len(Runs(engine).figures(kept.id)["loss"]) == 30
    engine.dispose()


def test_without_torch_and_the_extras_it_is_said_and_training_goes_on(settings: Settings) -> None:
    image = '    run.image("curve", lambda: __import__("matplotlib.figure"))\n'
    done = in_process(WITHOUT + LOOPED + image, settings.home, FRONTDESK_WANDB="offline")
    assert done.returncode == 0, done.stderr
    assert [line for line in done.stderr.splitlines() if line] == [
        "this run goes without TensorBoard: tensorboard is not installed (the extra `tracking` has it)",
        "this run goes without Weights & Biases: wandb is not installed (the extra `tracking` has it)",
    ]
    engine = open_database(settings.url, settings.home)
    assert Runs(engine).latest()[0].state == "done"
    engine.dispose()


def test_what_fails_is_said_once_and_stops_nothing(
    settings: Settings, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    """The folder is a file, the database has no tables, the picture can't be drawn."""
    (settings.home / "runs").write_text("in the way")
    nowhere = create_engine("sqlite://")
    with caplog.at_level(logging.WARNING, "training.tracking"):
        for _ in range(2):
            with tracked(settings, nowhere, "tune", CONFIG) as run:
                for step in (1, 2):
                    run.figure("loss", 1.0, step)
                run.artifact(settings.home / "none")
    nowhere.dispose()
    said = " ".join(caplog.messages)
    assert "a run's folder can't be made" in said
    assert "goes on without the database: " in said
    assert "goes on without artifacts: " in said
    assert len(caplog.messages) == len(set(caplog.messages)) <= 6


def test_a_log_that_breaks_is_left_and_the_others_go_on(
    settings: Settings, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    with tracked(settings, engine, "tune", CONFIG) as run:
        run.figure("loss", 1.0, 1)
        run._logs[tracking.TENSORBOARD].end({}, None)  # as if its disk were gone
        run.figure("loss", 0.5, 2)
        run.figure("loss", 0.2, 3)
        run.image("nothing", lambda: drawn().nothing)  # type: ignore[attr-defined]
    (kept,) = Runs(engine).latest()
    assert (kept.state, Runs(engine).figures(kept.id)["loss"]) == ("done", {1: 1.0, 2: 0.5, 3: 0.2})
    assert [m.partition(": ")[0] for m in caplog.messages] == [
        "this run goes on without TensorBoard", "this run goes on without pictures",
    ]  # fmt: skip


def test_offline_weights_and_biases_reaches_for_no_network(settings: Settings) -> None:
    """Whatever goes out would go by the proxy, and nobody calls it."""
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        proxy.settimeout(0.2)
        at = f"http://127.0.0.1:{proxy.getsockname()[1]}"
        user = settings.home / "user"
        done = in_process(
            LOOPED, settings.home,
            FRONTDESK_WANDB="offline", WANDB_MODE="online", WANDB_PROJECT="desk-of-mine",
            HTTP_PROXY=at, HTTPS_PROXY=at, http_proxy=at, https_proxy=at, NO_PROXY="", HOME=str(user),
        )  # fmt: skip
        assert (done.returncode, done.stderr, done.stdout) == (0, "", "")
        with pytest.raises(TimeoutError):
            proxy.accept()
    (written,) = settings.home.glob("runs/night-*/wandb/offline-run-*/*.wandb")
    kept = written.read_bytes()
    assert all(word in kept for word in (b"desk-of-mine", b"loss", b"en/accuracy"))
    assert str(ROOT).encode() not in kept
    assert not user.exists()
