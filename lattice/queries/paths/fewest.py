"""Paths with the fewest moves.

A path of as many moves as objects differ lies between the ends: all sets there are looked at at
once. Where there is none, layers grow from both ends until they meet.
"""

from __future__ import annotations

from collections.abc import Callable
from math import factorial

import numpy as np

from lattice.queries.paths import layers, thin
from lattice.queries.paths.interval import Cube
from lattice.queries.paths.onward import Onward
from lattice.queries.paths.reach import is_joined
from lattice.queries.paths.tasks import Route, Rows, Task, moves_of

_FAR_APART = 8
"""Where none of so many objects' orders is a path, there mostly is no path at all."""


def fewest(task: Task) -> Route | None:
    """A path with the fewest moves; None where there is none.

    Raises:
        OutOfTime: the deadline passed before one was found.
    """
    return _fewest(task, is_joined)


def fewest_of_some(task: Task) -> Route | None:
    """The same where it is known that there is a path, so that it need not be asked."""
    return _fewest(task, lambda _: True)


def _fewest(task: Task, joined: Callable[[Task], bool | None]) -> Route | None:
    if task.source == task.target:
        return Route((task.source,), 1)
    if not task.points_there:
        return None
    held = thin.known(task.index)
    if held is not None and held.forest is not None:
        return held.forest.route(task)
    cube = Cube.of(task)
    if cube is not None:
        route = straight(cube)
        if route is not None or task.kinds != "any":
            return route
    if cube is None:
        return _around(task, (0, 2, 6, None), joined, asking=6)
    return _around(task, (2, 6, None), joined, asking=2 if task.apart >= _FAR_APART else 6)


def straight(cube: Cube) -> Route | None:
    """A path that changes each differing object once, if there is one.

    Where all sets between the ends can be used, each order of the d moves is a path: there are d!
    """
    if cube.is_full:
        return Route(tuple(cube.first_order()), factorial(cube.task.apart))
    optima = int(cube.at(cube.counts, cube.whole))
    if optima == 0:
        return None
    rows = cube.route_through(lambda _, after: bool(cube.at(cube.counts, after)))
    return Route(tuple(rows), optima)


def straight_moves(cube: Cube) -> Onward:
    """The moves on paths that change each differing object once."""
    task, words = cube.task, cube.task.index.words
    target = words[task.target]

    def leads_on(row: int) -> bool:
        changed = int(words[row, 0] ^ target[0])
        cell = sum(1 << bit for bit, each in enumerate(cube.positions) if changed >> each & 1)
        return bool(cube.at(cube.counts, cell))

    def moves(rows: Rows, remaining: int) -> tuple[Rows, Rows, Rows]:
        places, positions, others = moves_of(task, rows)
        kept = np.bitwise_count(words[others] ^ target).sum(axis=1) < remaining
        kept[kept] = [leads_on(row) for row in others[kept].tolist()]
        return places[kept], positions[kept], others[kept]

    return moves


def _around(
    task: Task,
    detours: tuple[int | None, ...],
    joined: Callable[[Task], bool | None],
    asking: int,
) -> Route | None:
    """A path with so many more moves than objects differ; low limits keep the search small.

    Args:
        joined: whether there is a path at all, if that is easily said.
        asking: before which of them it is asked whether there is a path at all.
    """
    small = len(task.index) <= thin.MOST_SETS
    for more in detours:
        if more == asking and joined(task) is False:
            return None
        found = layers.search(task, None if more is None else task.apart + more, deep=not small)
        if found.deep:
            return thin.fewest(task)
        if found.route is not None or not found.limited or task.kinds != "any":
            return found.route
    return None
