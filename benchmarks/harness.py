"""Times two calls in turns in one process and gives their ratio with its spread."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Comparison:
    """Seconds of our call and of the reference, pair by pair."""

    name: str
    reference: str
    ours: tuple[float, ...]
    theirs: tuple[float, ...]

    @property
    def ratios(self) -> tuple[float, ...]:
        """Ours divided by the reference, pair by pair: the machine's drift cancels."""
        return tuple(a / b for a, b in zip(self.ours, self.theirs, strict=True))

    def __str__(self) -> str:
        ratios = self.ratios
        return (
            f"{self.name}: {statistics.median(ratios):.2f}x of {self.reference}"
            f" ({min(ratios):.2f} to {max(ratios):.2f} over {len(ratios)} pairs;"
            f" medians {statistics.median(self.ours):.3f} s and"
            f" {statistics.median(self.theirs):.3f} s)"
        )


def compare(
    name: str,
    ours: Callable[[], object],
    reference: str,
    theirs: Callable[[], object],
    *,
    pairs: int = 5,
    warm_up: bool = True,
) -> Comparison:
    """Run both once to warm up (calls of many seconds need not), then in turns, `pairs` times."""
    for call in (ours, theirs) if warm_up else ():
        call()
    seconds: tuple[list[float], list[float]] = ([], [])
    for _ in range(pairs):
        for call, kept in zip((ours, theirs), seconds, strict=True):
            gc.collect()
            start = time.perf_counter()
            call()
            kept.append(time.perf_counter() - start)
    return Comparison(name, reference, tuple(seconds[0]), tuple(seconds[1]))
