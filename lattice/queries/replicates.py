"""The replicates of one set's cells, one by one."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from lattice.index import LatticeIndex
from lattice.model import Replicate, SetReplicates
from lattice.queries.pieces import set_detail


def set_replicates(
    index: LatticeIndex,
    row: int,
    measures: tuple[int, ...],
    labels: Mapping[tuple[int, int], str],
) -> SetReplicates:
    """Every replicate of the set at `row` under some measures.

    Args:
        labels: what sources call them, by measure and number of the replicate.
    """
    found = set_detail(index, row, measures)
    return SetReplicates(
        training_set=found.training_set,
        members=found.members,
        measures=found.measures,
        cells=found.cells,
        replicates=tuple(_replicates(index, row, each, labels) for each in measures),
    )


def _replicates(
    index: LatticeIndex, row: int, measure: int, labels: Mapping[tuple[int, int], str]
) -> tuple[Replicate, ...]:
    """Those of one cell, in the order of their labels."""
    column = index.columns[measure]
    scores = column.by_replicate[row]
    found = []
    for place in np.flatnonzero(~np.isnan(scores)).tolist():
        label = labels.get((measure, int(column.blocks[place, 1])))
        found.append(Replicate(label, column.kinds[place], float(scores[place])))
    return tuple(sorted(found, key=lambda each: _natural(each.label)))


def _natural(label: str | None) -> tuple[str | int, ...]:
    """What labels are sorted by: the numbers in them as numbers, `seed 2` before `seed 10`."""
    parts = re.split(r"([0-9]+)", label or "")
    return tuple(int(part) if place % 2 else part for place, part in enumerate(parts))
