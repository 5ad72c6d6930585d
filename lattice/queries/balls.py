"""The stored sets within a few moves of a set, and the first of those that are not stored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from lattice.deadlines import out_of_time, stop_if_late
from lattice.index import MISSING, LatticeIndex, Rows
from lattice.model import MoveOption, Side
from lattice.queries.admissible import Shape, counts_around, sets_around
from lattice.subsets import Words, reverse_bits, words_of_masks

_MOST_TRIED = 20_000
_AT_ONCE = 65_536
_MISSING_AT_ONCE = 1_000
_UNIT_MOVES: frozenset[MoveOption] = frozenset({"add", "remove"})


@dataclass(frozen=True, eq=False)
class Ball:
    """The stored sets within `radius` moves of the set at row `center`, without itself.

    `rows`, `added`, `removed` and `distance` have one entry per set, shape (M,): its row, how
    many objects it has more and less than the center, and how many moves that takes. They are in
    the order of distance, then of how much larger they are, then of the objects added, then
    removed.
    """

    index: LatticeIndex
    center: int
    moves: frozenset[MoveOption]
    radius: int
    rows: Rows
    added: Rows
    removed: Rows
    distance: Rows

    @cached_property
    def mask(self) -> int:
        """The center as a mask."""
        return self.index.mask_of(self.center)

    @cached_property
    def possible(self) -> dict[Shape, int]:
        """How many sets there could be of each shape, in the order of the ball."""
        counts = counts_around(self.index.universe, self.mask, self.radius)
        return {
            shape: counts[shape]
            for shape in shapes_within(self.radius, self.moves)
            if counts.get(shape)
        }

    @cached_property
    def distances(self) -> NDArray[np.int64]:
        """Moves by shape, up to radius + 1; 0 where a shape is the center or out of reach."""
        table = np.zeros((self.radius + 2, self.radius + 2), dtype=np.int64)
        for added, removed in shapes_within(self.radius, self.moves):
            table[added, removed] = moves_needed(added, removed, self.moves) or 0
        return table

    @cached_property
    def missing(self) -> int:
        """How many sets within the radius are not stored."""
        return sum(self.possible.values()) - len(self.rows)

    def first_missing(self, most: int) -> tuple[list[int], bool]:
        """The first masks that are not stored, at most `most`, and whether there was time."""
        found: list[int] = []
        wanted = min(most, self.missing)
        if not wanted:
            return [], True
        tried = sets_around(self.index.universe, self.mask, list(self.possible))
        while len(found) < wanted:
            batch = list(islice(tried, _MISSING_AT_ONCE))
            rows = _find(self.index, batch).tolist()
            found += [mask for mask, row in zip(batch, rows, strict=True) if row == MISSING]
            if out_of_time():
                return found[:wanted], False
        return found[:wanted], True


def ball(index: LatticeIndex, center: int, radius: int, moves: frozenset[MoveOption]) -> Ball:
    """The stored sets within `radius` moves of the set at row `center`.

    Single moves are looked up; so are all sets that could be there while they are few; beyond
    that the stored ones are measured.
    """
    if radius == 1 and moves <= _UNIT_MOVES:
        return _one_move(index, center, moves)
    found = Ball(index, center, moves, radius, *(np.empty(0, dtype=np.int64) for _ in range(4)))
    if sum(found.possible.values()) <= _MOST_TRIED:
        return _tried(found)
    return _measured(found)


def moves_needed(added: int, removed: int, moves: frozenset[MoveOption]) -> int | None:
    """How many of the moves change a set by so many objects; None where they cannot.

    A swap adds one object and removes one; what is left over is added or removed one by one.
    """
    swaps = min(added, removed) if "swap" in moves else 0
    left = {"add": added - swaps, "remove": removed - swaps}
    if any(count and kind not in moves for kind, count in left.items()):
        return None
    return swaps + sum(left.values())


@cache
def shapes_within(radius: int, moves: frozenset[MoveOption]) -> tuple[Shape, ...]:
    """Shapes that take at most `radius` moves: nearest first, then those that add the most."""
    found = []
    for added in range(radius + 1):
        for removed in range(radius + 1):
            needed = moves_needed(added, removed, moves)
            if needed is not None and 0 < needed <= radius:
                found.append((needed, removed - added, removed, (added, removed)))
    return tuple(shape for *_, shape in sorted(found))


def side_of(added: int, removed: int) -> Side:
    """On which side of the center a set lies."""
    if not removed:
        return "add"
    if not added:
        return "remove"
    return "swap" if added == removed else "mixed"


def _one_move(index: LatticeIndex, center: int, moves: frozenset[MoveOption]) -> Ball:
    _, positions, others = index.lookup.around(np.array([center]))
    held = np.unpackbits(index.words[center].view(np.uint8), bitorder="little")[positions] == 1
    larger = others[~held] if "add" in moves else others[:0]
    smaller = others[held] if "remove" in moves else others[:0]
    removed = np.zeros(len(larger) + len(smaller), dtype=np.int64)
    removed[len(larger) :] = 1
    rows = np.concatenate([larger, smaller])
    return Ball(index, center, moves, 1, rows, 1 - removed, removed, np.ones_like(removed))


def _tried(found: Ball) -> Ball:
    """Look up every set that could be there."""
    masks = list(sets_around(found.index.universe, found.mask, list(found.possible)))
    rows = _find(found.index, masks)
    shapes = np.array(list(found.possible), dtype=np.int64).reshape(-1, 2)
    each = np.repeat(np.arange(len(shapes)), list(found.possible.values()))[rows != MISSING]
    added, removed = shapes[each, 0], shapes[each, 1]
    return _with(found, rows[rows != MISSING], added, removed)


def _measured(found: Ball) -> Ball:
    """Count for every stored set what it has more and less than the center."""
    words = found.index.words
    here = words[found.center]
    near = []
    for start in range(0, len(words), _AT_ONCE):
        stop_if_late("measuring how far sets are from the center")
        part = words[start : start + _AT_ONCE]
        added = np.bitwise_count(part & ~here).sum(axis=1, dtype=np.int64)
        removed = np.bitwise_count(here & ~part).sum(axis=1, dtype=np.int64)
        reached = found.distances[
            np.minimum(added, found.radius + 1), np.minimum(removed, found.radius + 1)
        ]
        hits = np.flatnonzero(reached)
        near.append(np.stack([hits + start, added[hits], removed[hits]]))
    rows, added, removed = np.concatenate(near, axis=1)
    distance = found.distances[added, removed]
    keys = [*_keys(words[rows] & ~here), *_keys(here & ~words[rows])]
    order = np.lexsort((*reversed(keys), removed, removed - added, distance))
    return _with(found, rows[order], added[order], removed[order])


def _keys(words: Words) -> Iterable[Words]:
    """Columns that sort sets of one rank by the positions of their objects."""
    return (~reverse_bits(words)).T


def _with(found: Ball, rows: Rows, added: Rows, removed: Rows) -> Ball:
    distance = found.distances[added, removed]
    return Ball(
        found.index, found.center, found.moves, found.radius, rows, added, removed, distance
    )


def _find(index: LatticeIndex, masks: list[int]) -> Rows:
    return index.lookup.find(words_of_masks(masks, index.words.shape[1]))
