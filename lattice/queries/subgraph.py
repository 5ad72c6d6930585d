"""Stored sets as columns, for drawing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lattice.index import LatticeIndex
from lattice.model import Subgraph
from lattice.queries.search import chosen_rows
from lattice.subsets import key_of_mask, masks_of_words


def subgraph(
    index: LatticeIndex, measure: int | None, most: int, where: str | None = None
) -> Subgraph:
    """All sets with their cells under one measure, or an even sample of every rank.

    Args:
        most: how many sets are given at most.
        where: only the sets that a predicate selects.
    """
    selected = chosen_rows(index, where)
    rows = selected[_sampled(index.ranks[selected], most)]
    mean: list[float | None] = [None] * len(rows)
    error, replicates, declared = list(mean), [0] * len(rows), [False] * len(rows)
    if measure is not None:
        column = index.columns[measure]
        known = np.where(column.declared, np.nan, column.standard_error)
        mean, error = _nullable(column.mean[rows]), _nullable(known[rows])
        replicates = column.count[rows].tolist()
        declared = column.declared[rows].tolist()
    return Subgraph(
        measure=None if measure is None else index.measures[measure].name,
        total=len(selected),
        shown=len(rows),
        keys=tuple(key_of_mask(mask) for mask in masks_of_words(index.words[rows])),
        means=tuple(mean),
        standard_errors=tuple(error),
        replicates=tuple(replicates),
        declared=tuple(declared),
    )


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
