"""Paths whose worst inner score is best, then with the fewest moves.

A floor is at most the lesser of the best scores beside the two ends. The sets that can be reached
at that floor grow from both ends; where one end's are exhausted, the best set at their border is
the next floor that is possible. The floor at which the two meet is the best one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lattice.deadlines import stop_if_late
from lattice.queries.paths import thin
from lattice.queries.paths.fewest import fewest, fewest_of_some, straight
from lattice.queries.paths.interval import Cube
from lattice.queries.paths.tasks import Route, Rows, Task, moves_of

Goodness = NDArray[np.float64]
_EXACT_STEPS = 32
"""So many floors are tried one after the other before they are tried in strides."""
_MOST_LAYERS = 256


def widest(task: Task, goodness: Goodness) -> Route | None:
    """The path whose worst inner goodness (N,) is best, then with the fewest moves.

    Inner sets without a score are never used. Where nothing lies between the ends, no floor is
    higher.

    Raises:
        OutOfTime: the deadline passed before one was found.
    """
    if task.source == task.target or not task.points_there:
        return fewest(task)
    if task.apart == 1:
        return Route((task.source, task.target), 1)
    held = thin.known(task.index)
    if held is not None and held.forest is not None:
        route = held.forest.route(task)
        inner = [] if route is None else list(route.rows[1:-1])
        return None if np.isnan(goodness[inner]).any() else route
    cube = None if task.kinds == "any" else Cube.of(task)
    if cube is not None:
        floor = float(cube.at(cube.best_floors(goodness), cube.whole))
        return None if floor == -np.inf else fewest_of_some(task.only(goodness >= floor))
    return _over_any(task, goodness)


def _over_any(task: Task, goodness: Goodness) -> Route | None:
    """The widest path by growing from both ends, unless one straight between them cannot be bettered."""
    growth = _started(task, goodness)
    bound = growth.next_floor(1, -np.inf)
    if bound is None:
        return None
    cube = Cube.of(task.only(goodness >= bound))
    if cube is not None and (route := straight(cube)) is not None:
        return route
    try:
        floor = _best_floor(growth)
    except _DeepError:
        floor = thin.widest_floor(task, goodness)
    return None if floor is None else fewest_of_some(task.only(goodness >= floor))


class _DeepError(Exception):
    """The sets that can be reached lie in many thin layers."""


@dataclass(eq=False)
class _Side:
    """What is reached from one end at the present floor, and the border below it."""

    end: int
    flag: int
    frontier: Rows
    border: Rows
    goodness: Goodness
    """Of the border."""

    def copy(self) -> _Side:
        return _Side(self.end, self.flag, self.frontier, self.border, self.goodness)


@dataclass(eq=False)
class _Growth:
    """Both sides; `reached` (N,) has bit 1 for sets of the source's side, bit 2 of the target's."""

    task: Task
    goodness: Goodness
    reached: NDArray[np.int8]
    place: NDArray[np.int32] = field(repr=False)
    sides: tuple[_Side, _Side]
    layers: int = 0

    def copy(self) -> _Growth:
        sides = self.sides[0].copy(), self.sides[1].copy()
        return _Growth(
            self.task, self.goodness, self.reached.copy(), self.place, sides, self.layers
        )

    def step(self, side: _Side, floor: float) -> bool:
        """Grow one side by one layer; whether it met the other."""
        _, _, others = moves_of(self.task, side.frontier, backwards=side.flag == 2)
        seen = self.reached[others]
        if ((seen | side.flag) == 3).any():
            return True
        others = others[seen == 0]
        numbers = np.arange(len(others), dtype=np.int32)
        self.place[others] = numbers
        others = others[self.place[others] == numbers]  # each once
        goodness = self.goodness[others]
        good, low = goodness >= floor, goodness < floor  # neither where there is no score
        side.frontier = others[good]
        self.reached[side.frontier] |= side.flag
        side.border = np.concatenate([side.border, others[low]])
        side.goodness = np.concatenate([side.goodness, goodness[low]])
        return False

    def lower(self, floor: float) -> None:
        """Take the sets of the borders that are good enough for a lower floor."""
        for side in self.sides:
            good = side.goodness >= floor
            rows = side.border[good]
            rows = np.unique(rows[self.reached[rows] & side.flag == 0])
            self.reached[rows] |= side.flag
            side.frontier = np.concatenate([side.frontier, rows])
            side.border, side.goodness = side.border[~good], side.goodness[~good]

    def meet(self, floor: float) -> bool:
        """Whether the sides meet at this floor; if not, one of them is exhausted."""
        self.lower(floor)
        if (self.reached == 3).any():
            return True
        while True:
            self.layers += 1
            stop_if_late("looking for the widest path", f"no path has a floor above {floor:.6g}")
            if self.layers > _MOST_LAYERS and len(self.reached) <= thin.MOST_SETS:
                raise _DeepError
            side = min(self.sides, key=lambda each: len(each.frontier))
            if len(side.frontier) == 0:
                return False
            if self.step(side, floor):
                return True

    def next_floor(self, stride: int, known: float) -> float | None:
        """The goodness of the stride-th best set at an exhausted side's border, at least `known`.

        With a stride of 1 no higher floor is possible. None where a border is empty.
        """
        floor = np.inf
        for side in self.sides:
            if len(side.frontier) == 0:
                if len(side.goodness) == 0:
                    return None
                rank = max(0, len(side.goodness) - stride)
                floor = min(floor, float(np.partition(side.goodness, rank)[rank]))
        return max(floor, known)


def _best_floor(growth: _Growth) -> float | None:
    """The highest floor at which the ends are joined.

    The floor falls from one possible value to the next; after many of them, in strides that
    double with every failure. A stride that joins the ends may have gone too far: it is halved
    and tried from the state before.
    """
    known, stride, tried = -np.inf, 1, 0
    while True:
        floor = growth.next_floor(stride, known)
        if floor is None:
            return None
        before = growth.copy() if stride > 1 else growth
        if growth.meet(floor):
            if stride == 1:
                return floor
            growth, known, stride = before, floor, stride // 2
        else:
            tried += 1
            stride = 2 * stride if tried > _EXACT_STEPS else 1


def _started(task: Task, goodness: Goodness) -> _Growth:
    """Nothing reached but the ends; their neighbors with a score are at the borders."""
    size = len(task.index)
    none = np.empty(0, dtype=np.int64)
    ends = (task.source, 1), (task.target, 2)
    one, two = (_Side(end, flag, np.array([end]), none, np.empty(0)) for end, flag in ends)
    reached = np.zeros(size, dtype=np.int8)
    for end, flag in ends:
        reached[end] = flag
    growth = _Growth(task, goodness, reached, np.empty(size, dtype=np.int32), (one, two))
    for side in growth.sides:
        growth.step(side, np.inf)
    return growth
