"""Paths that never get worse: no score is worse than the best one before it by more than a slack.

Labels are kept from the target: of a set with so many moves left, the highest running maximum
with which a path may arrive there. A set enters a layer only where its label beats the one that
it has with fewer moves left, so all labels of a layer belong to shortest ways on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lattice.deadlines import out_of_time, stop_if_late
from lattice.queries.paths.losses import TOLERANCE
from lattice.queries.paths.tasks import (
    Allowed,
    Route,
    Rows,
    Task,
    in_order,
    moves_in_parts,
    moves_of,
)
from lattice.replicates import Scores

_MOST_STATES = 1 << 21


@dataclass(frozen=True, eq=False)
class _Layer:
    """The sets from which so many moves lead to the target, and their labels; by row."""

    rows: NDArray[np.int32]
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
        search = _search(task, rules, most)
        if search.layers is not None:
            return _mildest(task, rules, search.layers, search.mildest, tolerance)
    return None


def _mildest(
    task: Task, rules: _Rules, layers: list[_Layer], least: float, tolerance: float
) -> Route:
    """The best of the paths with as many moves as `layers` have: those whose worst one loses least.

    Mostly that is the least that the layers allow, whatever the running maximum; else it lies
    between a loss that had to be refused and one that a path is known to have.
    """
    moves = len(layers) - 1
    known = _worst_loss(rules, _first(task, rules, layers))
    trying = least
    while least < known - tolerance:
        milder = replace(rules, drop=trying + tolerance)
        search = _search(task, milder, moves)
        if search.layers is None:
            least = search.refused
        else:
            known = min(trying, _worst_loss(milder, _first(task, milder, search.layers)))
        trying = least + (known - least) / 4
    mildest = replace(rules, drop=known + tolerance)
    return _routes(task, mildest, _search(task, mildest, moves).layers or layers)


@dataclass(frozen=True, eq=False)
class _Search:
    """The layers from the target to the source, None where they do not reach it.

    `mildest` is the least that the worst move loses on any way over these layers, whatever the
    running maximum; `refused` the least that a move loses which only `drop` forbids.
    """

    layers: list[_Layer] | None
    mildest: float
    refused: float


@dataclass(eq=False)
class _Known:
    """What a search knows of every set: of those in the new layer alone, but for `highest`.

    `highest` (N,) is the best label so far, with any moves left; `entered` (N,) says which sets are
    in the new layer, `mildest` (N,) what the mildest way on from them loses at worst.
    """

    highest: Scores
    entered: Allowed
    mildest: Scores
    refused: float = np.inf

    def taken(self) -> tuple[_Layer, Scores]:
        """The new layer with what its mildest ways lose; the next one is empty again."""
        rows = np.flatnonzero(self.entered)
        worst = self.mildest[rows]
        self.entered[rows], self.mildest[rows] = False, np.inf
        return _Layer(rows.astype(np.int32), self.highest[rows]), worst


def _search(task: Task, rules: _Rules, most: int | None) -> _Search:
    """The labels by moves left, until the source is reached.

    Args:
        most: look for no more moves than these, and only near enough to both ends.
    """
    size = len(task.index)
    known = _Known(np.full(size, -np.inf), np.zeros(size, dtype=np.bool_), np.full(size, np.inf))
    known.highest[task.target] = np.inf
    layers, worst = [_Layer(np.array([task.target], np.int32), np.array([np.inf]))], np.zeros(1)
    while known.highest[task.source] < rules.goodness[task.source]:
        if len(layers[-1].rows) == 0 or (most is not None and len(layers) > most):
            return _Search(None, np.inf, known.refused)
        stop_if_late("looking for a monotone path", f"none of at most {len(layers) - 1} moves")
        _grow(task, rules, layers[-1], worst, known, None if most is None else most - len(layers))
        layer, worst = known.taken()
        layers.append(layer)
    place = int(np.searchsorted(layers[-1].rows, task.source))
    return _Search(layers, float(worst[place]), known.refused)


def _grow(
    task: Task, rules: _Rules, layer: _Layer, worst: Scores, known: _Known, room: int | None
) -> None:
    """Enter the sets from which a move leads to the layer.

    Args:
        worst: what the mildest way on from each set of the layer loses at worst.
        room: no farther from the source than this.
    """
    words, source = task.index.words, task.index.words[task.source]
    usable = rules.goodness[layer.rows] <= layer.labels
    rows, worst = layer.rows[usable].astype(np.int64), worst[usable]
    scores = rules.goodness[rows]
    labels = np.minimum(scores + rules.slack, layer.labels[usable])
    for places, _, tails in moves_in_parts(task, rows, backwards=True):
        label, score = labels[places], rules.goodness[tails]
        kept = score <= label
        # Labels of fewer moves that are as high: no path with the fewest moves comes by here.
        kept &= (label > known.highest[tails]) | known.entered[tails]
        if room is not None:
            kept[kept] = np.bitwise_count(words[tails[kept]] ^ source).sum(axis=1) <= room
        loses = score - scores[places]
        steep = loses > rules.drop
        known.refused = float(loses.min(where=kept & steep, initial=known.refused))
        kept &= ~steep
        tails = tails[kept]
        np.maximum.at(known.highest, tails, label[kept])
        np.minimum.at(known.mildest, tails, np.maximum(worst[places], loses)[kept])
        known.entered[tails] = True


def _routes(task: Task, rules: _Rules, layers: list[_Layer]) -> Route:
    """The first path by the tie-break, and how many there are with as few moves."""
    optima = _count(task, rules, layers)
    return Route(_first(task, rules, layers), optima or 1, counted=optima is not None)


def _first(task: Task, rules: _Rules, layers: list[_Layer]) -> tuple[int, ...]:
    """Rows along the first path by the tie-break."""
    row, top = task.source, float(rules.goodness[task.source])
    rows = [row]
    for layer in reversed(layers[:-1]):
        _, positions, heads, tops = _steps(task, rules, layer, np.array([row]), np.array([top]))
        first = in_order(task.index, row, positions)[0]
        row, top = int(heads[first]), float(tops[first])
        rows.append(row)
    return tuple(rows)


def _worst_loss(rules: _Rules, rows: tuple[int, ...]) -> float:
    """What the worst move of a path loses; 0 where none does."""
    return float(-np.diff(rules.goodness[list(rows)]).min(initial=0.0))


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
