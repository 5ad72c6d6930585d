"""Sets that a predicate selects, sorted, by pages; the best of them, and how far that is luck."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from lattice.errors import UnknownMeasure, about
from lattice.index import LatticeIndex
from lattice.model import Optimism, SetField, SetPage
from lattice.notation import find_measure
from lattice.queries.amounts import AMOUNTS, amounts
from lattice.queries.crossfit import FEWEST_BLOCKS, crossfit_choice, shared_blocks, too_few_blocks
from lattice.queries.pieces import CONVENTION, declared_last, set_detail
from lattice.queries.predicates import select

Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Sorting:
    """How sets are sorted: the highest `merit` (N,) first, missing (NaN) last.

    Where they are sorted by a measure, merit is `sign` times its scores, and `CONVENTION` where
    these are declared: what nobody measured wins nothing. Where by cost or size, `amounts` (N,)
    are these.
    """

    name: str
    merit: Numbers
    measure: int | None = None
    sign: int = 1
    amounts: Numbers | None = None


def sorting_by(index: LatticeIndex, text: str) -> Sorting:
    """What the text says to sort by: rank, cost, size or a measure; the other way round with -.

    A measure's best score comes first, by its direction; the smallest rank, cost and size.
    Declared scores follow all measured ones, whichever way round these are.

    Raises:
        BadQuestion: no object has a cost, or a size.
        UnknownMeasure, Ambiguous.
    """
    with about(text):
        word = text.removeprefix("-")
        if word in AMOUNTS:
            found = amounts(index, word)
            said = None if word == "rank" else found
            return Sorting(text, found if text != word else -found, amounts=said)
        measure, turned = _measure_in(index, text)
        merit, name = index.goodness(measure), index.measures[measure].name
        higher = index.measures[measure].metric.direction == "higher"
        if turned:
            merit, name = -merit, f"-{name}"
        merit = declared_last(merit, index.columns[measure].declared)
        return Sorting(name, merit, measure, 1 if higher != turned else -1)


def _measure_in(index: LatticeIndex, text: str) -> tuple[int, bool]:
    """The measure, and whether a minus before its name turns the order around."""
    try:
        return find_measure(text, index.measures), False
    except UnknownMeasure as error:
        if not text.startswith("-"):
            error.hint += f" Sets are sorted by {', '.join(AMOUNTS)}, too."
            raise
    return find_measure(text.removeprefix("-"), index.measures), True


def best_rows(merit: Numbers, count: int) -> Rows:
    """The places of the `count` highest numbers, highest first; equal ones as they stand.

    Missing numbers (NaN) come last. Only what is asked for is sorted.
    """
    cost = np.where(np.isnan(merit), np.inf, -merit)
    if 0 < count < len(cost):
        bound = np.partition(cost, count - 1)[count - 1]
        below = np.flatnonzero(cost < bound)
        equal = np.flatnonzero(cost == bound)[: count - len(below)]
        chosen = np.sort(np.concatenate([below, equal]))
    else:
        chosen = np.arange(min(count, len(cost)))
    return chosen[np.argsort(cost[chosen], kind="stable")]


def chosen_rows(index: LatticeIndex, where: str | None) -> Rows:
    """The rows that a predicate selects; all without one."""
    return np.arange(len(index)) if where is None else np.flatnonzero(select(index, where))


def chosen_part(index: LatticeIndex, where: str | None) -> Flags | slice:
    """What takes the sets that a predicate selects out of an array; all, uncopied, without one."""
    return slice(None) if where is None else select(index, where)


def search(
    index: LatticeIndex,
    measures: tuple[int, ...],
    start: int,
    limit: int,
    *,
    where: str | None = None,
    sorting: Sorting | None = None,
    top: int | None = None,
    fields: Collection[SetField] = get_args(SetField),
) -> SetPage:
    """One page of the sets that a predicate selects.

    Args:
        measures: whose cells are listed.
        sorting: in display order without it.
        top: list only so many, the first in this order that have the number.
        fields: what is said of each set.
    """
    rows = chosen_rows(index, where)
    total, notes, optimism = len(rows), [], None
    if sorting is not None:
        merit = sorting.merit[rows]
        scored = rows[merit > CONVENTION]
        missing = int(np.isnan(merit).sum())
        declared = len(rows) - len(scored) - missing
        if missing:
            end = "come last" if top is None else "are left out"
            notes.append(f"{missing:,} of {len(rows):,} sets without it {end}")
        if declared:
            end = "come after the measured ones" if top is None else "are left out"
            notes.append(f"{declared:,} of {len(rows):,} sets whose score is only declared {end}")
        if top is not None:
            total = min(top, len(scored))
        rows = rows[best_rows(merit, min(start + limit, total))]
        if start == 0 and total and len(scored):
            optimism = winners_luck(index, sorting, scored, int(rows[0]))
    shown = rows[start : start + limit].tolist()
    return SetPage(
        measures=tuple(index.measures[each].name for each in measures if "cells" in fields),
        items=tuple(set_detail(index, row, measures, fields) for row in shown),
        amounts=_amounts_of(sorting, shown),
        next=str(start + limit) if start + limit < total else None,
        total=total,
        sort="rank" if sorting is None else sorting.name,
        optimism=optimism,
        notes=tuple(notes),
    )


def _amounts_of(sorting: Sorting | None, rows: Sequence[int]) -> tuple[float | None, ...]:
    """What the sets of these rows are sorted by, where it is neither rank nor score."""
    if sorting is None or sorting.amounts is None:
        return ()
    found = sorting.amounts[rows].tolist()
    return tuple(None if math.isnan(amount) else amount for amount in found)


# ------------------------------------------------------------------ the winner's luck


def winners_luck(
    index: LatticeIndex, sorting: Sorting, scored: Rows, first: int
) -> Optimism | None:
    """How far the set that comes first among the scored ones may owe that to noise.

    The blocks that all of them share choose. Sets that the leader beats in every block can win on
    no half and in no resample: they take no part.
    """
    if sorting.measure is None:
        return None
    column = index.columns[sorting.measure]
    used = np.zeros(len(index), dtype=np.bool_)
    used[scored] = True
    blocks = shared_blocks(column, used)[scored]
    if blocks.shape[1] < FEWEST_BLOCKS:
        return too_few_blocks(blocks.shape[1], float(column.mean[first]))
    leader = int(np.argmax(sorting.sign * blocks.mean(axis=1)))
    able = (sorting.sign * (blocks - blocks[leader]) >= 0).any(axis=1)
    found = crossfit_choice(blocks[able], lambda means: int(np.argmax(sorting.sign * means)))
    if scored[leader] == first:
        return found
    name = index.training_set(int(scored[leader])).name
    return structs.replace(found, note=f"the shared replicates alone choose {name}")
