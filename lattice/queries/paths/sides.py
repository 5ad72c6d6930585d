"""Which stored sets moves reach from a path's source, and from which they reach its target."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from lattice.deadlines import stop_if_late
from lattice.index import MISSING, LatticeIndex
from lattice.queries.paths.tasks import Rows, Task
from lattice.subsets import WORD_BITS, has_object


@dataclass(frozen=True, eq=False)
class Sides:
    """The sets on either side of a gap, and the connected parts of all usable sets.

    `labels` (N,) number the connected parts, where moves go both ways; sets that may not be
    entered are parts of their own. `components` counts the parts of usable sets.
    """

    here: Rows
    there: Rows
    labels: NDArray[np.int32]
    components: int | None


def sides_of(task: Task) -> Sides:
    """What lies around source and target, with the moves that the task allows."""
    index, usable = task.index, np.flatnonzero(task.enterable)
    lower, upper = _moves_among(index, task, usable)
    start, end = (upper, lower) if task.kinds == "remove" else (lower, upper)
    data, shape = np.ones(len(start), dtype=np.int8), (len(index), len(index))
    graph = scipy.sparse.csr_array((data, (start, end)), shape=shape)
    if task.kinds != "any":
        here = scipy.sparse.csgraph.breadth_first_order(
            graph, task.source, directed=True, return_predecessors=False
        )
        back = scipy.sparse.csr_array((data, (end, start)), shape=shape)
        there = scipy.sparse.csgraph.breadth_first_order(
            back, task.target, directed=True, return_predecessors=False
        )
        labels = np.arange(len(index), dtype=np.int32)
        return Sides(np.sort(here), np.sort(there), labels, None)
    _, labels = scipy.sparse.csgraph.connected_components(graph, directed=False)
    return Sides(
        np.flatnonzero(labels == labels[task.source]),
        np.flatnonzero(labels == labels[task.target]),
        labels,
        len(np.unique(labels[usable])),
    )


def _moves_among(index: LatticeIndex, task: Task, usable: Rows) -> tuple[Rows, Rows]:
    """Lower and upper rows of the moves between usable sets, each once."""
    parts: list[tuple[Rows, Rows]] = [(np.empty(0, np.int32), np.empty(0, np.int32))]
    if index.universe.n <= WORD_BITS:
        for position in range(index.universe.n):
            stop_if_late("finding what the ends are connected to")
            lower = usable[~has_object(index.words[usable], position)]
            upper = index.lookup.across(lower, position)
            hit = upper != MISSING
            hit[hit] = task.enterable[upper[hit]]
            parts.append((lower[hit].astype(np.int32), upper[hit].astype(np.int32)))
    else:
        for lower, _, upper in index.lookup.covering_pairs(usable):
            stop_if_late("finding what the ends are connected to")
            hit = task.enterable[lower] & task.enterable[upper]
            parts.append((lower[hit].astype(np.int32), upper[hit].astype(np.int32)))
    lowers, uppers = (np.concatenate([each[k] for each in parts]) for k in range(2))
    return lowers, uppers
