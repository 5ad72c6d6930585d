"""What every objective is given: where from, where to, which sets and moves it may use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lattice.index import LatticeIndex

Rows = NDArray[np.int64]
Allowed = NDArray[np.bool_]
Kinds = Literal["any", "add", "remove"]
Moves = tuple[Rows, Rows, Rows]
"""Indexes into some rows, the objects that are moved, the rows that are reached."""
Part = tuple[Rows | slice, Rows, Rows]
"""The same; a slice stands for as many indexes."""

_FEW_ROWS = 2_048
_EVERYTHING = np.broadcast_to(np.True_, (2**62,))


@dataclass(frozen=True, eq=False)
class Task:
    """A search for a path from row `source` to row `target`.

    `allowed` (N,) says which sets may lie strictly between the ends, `kinds` which moves may be
    used. Every constraint is in these two before an objective sees them.
    """

    index: LatticeIndex
    source: int
    target: int
    allowed: Allowed
    kinds: Kinds = "any"

    @cached_property
    def enterable(self) -> Allowed:
        """The sets that may be entered, the ends among them, shape (N,)."""
        if self.allowed.strides == (0,):  # everything
            return self.allowed
        ends = [self.source, self.target]
        if self.allowed[ends].all():
            return self.allowed
        enterable = self.allowed.copy()
        enterable[ends] = True
        return enterable

    @cached_property
    def apart(self) -> int:
        """In how many objects the ends differ."""
        return (self.index.mask_of(self.source) ^ self.index.mask_of(self.target)).bit_count()

    @property
    def points_there(self) -> bool:
        """Whether moves of these kinds alone can lead from one end to the other at all."""
        if self.kinds == "any" or self.source == self.target:
            return True
        ranks = self.index.ranks
        climbed = int(ranks[self.target] - ranks[self.source])
        return self.apart == (climbed if self.kinds == "add" else -climbed)

    def only(self, allowed: Allowed) -> Task:
        """The same search with fewer sets allowed."""
        return replace(self, allowed=self.allowed & allowed)


@dataclass(frozen=True)
class Route:
    """Rows along a best path, and how many paths are equally good.

    `optima` is exact, or a lower limit where `counted` is False (a deadline or a size stopped
    the counting).
    """

    rows: tuple[int, ...]
    optima: int
    counted: bool = True


def everything(index: LatticeIndex) -> Allowed:
    """Every set of the index allowed; read-only, takes no memory."""
    return _EVERYTHING[: len(index)]


def between(index: LatticeIndex, source: int, target: int) -> Allowed:
    """The sets that hold what both ends hold, and nothing that neither holds, shape (N,)."""
    words = index.words
    here, there = words[source], words[target]
    inside: Allowed = ((words ^ here) & ~(here ^ there) == 0).all(axis=1)
    return inside


def moves_of(task: Task, rows: Rows, *, backwards: bool = False) -> Moves:
    """All moves from the sets at `rows` to sets that may be entered.

    Args:
        backwards: follow moves from their end to their start, for searches from the target.

    Returns:
        (places, positions, others): indexes into `rows`, the objects that are moved, the rows
        that are reached; by place, then by position.
    """
    index = task.index
    places, positions, others = index.lookup.around(rows)
    usable = task.enterable[others]
    if task.kinds != "any":
        rises = index.ranks[others] > index.ranks[rows[places]]
        usable &= rises if (task.kinds == "add") != backwards else ~rises
    if usable.all():
        return places, positions, others
    return places[usable], positions[usable], others[usable]


def moves_in_parts(task: Task, rows: Rows, *, backwards: bool = False) -> Iterator[Part]:
    """The moves that `moves_of` gives, in any order, in parts that are never n times the rows.

    Large numbers of rows are best given in ascending order: what they lead to lies closer then.
    """
    table = task.index.lookup.table
    if table is None or len(rows) < _FEW_ROWS:
        yield moves_of(task, rows, backwards=backwards)
        return
    every = len(task.index) == len(table)
    free = task.enterable.strides == (0,)
    words, all_places = task.index.words[rows, 0].view(np.int64), np.arange(len(rows))
    for position in range(task.index.universe.n):
        places: Rows | slice = slice(None)
        bit = 1 << position
        if task.kinds != "any":
            places = np.flatnonzero((words & bit == 0) == ((task.kinds == "add") != backwards))
        reached = table[words[places] ^ bit]
        if not (every and free):
            usable = reached >= 0
            if not free:
                usable &= task.enterable[reached]
            places, reached = all_places[places][usable], reached[usable]
        yield places, np.broadcast_to(np.int64(position), reached.shape), reached.astype(np.int64)


def in_order(index: LatticeIndex, row: int, positions: Rows) -> Rows:
    """The order in which ties between moves from one set are broken: adds first, then position.

    Returns:
        Indexes into `positions`.
    """
    word = index.words[row]
    held = word[positions >> 6] >> (positions & 63).astype(np.uint64) & np.uint64(1)
    return np.lexsort((positions, held))
