"""Sharp bounds of interactions of monotone scores, by linear programs over the missing cells.

max and min of sum w_S v_S over all v with L <= v <= U and v(S) <= v(S + i): the ends of the envelope
can often not be reached together. Only cells that are not known are variables; a chain of
inequalities through a known cell is in the envelope already.
"""

from __future__ import annotations

import numpy as np
import scipy

from lattice.deadlines import stop_if_late
from lattice.values import folds
from lattice.values.envelopes import Envelope
from lattice.values.grounds import Ground, Scores
from lattice.values.ranked import RankedSums

MOST_CELLS = 1 << 12
MOST_PROGRAMS = 256


def fits(found: Envelope) -> bool:
    """Whether so many cells are known that programs over the others can be asked."""
    m = len(found.low).bit_length() - 1
    unknown = int((found.low < found.high).sum())
    return unknown <= MOST_CELLS and m * (m - 1) <= MOST_PROGRAMS and unknown * m <= MOST_CELLS


def sharpen(ground: Ground, sums: RankedSums, found: Envelope) -> tuple[Scores, Scores]:
    """The sharp interval of every item, by goodness; shapes (Q,)."""
    free = np.flatnonzero(found.low < found.high)
    known = np.where(found.low < found.high, 0.0, found.low)
    place = np.full(len(found.low), -1)
    place[free] = np.arange(len(free))
    lower, upper = _covers(place)
    rows = np.arange(len(lower))
    ones = np.ones(len(lower))
    order = scipy.sparse.coo_array(
        (
            np.concatenate([ones, -ones]),
            (np.concatenate([rows, rows]), np.concatenate([lower, upper])),
        ),
        shape=(len(lower), len(free)),
    ).tocsr()
    box = np.stack([found.low[free], found.high[free]], axis=1)
    low, high = np.empty(len(sums.items)), np.empty(len(sums.items))
    for item in range(len(sums.items)):
        stop_if_late("solving linear programs", f"{item} of {len(low)} pairs")
        weights = sums.of_cells(ground, item)
        fixed = float(weights @ known)
        low[item] = fixed + _least(weights[free], order, box)
        high[item] = fixed - _least(-weights[free], order, box)
    return low, high


def _covers(place: np.ndarray[tuple[int], np.dtype[np.int64]]) -> tuple[Scores, Scores]:
    """The moves between two free cells, as the places of their lower and upper ends."""
    lower, upper = [], []
    for _, without, holding in folds.cuts(place):
        both = (without >= 0) & (holding >= 0)
        lower.append(without[both])
        upper.append(holding[both])
    return np.concatenate(lower), np.concatenate(upper)


def _least(weights: Scores, order: scipy.sparse.csr_array, box: Scores) -> float:
    """The least sum of weighted free cells."""
    if not len(weights):
        return 0.0
    rules = [scipy.optimize.LinearConstraint(order, ub=0.0)] if order.shape[0] else []
    limits = scipy.optimize.Bounds(box[:, 0], box[:, 1])
    solved = scipy.optimize.milp(weights, constraints=rules, bounds=limits)
    if solved.status != 0:
        raise ArithmeticError(f"a linear program had no solution: {solved.message}")
    return float(solved.fun)
