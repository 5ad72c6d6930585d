"""Paths whose worst inner score is best, then with the fewest moves."""

from __future__ import annotations

import numpy as np

from lattice.index import LatticeIndex
from lattice.queries.paths.fewest import distances, fewest
from lattice.queries.paths.tasks import Route


def widest(index: LatticeIndex, source: int, target: int, measure: int) -> Route | None:
    """The path whose worst inner score is best, then with the fewest moves.

    Inner sets without a score are never used. The floor is found by bisection over the distinct
    scores: each trial is one breadth-first search among the sets at least that good.
    """
    goodness = index.goodness(measure)
    scored = ~np.isnan(goodness)
    floors = np.unique(goodness[scored])
    nothing = np.zeros(len(index), dtype=np.bool_)
    if (route := fewest(index, source, target, nothing)) is not None:
        return route  # nothing lies between: no floor can be higher
    low, high = 0, len(floors)  # floors[low] is the highest that is known to work, if any is
    if distances(index, target, source, scored) is None:
        return None
    while high - low > 1:
        middle = (low + high) // 2
        with np.errstate(invalid="ignore"):
            works = distances(index, target, source, goodness >= floors[middle]) is not None
        low, high = (middle, high) if works else (low, middle)
    with np.errstate(invalid="ignore"):
        return fewest(index, source, target, goodness >= floors[low])
