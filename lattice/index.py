"""LatticeIndex: one state of a lattice in memory, immutable; lookup, moves and scores.

It is built from plain arrays and knows nothing of storage. Rows are in display order: by rank,
then by object position.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lattice.model import Cell, Measure, ReplicateKind, TrainingSet
from lattice.notation import Universe
from lattice.replicates import Scores, summarize
from lattice.subsets import SetLookup, Words, masks_of_words, words_of_masks

Rows = NDArray[np.int64]
MISSING = -1


@dataclass(frozen=True)
class ScoreColumn:
    """The scores of all N sets under one measure.

    `by_replicate` (N, K) has NaN where a cell lacks a replicate; column k holds one block (or
    one running number) of the kind `kinds[k]`. `declared` (N,) marks cells that are conventions
    of their source.
    """

    by_replicate: Scores
    kinds: tuple[ReplicateKind, ...]
    declared: NDArray[np.bool_]
    mean: Scores
    standard_error: Scores
    count: NDArray[np.int64]

    @classmethod
    def of(
        cls, by_replicate: Scores, kinds: tuple[ReplicateKind, ...], declared: NDArray[np.bool_]
    ) -> ScoreColumn:
        """A column with its cell summaries, all arrays frozen."""
        mean, error, count = summarize(by_replicate)
        for array in (by_replicate, declared, mean, error, count):
            array.setflags(write=False)
        return cls(by_replicate, kinds, declared, mean, error, count)

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


@dataclass(frozen=True)
class LatticeIndex:
    """The stored sets of one lattice with their scores, at one state."""

    state: str
    universe: Universe
    measures: tuple[Measure, ...]
    words: Words
    ranks: NDArray[np.int64]
    columns: tuple[ScoreColumn, ...]

    def __len__(self) -> int:
        return len(self.words)

    @cached_property
    def lookup(self) -> SetLookup:
        """Finds sets and their neighbors among the rows."""
        return SetLookup(self.words, self.universe.n)

    def mask_of(self, row: int) -> int:
        """One row as a Python int."""
        return masks_of_words(self.words[row : row + 1])[0]

    def row_of(self, mask: int) -> int:
        """The row of a set, or MISSING (-1)."""
        if mask.bit_length() > self.universe.n:
            return MISSING
        return int(self.lookup.find(words_of_masks([mask], self.words.shape[1]))[0])

    def training_set(self, row: int) -> TrainingSet:
        """The set of one row as answers name it."""
        return self.universe.training_set(self.mask_of(row))

    def cells(self, row: int, measures: tuple[int, ...]) -> tuple[Cell | None, ...]:
        """The cells of one row under some measures."""
        return tuple(self.columns[measure].cell(row) for measure in measures)

    def goodness(self, measure: int) -> Scores:
        """Mean scores (N,) oriented so that more is better; NaN where there is none."""
        mean = self.columns[measure].mean
        return mean if self.measures[measure].metric.direction == "higher" else -mean

    def nearest(self, mask: int, count: int = 3) -> tuple[TrainingSet, ...]:
        """The stored sets that differ from `mask` in the fewest objects, in display order."""
        if len(self) == 0:
            return ()
        wanted = words_of_masks([mask], self.words.shape[1])
        distance = np.bitwise_count(self.words ^ wanted).sum(axis=1)
        return tuple(
            self.training_set(int(row)) for row in np.argsort(distance, kind="stable")[:count]
        )


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
    order = np.argsort(measure, kind="stable")
    bounds = np.searchsorted(measure[order], np.arange(measures + 1))
    for index in range(measures):
        part = order[bounds[index] : bounds[index + 1]]
        part = _first_reports(part, row, replicate, inner_replicate, scope)
        names = np.stack([scope[part], replicate[part]], axis=1)
        blocks, block = np.unique(names, axis=0, return_inverse=True)
        block = block.reshape(-1)
        shape = (rows, max(1, len(blocks)))
        total, count = np.zeros(shape), np.zeros(shape)
        np.add.at(total, (row[part], block), score[part])
        np.add.at(count, (row[part], block), 1)
        by_replicate = np.divide(total, count, out=np.full(shape, np.nan), where=count > 0)
        is_declared = np.zeros(rows, dtype=np.bool_)
        is_declared[row[part][declared[part]]] = True
        kinds = tuple(scopes[each] for each in blocks[:, 0].tolist())
        columns.append(ScoreColumn.of(by_replicate, kinds or ("unlabelled",), is_declared))
    return tuple(columns)


def _first_reports(
    part: Rows, row: Rows, replicate: Rows, inner_replicate: Rows, scope: Rows
) -> Rows:
    """The evaluations whose (row, replicate) no earlier scope reported, each inner one once."""
    if len(part) == 0:
        return part
    order = part[np.lexsort((inner_replicate[part], scope[part], replicate[part], row[part]))]
    new_cell = np.ones(len(order), dtype=np.bool_)
    new_cell[1:] = (np.diff(row[order]) != 0) | (np.diff(replicate[order]) != 0)
    first_scope = scope[order][np.maximum.accumulate(np.where(new_cell, np.arange(len(order)), 0))]
    again = np.zeros(len(order), dtype=np.bool_)
    again[1:] = (
        ~new_cell[1:] & (np.diff(scope[order]) == 0) & (np.diff(inner_replicate[order]) == 0)
    )
    return np.sort(order[(scope[order] == first_scope) & ~again])
