"""A cross-fitted ridge regression of scores on membership, and its means over all sets of a size.

The surface g(S) = sum over j of (x_j - k/m) (b_j + c_j 2/(k + 1)), k = |S|, has a slope for every
unit that changes with the size, and mean 0 over all sets of each size: strata supply the levels.
It is fitted once for each fold without the scores of that fold (ridge: Hoerl and Kennedy,
Technometrics 12(1), 1970), so the residuals of a fold's cells are those of a surface that has not
seen them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lattice.deadlines import stop_if_late
from lattice.values.estimates.strata import items, kinds
from lattice.values.grounds import Flags, Ground, Rows, Scores

FOLDS = 5
MOST_BENT = 64
"""Slopes of more units are the same at every size."""
_SEED = 20_260_501
_RIDGE = 0.3
_AT_ONCE = 1 << 21


@dataclass(frozen=True, eq=False)
class Stored:
    """The n cells with a score, by rank and within a rank in a random order that is always the same.

    Args:
        cells: their places among the ground's cells.
        folds: of the sampled ones, else -1.
    """

    ground: Ground
    cells: Rows
    ranks: Rows
    scores: Scores
    sampled: Flags
    folds: Rows

    @classmethod
    def of(cls, ground: Ground, sampled: Flags) -> Stored:
        """The cells of a ground, some of which are a sample of the missing ones."""
        cells = np.flatnonzero(ground.there)
        mixed = np.random.Generator(np.random.PCG64(_SEED)).permutation(cells)
        ranks = ground.ranks[mixed]
        order = np.argsort(ranks.astype(np.uint16), kind="stable")
        cells, ranks = mixed[order], ranks[order]
        drawn = sampled[cells]
        folds = np.where(drawn, np.cumsum(drawn) % FOLDS, -1)
        return cls(ground, cells, ranks, ground.scores[cells], drawn, folds)

    def membership(self, part: slice | Rows) -> Scores:
        """Which units some of the cells hold, 0 or 1, shape (c, m)."""
        m, cells = self.ground.m, self.cells[part]
        if not self.ground.tabled:
            return self.ground.membership[cells].astype(np.float64)
        octets = cells.astype("<u4").view(np.uint8).reshape(-1, 4)
        return np.unpackbits(octets, axis=1, count=m, bitorder="little").astype(np.float64)

    def of_fold(self, fold: int) -> Iterator[Rows]:
        """The places of a fold's cells (of the certain ones for -1), by rank, some at a time."""
        places = np.flatnonzero(self.folds == fold)
        step = max(1, _AT_ONCE // max(1, self.ground.m))
        for start in range(0, len(places), step):
            stop_if_late("fitting the scores of the stored sets")
            yield places[start : start + step]


@dataclass(frozen=True, eq=False)
class Surface:
    """The surfaces of all folds.

    Args:
        slopes: b and c of every fold, shape (FOLDS, P, m); P is 1 without c.
    """

    slopes: Scores

    def at(self, ranks: Rows) -> Scores:
        """The slopes of the units at some sizes, shape (FOLDS, sizes, m)."""
        return np.asarray(np.einsum("fpm,pr->frm", self.slopes, _bends(ranks, len(self.slopes[0]))))

    def means(self, ranks: Rows, order: int) -> Scores:
        """The mean over all sets of a size and of each kind, (2^order, FOLDS, sizes, Q).

        Kinds and items are as in `RankedSums`; where there are no such sets it is any number.
        """
        slopes = self.at(ranks)
        m, share = slopes.shape[-1], ranks[:, None] / slopes.shape[-1]
        whole = slopes.sum(axis=-1, keepdims=True)
        own = [slopes[..., units] for units in items(m, order)]
        found = np.empty((1 << order, *slopes.shape[:2], own[0].shape[-1]))
        for place, had in enumerate(kinds(order)):
            rest = (ranks[:, None] - sum(had)) / max(1, m - order)  # that hold another unit
            found[place] = (rest - share) * whole
            for has, each in zip(had, own, strict=True):
                found[place] += (has - rest) * each
        return found


def fitted(stored: Stored) -> Surface:
    """The surface without each fold in turn."""
    m = stored.ground.m
    groups = m + 1 if m <= MOST_BENT else 1
    gram, moment = np.zeros((FOLDS + 1, groups, m, m)), np.zeros((FOLDS + 1, groups, m))
    count, total = np.zeros((2, FOLDS + 1, m + 1))
    sums = np.zeros((FOLDS + 1, m + 1, m))
    for fold in range(FOLDS + 1):
        for places in stored.of_fold(fold - 1):
            ranks, scores = stored.ranks[places], stored.scores[places]
            centered = stored.membership(places)
            centered -= (ranks / m)[:, None]
            sizes, starts = np.unique(ranks, return_index=True)
            count[fold] += np.bincount(ranks, minlength=m + 1)
            total[fold] += np.bincount(ranks, scores, m + 1)
            sums[fold, sizes] += np.add.reduceat(centered, starts, axis=0)
            ends = [*starts[1:].tolist(), len(places)] if groups > 1 else [len(places)]
            for size, start, end in zip(sizes.tolist(), starts.tolist(), ends, strict=False):
                part, group = centered[start:end], size if groups > 1 else 0
                gram[fold, group] += part.T @ part
                moment[fold, group] += scores[start:end] @ part
    gram, moment, sums, count, total = (
        each.sum(axis=0) - each[1:] for each in (gram, moment, sums, count, total)
    )
    bends = _bends(np.arange(m + 1), 2 if groups > 1 else 1)
    level = total / np.maximum(count, 1)  # of every size without the fold
    leveled = np.einsum("fkm,fk,pk->fpm", sums, level, bends)
    of_groups = bends[:, :groups]
    width = len(bends) * m
    found = np.einsum("fkij,pk,qk->fpiqj", gram, of_groups, of_groups, optimize=True)
    targets = np.einsum("fkm,pk->fpm", moment, of_groups) - leveled
    system = found.reshape(FOLDS, width, width) + _RIDGE * np.eye(width)
    slopes = np.linalg.solve(system, targets.reshape(FOLDS, width, 1))
    return Surface(slopes.reshape(FOLDS, len(bends), m))


def _bends(ranks: Rows, count: int) -> Scores:
    """By what the slopes are multiplied at some sizes, shape (count, sizes)."""
    return np.stack([np.ones(len(ranks)), 2 / (ranks + 1)])[:count]
