"""Runs what builds a page in an event loop of its own, whatever loop browser tests left in this thread."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def in_a_loop(build: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Return what `build` returns; outside a loop, the toolkit opens some that it never closes."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(build())).result()
