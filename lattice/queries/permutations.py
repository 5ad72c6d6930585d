"""All orders of k units at once: dynamic programs over the 2^k sets of units that have moved.

A corner is such a set, bit i for unit i. An order goes from corner 0 to the last one; the value
of an order is the sum of the values of the corners that it enters. NaN is missing: an order that
enters such a corner is not complete.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lattice.deadlines import stop_if_late
from lattice.replicates import Scores

Corners = NDArray[np.int64]
_SAME = 1e-12
"""Sums that differ by less than this, relative to the largest value, are equally good."""


@dataclass(frozen=True, eq=False)
class Permutations:
    """The orders of k units, by what can still follow a corner."""

    k: int

    @cached_property
    def layers(self) -> tuple[Corners, ...]:
        """Corners by the number of units that have moved, 0 .. k."""
        size = np.bitwise_count(np.arange(1 << self.k))
        order = np.argsort(size, kind="stable")
        ends = np.cumsum([math.comb(self.k, moved) for moved in range(self.k)])
        return tuple(np.split(order, ends))

    def best(self, values: Scores) -> tuple[tuple[int, ...] | None, int]:
        """The complete order of the highest value and how many are equally good.

        Among equally good ones the one is given whose first differing unit comes first. None and
        0 where no order is complete.
        """
        ahead = np.full(1 << self.k, -np.inf)
        ways = np.zeros(1 << self.k, dtype=np.int64)
        ahead[-1], ways[-1] = 0.0, 1
        entered = np.where(np.isnan(values), -np.inf, values)
        scale = float(np.abs(values).max(initial=0.0, where=~np.isnan(values)))
        same = _SAME * max(scale, np.finfo(np.float64).tiny)
        for here in self.layers[-2::-1]:
            for unit in range(self.k):
                stop_if_late("comparing orders")
                some, other = _following(here, unit)
                ahead[some] = np.maximum(ahead[some], entered[other] + ahead[other])
            for unit in range(self.k):
                some, other = _following(here, unit)
                equal = entered[other] + ahead[other] >= ahead[some] - same
                ways[some] += np.where(equal, ways[other], 0)
        if ahead[0] == -np.inf:
            return None, 0
        return self._walk(entered + ahead, ahead, same), int(ways[0])

    def _walk(self, worth: Scores, ahead: Scores, same: float) -> tuple[int, ...]:
        order: list[int] = []
        corner = 0
        for _ in range(self.k):
            units = [unit for unit in range(self.k) if not corner >> unit & 1]
            best = next(u for u in units if worth[corner | 1 << u] >= ahead[corner] - same)
            order.append(best)
            corner |= 1 << best
        return tuple(order)

    def complete(self, values: Scores) -> int:
        """How many orders enter no missing corner."""
        there = ~np.isnan(values)
        ways = np.zeros(1 << self.k, dtype=np.int64)
        ways[-1] = 1
        for here in self.layers[-2::-1]:
            for unit in range(self.k):
                stop_if_late("counting orders")
                some, other = _following(here, unit)
                ways[some] += np.where(there[other], ways[other], 0)
        return int(ways[0])

    def moments(self, values: Scores) -> tuple[float, float]:
        """Mean and standard deviation of the value over all k! orders; NaN where any is missing."""
        middle = float(values[1:].mean())
        centered = values - middle
        mean, square = np.zeros(1 << self.k), np.zeros(1 << self.k)
        for moved in range(self.k - 1, -1, -1):
            here = self.layers[moved]
            for unit in range(self.k):
                stop_if_late("averaging over orders")
                some, other = _following(here, unit)
                entered = centered[other]
                mean[some] += entered + mean[other]
                square[some] += entered**2 + 2 * entered * mean[other] + square[other]
            mean[here] /= self.k - moved
            square[here] /= self.k - moved
        variance = square[0] - mean[0] ** 2
        return float(mean[0]) + middle * self.k, float(np.sqrt(np.maximum(variance, 0.0)))


def _following(here: Corners, unit: int) -> tuple[Corners, Corners]:
    """The corners of a layer that the unit can follow, and where that leads."""
    some = here[here >> unit & 1 == 0]
    return some, some | 1 << unit
