"""Run something in a fresh process: its memory and its threads are its own, and go when it ends."""

import contextlib
import multiprocessing
import os
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from threading import Thread
from typing import TypeVar

from training.benchmark.errors import BenchmarkError

Found = TypeVar("Found")


def in_own_process(what: str, work: Callable[..., Found], *args: object) -> Found:
    """Return what `work` returns; raises what it raises, and BenchmarkError if its process is killed."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as process:
        try:
            return process.submit(_without_stdout, work, *args).result()
        except BrokenProcessPool as error:
            raise BenchmarkError(
                f"{what}: its process ended too early; if it says nothing above, there was too little memory"
            ) from error


def _without_stdout(work: Callable[..., Found], *args: object) -> Found:
    Thread(target=_end_with_parent, daemon=True).start()
    with contextlib.redirect_stdout(sys.stderr):  # stdout is for the figures
        return work(*args)


def _end_with_parent() -> None:
    """End the process when the one that began it is gone, killed perhaps: nobody waits for the figures."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
