"""How the process takes memory, where the system's allocator lets it be said.

glibc keeps a heap for each thread that ever asked for memory, and gives none of it back by itself: forty
threads that each made one large page hold forty of them.
"""

import ctypes
from contextlib import suppress
from functools import cache
from typing import Any

_ARENA_MAX = -8
"""M_ARENA_MAX of malloc.h."""
_HEAPS = 2


@cache
def _glibc() -> Any:  # noqa: ANN401 (a library has no type)
    """The C library when it is glibc, else None."""
    with suppress(OSError):
        library = ctypes.CDLL("libc.so.6")
        if hasattr(library, "malloc_trim") and hasattr(library, "mallopt"):
            return library
    return None


def share_heaps() -> None:
    """Let all threads take from two heaps. Harmless where the system has another allocator."""
    if library := _glibc():
        library.mallopt(_ARENA_MAX, _HEAPS)


def give_back() -> None:
    """Give what is free back to the system, after something large."""
    if library := _glibc():
        library.malloc_trim(0)
