"""All sets between two ends at once: a cube of 2^d cells, swept from the target layer by layer.

Where the ends differ in d objects, a path of d moves changes each of them once. Cell m of the cube
is the set from which the objects of m (local bits) are still to be changed: the source is the full
cell, the target is cell 0. Local bits are numbered in the order in which ties are broken, so the
first of several equally good moves is always the lowest bit.

Cells are kept in blocks by the number of high and of low bits: then the cells that one sweep step
reads are whole rows and columns of blocks that are done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lattice.deadlines import stop_if_late
from lattice.lookup import Table
from lattice.queries.paths.tasks import Task
from lattice.subsets import positions_of_mask

Block = NDArray[Any]
Blocks = dict[tuple[int, int], Block]
Close = Callable[[Block, tuple[int, int]], Block]

MOST_APART = 20
"""Cubes are not larger: 20! is the largest factorial that fits 64 bits."""
_LOW_BITS = 13


@dataclass(frozen=True, eq=False)
class _Layers:
    """The 2^d masks of d bits by their number of bits.

    `order` are all of them layer by layer, layer k from `starts[k]` to `starts[k + 1]`; `masks[k]`
    are those of k bits, ascending; `below[k]` (k, len(masks[k])) are the places within
    layer k - 1 of the masks without one of their bits, lowest bit first; `place[m]` is the place
    of mask m within its layer.
    """

    order: NDArray[np.intp]
    starts: tuple[int, ...]
    masks: tuple[NDArray[np.uint64], ...]
    below: tuple[NDArray[np.intp], ...]
    place: NDArray[np.intp]


@lru_cache(maxsize=_LOW_BITS + 1)
def _layers(bits: int) -> _Layers:
    numbers = np.arange(1 << bits, dtype=np.uint64)
    counts = np.bitwise_count(numbers)
    masks = tuple(numbers[counts == count] for count in range(bits + 1))
    place = np.zeros(1 << bits, dtype=np.intp)
    for layer in masks:
        place[layer] = np.arange(len(layer))
    below = []
    for count, layer in enumerate(masks):
        left, without = layer.copy(), np.zeros((count, len(layer)), dtype=np.intp)
        for which in range(count):
            lowest = left & (~left + np.uint64(1))
            without[which] = place[layer ^ lowest]
            left ^= lowest
        below.append(without)
    starts = np.cumsum([0, *map(len, masks)]).tolist()
    return _Layers(np.concatenate(masks).astype(np.intp), tuple(starts), masks, tuple(below), place)


@dataclass(frozen=True, eq=False)
class Cube:
    """The sets between the ends of a task whose index has a table."""

    task: Task
    table: Table

    @classmethod
    def of(cls, task: Task) -> Cube | None:
        """The cube of a task; None where it is not best to look at all its sets at once."""
        if task.apart > MOST_APART or 1 << task.apart > max(1 << 12, 4 * len(task.index)):
            return None
        table = task.index.lookup.table
        return None if table is None else cls(task, table)

    @property
    def whole(self) -> int:
        """The cell of the source."""
        return (1 << self.task.apart) - 1

    @cached_property
    def positions(self) -> tuple[int, ...]:
        """The object of each local bit: those to be added first, then those to be removed."""
        index, task = self.task.index, self.task
        source, target = index.mask_of(task.source), index.mask_of(task.target)
        return (*positions_of_mask(target & ~source), *positions_of_mask(source & ~target))

    @cached_property
    def is_full(self) -> bool:
        """Whether every set between the ends is stored and may be entered."""
        stop_if_late("looking at all sets between the ends")
        index, task = self.task.index, self.task
        unbound = task.enterable.strides == (0,)
        if unbound and len(index) == len(self.table):  # every possible set is stored
            return True
        source, n = index.mask_of(task.source), index.universe.n
        changed = source ^ index.mask_of(task.target)
        corner = tuple(
            slice(None) if changed >> position & 1 else source >> position & 1
            for position in range(n - 1, -1, -1)
        )
        rows = self.table.reshape((2,) * n)[corner]
        if rows.min() < 0:
            return False
        return unbound or bool(task.enterable[rows].all())

    @cached_property
    def _low(self) -> _Layers:
        return _layers(min(self.task.apart, _LOW_BITS))

    @cached_property
    def _high(self) -> _Layers:
        return _layers(max(0, self.task.apart - _LOW_BITS))

    @cached_property
    def rows(self) -> Blocks:
        """The row of every cell; -1 where it is not stored or may not be entered."""
        enterable = self.task.enterable
        target = self.task.index.words[self.task.target, 0]
        low = target ^ _spread(self.positions[:_LOW_BITS])
        high = _spread(self.positions[_LOW_BITS:])
        starts = self._low.starts
        found = {}
        for a, masks in enumerate(self._high.masks):
            words = high[masks][:, None] ^ low[self._low.order]
            rows = self.table[words]
            if enterable.strides != (0,):
                rows = np.where(enterable[rows], rows, -1)
            for b, start in enumerate(starts[:-1]):
                found[a, b] = rows[:, start : starts[b + 1]]
        return found

    def _places(self) -> product[tuple[int, int]]:
        return product(range(len(self._high.masks)), range(len(self._low.masks)))

    def sweep(self, start: Block, fold: np.ufunc, close: Close) -> Blocks:
        """Values of all cells, from the target's up.

        Args:
            start: the target's value, shape (1, 1).
            fold: how the values of the cells that one move leads to become one.
            close: makes a block's values of the folded ones.
        """
        values: Blocks = {(0, 0): start}
        for a, b in self._places():
            parts = []
            if a:
                stacked = values[a - 1, b].take(self._high.below[a], axis=0)
                parts.append(fold.reduce(stacked, axis=0))
            if b:
                stacked = values[a, b - 1].take(self._low.below[b], axis=1)
                parts.append(fold.reduce(stacked, axis=1))
            if parts:
                folded = parts[0] if len(parts) == 1 else fold(*parts, out=parts[0])
                values[a, b] = close(folded, (a, b))
                stop_if_late("looking at all sets between the ends")
        return values

    def at(self, blocks: Blocks, cell: int) -> Any:
        """The value of one cell."""
        high, low = cell >> _LOW_BITS, cell & (1 << _LOW_BITS) - 1
        block = blocks[high.bit_count(), low.bit_count()]
        return block[self._high.place[high], self._low.place[low]]

    # -------------------------------------------------------- sweeps

    @cached_property
    def counts(self) -> Blocks:
        """From how many orders of the moves that are left each cell has to choose."""

        def close(folded: Block, place: tuple[int, int]) -> Block:
            folded *= self.rows[place] >= 0
            return folded

        return self.sweep(np.ones((1, 1), dtype=np.int64), np.add, close)

    def best_sums(self, goodness: NDArray[np.float64]) -> Blocks:
        """The best sum of goodness over a cell and the inner cells after it; -inf without any.

        Cells without a score are not entered; the target counts nothing, nor does the source.
        """

        def close(folded: Block, place: tuple[int, int]) -> Block:
            folded += goodness[self.rows[place]]
            return folded

        return self._best(np.zeros((1, 1)), close)

    def best_floors(self, goodness: NDArray[np.float64]) -> Blocks:
        """The best possible worst goodness of a cell and the inner cells after it; -inf without.

        Cells without a score are not entered; the target counts nothing, nor does the source.
        """

        def close(folded: Block, place: tuple[int, int]) -> Block:
            return np.minimum(folded, goodness[self.rows[place]], out=folded)

        return self._best(np.full((1, 1), np.inf), close)

    def _best(self, start: Block, close: Close) -> Blocks:
        """A sweep of maxima in which cells that may not be entered are worth -inf."""

        def close_inner(folded: Block, place: tuple[int, int]) -> Block:
            if place == last:
                return folded
            closed = close(folded, place)
            closed[(self.rows[place] < 0) | np.isnan(closed)] = -np.inf
            return closed

        last = (len(self._high.masks) - 1, len(self._low.masks) - 1)
        return self.sweep(start, np.maximum, close_inner)

    def first_order(self) -> list[int]:
        """Rows from source to target by the objects in their order; all have to be stored."""
        masks = [self.task.index.mask_of(self.task.source)]
        for position in self.positions:
            masks.append(masks[-1] ^ 1 << position)
        rows: list[int] = self.table[masks].tolist()
        return rows

    def route_through(self, is_good: Callable[[int, int], bool]) -> list[int]:
        """Rows from source to target by the first good move at every cell.

        Args:
            is_good: whether a move between two cells is on a best path.
        """
        cell = self.whole
        rows = [self.task.source]
        while cell:
            left = cell
            while left:
                lowest = left & -left
                if is_good(cell, cell ^ lowest):
                    break
                left ^= lowest
            cell ^= lowest
            rows.append(int(self.at(self.rows, cell)))
        return rows


def _spread(positions: tuple[int, ...]) -> NDArray[np.uint64]:
    """The words of all subsets of some objects; bit i of a number stands for positions[i]."""
    words = np.zeros(1 << len(positions), dtype=np.uint64)
    for bit, position in enumerate(positions):
        size = 1 << bit
        np.bitwise_or(words[:size], np.uint64(1 << position), out=words[size : 2 * size])
    return words
