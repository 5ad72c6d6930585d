"""Sets beside a baseline, and a set without groups of its objects."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import and_, or_

import numpy as np

from lattice.index import MISSING, LatticeIndex
from lattice.model import (
    ComparedSet,
    Comparison,
    Delta,
    GroupValue,
    GroupValues,
    ReplicateKind,
    ReplicateMatch,
)
from lattice.notation import Universe
from lattice.queries.admissible import is_admissible
from lattice.queries.deltas import deltas, unavailable
from lattice.queries.pieces import corner, names_at, next_page
from lattice.replicates import PAIRED
from lattice.subsets import positions_of_mask


def compare(index: LatticeIndex, masks: Sequence[int], measures: tuple[int, ...]) -> Comparison:
    """Each of the sets compared with the first, which is the baseline; stored or not."""
    meet, join = reduce(and_, masks), reduce(or_, masks)
    notes = []
    if not is_admissible(index.universe, join):
        notes.append("the join holds two variants of one object: it can never be stored")
    return Comparison(
        measures=tuple(index.measures[each].name for each in measures),
        protocols=tuple(index.measures[each].protocol.name for each in measures),
        baseline=corner(index, masks[0], measures),
        sets=tuple(_compared(index, masks[0], mask, measures) for mask in masks[1:]),
        held=names_at(index, meet),
        meet=corner(index, meet, measures),
        join=corner(index, join, measures),
        notes=tuple(notes),
    )


def _compared(
    index: LatticeIndex, baseline: int, mask: int, measures: tuple[int, ...]
) -> ComparedSet:
    found = corner(index, mask, measures)
    return ComparedSet(
        training_set=found.training_set,
        stored=found.stored,
        cells=found.cells,
        added=names_at(index, mask & ~baseline),
        removed=names_at(index, baseline & ~mask),
        distance=(mask ^ baseline).bit_count(),
        deltas=_deltas(index, baseline, mask, measures),
        replicates=tuple(_match(index, baseline, mask, each) for each in measures),
    )


def _deltas(
    index: LatticeIndex, before: int, after: int, measures: tuple[int, ...]
) -> tuple[Delta, ...]:
    """The deltas between two sets, stored or not."""
    rows = index.row_of(before), index.row_of(after)
    if MISSING not in rows:
        return deltas(index, *rows, measures)
    names = [
        index.universe.spell(mask)
        for mask, row in zip((before, after), rows, strict=True)
        if row == MISSING
    ]
    note = f"{' and '.join(names)} {'is' if len(names) == 1 else 'are'} not stored"
    return (unavailable(note),) * len(measures)


def _match(index: LatticeIndex, before: int, after: int, measure: int) -> ReplicateMatch:
    column = index.columns[measure]
    has_before, has_after = (
        np.zeros(len(column.kinds), dtype=np.bool_)
        if row == MISSING
        else ~np.isnan(column.by_replicate[row])
        for row in (index.row_of(before), index.row_of(after))
    )
    used: dict[ReplicateKind, None] = {
        kind: None
        for kind, one, other in zip(column.kinds, has_before, has_after, strict=True)
        if one or other
    }
    both = has_before & has_after & np.array([kind in PAIRED for kind in column.kinds])
    paired = 0 if "unlabelled" in used else int(both.sum())
    return ReplicateMatch(int(has_before.sum()), int(has_after.sum()), paired, tuple(used))


def group_values(
    index: LatticeIndex,
    mask: int,
    groups: Sequence[tuple[str, int]],
    measures: tuple[int, ...],
    *,
    start: int = 0,
    limit: int = 200,
) -> GroupValues:
    """Leave-one-out values v(S) - v(S - G) of groups of objects in the set S.

    Args:
        groups: what each group is called, and its objects. Objects that S does not hold change
            nothing; the note says so.
    """
    whole = corner(index, mask, measures)
    outside = [name for name, group in groups if group & ~mask]
    notes = [f"{name} is not wholly in {whole.training_set.name}" for name in outside[:5]]
    return GroupValues(
        training_set=whole.training_set,
        stored=whole.stored,
        measures=tuple(index.measures[each].name for each in measures),
        cells=whole.cells,
        items=tuple(
            GroupValue(
                group=name,
                removed=names_at(index, mask & group),
                without=corner(index, mask & ~group, measures),
                values=_deltas(index, mask & ~group, mask, measures),
            )
            for name, group in groups[start : start + limit]
        ),
        next=next_page(start, limit, len(groups)),
        total=len(groups),
        notes=tuple(notes),
    )


def groups_by_object(universe: Universe, mask: int) -> list[tuple[str, int]]:
    """Each object of the set as a group of its own."""
    return [(universe.names[each], 1 << each) for each in positions_of_mask(mask)]


def groups_by_owner(universe: Universe, mask: int) -> list[tuple[str, int]]:
    """The objects of the set by owner, in the order of their first objects; others are left."""
    found: dict[str, int] = {}
    for each in universe.objects:
        if each.owner is not None and mask >> each.position & 1:
            found[each.owner] = found.get(each.owner, 0) | 1 << each.position
    return list(found.items())
