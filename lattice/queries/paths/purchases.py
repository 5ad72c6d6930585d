"""The fewest sets to train for a path between two stored sets that no path connects.

Stored sets cost nothing and missing ones cost 1. In a universe of few objects this is one 0-1
search over all sets. Otherwise only stored sets are compared: between two that differ in h
objects h - 1 have to be trained, so that it is a shortest path over parts of connected sets.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, count, pairwise

import numpy as np

from lattice.deadlines import stop_if_late
from lattice.queries.paths.cube import MOST_DIMENSIONS, SHUT, TO_TRAIN, Cube, Ground
from lattice.queries.paths.jumps import finest
from lattice.queries.paths.rings import FAR, nearest_of, ring, ring_is_cheaper
from lattice.queries.paths.sides import Sides
from lattice.queries.paths.tasks import Rows
from lattice.subsets import positions_of_mask

_MOST_TRIED = 20_000


@dataclass(frozen=True)
class Purchase:
    """The number of sets to train, and their masks in the order of the path.

    Without `masks` the number is a lower limit: what may be trained is in the way.
    """

    fewest: int
    masks: tuple[int, ...] | None


def fewest_to_train(ground: Ground, sides: Sides) -> Purchase | None:
    """The smallest purchase that makes a path; None where none does."""
    if len(ground.dimensions) <= MOST_DIMENSIONS:
        return in_the_cube(ground)
    return among_stored(ground, sides)


def in_the_cube(ground: Ground) -> Purchase | None:
    """The same over all sets of the objects that may change, at most 2^22: exact."""
    cube = Cube(ground)
    corners = cube.cheapest()
    if corners is None:
        return None
    trained = [corner for corner in corners if cube.states[corner] == TO_TRAIN]
    return Purchase(len(trained), tuple(cube.mask(corner) for corner in trained))


def among_stored(ground: Ground, sides: Sides) -> Purchase | None:
    """The same by comparing stored sets; exact unless constraints shut the ways between them."""
    task = ground.task
    if task.kinds == "any":
        hops = _Search(ground, sides).hops()
    else:
        found = finest(task)
        hops = None if found is None else list(pairwise(found))
    if hops is None:
        return None
    masks = [(task.index.mask_of(one), task.index.mask_of(two)) for one, two in hops]
    fewest = sum((one ^ two).bit_count() - 1 for one, two in masks)
    between = [_between(ground, *pair) for pair in masks]
    if any(each is None for each in between):
        return Purchase(fewest, None)
    return Purchase(fewest, tuple(chain.from_iterable(each for each in between if each)))


def _between(ground: Ground, source: int, target: int) -> list[int] | None:
    """Sets to train from one set to another, each object moved once; None where none are found.

    Adds come before removals, then by position; what leads nowhere is taken back.
    """
    path, left = [source], [_steps(source, target)]
    dead: set[int] = set()
    tried = 0
    while left:
        if (path[-1] ^ target).bit_count() <= 1:
            return path[1:]
        for position in left[-1]:
            following = path[-1] ^ 1 << position
            tried += 1
            if following not in dead and ground.state_of(following) != SHUT:
                path.append(following)
                left.append(_steps(following, target))
                break
        else:
            dead.add(path.pop())
            left.pop()
        if tried > _MOST_TRIED:
            return None
    return None


def _steps(mask: int, target: int) -> Iterator[int]:
    return chain(positions_of_mask(target & ~mask), positions_of_mask(mask & ~target))


@dataclass
class _Search:
    """Dijkstra over connected parts, from the smaller of the two sides to the other.

    `cost` and `via` say for every set (N,) how many sets have to be trained to reach it, and from
    which set, as far as is known.
    """

    ground: Ground
    sides: Sides
    numbers: Iterator[int] = field(default_factory=count)
    waiting: list[tuple[int, int, Rows, int]] = field(default_factory=list)
    """Rings to be looked up: (cost at which they count, number, rows, distance)."""

    def hops(self) -> list[tuple[int, int]] | None:
        """The pairs of sets between which sets have to be trained, from source to target."""
        index, labels = self.ground.task.index, self.sides.labels
        starts, goal = self.sides.here, self.ground.task.target
        if swapped := len(self.sides.there) < len(starts):
            starts, goal = self.sides.there, self.ground.task.source
        self.cost = np.full(len(index), FAR, dtype=np.int64)
        self.via = np.full(len(index), -1, dtype=np.int64)
        self.left = self.ground.task.enterable.copy()
        entered: dict[int, int] = {int(labels[starts[0]]): -1}
        frontier, cost = starts, 0
        while len(frontier):
            self.left[frontier] = False
            self.cost[frontier] = cost
            if not self.left[goal]:
                return self._traced(entered, goal, swapped)
            self._spread(frontier, cost, 2)
            cost = self._next_cost()
            if cost == FAR:
                return None
            reached = np.flatnonzero(self.left & (self.cost == cost))
            parts, first = np.unique(labels[reached], return_index=True)
            entered.update(zip(parts.tolist(), reached[first].tolist(), strict=True))
            frontier = np.flatnonzero(self.left & np.isin(labels, parts))
        return None

    def _spread(self, rows: Rows, cost: int, distance: int) -> None:
        """Note what it costs to go on from `rows`, at a distance and beyond."""
        index, left = self.ground.task.index, np.flatnonzero(self.left)
        if ring_is_cheaper(index, len(rows), len(left), distance):
            heapq.heappush(self.waiting, (cost + distance - 1, next(self.numbers), rows, distance))
            return
        for distances, near, others in nearest_of(index, rows, left):
            better = cost + distances - 1 < self.cost[others]
            self.cost[others[better]] = cost + distances[better] - 1
            self.via[others[better]] = near[better]

    def _next_cost(self) -> int:
        """The lowest cost of a set that is left, all rings up to it looked up."""
        index = self.ground.task.index
        while True:
            stop_if_late("looking for the fewest sets to train")
            lowest = int(self.cost[self.left].min(initial=FAR))
            if not self.waiting or self.waiting[0][0] > lowest:
                return lowest
            cost, _, rows, distance = heapq.heappop(self.waiting)
            for near, others in ring(index, rows, distance):
                better = self.left[others] & (cost < self.cost[others])
                self.cost[others[better]] = cost
                self.via[others[better]] = near[better]
            self._spread(rows, cost + 1 - distance, distance + 1)

    def _traced(self, entered: dict[int, int], goal: int, swapped: bool) -> list[tuple[int, int]]:
        hops = []
        row = entered[int(self.sides.labels[goal])]
        while row >= 0:
            before = int(self.via[row])
            hops.append((row, before) if swapped else (before, row))
            row = entered[int(self.sides.labels[before])]
        return hops if swapped else hops[::-1]
