"""Paths in lattices with few moves and long ways: chains, trees, snakes.

Where searches take many layers of few sets, the moves are held as a sparse matrix and followed by
scipy. Where they hold no cycle, every two sets are joined by one path at most, and it is read off
a depth-first order in pieces.
"""

from __future__ import annotations

import threading
import weakref
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy
from numpy.typing import NDArray

from lattice.deadlines import stop_if_late
from lattice.index import LatticeIndex
from lattice.lookup import Adjacency
from lattice.queries.paths.tasks import Route, Rows, Task, in_order

MOST_SETS = 1 << 18
"""Lattices of more sets are never held this way."""
_FAR = np.iinfo(np.int64).max // 4

_known: dict[int, ThinLattice] = {}
_lock = threading.Lock()


def known(index: LatticeIndex) -> ThinLattice | None:
    """The held moves of an index that was found thin before."""
    return _known.get(id(index))


def held(index: LatticeIndex) -> ThinLattice:
    """The moves of an index, held from now on for as long as the index lives."""
    with _lock:
        found = _known.get(id(index))
        if found is None:
            found = _known[id(index)] = ThinLattice(index.lookup.moves.adjacency)
            weakref.finalize(index, _known.pop, id(index), None)
        return found


def fewest(task: Task) -> Route | None:
    """The best path of fewest moves."""
    lattice = held(task.index)
    if lattice.forest is not None:
        return lattice.forest.route(task)
    ahead = lattice.distances(task, task.source, backwards=False)
    moves = int(ahead[task.target])
    if moves == _FAR:
        return None
    behind = lattice.distances(task, task.target, backwards=True)
    between = np.flatnonzero(ahead + behind == moves)
    between = between[np.argsort(behind[between], kind="stable")]
    if len(between) == moves + 1:
        return Route(tuple(between[::-1].tolist()), 1)
    return _followed(task, lattice, behind, between)


def widest_floor(task: Task, goodness: NDArray[np.float64]) -> float | None:
    """The highest floor that the inner sets of a path can have, by bisection over all scores."""
    lattice = held(task.index)
    floors = np.unique(goodness[task.allowed & ~np.isnan(goodness)])

    def joined(floor: float) -> bool:
        stop_if_late("looking for the widest path")
        sub = task.only(goodness >= floor)
        return int(lattice.distances(sub, task.source, backwards=False)[task.target]) != _FAR

    low, high = 0, len(floors)
    if high == 0 or not joined(floors[0]):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if joined(floors[middle]) else (low, middle)
    return float(floors[low])


@dataclass(frozen=True, eq=False)
class ThinLattice:
    """The moves of a lattice by row, both ways, and what was found out about them."""

    adjacency: Adjacency

    @property
    def size(self) -> int:
        """Number of sets."""
        return len(self.adjacency.start) - 1

    @cached_property
    def _graph(self) -> scipy.sparse.csr_array[np.float64, tuple[int, int]]:
        start, others, _ = self.adjacency
        return scipy.sparse.csr_array(
            (np.ones(len(others)), others, start), shape=(self.size, self.size)
        )

    @cached_property
    def components(self) -> NDArray[np.int32]:
        """The connected part in which each set is, shape (N,)."""
        labels: NDArray[np.int32] = scipy.sparse.csgraph.connected_components(
            self._graph, directed=False
        )[1]
        return labels

    @cached_property
    def forest(self) -> Forest | None:
        """The lattice as a forest; None where its moves hold a cycle."""
        parts = int(self.components.max(initial=-1)) + 1
        if len(self.adjacency.others) // 2 != self.size - parts:
            return None
        return Forest.of(self._graph, self.components)

    @cached_property
    def _here(self) -> Rows:
        return np.repeat(np.arange(self.size), np.diff(self.adjacency.start))

    def around(self, row: int) -> tuple[Rows, Rows]:
        """(rows one move away, objects that are moved)."""
        start, others, positions = self.adjacency
        part = slice(int(start[row]), int(start[row + 1]))
        return others[part].astype(np.int64), positions[part].astype(np.int64)

    def distances(self, task: Task, start: int, *, backwards: bool) -> Rows:
        """Moves from (or, backwards, to) row `start` for every set, shape (N,); far where none."""
        graph = self._graph
        others = self.adjacency.others
        if task.kinds != "any" or task.enterable.strides != (0,):
            keep = task.enterable[self._here] & task.enterable[others]
            if task.kinds != "any":
                rises = task.index.ranks[others] > task.index.ranks[self._here]
                keep &= rises if (task.kinds == "add") != backwards else ~rises
            first = np.zeros(self.size + 1, dtype=np.int64)
            np.cumsum(np.bincount(self._here[keep], minlength=self.size), out=first[1:])
            graph = scipy.sparse.csr_array(
                (np.ones(int(first[-1])), others[keep], first), shape=graph.shape
            )
        order, before = scipy.sparse.csgraph.breadth_first_order(graph, start)
        spot = np.empty(self.size, dtype=np.int64)
        spot[order] = np.arange(len(order))
        parents = spot[before[order[1:]]].tolist()  # never falls along a breadth-first order
        ends = [0, 1]
        while ends[-1] < len(order):
            ends.append(1 + bisect_left(parents, ends[-1]))
        distance = np.full(self.size, _FAR)
        distance[order] = np.repeat(np.arange(len(ends) - 1), np.diff(ends))
        return distance


def _followed(task: Task, lattice: ThinLattice, behind: Rows, between: Rows) -> Route:
    """The first path down `behind` through the sets `between`, nearest to the target first."""
    inside = dict(zip(between.tolist(), behind[between].tolist(), strict=True))
    nearer: dict[int, tuple[list[int], Rows]] = {}
    ways = {task.target: 1}
    for done, (row, left) in enumerate(inside.items()):
        if done % 1_000 == 0:
            stop_if_late("looking for a path")
        others, positions = lattice.around(row)
        kept = [k for k, other in enumerate(others.tolist()) if inside.get(other) == left - 1]
        if task.kinds != "any":
            rises = (task.index.ranks[others] > task.index.ranks[row]).tolist()
            kept = [k for k in kept if rises[k] == (task.kinds == "add")]
        nearer[row] = others[kept].tolist(), positions[kept]
        if left:
            ways[row] = sum(ways[other] for other in nearer[row][0])
    rows = [task.source]
    while rows[-1] != task.target:
        ahead, objects = nearer[rows[-1]]
        first = 0 if len(ahead) == 1 else int(in_order(task.index, rows[-1], objects)[0])
        rows.append(ahead[first])
    return Route(tuple(rows), ways[task.source])


@dataclass(frozen=True, eq=False)
class Forest:
    """A lattice without cycles, its sets in depth-first order.

    `order` (N + 1,) starts with a root above all trees; `spot` is the place of a row in it.
    `first` is the place at which the run of single children begins that a place is in, and
    `above` the place of the set before that.
    """

    components: NDArray[np.int32]
    order: Rows
    spot: Rows
    first: Rows
    above: Rows

    @classmethod
    def of(
        cls,
        graph: scipy.sparse.csr_array[np.float64, tuple[int, int]],
        components: NDArray[np.int32],
    ) -> Forest:
        """The forest of symmetric moves without cycles."""
        size = graph.shape[0]
        roots = np.unique(components, return_index=True)[1]
        rooted = scipy.sparse.csr_array(
            (
                np.ones(graph.nnz + len(roots)),
                np.concatenate([graph.indices, roots]),
                np.append(graph.indptr, graph.nnz + len(roots)),
            ),
            shape=(size + 1, size + 1),
        )
        order, before = scipy.sparse.csgraph.depth_first_order(rooted, size)
        spot = np.empty(size + 1, dtype=np.int64)
        spot[order] = np.arange(size + 1)
        above = np.concatenate([[-1], spot[before[order[1:]]]])
        places = np.arange(size + 1)
        first = np.maximum.accumulate(np.where(above != places - 1, places, 0))
        return cls(components, order.astype(np.int64), spot, first, above)

    def between(self, source: int, target: int) -> Rows | None:
        """The rows of the only path; None where there is none."""
        if self.components[source] != self.components[target]:
            return None
        here, there = int(self.spot[source]), int(self.spot[target])
        start: list[Rows] = []
        end: list[Rows] = []
        while (head := int(self.first[here])) != (other := int(self.first[there])):
            if head > other:  # the later head is not above the other: its run is on the path
                start.append(self.order[head : here + 1][::-1])
                here = int(self.above[head])
            else:
                end.append(self.order[other : there + 1])
                there = int(self.above[other])
        if here > there:
            start.append(self.order[there : here + 1][::-1])
        else:
            start.append(self.order[here : there + 1])
        return np.concatenate([*start, *reversed(end)])

    def route(self, task: Task) -> Route | None:
        """The only path, where its sets and moves may be used."""
        rows = self.between(task.source, task.target)
        if rows is None or not task.allowed[rows[1:-1]].all():
            return None
        if task.kinds != "any":
            rises = np.diff(task.index.ranks[rows]) > 0
            if not (rises if task.kinds == "add" else ~rises).all():
                return None
        return Route(tuple(rows.tolist()), 1)
