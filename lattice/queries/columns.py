"""Column moves: one object more in the evaluation set, where evaluation sets are sets of objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from lattice.index import LatticeIndex
from lattice.model import ColumnMove, ColumnMoves, Delta, MissingColumn, ReplicateKind
from lattice.queries.deltas import constants, effect, unavailable
from lattice.queries.pieces import next_page
from lattice.replicates import LEVEL, METHODS, Scores, differences
from lattice.subsets import mask_of_positions, positions_of_mask

MOST_MISSING = 200


@dataclass(frozen=True)
class _Step:
    """From one measure to another whose evaluation set holds the object at `position`, too."""

    before: int
    after: int
    position: int


def column_moves(
    index: LatticeIndex,
    row: int,
    measures: tuple[int, ...],
    *,
    start: int = 0,
    limit: int = 200,
) -> ColumnMoves:
    """f(S, E+i) - f(S, E) for the set S at `row`, metric and protocol fixed.

    Args:
        measures: from which measures; those whose evaluation sets are not sets of
            objects of the lattice have no column moves.
        start, limit: which page of the moves is given.
    """
    members = members_of_columns(index)
    chosen = {each: mask for each, mask in members.items() if each in measures}
    steps = _steps(index, members, chosen)
    missing = _missing(index, members, chosen)
    notes = []
    if not chosen:
        notes.append("no evaluation set here is a set of this lattice's objects")
    return ColumnMoves(
        training_set=index.training_set(row),
        items=tuple(_answer(index, row, step) for step in steps[start : start + limit]),
        next=next_page(start, limit, len(steps)),
        total=len(steps),
        missing=tuple(islice(missing, MOST_MISSING)),
        missing_total=len(missing),
        notes=tuple(notes),
    )


def members_of_columns(index: LatticeIndex) -> dict[int, int]:
    """The evaluation sets of measures as masks, where they are sets of the lattice's objects."""
    found = {}
    for measure, each in enumerate(index.measures):
        names = each.evaluation_set.members
        if names is not None and all(name in index.universe.position for name in names):
            found[measure] = mask_of_positions([index.universe.position[each] for each in names])
    return found


def place_of_column(index: LatticeIndex, measure: int, members: int) -> tuple[str, str, int]:
    """Metric, protocol and evaluation set: what tells columns apart."""
    each = index.measures[measure]
    return each.metric.name, each.protocol.name, members


def _steps(index: LatticeIndex, members: dict[int, int], chosen: dict[int, int]) -> list[_Step]:
    """All column moves from the chosen columns, by column and then by position."""
    column_at = {place_of_column(index, each, mask): each for each, mask in members.items()}
    found = []
    for measure, mask in chosen.items():
        for position in range(index.universe.n):
            after = column_at.get(place_of_column(index, measure, mask | 1 << position))
            if after is not None and not mask >> position & 1:
                found.append(_Step(measure, after, position))
    return found


def _missing(
    index: LatticeIndex, members: dict[int, int], chosen: dict[int, int]
) -> list[MissingColumn]:
    """Columns that one more object would lead to and that are not there, each once."""
    there = {place_of_column(index, each, mask) for each, mask in members.items()}
    names = index.universe.names
    found = []
    for measure, mask in chosen.items():
        for position in range(index.universe.n):
            wider = place_of_column(index, measure, mask | 1 << position)
            if wider not in there:
                there.add(wider)
                wide = tuple(names[each] for each in positions_of_mask(wider[2]))
                found.append(MissingColumn(names[position], index.measures[measure].name, wide))
    return found


def _answer(index: LatticeIndex, row: int, step: _Step) -> ColumnMove:
    return ColumnMove(
        object=index.universe.names[step.position],
        before=index.measures[step.before].name,
        after=index.measures[step.after].name,
        trained_on=bool(index.mask_of(row) >> step.position & 1),
        cell_before=index.columns[step.before].cell(row),
        cell_after=index.columns[step.after].cell(row),
        delta=_delta(index, row, step),
    )


def _delta(index: LatticeIndex, row: int, step: _Step) -> Delta:
    """The change from column to column; replicates of one block are paired."""
    columns = [index.columns[each] for each in (step.before, step.after)]
    cells = [column.cell(row) for column in columns]
    names = [index.measures[each].name for each in (step.before, step.after)]
    lacking = [name for name, cell in zip(names, cells, strict=True) if cell is None]
    before, after = cells
    if before is None or after is None:
        return unavailable(f"no score under {' and '.join(lacking)}")
    scores, kinds = aligned(index, row, (step.before, step.after))
    constant = np.array([[constants(column, np.array([row]))[0] for column in columns]])
    some = constant if constant.any() else None
    found = differences(scores[:1], scores[1:], kinds, some)
    value, half = after.mean - before.mean, float(found.half_widths()[0])
    method = METHODS[found.method[0]]
    declared = [
        f"the score under {name} is declared, not measured"
        for name, cell in zip(names, (before, after), strict=True)
        if cell.origin == "declared"
    ]
    return Delta(
        status="exact",
        value=value,
        effect=effect(value, index.measures[step.after].metric.direction == "higher"),
        standard_error=None if method is None else float(found.standard_error[0]),
        low=None if method is None else value - half,
        high=None if method is None else value + half,
        level=LEVEL,
        method=method,
        replicates=int(found.replicates[0]),
        note="; ".join(each for each in (found.notes()[0], *declared) if each) or None,
    )


def aligned(
    index: LatticeIndex, row: int, measures: Sequence[int]
) -> tuple[Scores, tuple[ReplicateKind, ...]]:
    """The scores of one set under D measures, shape (D, K): each block in one column."""
    kind_of: dict[tuple[int, int], ReplicateKind] = {}
    scores: list[dict[tuple[int, int], float]] = []
    for measure in measures:
        column = index.columns[measure]
        blocks = [(int(scope), int(replicate)) for scope, replicate in column.blocks]
        kind_of.update(zip(blocks, column.kinds, strict=True))
        scores.append(dict(zip(blocks, column.by_replicate[row].tolist(), strict=True)))
    table = [[column.get(block, np.nan) for block in kind_of] for column in scores]
    return np.array(table, dtype=np.float64), tuple(kind_of.values())
