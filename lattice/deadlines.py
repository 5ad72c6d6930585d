"""Cooperative deadlines: long work asks now and then whether it may go on.

    >>> with within(10):
    ...     stop_if_late("looking for paths")

A question without a deadline takes as long as it takes. Work that has a partial result asks
`out_of_time()` and returns what it has, saying so; work that has none calls `stop_if_late()`.
"""

from __future__ import annotations

import time
from contextlib import AbstractContextManager
from contextvars import ContextVar

from lattice.errors import OutOfTime

_end: ContextVar[float | None] = ContextVar("deadline", default=None)


class within(AbstractContextManager[None]):
    """Give everything in the block this many seconds, or what an outer block leaves of them."""

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds

    def __enter__(self) -> None:
        outer = _end.get()
        end = None if self._seconds is None else time.monotonic() + self._seconds
        self._token = _end.set(
            min((each for each in (outer, end) if each is not None), default=None)
        )

    def __exit__(self, *_: object) -> None:
        _end.reset(self._token)


def out_of_time() -> bool:
    """Whether the deadline has passed."""
    end = _end.get()
    return end is not None and time.monotonic() >= end


def stop_if_late(doing: str, had: str = "") -> None:
    """Stop where the deadline has passed.

    Args:
        doing: what was going on, for people: "looking for paths".
        had: what was found so far.

    Raises:
        OutOfTime: it has passed.
    """
    if out_of_time():
        raise OutOfTime(
            f"Stopped at the deadline while {doing}{f': {had}' if had else ''}.",
            hint="Ask for less (fewer objects apart, a smaller k, a narrower filter), or allow"
            " more time.",
        )
