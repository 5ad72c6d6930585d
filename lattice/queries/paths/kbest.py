"""The k best paths, none of which passes a set twice: Yen's algorithm, as lazy as it can be.

J. Y. Yen, "Finding the K Shortest Loopless Paths in a Network", Management Science 17(11), 1971,
with E. L. Lawler's improvement (1972): every path that is given leaves behind, for each of its
sets, the question for the best path that leaves it there. A question waits with a lower limit,
from the best ways to the target that are computed once, and is answered only when no path that
is known beats that limit.

The paths that are as good as the best one need no questions: they are walked one after the other
over the moves that lie on best paths. Questions are asked only where these are fewer than k.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from lattice.deadlines import stop_if_late
from lattice.errors import OutOfTime
from lattice.queries.paths.fewest import straight, straight_moves
from lattice.queries.paths.interval import Cube
from lattice.queries.paths.losses import (
    Best,
    Weights,
    best_from_everywhere,
    onward,
    search,
)
from lattice.queries.paths.onward import Onward, best_route, first_route
from lattice.queries.paths.tasks import Route, Rows, Task, in_order, moves_of
from lattice.replicates import Scores


@dataclass(frozen=True)
class Ranking:
    """Paths from the best on, and what each weighs.

    `complete` is False where a deadline came before the k-th: these are the best ones all the
    same. Fewer than k and `complete`: there are no more. `optima` of a route counts the paths
    with its weight and number of moves; beyond the first such group it is a lower limit.
    """

    routes: tuple[Route, ...]
    values: tuple[float, ...]
    complete: bool


@dataclass(frozen=True, eq=False)
class _Way:
    """A path that was found: its rows, what its moves weigh, and its moves for the tie-break."""

    rows: tuple[int, ...]
    paid: Scores  # (rows,) up to each row
    moves: tuple[tuple[bool, int], ...]


@dataclass(frozen=True, eq=False)
class _Entry:
    """A path, or the question for the best one that leaves `way` after `kept` of its moves.

    `value` and `moves` are those of the path, or lower limits of them; `banned` are the rows to
    which the path must not go next.
    """

    value: float
    moves: int
    way: _Way
    kept: int
    banned: frozenset[int]
    answered: bool

    def order(self) -> tuple[int, tuple[tuple[bool, int], ...], bool]:
        moves = self.way.moves if self.answered else self.way.moves[: self.kept]
        return self.moves, moves, self.answered

    def __lt__(self, other: _Entry) -> bool:
        return self.order() < other.order()


def k_best(task: Task, weights: Weights, k: int) -> Ranking:
    """The k paths of least weight; then fewest moves, then the tie-break.

    Args:
        weights: `losses.single_moves`, `losses.losses` (with the task that it gives) or
            `losses.expenses`.
        k: 1 or more; fewer are given where there are fewer.

    Raises:
        OutOfTime: the deadline passed before there was a single path.
    """
    best = _best_ones(task, weights)
    if best is None:
        return Ranking((), (), complete=True)
    first, moves = best
    found = [_way(task, weights, first.rows)]
    complete = True
    try:
        for rows in islice(_ties(task, first.rows, moves), k - 1):
            found.append(_way(task, weights, rows))
        for limit in _limits(weights, first, float(found[0].paid[-1])):
            if len(found) == k:
                break
            _find_within(task, weights, limit, found, k)
    except OutOfTime:
        complete = False
    values = tuple(float(way.paid[-1]) for way in found)
    return Ranking(tuple(_routes(found, first, weights)), values, complete)


def _best_ones(task: Task, weights: Weights) -> tuple[Route, Onward] | None:
    """The first of the best paths, and the moves on all of them; None without a path."""
    if weights.uniform and task.points_there and (cube := Cube.of(task)) is not None:
        route = straight(cube)
        if route is not None:
            return route, straight_moves(cube)
    best = search(task, weights)
    if best is None:
        return None
    moves = onward(task, weights, best)
    left = int(best.left[task.source])
    return best_route(task.index, task.source, left, moves), moves


def _ties(task: Task, first: tuple[int, ...], onward: Onward) -> Iterator[tuple[int, ...]]:
    """The paths as good as the first one, which comes before them, by the tie-break.

    They differ late before they differ early, so each takes up the one before at its last fork.

    Raises:
        OutOfTime: the deadline passed before the next one was found.
    """
    moves = len(first) - 1

    def heads(row: int, remaining: int) -> Iterator[int]:
        stop_if_late("looking for the next best path")
        _, positions, others = onward(np.array([row]), remaining)
        return iter(others[in_order(task.index, row, positions)].tolist())

    rows = list(first[:1])
    forks = [] if moves == 0 else [heads(rows[0], moves)]
    while forks:
        head = next(forks[-1], None)
        if head is None:
            forks.pop()
            rows.pop()
            continue
        rows.append(head)
        if len(rows) <= moves:
            forks.append(heads(head, moves + 1 - len(rows)))
            continue
        if tuple(rows) != first:
            yield tuple(rows)
        rows.pop()


def _limits(weights: Weights, first: Route, value: float) -> Iterator[float]:
    """What the k-th path may weigh, ever more: fewer sets are on paths that weigh little."""
    if len(first.rows) == 1:
        return
    step = max(value / 4, weights.largest / 32)
    yield from (value + step, value + 4 * step, value + 16 * step, np.inf)


def _find_within(task: Task, weights: Weights, limit: float, found: list[_Way], k: int) -> None:
    """Add to the paths that are `found` the next ones that weigh at most `limit`, up to k.

    Raises:
        OutOfTime: the deadline passed; what was found before is added.
    """
    known = {way.rows for way in found}
    for way in _ways(task, weights, found[0].rows, limit):
        if way.paid[-1] > limit:
            break
        if way.rows not in known:
            found.append(way)
        if len(found) == k:
            break
        stop_if_late("looking for the next best path")


def _routes(found: list[_Way], first: Route, weights: Weights) -> Iterator[Route]:
    tolerance = weights.tolerance(float(found[0].paid[-1]))
    for way in found:
        value, moves = way.paid[-1], len(way.rows)
        equal = [
            len(other.rows) == moves and abs(other.paid[-1] - value) <= tolerance for other in found
        ]
        if equal[0]:
            yield Route(way.rows, first.optima, first.counted)
        else:
            yield Route(way.rows, sum(equal), counted=False)


def _ways(task: Task, weights: Weights, first: tuple[int, ...], limit: float) -> Iterator[_Way]:
    """The paths that weigh at most `limit`, in order, each when it is asked for."""
    best = best_from_everywhere(task, weights, limit)
    tolerance = weights.tolerance(best.value)
    way = _way(task, weights, first)
    value = float(way.paid[-1])
    equal = [_Entry(value, len(first) - 1, way, 0, frozenset(), answered=True)]
    worse: list[tuple[float, int, _Entry]] = []
    number = 0
    while equal or worse:
        if not equal:
            value = worse[0][0]
        while worse and worse[0][0] <= value + tolerance:
            heapq.heappush(equal, heapq.heappop(worse)[2])
        entry = heapq.heappop(equal)
        if entry.answered:
            yield entry.way
            fresh = _questions(task, weights, best, entry)
        else:
            fresh = _answers(task, weights, best, entry)
        for each in fresh:
            number += 1
            heapq.heappush(worse, (each.value, number, each))


def _way(task: Task, weights: Weights, rows: tuple[int, ...]) -> _Way:
    line = np.array(rows)
    words = task.index.words
    apart = words[line[1:]] ^ words[line[:-1]]
    word = np.argmax(apart != 0, axis=1)
    bits = np.bitwise_count(apart[np.arange(len(word)), word] - np.uint64(1)) if len(word) else word
    positions = word * 64 + bits.astype(np.int64)
    removes = task.index.ranks[line[1:]] < task.index.ranks[line[:-1]]
    paid = np.cumsum([0.0, *weights.weigh(line[:-1], positions, line[1:])])
    return _Way(rows, paid, tuple(zip(removes.tolist(), positions.tolist(), strict=True)))


def _questions(task: Task, weights: Weights, best: Best, entry: _Entry) -> Iterator[_Entry]:
    """The questions that a path leaves behind, one for each set from which another way leads."""
    way = entry.way
    line = np.array(way.rows)
    tails = line[entry.kept : -1]
    if len(tails) == 0:
        return
    places, positions, heads = moves_of(task, tails)
    kept = ~_passed(line, heads, entry.kept + places)
    kept &= heads != line[entry.kept + places + 1]
    kept &= (places > 0) | ~np.isin(heads, list(entry.banned))
    kept &= best.left[heads] >= 0
    places, positions, heads = places[kept], positions[kept], heads[kept]
    rest = weights.weigh(tails[places], positions, heads) - best.labels[heads]
    limits, moves = _least(weights, places, rest, best.left[heads], len(tails))
    for place in np.flatnonzero(np.isfinite(limits)).tolist():
        at = entry.kept + place
        banned = {way.rows[at + 1]} | (entry.banned if place == 0 else set())
        yield _Entry(
            value=float(way.paid[at] + limits[place]),
            moves=at + 1 + int(moves[place]),
            way=way,
            kept=at,
            banned=frozenset(banned),
            answered=False,
        )


def _passed(line: Rows, heads: Rows, places: Rows) -> NDArray[np.bool_]:
    """Whether the path has been at each of the heads before, or at, its place."""
    order = np.argsort(line)
    place = np.minimum(np.searchsorted(line, heads, sorter=order), len(line) - 1)
    passed: NDArray[np.bool_] = (line[order[place]] == heads) & (order[place] <= places)
    return passed


def _least(
    weights: Weights, places: Rows, rest: Scores, left: Rows, count: int
) -> tuple[Scores, Rows]:
    """Per place the least rest, and the fewest moves left among those within the tolerance."""
    least = np.full(count, np.inf)
    np.fmin.at(least, places, rest)
    near = rest <= least[places] + weights.tolerance(0.0)
    moves = np.full(count, np.iinfo(np.int64).max)
    np.minimum.at(moves, places[near], left[near])
    return least, moves


def _answers(task: Task, weights: Weights, best: Best, entry: _Entry) -> Iterator[_Entry]:
    """The best path that leaves where the question says; none where there is none.

    The best way on that pays no heed to the sets that the path has passed is it, unless it leads
    over one of them: only then it is searched for.
    """
    prefix = entry.way.rows[: entry.kept + 1]
    rows = _heedless(task, weights, best, entry) or _searched(task, weights, best, entry)
    if rows is not None:
        way = _way(task, weights, prefix[:-1] + rows)
        yield _Entry(
            value=float(way.paid[-1]),
            moves=len(way.moves),
            way=way,
            kept=entry.kept,
            banned=entry.banned,
            answered=True,
        )


def _heedless(task: Task, weights: Weights, best: Best, entry: _Entry) -> tuple[int, ...] | None:
    """The best way on from the last kept set over moves that are not banned, if it is simple."""
    index, passed = task.index, set(entry.way.rows[: entry.kept + 1])
    spur = entry.way.rows[entry.kept]
    _, positions, heads = moves_of(task, np.array([spur]))
    free = np.array([each not in passed and each not in entry.banned for each in heads.tolist()])
    free &= best.left[heads] >= 0
    positions, heads = positions[free], heads[free]
    rest = weights.weigh(np.full(len(heads), spur), positions, heads) - best.labels[heads]
    near = rest <= np.nanmin(rest) + weights.tolerance(best.value)
    near[near] = best.left[heads[near]] == best.left[heads[near]].min()
    positions, heads = positions[near], heads[near]
    head = int(heads[in_order(index, spur, positions)[0]])
    moves = int(best.left[head])
    rows = (spur, *first_route(index, head, moves, onward(task, weights, best)))
    return None if passed & set(rows[1:]) else rows


def _searched(task: Task, weights: Weights, best: Best, entry: _Entry) -> tuple[int, ...] | None:
    """The best way on from the last kept set, avoiding those before it and what is banned."""
    *passed, spur = entry.way.rows[: entry.kept + 1]
    allowed = np.array(task.allowed)
    allowed[passed] = False
    banned = np.array(sorted(entry.banned))

    def weigh(tails: Rows, positions: Rows, heads: Rows) -> Scores:
        weight = weights.weigh(tails, positions, heads)
        return np.where((tails == spur) & np.isin(heads, banned), np.inf, weight)

    rest = replace(task, source=spur, allowed=allowed)
    avoiding = replace(weights, weigh=weigh, after=lambda rows: -best.labels[rows])
    found = search(rest, avoiding)
    if found is None:
        return None
    moves = int(found.left[spur])
    return first_route(task.index, spur, moves, onward(rest, avoiding, found))
