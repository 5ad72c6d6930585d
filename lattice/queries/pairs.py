"""Leave-one-out row pairs of the grid, and what they say together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lattice.index import MISSING, LatticeIndex
from lattice.model import Pair, PairPage, PairSummary
from lattice.queries.deltas import deltas, unrepeated
from lattice.queries.linear import described, linear
from lattice.queries.pieces import declared_last, next_page
from lattice.queries.search import Sorting, best_rows, chosen_part
from lattice.replicates import Combinations
from lattice.subsets import has_object

Rows = NDArray[np.int64]


def pairs(
    index: LatticeIndex,
    position: int,
    measures: tuple[int, ...],
    start: int,
    limit: int,
    *,
    where: str | None = None,
    sorting: Sorting | None = None,
) -> PairPage:
    """Leave-one-out pairs of the object at `position`: both sets stored, larger sets first.

    A delta is the score without the object minus the score with it.

    Args:
        where: only pairs whose set with the object is selected by a predicate.
        sorting: by a measure: the pair whose removal changes its score most for the better first,
            for the worse where it is turned around; otherwise as the sets with the object sort.
    """
    holders = np.flatnonzero(has_object(index.words, position))
    without = index.lookup.across(holders, position)
    stored = without != MISSING
    holders, without = holders[stored], without[stored]
    count = len(holders)
    if where is not None:
        chosen = np.zeros(len(index), dtype=np.bool_)
        chosen[chosen_part(index, where)] = True
        selected = chosen[holders]
        holders, without = holders[selected], without[selected]
    order = _order(index, holders, without, sorting, start + limit)[start : start + limit]
    items = tuple(
        Pair(
            with_object=index.training_set(upper),
            without_object=index.training_set(lower),
            cells_with=index.cells(upper, measures),
            cells_without=index.cells(lower, measures),
            deltas=deltas(index, upper, lower, measures),
        )
        for upper, lower in zip(holders[order].tolist(), without[order].tolist(), strict=True)
    )
    summaries = [_summary(index, each, holders, without) for each in measures] if start == 0 else []
    return PairPage(
        object=index.universe.names[position],
        measures=tuple(index.measures[each] for each in measures),
        items=items,
        next=next_page(start, limit, len(holders)),
        total=len(holders),
        stored=count,
        sort="rank" if sorting is None else sorting.name,
        summaries=tuple(summaries),
    )


def _order(
    index: LatticeIndex, holders: Rows, without: Rows, sorting: Sorting | None, count: int
) -> Rows:
    """The places of the first `count` pairs.

    Those with a declared score follow those of two measured ones; those without a score come last.
    """
    if sorting is None:
        return np.argsort(-index.ranks[holders], kind="stable")[:count]
    if sorting.measure is None:
        merit = sorting.merit[holders]
    else:
        column = index.columns[sorting.measure]
        merit = sorting.sign * (column.mean[without] - column.mean[holders])
        merit = declared_last(merit, column.declared[without] | column.declared[holders])
    return best_rows(merit, min(count, len(holders)))


def _summary(index: LatticeIndex, measure: int, holders: Rows, without: Rows) -> PairSummary:
    """What removing the object changes under one measure, over all pairs with both scores.

    The mean's error is that of the scores, as replicates tell it; pairs with a declared score
    take no part.
    """
    column = index.columns[measure]
    scored = (column.count[holders] > 0) & (column.count[without] > 0)
    declared = scored & (column.declared[holders] | column.declared[without])
    used = scored & ~declared
    before, after = holders[used], without[used]
    count = len(before)
    if count == 0:
        return PairSummary(0, int(declared.sum()), 0, 0, 0, None)
    gain = column.mean[after] - column.mean[before]
    if index.measures[measure].metric.direction == "lower":
        gain = -gain
    (mean,) = described(index, measure, _mean_change(index, measure, before, after), [()])
    return PairSummary(
        pairs=count,
        declared=int(declared.sum()),
        better=int((gain > 0).sum()),
        worse=int((gain < 0).sum()),
        equal=int((gain == 0).sum()),
        mean=mean,
    )


def _mean_change(index: LatticeIndex, measure: int, before: Rows, after: Rows) -> Combinations:
    """The mean of many deltas, as one sum."""
    column, count = index.columns[measure], len(before)
    if column.by_replicate.shape[1] == 1:
        change = (column.mean[after] - column.mean[before]).mean()
        return unrepeated(np.array([change]), np.ones(1, dtype=np.int64))
    weights = np.repeat([1 / count, -1 / count], count)
    return linear(index, measure, np.concatenate([after, before]), weights[None])
