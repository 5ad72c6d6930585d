"""Stored sets at a distance of others: by lookup of everything that near, or by comparing all."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations

import numpy as np

from lattice.deadlines import stop_if_late
from lattice.index import MISSING, LatticeIndex
from lattice.queries.paths.tasks import Kinds, Rows
from lattice.subsets import mask_of_positions, words_of_masks

_PAIRS_AT_ONCE = 1 << 20
_LOOKUP, _CALL, _COMPARISON = 40.0, 20_000.0, 1.0
"""Rough nanoseconds: of a lookup, of a call of numpy, of comparing two words."""
_FARTHEST_RING = 3
FAR = np.iinfo(np.int32).max


def ring_is_cheaper(index: LatticeIndex, near: int, others: int, distance: int) -> bool:
    """Whether looking up all sets at a distance of `near` sets beats comparing all with all."""
    if distance > _FARTHEST_RING:
        return False
    ways = math.comb(index.universe.n, distance)
    comparing = near * others * int(index.words.shape[1]) * _COMPARISON
    return ways * (near * _LOOKUP + _CALL) < comparing


def ring(index: LatticeIndex, rows: Rows, distance: int) -> Iterator[tuple[Rows, Rows]]:
    """All stored sets at exactly a distance of the sets at `rows`.

    Yields:
        (rows, rows at the distance), pair by pair.
    """
    words = index.words[rows]
    for positions in combinations(range(index.universe.n), distance):
        stop_if_late("looking for the nearest stored sets")
        change = words_of_masks([mask_of_positions(positions)], words.shape[1])
        others = index.lookup.find(words ^ change)
        hit = others != MISSING
        if hit.any():
            yield rows[hit], others[hit]


def nearest_of(
    index: LatticeIndex, near: Rows, others: Rows, kinds: Kinds = "any"
) -> Iterator[tuple[Rows, Rows, Rows]]:
    """For each of the sets at `others` the nearest of those at `near`, part by part.

    Args:
        kinds: compare only with sets from which moves of this kind lead there.

    Yields:
        (distances, rows, others): the distance to the nearest set, its row, and a part of
        `others`; the distance is FAR where there is none to compare with.
    """
    n = index.universe.n
    words = np.ascontiguousarray(index.words[near].T)
    step = max(1, _PAIRS_AT_ONCE // max(1, len(near)))
    for start in range(0, len(others), step):
        stop_if_late("comparing stored sets")
        part = others[start : start + step]
        apart = np.zeros((len(part), len(near)), dtype=np.min_scalar_type(n + 1))
        barred = np.zeros(apart.shape, dtype=np.bool_) if kinds != "any" else None
        for word, column in enumerate(words):
            there = index.words[part, word][:, None]
            apart += np.bitwise_count(column ^ there)
            if barred is not None:
                barred |= (column & ~there if kinds == "add" else there & ~column) != 0
        if barred is not None:
            apart[barred] = n + 1
        first = apart.argmin(axis=1)
        distance = apart[np.arange(len(part)), first].astype(np.int64)
        yield np.where(distance > n, FAR, distance), near[first], part
