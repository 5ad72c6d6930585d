"""Numbers of every set that need no score: its rank, what it costs, how far it is from another."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from lattice.errors import BadQuestion
from lattice.index import LatticeIndex
from lattice.subsets import words_of_masks

Numbers = NDArray[np.float64]
AMOUNTS = ("rank", "cost", "size")
_MOST_DECIMALS = 12


def amounts(index: LatticeIndex, word: str) -> Numbers:
    """The `rank`, `cost` or `size` of every set, shape (N,); NaN where it is missing.

    Raises:
        BadQuestion: no object of the lattice has a cost, or a size.
    """
    return index.ranks.astype(np.float64) if word == "rank" else totals(index, word)


def distances(index: LatticeIndex, mask: int) -> Numbers:
    """In how many objects each set differs from one, shape (N,)."""
    total = np.zeros(len(index))
    for place, word in enumerate(words_of_masks([mask], index.words.shape[1])[0]):
        total += np.bitwise_count(index.words[:, place] ^ word)
    return total


def totals(index: LatticeIndex, fact: str) -> Numbers:
    """The summed cost or size of each set's objects, shape (N,).

    NaN where an object of the set has none. Costs that are written with few decimals add up to
    what they add up to on paper: .1 + .2 is .3.

    Raises:
        BadQuestion: no object of the lattice has a cost, or a size.
    """
    said = [getattr(each, fact) for each in index.universe.objects]
    if all(value is None for value in said):
        raise BadQuestion(
            f"No object of this lattice has a {fact}.",
            hint=f"Say each object's {fact} in the mapping of an import ([[objects]]).",
        )
    weights = np.array([np.nan if value is None else value for value in said], dtype=np.float64)
    weights = np.pad(weights, (0, -len(weights) % 8)).reshape(-1, 8)
    octets = np.ascontiguousarray(index.words).astype("<u8").view(np.uint8)
    octets = octets.reshape(len(index), index.words.shape[1] * 8)
    bits = np.arange(256)[:, None] >> np.arange(8) & 1
    total = np.zeros(len(index))
    for place, of_octet in enumerate(weights):
        total += np.where(bits, of_octet, 0.0).sum(axis=1)[octets[:, place]]
    decimals = max(_decimals(value) for value in said if value is not None)
    if decimals > _MOST_DECIMALS:
        return total
    exact = np.abs(total) < 2**53 / 10.0**decimals
    return np.where(exact, np.round(np.where(exact, total, 0.0), decimals), total)


def _decimals(value: float) -> int:
    exponent = Decimal(repr(float(value))).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
