"""Weighted sums of cells: the linear quantities theta = sum w_S v(S), and their errors.

`linear` is for a few sums over many cells (values, averages over parts of the lattice), `combined`
for many sums of a few cells each (squares, differences of differences).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lattice.index import MISSING, LatticeIndex, Rows
from lattice.model import Contrast
from lattice.queries import deltas
from lattice.replicates import LEVEL, METHODS, Combinations, Scores, combine
from lattice.replicates import linear as weighted_sums


def linear(index: LatticeIndex, measure: int, rows: Rows, weights: Scores) -> Combinations:
    """Q weighted sums of the cells of C sets under one measure.

    A sum is NaN where a cell with a weight is missing. Declared cells have no error of their own.

    Args:
        rows: shape (C,), each a row of the index or MISSING.
        weights: shape (Q, C); a cell whose weight is 0 takes no part.
    """
    column = index.columns[measure]
    scores, constant = _scores(index, rows, measure)
    return weighted_sums(scores, weights, column.kinds, constant)


def combined(index: LatticeIndex, measure: int, rows: Rows, weights: Scores) -> Combinations:
    """Q weighted sums of C cells each under one measure.

    Args:
        rows: shape (Q, C), each a row of the index or MISSING.
        weights: shape (C,), none of them 0.
    """
    column = index.columns[measure]
    scores, constant = _scores(index, rows, measure)
    found = combine(scores, weights, column.kinds, constant)
    return replace(found, value=combined_values(index, measure, rows, weights))


def combined_values(index: LatticeIndex, measure: int, rows: Rows, weights: Scores) -> Scores:
    """The same sums without their errors, shape (Q,); cells are added in their order."""
    means = np.where(rows == MISSING, np.nan, index.columns[measure].mean[rows])
    return np.asarray((means * weights).sum(axis=-1))


def _scores(
    index: LatticeIndex, rows: Rows, measure: int
) -> tuple[Scores, np.ndarray[tuple[int, ...], np.dtype[np.bool_]] | None]:
    """The scores of the rows by replicate (..., K), and which cells have no error, if any."""
    column = index.columns[measure]
    there = rows != MISSING
    scores = column.by_replicate[rows]
    scores[~there] = np.nan
    constant = deltas.constants(column, rows) & there
    return scores, constant if constant.any() else None


def described(
    index: LatticeIndex,
    measure: int,
    found: Combinations,
    masks: Sequence[Sequence[int]],
) -> tuple[Contrast, ...]:
    """Sums in words.

    Args:
        masks: the sets of each sum, for naming those whose scores are missing or declared.
    """
    half, said = found.half_widths(), found.notes()
    answers = []
    for place, sets in enumerate(masks):
        value, error = float(found.value[place]), float(found.standard_error[place])
        if value != value:
            note = f"no score of {' and '.join(_missing(index, measure, sets))}"
            answers.append(Contrast("unavailable", None, None, None, None, LEVEL, None, 0, note))
            continue
        method = METHODS[found.method[place]]
        notes = [said[place], *_declared(index, measure, sets)]
        answers.append(
            Contrast(
                status="exact",
                value=value,
                standard_error=None if method is None else error,
                low=None if method is None else value - float(half[place]),
                high=None if method is None else value + float(half[place]),
                level=LEVEL,
                method=method,
                replicates=int(found.replicates[place]),
                note="; ".join(each for each in notes if each) or None,
            )
        )
    return tuple(answers)


def _missing(index: LatticeIndex, measure: int, sets: Sequence[int]) -> list[str]:
    count = index.columns[measure].count
    rows = [index.row_of(mask) for mask in sets]
    return [
        index.universe.spell(mask)
        for mask, row in zip(sets, rows, strict=True)
        if row == MISSING or count[row] == 0
    ]


def _declared(index: LatticeIndex, measure: int, sets: Sequence[int]) -> list[str]:
    declared = index.columns[measure].declared
    rows = [(mask, index.row_of(mask)) for mask in sets] if declared.any() else []
    return [
        f"the score of {index.universe.spell(mask)} is declared, not measured"
        for mask, row in rows
        if declared[row]
    ]
