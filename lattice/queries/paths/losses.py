"""Paths whose moves weigh something: least loss and cheapest, by one shortest-path engine.

The engine corrects labels: it relaxes all moves of the sets that look nearest to the target at
once, and leaves out sets that cannot be on a path as good as the best one so far. Sums of floats
differ by rounding along different paths: values count as equal when, at every step, they differ
by less than a billionth of the largest weight (or of the value itself, where that is larger).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lattice.deadlines import stop_if_late
from lattice.queries.paths.onward import Onward, best_route
from lattice.queries.paths.tasks import Route, Rows, Task, moves_in_parts, moves_of
from lattice.replicates import Scores
from lattice.subsets import unpack

Costs = NDArray[np.float64]
TOLERANCE = 1e-9
_SMALLEST_BATCH = 1 << 10
_LARGEST_BATCH = 1 << 16
_BATCHES = 16
_NONE = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Weights:
    """What moves weigh, and at least how much a path weighs before and after any set.

    `weigh` takes tails, positions and heads of moves (each (E,)) and gives their weights, all
    non-negative, NaN or infinite where a move cannot be used. `before` and `after` take rows and
    give lower limits of what a path weighs from the source to them, and from them to the target.
    `largest` is the largest weight; `uniform` says that every move weighs one.
    """

    weigh: Callable[[Rows, Rows, Rows], Scores]
    before: Callable[[Rows], Scores]
    after: Callable[[Rows], Scores]
    largest: float
    uniform: bool = False

    def tolerance(self, value: float) -> float:
        """Within what two values count as equal, where the best is `value`."""
        return TOLERANCE * max(self.largest, value if np.isfinite(value) else 0.0)


@dataclass(frozen=True, eq=False)
class Best:
    """The best value, the labels of the search and how far all best paths go from `start`.

    `labels` (N,) are the values from the start to every set that was reached (infinite
    elsewhere); `left` (N,) the moves that the shortest best path has left, -1 off the best paths.
    """

    value: float
    labels: Scores
    left: Rows


# ------------------------------------------------------------------ objectives


def least_loss(task: Task, goodness: Scores) -> Route | None:
    """The path that loses least: the smallest sum of (g_{t-1} - g_t)+ over its moves.

    Then the fewest moves, then the tie-break. Both ends and all sets between them need a score;
    None where an end has none (`why_no_scores` says so) or where there is no path.

    Args:
        goodness: (N,) oriented so that more is better, NaN where there is no score.
    """
    prepared = losses(task, goodness)
    return None if prepared is None else lightest(*prepared)


def cheapest(task: Task, costs: Costs) -> Route | None:
    """The path whose moves cost least in sum; then the fewest moves, then the tie-break.

    Args:
        costs: (n, 2) what it costs to add, and to remove, each object; not negative. NaN: it is
            not known, and the move is not used (see `costs.move_costs`).
    """
    return lightest(task, expenses(task, costs))


def why_no_scores(task: Task, goodness: Scores) -> str | None:
    """Which ends lack the score that least-loss and monotone paths need; None where none does."""
    lacking = [row for row in dict.fromkeys((task.source, task.target)) if np.isnan(goodness[row])]
    if not lacking:
        return None
    names = " and ".join(task.index.training_set(row).name for row in lacking)
    return f"both ends need a score, and {names} {'has' if len(lacking) == 1 else 'have'} none"


# ------------------------------------------------------------------ weights


def losses(task: Task, goodness: Scores) -> tuple[Task, Weights] | None:
    """The task among scored sets, and what each move loses; None where an end has no score."""
    scored = ~np.isnan(goodness)
    if not scored[[task.source, task.target]].all():
        return None
    usable = replace(task, allowed=task.allowed & scored)
    source, target = goodness[[task.source, task.target]]
    used = goodness[usable.enterable]
    return usable, Weights(
        weigh=lambda tails, _, heads: np.maximum(goodness[tails] - goodness[heads], 0.0),
        before=lambda rows: np.maximum(source - goodness[rows], 0.0),
        after=lambda rows: np.maximum(goodness[rows] - target, 0.0),
        largest=float(used.max() - used.min()),
    )


def expenses(task: Task, costs: Costs) -> Weights:
    """What each move costs."""
    index = task.index
    known = costs[np.isfinite(costs)]
    to_add, to_remove = np.nan_to_num(costs, nan=np.inf).T

    def weigh(tails: Rows, positions: Rows, heads: Rows) -> Scores:
        return costs[positions, (index.ranks[heads] < index.ranks[tails]).astype(np.int64)]

    def between(start: Rows, end: Rows) -> Scores:
        """What the objects in which sets differ cost; one of the two is a single row."""
        needed = np.empty(max(len(start), len(end)))
        at_once = max(1, (1 << 22) // max(1, index.universe.n))
        for first in range(0, len(needed), at_once):
            part = slice(first, first + at_once)
            one, two = (index.words[rows[part] if len(rows) > 1 else rows] for rows in (start, end))
            adds, removes = (
                unpack(two & ~one, index.universe.n),
                unpack(one & ~two, index.universe.n),
            )
            cost = np.where(adds, to_add, np.where(removes, to_remove, 0.0))
            needed[part] = cost.sum(axis=1)
        return needed

    source, target = np.array([task.source]), np.array([task.target])
    return Weights(
        weigh,
        before=lambda rows: between(source, rows),
        after=lambda rows: between(rows, target),
        largest=float(known.max(initial=0.0)),
    )


def single_moves(task: Task) -> Weights:
    """Every move weighs one: the objective `fewest` for what works on weights."""
    words = task.index.words

    def apart(row: int) -> Callable[[Rows], Scores]:
        return lambda rows: np.bitwise_count(words[rows] ^ words[row]).sum(axis=1).astype(float)

    return Weights(
        weigh=lambda tails, _positions, _heads: np.ones(len(tails)),
        before=apart(task.source),
        after=apart(task.target),
        largest=1.0,
        uniform=True,
    )


# ------------------------------------------------------------------ the engine


def lightest(task: Task, weights: Weights) -> Route | None:
    """The path of least weight, then fewest moves, then by the tie-break; None without a path."""
    best = search(task, weights)
    if best is None:
        return None
    moves = int(best.left[task.source])
    return best_route(task.index, task.source, moves, onward(task, weights, best))


def search(task: Task, weights: Weights) -> Best | None:
    """The best value from the source to the target, and what best paths need."""
    labels = _relax(task, weights)
    value = float(labels[task.target])
    if not np.isfinite(value):
        return None
    return Best(value, labels, _moves_left(task, weights, labels, everywhere=False))


def onward(task: Task, weights: Weights, best: Best) -> Onward:
    """The moves on best paths: they are tight, and lead one move nearer to the target."""
    tolerance = weights.tolerance(best.value)

    def moves(rows: Rows, remaining: int) -> tuple[Rows, Rows, Rows]:
        places, positions, heads = moves_of(task, rows)
        tails = rows[places]
        tight = best.left[heads] == remaining - 1
        weight = weights.weigh(tails[tight], positions[tight], heads[tight])
        tight[tight] = best.labels[tails[tight]] + weight <= best.labels[heads[tight]] + tolerance
        return places[tight], positions[tight], heads[tight]

    return moves


def best_from_everywhere(task: Task, weights: Weights, limit: float) -> Best:
    """The best ways to the target from all sets on paths that weigh no more than `limit`.

    `value` is that of the source. `labels` are the negated values to the target (moves are tight
    among them as they are among values from a start), minus infinity elsewhere.
    """
    values = _relax(task, weights, limit=limit)
    value = float(values[task.source])
    reached = np.flatnonzero(np.isfinite(values))
    beyond = values[reached] + weights.before(reached) > limit + weights.tolerance(limit)
    values[reached[beyond]] = np.inf
    return Best(value, -values, _moves_left(task, weights, -values, everywhere=True))


def _relax(task: Task, weights: Weights, limit: float | None = None) -> Scores:
    """Least weights, shape (N,), from the source; or, with a limit, to the target.

    Whatever cannot be on a best path to the target, or on one within the limit, is left out: its
    label is then infinite or too high.
    """
    backwards = limit is not None
    labels = np.full(len(task.index), np.inf)
    queue = np.array([task.target if backwards else task.source])
    labels[queue] = 0.0
    waiting = np.zeros(len(labels), dtype=np.bool_)
    while len(queue):
        known = np.inf if backwards else float(labels[task.target])
        stop_if_late(
            "looking for the lightest path",
            f"the best so far weighs {known:.6g}" if np.isfinite(known) else "",
        )
        keys = labels[queue] + (weights.before(queue) if backwards else weights.after(queue))
        most = known if limit is None else limit
        hopeful = keys <= most + weights.tolerance(most)
        waiting[queue[~hopeful]] = False
        queue, keys = queue[hopeful], keys[hopeful]
        batch = _nearest(keys)
        rows = queue[batch]
        waiting[rows] = False
        fresh = [queue[~batch]]
        for reached in _improved(task, weights, labels, rows, backwards=backwards):
            fresh.append(_once(reached[~waiting[reached]], waiting))
        queue = np.concatenate(fresh)
    return labels


def _once(rows: Rows, waiting: NDArray[np.bool_]) -> Rows:
    """The rows, each once; they wait from now on."""
    waiting[rows] = True
    ordered: Rows = np.sort(rows)
    fresh = np.ones(len(ordered), dtype=np.bool_)
    fresh[1:] = ordered[1:] != ordered[:-1]
    return ordered[fresh]


def _nearest(keys: Scores) -> NDArray[np.bool_]:
    """Which of the waiting sets are relaxed next: the nearest sixteenth, or all when few wait."""
    size = min(max(_SMALLEST_BATCH, len(keys) // _BATCHES), _LARGEST_BATCH)
    if len(keys) <= size:
        return np.ones(len(keys), dtype=np.bool_)
    chosen = np.zeros(len(keys), dtype=np.bool_)
    chosen[np.argpartition(keys, size)[:size]] = True
    return chosen


def _improved(
    task: Task, weights: Weights, labels: Scores, rows: Rows, *, backwards: bool
) -> Iterator[Rows]:
    """Relax all moves of the rows; gives the rows whose labels became smaller, with repeats."""
    # Below a thousandth of the tolerance it is rounding, which must not be followed everywhere.
    least = weights.tolerance(0.0) / 1_000
    rows = np.sort(rows)
    paid = labels[rows]
    for places, positions, others in moves_in_parts(task, rows, backwards=backwards):
        here = rows[places]
        ends = (others, positions, here) if backwards else (here, positions, others)
        reached = weights.weigh(*ends)
        reached += paid[places]
        better = reached < labels[others] - least
        others = others[better]
        np.minimum.at(labels, others, reached[better])
        yield others


def _moves_left(task: Task, weights: Weights, labels: Scores, *, everywhere: bool) -> Rows:
    """Moves that shortest best paths have left, shape (N,), breadth first from the target.

    It goes against tight moves until it meets the source, or everywhere; -1 where it has not been.
    """
    left = np.full(len(labels), -1, dtype=np.int64)
    left[task.target] = 0
    tolerance = weights.tolerance(float(abs(labels[task.source if everywhere else task.target])))
    layer = np.array([task.target])
    while len(layer) and (everywhere or left[task.source] < 0):
        stop_if_late("following the lightest paths")
        left_now = left[layer[0]] + 1
        found = []
        for places, positions, tails in moves_in_parts(task, layer, backwards=True):
            fresh = (left[tails] < 0) & np.isfinite(labels[tails])
            heads, positions, tails = layer[places][fresh], positions[fresh], tails[fresh]
            weight = weights.weigh(tails, positions, heads)
            tails = tails[labels[tails] + weight <= labels[heads] + tolerance]
            left[tails] = left_now
            found.append(tails)
        layer = np.unique(np.concatenate(found))
    return left
