"""What answers about many sets are made of: cells, names, corners, the order and the page."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TypeVar, get_args

import numpy as np
from numpy.typing import NDArray

from lattice.index import MISSING, LatticeIndex, Rows
from lattice.model import Cell, Corner, SetDetail, SetField
from lattice.subsets import positions_of_mask

T = TypeVar("T")
Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]

CONVENTION = float(np.finfo(np.float64).min)
"""The merit of a declared score: it comes after every measured one, before those that miss."""


def cells_at(index: LatticeIndex, rows: Rows, measure: int) -> tuple[Cell | None, ...]:
    """The cells of many rows under one measure."""
    column = index.columns[measure]
    if not column.are_plain(rows):
        return tuple(column.cell(row) for row in rows.tolist())
    return tuple(
        None if mean != mean else Cell(mean, None, 1, "measured")
        for mean in column.mean[rows].tolist()
    )


def corner(index: LatticeIndex, mask: int, measures: tuple[int, ...]) -> Corner:
    """A set, stored or not, with its cells."""
    row = index.row_of(mask)
    stored = row != MISSING
    cells = index.cells(row, measures) if stored else (None,) * len(measures)
    return Corner(index.universe.training_set(mask), stored, cells)


def names_at(index: LatticeIndex, mask: int) -> tuple[str, ...]:
    """The names of a mask's objects."""
    if mask & (mask - 1) == 0:  # one or none: what most changes are
        return (index.universe.names[mask.bit_length() - 1],) if mask else ()
    return tuple(index.universe.names[each] for each in positions_of_mask(mask))


def declared_last(merit: Numbers, declared: Flags) -> Numbers:
    """These merits, and `CONVENTION` where a declared score has a part in one."""
    if not declared.any():
        return merit
    return np.where(declared & ~np.isnan(merit), CONVENTION, merit)


def best_first(index: LatticeIndex, rows: Rows, measure: int | None) -> Rows:
    """The places of the rows from the best score to the worst, those without one last.

    Declared scores follow all measured ones. Equally good ones stay in the order in which they came; without a measure all do.
    """
    if measure is None:
        return np.arange(len(rows))
    merit = declared_last(index.goodness(measure)[rows], index.columns[measure].declared[rows])
    return np.argsort(-merit, kind="stable")


def transposed(columns: Sequence[Sequence[T]], rows: int) -> list[tuple[T, ...]]:
    """Entries of several columns row by row; of no columns as many empty rows."""
    return list(zip(*columns, strict=True)) if columns else [()] * rows


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


def next_page(start: int, limit: int, total: int) -> str | None:
    """Where the next page starts, if there is one."""
    return str(start + limit) if start + limit < total else None
