"""Whether moves lead from one set to another, with one bit for every possible set.

In a universe of few objects the sets that are reached are 2^n bits, packed into words. All moves of
one object are then taken at once: those of the first six objects by shifts within the words, those
of the others by laying halves of the array over each other. What one object reaches the next one
uses at once, so that a few sweeps over the objects reach whatever can be reached.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lattice.deadlines import out_of_time
from lattice.queries.paths.tasks import Kinds, Task, moves_of
from lattice.subsets import WORD_BITS

Bits = NDArray[np.uint64]

_WITHIN = WORD_BITS.bit_length() - 1
"""So many objects are told apart by the place of a bit in its word."""
_LACKING = np.array(
    [sum(1 << k for k in range(WORD_BITS) if not k >> i & 1) for i in range(_WITHIN)],
    dtype=np.uint64,
)
"""Of each such object, the places of the sets that lack it."""
_MOST_SWEEPS = 24
_SHORT = 8
_BACKWARDS: dict[Kinds, Kinds] = {"any": "any", "add": "remove", "remove": "add"}


def is_joined(task: Task) -> bool | None:
    """Whether any path leads from the source to the target; None where this does not say.

    It grows what both ends reach, and then what the end that reached less does, until the two meet
    or that end reaches no more. It says nothing without a table of all possible sets, and where ways are too long for it.
    """
    if not task.index.lookup.has_table:
        return None
    if task.source != task.target and _is_alone(task):
        return False
    enterable, n = _enterable(task), task.index.universe.n
    ends = int(task.index.words[task.source, 0]), int(task.index.words[task.target, 0])
    sides = _Side(ends[0], task.kinds, enterable), _Side(ends[1], _BACKWARDS[task.kinds], enterable)
    turns = [*sides]
    for sweep in range(_MOST_SWEEPS):
        order = range(n) if sweep % 2 else range(n - 1, -1, -1)
        closed = not all(side.sweep(order) for side in turns)
        if (sides[0].reached & sides[1].reached).any():
            return True
        if closed:
            return False
        if out_of_time():
            return None
        if sweep == 0:
            turns = [min(sides, key=lambda side: int(np.bitwise_count(side.reached).sum()))]
    return None


def _is_alone(task: Task) -> bool:
    """Whether no move at all leaves the source, or comes to the target."""
    ends = (task.source, False), (task.target, True)
    return any(
        len(moves_of(task, np.array([row]), backwards=backwards)[0]) == 0 for row, backwards in ends
    )


def _enterable(task: Task) -> Bits:
    """The sets that may be entered, one bit each."""
    held = np.zeros(1 << task.index.universe.n, dtype=np.bool_)
    held[task.index.words[:, 0].view(np.int64)] = task.enterable
    packed = np.packbits(held, bitorder="little")
    whole = np.zeros(-(-len(held) // WORD_BITS) * 8, dtype=np.uint8)
    whole[: len(packed)] = packed
    return whole.view("<u8").astype(np.uint64, copy=False)


@dataclass(eq=False)
class _Side:
    """What moves of some kinds reach from one set."""

    end: int
    kinds: Kinds
    enterable: Bits

    def __post_init__(self) -> None:
        self.reached = np.zeros_like(self.enterable)
        self.reached[self.end >> _WITHIN] = np.uint64(1 << (self.end & WORD_BITS - 1))

    def sweep(self, objects: range) -> bool:
        """Take the moves of every object once, in this order; whether they reached more."""
        before = self.reached.copy()
        for position in objects:
            (self._across if position >= _WITHIN else self._within)(position)
        return not np.array_equal(before, self.reached)

    def _within(self, position: int) -> None:
        """Moves of an object between places of the same words."""
        lacking, shift = _LACKING[position], np.uint64(1 << position)
        if self.kinds != "remove":
            self.reached |= (self.reached & lacking) << shift & self.enterable
        if self.kinds != "add":
            self.reached |= self.reached >> shift & lacking & self.enterable

    def _across(self, position: int) -> None:
        """Moves of an object between words."""
        width = 1 << position - _WITHIN
        reached, enterable = (each.reshape(-1, 2, width) for each in (self.reached, self.enterable))
        # numpy is slow over many short rows: their places are taken one after the other.
        places = [slice(None)] if width > _SHORT else [slice(k, k + 1) for k in range(width)]
        for k in places:
            if self.kinds != "remove":
                reached[:, 1, k] |= reached[:, 0, k] & enterable[:, 1, k]
            if self.kinds != "add":
                reached[:, 0, k] |= reached[:, 1, k] & enterable[:, 0, k]
