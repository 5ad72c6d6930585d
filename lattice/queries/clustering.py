"""Columns of the grid in an order in which those that score the sets alike are neighbors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lattice.index import LatticeIndex

MOST_SETS = 16_384
MOST_MEASURES = 300
FEWEST_SHARED = 3
Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]


def clustered(
    index: LatticeIndex, measures: tuple[int, ...], rows: Rows
) -> tuple[tuple[int, ...], str]:
    """The measures by average linkage over 1 - r, leaves in the optimal order.

    r is the correlation of two columns' goodness over the sets that have both scores, so that a
    loss and an accuracy that agree are alike (Bar-Joseph, Gifford and Jaakkola 2001 for the order
    of leaves). Declared scores take no part; a missing one is never a number. Above 16,384 sets an
    even sample of them is taken.

    Returns:
        the measures in their new order, and what was done, for people.
    """
    if len(measures) < 3:
        return measures, "columns are as given: there are fewer than three to be clustered"
    if len(measures) > MOST_MEASURES:
        return measures, (
            f"columns are as given: {len(measures):,} are too many to be clustered,"
            f" {MOST_MEASURES:,} are the most"
        )
    used = rows[np.unique(np.linspace(0, len(rows) - 1, min(len(rows), MOST_SETS)).astype(int))]
    similar = correlations(_goodness(index, measures, used))
    pairs = np.triu_indices(len(measures), 1)
    unknown = np.isnan(similar[pairs])
    if unknown.all():
        return measures, (
            "columns are as given: no two share three sets with scores that differ, by which they"
            " could be clustered"
        )
    order = _leaves(np.where(unknown, 1.0, 1.0 - similar[pairs]))
    if order.index(0) > len(order) // 2:  # the first given column stays on the left half
        order.reverse()
    said = (
        f"columns are clustered by how alike they rank {len(used):,} training sets (correlation"
        " over the sets that two columns share; average linkage)"
    )
    if len(used) < len(rows):
        said += f", an even sample of {len(rows):,}"
    if unknown.any():
        said += f"; {int(unknown.sum()):,} pairs share too few to be told and count as unrelated"
    return tuple(measures[each] for each in order), said


def correlations(scores: Numbers) -> Numbers:
    """Pearson correlations of the columns of (N, M), each over the rows that two of them share.

    NaN where they share fewer than three rows, or where one does not vary over these.
    """
    known = ~np.isnan(scores)
    with np.errstate(invalid="ignore", divide="ignore"):
        center = np.where(known, scores, 0.0).sum(axis=0) / known.sum(axis=0)
        filled = np.where(known, scores - center, 0.0)
        flags = known.astype(np.float64)
        shared, sums = flags.T @ flags, filled.T @ flags
        squares = (filled**2).T @ flags
        variance = squares - sums**2 / shared
        covariance = filled.T @ filled - sums * sums.T / shared
        found = covariance / np.sqrt(variance * variance.T)
    varies = variance > 1e-12 * np.maximum(squares, np.finfo(float).tiny)
    fits = (shared >= FEWEST_SHARED) & varies & varies.T
    return np.where(fits, np.clip(found, -1.0, 1.0), np.nan)


def _goodness(index: LatticeIndex, measures: tuple[int, ...], rows: Rows) -> Numbers:
    """Measured scores (N, M), more is better; NaN where there is none."""
    columns = [
        np.where(index.columns[each].declared[rows], np.nan, index.goodness(each)[rows])
        for each in measures
    ]
    return np.stack(columns, axis=1)


def _leaves(distances: Numbers) -> list[int]:
    from scipy.cluster.hierarchy import leaves_list, linkage  # slow to import

    return [int(each) for each in leaves_list(linkage(distances, "average", optimal_ordering=True))]
