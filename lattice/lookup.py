"""Finds sets among N stored ones, and the sets that are one move away.

Three ways, chosen by what is there. A universe of few objects that is not too thinly stored has
a dense table from every possible set to its row: a lookup is one gather. Otherwise signatures
are filtered by a table of hashes and then searched. Where a search of every object for every
set would be long, and the moves are few, all moves are found once and held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lattice.subsets import WORD_BITS, Words, object_numbers, ranks, signatures

Rows = NDArray[np.int64]
Crossings = tuple[Rows, Rows, Rows]
"""Rows, positions of objects, and the rows on the other side."""
Table = NDArray[np.int32]
Prepared = NDArray[np.generic]

MOST_TABLED = 26
"""No table for more objects: it would take more than 256 MiB."""
_ALWAYS_TABLED = 16
_SPARSE_TABLE = 1 << 20
_HELD_FROM = 1 << 20
_HELD_SETS = 1 << 18
_ROWS_AT_ONCE = 16_384
_PAIRS_AT_ONCE = 4_000_000
_PAIR_COST = 2  # comparing two sets takes as long as so many lookups
_LOOKUPS_AT_ONCE = 1 << 16
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


class Adjacency(NamedTuple):
    """The moves of every row both ways: those of row r stand from start[r] to start[r + 1].

    `others` and `positions` have one entry for each end of a move, by position within a row.
    """

    start: Rows
    others: NDArray[np.int32]
    positions: NDArray[np.int32]


@dataclass(frozen=True)
class Moves:
    """All moves between stored sets, each once, by lower row and then position, shape (E,)."""

    lower: NDArray[np.int32]
    position: NDArray[np.int32]
    upper: NDArray[np.int32]
    rows: int

    def __len__(self) -> int:
        return len(self.lower)

    @cached_property
    def adjacency(self) -> Adjacency:
        """The same moves by row, both ways."""
        here = np.concatenate([self.lower, self.upper])
        there = np.concatenate([self.upper, self.lower])
        position = np.concatenate([self.position, self.position])
        order = np.lexsort((position, here))
        start = np.zeros(self.rows + 1, dtype=np.int64)
        np.cumsum(np.bincount(here, minlength=self.rows), out=start[1:])
        return Adjacency(start, there[order], position[order])


@dataclass(frozen=True, eq=False)
class SetLookup:
    """Finds sets among N distinct ones.

    Args:
        words: the sets, shape (N, W); all different.
        n: number of objects in the universe.
        prepared: arrays of `preparation` of an equal lookup, where they are known already.
    """

    words: Words
    n: int
    prepared: Mapping[str, Prepared] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.__dict__.update(self.prepared)  # the cached properties of these names

    def preparation(self) -> dict[str, Prepared]:
        """Every array that lookups need besides the words."""
        if self.table is not None:
            return {"table": self.table}
        names = ["_order", "_sorted", "_filter", *(["signatures"] if self.n > WORD_BITS else [])]
        return {name: getattr(self, name) for name in names}

    # -------------------------------------------------------- ways to look

    @cached_property
    def table(self) -> Table | None:
        """The row of every possible set by its word, shape (2^n,), -1 where it is not stored.

        None where it would be too large for the sets it finds: beyond 2^16 entries at most 8 a
        stored set, or 64 while it stays within 2^20.
        """
        if not self.has_table:
            return None
        table = np.full(1 << self.n, -1, dtype=np.int32)
        table[self.words[:, 0]] = np.arange(len(self.words), dtype=np.int32)
        table.setflags(write=False)
        return table

    @property
    def has_table(self) -> bool:
        """Whether these sets are looked up in a table."""
        stored = len(self.words)
        most = max(1 << _ALWAYS_TABLED, 8 * stored, min(64 * stored, _SPARSE_TABLE))
        return self.n <= MOST_TABLED and 1 << self.n <= most

    @property
    def holds_moves(self) -> bool:
        """Whether `around` follows held moves: without a table, where looking up every object
        for every set would take more than 2^20 lookups, and the sets are at most 2^18.

        N sets have at most N log2(N) / 2 moves among them, at 36 bytes each: 85 MB at 2^18.
        """
        lookups = len(self.words) * self.n
        return not self.has_table and lookups > _HELD_FROM and len(self.words) <= _HELD_SETS

    @cached_property
    def moves(self) -> Moves:
        """All moves, found at the first call and held from then on.

        On a complete lattice of 2^20 sets they take 120 MB: ask for them only where
        `holds_moves`, or where a copy of the whole graph is made anyway.
        """
        parts = [
            tuple(column.astype(np.int32) for column in part)
            for part in self.covering_pairs(np.arange(len(self.words)))
        ]
        nothing = np.empty(0, dtype=np.int32)
        lower, position, upper = (
            np.concatenate([nothing, *(each[column] for each in parts)]) for column in range(3)
        )
        return Moves(lower, position, upper, len(self.words))

    @property
    def nbytes(self) -> int:
        """Bytes of everything that is held by now besides the words themselves."""
        names = ["table", "_order", "_sorted", "_filter"]
        names += ["signatures"] if self.n > WORD_BITS else []  # else they are the words
        held = [self.__dict__[name] for name in names if self.__dict__.get(name) is not None]
        if "moves" in self.__dict__:
            held += [self.moves.lower, self.moves.position, self.moves.upper]
            held += list(self.moves.adjacency) if "adjacency" in self.moves.__dict__ else []
        return sum(each.nbytes for each in held)

    # -------------------------------------------------------- single lookups

    def find(self, wanted: Words) -> Rows:
        """Rows of the sets `wanted` (M, W), shape (M,); -1 where a set is not among the N."""
        table = self.table
        if table is not None:
            key = wanted[:, 0]
            inside = key < len(table)
            return np.where(inside, table[np.where(inside, key, 0)], -1).astype(np.int64)
        return self._searched(signatures(wanted, self.n), lambda places: wanted[places])

    def across(self, rows: Rows, position: int) -> Rows:
        """For each of the sets at `rows`, the row of the set that differs by one object.

        The object at `position` is added where it is absent and removed where it is present;
        -1 where the other set is not among the N. Shape (len(rows),).
        """
        table = self.table
        if table is not None:
            there = table[self.words[rows, 0] ^ self.numbers[position]]
            return np.asarray(there, dtype=np.int64)
        wanted = self.signatures[rows] ^ self.numbers[position]
        return self._searched(wanted, lambda places: self._changed(rows[places], position))

    def _changed(self, rows: Rows, positions: Rows | int) -> Words:
        """The sets at `rows`, each with the object at its position added or removed."""
        changed = self.words[rows]
        bits = np.uint64(1) << np.asarray(positions % WORD_BITS, dtype=np.uint64)
        changed[np.arange(len(rows)), positions // WORD_BITS] ^= bits
        return changed

    def around(self, rows: Rows) -> Crossings:
        """All stored sets one move from each of the sets at `rows`, whichever way is fastest.

        Returns:
            (places, positions, others): indexes into `rows`, the objects that are added or
            removed, and the rows that are reached; by place, then by position.
        """
        if len(rows) == 1 and (table := self.table) is not None:
            reached = table[self.words[rows[0], 0] ^ self.numbers]
            positions = (reached >= 0).nonzero()[0]
            return np.zeros_like(positions), positions, reached[positions].astype(np.int64)
        return self._around_by_moves(rows) if self.holds_moves else self._looked_up(rows)

    def _looked_up(self, rows: Rows) -> Crossings:
        """What `around` gives, by n lookups a row."""
        step = max(1, _LOOKUPS_AT_ONCE // max(1, self.n))
        found = []
        for start in range(0, max(1, len(rows)), step):
            part, table = rows[start : start + step], self.table
            if table is None:
                places, positions, others = self._around_by_signatures(part)
            else:
                reached = table[self.words[part] ^ self.numbers]
                places, positions = np.nonzero(reached >= 0)
                others = reached[places, positions].astype(np.int64)
            found.append((places + start, positions, others))
        return found[0] if len(found) == 1 else _joined(found)

    def _around_by_signatures(self, rows: Rows) -> Crossings:
        wanted = self.signatures[rows][:, None] ^ self.numbers
        places, positions = np.nonzero(_may_hold(self._filter, wanted))
        others = self._searched(
            wanted[places, positions], lambda hit: self._changed(rows[places[hit]], positions[hit])
        )
        hit = others >= 0
        return places[hit], positions[hit], others[hit]

    def _around_by_moves(self, rows: Rows) -> Crossings:
        start, others, positions = self.moves.adjacency
        counts = start[rows + 1] - start[rows]
        places = np.repeat(np.arange(len(rows)), counts)
        before = np.cumsum(counts) - counts
        entry = np.arange(len(places)) + np.repeat(start[rows] - before, counts)
        return places, positions[entry].astype(np.int64), others[entry].astype(np.int64)

    # -------------------------------------------------------- signatures

    @cached_property
    def numbers(self) -> Words:
        """The signature number of every object, shape (n,)."""
        return object_numbers(self.n)

    @cached_property
    def signatures(self) -> Words:
        """The signature of every set, shape (N,)."""
        return signatures(self.words, self.n)

    @cached_property
    def _order(self) -> NDArray[np.int32]:
        return np.argsort(self.signatures, kind="stable").astype(np.int32)

    @cached_property
    def _sorted(self) -> Words:
        return self.signatures[self._order]

    @cached_property
    def _filter(self) -> NDArray[np.bool_]:
        return _filter_of(self.signatures)

    def _searched(self, wanted_signatures: Words, wanted: Callable[[Rows], Words]) -> Rows:
        """Rows of sets by their signatures, -1 where one is not stored.

        Args:
            wanted: gives the words of those at some places: few have to be compared.
        """
        rows = np.full(len(wanted_signatures), -1, dtype=np.int64)
        likely = np.flatnonzero(_may_hold(self._filter, wanted_signatures))
        sought = wanted_signatures[likely]
        place = np.minimum(np.searchsorted(self._sorted, sought), len(self._order) - 1)
        hit = self._sorted[place] == sought
        likely, found = likely[hit], self._order[place[hit]].astype(np.int64)
        words = wanted(likely)
        equal = (self.words[found] == words).all(axis=1)
        rows[likely[equal]] = found[equal]
        for index in np.flatnonzero(~equal):  # two sets share a signature: practically never
            same = np.flatnonzero((self.words == words[index]).all(axis=1))
            rows[likely[index]] = same[0] if len(same) else -1
        return rows

    # -------------------------------------------------------- all moves

    def covering_pairs(self, rows: Rows) -> Iterator[Crossings]:
        """All moves that touch the sets at `rows`, each once.

        Yields:
            (lower rows, positions, upper rows), by lower row: the upper sets are the lower ones
            with the object at the position added. The moves up from `rows` come first.
        """
        chosen = np.zeros(len(self.words), dtype=np.bool_)
        chosen[rows] = True
        yield from self._crossings(rows, absent=True)
        if chosen.all():
            return
        for upper, position, lower in self._crossings(rows, absent=False):
            old = ~chosen[lower]
            order = np.lexsort((position[old], lower[old]))
            yield lower[old][order], position[old][order], upper[old][order]

    def _crossings(self, rows: Rows, *, absent: bool) -> Iterator[Crossings]:
        """(row, position, row across) for objects that are absent from, or present in, `rows`."""
        for part in np.array_split(rows, -(-len(rows) // _ROWS_AT_ONCE) or 1):
            if len(part) == 0:
                continue
            if self._pairs(part) * _PAIR_COST < len(part) * self.n:
                yield self._crossings_by_pairs(part, absent=absent)
            else:
                yield self._crossings_by_objects(part, absent=absent)

    def _crossings_by_objects(self, rows: Rows, *, absent: bool) -> Crossings:
        """Try every object on every row: n lookups a row."""
        places, positions, others = self._looked_up(rows)
        words = self.words[rows[places], positions // WORD_BITS]
        present = (words >> (positions % WORD_BITS).astype(np.uint64) & np.uint64(1)) == 1
        kept = present != absent
        return rows[places[kept]], positions[kept], others[kept]

    def _crossings_by_pairs(self, rows: Rows, *, absent: bool) -> Crossings:
        """Compare every row with every set of the next rank: few sets over many objects."""
        order = np.argsort(self.numbers)
        numbers, known = self.numbers[order], _filter_of(self.numbers)
        found = []
        for rank in np.unique(self._ranks[rows]).tolist():
            others = self._of_rank.get(rank + 1 if absent else rank - 1)
            ours = rows[self._ranks[rows] == rank]
            if others is None:
                continue
            step = max(1, _PAIRS_AT_ONCE // len(others))
            for start in range(0, len(ours), step):
                part = ours[start : start + step]
                difference = self.signatures[part][:, None] ^ self.signatures[others][None, :]
                ours_at, others_at = np.nonzero(_may_hold(known, difference))
                difference = difference[ours_at, others_at]
                place = np.minimum(np.searchsorted(numbers, difference), self.n - 1)
                hit = numbers[place] == difference
                one, two = part[ours_at[hit]], others[others_at[hit]]
                position = order[place[hit]]
                apart = self.words[one] ^ self.words[two]
                sure = np.bitwise_count(apart).sum(axis=1) == 1
                found.append((one[sure], position[sure], two[sure]))
        one, position, two = _joined(found)
        by_row = np.lexsort((position, one))
        return one[by_row], position[by_row], two[by_row]

    def _pairs(self, rows: Rows) -> int:
        """How many pairs of neighboring ranks the rows make, at most."""
        counts = np.bincount(self._ranks[rows], minlength=self.n + 2)
        others = np.zeros(self.n + 3, dtype=np.int64)
        for rank, members in self._of_rank.items():
            others[rank] = len(members)
        above, below = others[1:], np.concatenate([[0], others])
        return int(
            max((counts * above[: len(counts)]).sum(), (counts * below[: len(counts)]).sum())
        )

    @cached_property
    def _ranks(self) -> Rows:
        return ranks(self.words)

    @cached_property
    def _of_rank(self) -> dict[int, Rows]:
        return {
            rank: np.flatnonzero(self._ranks == rank) for rank in np.unique(self._ranks).tolist()
        }


def _filter_of(values: Words) -> NDArray[np.bool_]:
    """Which hashes of the values occur, at least eight places for each of them."""
    bits = (8 * max(2, len(values))).bit_length()
    present = np.zeros(1 << bits, dtype=np.bool_)
    present[values * _GOLDEN >> np.uint64(WORD_BITS - bits)] = True
    return present


def _may_hold(present: NDArray[np.bool_], values: Words) -> NDArray[np.bool_]:
    """Whether values may be among those of a filter: most others are not."""
    shift = np.uint64(WORD_BITS + 1 - len(present).bit_length())
    return np.asarray(present[values * _GOLDEN >> shift])


def _joined(pieces: Sequence[Crossings]) -> Crossings:
    one, place, two = (
        np.concatenate([np.empty(0, dtype=np.int64), *(piece[column] for piece in pieces)])
        for column in range(3)
    )
    return one, place, two
