"""The product's path engines as the benchmark calls them: index and rows in, a route out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from lattice.index import LatticeIndex
from lattice.queries.paths.average import average as find_average
from lattice.queries.paths.costs import move_costs
from lattice.queries.paths.fewest import fewest as find_fewest
from lattice.queries.paths.kbest import Ranking, k_best
from lattice.queries.paths.losses import cheapest as find_cheapest
from lattice.queries.paths.losses import least_loss as find_least_loss
from lattice.queries.paths.losses import losses, single_moves
from lattice.queries.paths.monotone import monotone as find_monotone
from lattice.queries.paths.tasks import Kinds, Route, Task, everything
from lattice.queries.paths.widest import widest as find_widest

Pair = tuple[int, int]
Ask = Callable[[LatticeIndex, Pair], object]


def task_of(index: LatticeIndex, pair: Pair, kinds: Kinds = "any") -> Task:
    """A search over all sets."""
    return Task(index, *pair, everything(index), kinds)


def fewest(
    index: LatticeIndex, pair: Pair, allowed: NDArray[np.bool_] | None = None
) -> Route | None:
    """The fewest moves, over all sets or those that are `allowed`; None where there is no path."""
    return find_fewest(Task(index, *pair, everything(index) if allowed is None else allowed))


def widest(index: LatticeIndex, pair: Pair, kinds: Kinds = "any") -> Route | None:
    """The best worst score strictly between the ends."""
    return find_widest(task_of(index, pair, kinds), index.goodness(0))


def average(index: LatticeIndex, pair: Pair, kinds: Kinds = "any") -> Route | None:
    """The best mean score over paths that change each differing object once."""
    return find_average(task_of(index, pair, kinds), index.goodness(0))


def least_loss(index: LatticeIndex, pair: Pair) -> Route | None:
    """The smallest sum of losses."""
    return find_least_loss(task_of(index, pair), index.goodness(0))


def monotone(index: LatticeIndex, pair: Pair) -> Route | None:
    """No score below any before it; mostly there is none between random sets."""
    return find_monotone(task_of(index, pair), index.goodness(0))


def loose_monotone(index: LatticeIndex, pair: Pair) -> Route | None:
    """No score worse by more than half of the range than any before it: most sets may be passed."""
    return find_monotone(task_of(index, pair), index.goodness(0), 0.5)


def cheapest(index: LatticeIndex, pair: Pair) -> Route | None:
    """The smallest sum of costs, by the objects' own costs."""
    return find_cheapest(task_of(index, pair), move_costs(index.universe))


def three_fewest(index: LatticeIndex, pair: Pair) -> Ranking:
    """The three best paths by moves."""
    task = task_of(index, pair)
    return k_best(task, single_moves(task), 3)


def three_least_loss(index: LatticeIndex, pair: Pair) -> Ranking | None:
    """The three best paths by losses."""
    found = losses(task_of(index, pair), index.goodness(0))
    return None if found is None else k_best(*found, 3)


def rows_of(route: Route | None) -> list[int]:
    """The rows of a route that has to be there."""
    assert route is not None
    return list(route.rows)


def remaining() -> dict[str, tuple[Ask, int]]:
    """The objectives without a bar, and of how many pairs each is asked."""
    return {
        "average": (average, 20),
        "least loss": (least_loss, 20),
        "monotone": (monotone, 20),
        "cheapest": (cheapest, 20),
        "three fewest": (three_fewest, 5),
        "three of least loss": (three_least_loss, 5),
    }
