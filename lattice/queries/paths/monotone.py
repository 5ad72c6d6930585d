"""Paths that never get worse: no score is worse than the best one before it by more than a slack.

Labels are kept from the target: of a set with so many moves left, the highest running maximum
with which a path may arrive there. A set enters a layer only where its label beats the one that
it has with fewer moves left, so all labels of a layer belong to shortest ways on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lattice.deadlines import out_of_time, stop_if_late
from lattice.queries.paths.losses import TOLERANCE
from lattice.queries.paths.tasks import Route, Rows, Task, in_order, moves_of
from lattice.replicates import Scores

_MOST_STATES = 1 << 21


@dataclass(frozen=True, eq=False)
class _Layer:
    """The sets from which so many moves lead to the target, and their labels; by row."""

    rows: Rows
    labels: Scores

    def label_of(self, rows: Rows) -> Scores:
        """The highest running maximum that each of the rows allows; -inf where none."""
        if len(self.rows) == 0:
            return np.full(len(rows), -np.inf)
        place = np.minimum(np.searchsorted(self.rows, rows), len(self.rows) - 1)
        return np.where(self.rows[place] == rows, self.labels[place], -np.inf)


@dataclass(frozen=True, eq=False)
class _Rules:
    """What a step may do: `slack` below the running maximum, `drop` below the last score."""

    goodness: Scores
    slack: float
    drop: float


def monotone(task: Task, goodness: Scores, slack: float = 0.0) -> Route | None:
    """The path with the fewest moves on which g_t >= max over u < t of g_u, minus `slack`.

    The ends count like all other sets, and need a score; None where one has none (see
    `losses.why_no_scores`) or where there is no path. Among the paths with the fewest moves the
    one whose worst move loses least is given (none that gains is worse than another), then the
    first by the tie-break. Scores within a billionth of the range count as equal.

    Args:
        goodness: (N,) oriented so that more is better, NaN where there is no score.
        slack: 0 or more, in the metric's unit.
    """
    first, last = goodness[task.source], goodness[task.target]
    if np.isnan(first) or np.isnan(last):
        return None
    used = goodness[task.enterable]
    tolerance = TOLERANCE * float(np.nanmax(used) - np.nanmin(used))
    slack += tolerance
    if last < first - slack:
        return None
    with np.errstate(invalid="ignore"):
        task = replace(
            task,
            allowed=task.allowed & (goodness >= first - slack) & (goodness <= last + slack),
        )
    rules = _Rules(goodness, slack, slack)
    # A few detours around the shortest way are tried first: fewer sets are near it.
    for most in (task.apart, task.apart + 2, task.apart + 4, None):
        layers, drops = _layers(task, rules, most)
        if layers is not None:
            break
    else:
        return None
    moves = len(layers) - 1
    bounds = np.concatenate([[0.0], np.unique(drops[drops > tolerance])]) + tolerance
    low, high = 0, len(bounds) - 1  # the last one is known to do
    while low < high:
        middle = (low + high) // 2
        trial, _ = _layers(task, replace(rules, drop=float(bounds[middle])), moves)
        low, high = (middle + 1, high) if trial is None else (low, middle)
    mildest = replace(rules, drop=float(bounds[high]))
    return _routes(task, mildest, _layers(task, mildest, moves)[0] or layers)


def _layers(task: Task, rules: _Rules, most: int | None) -> tuple[list[_Layer] | None, Scores]:
    """The labels by moves left, until the source is reached, and what the tried moves lose.

    Args:
        most: look for no more moves than these, and only near enough to both ends.
    """
    words = task.index.words
    goodness = rules.goodness
    highest = np.full(len(task.index), -np.inf)  # the best label so far, with any moves left
    highest[task.target] = np.inf
    layers = [_Layer(np.array([task.target]), np.array([np.inf]))]
    losses: list[Scores] = [np.empty(0)]
    while highest[task.source] < goodness[task.source]:
        if len(layers[-1].rows) == 0 or (most is not None and len(layers) > most):
            return None, np.empty(0)
        stop_if_late("looking for a monotone path", f"none of at most {len(layers) - 1} moves")
        layer = layers[-1]
        places, _, tails = moves_of(task, layer.rows, backwards=True)
        heads, labels = goodness[layer.rows[places]], layer.labels[places]
        loses = goodness[tails] - heads
        label = np.minimum(heads + rules.slack, labels)
        useful = (
            (heads <= labels)
            & (loses <= rules.drop)
            & (goodness[tails] <= label)
            & (label > highest[tails])
        )
        if most is not None:
            apart = np.bitwise_count(words[tails[useful]] ^ words[task.source]).sum(axis=1)
            useful[useful] = apart <= most - len(layers)
        tails, label = tails[useful], label[useful]
        losses.append(np.unique(loses[useful]))
        np.maximum.at(highest, tails, label)
        rows = np.unique(tails)
        layers.append(_Layer(rows, highest[rows]))
    return layers, np.concatenate(losses)


def _routes(task: Task, rules: _Rules, layers: list[_Layer]) -> Route:
    """The first path by the tie-break, and how many there are with as few moves."""
    row, top = task.source, float(rules.goodness[task.source])
    rows = [row]
    for layer in reversed(layers[:-1]):
        _, positions, heads, tops = _steps(task, rules, layer, np.array([row]), np.array([top]))
        first = in_order(task.index, row, positions)[0]
        row, top = int(heads[first]), float(tops[first])
        rows.append(row)
    optima = _count(task, rules, layers)
    return Route(tuple(rows), optima or 1, counted=optima is not None)


def _steps(
    task: Task, rules: _Rules, layer: _Layer, rows: Rows, tops: Scores
) -> tuple[Rows, Rows, Rows, Scores]:
    """Moves into `layer` that keep the rules: places, positions, heads, new running maxima."""
    goodness = rules.goodness
    places, positions, heads = moves_of(task, rows)
    before = tops[places]
    top = np.maximum(before, goodness[heads])
    kept = (
        (goodness[heads] >= before - rules.slack)
        & (goodness[rows[places]] - goodness[heads] <= rules.drop)
        & (top <= layer.label_of(heads))
    )
    return places[kept], positions[kept], heads[kept], top[kept]


def _count(task: Task, rules: _Rules, layers: list[_Layer]) -> int | None:
    """How many paths keep the rules; None where they are too many to tell apart in time.

    Counted by (set, running maximum), which decide together how a path may go on.
    """
    rows, tops = np.array([task.source]), rules.goodness[[task.source]]
    ways = np.ones(1, dtype=np.object_)
    for layer in reversed(layers[:-1]):
        if out_of_time() or len(rows) > _MOST_STATES:
            return None
        places, _, heads, top = _steps(task, rules, layer, rows, tops)
        states, into = np.unique(
            np.column_stack([heads.astype(np.float64), top]), axis=0, return_inverse=True
        )
        reached = np.zeros(len(states), dtype=np.object_)
        np.add.at(reached, into.reshape(-1), ways[places])
        rows, tops, ways = states[:, 0].astype(np.int64), states[:, 1], reached
    return int(sum(ways.tolist()))
