"""Gives memory back to the system after questions that took long, which mostly took much of it."""

from __future__ import annotations

import ctypes
import os
import time

_LONG_SECONDS = 0.2


class GivenBack:
    """A block after which memory is given back, where it took long.

    Every thread that answers keeps what its arrays held for the next ones, up to hundreds of
    megabytes each. Where the C library has no `malloc_trim` it is not known how to ask for it.
    """

    def __enter__(self) -> None:
        self._start = time.monotonic()

    def __exit__(self, *_: object) -> None:
        if time.monotonic() - self._start > _LONG_SECONDS and _trim is not None:
            _trim(0)


_trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if os.name == "posix" else None
