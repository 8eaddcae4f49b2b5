"""Two processes learn together what one learns alone, and end together, whatever happens."""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from data.database import open_database
from data.night.runs import Runs
from data.release.releases import Releases
from retrieval.bundled_encoder import CHINESE
from tests.training.test_fine_tune import BACK, BILL, LATE, encoded, labelled
from training.fine_tune import fine_tune
from training.recipe import Recipe

ROOT = Path(__file__).parents[2]
MESSAGES = labelled(late=LATE, back=BACK, bill=BILL[:1])  # 9: the last batch of each epoch has one message
EXACT = Recipe(epochs=2, batch=4, dropout=0.0)
DROPPING = Recipe(epochs=6, batch=8, smoothing=0.0)
TWICE = """
import sys
from pathlib import Path
import numpy as np
from tests.training.test_process_group import DROPPING, EXACT, MESSAGES
from training.fine_tune import fine_tune
from training.process_group import leading
with leading() as leads:
    if leads:
        for name, recipe in (("exact", EXACT), ("dropping", DROPPING)):
            file = Path(sys.argv[1]) / name
            np.savez(f"{file}.npz", **fine_tune(MESSAGES, file, recipe))
"""
FAILS = """
import sys
from pathlib import Path
from tests.training.test_process_group import EXACT, MESSAGES
from training.fine_tune import fine_tune
from training.process_group import leading
def fail(values, step):
    raise OSError("the disk is full")
with leading() as leads:
    if leads:
        fine_tune(MESSAGES, Path(sys.argv[1]) / "never", EXACT, figures=fail)
"""


def two(*arguments: str | Path, **environment: str) -> list[tuple[int, str, str]]:
    """Run a command as both processes of a group; return what each ended with, printed and said."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    group = {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "OMP_NUM_THREADS": "1"}
    processes = [
        subprocess.Popen(
            [sys.executable, *map(str, arguments)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
            env={**os.environ, **group, **environment, "RANK": str(rank)},
        )
        for rank in range(2)
    ]  # fmt: skip
    said = [process.communicate(timeout=240) for process in processes]
    return [(process.returncode, *texts) for process, texts in zip(processes, said, strict=True)]


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that two processes wrote into: file and head of each recipe."""
    folder = tmp_path_factory.mktemp("together")
    ends = two("-c", TWICE, folder)
    assert [end[0] for end in ends] == [0, 0], ends
    return folder


def test_without_dropout_two_learn_what_one_learns(together: Path, tmp_path: Path) -> None:
    """But for the order in which numbers are added: weights are some 20 long, vectors 1."""
    alone = fine_tune(MESSAGES, tmp_path / "alone", EXACT)
    with np.load(together / "exact.npz") as head:
        for label, weights in alone.items():
            np.testing.assert_allclose(head[label], weights, atol=1e-3)
    vectors = [encoded([CHINESE / "delta.safetensors", f]) for f in (tmp_path / "alone", together / "exact")]
    np.testing.assert_allclose(*vectors, atol=1e-4)
    before = encoded([CHINESE / "delta.safetensors"])
    assert np.abs(vectors[0] - before).max() > 0.05  # what was learned is far more than that


def test_with_dropout_two_learn_it_too(together: Path) -> None:
    vectors = encoded([CHINESE / "delta.safetensors", together / "dropping"])
    with np.load(together / "dropping.npz") as head:
        assert (vectors @ (head["late"] - head["back"]) > 0).tolist() == [True] * 4 + [False] * 4


def test_both_end_where_the_leader_fails(tmp_path: Path) -> None:
    began = time.monotonic()
    (leader, _, why), (helper, _, said) = two("-c", FAILS, tmp_path)
    assert (leader, helper) == (1, 1)
    assert "OSError: the disk is full" in why
    assert "frontdesk: process 1 of the training group has to stop" in said
    assert "Traceback" not in said
    assert not (tmp_path / "never").exists()
    assert time.monotonic() - began < 200  # far less than it would wait for a leader that is there


def test_one_of_them_publishes(tiny_desk: Path, tmp_path: Path) -> None:
    """By torchrun; the desk's history is too short to be tuned on, so the other one only waits."""
    home = tmp_path / "home"
    run = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    done = subprocess.run(
        [*run, "-m", "training.publish", "--tune"],
        capture_output=True, text=True, cwd=ROOT, timeout=240, check=False,
        env={**os.environ, "FRONTDESK_HOME": str(home), "FRONTDESK_DESK": str(tiny_desk)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (release,) = Releases(home, "kiosk").ids()
    assert json.loads(done.stdout)["release"] == release
    engine = open_database(f"sqlite:///{home / 'frontdesk.sqlite3'}", home)
    (kept,) = Runs(engine).latest()
    engine.dispose()
    assert (kept.state, kept.config["processes"], kept.outcome["release"]) == ("done", 2, release)


def test_both_end_where_there_is_nothing_to_train_on(small_desk: Path, tmp_path: Path) -> None:
    (small_desk / "intents.yaml").write_text("- {id: alone}", "utf-8")
    setting = {"FRONTDESK_HOME": str(tmp_path), "FRONTDESK_DESK": str(small_desk)}
    (leader, _, said), (helper, printed, _) = two("-m", "training.publish", "--tune", **setting)
    assert (leader, helper, printed) == (1, 0, "")
    assert "intents.yaml is not as it should be" in said
