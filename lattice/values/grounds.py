"""What values are of: units between two sets, and the cells of one measure under them.

Cells are in one of two forms with the same sums: a *table* of all 2^m sets of m units, where m is
small enough, or the stored sets alone. Everything that has to know the form is here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from lattice.deadlines import stop_if_late
from lattice.index import MISSING, LatticeIndex, ScoreColumn
from lattice.subsets import positions_of_mask, words_of_masks
from lattice.values import folds

Scores = NDArray[np.float64]
Flags = NDArray[np.bool_]
Rows = NDArray[np.int64]

MOST_TABLED = 22
"""Units of which all 2^m sets are looked at; of more, only the stored ones are."""
_AT_ONCE = 1 << 22


@dataclass(frozen=True, eq=False)
class Ground:
    """Units between two sets under one measure.

    Args:
        held: the mask of what every set holds.
        units: masks that overlap neither each other nor `held`.
        taken: the score that the asker gives to the set `held`, where none was measured.
    """

    index: LatticeIndex
    measure: int
    held: int
    units: tuple[int, ...]
    taken: float | None = None

    @property
    def m(self) -> int:
        """Number of units."""
        return len(self.units)

    @property
    def tabled(self) -> bool:
        """Whether the cells are a table of all 2^m sets; entry c has unit i if bit i of c is 1."""
        return self.m <= MOST_TABLED

    @cached_property
    def whole(self) -> int:
        """The set of all units, with what is held."""
        return self.held | sum(self.units)

    @property
    def column(self) -> ScoreColumn:
        """The scores of the measure."""
        return self.index.columns[self.measure]

    @property
    def sign(self) -> float:
        """1 where a higher score is better, else -1."""
        return 1.0 if self.index.measures[self.measure].metric.direction == "higher" else -1.0

    # -------------------------------------------------------- cells

    @cached_property
    def rows(self) -> Rows:
        """The row of every cell's set, shape (C,); MISSING where a table has one not stored."""
        return self._table_rows() if self.tabled else self._inner[0]

    @cached_property
    def ranks(self) -> NDArray[np.int64]:
        """How many units each cell's set has, shape (C,)."""
        if self.tabled:
            return folds.ranks(self.m).astype(np.int64)
        return np.asarray(self.membership.sum(axis=1, dtype=np.int64))

    @cached_property
    def scores(self) -> Scores:
        """The mean of every cell, shape (C,); NaN where it is missing."""
        rows = self.rows
        found = np.full(len(rows), np.nan)
        stored = rows != MISSING
        found[stored] = self.column.mean[rows[stored]]
        if self._taken_place is not None:
            found[self._taken_place] = self.taken
        found.setflags(write=False)
        return found

    def supposing(self, scores: Scores) -> Ground:
        """The same cells with other scores, (C,): for bounds of what is not known yet."""
        found = replace(self)
        found.__dict__.update(rows=self.rows, ranks=self.ranks, scores=scores)
        return found

    @cached_property
    def there(self) -> Flags:
        """Which cells have a score, shape (C,)."""
        return ~np.isnan(self.scores)

    @cached_property
    def scored_by_rank(self) -> list[int]:
        """How many sets of each number of units have a score."""
        return [int(each) for each in np.bincount(self.ranks[self.there], minlength=self.m + 1)]

    @cached_property
    def sees_all(self) -> bool:
        """Whether every scored set in between is one of the cells: none splits a unit."""
        if (self.whole & ~self.held).bit_count() == self.m:
            return True
        words, width = self.index.words, self.index.words.shape[1]
        held, whole = (words_of_masks([each], width) for each in (self.held, self.whole))
        inside = ((words & ~whole) == 0).all(axis=1) & ((words & held) == held).all(axis=1)
        own = self.rows[self.rows != MISSING]
        return int((inside & (self.column.count > 0)).sum()) == int(
            (self.column.count[own] > 0).sum()
        )

    @cached_property
    def conventional(self) -> Flags:
        """Which cells hold a convention, which has no error, shape (C,)."""
        found = np.zeros(len(self.rows), dtype=np.bool_)
        stored = self.rows != MISSING
        found[stored] = self.column.declared[self.rows[stored]]
        if self._taken_place is not None:
            found[self._taken_place] = True
        return found

    @property
    def _taken_place(self) -> int | None:
        """The cell of `held`, where its score is the asker's."""
        return None if self.taken is None else 0

    def by_replicate(self) -> Scores:
        """The scores of every cell by replicate, (C, K); NaN where one is missing."""
        stored = self.rows != MISSING
        found = np.full((len(self.rows), self.column.by_replicate.shape[1]), np.nan)
        found[stored] = self.column.by_replicate[self.rows[stored]]
        if self._taken_place is not None:
            found[self._taken_place] = self.taken
        return found

    # -------------------------------------------------------- sums over cells

    def holding(self, amounts: Scores) -> tuple[Scores, Scores]:
        """The sums over the cells that hold each unit, (..., m), and over all cells (...)."""
        if self.tabled:
            return folds.containing(amounts)
        return self._in_parts(amounts, lambda part, held: part @ held), amounts.sum(axis=-1)

    def holding_pairs(self, amounts: Scores) -> tuple[Scores, Scores]:
        """The sums over the cells that hold each two units, (..., m, m), and over all cells.

        The diagonal has the sums for single units.
        """
        if self.tabled:
            return folds.containing_pairs(amounts)
        found = self._in_parts(amounts, lambda part, held: held.T @ (part[..., None] * held))
        return found, amounts.sum(axis=-1)

    def ranked(self, amounts: Scores, weights: Scores) -> Scores:
        """Amounts (..., C) times the weight of each cell's rank, weights (m + 1,)."""
        if self.tabled:
            return folds.by_rank(amounts, weights)
        return np.asarray(amounts * weights[self.ranks])

    def _in_parts(self, amounts: Scores, reduce: Callable[[Scores, Scores], Scores]) -> Scores:
        """The sum of what is made of some cells at a time: amounts (..., c), membership (c, m)."""
        step = max(1, _AT_ONCE // max(1, self.m))
        found = reduce(amounts[..., :0], np.empty((0, self.m)))
        for start in range(0, len(self.rows), step):
            stop_if_late("summing over the stored sets")
            part = slice(start, start + step)
            found = found + reduce(amounts[..., part], self.membership[part].astype(np.float64))
        return found

    # -------------------------------------------------------- sets

    def mask(self, cell: int) -> int:
        """The set of one cell."""
        if self.tabled:
            return self.held | sum(self.units[each] for each in positions_of_mask(cell))
        row = int(self.rows[cell])
        return self.held if row == MISSING else self.index.mask_of(row)

    def missing(self, weights: Scores) -> Iterator[tuple[int, int]]:
        """Sets without a score whose rank has a weight, heaviest first: mask and rank.

        Args:
            weights: of a set by its rank, (m + 1,).
        """
        for rank in np.argsort(-weights, kind="stable").tolist():
            if weights[rank] <= 0:
                continue
            if self.tabled:
                lacking = np.flatnonzero(~self.there & (folds.ranks(self.m) == rank))
                masks = (self.mask(each) for each in self.in_order(lacking).tolist())
            else:
                masks = (
                    self.held | sum(self.units[each] for each in chosen)
                    for chosen in combinations(range(self.m), rank)
                )
            for mask in masks:
                if self.tabled or not self.scored(mask):
                    yield mask, rank

    def in_order(self, corners: Rows) -> Rows:
        """Cells of a table by rank, within one as the combinations of their units are in order."""
        backwards = np.zeros(len(corners), dtype=np.int64)
        for unit in range(self.m):
            backwards = backwards << 1 | corners >> unit & 1
        return corners[np.lexsort((-backwards, folds.ranks(self.m)[corners]))]

    def scored(self, mask: int) -> bool:
        """Whether a set has a score."""
        if mask == self.held and self.taken is not None:
            return True
        row = self.index.row_of(mask)
        return row != MISSING and int(self.column.count[row]) > 0

    # -------------------------------------------------------- how they are found

    def _table_rows(self) -> Rows:
        words = words_of_masks([self.held], self.index.words.shape[1])
        for unit in self.units:
            unit_words = words_of_masks([unit], self.index.words.shape[1])
            words = np.concatenate([words, words | unit_words])
        if len(self.index) == 0:
            return np.full(len(words), MISSING, dtype=np.int64)
        return self.index.lookup.find(words)

    @cached_property
    def _inner(self) -> tuple[Rows, Flags]:
        """Stored sets of these units with a score, and which units each holds."""
        index, width = self.index, self.index.words.shape[1]
        held, whole = (words_of_masks([each], width) for each in (self.held, self.whole))
        inside = ((index.words & ~whole) == 0).all(axis=1) & ((index.words & held) == held).all(
            axis=1
        )
        rows = np.flatnonzero(inside & (self.column.count > 0))
        membership = np.empty((len(rows), self.m), dtype=np.bool_)
        fits = np.ones(len(rows), dtype=np.bool_)
        for place, unit in enumerate(self.units):
            stop_if_late("reading which units each set holds")
            touched = sorted({each // 64 for each in positions_of_mask(unit)})
            wanted = words_of_masks([unit], width)[:, touched]
            found = index.words[rows][:, touched] & wanted
            membership[:, place] = (found == wanted).all(axis=1)
            fits &= membership[:, place] | (found == 0).all(axis=1)
        rows, membership = rows[fits], membership[fits]
        if self.taken is not None:  # its cell comes first, stored or not
            others = membership.any(axis=1)
            own = rows[~others] if not others.all() else np.array([MISSING])
            rows = np.concatenate([own, rows[others]])
            nothing = np.zeros((1, self.m), dtype=np.bool_)
            membership = np.concatenate([nothing, membership[others]])
        return rows, membership

    @property
    def membership(self) -> Flags:
        """Which units each cell's set holds, shape (C, m); only where there is no table."""
        return self._inner[1]


def range_of(ground: Ground) -> tuple[float, float] | None:
    """The declared two-sided range of the ground's metric, or None."""
    metric = ground.index.measures[ground.measure].metric
    if metric.low is None or metric.high is None:
        return None
    if not (np.isfinite(metric.low) and np.isfinite(metric.high)):
        return None
    return metric.low, metric.high
