"""Memory that was freed, given back to the system."""

import ctypes
from collections.abc import Callable
from functools import cache


def trim_heap() -> None:
    """Give freed memory back, where the C library can: glibc would keep the 200 MB of a replaced release."""
    if trim := _malloc_trim():
        trim(0)


@cache
def _malloc_trim() -> Callable[[int], int] | None:
    try:
        return getattr(ctypes.CDLL(None), "malloc_trim", None)
    except (OSError, TypeError):  # Windows has no library of that name
        return None
