"""What makes a path the best: one entry per objective, how it is found and what it is worth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lattice.index import LatticeIndex
from lattice.model import Sought
from lattice.queries.paths.average import average
from lattice.queries.paths.costs import ADDING, REMOVING
from lattice.queries.paths.fewest import fewest
from lattice.queries.paths.kbest import Ranking, k_best
from lattice.queries.paths.longest import longest_run
from lattice.queries.paths.losses import (
    Costs,
    Weights,
    cheapest,
    expenses,
    least_loss,
    losses,
    single_moves,
)
from lattice.queries.paths.monotone import monotone
from lattice.queries.paths.tasks import Route, Rows, Task
from lattice.queries.paths.widest import widest
from lattice.subsets import WORD_BITS

Goodness = NDArray[np.float64]

SCORED: frozenset[Sought] = frozenset({"widest", "average", "least-loss", "monotone"})
"""Objectives that follow the scores of a measure; none of these passes a set without one."""
SCORED_ENDS: frozenset[Sought] = frozenset({"average", "least-loss", "monotone"})
"""Those to which the score of an end matters."""


@dataclass(frozen=True, eq=False)
class Aim:
    """An objective with what it needs.

    Args:
        measure: whose scores are followed, or, for the others, whose floor is told.
        slack: for `monotone`, in the metric's unit.
        costs: for `cheapest`, shape (n, 2).
    """

    objective: Sought
    measure: int | None = None
    slack: float = 0.0
    costs: Costs | None = None

    def goodness(self, index: LatticeIndex) -> Goodness:
        """The scores that are followed (N,), more is better; without a measure nobody has one."""
        if self.measure is None:
            return np.full(len(index), np.nan)
        return index.goodness(self.measure)

    def costs_in(self, index: LatticeIndex) -> Costs:
        """What moves cost (n, 2); without costs nobody says what any costs."""
        return np.full((index.universe.n, 2), np.nan) if self.costs is None else self.costs

    def solve(self, task: Task, goodness: Goodness | None = None) -> Route | None:
        """A best path.

        Args:
            goodness: scores (N,) to follow instead of the measure's means.

        Raises:
            OutOfTime: the deadline passed before one was found.
        """
        scores = self.goodness(task.index) if goodness is None else goodness
        return _SOLVERS[self.objective](self, task, scores)

    def ranked(self, task: Task, k: int) -> Ranking:
        """The k best paths, for objectives that weigh moves; none for others.

        Raises:
            OutOfTime: the deadline passed before there was one.
        """
        work: tuple[Task, Weights] | None = None
        if self.objective == "fewest":
            work = task, single_moves(task)
        elif self.objective == "cheapest":
            work = task, expenses(task, self.costs_in(task.index))
        elif self.objective == "least-loss":
            work = losses(task, self.goodness(task.index))
        return Ranking((), (), complete=True) if work is None else k_best(*work, k)

    def value(
        self, index: LatticeIndex, rows: Rows, goodness: Goodness | None = None
    ) -> float | None:
        """What a path is worth under the objective, in the metric's unit.

        Args:
            goodness: scores (N,) that count instead of the measure's means.
        """
        if self.objective in ("fewest", "monotone", "longest-run"):
            apart = index.words[rows[1:]] ^ index.words[rows[:-1]]
            return float(np.bitwise_count(apart).sum())  # a jump counts every object
        if self.objective == "cheapest":
            return self._cost(index, rows)
        goodness = self.goodness(index) if goodness is None else goodness
        if self.objective == "least-loss":
            return float(np.maximum(-np.diff(goodness[rows]), 0.0).sum())
        counted = rows[1:-1] if self.objective == "widest" else rows[1:]
        if len(counted) == 0:
            return None
        worth = goodness[counted].min() if self.objective == "widest" else goodness[counted].mean()
        lower = (
            self.measure is not None and index.measures[self.measure].metric.direction == "lower"
        )
        return float(-worth if lower else worth)

    def _cost(self, index: LatticeIndex, rows: Rows) -> float:
        adds = np.diff(index.ranks[rows]) > 0
        costs = self.costs_in(index)[
            moved(index, rows[:-1], rows[1:]), np.where(adds, ADDING, REMOVING)
        ]
        return float(costs.sum())


_SOLVERS: dict[Sought, Callable[[Aim, Task, Goodness], Route | None]] = {
    "fewest": lambda _aim, task, _: fewest(task),
    "widest": lambda _, task, goodness: widest(task, goodness),
    "average": lambda _, task, goodness: average(task, goodness),
    "least-loss": lambda _, task, goodness: least_loss(task, goodness),
    "monotone": lambda aim, task, goodness: monotone(task, goodness, aim.slack),
    "cheapest": lambda aim, task, _: cheapest(task, aim.costs_in(task.index)),
    "longest-run": lambda _, task, goodness: longest_run(
        task.index, task.enterable, goodness, task.source, task.target
    ),
}


def moved(index: LatticeIndex, before: Rows, after: Rows) -> Rows:
    """The position of the object that each step moves, the first of them where it moves several."""
    changed = index.words[before] ^ index.words[after]
    word = (changed != 0).argmax(axis=1)
    bits = changed[np.arange(len(changed)), word]
    below = np.bitwise_count((bits & (~bits + np.uint64(1))) - np.uint64(1))
    return np.asarray(word * WORD_BITS + below, dtype=np.int64)
