"""The sets within a few moves of a training set, stored or not, and what the moves change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lattice.index import LatticeIndex, Rows
from lattice.model import (
    DeltaSummary,
    Extreme,
    MissingNeighbor,
    Move,
    MoveOption,
    Neighbor,
    Neighborhood,
    NeighborSummary,
    Side,
)
from lattice.queries.admissible import countable
from lattice.queries.balls import Ball, ball, side_of
from lattice.queries.deltas import delta, delta_columns, deltas_between
from lattice.queries.pieces import best_first, cells_at, names_at, next_page
from lattice.replicates import Combinations, Flags, Scores
from lattice.subsets import masks_of_words

Names = tuple[str, ...]
OPTIMISTIC = "the best and the worst of many are chosen on the same scores: optimistic"


@dataclass(frozen=True, eq=False)
class NeighborColumns:
    """The stored neighbors of a set as arrays, and the deltas from it under each measure."""

    around: Ball
    deltas: tuple[Combinations, ...]


def neighborhood_columns(
    index: LatticeIndex,
    row: int,
    measures: tuple[int, ...],
    *,
    radius: int = 1,
    moves: tuple[MoveOption, ...] = ("add", "remove"),
) -> NeighborColumns:
    """The same neighborhood as `neighborhood`, without names and pages."""
    around = ball(index, row, radius, frozenset(moves))
    here = np.broadcast_to(np.int64(row), around.rows.shape)
    return NeighborColumns(
        around, tuple(delta_columns(index, here, around.rows, each) for each in measures)
    )


def neighborhood(
    index: LatticeIndex,
    row: int,
    measures: tuple[int, ...],
    *,
    radius: int = 1,
    moves: tuple[MoveOption, ...] = ("add", "remove"),
    sort: int | None = None,
    start: int = 0,
    limit: int = 1_000,
    missing_start: int = 0,
) -> Neighborhood:
    """The sets within `radius` moves of the set at `row`.

    Deltas are the neighbor's score minus this set's score.

    Args:
        moves: which moves are made.
        sort: the measure by whose score neighbors are sorted, the best first, those without a
            score last; without it they are in the order of a `Ball`.
        start, limit: which page of the stored neighbors is given.
        missing_start: where the page of the missing ones starts; it has at most `limit`, too.
    """
    around = ball(index, row, radius, frozenset(moves))
    order = best_first(index, around.rows, sort)
    page = order[start : start + limit]
    tried, in_time = around.first_missing(missing_start + limit)
    missing = tried[missing_start:]
    whole = len(page) == len(order) and len(missing) == around.missing
    notes = [] if in_time else [f"only the first {len(tried):,} missing sets had time"]
    if not whole:
        notes.append(OPTIMISTIC)
    return Neighborhood(
        training_set=index.training_set(row),
        measures=tuple(index.measures[measure].name for measure in measures),
        cells=index.cells(row, measures),
        neighbors=_neighbors(around, page, measures),
        missing=tuple(_missing(around, mask) for mask in missing),
        radius=radius,
        moves=moves,
        sort=None if sort is None else index.measures[sort].name,
        next=next_page(start, limit, len(order)),
        total=len(order),
        missing_total=countable(around.missing),
        summaries=() if whole else _summaries(around, measures),
        notes=tuple(notes),
    )


def _neighbors(around: Ball, page: Rows, measures: tuple[int, ...]) -> tuple[Neighbor, ...]:
    """The neighbors at these places of the ball."""
    index, rows = around.index, around.rows[page]
    here = np.full(len(rows), around.center)
    cells = [cells_at(index, rows, each) for each in measures]
    deltas = [deltas_between(index, here, rows, each) for each in measures]
    per_cell = zip(*cells, strict=True) if cells else iter([()] * len(rows))
    per_delta = zip(*deltas, strict=True) if deltas else iter([()] * len(rows))
    masks = masks_of_words(index.words[rows])
    named = map(index.universe.training_set, masks)
    distances = around.distance[page].tolist()
    return tuple(
        Neighbor(
            _move(added, removed), training_set, its_cells, its_deltas, distance, added, removed
        )
        for training_set, its_cells, its_deltas, distance, (added, removed) in zip(
            named, per_cell, per_delta, distances, _changes(around, masks), strict=True
        )
    )


def _changes(around: Ball, masks: Sequence[int]) -> Iterator[tuple[Names, Names]]:
    """The names of the objects that each set has more, and less, than the center."""
    names, center = around.index.universe.names, around.mask
    for mask in masks:
        changed = mask ^ center
        if changed & (changed - 1):
            index = around.index
            yield names_at(index, changed & mask), names_at(index, changed & center)
        else:  # one object: what most changes are
            name = (names[changed.bit_length() - 1],)
            yield (name, ()) if mask & changed else ((), name)


def _move(added: Names, removed: Names) -> Move | None:
    if len(added) + len(removed) != 1:
        return None
    return Move("add", added[0]) if added else Move("remove", removed[0])


def _missing(around: Ball, mask: int) -> MissingNeighbor:
    ((added, removed),) = _changes(around, [mask])
    distance = around.distances[len(added), len(removed)]
    named = around.index.universe.training_set(mask)
    return MissingNeighbor(_move(added, removed), named, int(distance), added, removed)


# ------------------------------------------------------------------ summaries


def _summaries(around: Ball, measures: tuple[int, ...]) -> tuple[NeighborSummary, ...]:
    """One summary per side on which sets lie or could lie."""
    possible: dict[Side, int] = {}
    for shape, count in around.possible.items():
        possible[side_of(*shape)] = possible.get(side_of(*shape), 0) + count
    found = []
    for side, count in possible.items():
        there = around.rows[_on(around, side)]
        summaries = tuple(_summary(around, there, measure) for measure in measures)
        found.append(NeighborSummary(side, len(there), countable(count - len(there)), summaries))
    return tuple(found)


def _on(around: Ball, side: Side) -> Flags:
    """Which sets of the ball lie on a side, as `side_of` says it."""
    added, removed = around.added, around.removed
    on = {
        "add": removed == 0,
        "remove": added == 0,
        "swap": (added == removed) & (added > 0),
        "mixed": (added != removed) & (added > 0) & (removed > 0),
    }
    return np.asarray(on[side])


def _summary(around: Ball, rows: Rows, measure: int) -> DeltaSummary:
    index = around.index
    mean = index.columns[measure].mean
    values = mean[rows] - mean[around.center]
    known = ~np.isnan(values)
    rows, values = rows[known], values[known]
    higher = index.measures[measure].metric.direction == "higher"
    gains = values if higher else -values
    places = (np.argmax(gains), np.argmin(gains)) if len(rows) else (None, None)
    best, worst = (
        None if place is None else _extreme(around, int(rows[place]), measure) for place in places
    )
    return DeltaSummary(
        measure=index.measures[measure].name,
        known=len(rows),
        unknown=int((~known).sum()),
        better=int((gains > 0).sum()),
        worse=int((gains < 0).sum()),
        equal=int((gains == 0).sum()),
        quantiles=_quartiles(values),
        best=best,
        worst=worst,
    )


def _quartiles(values: Scores) -> tuple[float, float, float, float, float] | None:
    if len(values) == 0:
        return None
    least, first, middle, third, most = np.quantile(values, [0, 0.25, 0.5, 0.75, 1]).tolist()
    return least, first, middle, third, most


def _extreme(around: Ball, row: int, measure: int) -> Extreme:
    index, mask = around.index, around.index.mask_of(row)
    change = delta(index, around.center, row, measure)
    (changed,) = _changes(around, [mask])
    return Extreme(index.universe.training_set(mask), *changed, change)
