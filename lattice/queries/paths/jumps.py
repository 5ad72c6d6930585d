"""Paths that may jump between stored sets, where unit moves do not connect them.

A step that changes h objects counts h, so that no path is shorter than the objects in which its
ends differ, and the jump from end to end is as short as any. Among the shortest paths the one is
the best that skips the fewest sets (it stops at as many stored sets as it can), then the one with
the fewest jumps; then the first differing step decides: fewer objects, adds before removals,
then by position.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lattice.deadlines import stop_if_late
from lattice.index import LatticeIndex
from lattice.model import Jump
from lattice.queries.paths.cube import FREE, MOST_DIMENSIONS, Cube, Ground, Trainable
from lattice.queries.paths.tasks import Route, Rows, Task
from lattice.subsets import positions_of_mask, words_of_masks

MOST_COMPARED = 20_000
_LOOKING = "looking for a path with jumps"


def with_jumps(task: Task) -> Route | None:
    """The best path that may jump; None where only adds, or only removals, cannot lead there."""
    source, target = (task.index.mask_of(row) for row in (task.source, task.target))
    lost, gained = source & ~target, target & ~source
    if (lost and task.kinds == "add") or (gained and task.kinds == "remove"):
        return None
    rows = _between(task, source, target)
    if len(rows) > MOST_COMPARED and (source ^ target).bit_count() <= MOST_DIMENSIONS:
        return Route(through_the_cube(task), optima=1, counted=False)
    return _Stops(task.index, rows, source, target).route()


def finest(task: Task) -> tuple[int, ...] | None:
    """The rows of the best path that may jump."""
    route = with_jumps(task)
    return None if route is None else route.rows


def jump_of(index: LatticeIndex, before: int, after: int) -> Jump | None:
    """What a step between two rows adds and removes; None where it is a move of one object."""
    one, two = index.mask_of(before), index.mask_of(after)
    if (one ^ two).bit_count() < 2:
        return None
    names = index.universe.names
    added = tuple(names[position] for position in positions_of_mask(two & ~one))
    removed = tuple(names[position] for position in positions_of_mask(one & ~two))
    return Jump(added, removed, len(added) + len(removed))


def _between(task: Task, source: int, target: int) -> Rows:
    """Usable sets that hold what both ends hold and nothing that neither holds."""
    words = task.index.words
    both, either = words_of_masks([source & target, source | target], words.shape[1])
    inside = ~((words & ~either) | (both & ~words)).any(axis=1)
    return np.flatnonzero(inside & task.enterable)


@dataclass(eq=False)
class _Stops:
    """The sets at which a shortest path may stop, by their distance from the source."""

    index: LatticeIndex
    rows: Rows
    source: int
    target: int

    def route(self) -> Route:
        """A dynamic program from the target back: what it costs to go on from every stop."""
        start = words_of_masks([self.source], self.index.words.shape[1])
        moved = self.index.words[self.rows] ^ start
        distance = np.bitwise_count(moved).sum(axis=1).astype(np.int64)
        order = np.argsort(distance, kind="stable")
        self.rows, moved, distance = self.rows[order], moved[order], distance[order]
        unit = int(distance[-1]) + 1  # a skipped set weighs more than all jumps together
        cost = np.zeros(len(order), dtype=np.int64)
        ways = np.ones(len(order), dtype=np.object_)
        following: list[Rows] = [np.empty(0, dtype=np.int64)] * len(order)
        for place in range(len(order) - 2, -1, -1):
            stop_if_late(_LOOKING)
            beyond = (
                place
                + 1
                + np.flatnonzero(
                    ~(moved[place] & ~moved[place + 1 :]).any(axis=1)
                    & (distance[place + 1 :] > distance[place])
                )
            )
            objects = distance[beyond] - distance[place]
            total = cost[beyond] + (objects - 1) * unit + (objects > 1)
            cost[place] = total.min()
            following[place] = beyond[total == cost[place]]
            ways[place] = sum(ways[following[place]].tolist())
        places = [0]
        while places[-1] != len(order) - 1:
            places.append(self._first(places[-1], following[places[-1]]))
        return Route(tuple(int(self.rows[place]) for place in places), int(ways[0]))

    def _first(self, place: int, following: Rows) -> int:
        here = self.index.mask_of(int(self.rows[place]))

        def key(other: int) -> tuple[int, list[tuple[bool, int]]]:
            changed = here ^ self.index.mask_of(int(self.rows[other]))
            steps = [(bool(here >> p & 1), p) for p in positions_of_mask(changed)]
            return len(steps), sorted(steps)

        places: list[int] = following.tolist()
        return min(places, key=key)


def through_the_cube(task: Task) -> tuple[int, ...]:
    """The same where many stored sets lie between: a dynamic program over all sets between.

    What is skipped and the number of jumps are the least here too; among equally good paths some
    are left uncounted, and the first is found object by object.
    """
    source, target = (task.index.mask_of(row) for row in (task.source, task.target))
    within = Ground(
        Task(task.index, task.source, task.target, task.allowed, task.kinds),
        Trainable(kept=source & target, avoided=~(source | target)),
    )
    cube = Cube(within)
    positions = cube.ground.dimensions
    free = cube.states == FREE
    start = int(cube.corners(np.array([task.source]))[0])
    cost = _costs(free, start, len(positions))
    bits = sorted(range(len(positions)), key=lambda bit: (start >> bit & 1, bit))
    stops, corner = [start], start
    for _ in range(len(positions)):
        ahead = [corner ^ 1 << bit for bit in bits if not (corner ^ start) >> bit & 1]
        corner = min(ahead, key=lambda other: cost[other] + _step(free, corner, other, len(bits)))
        if free[corner]:
            stops.append(corner)
    return tuple(task.index.row_of(cube.mask(stop)) for stop in stops)


def _step(free: NDArray[np.bool_], corner: int, other: int, m: int) -> int:
    """What one object more costs: a skipped set, and a jump where one begins."""
    return 0 if free[other] else m + 1 + int(free[corner])


def _costs(free: NDArray[np.bool_], start: int, m: int) -> NDArray[np.int64]:
    """What it costs to go on from every corner, away from `start`, shape (2^m,)."""
    corners = np.arange(1 << m)
    moved = np.bitwise_count(corners ^ start)
    order = np.argsort(moved, kind="stable")
    ends = np.searchsorted(moved[order], np.arange(m + 2))
    cost = np.full(1 << m, np.iinfo(np.int64).max // 2, dtype=np.int64)
    cost[start ^ (1 << m) - 1] = 0
    for size in range(m - 1, -1, -1):
        layer = order[ends[size] : ends[size + 1]]
        for bit in range(m):
            stop_if_late(_LOOKING)
            here = layer[(layer ^ start) >> bit & 1 == 0]
            other = here ^ 1 << bit
            step = np.where(free[other], 0, m + 1 + free[here])
            cost[here] = np.minimum(cost[here], cost[other] + step)
    return cost
