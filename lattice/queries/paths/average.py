"""Paths whose mean score is best, among those that change each differing object once.

Maximizes the mean goodness of the sets after the first: over all simple paths that is NP-hard, over
these a sweep of the sets between the ends. Sums that differ by less than a 10^-12th of their size
count as equal, whatever the order in which they were added.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from lattice.deadlines import stop_if_late
from lattice.queries.paths.interval import Cube
from lattice.queries.paths.tasks import Route, Rows, Task, between, in_order, moves_of

Goodness = NDArray[np.float64]
_EQUAL = 1e-12


def average(task: Task, goodness: Goodness) -> Route | None:
    """The path of as many moves as objects differ whose mean goodness (N,) is best.

    The source counts nothing; the target and all sets between must have a score.

    Raises:
        OutOfTime: the deadline passed before one was found.
    """
    if task.source == task.target:
        return Route((task.source,), 1)
    if not task.points_there or np.isnan(goodness[task.target]):
        return None
    cube = Cube.of(task)
    return _among_stored(task, goodness) if cube is None else _in_cube(cube, goodness)


def _in_cube(cube: Cube, goodness: Goodness) -> Route | None:
    sums, whole = cube.best_sums(goodness), cube.whole
    if cube.at(sums, whole) == -np.inf:
        return None
    slack = _slack(goodness, cube.task)

    def is_good(before: int, after: int) -> bool:
        value = float(cube.at(sums, before))
        if before != whole:
            value -= float(goodness[cube.at(cube.rows, before)])
        return float(cube.at(sums, after)) >= value - slack

    def nearer(cell: int) -> list[int]:
        bits = [1 << bit for bit in range(whole.bit_length()) if cell >> bit & 1]
        return [cell ^ bit for bit in bits if is_good(cell, cell ^ bit)]

    return Route(tuple(cube.route_through(is_good)), *_ways(whole, 0, nearer))


def _ways(start: int, end: int, nearer: Callable[[int], list[int]]) -> tuple[int, bool]:
    """The number of ways down from start to end, layer by layer, and whether it is exact."""
    ways = {start: 1}
    while end not in ways:
        reached: dict[int, int] = {}
        for here, count in ways.items():
            for there in nearer(here):
                reached[there] = reached.get(there, 0) + count
        ways = reached
        stop_if_late("counting equally good paths")
    return ways[end], True


def _among_stored(task: Task, goodness: Goodness) -> Route | None:
    """The same over the stored sets between the ends, wherever there is no cube of all of them."""
    inside = between(task.index, task.source, task.target)
    inner = task.only(inside & ~np.isnan(goodness))
    rows = np.flatnonzero(inner.enterable)
    words = task.index.words
    left = np.bitwise_count(words[rows] ^ words[task.target]).sum(axis=1)
    rows = rows[np.argsort(left, kind="stable")]
    left = np.sort(left)
    places, positions, others = moves_of(inner, rows)
    number = np.full(len(task.index), -1)
    number[rows] = np.arange(len(rows))
    targets = number[others]
    kept = targets >= 0
    kept[kept] = left[targets[kept]] < left[places[kept]]
    places, positions, targets = places[kept], positions[kept], targets[kept]
    sums = _sums(rows, left, places, targets, goodness)
    start = int(number[task.source])
    if sums[start] == -np.inf:
        return None
    first = np.searchsorted(places, np.arange(len(rows) + 1))
    tight = sums[targets] >= _best_after(sums, places, targets)[places] - _slack(goodness, task)

    def tight_moves(place: int) -> Rows:
        start = int(first[place])
        return start + np.flatnonzero(tight[start : first[place + 1]])

    found = [start]
    while found[-1] != 0:
        moves = tight_moves(found[-1])
        chosen = moves[in_order(task.index, int(rows[found[-1]]), positions[moves])[0]]
        found.append(int(targets[chosen]))
    ways = _ways(start, 0, lambda place: targets[tight_moves(place)].tolist())
    return Route(tuple(rows[found].tolist()), *ways)


def _sums(rows: Rows, left: Rows, places: Rows, targets: Rows, goodness: Goodness) -> Goodness:
    """The best sum over each set and the inner ones after it, in layers from the target up."""
    sums = np.full(len(rows), -np.inf)
    sums[0] = 0.0
    moves_end = np.searchsorted(left[places], np.arange(left[-1] + 2))
    rows_end = np.searchsorted(left, np.arange(left[-1] + 2))
    for layer in range(1, int(left[-1]) + 1):
        part = slice(moves_end[layer], moves_end[layer + 1])
        np.maximum.at(sums, places[part], sums[targets[part]])
        if layer < left[-1]:
            here = slice(rows_end[layer], rows_end[layer + 1])
            sums[here] += goodness[rows[here]]
        stop_if_late("looking at all sets between the ends")
    return sums


def _best_after(sums: Goodness, places: Rows, targets: Rows) -> Goodness:
    best = np.full(len(sums), -np.inf)
    np.maximum.at(best, places, sums[targets])
    return best


def _slack(goodness: Goodness, task: Task) -> float:
    """Below what difference two sums count as equal."""
    return _EQUAL * task.apart * float(np.nanmax(np.abs(goodness), initial=0.0))
