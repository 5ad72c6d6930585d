"""The Pareto front of sets: exact, over measures and what a set costs; ties are kept."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lattice.deadlines import stop_if_late
from lattice.index import LatticeIndex
from lattice.model import Expense, Front, FrontAxis, FrontSet
from lattice.queries.amounts import amounts
from lattice.queries.crossfit import OPTIMISTIC
from lattice.queries.search import chosen_rows

Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]
Ranks = NDArray[np.int64]
_FEW, _ROUNDS = 1_000, 8


def front(
    index: LatticeIndex,
    measures: tuple[int, ...],
    expense: Expense | None,
    where: str | None,
    start: int,
    limit: int,
) -> Front:
    """The sets that no other equals in all measures and the expense and beats in one.

    Each measure counts by its direction; less expense is better.
    """
    rows = chosen_rows(index, where)
    axes = [
        FrontAxis(index.measures[each].name, index.measures[each].metric.direction)
        for each in measures
    ]
    sides = [index.goodness(each)[rows] for each in measures]
    spent = None
    if expense is not None:
        axes.append(FrontAxis(expense, "lower"))
        spent = amounts(index, expense)
        sides.append(-spent[rows])
    merit = np.stack(sides, axis=1)
    complete = ~np.isnan(merit).any(axis=1)
    rows, merit = rows[complete], merit[complete]
    best = undominated(merit)
    order = np.argsort(-merit[best, 0], kind="stable")
    listed = rows[best][order]
    noisy = any((index.columns[each].count[listed] > 0).any() for each in measures)
    return Front(
        axes=tuple(axes),
        measures=tuple(index.measures[each].name for each in measures),
        items=tuple(
            FrontSet(
                index.training_set(row),
                index.cells(row, measures),
                None if spent is None else float(spent[row]),
            )
            for row in listed[start : start + limit].tolist()
        ),
        next=str(start + limit) if start + limit < len(listed) else None,
        total=len(listed),
        compared=len(rows),
        left_out=int(np.count_nonzero(~complete)),
        notes=(OPTIMISTIC,) if noisy else (),
    )


def undominated(merit: Numbers) -> Flags:
    """Which points no other dominates: is as good in everything and better in something.

    Args:
        merit: shape (M, D), more is better, nothing missing.
    """
    found = np.zeros(len(merit), dtype=np.bool_)
    able = _thinned(merit)
    if len(able) == 0:
        return found
    sides = merit[able].T
    places = np.stack([np.unique(side, return_inverse=True)[1] for side in sides], axis=1)
    best = _by_sweep(places) if len(sides) == 2 else _by_pivots(places)
    found[able[best]] = True
    return found


def _thinned(merit: Numbers) -> Ranks:
    """The rows of points that are left when a few good ones have taken out what they dominate."""
    left = np.arange(len(merit))
    kept: list[Ranks] = []
    points = np.ascontiguousarray(merit.T)
    with np.errstate(over="ignore", divide="ignore"):
        weights = 1 / np.ptp(points, axis=1) if len(left) else np.ones(len(points))
    weights[~np.isfinite(weights)] = 0
    while len(left) > _FEW and len(kept) < _ROUNDS:
        pivot = points[:, np.argmax(weights @ points)]
        below = np.logical_and.reduce(
            [side <= best for side, best in zip(points, pivot, strict=True)]
        )
        equal = np.logical_and.reduce(
            [side == best for side, best in zip(points, pivot, strict=True)]
        )
        kept.append(left[equal])
        left, points = left[~below], points[:, ~below]
    return np.concatenate([*kept, left])


def _by_sweep(places: Ranks) -> Flags:
    """Two sides: sorted by the first, the best second so far decides."""
    order = np.lexsort((-places[:, 1], -places[:, 0]))
    first, second = places[order].T
    opens = np.flatnonzero(np.diff(first, prepend=first[0] + 1))
    group = np.repeat(np.arange(len(opens)), np.diff(opens, append=len(first)))
    best = second[opens]
    before = np.concatenate([[-1], np.maximum.accumulate(best)[:-1]])
    found = np.empty(len(places), dtype=np.bool_)
    found[order] = (second == best[group]) & (best > before)[group]
    return found


def _by_pivots(places: Ranks) -> Flags:
    """Any number of sides: what is highest in sum is on the front, and takes out what it dominates.

    Places are ranks, whole numbers, so that sums are exact. It takes as many rounds as the front
    has different points, each over the points that are left.
    """
    found = np.zeros(len(places), dtype=np.bool_)
    left = np.argsort(-places.sum(axis=1), kind="stable")
    points = np.ascontiguousarray(places[left].T)
    while len(left):
        stop_if_late("looking for the front", f"{int(found.sum()):,} sets of it")
        below = np.logical_and.reduce([side <= side[0] for side in points])
        equal = np.logical_and.reduce([side == side[0] for side in points])
        found[left[equal]] = True
        left, points = left[~below], points[:, ~below]
    return found
