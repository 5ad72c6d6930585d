"""What the noise of replicates adds to the error of an estimate, where expected scores are meant.

The sum over all cells of a table has its own error, of its replicates (`lattice.replicates`); it
comes on top of that of the hidden cells. Where all cells have the same shared blocks, it is the
spread of the estimates of the single blocks (which has some of the sampling in it, so it is a
little large); where replicates are independent, the sum of w^2 se^2, hidden cells being as noisy as the
sampled ones of their stratum; otherwise the outer limit, the sum of |w| se.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from lattice.replicates import PAIRED
from lattice.values.estimates.surface import Stored
from lattice.values.grounds import Ground, Scores

LIMIT_NOTE = "the error of the seeds is an upper limit"
UNKNOWN_NOTE = "one replicate: the error of the seeds is unknown"


@dataclass(frozen=True, eq=False)
class Seeds:
    """What is known of the noise of a ground's cells, as columns of every cell.

    Args:
        noise: shape (C, b): by how much each block's score is off the mean, the squared standard
            error, or the standard error.
        degrees: of freedom of its error.
    """

    way: Literal["none", "blocks", "independent", "limit"]
    noise: Scores
    degrees: float

    @property
    def columns(self) -> int:
        """How many columns `fill` fills: of all stored cells, then of the sampled ones."""
        return 2 * self.kept

    @property
    def kept(self) -> int:
        """How many numbers are added up for every sum."""
        return int(self.noise.shape[1])

    def fill(self, into: Scores, stored: Stored, part: slice) -> None:
        """The columns of some cells, shape (columns, c)."""
        if self.kept:
            into[: self.kept] = self.noise[stored.cells[part]].T
            into[self.kept :] = into[: self.kept] * stored.sampled[part]

    def add(
        self, sums: Scores, totals: Scores, weights: Scores, heavy: Scores, drawn: Scores
    ) -> None:
        """Add the noise of some bands to the sums (b, Q).

        Args:
            totals: the columns by band and kind, shape (B, 2^order, 2b, Q).
            weights: of one set, shape (B, 2^order, 1).
            heavy: of all hidden cells, shape (B, 2^order, Q).
            drawn: how many cells are sampled, at least 1, shape (B, 2^order, Q).
        """
        if self.way == "none":
            return
        weights, heavy = weights[:, :, None], heavy[:, :, None]
        known, sampled = totals[:, :, : self.kept], totals[:, :, self.kept :] / drawn[:, :, None]
        if self.way == "limit":
            weights, heavy = np.abs(weights), np.abs(heavy)
        part = weights * known + heavy * sampled
        if self.way == "independent":
            part *= weights
        sums += part.sum(axis=(0, 1))

    def settled(self, sums: Scores) -> tuple[Scores, Scores]:
        """Errors and degrees of freedom from the sums (b, Q)."""
        many = sums.shape[1]
        degrees = np.full(many, self.degrees)
        if self.way == "blocks":
            return sums.std(axis=0, ddof=1) / np.sqrt(len(sums)), degrees
        if self.way == "independent":
            return np.sqrt(sums[0]), degrees
        return (sums[0] if self.way == "limit" else np.full(many, np.nan)), degrees


NONE = Seeds("none", np.empty((0, 0)), np.nan)


def seeds(ground: Ground) -> tuple[Seeds, str | None]:
    """What the replicates of the cells that are there tell, and what has to be said of it."""
    column = ground.column
    noisy = ground.there & ~ground.conventional
    if len(column.kinds) == 1 or not noisy.any():
        return NONE, UNKNOWN_NOTE if noisy.any() else None
    rows = ground.rows[noisy]
    count = column.count[rows]
    if count.min() < 2:
        return NONE, "some cells have one replicate: the error of the seeds is unknown"
    by_replicate = ground.by_replicate()
    degrees = float(count.min() - 1)
    if all(kind in PAIRED for kind in column.kinds) and not np.isnan(by_replicate[noisy]).any():
        apart = by_replicate - ground.scores[:, None]
        return Seeds("blocks", np.where(noisy[:, None], apart, 0.0), degrees), None
    error = np.zeros((len(noisy), 1))
    error[noisy, 0] = column.standard_error[rows]
    if all(kind == "independent" for kind in column.kinds):
        return Seeds("independent", error**2, degrees), None
    return Seeds("limit", error, degrees), LIMIT_NOTE
