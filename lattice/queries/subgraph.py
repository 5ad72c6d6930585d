"""Stored sets as columns, for drawing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lattice.index import LatticeIndex
from lattice.model import Subgraph
from lattice.queries.search import chosen_rows
from lattice.subsets import Words, key_of_mask, masks_of_words


@dataclass(frozen=True, eq=False)
class SubgraphColumns:
    """Stored sets and their cells under one measure as arrays, one entry (N,) per shown set.

    `words` (N, W) are the sets. `means` and `standard_errors` are NaN where there is none.
    """

    measure: str | None
    total: int
    objects: int
    words: Words
    means: NDArray[np.float64]
    standard_errors: NDArray[np.float64]
    replicates: NDArray[np.uint32]
    declared: NDArray[np.bool_]

    def about(self) -> dict[str, str]:
        """What else is to be known of the arrays."""
        said = {"total": f"{self.total}", "objects": f"{self.objects}"}
        return said if self.measure is None else said | {"measure": self.measure}

    def arrays(self) -> dict[str, NDArray[Any]]:
        """The arrays to send: sets as 32-bit words (N, W), lowest positions first.

        A column whose entries are all alike has one of them.
        """
        width = max(1, -(-self.objects // 32))
        return {
            "means": _shortest(self.means),
            "standard_errors": _shortest(self.standard_errors),
            "words": self.words.astype("<u8").view("<u4")[:, :width],
            "replicates": _shortest(self.replicates),
            "declared": _shortest(self.declared),
        }


def subgraph_columns(
    index: LatticeIndex,
    measure: int | None,
    most: int,
    where: str | None = None,
    start: int | None = None,
) -> SubgraphColumns:
    """All sets with their cells under one measure, or an even sample of every rank.

    Args:
        most: how many sets are given at most.
        where: only the sets that a predicate selects.
        start: no sample, but the sets from this one on.
    """
    selected = chosen_rows(index, where)
    if start is None:
        rows = selected[_sampled(index.ranks[selected], most)]
    else:
        rows = selected[start : start + most]
    means = errors = np.full(len(rows), np.nan)
    replicates, declared = np.zeros(len(rows), np.uint32), np.zeros(len(rows), np.bool_)
    if measure is not None:
        column = index.columns[measure]
        declared, replicates = column.declared[rows], column.count[rows].astype(np.uint32)
        means = column.mean[rows]
        errors = np.where(declared, np.nan, column.standard_error[rows])
    return SubgraphColumns(
        measure=None if measure is None else index.measures[measure].name,
        total=len(selected),
        objects=index.universe.n,
        words=index.words[rows],
        means=means,
        standard_errors=errors,
        replicates=replicates,
        declared=declared,
    )


def subgraph(columns: SubgraphColumns) -> Subgraph:
    """The same as lists, with keys for the sets."""
    return Subgraph(
        measure=columns.measure,
        total=columns.total,
        shown=len(columns.words),
        keys=tuple(key_of_mask(mask) for mask in masks_of_words(columns.words)),
        means=tuple(_nullable(columns.means)),
        standard_errors=tuple(_nullable(columns.standard_errors)),
        replicates=tuple(columns.replicates.tolist()),
        declared=tuple(columns.declared.tolist()),
    )


def _shortest(values: NDArray[Any]) -> NDArray[Any]:
    """The first entry alone, where all are the same bytes."""
    octets = np.ascontiguousarray(values).view(np.uint8).reshape(len(values), values.itemsize)
    return values[:1] if (octets == octets[:1]).all() else values


def _sampled(ranks: NDArray[np.int32], most: int) -> NDArray[np.int64]:
    """At most `most` rows, evenly spaced within every rank in proportion to its size."""
    total = len(ranks)
    if total <= most:
        return np.arange(total)
    levels, sizes = np.unique(ranks, return_counts=True)
    shares = np.maximum(1, sizes * most // total)
    while shares.sum() > most:
        shares[np.argmax(shares)] -= 1
    starts = np.searchsorted(ranks, levels)
    picks = [
        start + np.linspace(0, size - 1, share).astype(np.int64)
        for start, size, share in zip(starts, sizes, shares, strict=True)
    ]
    return np.concatenate(picks)[:most]


def _nullable(values: NDArray[np.float64]) -> list[float | None]:
    return [None if value != value else value for value in values.tolist()]
