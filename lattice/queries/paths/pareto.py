"""Pareto paths of two objectives: no other path is better in one without being worse in the other.

A worst score with a sum (losses, costs, moves): exact, one search per path, with the floor raised
from each path to the next. Two sums: exact by labels (first sum, second sum, moves) that are
settled in the order of what they come to at least, after E. Q. V. Martins, "On a multicriteria
shortest path problem", EJOR 16(2), 1984; there may be exponentially many, so their number is capped
and the answer says so.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from lattice.deadlines import out_of_time, stop_if_late
from lattice.queries.paths.losses import (
    TOLERANCE,
    Best,
    Weights,
    best_from_everywhere,
    lightest,
    search,
)
from lattice.queries.paths.tasks import Route, Rows, Task, moves_of
from lattice.replicates import Scores

MOST_LABELS = 100_000
_SHIFT = 0.381966  # steps of a tolerance do not end where scores in decimals do


@dataclass(frozen=True)
class Trade:
    """One Pareto path and its two values.

    A floor is oriented so that more is better, and infinite where nothing lies between the ends.
    """

    first: float
    second: float
    route: Route


@dataclass(frozen=True)
class Front:
    """Pareto paths, the best by the first objective first.

    `complete` is False where a deadline or the cap on labels came first: what is given is Pareto
    all the same, and more of it may exist (at the end that was searched last: the worst by the
    first objective of two sums, the highest floors otherwise).
    """

    trades: tuple[Trade, ...]
    complete: bool


# ------------------------------------------------------------------ a floor and a sum


def floor_and_sum(task: Task, goodness: Scores, weights: Weights) -> Front:
    """Pareto paths of the worst score strictly between the ends (`first`) and a sum (`second`).

    For each sum the highest floor, then the fewest moves, then the tie-break.

    Args:
        goodness: (N,) oriented so that more is better; sets without a score never lie between.

    Raises:
        OutOfTime: the deadline passed before there was a single path.
    """
    scored = task.only(~np.isnan(goodness))
    floor, trades = -np.inf, list[Trade]()
    while True:
        if trades and out_of_time():
            return Front(tuple(reversed(trades)), complete=False)
        above = scored.only(_better(goodness, floor, strictly=True))
        best = search(above, weights)
        if best is None:
            return Front(tuple(reversed(trades)), complete=True)
        floor = _highest_floor(above, weights, best, goodness)
        route = lightest(scored.only(_better(goodness, floor, strictly=False)), weights)
        if route is None:  # it was just found
            raise AssertionError(floor)
        trades.append(Trade(floor, best.value, route))
        if floor == np.inf:
            return Front(tuple(reversed(trades)), complete=True)


def _better(goodness: Scores, floor: float, *, strictly: bool) -> NDArray[np.bool_]:
    with np.errstate(invalid="ignore"):
        return goodness > floor if strictly else goodness >= floor


def _highest_floor(task: Task, weights: Weights, best: Best, goodness: Scores) -> float:
    """The highest floor of the paths with the best sum, by bisection over their moves."""
    tails, heads = _best_moves(task, weights, best)
    rows = np.unique(np.concatenate([tails, heads, [task.source, task.target]]))
    worth = goodness[rows].copy()
    places = np.searchsorted(rows, [task.source, task.target])
    worth[places] = np.inf
    one, two = np.searchsorted(rows, tails), np.searchsorted(rows, heads)
    narrow = np.minimum(worth[one], worth[two])
    floors = np.unique(worth)  # the last is infinite: nothing between
    low, high = 0, len(floors)
    while high - low > 1:
        stop_if_late("looking for Pareto paths")
        middle = (low + high) // 2
        wide = narrow >= floors[middle]
        shape = (len(rows), len(rows))
        graph = scipy.sparse.csr_array(
            (np.ones(int(wide.sum())), (one[wide], two[wide])), shape=shape
        )
        reached = scipy.sparse.csgraph.breadth_first_order(
            graph, places[0], return_predecessors=False
        )
        low, high = (middle, high) if places[1] in reached else (low, middle)
    return float(floors[low])


def _best_moves(task: Task, weights: Weights, best: Best) -> tuple[Rows, Rows]:
    """Tails and heads of all moves on paths with the best sum, however many moves these have."""
    tolerance = weights.tolerance(best.value)
    seen = np.zeros(len(best.labels), dtype=np.bool_)
    seen[task.target] = True
    layer, found = np.array([task.target]), []
    while len(layer):
        stop_if_late("looking for Pareto paths")
        places, positions, tails = moves_of(task, layer, backwards=True)
        heads = layer[places]
        weight = weights.weigh(tails, positions, heads)
        with np.errstate(invalid="ignore"):
            tight = best.labels[tails] + weight <= best.labels[heads] + tolerance
        tight &= np.isfinite(best.labels[tails])
        found.append((tails[tight], heads[tight]))
        layer = np.unique(tails[tight])
        layer = layer[~seen[layer]]
        seen[layer] = True
    return (
        np.concatenate([each[0] for each in found]),
        np.concatenate([each[1] for each in found]),
    )


# ------------------------------------------------------------------ two sums


@dataclass(eq=False)
class _Label:
    """A way to a set: its two sums, its moves by the tie-break, and how many ways are as good."""

    row: int
    sums: tuple[float, float]
    moves: tuple[tuple[bool, int], ...]
    rows: tuple[int, ...]
    ways: int = 1


_Key = tuple[int, int, int]


def two_sums(task: Task, first: Weights, second: Weights, most_labels: int = MOST_LABELS) -> Front:
    """Pareto paths of two sums; for each pair of sums the fewest moves, then the tie-break.

    Args:
        task: for losses the one that `losses.losses` gives.
        most_labels: after so many labels it stops, and says so.

    Raises:
        OutOfTime: the deadline passed before the first label.
    """
    ahead = [_values_ahead(task, each) for each in (first, second)]
    if not np.isfinite(ahead[0][task.source]):
        return Front((), complete=True)
    units = [_unit(weights, values) for weights, values in zip((first, second), ahead, strict=True)]
    waiting: dict[tuple[int, _Key], _Label] = {}
    queue: list[tuple[_Key, int]] = []
    settled: dict[int, int] = {}
    trades: list[Trade] = []

    def offer(label: _Label) -> None:
        """Let a label wait, by what its sums come to at least, unless a known path beats it."""
        hoped = [label.sums[each] + float(ahead[each][label.row]) for each in (0, 1)]
        if not all(map(math.isfinite, hoped)):
            return
        key = _steps(hoped[0], units[0]), _steps(hoped[1], units[1]), len(label.moves)
        if settled.get(task.target, key[1] + 1) <= key[1]:
            return
        known = waiting.get((label.row, key))
        if known is None:
            waiting[label.row, key] = label
            heapq.heappush(queue, (key, label.row))
            return
        known.ways += label.ways
        if label.moves < known.moves:
            known.moves, known.rows = label.moves, label.rows

    offer(_Label(task.source, (0.0, 0.0), (), (task.source,)))
    done = 0
    while queue:
        key, row = heapq.heappop(queue)
        label = waiting.pop((row, key))
        if settled.get(row, key[1] + 1) <= key[1]:
            continue
        if done >= most_labels or (done % 256 == 0 and trades and out_of_time()):
            return Front(tuple(trades), complete=False)
        if done % 256 == 0:
            stop_if_late("looking for Pareto paths")
        done += 1
        settled[row] = key[1]
        if row == task.target:
            trades.append(Trade(*label.sums, Route(label.rows, label.ways)))
            continue
        for each in _extended(task, first, second, label):
            offer(each)
    return Front(tuple(trades), complete=True)


def _extended(task: Task, first: Weights, second: Weights, label: _Label) -> list[_Label]:
    """The ways that go on from a label by one move."""
    _, positions, heads = moves_of(task, np.array([label.row]))
    tails = np.full(len(heads), label.row)
    removes = task.index.ranks[heads] < task.index.ranks[tails]
    return [
        _Label(
            row,
            (label.sums[0] + one, label.sums[1] + two),
            (*label.moves, (removed, position)),
            (*label.rows, row),
            label.ways,
        )
        for row, position, removed, one, two in zip(
            heads.tolist(),
            positions.tolist(),
            removes.tolist(),
            first.weigh(tails, positions, heads).tolist(),
            second.weigh(tails, positions, heads).tolist(),
            strict=True,
        )
        if math.isfinite(one) and math.isfinite(two)
    ]


def _values_ahead(task: Task, weights: Weights) -> Scores:
    return -best_from_everywhere(task, weights, np.inf).labels


def _unit(weights: Weights, ahead: Scores) -> float:
    """Sums that differ by less are the same sum."""
    finite = ahead[np.isfinite(ahead)]
    return TOLERANCE * max(weights.largest, float(finite.max(initial=0.0))) or 1.0


def _steps(value: float, unit: float) -> int:
    return math.floor(value / unit + _SHIFT)
