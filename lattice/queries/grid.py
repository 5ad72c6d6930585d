"""The grid of training sets x measures: its pages, its columns, and all of it in bands of rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lattice.index import LatticeIndex
from lattice.model import ColumnOrder, Grid, GridBands, GridColumn, GridRow, Measure
from lattice.notation import Universe
from lattice.queries.clustering import clustered
from lattice.queries.pieces import next_page
from lattice.queries.search import Sorting, best_rows, chosen_rows
from lattice.subsets import mask_of_positions, words_of_masks

Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]


def grid(
    index: LatticeIndex,
    measures: tuple[int, ...],
    start: int,
    limit: int,
    *,
    where: str | None = None,
    sorting: Sorting | None = None,
    columns: ColumnOrder = "given",
) -> Grid:
    """One page of the grid.

    Args:
        where: only the sets that a predicate selects.
        sorting: in display order without it; sets without the number come last.
        columns: as they are given, or those next to each other that score the sets alike.
    """
    rows, notes = chosen_rows(index, where), []
    if columns == "clustered":
        measures, said = clustered(index, measures, rows)
        notes.append(said)
    total = len(rows)
    shown = _ordered(rows, sorting, start + limit)[start : start + limit].tolist()
    return Grid(
        measures=tuple(index.measures[each] for each in measures),
        columns=tuple(_column(index, each, rows) for each in measures) if start == 0 else (),
        items=tuple(GridRow(index.training_set(row), index.cells(row, measures)) for row in shown),
        next=next_page(start, limit, total),
        total=total,
        sort="rank" if sorting is None else sorting.name,
        notes=tuple(notes),
    )


def bands(
    index: LatticeIndex,
    measures: tuple[int, ...],
    most: int,
    *,
    where: str | None = None,
    sorting: Sorting | None = None,
) -> GridBands:
    """The whole grid at a glance: its rows in at most `most` bands of equal height.

    Scores that are declared by convention take no part in the means.
    """
    rows = chosen_rows(index, where)
    rows = _ordered(rows, sorting, len(rows))
    count = min(most, len(rows))
    starts = np.arange(count) * len(rows) // max(count, 1)
    return GridBands(
        measures=tuple(index.measures[each].name for each in measures),
        starts=tuple(starts.tolist()),
        ranks=tuple(index.ranks[rows[starts]].tolist()),
        means=tuple(_means(index, each, rows, starts) for each in measures),
        total=len(rows),
        sort="rank" if sorting is None else sorting.name,
    )


def _ordered(rows: Rows, sorting: Sorting | None, count: int) -> Rows:
    """The first `count` of the rows, as they are sorted."""
    if sorting is None:
        return rows
    return rows[best_rows(sorting.merit[rows], min(count, len(rows)))]


def _column(index: LatticeIndex, measure: int, rows: Rows) -> GridColumn:
    """What these sets have under one measure."""
    column = index.columns[measure]
    part: Rows | slice = slice(None) if len(rows) == len(index) else rows
    count, declared, mean = column.count[part], column.declared[part], column.mean[part]
    measured = (count > 0) & ~declared
    scores = mean if measured.all() else mean[measured]
    cells, inside = int((count > 0).sum()), _defined(index, index.measures[measure], part)
    return GridColumn(
        cells=cells,
        declared=int(declared.sum()),
        missing=(len(rows) if inside is None else int(inside.sum())) - cells,
        undefined=0 if inside is None else int((~inside).sum()),
        lowest=float(scores.min()) if len(scores) else None,
        highest=float(scores.max()) if len(scores) else None,
    )


def _defined(index: LatticeIndex, measure: Measure, part: Rows | slice) -> Flags | None:
    """Which sets lie in a measure's domain; None where it has none."""
    if measure.domain is None:
        return None
    words, width = index.words[part], index.words.shape[1]
    lower = words_of_masks([_mask(index.universe, measure.domain.lower)], width)
    inside = ((words & lower) == lower).all(axis=1)
    if measure.domain.upper is not None:
        upper = words_of_masks([_mask(index.universe, measure.domain.upper)], width)
        inside &= ((words | upper) == upper).all(axis=1)
    return np.asarray(inside)


def _mask(universe: Universe, names: tuple[str, ...]) -> int:
    return mask_of_positions([universe.position[each] for each in names])


def _means(index: LatticeIndex, measure: int, rows: Rows, starts: Rows) -> tuple[float | None, ...]:
    """The mean score of each band; None where it has none."""
    if len(starts) == 0:
        return ()
    column = index.columns[measure]
    scores = column.mean[rows]
    there = (column.count[rows] > 0) & ~column.declared[rows]
    total = np.add.reduceat(np.where(there, scores, 0.0), starts)
    count = np.add.reduceat(there.astype(np.int64), starts)
    return tuple(
        sum_ / number if number else None
        for sum_, number in zip(total.tolist(), count.tolist(), strict=True)
    )
