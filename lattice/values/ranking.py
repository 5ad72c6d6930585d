"""Which of two semivalues is larger, and so where each may stand among all.

The difference phi_i - phi_j = sum over S without i, j of (p(|S|) + p(|S| + 1)) (v(S+i) - v(S+j))
needs neither what is always held nor the set of all units: where only these are missing, the order
of values is exact though no value is.
"""

from __future__ import annotations

import numpy as np

from lattice.model import ValueRank
from lattice.replicates import LEVEL, Combinations
from lattice.values import bounds, errors
from lattice.values.assumptions import Assumed
from lattice.values.grounds import Flags, Ground
from lattice.values.ranked import RankedSums, differences


def ranks(
    ground: Ground, sums: RankedSums, assume: Assumed | None
) -> list[ValueRank | None] | None:
    """The rank of every unit's semivalue, best first; None for other sums, and without a table.

    Raises:
        BadQuestion: the assumption bounds nothing here.
    """
    m = ground.m
    if sums.order != 1 or not ground.tabled or m < 2:
        return None
    apart = differences(sums)
    if errors.are_there(ground, apart):
        return by_differences(m, ground.sign, errors.combinations(ground, apart))
    intervals, _ = bounds.bounded(ground, apart, assume)
    return None if intervals is None else by_intervals(m, ground.sign, intervals)


def by_differences(m: int, sign: float, apart: Combinations) -> list[ValueRank | None]:
    """The ranks of m units from the differences of every two of them, and their errors."""
    good = sign * apart.value
    half = apart.half_widths(1 - (1 - LEVEL) / (m - 1))
    places = 1 + _counted(m, good < 0, good > 0)
    if np.isnan(half).any():
        return [ValueRank(place, None, None) for place in places.tolist()]
    return _described(m, good - half > 0, good + half < 0, places.tolist())


def by_intervals(m: int, sign: float, apart: bounds.Intervals) -> list[ValueRank | None]:
    """The ranks of m units from where the differences of every two of them must lie."""
    low, high = apart.low, apart.high
    if sign < 0:
        low, high = -high, -low
    return _described(m, low > 0, high < 0, [None] * m)


def _counted(m: int, here: Flags, there: Flags) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """For every unit, in how many pairs a flag of its own end is set, shape (m,).

    Args:
        here, there: of the first and of the second unit of every pair, shape (Q,).
    """
    first, second = np.triu_indices(m, 1)
    return np.bincount(first[here], minlength=m) + np.bincount(second[there], minlength=m)


def _described(
    m: int, better: Flags, worse: Flags, places: list[int] | list[None]
) -> list[ValueRank | None]:
    """Ranks from the pairs whose first unit is surely better, or surely worse."""
    best = 1 + _counted(m, worse, better)
    worst = m - _counted(m, better, worse)
    told = zip(places, best.tolist(), worst.tolist(), strict=True)
    return [ValueRank(*each) for each in told]
