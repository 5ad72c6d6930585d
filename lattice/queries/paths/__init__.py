"""Paths between two stored sets: one breadth-first engine, and the objectives that it serves.

`fewest`: the fewest moves. `widest`: the highest possible worst score strictly between the ends,
then the fewest moves. Among equally good paths the one is given whose first differing move adds
before it removes, and then changes the object that comes first in the universe.
"""

from __future__ import annotations

import numpy as np

from lattice.index import LatticeIndex
from lattice.model import Objective, Path
from lattice.queries.paths.answer import described, no_path
from lattice.queries.paths.fewest import fewest
from lattice.queries.paths.widest import widest


def find_path(
    index: LatticeIndex,
    source: int,
    target: int,
    objective: Objective,
    measure: int | None,
    measures: tuple[int, ...],
) -> Path:
    """The best path from row `source` to row `target`.

    Args:
        measure: the measure that `widest` is about; for `fewest` the one whose floor is given.
        measures: those whose cells and deltas are listed at every step.
    """
    if objective == "widest" and measure is not None:
        route = widest(index, source, target, measure)
    else:
        route = fewest(index, source, target, np.ones(len(index), dtype=np.bool_))
    if route is None:
        return no_path(index, source, target, objective, measure, measures)
    return described(index, route, objective, measure, measures)
