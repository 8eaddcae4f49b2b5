"""Commands end quietly where whoever reads what they print has gone, as `| head` does."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet_pipe(code: int = 1) -> Iterator[None]:
    """End the process with `code`, and without a word, where stdout is read no more.

    Around what prints, not around what must be finished: what comes after it within is not done.
    """
    try:
        try:
            yield
        finally:
            sys.stdout.flush()  # what is left would fail when the process ends, and be said then
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(code)
