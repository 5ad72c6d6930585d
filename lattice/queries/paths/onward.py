"""What lies on best paths, move by move: the first of them by the tie-break, and their number.

An objective says with an `Onward` which moves from some sets lie on best paths; all of them end
after equally many moves.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from lattice.deadlines import out_of_time
from lattice.index import LatticeIndex
from lattice.queries.paths.tasks import Route, Rows, in_order

Onward = Callable[[Rows, int], tuple[Rows, Rows, Rows]]
"""(rows, moves that remain) -> (places in rows, positions, rows that are reached)."""
_MOST_COUNTED = 9e18


def best_route(index: LatticeIndex, start: int, moves: int, onward: Onward) -> Route:
    """The first of the best paths from `start`, and how many there are.

    First is the path whose first differing move adds before it removes, then the one that moves
    the object that comes first in the universe.

    Args:
        moves: how many moves every best path has.
    """
    optima = count(np.array([start]), moves, onward)
    rows = first_route(index, start, moves, onward)
    return Route(rows, optima or 1, counted=optima is not None)


def first_route(index: LatticeIndex, start: int, moves: int, onward: Onward) -> tuple[int, ...]:
    """Rows along the first of the best paths from `start`."""
    rows = [start]
    for remaining in range(moves, 0, -1):
        _, positions, others = onward(np.array([rows[-1]]), remaining)
        rows.append(int(others[in_order(index, rows[-1], positions)[0]]))
    return tuple(rows)


def count(starts: Rows, moves: int, onward: Onward) -> int | None:
    """How many best paths lead on from the starts; None where a deadline stops the counting.

    Counts are held in 64 bits, and in Python ints from where these could overflow.
    """
    layer, large = starts, False
    ways: NDArray[np.int64] | NDArray[np.object_] = np.ones(len(layer), dtype=np.int64)
    about: NDArray[np.float64] = np.ones(len(layer))
    for remaining in range(moves, 0, -1):
        if out_of_time():
            return None
        places, _, others = onward(layer, remaining)
        layer, into = np.unique(others, return_inverse=True)
        about = np.bincount(into, weights=about[places], minlength=len(layer)).astype(np.float64)
        large |= bool(about.max() > _MOST_COUNTED)
        before, none = ways[places], np.zeros(len(layer), dtype=np.int64)
        ways = none.astype(np.object_) if large else none
        np.add.at(ways, into, before.astype(np.object_) if large else before)
    return int(sum(ways.tolist()))
