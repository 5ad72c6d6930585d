"""Paths with the fewest moves: breadth first, layer by layer."""

from __future__ import annotations

import numpy as np

from lattice.index import MISSING, LatticeIndex
from lattice.queries.paths.tasks import Allowed, Route, Rows
from lattice.subsets import has_object

_UNREACHED = -1


def fewest(index: LatticeIndex, source: int, target: int, allowed: Allowed) -> Route | None:
    """A path with the fewest moves whose inner sets are all `allowed` (N,); None if none is."""
    distance = distances(index, target, source, allowed)
    if distance is None:
        return None
    rows = [source]
    while rows[-1] != target:
        rows.append(_first_step(index, rows[-1], distance))
    return Route(tuple(rows), _count(index, source, target, distance))


def distances(index: LatticeIndex, start: int, stop: int, allowed: Allowed) -> Rows | None:
    """Moves from `start` to every set on the way (N,), until `stop` is reached; None if it is not.

    Only `allowed` sets and the two ends are entered; sets that were not reached have -1.
    """
    distance = np.full(len(index), _UNREACHED, dtype=np.int64)
    enterable = allowed.copy()
    enterable[[start, stop]] = True
    distance[start] = 0
    frontier = np.array([start])
    depth = 0
    while len(frontier) and distance[stop] == _UNREACHED:
        depth += 1
        reached = []
        for position in range(index.universe.n):
            other = index.lookup.across(frontier, position)
            other = other[other != MISSING]
            other = other[enterable[other] & (distance[other] == _UNREACHED)]
            distance[other] = depth
            reached.append(other)
        frontier = np.concatenate([np.empty(0, dtype=np.int64), *reached])
    return None if distance[stop] == _UNREACHED else distance


def _nearer(index: LatticeIndex, row: int, distance: Rows) -> list[tuple[bool, int, int]]:
    """Moves from `row` one step down in `distance`: (is a removal, position, row), sorted."""
    here = np.array([row])
    steps = []
    for position in range(index.universe.n):
        other = int(index.lookup.across(here, position)[0])
        if other != MISSING and distance[other] == distance[row] - 1:
            removes = bool(has_object(index.words[here], position)[0])
            steps.append((removes, position, other))
    return sorted(steps)


def _first_step(index: LatticeIndex, row: int, distance: Rows) -> int:
    return _nearer(index, row, distance)[0][2]


def _count(index: LatticeIndex, source: int, target: int, distance: Rows) -> int:
    """Number of paths that go down in `distance` from `source` to `target`.

    Layer by layer: across one object no two sets lead to the same one, so counts of a whole layer
    are added at once. Where they could outgrow 64 bits they are Python ints.
    """
    steps = int(distance[source])
    small = index.universe.n**steps < 2**62
    ways = np.zeros(len(index), dtype=np.int64 if small else np.object_)
    ways[source] = 1
    layer = np.array([source])
    for remaining in reversed(range(steps)):
        reached = []
        for position in range(index.universe.n):
            other = index.lookup.across(layer, position)
            nearer = (other != MISSING) & (distance[other] == remaining)
            ways[other[nearer]] += ways[layer[nearer]]
            reached.append(other[nearer])
        layer = np.unique(np.concatenate(reached))
    return int(ways[target])
