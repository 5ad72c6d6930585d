"""Means over groups of cells, with their errors by the kind of the replicates."""

from __future__ import annotations

import numpy as np

from lattice.index import MISSING
from lattice.replicates import PAIRED
from lattice.values.grounds import Ground, Rows, Scores


def by_block(
    ground: Ground,
    cells: Rows,
    group: Rows,
    count: Rows,
) -> Scores | None:
    """The mean of every group by shared block, (K, G); None where not all cells are in all blocks."""
    kinds = ground.column.kinds
    if len(kinds) < 2 or any(each not in PAIRED for each in kinds):
        return None
    by_replicate = ground.by_replicate()[cells]
    constant = ground.conventional[cells]
    by_replicate[constant] = ground.scores[cells][constant][:, None]
    if np.isnan(by_replicate).any():
        return None
    return np.stack([np.bincount(group, each) / count for each in by_replicate.T])


def errors_of(
    ground: Ground,
    cells: Rows,
    group: Rows,
    count: Rows,
    blocks: Scores | None,
) -> Scores | None:
    """The standard error of every group's mean; None where it is unknown."""
    if blocks is not None:
        return np.asarray(blocks.std(axis=0, ddof=1) / np.sqrt(len(blocks)))
    if any(each != "independent" for each in ground.column.kinds) or len(ground.column.kinds) < 2:
        return None
    rows = ground.rows[cells]
    error = np.where(ground.conventional[cells], 0.0, np.nan)
    measured = (rows != MISSING) & ~ground.conventional[cells]
    error[measured] = ground.column.standard_error[rows[measured]]
    error[measured & (ground.column.count[rows] < 2)] = np.nan
    return np.asarray(np.sqrt(np.bincount(group, error**2)) / count)
