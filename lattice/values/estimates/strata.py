"""Strata: sets of one kind and of one size, or of a few sizes that were drawn alike.

A kind says which of an item's units a set has, in the order of `RankedSums`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import comb

import numpy as np
from numpy.typing import NDArray

from lattice.values.grounds import Scores
from lattice.values.ranked import RankedSums

_FEWEST_IN_BAND = 24
_COUNTED = 1 << 53
Counts = NDArray[np.int64]


def kinds(order: int) -> list[tuple[int, ...]]:
    """Whether a set has each unit of an item, for every kind."""
    return list(product((0, 1), repeat=order))


def items(m: int, order: int) -> tuple[NDArray[np.int64], ...]:
    """The first (and the second) unit of every item."""
    return (np.arange(m),) if order == 1 else np.triu_indices(m, 1)


def by_kind(columns: Scores, membership: Scores, order: int) -> Scores:
    """The sums of columns (c, n) over the cells of every kind and item, (2^order, c, Q).

    Args:
        membership: shape (n, m).
    """
    having, total = columns @ membership, columns.sum(axis=1)[:, None]
    if order == 1:
        return np.stack([total - having, having])
    m = membership.shape[1]
    one, other = np.triu_indices(m, 1)
    both = np.empty((len(columns), len(one)))
    for place, column in enumerate(columns):
        both[place] = (membership.T @ (column[:, None] * membership))[one, other]
    first, second = having[:, one] - both, having[:, other] - both
    return np.stack([total - first - second - both, second, first, both])


@dataclass(frozen=True, eq=False)
class Bands:
    """B bands of sizes, each a stratum of every kind and item; mostly of one size alone.

    Args:
        sizes: of every band.
        shares: the share of each of its sizes among its sets, by kind, (2^order, sizes) each.
        sets: how many sets there are of every kind, (B, 2^order); inf beyond any float.
        weights: of one set, (B, 2^order).
        masses: of all of them together, (B, 2^order).
    """

    sizes: Sequence[range]
    shares: Sequence[Scores]
    sets: Scores
    weights: Scores
    masses: Scores

    def __getitem__(self, part: slice) -> Bands:
        return Bands(
            self.sizes[part],
            self.shares[part],
            self.sets[part],
            self.weights[part],
            self.masses[part],
        )

    def hidden(self, stored: Scores) -> tuple[Scores, Scores]:
        """How many sets of every kind and item have no score, and their weight together.

        Args:
            stored: how many have one, shape (B, 2^order, Q).
        """
        sets, weights, masses = (each[..., None] for each in (self.sets, self.weights, self.masses))
        left = np.maximum(sets - stored, 0.0)
        with np.errstate(invalid="ignore"):
            heavy = np.where(sets < _COUNTED, weights * left, masses - weights * stored)
        return left, np.where((left > 0) & (weights != 0), heavy, 0.0)


def bands(sums: RankedSums, sampled: Counts, *, even: bool, one: bool = False) -> Bands:
    """The sizes with a weight as strata; those of few sampled cells together where that is honest.

    Every set is equally likely where objects are in or out with probability 1/2, so where all
    sets of a kind weigh the same too, a sample of several sizes is one of them together.

    Args:
        sampled: how many cells of every size are sampled, shape (m + 1,).
        even: whether every set was equally likely, whatever its size.
        one: take all sizes together.
    """
    m, order = sums.m, sums.order
    weights = sums.weights.reshape(-1, m + 1)
    masses = sums.masses.reshape(-1, m + 1)
    used = np.flatnonzero(weights.any(axis=0)).tolist()
    sizes = [range(rank, rank + 1) for rank in used]
    if one:
        sizes = [range(used[0], used[-1] + 1)]
    elif even and are_flat(sums):
        sizes = _together(used, sampled, _FEWEST_IN_BAND << order)
    counts = [[_sets(m, order, sum(had), each) for had in kinds(order)] for each in sizes]
    heaviest = [np.abs(weights[:, each.start : each.stop]).argmax(axis=1) for each in sizes]
    kind = np.arange(len(weights))
    return Bands(
        sizes,
        [
            np.array([[each / max(1, sum(row)) for each in row] for row in of_band])
            for of_band in counts
        ],
        np.array([[_as_float(sum(row)) for row in of_band] for of_band in counts]),
        np.stack(
            [weights[kind, each.start + top] for each, top in zip(sizes, heaviest, strict=True)]
        ),
        np.stack([masses[:, each.start : each.stop].sum(axis=1) for each in sizes]),
    )


def _sets(m: int, order: int, had: int, sizes: range) -> list[int]:
    """How many sets of m units there are of each size that have so many units of an item."""
    return [comb(m - order, size - had) if size >= had else 0 for size in sizes]


def _together(used: list[int], sampled: Counts, fewest: int) -> list[range]:
    """Sizes that follow one another, with so many sampled cells in each run of them."""
    starts, count = [used[0]], 0
    for rank in used:
        if count >= fewest:
            starts.append(rank)
            count = 0
        count += int(sampled[rank])
    if count < fewest and len(starts) > 1:
        starts.pop()
    return [range(*each) for each in zip(starts, [*starts[1:], used[-1] + 1], strict=True)]


def are_flat(sums: RankedSums) -> bool:
    """Whether all sets of a kind weigh the same."""
    weights = sums.weights.reshape(-1, sums.m + 1)
    for had, row in zip(kinds(sums.order), weights, strict=True):
        possible = row[sum(had) : sums.m + 1 - sums.order + sum(had)]
        if not np.allclose(possible, possible[0], rtol=1e-9, atol=0):
            return False
    return True


def _as_float(count: int) -> float:
    return float(count) if count.bit_length() < 1_000 else np.inf
