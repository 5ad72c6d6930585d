"""The sets that a path may pass, stored or not, as corners of a dense cube."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from lattice.deadlines import stop_if_late
from lattice.index import MISSING
from lattice.queries.paths.tasks import Allowed, Rows, Task
from lattice.subsets import mask_of_positions, positions_of_mask, words_of_masks

MOST_DIMENSIONS = 22
FREE, TO_TRAIN, SHUT = 0, 1, 2


@dataclass(frozen=True)
class Trainable:
    """Which sets that are not stored may be trained for a path.

    Args:
        kept, avoided: masks of objects that every such set holds, or none.
        lowest, highest: bounds on their rank.
        unscored: stored sets, shape (N,), that cannot be used only because they lack a score.
    """

    kept: int = 0
    avoided: int = 0
    lowest: int = 0
    highest: int | None = None
    unscored: Allowed | None = None


@dataclass(frozen=True, eq=False)
class Ground:
    """A task with what may be trained: which sets are free, to be trained or shut."""

    task: Task
    trainable: Trainable

    @cached_property
    def families(self) -> tuple[tuple[int, ...], ...]:
        """Positions of the objects of which at most one may be in a set: variants of one object."""
        found: dict[str, list[int]] = {}
        for each in self.task.index.universe.objects:
            found.setdefault(each.variant_of or each.name, []).append(each.position)
        return tuple(tuple(each) for each in found.values() if len(each) > 1)

    @cached_property
    def _family_masks(self) -> tuple[int, ...]:
        return tuple(mask_of_positions(each) for each in self.families)

    @cached_property
    def dimensions(self) -> Rows:
        """Positions of the objects that a path may change."""
        task, trainable = self.task, self.trainable
        ends = [task.index.mask_of(row) for row in (task.source, task.target)]
        fixed = trainable.kept & ends[0] & ends[1] | trainable.avoided & ~(ends[0] | ends[1])
        if task.kinds != "any":
            fixed |= ~(ends[0] ^ ends[1])
        free = [p for p in range(task.index.universe.n) if not fixed >> p & 1]
        return np.array(free, dtype=np.int64)

    def state_of(self, mask: int) -> int:
        """Whether one set is free, to be trained or shut."""
        task, trainable = self.task, self.trainable
        row = task.index.row_of(mask)
        if row != MISSING:
            if task.enterable[row]:
                return FREE
            if trainable.unscored is None or not trainable.unscored[row]:
                return SHUT
        highest = task.index.universe.n if trainable.highest is None else trainable.highest
        fits = (
            mask & trainable.kept == trainable.kept
            and not mask & trainable.avoided
            and trainable.lowest <= mask.bit_count() <= highest
            and all((mask & family).bit_count() <= 1 for family in self._family_masks)
        )
        return TO_TRAIN if fits else SHUT


@dataclass(frozen=True, eq=False)
class Cube:
    """Corner c stands for the set with the objects at `ground.dimensions` whose bit is in c."""

    ground: Ground

    @cached_property
    def m(self) -> int:
        """Number of dimensions."""
        return len(self.ground.dimensions)

    @cached_property
    def _fixed(self) -> int:
        """The objects that every corner holds."""
        task = self.ground.task
        free = mask_of_positions(self.ground.dimensions.tolist())
        return task.index.mask_of(task.source) & ~free

    def corners(self, rows: Rows) -> Rows:
        """The corner of each of the sets at `rows`; -1 where it is outside."""
        words = self.ground.task.index.words
        free = mask_of_positions(self.ground.dimensions.tolist())
        masks = words_of_masks([free, self._fixed], words.shape[1])
        found = np.zeros(len(rows), dtype=np.int64)
        for bit, position in enumerate(self.ground.dimensions.tolist()):
            word, place = divmod(position, 64)
            found |= (words[rows, word] >> np.uint64(place) & np.uint64(1)).astype(np.int64) << bit
        inside = (words[rows] & ~masks[0] == masks[1]).all(axis=1)
        return np.where(inside, found, MISSING)

    def mask(self, corner: int) -> int:
        """The set at a corner."""
        positions = self.ground.dimensions
        return self._fixed | mask_of_positions(
            [int(positions[bit]) for bit in positions_of_mask(corner)]
        )

    @cached_property
    def states(self) -> NDArray[np.int8]:
        """Whether each corner is free, to be trained or shut, shape (2^m,)."""
        task, trainable = self.ground.task, self.ground.trainable
        corner = np.arange(1 << self.m)
        rank = np.bitwise_count(corner).astype(np.int64) + self._fixed.bit_count()
        shut = rank < trainable.lowest
        if trainable.highest is not None:
            shut |= rank > trainable.highest
        for bit, position in enumerate(self.ground.dimensions.tolist()):
            held = corner >> bit & 1 == 1
            if trainable.kept >> position & 1:
                shut |= ~held
            if trainable.avoided >> position & 1:
                shut |= held
        free = mask_of_positions(self.ground.dimensions.tolist())
        if trainable.kept & ~free & ~self._fixed or trainable.avoided & self._fixed:
            shut[:] = True  # no corner between the ends follows what neither of them does
        shut |= self._two_variants(corner)
        states = np.where(shut, SHUT, TO_TRAIN).astype(np.int8)
        rows = np.arange(len(task.index))
        at = self.corners(rows)
        if trainable.unscored is None:
            states[at[at != MISSING]] = SHUT
        else:
            states[at[(at != MISSING) & ~trainable.unscored]] = SHUT
        states[at[(at != MISSING) & task.enterable]] = FREE
        return states

    def _two_variants(self, corner: Rows) -> Allowed:
        """Which corners hold two variants of one object."""
        bit = {int(position): bit for bit, position in enumerate(self.ground.dimensions)}
        found = np.zeros(len(corner), dtype=np.bool_)
        for family in self.ground.families:
            held = [position for position in family if self._fixed >> position & 1]
            free = [bit[position] for position in family if position in bit]
            if held:
                found |= corner & mask_of_positions(free) != 0
            for one, two in combinations(free, 2):
                found |= (corner >> one & corner >> two & 1) == 1
        return found

    def cheapest(self) -> list[int] | None:
        """Corners from the source to the target that pass the fewest sets to be trained.

        A 0-1 breadth-first search from the target: free corners cost nothing, sets to be trained
        cost 1. Where several moves lead on, adds come before removals, then by position.
        """
        task = self.ground.task
        source, target = self.corners(np.array([task.source, task.target])).tolist()
        onward = np.full(1 << self.m, -1, dtype=np.int8)  # by which dimension a path goes on
        onward[target] = self.m
        layer = np.array([target])
        while len(layer) and onward[source] < 0:
            closed, fresh = [layer], layer
            while len(fresh):
                fresh = self._before(fresh, FREE, onward)
                closed.append(fresh)
            layer = self._before(np.concatenate(closed), TO_TRAIN, onward)
        if onward[source] < 0:
            return None
        corners = [source]
        while corners[-1] != target:
            corners.append(corners[-1] ^ 1 << int(onward[corners[-1]]))
        return corners

    def _before(self, layer: Rows, state: int, onward: NDArray[np.int8]) -> Rows:
        """The corners of one state, not seen yet, from which a move leads to the layer."""
        kinds = self.ground.task.kinds
        reached = []
        for adds in (True, False):
            if kinds == ("remove" if adds else "add"):
                continue
            for bit in range(self.m):
                stop_if_late("looking for the fewest sets to train")
                others = layer[(layer >> bit & 1 == 1) == adds] ^ 1 << bit
                others = others[(onward[others] < 0) & (self.states[others] == state)]
                onward[others] = bit
                reached.append(others)
        return np.concatenate([np.empty(0, dtype=np.int64), *reached])
