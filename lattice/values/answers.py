"""Sums over cells in words: values with their errors and bounds, and the cells they rest on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lattice.index import MISSING
from lattice.model import Bounds, Cell, Contrast, Status, Value, ValueRank, WeightedCell
from lattice.queries.admissible import countable
from lattice.replicates import LEVEL, METHODS, Combinations
from lattice.values.bounds import Intervals
from lattice.values.estimates.described import Estimated
from lattice.values.grounds import Ground, Scores

MOST_MISSING = 20
"""So many of the missing cells are named in an answer of values."""


@dataclass(frozen=True, eq=False)
class Findings:
    """What is known of Q sums of cells.

    Args:
        names, objects: of each sum.
        sums: the sums with their errors; NaN where a cell is missing.
        intervals: where they must lie, if anything bounds them.
        needed: how many cells have a weight in every sum, or in each.
        used: how many of them have a score, shape (Q,).
        coverage: their share of the sum of absolute weights, shape (Q,).
        sizes: what each sum may be divided by, if anything.
        why: why there are no bounds, where some are missing.
        estimates: of each sum, where some are missing and estimates are wanted.
    """

    names: Sequence[str]
    objects: Sequence[tuple[str, ...]]
    sums: Combinations
    intervals: Intervals | None
    needed: int | Sequence[int]
    used: Scores
    coverage: Scores
    sizes: Sequence[float | None]
    why: str = ""
    estimates: Estimated | None = None


def values(found: Findings, ranks: Sequence[ValueRank | None] | None = None) -> tuple[Value, ...]:
    """One Value for each sum."""
    half, said = found.sums.half_widths(), found.sums.notes()
    count = len(found.names)
    told = zip(range(count), half.tolist(), said, ranks or [None] * count, strict=True)
    return tuple(_value(found, *each) for each in told)


def _value(
    found: Findings, place: int, half: float, said: str | None, rank: ValueRank | None
) -> Value:
    sum_, size, needed = float(found.sums.value[place]), found.sizes[place], found.needed
    exact = sum_ == sum_
    method = METHODS[found.sums.method[place]] if exact else None
    bounds = None if exact or found.intervals is None else _bounds(found.intervals, place)
    estimate, lacking = None, None
    if found.estimates is not None:
        estimate, lacking = found.estimates.items[place], found.estimates.why[place]
    status: Status = "exact" if exact else "unavailable" if bounds is None else "bounded"
    notes = (lacking, None if bounds or estimate else found.why)
    return Value(
        name=found.names[place],
        objects=found.objects[place],
        status=status if estimate is None else "estimated",
        value=sum_ if exact else None,
        standard_error=None if method is None else float(found.sums.standard_error[place]),
        low=None if method is None else sum_ - half,
        high=None if method is None else sum_ + half,
        level=LEVEL,
        method=method,
        replicates=int(found.sums.replicates[place]) if exact else 0,
        bounds=bounds,
        needed=countable(needed if isinstance(needed, int) else needed[place]),
        used=round(float(found.used[place])),
        coverage=1.0 if exact else float(np.clip(found.coverage[place], 0.0, 1.0)),
        per_size=sum_ / size if exact and size else None,
        rank=rank,
        note=said if exact else "; ".join(each for each in notes if each) or None,
        estimate=estimate,
    )


def _bounds(found: Intervals, place: int) -> Bounds | None:
    low, high = float(found.low[place]), float(found.high[place])
    if low != low or high != high:
        return None
    return Bounds(low, high, found.assumption, found.sharp, found.violations, found.slack)


def weakest(items: Sequence[Value]) -> Status:
    """The weakest status of some values; exact where there are none."""
    order: tuple[Status, ...] = ("unavailable", "bounded", "estimated")
    return next((each for each in order if any(one.status == each for one in items)), "exact")


def weighted_cell(ground: Ground, mask: int, weight: float) -> WeightedCell:
    """A set with its weight and its cell; the score that the asker gave counts as declared."""
    row = ground.index.row_of(mask)
    cell = None if row == MISSING else ground.column.cell(row)
    if ground.taken is not None and mask == ground.held:
        cell = Cell(ground.taken, None, 1, "declared")
    return WeightedCell(ground.index.universe.training_set(mask), row != MISSING, weight, cell)


def contrast(sums: Combinations, note: str | None) -> Contrast:
    """A single sum of cells, with what has to be said where it is not there."""
    value = float(sums.value[0])
    if value != value:
        return Contrast("unavailable", None, None, None, None, LEVEL, None, 0, note)
    method, half = METHODS[sums.method[0]], float(sums.half_widths()[0])
    known = method is not None
    return Contrast(
        status="exact",
        value=value,
        standard_error=float(sums.standard_error[0]) if known else None,
        low=value - half if known else None,
        high=value + half if known else None,
        level=LEVEL,
        method=method,
        replicates=int(sums.replicates[0]),
        note="; ".join(each for each in (sums.notes()[0], note) if each) or None,
    )
