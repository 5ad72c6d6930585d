"""The stored sets nearest to a set, stored or not: what to add and what to remove."""

from __future__ import annotations

from lattice.index import MISSING, LatticeIndex
from lattice.model import Nearest, NearSet
from lattice.queries.amounts import distances
from lattice.queries.search import best_rows
from lattice.subsets import positions_of_mask


def nearest(index: LatticeIndex, mask: int, count: int, measures: tuple[int, ...]) -> Nearest:
    """The `count` stored sets that differ from a set in the fewest objects, in display order."""
    names = index.universe.names
    apart = distances(index, mask)
    items = []
    for row in best_rows(-apart, count).tolist():
        other = index.mask_of(row)
        added, removed = positions_of_mask(other & ~mask), positions_of_mask(mask & ~other)
        items.append(
            NearSet(
                training_set=index.training_set(row),
                distance=int(apart[row]),
                add=tuple(names[each] for each in added),
                remove=tuple(names[each] for each in removed),
                cells=index.cells(row, measures),
            )
        )
    return Nearest(
        training_set=index.universe.training_set(mask),
        stored=index.row_of(mask) != MISSING,
        measures=tuple(index.measures[each].name for each in measures),
        items=tuple(items),
    )
