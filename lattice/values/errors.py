"""Standard errors of sums over many cells, by the kind of their replicates.

The formulas are those of `lattice.replicates`; here they are folded over a table instead of being
summed cell by cell. Where cells share some blocks only and there are too many pairs of them to
look at, the outer limit SE <= sum |w_S| se_S is given, which always holds.
"""

from __future__ import annotations

import numpy as np

from lattice.replicates import METHODS, PAIRED, Combinations, linear, paired
from lattice.values.grounds import Flags, Ground, Scores
from lattice.values.ranked import RankedSums

_MOST_WEIGHTS = 1 << 22


def combinations(ground: Ground, sums: RankedSums) -> Combinations:
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


def are_there(ground: Ground, sums: RankedSums) -> bool:
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
    ground: Ground, sums: RankedSums, value: Scores, noisy: Flags, independent: bool
) -> Combinations:
    """Errors of cells that are all independent; otherwise the outer limit."""
    rows = ground.rows
    count = np.where(noisy, ground.column.count[rows], 0).astype(np.int64)
    fewest, most = int(count[noisy].min()), int(count.max())
    size = np.ones(len(value), dtype=np.int64)
    shared = np.zeros(len(value), dtype=np.int64)
    if fewest < 2:
        found = _without_errors(value)
        return Combinations(
            found.value,
            found.standard_error,
            found.degrees_of_freedom,
            found.method,
            size * fewest,
            size * most,
            shared,
        )
    error = np.where(noisy, ground.column.standard_error[rows], 0.0)
    if independent:
        variance = sums.over(ground, error**2, np.square)
        below = sums.over(
            ground, error**4 / np.maximum(count - 1, 1), lambda weights: np.square(weights) ** 2
        )
        degrees = np.where(below > 0, variance**2 / np.where(below > 0, below, 1.0), fewest - 1.0)
        errors, method = np.sqrt(variance), METHODS.index("independent")
    else:
        errors, method = sums.over(ground, error, np.abs), METHODS.index("limit")
        degrees = np.full(len(value), fewest - 1.0)
    methods = np.full(len(value), method, dtype=np.int8)
    return Combinations(value, errors, degrees, methods, size * fewest, size * most, shared)
