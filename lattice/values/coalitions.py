"""The smallest coalition whose leaving pushes the score beyond a line, for the worse.

It is the smallest number of units whose complement scores worse than the line, exact over the cells
that are there; where cells are missing, the smallest known one and a lower limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import numpy as np

from lattice.index import MISSING
from lattice.model import Optimism, SmallestCoalition, Status
from lattice.queries.admissible import countable
from lattice.queries.crossfit import cross_fit, shared_blocks, too_few_blocks
from lattice.values.choosing import resamples
from lattice.values.grounds import Ground, Scores

MOST_MISSING = 20


def smallest(ground: Ground, names: Sequence[str], line: float) -> SmallestCoalition:
    """The fewest units of a ground whose leaving puts the score on the worse side of a line."""
    good, m = ground.sign * ground.scores, ground.m
    cell = _chosen(good, ground.ranks, ground.sign * line)
    size = None if cell is None else m - int(ground.ranks[cell])
    lacking = [
        count - there
        for count, there in zip(_sets_by_size(m), reversed(ground.scored_by_rank), strict=True)
    ]
    smaller = lacking[: m + 1 if size is None else size]
    at_least = next((each for each, count in enumerate(smaller) if count), size)
    status: Status = "exact" if at_least == size else "bounded"
    mask = None if cell is None else ground.mask(cell)
    row = MISSING if mask is None else ground.index.row_of(mask)
    alike = None
    if cell is not None:
        alike = int((good[ground.ranks == ground.ranks[cell]] < ground.sign * line).sum())
    weights = np.zeros(m + 1)
    weights[m + 1 - len(smaller) :] = np.arange(1, len(smaller) + 1)  # smaller coalitions first
    universe = ground.index.universe
    return SmallestCoalition(
        line=line,
        status=status,
        size=size,
        at_least=at_least,
        units=None
        if mask is None
        else tuple(name for name, unit in zip(names, ground.units, strict=True) if not unit & mask),
        without=None if mask is None else universe.training_set(mask),
        cell=None if row == MISSING else ground.column.cell(row),
        ties=alike,
        missing=tuple(
            universe.training_set(each) for each, _ in islice(ground.missing(weights), MOST_MISSING)
        ),
        missing_total=countable(sum(smaller)),
        optimism=_optimism(ground, line),
    )


def _sets_by_size(m: int) -> list[int]:
    """How many coalitions there are of each size from 0 to m."""
    found, count = [], 1
    for size in range(m + 1):
        found.append(count)
        count = count * (m - size) // (size + 1)
    return found


def _chosen(
    good: Scores, ranks: np.ndarray[tuple[int], np.dtype[np.int64]], line: float
) -> int | None:
    """The worst of the largest sets below the line, None where there is none."""
    below = np.flatnonzero(good < line)
    if not len(below):
        return None
    largest = below[ranks[below] == ranks[below].max()]
    return int(largest[np.argmin(good[largest])])


def _optimism(ground: Ground, line: float) -> Optimism:
    """How much less the chosen set is beyond the line where other blocks score it."""
    cells = np.flatnonzero(ground.there & (ground.rows != MISSING))
    rows, ranks = ground.rows[cells], ground.ranks[cells]
    used = np.zeros(len(ground.index), dtype=np.bool_)
    used[rows] = True
    blocks = shared_blocks(ground.column, used)[rows]
    sign = ground.sign

    def choose(scores: Scores) -> int | None:
        return _chosen(sign * scores, ranks, sign * line)

    chosen = choose(ground.scores[cells])
    if chosen is None:
        return too_few_blocks(blocks.shape[1], None)
    apparent = float(ground.scores[cells][chosen])
    found = cross_fit(blocks, chosen, choose, resamples(blocks.size))
    if found is None:
        return too_few_blocks(blocks.shape[1], apparent)
    held_out = [float(scores[each]) for each, scores in found.halves if each is not None]
    return Optimism(
        blocks=found.blocks,
        apparent=apparent,
        cross_fitted=float(np.mean(held_out)) if held_out else None,
        resamples=found.resamples,
        same=found.same,
        note=None if len(held_out) == 2 else "not every half of the blocks finds a coalition",
    )
