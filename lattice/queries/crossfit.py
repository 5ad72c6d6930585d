"""Optimism: what the best of noisy scores is worth on scores that did not choose it.

Whatever is chosen because its scores look best looks better than it is. Where every set was
evaluated in the same blocks (replicates of a shared or nested kind), one half of the blocks can
choose and the other half score, and then the other way round; the mean of the two is not
optimistic. Block resamples say how often the choice would have been the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from lattice.deadlines import out_of_time
from lattice.index import ScoreColumn
from lattice.model import Optimism
from lattice.replicates import PAIRED, Scores

Choice = TypeVar("Choice")
FEWEST_BLOCKS = 4
RESAMPLES = 100
OPTIMISTIC = "chosen on the same scores: optimistic"
_SEED = 20_260_401


@dataclass(frozen=True, eq=False)
class CrossFit(Generic[Choice]):
    """What halves and resamples of the blocks choose.

    `halves` has (choice of one half, mean scores (N,) on the other half) for both halves; a
    choice is None where a half finds none. `same` of `resamples` resamples made the same choice.
    """

    blocks: int
    halves: tuple[tuple[Choice | None, Scores], tuple[Choice | None, Scores]]
    resamples: int
    same: int


def shared_blocks(column: ScoreColumn, used: NDArray[np.bool_] | None = None) -> Scores:
    """The replicates in which all the used sets were evaluated, shape (N, K); K may be 0.

    Only shared and nested replicates are blocks. A declared score has no noise: it is the same
    in every block. Sets without a score stay missing (NaN).

    Args:
        used: the sets (N,) that may be chosen; all that have a score where it is left out.
    """
    pairable = np.array([kind in PAIRED for kind in column.kinds], dtype=np.bool_)
    if not pairable.any():
        return np.empty((len(column.mean), 0))
    scored = column.count > 0
    used = scored if used is None else used & scored
    measured = used & ~column.declared
    complete = ~np.isnan(column.by_replicate[measured]).any(axis=0) & bool(measured.any())
    blocks = column.by_replicate[:, pairable & complete].copy()
    blocks[column.declared] = column.mean[column.declared, None]
    return blocks


def cross_fit(
    blocks: Scores,
    chosen: Choice,
    choose: Callable[[Scores], Choice | None],
    resamples: int = RESAMPLES,
) -> CrossFit[Choice] | None:
    """Choose on halves and on resamples of the blocks; None where there are fewer than four.

    The halves are every other block. Resamples draw as many blocks as there are, with
    replacement, from a fixed seed; a deadline may stop them early (`resamples` says after how
    many), never the halves.

    Args:
        blocks: scores (N, K), each column one block; a row that lacks any is missing.
        chosen: what all blocks together choose.
        choose: from scores (N,), NaN where missing, to a choice.
    """
    count = blocks.shape[1]
    if count < FEWEST_BLOCKS:
        return None
    even, odd = blocks[:, ::2].mean(axis=1), blocks[:, 1::2].mean(axis=1)
    halves = (choose(even), odd), (choose(odd), even)
    generator = np.random.Generator(np.random.PCG64(_SEED))
    done = same = 0
    while done < resamples and not out_of_time():
        drawn = np.bincount(generator.integers(0, count, count), minlength=count)
        same += choose(blocks @ (drawn / count)) == chosen
        done += 1
    return CrossFit(count, halves, done, same)


def crossfit_choice(
    by_replicate: Scores, choose: Callable[[Scores], int], resamples: int = RESAMPLES
) -> Optimism:
    """How optimistic the score of a chosen row is: a best set, the k-th of a ranking, a delta.

    Args:
        by_replicate: scores (N, K), each column one block, NaN where a row has no score at all
            (see `shared_blocks`). For deltas: one row per move.
        choose: from mean scores (N,) to the chosen row.
    """
    means = by_replicate.mean(axis=1) if by_replicate.shape[1] else np.empty(0)
    if not len(means):
        return too_few_blocks(0, None)
    row = choose(means)
    found = cross_fit(by_replicate, row, choose, resamples)
    if found is None:
        return too_few_blocks(by_replicate.shape[1], float(means[row]))
    held_out = [scores[each] for each, scores in found.halves if each is not None]
    return Optimism(
        blocks=found.blocks,
        apparent=float(means[row]),
        cross_fitted=float(np.mean(held_out)),
        resamples=found.resamples,
        same=found.same,
        note=None,
    )


def too_few_blocks(blocks: int, apparent: float | None) -> Optimism:
    """What can be said without four shared blocks: that it is optimistic."""
    return Optimism(blocks, apparent, None, 0, None, OPTIMISTIC)
