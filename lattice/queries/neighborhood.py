"""The sets one move from a training set, stored or not."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lattice.index import MISSING, LatticeIndex
from lattice.model import MissingNeighbor, Move, Neighbor, Neighborhood
from lattice.queries.deltas import deltas


def neighborhood(index: LatticeIndex, row: int, measures: tuple[int, ...]) -> Neighborhood:
    """All admissible moves from the set at `row`: adds before removes, by object position.

    Deltas are the neighbor's score minus this set's score.
    """
    neighbors, missing = [], []
    for move, mask, other in moves_from(index, row):
        named = index.universe.training_set(mask)
        if other == MISSING:
            missing.append(MissingNeighbor(move, named))
        else:
            cells = index.cells(other, measures)
            neighbors.append(Neighbor(move, named, cells, deltas(index, row, other, measures)))
    return Neighborhood(
        training_set=index.training_set(row),
        measures=tuple(index.measures[measure].name for measure in measures),
        cells=index.cells(row, measures),
        neighbors=tuple(neighbors),
        missing=tuple(missing),
    )


def moves_from(index: LatticeIndex, row: int) -> Iterator[tuple[Move, int, int]]:
    """Every admissible move from the set at `row`.

    Yields:
        (move, mask of the set that it leads to, that set's row or MISSING).
    """
    mask = index.mask_of(row)
    here = np.array([row])
    blocked = _blocked_variants(index, mask)
    adds = [p for p in range(index.universe.n) if not mask >> p & 1 and p not in blocked]
    removes = [p for p in range(index.universe.n) if mask >> p & 1]
    for kind, positions in (("add", adds), ("remove", removes)):
        for position in positions:
            move = Move("add" if kind == "add" else "remove", index.universe.names[position])
            yield move, mask ^ 1 << position, int(index.lookup.across(here, position)[0])


def _blocked_variants(index: LatticeIndex, mask: int) -> set[int]:
    """Positions of objects that may not be added: another variant of them is in the set."""
    objects = index.universe.objects
    held = {each.variant_of or each.name for each in objects if mask >> each.position & 1}
    return {each.position for each in objects if (each.variant_of or each.name) in held}
