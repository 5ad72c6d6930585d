"""Sums over cells whose weight depends on a set's rank and on how many of the item's units it has.

Semivalues are such sums for every unit, interaction indices and differences of semivalues for every two.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from math import comb
from typing import Protocol

import numpy as np

from lattice.values.grounds import Ground, Scores
from lattice.values.weights import log_sets, of_each_set

Change = Callable[[Scores], Scores]


def unchanged(weights: Scores) -> Scores:
    """The weights themselves."""
    return weights


def gaining(weights: Scores) -> Scores:
    """The weights above 0."""
    return np.maximum(weights, 0.0)


def losing(weights: Scores) -> Scores:
    """The weights below 0."""
    return np.minimum(weights, 0.0)


def occurring(weights: Scores) -> Scores:
    """1 where there is a weight."""
    return np.asarray((weights != 0).astype(np.float64))


class CellSums(Protocol):
    """Sums over cells, one per item: what errors and ranges need to know of them."""

    @property
    def sets_by_rank(self) -> list[int]:
        """How many sets there are of each rank."""

    def by_rank(self) -> Scores:
        """Above 0 for the ranks of which sets have a weight in some item, shape (m + 1,)."""

    def over(self, ground: Ground, amounts: Scores, change: Change = ...) -> Scores:
        """The sums with amounts (..., C) instead of scores, shape (..., Q)."""

    def of_cells(self, ground: Ground, item: int) -> Scores:
        """The weight of every cell in one item, shape (C,)."""


@dataclass(frozen=True, eq=False)
class RankedSums:
    """Sums theta = sum of w_S v(S) over all sets of m units, one per item of one or two units.

    Args:
        weights: shape (2, m + 1) or (2, 2, m + 1): w_S by whether S has the item's first unit (and
            whether it has the second), and by how many units it has in all; 0 where that cannot
            be.
        masses: the sum of these weights over all sets of each kind, in the same shape.
    """

    weights: Scores
    masses: Scores

    @property
    def order(self) -> int:
        """How many units an item has."""
        return self.weights.ndim - 1

    @property
    def m(self) -> int:
        """Number of units."""
        return int(self.weights.shape[-1]) - 1

    @cached_property
    def items(self) -> tuple[tuple[int, ...], ...]:
        """The units of each of the Q items."""
        return tuple(combinations(range(self.m), self.order))

    def over(self, ground: Ground, amounts: Scores, change: Change = unchanged) -> Scores:
        """The sums with amounts (..., C) instead of scores, shape (..., Q).

        Args:
            change: of the weights, number by number; of 0 it is 0.
        """
        weights = change(self.weights)
        if self.order == 1:
            without, having = weights
            singles, _ = ground.holding(ground.ranked(amounts, having - without))
            return np.asarray(singles + self._of_all(ground, amounts, without)[..., None])
        (neither, second), (first, both) = weights
        one, other = np.triu_indices(self.m, 1)
        pairs, _ = ground.holding_pairs(ground.ranked(amounts, both - first - second + neither))
        ones, _ = ground.holding(ground.ranked(amounts, first - neither))
        others = ones
        if not np.array_equal(first, second):
            others, _ = ground.holding(ground.ranked(amounts, second - neither))
        found = pairs[..., one, other] + ones[..., one] + others[..., other]
        return np.asarray(found + self._of_all(ground, amounts, neither)[..., None])

    def _of_all(self, ground: Ground, amounts: Scores, weights: Scores) -> Scores:
        """The sum over all cells with weights by rank."""
        if not weights.any():
            return np.zeros(amounts.shape[:-1])
        return np.asarray(ground.ranked(amounts, weights).sum(axis=-1))

    def total(self, change: Change) -> float:
        """The sum of the changed weights over all 2^m sets, alike for every item.

        Args:
            change: one that commutes with sums of numbers of one sign: a part, or the size.
        """
        return float(change(self.masses).sum())

    @cached_property
    def needed(self) -> int:
        """How many cells have a weight in one item, exact."""
        weights = self.weights.reshape(-1, self.m + 1).tolist()
        return sum(
            count
            for counts, row in zip(self._sets, weights, strict=True)
            for count, weight in zip(counts, row, strict=True)
            if weight != 0
        )

    @cached_property
    def _sets(self) -> list[list[int]]:
        """How many sets there are of each kind that has a weight of its own, (2^order, m + 1)."""
        return [
            [
                comb(self.m - self.order, rank - had) if rank >= had else 0
                for rank in range(self.m + 1)
            ]
            for had in map(int.bit_count, range(1 << self.order))
        ]

    @property
    def sets_by_rank(self) -> list[int]:
        """How many sets there are of each rank."""
        return [comb(self.m, rank) for rank in range(self.m + 1)]

    def of_cells(self, ground: Ground, item: int) -> Scores:
        """The weight of every cell in one item, shape (C,)."""
        held = tuple(
            (
                np.arange(len(ground.ranks)) >> unit & 1
                if ground.tabled
                else ground.membership[:, unit].astype(np.int64)
            )
            for unit in self.items[item]
        )
        return np.asarray(self.weights[*held, ground.ranks])

    def by_rank(self, change: Change = np.abs) -> Scores:
        """The sum of a set's absolute weights over all items by its rank, shape (m + 1,).

        Of two units of which a set has one, each is as often the first.

        Args:
            change: what is summed of every weight.
        """
        amount, rank = change(self.weights), np.arange(self.m + 1.0)
        rest = self.m - rank
        if self.order == 1:
            return np.asarray(rank * amount[1] + rest * amount[0])
        (neither, second), (first, both) = amount
        twice = rank * (rank - 1) * both + rest * (rest - 1) * neither
        return np.asarray(twice / 2 + rank * rest * (first + second) / 2)


def semivalues(shares: Scores) -> RankedSums:
    """Sums over S without i of p(|S|) (v(S + i) - v(S)).

    Args:
        shares: the sum of p over all sets of each size, shape (m,).
    """

    def placed(p: Scores) -> Scores:
        m = len(p)
        found = np.zeros((2, m + 1))
        found[0, :m], found[1, 1:] = -p, p
        return found

    return RankedSums(placed(of_each_set(shares)), placed(shares))


def interactions(shares: Scores) -> RankedSums:
    """Sums over S without i, j of q(|S|) (v(S + ij) - v(S + i) - v(S + j) + v(S)).

    Args:
        shares: the sum of q over all sets of each size, shape (m - 1,).
    """

    def placed(q: Scores) -> Scores:
        m = len(q) + 1
        found = np.zeros((2, 2, m + 1))
        found[0, 0, : m - 1] = found[1, 1, 2:] = q
        found[0, 1, 1:m] = found[1, 0, 1:m] = -q
        return found

    return RankedSums(placed(of_each_set(shares)), placed(shares))


def differences(values: RankedSums) -> RankedSums:
    """phi_i - phi_j = sums over S without i, j of (p(|S|) + p(|S| + 1)) (v(S + i) - v(S + j)).

    Args:
        values: the semivalues phi.
    """
    p, m = values.weights[1, 1:], values.m
    found, masses = np.zeros((2, 2, m + 1)), np.zeros((2, 2, m + 1))
    found[1, 0, 1:m] = p[:-1] + p[1:]
    masses[1, 0, 1:m] = found[1, 0, 1:m] * np.exp(log_sets(m - 2))
    found[0, 1], masses[0, 1] = -found[1, 0], -masses[1, 0]
    return RankedSums(found, masses)
