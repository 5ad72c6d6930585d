"""The longest run: the longest chain of evaluated sets in which every move adds an object."""

from __future__ import annotations

import numpy as np

from lattice.deadlines import stop_if_late
from lattice.index import LatticeIndex
from lattice.queries.paths.onward import count, first_route
from lattice.queries.paths.tasks import Allowed, Route, Rows
from lattice.replicates import Scores

_ROWS_AT_ONCE = 1 << 16


def longest_run(
    index: LatticeIndex,
    allowed: Allowed,
    goodness: Scores | None = None,
    source: int | None = None,
    target: int | None = None,
) -> Route | None:
    """The longest chain of moves that only add, through allowed sets with a score.

    Among equally long ones the chain is given that starts first in display order, and then the
    one whose first differing move adds the object that comes first. None where no set can be
    used, where an end that is given cannot, or where no chain leads from one end to the other.

    Args:
        allowed: the sets (N,) that may be used, the ends included.
        goodness: (N,), NaN where a set has no score; any set counts where it is left out.
        source, target: where the chain starts, and ends; anywhere where it is left out.
    """
    usable = allowed.copy() if goodness is None else allowed & ~np.isnan(goodness)
    if source is not None:
        usable &= ((index.words & index.words[source]) == index.words[source]).all(axis=1)
    if target is not None:
        usable &= ((index.words | index.words[target]) == index.words[target]).all(axis=1)
    ahead = _moves_ahead(index, usable, target)
    starts = np.arange(len(index)) if source is None else np.array([source])
    starts = starts[ahead[starts] >= 0]
    if len(starts) == 0:
        return None
    moves = int(ahead[starts].max())
    starts = starts[ahead[starts] == moves]

    def onward(rows: Rows, remaining: int) -> tuple[Rows, Rows, Rows]:
        places, positions, others = _adds(index, rows)
        longest = ahead[others] == remaining - 1
        return places[longest], positions[longest], others[longest]

    optima = count(starts, moves, onward)
    rows = first_route(index, int(starts[0]), moves, onward)
    return Route(rows, optima or 1, counted=optima is not None)


def _moves_ahead(index: LatticeIndex, usable: Allowed, target: int | None) -> Rows:
    """Moves of the longest chain up from every set, shape (N,); -1 where none may start.

    Rank by rank from the top: a set's chain is one longer than the longest of the sets above.
    """
    ends = usable if target is None else usable & (np.arange(len(index)) == target)
    ahead = np.where(ends, 0, -1)
    end = len(index)
    while end > 0:
        stop_if_late("looking for the longest run")
        start = int(np.searchsorted(index.ranks, index.ranks[end - 1]))
        start = max(start, end - _ROWS_AT_ONCE)
        rows = np.arange(start, end)[usable[start:end]]
        places, _, others = _adds(index, rows)
        reaching = ahead[others] >= 0
        np.maximum.at(ahead, rows[places[reaching]], ahead[others[reaching]] + 1)
        end = start
    return ahead


def _adds(index: LatticeIndex, rows: Rows) -> tuple[Rows, Rows, Rows]:
    """Moves from the rows that add an object: places, positions, rows above."""
    places, positions, others = index.lookup.around(rows)
    adds = index.ranks[others] > index.ranks[rows[places]]
    return places[adds], positions[adds], others[adds]
