"""Standard errors of sums over many cells, by the kind of their replicates.

The formulas are those of `lattice.replicates`; here they are folded over a table instead of being
summed cell by cell. Where cells share some blocks only and there are too many pairs of them to
look at, the outer limit SE <= sum |w_S| se_S is given, which always holds.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lattice.replicates import METHODS, PAIRED, Combinations, linear, paired
from lattice.values.grounds import Flags, Ground, Scores
from lattice.values.ranked import CellSums, occurring

_MOST_WEIGHTS = 1 << 22


def combinations(ground: Ground, sums: CellSums) -> Combinations:
    """The sums of a ground whose cells with a weight are all there, with their errors; (Q,)."""
    weighted = (sums.by_rank() > 0)[ground.ranks]
    value = sums.over(ground, np.where(weighted, ground.scores, 0.0))
    noisy = weighted & ~ground.conventional
    by_replicate = ground.by_replicate()
    kinds = ground.column.kinds
    blocks = by_replicate.shape[1]
    if blocks == 1 or not noisy.any():
        return _without_errors(value)
    lacking = np.isnan(by_replicate[noisy])
    if not lacking.any() and all(kind in PAIRED for kind in kinds):
        moving = np.where(noisy[:, None], by_replicate, 0.0)
        return paired(value, sums.over(ground, np.ascontiguousarray(moving.T)).T)
    if len(value) * len(weighted) <= _MOST_WEIGHTS:
        weights = np.stack([sums.of_cells(ground, each) for each in range(len(value))])
        used = np.flatnonzero(weighted)
        constant = ground.conventional[used]
        return linear(
            by_replicate[used], weights[:, used], kinds, constant if constant.any() else None
        )
    return _folded(ground, sums, value, noisy, all(kind == "independent" for kind in kinds))


def are_there(ground: Ground, sums: CellSums) -> bool:
    """Whether every cell with a weight has a score."""
    return all(
        there == possible or weight == 0
        for there, possible, weight in zip(
            ground.scored_by_rank, sums.sets_by_rank, sums.by_rank().tolist(), strict=True
        )
    )


def unknown(count: int) -> Combinations:
    """Sums that cells are missing for."""
    nothing, none = np.full(count, np.nan), np.zeros(count, dtype=np.int64)
    return Combinations(nothing, nothing, nothing, none.astype(np.int8), none, none, none)


def _without_errors(value: Scores) -> Combinations:
    """Sums of cells with a single replicate each: their error is unknown."""
    unknown = np.full(len(value), np.nan)
    one, none = np.ones(len(value), dtype=np.int64), np.zeros(len(value), dtype=np.int64)
    return Combinations(value, unknown, unknown, none.astype(np.int8), one, one, none)


def _folded(
    ground: Ground, sums: CellSums, value: Scores, noisy: Flags, independent: bool
) -> Combinations:
    """Errors of cells that are all independent; otherwise the outer limit."""
    count = np.where(noisy, ground.column.count[ground.rows], 0).astype(np.int64)
    fewest, most = _ends(ground, sums, count, len(value))
    error = np.where(count >= 2, ground.column.standard_error[ground.rows], 0.0)
    shared = np.zeros(len(value), dtype=np.int64)
    degrees = fewest - 1.0
    if independent:
        variance = sums.over(ground, error**2, np.square)
        below = sums.over(
            ground, error**4 / np.maximum(count - 1, 1), lambda weights: np.square(weights) ** 2
        )
        degrees = np.where(below > 0, variance**2 / np.where(below > 0, below, 1.0), degrees)
        errors, method = np.sqrt(variance), METHODS.index("independent")
    else:
        errors, method = sums.over(ground, error, np.abs), METHODS.index("limit")
        shared += sum(kind in PAIRED for kind in ground.column.kinds)
    known = fewest >= 2
    return Combinations(
        value,
        np.where(known, errors, np.nan),
        np.where(known, degrees, np.nan),
        np.where(known, method, 0).astype(np.int8),
        fewest,
        most,
        shared,
    )


def _ends(
    ground: Ground, sums: CellSums, count: NDArray[np.int64], items: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The fewest and the most replicates of the cells of each sum, those with none left out."""
    fewest, most = np.zeros((2, items), dtype=np.int64)
    for each in np.unique(count[count > 0])[::-1].tolist():
        used = sums.over(ground, (count == each).astype(np.float64), occurring) > 0.5
        fewest[used] = each
        most[used & (most == 0)] = each
    return fewest, most
