"""Sums over all sets that hold an object, by folding a table in halves.

A table has an entry for each of the 2^m sets of m units; bit i of its place says whether unit i is
in the set. Folding the half without the last unit onto the half with it leaves a table of the
others, so the sums for all units take two passes over the table together, and those for all pairs
four.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.float64]
Entry = TypeVar("Entry", np.float64, np.int64)
_HALF = 10
_APART = 4


def containing(table: Table) -> tuple[Table, Table]:
    """The sum over the sets that hold unit i, for each i, and the sum over all sets.

    Args:
        table: shape (..., 2^m).

    Returns:
        shapes (..., m) and (...).
    """
    m = table.shape[-1].bit_length() - 1
    found = np.empty((*table.shape[:-1], m))
    for unit in range(m - 1, -1, -1):
        half = table.shape[-1] // 2
        without, holding = table[..., :half], table[..., half:]
        found[..., unit] = holding.sum(axis=-1)
        table = without + holding
    return found, table[..., 0]


def containing_pairs(table: Table) -> tuple[Table, Table]:
    """The sum over the sets that hold units i and j, for each i and j, and over all sets.

    Args:
        table: shape (..., 2^m).

    Returns:
        shapes (..., m, m), symmetric, with the sums for single units on the diagonal, and (...).
    """
    m = table.shape[-1].bit_length() - 1
    found = np.empty((*table.shape[:-1], m, m))
    for unit in range(m - 1, -1, -1):
        half = table.shape[-1] // 2
        without, holding = table[..., :half], table[..., half:]
        others, alone = containing(holding)
        found[..., unit, :unit] = found[..., :unit, unit] = others
        found[..., unit, unit] = alone
        table = without + holding
    return found, table[..., 0]


@lru_cache(maxsize=4)
def ranks(m: int) -> NDArray[np.uint8]:
    """How many units each of the 2^m sets holds."""
    found = np.bitwise_count(np.arange(1 << m, dtype=np.uint32))
    found.setflags(write=False)
    return found


def by_rank(table: Table, weights: Table) -> Table:
    """Every entry times the weight of its rank.

    The weights of a row of 2^10 entries depend on how many of the other units it holds, so there
    are few different rows of them.

    Args:
        table: shape (..., 2^m).
        weights: shape (m + 1,).
    """
    m = table.shape[-1].bit_length() - 1
    if m <= _HALF:
        return np.asarray(table * weights[ranks(m)])
    above = ranks(m - _HALF)
    rows = np.stack([weights[more + ranks(_HALF)] for more in range(m - _HALF + 1)])
    cut = table.reshape(*table.shape[:-1], len(above), 1 << _HALF)
    return np.asarray((cut * rows[above]).reshape(table.shape))


def largest_within(table: Table) -> None:
    """Raise each entry to the largest among its set and all sets within it."""
    over_units(table, lambda without, holding: np.maximum(holding, without, out=holding))


def smallest_around(table: Table) -> None:
    """Lower each entry to the smallest among its set and all sets around it."""
    over_units(table, lambda without, holding: np.minimum(without, holding, out=without))


def dividends(table: Table) -> None:
    """The Moebius transform sum over T within S of (-1)^(|S| - |T|) v(T), in place."""
    over_units(table, lambda without, holding: np.subtract(holding, without, out=holding))


def within(table: Table) -> None:
    """The sum over all T within S of v(T), for every S, in place."""
    over_units(table, lambda without, holding: np.add(holding, without, out=holding))


def over_units(table: Table, act: Callable[[Table, Table], object]) -> None:
    """Act on the entries without and with each unit, in place, unit after unit.

    The first units are taken in a transposed copy, where they are the last: neighbors in memory
    stay together, which is several times as fast.
    """
    for part in _turned(table):
        for cut in part:
            act(cut[:, 0], cut[:, 1])


def cuts(table: NDArray[Entry]) -> Iterator[tuple[int, NDArray[Entry], NDArray[Entry]]]:
    """Each unit with the entries of the sets without and with it, in one order of the others.

    Both are of one shape, and not to be written; where they are flattened, the bits of a place say
    how many of the other units are in the set.
    """
    low = (table.shape[-1].bit_length() - 1) // 2
    for part, first in zip(_turned(table, back=False), (low, 0), strict=True):
        for unit, cut in enumerate(part):
            yield first + unit, cut[:, 0], cut[:, 1]


def _turned(table: NDArray[Entry], *, back: bool = True) -> Iterator[list[NDArray[Entry]]]:
    """The table (2^m,) cut at its later units, and then at its first ones, transposed."""
    m = table.shape[-1].bit_length() - 1
    low = m // 2
    wide = table.reshape(1 << (m - low), 1 << low)
    yield [wide.reshape(-1, 2, (1 << unit) << low) for unit in range(m - low)]
    turned = _transposed(wide)
    yield [turned.reshape(-1, 2, (1 << unit) << (m - low)) for unit in range(low)]
    if back:
        wide[...] = _transposed(turned)


def _transposed(wide: NDArray[Entry]) -> NDArray[Entry]:
    """A transposed copy, by way of rows that are not a power of 2 apart.

    Entries of one column would otherwise be in the same few lines of the processor's caches.
    """
    apart = np.empty((wide.shape[0], wide.shape[1] + _APART), wide.dtype)[:, : wide.shape[1]]
    apart[...] = wide
    return np.ascontiguousarray(apart.T)
