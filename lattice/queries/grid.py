"""The grid of training sets x measures, and its leave-one-out row pairs."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from lattice.index import MISSING, LatticeIndex
from lattice.model import Grid, GridRow, Pair, PairPage, SetDetail, SetField
from lattice.queries.deltas import deltas
from lattice.subsets import has_object, positions_of_mask

Sort = Literal["rank", "score"]
Rows = NDArray[np.int64]


def set_detail(
    index: LatticeIndex,
    row: int,
    measures: tuple[int, ...],
    fields: Collection[SetField] = get_args(SetField),
) -> SetDetail:
    """One training set with its members and cells, or with those of the two that are asked for."""
    names, positions = index.universe.names, positions_of_mask(index.mask_of(row))
    shown = measures if "cells" in fields else ()
    return SetDetail(
        training_set=index.training_set(row),
        members=tuple(names[each] for each in positions) if "members" in fields else (),
        measures=tuple(index.measures[each].name for each in shown),
        cells=index.cells(row, shown),
    )


def grid(
    index: LatticeIndex, measures: tuple[int, ...], sort: Sort, start: int, limit: int
) -> Grid:
    """One page of the grid.

    Sorted by rank, or by score: the best under the first measure first, sets without a score
    last.
    """
    order = np.arange(len(index))
    if sort == "score" and measures:
        order = np.argsort(-index.goodness(measures[0]), kind="stable")
    rows = order[start : start + limit].tolist()
    return Grid(
        measures=tuple(index.measures[each] for each in measures),
        items=tuple(GridRow(index.training_set(row), index.cells(row, measures)) for row in rows),
        next=_next(start, limit, len(index)),
        total=len(index),
    )


def pairs(
    index: LatticeIndex, position: int, measures: tuple[int, ...], start: int, limit: int
) -> PairPage:
    """Leave-one-out pairs of the object at `position`: both sets stored, larger sets first.

    A delta is the score without the object minus the score with it.
    """
    holders = np.flatnonzero(has_object(index.words, position))
    without = index.lookup.across(holders, position)
    stored = without != MISSING
    holders, without = holders[stored], without[stored]
    order = np.argsort(-index.ranks[holders], kind="stable")[start : start + limit]
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
    return PairPage(
        object=index.universe.names[position],
        measures=tuple(index.measures[each] for each in measures),
        items=items,
        next=_next(start, limit, len(holders)),
        total=len(holders),
    )


def _next(start: int, limit: int, total: int) -> str | None:
    return str(start + limit) if start + limit < total else None
