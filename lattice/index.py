"""LatticeIndex: one state of a lattice in memory, immutable; lookup, moves and scores.

It is built from plain arrays and knows nothing of storage. Rows are in display order: by rank,
then by object position.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lattice.lookup import Moves, SetLookup
from lattice.model import Cell, Measure, ReplicateKind, TrainingSet
from lattice.notation import Universe
from lattice.replicates import Scores, summarize
from lattice.subsets import Words, masks_of_words, words_of_masks

Rows = NDArray[np.int64]
Blocks = NDArray[np.int64]
"""What the columns of `by_replicate` hold, (K, 2): number of the scope, number of the replicate."""
MISSING = -1


@dataclass(frozen=True, eq=False)
class ScoreColumn:
    """The scores of all N sets under one measure.

    `by_replicate` (N, K) has NaN where a cell lacks a replicate; column k holds one block (or
    one running number) of the kind `kinds[k]`, and `blocks[k]` says which; a measure without
    evaluations has one column of NaN and no block. `declared` (N,) marks cells that are
    conventions of their source. With a single replicate `mean` is that column itself.
    """

    by_replicate: Scores
    kinds: tuple[ReplicateKind, ...]
    declared: NDArray[np.bool_]
    mean: Scores
    standard_error: Scores
    count: NDArray[np.int32]
    blocks: Blocks

    @classmethod
    def of(
        cls,
        by_replicate: Scores,
        kinds: tuple[ReplicateKind, ...],
        declared: NDArray[np.bool_],
        blocks: Blocks | None = None,
    ) -> ScoreColumn:
        """A column with its cell summaries, all arrays frozen."""
        if by_replicate.shape[1] == 1:
            mean = by_replicate[:, 0]
            error, count = no_error(len(mean)), (~np.isnan(mean)).astype(np.int32)
        else:
            mean, error, wide = summarize(by_replicate)
            count = wide.astype(np.int32)
        if blocks is None:
            blocks = np.array([(0, each) for each in range(len(kinds))], dtype=np.int64)
        freeze(by_replicate, declared, mean, error, count, blocks)
        return cls(by_replicate, kinds, declared, mean, error, count, blocks)

    @cached_property
    def _some_declared(self) -> bool:
        return bool(self.declared.any())

    def are_plain(self, rows: Rows) -> bool:
        """Whether each of these cells has one measured score at most: no error is known."""
        if self.by_replicate.shape[1] > 1:
            return False
        return not (self._some_declared and self.declared[rows].any())

    def cell(self, row: int) -> Cell | None:
        """The cell of one set; None when nothing is stored there."""
        count, declared = int(self.count[row]), bool(self.declared[row])
        if count == 0:
            return None
        return Cell(
            mean=float(self.mean[row]),
            standard_error=None if declared or count < 2 else float(self.standard_error[row]),
            replicates=count,
            origin="declared" if declared else "measured",
        )


@dataclass(frozen=True, eq=False)
class LatticeIndex:
    """The stored sets of one lattice with their scores, at one state.

    A partial index holds only the sets around one or a few; `stored` then says how many sets the
    lattice holds. Every query about those sets answers alike on either.
    """

    state: str
    universe: Universe
    measures: tuple[Measure, ...]
    words: Words
    ranks: NDArray[np.int32]
    columns: tuple[ScoreColumn, ...]
    stored: int | None = None
    prepared: SetLookup | None = field(default=None, repr=False)

    def __len__(self) -> int:
        return len(self.words)

    @property
    def partial(self) -> bool:
        """Whether sets of the lattice are missing here."""
        return self.stored is not None

    @property
    def total(self) -> int:
        """How many sets the lattice holds."""
        return len(self) if self.stored is None else self.stored

    @cached_property
    def lookup(self) -> SetLookup:
        """Finds sets and their neighbors among the rows."""
        return self.prepared or SetLookup(self.words, self.universe.n)

    @property
    def moves(self) -> Moves:
        """All moves; see `SetLookup.holds_moves` for when it is well to ask for them."""
        return self.lookup.moves

    @property
    def nbytes(self) -> int:
        """Bytes of every array that is held by now, each counted once."""
        arrays: list[NDArray[np.generic]] = [self.words, self.ranks, *self._negated.values()]
        for each in self.columns:
            arrays += [each.by_replicate, each.declared, each.count, each.blocks]
            if each.by_replicate.shape[1] > 1:
                arrays += [each.mean, each.standard_error]
        return sum(each.nbytes for each in arrays) + self.lookup.nbytes

    def mask_of(self, row: int) -> int:
        """One row as a Python int."""
        if self.words.shape[1] == 1:
            return int(self.words[row, 0])
        return masks_of_words(self.words[row : row + 1])[0]

    def row_of(self, mask: int) -> int:
        """The row of a set, or MISSING (-1)."""
        if mask.bit_length() > self.universe.n:
            return MISSING
        if (table := self.lookup.table) is not None:
            return int(table[mask])
        return int(self.lookup.find(words_of_masks([mask], self.words.shape[1]))[0])

    def training_set(self, row: int) -> TrainingSet:
        """The set of one row as answers name it."""
        return self.universe.training_set(self.mask_of(row))

    def cells(self, row: int, measures: tuple[int, ...]) -> tuple[Cell | None, ...]:
        """The cells of one row under some measures."""
        return tuple(self.columns[measure].cell(row) for measure in measures)

    def goodness(self, measure: int) -> Scores:
        """Mean scores (N,) oriented so that more is better; NaN where there is none."""
        if self.measures[measure].metric.direction == "higher":
            return self.columns[measure].mean
        found = self._negated.get(measure)
        if found is None:
            found = self._negated[measure] = -self.columns[measure].mean
            freeze(found)
        return found

    @cached_property
    def _negated(self) -> dict[int, Scores]:
        return {}

    def nearest(self, mask: int, count: int = 3) -> tuple[TrainingSet, ...]:
        """The stored sets that differ from `mask` in the fewest objects, in display order."""
        if len(self) == 0 or count < 1:
            return ()
        wanted = words_of_masks([mask], self.words.shape[1])
        distance = np.bitwise_count(self.words ^ wanted).sum(axis=1, dtype=np.int64)
        key = distance * len(self) + np.arange(len(self))  # equally near: by row
        first = np.argpartition(key, min(count, len(self)) - 1)[:count]
        return tuple(self.training_set(int(row)) for row in first[np.argsort(key[first])])


def freeze(*arrays: NDArray[np.generic]) -> None:
    """Let the arrays never be written again."""
    for array in arrays:
        array.setflags(write=False)


def no_error(rows: int) -> Scores:
    """The standard errors of cells with one replicate: unknown, without taking memory."""
    return np.broadcast_to(np.float64(np.nan), (rows,))


# ------------------------------------------------------------------ columns from evaluations


def score_columns(
    measures: int,
    rows: int,
    *,
    row: Rows,
    measure: Rows,
    replicate: Rows,
    inner_replicate: Rows,
    scope: Rows,
    score: Scores,
    declared: NDArray[np.bool_],
    scopes: tuple[ReplicateKind, ...],
) -> tuple[ScoreColumn, ...]:
    """Evaluations as one ScoreColumn per measure.

    Inner replicates of one outer replicate are averaged. A replicate that several result sets
    report for one cell counts once, in the scope that comes first, and so does an inner one.

    Args:
        measures, rows: how many there are.
        row, measure, replicate, inner_replicate, scope, score, declared: one entry per
            evaluation, shape (C,).
        scopes: the kind of replicates of each scope.
    """
    columns = []
    for part in _by_measure(measure, measures):
        part = _first_reports(part, row, replicate, inner_replicate, scope)
        blocks, block = _blocks_of(scope[part], replicate[part])
        shape = (rows, max(1, len(blocks)))
        place = row[part] * shape[1] + block
        count = np.bincount(place, minlength=rows * shape[1])
        by_replicate = np.full(rows * shape[1], np.nan)
        if len(part) and count.max() > 1:
            total = np.bincount(place, weights=score[part], minlength=len(count))
            np.divide(total, count, out=by_replicate, where=count > 0)
        else:
            by_replicate[place] = score[part]
        is_declared = np.zeros(rows, dtype=np.bool_)
        is_declared[row[part][declared[part]]] = True
        kinds = tuple(scopes[each] for each in blocks[:, 0].tolist()) or ("unlabelled",)
        columns.append(ScoreColumn.of(by_replicate.reshape(shape), kinds, is_declared, blocks))
    return tuple(columns)


def _by_measure(measure: Rows, measures: int) -> Iterable[Rows]:
    """The evaluations of each measure."""
    if measures == 1:
        return [np.arange(len(measure))]
    order = np.argsort(measure.astype(np.int32), kind="stable")
    return np.split(order, np.searchsorted(measure[order], np.arange(1, measures)))[:measures]


def _blocks_of(scope: Rows, replicate: Rows) -> tuple[Blocks, Rows]:
    """The distinct (scope, replicate), sorted, and the place of each evaluation's among them."""
    if len(scope) == 0:
        return np.empty((0, 2), dtype=np.int64), np.empty(0, dtype=np.int64)
    if scope.min() == scope.max() and replicate.min() == replicate.max():
        return np.array([[scope[0], replicate[0]]]), np.zeros(len(scope), dtype=np.int64)
    names, number = np.unique(replicate, return_inverse=True)
    keys, place = np.unique(scope * len(names) + number, return_inverse=True)
    return np.stack([keys // len(names), names[keys % len(names)]], axis=1), place


def _first_reports(
    part: Rows, row: Rows, replicate: Rows, inner_replicate: Rows, scope: Rows
) -> Rows:
    """The evaluations whose (row, replicate) no earlier scope reported, each inner one once.

    Inner replicates come in the order of their numbers, however they were read.
    """
    if len(part) == 0 or _reported_once(row[part], replicate[part]):
        return part
    order = part[np.lexsort((inner_replicate[part], scope[part], replicate[part], row[part]))]
    new_cell = np.ones(len(order), dtype=np.bool_)
    new_cell[1:] = (np.diff(row[order]) != 0) | (np.diff(replicate[order]) != 0)
    first_scope = scope[order][np.maximum.accumulate(np.where(new_cell, np.arange(len(order)), 0))]
    again = np.zeros(len(order), dtype=np.bool_)
    again[1:] = (
        ~new_cell[1:] & (np.diff(scope[order]) == 0) & (np.diff(inner_replicate[order]) == 0)
    )
    return np.asarray(order[(scope[order] == first_scope) & ~again])


def _reported_once(row: Rows, replicate: Rows) -> bool:
    """Whether no two evaluations have the same row and replicate."""
    names, number = np.unique(replicate, return_inverse=True)
    keys = np.sort(row * len(names) + number)
    return bool((np.diff(keys) != 0).all())
