"""The best of noisy scores, and how far its lead may be noise: what strikes and budgets share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lattice.index import MISSING, LatticeIndex, Rows
from lattice.model import Contrast, Optimism
from lattice.queries.crossfit import FEWEST_BLOCKS, RESAMPLES, crossfit_choice, too_few_blocks
from lattice.queries.linear import combined, described
from lattice.values import answers
from lattice.values.grounds import Scores

_MOST_RESAMPLED = 1 << 24
_NAMED = 4


def resamples(size: int) -> int:
    """How many resamples of so many scores are worth their time."""
    return min(RESAMPLES, _MOST_RESAMPLED // max(1, size))


def best_row(good: Scores, rows: Rows) -> tuple[int | None, int]:
    """The first of the rows whose score is best, and how many score so; None without a score."""
    among = good[rows]
    if not len(among) or np.isnan(among).all():
        return None, 0
    place = int(np.nanargmax(among))
    return int(rows[place]), int((among == among[place]).sum())


def optimism(blocks: Scores, rows: Rows, sign: float, *, against: int | None = None) -> Optimism:
    """How optimistic the best of the rows is, by shared blocks.

    Args:
        blocks: scores (N, K) in the K blocks that all have, as `shared_blocks` gives them.
        sign: 1 where a higher score is better, else -1.
        against: a row; then it is about the score of this row minus that of the best.
    """
    if blocks.shape[1] < FEWEST_BLOCKS or not len(rows):
        apparent = None
        return too_few_blocks(blocks.shape[1], apparent)
    chosen = blocks[rows]
    if against is not None:
        chosen, sign = blocks[against] - chosen, -sign

    def choose(scores: Scores) -> int:
        return int(np.nanargmax(sign * scores))

    return crossfit_choice(chosen, choose, resamples(chosen.size))


def apart(
    index: LatticeIndex, measure: int, masks: Sequence[int], weights: Sequence[float]
) -> Contrast:
    """One weighted sum of the scores of a few different sets, with its error."""
    rows = np.array([[index.row_of(mask) for mask in masks]], dtype=np.int64)
    found = combined(index, measure, rows, np.array(weights, dtype=np.float64))
    if np.isnan(found.value[0]):
        count = index.columns[measure].count
        lacking = [
            mask
            for mask, row in zip(masks, rows[0].tolist(), strict=True)
            if row == MISSING or count[row] == 0
        ]
        names = ", ".join(index.universe.spell(mask) for mask in lacking[:_NAMED])
        more = len(lacking) - _NAMED
        return answers.contrast(
            found, f"no score of {names}{f' and {more:,} more' if more > 0 else ''}"
        )
    (said,) = described(index, measure, found, [masks])
    return said
