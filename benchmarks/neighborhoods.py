"""Neighborhoods with deltas against a prepared SQL lookup of the same rows, and against Kuzu."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.harness import Sample, pairs_wanted, sample
from benchmarks.lattices import Example
from benchmarks.peers import Kuzu, Sql, sql
from lattice.queries.neighborhood import neighborhood_columns

_SETS, _SLOWER_SETS = 30, 5
"""Sets for each pair that is wanted: single questions take microseconds."""


def comparisons(example: Example, folder: Path) -> Iterator[Sample]:
    """The same random sets, asked of us and of each peer in turns."""
    index = example.index
    count = pairs_wanted(100)
    sets = np.random.default_rng(8).integers(0, len(index), _SETS * count).tolist()
    few = sets[: _SLOWER_SETS * count]
    keys = {row: index.training_set(row).key for row in few}
    name = f"neighborhood with deltas, {example.name} ({example.size})"
    lookup = "one prepared SQL lookup of the same rows"

    def ours(row: int) -> object:
        return neighborhood_columns(index, row, (0,))

    with sql(example) as database:
        identifiers = database.identifiers
        agree(example, sets[:50], database)

        def theirs(row: int) -> object:
            return database.neighbors(identifiers[row])

        for row in sets:  # SQLite's pages are then in memory, as our arrays are
            theirs(row)
        yield sample(name, sets, ours, lookup, theirs, at_most=1.0)
        yield sample(
            f"{name}, the facade's whole answer",
            few,
            lambda row: example.stored.neighbors(keys[row]),
            lookup,
            theirs,
        )
    kuzu = Kuzu(example, folder)
    for row in few[:10]:
        found = sorted((int(other), score, delta) for other, score, delta in kuzu.neighbors(row))
        assert np.allclose(found, sorted(_listed(example, row)))
    yield sample(name, few, ours, "a Cypher query of Kuzu", kuzu.neighbors, at_most=1.0)


def agree(example: Example, rows: list[int], database: Sql) -> None:
    """Whether we and SQL give the same neighbors, scores and deltas."""
    row_of = {identifier: row for row, identifier in enumerate(database.identifiers)}
    for row in rows:
        found = database.neighbors(database.identifiers[row])
        theirs = sorted((row_of[to], score, delta) for _, _, to, score, delta in found)
        assert np.allclose(theirs, sorted(_listed(example, row)))


def _listed(example: Example, row: int) -> list[tuple[int, float, float]]:
    """(neighbor, its score, delta) of every stored neighbor, as we give them."""
    found = neighborhood_columns(example.index, row, (0,))
    rows = found.around.rows
    scores = example.index.columns[0].mean[rows]
    return list(zip(rows.tolist(), scores.tolist(), found.deltas[0].value.tolist(), strict=True))
