"""Times two calls in turns in one process and gives their ratio with its spread."""

from __future__ import annotations

import gc
import os
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

Question = TypeVar("Question")
BAR_OBJECTS = 20
OBJECTS = int(os.environ.get("BENCHMARK_OBJECTS", BAR_OBJECTS))


def pairs_wanted(otherwise: int) -> int:
    """How often a pair of calls is timed: BENCHMARK_PAIRS, or what the benchmark takes to be due."""
    return int(os.environ.get("BENCHMARK_PAIRS", str(otherwise)))


@dataclass(frozen=True)
class Comparison:
    """Seconds of our call and of the reference, pair by pair; `at_most` is the bar, if any."""

    name: str
    reference: str
    ours: tuple[float, ...]
    theirs: tuple[float, ...]
    at_most: float | None = None

    @property
    def ratios(self) -> tuple[float, ...]:
        """Ours divided by the reference, pair by pair: the machine's drift cancels."""
        return tuple(a / b for a, b in zip(self.ours, self.theirs, strict=True))

    def __str__(self) -> str:
        ratios = self.ratios
        median = statistics.median(ratios)
        return (
            f"{self.name}: {spelled(median)}x of {self.reference}"
            f" ({spelled(min(ratios))} to {spelled(max(ratios))} over {len(ratios)} pairs;"
            f" medians {duration(statistics.median(self.ours))} and"
            f" {duration(statistics.median(self.theirs))}){bar(median, self.at_most)}"
        )


@dataclass(frozen=True)
class Sample:
    """Seconds of many different questions, each asked of us and of the reference in turn.

    The bar `at_most` is on the ratio of the medians; with `tail` also on that of the 99th
    percentiles.
    """

    name: str
    reference: str
    ours: tuple[float, ...]
    theirs: tuple[float, ...]
    at_most: float | None = None
    tail: bool = False

    def __str__(self) -> str:
        middle = np.median(self.ours), np.median(self.theirs)
        late = np.percentile(self.ours, 99), np.percentile(self.theirs, 99)
        low, high = np.percentile(np.divide(self.ours, self.theirs), [25, 75])
        ratios = [middle[0] / middle[1], late[0] / late[1]]
        return (
            f"{self.name}: {spelled(ratios[0])}x of {self.reference}, {spelled(ratios[1])}x at the"
            f" 99th percentile (quartiles {spelled(low)} to {spelled(high)} over {len(self.ours)}"
            f" questions; medians {duration(middle[0])} and {duration(middle[1])}, 99th"
            f" percentiles {duration(late[0])} and {duration(late[1])})"
            f"{bar(max(ratios) if self.tail else ratios[0], self.at_most)}"
        )


def compare(
    name: str,
    ours: Callable[[], object],
    reference: str,
    theirs: Callable[[], object],
    *,
    pairs: int = 5,
    warm_up: bool = True,
    at_most: float | None = None,
) -> Comparison:
    """Run both once to warm up (calls of many seconds need not), then in turns, `pairs` times."""
    for call in (ours, theirs) if warm_up else ():
        call()
    seconds: tuple[list[float], list[float]] = ([], [])
    for _ in range(pairs):
        for call, kept in zip((ours, theirs), seconds, strict=True):
            gc.collect()
            kept.append(timed(call))
    return Comparison(name, reference, tuple(seconds[0]), tuple(seconds[1]), at_most)


def sample(
    name: str,
    questions: Sequence[Question],
    ours: Callable[[Question], object],
    reference: str,
    theirs: Callable[[Question], object],
    *,
    at_most: float | None = None,
    tail: bool = False,
) -> Sample:
    """Ask both every question in turn, after the first two to warm up."""
    seconds: tuple[list[float], list[float]] = ([], [])
    for question in questions[:2]:
        ours(question)
        theirs(question)
    gc.collect()
    gc.freeze()  # what was set up before is no garbage of the calls that are timed
    for question in questions:
        for call, kept in zip((ours, theirs), seconds, strict=True):
            start = time.perf_counter()
            call(question)
            kept.append(time.perf_counter() - start)
    gc.unfreeze()
    return Sample(name, reference, tuple(seconds[0]), tuple(seconds[1]), at_most, tail)


def timed(call: Callable[[], object]) -> float:
    """Seconds of one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def bar(ratio: float, at_most: float | None) -> str:
    """Whether a ratio keeps its bar; bars are about 2^20 sets, and small lattices have none."""
    if at_most is None or OBJECTS < BAR_OBJECTS:
        return ""
    said = f"at most {spelled(at_most)}"
    return f"; {said}: kept" if ratio <= at_most else f"; {said}: MISSED"


def spelled(ratio: float) -> str:
    """Two decimals, or two digits where those would be zeros."""
    return f"{ratio:.2f}" if ratio >= 0.1 else f"{ratio:.2g}"


def duration(seconds: float) -> str:
    """Seconds in the unit that suits them."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size or unit == "us":
            return f"{seconds / size:.3g} {unit}"
    raise AssertionError
