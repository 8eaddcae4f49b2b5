"""What runs in its own process gives back what it finds, raises what it raises, and may die."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from training.benchmark.errors import BenchmarkError
from training.benchmark.own_process import in_own_process


def refuse() -> None:
    raise BenchmarkError("no")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_what_is_found_comes_back() -> None:
    assert in_own_process("it", divmod, 7, 2) == (3, 1)


def test_it_is_another_process() -> None:
    assert in_own_process("it", os.getpid) != os.getpid()


def test_what_is_raised_comes_back() -> None:
    with pytest.raises(BenchmarkError, match="no"):
        in_own_process("it", refuse)


def test_stdout_is_for_the_figures(capfd: pytest.CaptureFixture[str]) -> None:
    in_own_process("it", print, "chatter")
    assert capfd.readouterr().out == ""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_a_death_is_said() -> None:
    with pytest.raises(BenchmarkError, match=r"The model: its process ended too early; .* too little memory"):
        in_own_process("The model", die)


def linger(file: str) -> None:
    Path(file).write_text(str(os.getpid()), "utf-8")
    time.sleep(600)


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
def test_it_ends_with_the_process_that_began_it(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    work = "from tests.training.benchmark.test_own_process import in_own_process, linger"
    parent = subprocess.Popen([sys.executable, "-c", f"{work}; in_own_process('it', linger, {str(file)!r})"])
    while not (file.exists() and file.read_text("utf-8")):
        assert parent.poll() is None
        time.sleep(0.05)
    child = psutil.Process(int(file.read_text("utf-8")))
    parent.kill()
    parent.wait()
    child.wait(timeout=30)  # raises TimeoutExpired where it lives on
