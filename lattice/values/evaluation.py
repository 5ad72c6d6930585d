"""Evaluation values: what objects are worth in the evaluation set of one training set.

f(S, E + i) - f(S, E), the column move: the training set S, metric and protocol stay, the objects of
i join the evaluation set E. It is the leave-one-out value of the other axis of the grid, seen from
below, and is there where evaluation sets are sets of the lattice's own objects.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lattice.errors import BadQuestion
from lattice.index import MISSING, LatticeIndex
from lattice.model import Unit, WeightedCell
from lattice.queries.columns import aligned, members_of_columns, place_of_column
from lattice.queries.deltas import constants
from lattice.queries.pieces import names_at
from lattice.values import bounds, listed, marginals
from lattice.values.assumptions import Assumed
from lattice.values.bounds import Intervals
from lattice.values.grounds import Flags, Ground, Rows, Scores, range_of
from lattice.values.listed import ListedCells, ListedSums, Listing

DEFINITION = "f(S, E+i) - f(S, E)"


def members(index: LatticeIndex, measure: int) -> int:
    """The evaluation set of a measure as a mask.

    Raises:
        BadQuestion: it is no set of the lattice's objects.
    """
    found = members_of_columns(index).get(measure)
    if found is None:
        raise BadQuestion(
            f"The evaluation set of {index.measures[measure].name} is no set of this lattice's"
            " objects: none can join it.",
            hint="Say in the mapping of an import what it holds ([[evaluation_sets]] members).",
        )
    return found


def listing(
    index: LatticeIndex,
    measure: int,
    trained: int,
    units: Sequence[tuple[str, int]],
    assume: Assumed | None,
    *,
    apart: bool = False,
) -> Listing:
    """What each unit that joins the evaluation set of a measure changes for one training set.

    Args:
        trained: the training set S.
        units: names and masks of those who join E.
        apart: the differences of every two of these values instead.

    Raises:
        BadQuestion: an assumption other than the metric's range.
    """
    evaluated = members(index, measure)
    at = {
        place_of_column(index, each, mask): each for each, mask in members_of_columns(index).items()
    }
    masks = [evaluated, *(evaluated | mask for _, mask in units)]
    columns = [at.get(place_of_column(index, measure, mask)) for mask in masks]
    m, universe = len(units), index.universe
    cells = _cells(index, measure, trained, masks, columns)
    places = np.stack([np.arange(1, m + 1), np.zeros(m, dtype=np.int64)], axis=1)
    sums = ListedSums([(each,) for each in range(m)], places, np.array([1.0, -1.0]))
    ranked = None
    if m <= listed.MOST_RANKED or apart:
        back = marginals.differences(m)
        ranked = ListedSums(back.items, back.places[:, ::-1], back.weights, 2)
    name = "evaluation-value"
    if apart and ranked is not None:
        sums, ranked, name = ranked, None, f"{name} differences"
    ground = Ground(index, measure, trained, ())
    ends = _range(ground, assume)

    def intervals(sums: ListedSums) -> Intervals | None:
        return None if ends is None else listed.within_range(cells, sums, ends, ground.sign)

    both = [unit for unit, mask in units if mask & trained]
    named, spelled = universe.training_set(trained), universe.spell(evaluated)
    return Listing(
        quantity=name,
        definition=f"{DEFINITION}, S = {named.name}, E = {spelled}",
        measure=index.measures[measure].name,
        held=named,
        whole=named,
        units=tuple(Unit(unit, names_at(index, mask)) for unit, mask in units),
        sign=ground.sign,
        cells=cells,
        sums=sums,
        together=None,
        intervals=intervals,
        joint="-" if apart else "+",
        why="cells are missing, and the metric has no declared range to bound them",
        apart=ranked,
        notes=(
            f"{named.name} was trained on {', '.join(both[:8])}{' ...' if len(both) > 8 else ''}:"
            " there the wider evaluation set holds data that the model has seen",
        )
        if both
        else (),
    )


def _range(ground: Ground, assume: Assumed | None) -> tuple[float, float] | None:
    if assume not in (None, bounds.RANGE):
        raise BadQuestion(
            f"{assume} is said of training sets, and here evaluation sets change.",
            hint="Assume range, or nothing.",
        )
    ends = range_of(ground)
    if assume is not None and ends is None:
        raise BadQuestion(
            "The metric has no declared range with two ends.",
            hint="Declare it in the mapping ([[metrics]] range).",
        )
    return ends


def _cells(
    index: LatticeIndex,
    measure: int,
    trained: int,
    masks: Sequence[int],
    columns: Sequence[int | None],
) -> ListedCells:
    """The cells of one training set under some columns, with equal blocks beside each other."""
    row = index.row_of(trained)
    known = [] if row == MISSING else [each for each in columns if each is not None]
    scores, kinds = aligned(index, row, known) if known else (np.empty((0, 0)), ())
    wide = np.full((len(columns), max(1, len(kinds))), np.nan)
    constant = np.zeros(len(columns), dtype=np.bool_)
    mean = np.full(len(columns), np.nan)
    if known:
        there = np.flatnonzero([each is not None for each in columns])
        wide[there] = scores
        mean[there] = [index.columns[each].mean[row] for each in known]
        constant[there] = [constants(index.columns[each], np.array([row]))[0] for each in known]

    def replicates(places: Rows) -> tuple[Scores, Flags]:
        return wide[places], constant[places]

    def named(place: int, weight: float) -> WeightedCell:
        column = columns[place]
        cell = None if column is None or row == MISSING else index.columns[column].cell(row)
        return WeightedCell(
            index.universe.training_set(trained),
            row != MISSING and column is not None,
            weight,
            cell,
            _column_name(index, measure, masks[place], column),
        )

    return ListedCells(mean, kinds or ("unlabelled",), replicates, named)


def _column_name(index: LatticeIndex, measure: int, mask: int, column: int | None) -> str:
    """The measure of a column, or what it would be called."""
    if column is not None:
        return index.measures[column].name
    each = index.measures[measure]
    name = f"{each.metric.name}/{index.universe.spell(mask)}"
    return f"{name}@{each.protocol.name}" if "@" in each.name else name
