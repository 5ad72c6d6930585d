"""Leave-one-out values and pair interactions at one reference set, for all units at once.

- Leave-one-out: v(S) - v(S - i), the score with all minus the score without one; Cook, "Detection
  of influential observation in linear regression", Technometrics 19(1), 1977.
- Pair interaction: v(S) - v(S - i) - v(S - j) + v(S - ij), what two do together beyond the sum of
  what each does alone: the discrete second derivative at S - ij; Grabisch and Roubens 1999.

S is the set of all units of a ground. For monotone scores with ends L and U of every cell,

    max(0, L(S) - U(S-i)) <= v(S) - v(S-i) <= U(S) - L(S-i)

and the interaction lies between max(L(S), U(S-i), U(S-j)) + L(S-ij) - U(S-i) - U(S-j) and
U(S) + min(U(S-ij), L(S-i), L(S-j)) - L(S-i) - L(S-j); all four can be reached.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import overload

import numpy as np

from lattice.deadlines import stop_if_late
from lattice.errors import BadQuestion
from lattice.index import MISSING
from lattice.model import Unit
from lattice.queries.deltas import constants
from lattice.queries.pieces import names_at
from lattice.subsets import positions_of_mask, words_of_masks
from lattice.values import answers, bounds, listed, nearest
from lattice.values.assumptions import Assumed
from lattice.values.bounds import Intervals
from lattice.values.grounds import Flags, Ground, Rows, Scores, range_of
from lattice.values.listed import ListedCells, ListedSums, Listing
from lattice.values.semivalues import together

LEAVE_ONE_OUT = "v(S) - v(S-i)"
PAIR_INTERACTION = "v(S) - v(S-i) - v(S-j) + v(S-ij)"
_AT_ONCE = 10_000
Removed = tuple[int, ...]
"""The units that a cell's set lacks of S."""


def leave_one_out(m: int) -> tuple[list[Removed], ListedSums]:
    """The cells S and S - i, and for every unit their difference."""
    places = np.stack([np.zeros(m, dtype=np.int64), np.arange(1, m + 1)], axis=1)
    sums = ListedSums([(each,) for each in range(m)], places, np.array([1.0, -1.0]), 1, _step_ends)
    return [(), *((each,) for each in range(m))], sums


def differences(m: int) -> ListedSums:
    """v(S - j) - v(S - i) for every two units, over the cells of `leave_one_out`."""
    first, second = np.triu_indices(m, 1)
    places = np.stack([second + 1, first + 1], axis=1)
    return ListedSums(list(combinations(range(m), 2)), places, np.array([1.0, -1.0]), 2)


def pair_interaction(m: int) -> tuple[list[Removed], ListedSums]:
    """The cells S, S - i and S - ij, and for every two units their interaction."""
    first, second = np.triu_indices(m, 1)
    pairs = list(combinations(range(m), 2))
    both = np.arange(len(pairs)) + m + 1
    places = np.stack([np.zeros(len(pairs), dtype=np.int64), first + 1, second + 1, both], axis=1)
    sums = ListedSums(pairs, places, np.array([1.0, -1.0, -1.0, 1.0]), 2, _square_ends)
    return [(), *((each,) for each in range(m)), *pairs], sums


def _step_ends(low: Scores, high: Scores) -> tuple[Scores, Scores]:
    return np.maximum(low[:, 0] - high[:, 1], 0.0), high[:, 0] - low[:, 1]


def _square_ends(low: Scores, high: Scores) -> tuple[Scores, Scores]:
    least = low[:, 3] - high[:, 1] - high[:, 2]
    most = high[:, 0] - low[:, 1] - low[:, 2]
    one, other = (high[:, 1], high[:, 2]), (low[:, 1], low[:, 2])
    with np.errstate(invalid="ignore"):  # infinite ends: nothing is known
        return (
            least + np.maximum(low[:, 0], np.maximum(*one)),
            most + np.minimum(high[:, 3], np.minimum(*other)),
        )


# ------------------------------------------------------------------ at a reference set


def listing(
    name: str,
    ground: Ground,
    names: Sequence[str],
    assume: Assumed | None,
    *,
    apart: bool = False,
) -> Listing:
    """Leave-one-out values or pair interactions of the units of a ground.

    Args:
        apart: the differences of every two leave-one-out values instead.

    Raises:
        BadQuestion: fewer than two units for what is between two, an assumption that bounds
            nothing here.
    """
    m, between = ground.m, "" if name == "leave-one-out" else name
    if (between or apart) and m < 2:
        raise BadQuestion(
            "An interaction needs two units."
            if between
            else "There is nothing to compare a single unit with.",
            hint="Ask about a larger set, or other groups.",
        )
    if between and apart:
        raise BadQuestion(
            f"There are no differences of {name} values.",
            hint="Ask for those of a value of single units, for example leave-one-out.",
        )
    removed, sums = pair_interaction(m) if between else leave_one_out(m)
    ranked = None if between or m > listed.MOST_RANKED else differences(m)
    definition = PAIR_INTERACTION if between else LEAVE_ONE_OUT
    if apart:
        sums, ranked = differences(m), None
        name, definition = f"{name} differences", f"phi_i - phi_j = v(S-j) - v(S-i); {definition}"
    masks = _Sets(ground, removed)
    cells = _cells(ground, masks)
    universe = ground.index.universe
    bounded = _Bounded(ground, masks, cells, assume)
    return Listing(
        quantity=name,
        definition=f"{definition}, S = {universe.spell(ground.whole)}",
        measure=ground.index.measures[ground.measure].name,
        held=universe.training_set(ground.held),
        whole=universe.training_set(ground.whole),
        units=tuple(
            Unit(name, names_at(ground.index, mask))
            for name, mask in zip(names, ground.units, strict=True)
        ),
        sign=ground.sign,
        cells=cells,
        sums=sums,
        together=together(ground),
        intervals=bounded.intervals,
        sizes=lambda item: _size(ground, item),
        joint="-" if apart else "+",
        why=bounded.why,
        apart=ranked,
        notes=_notes(ground, masks),
    )


@dataclass(frozen=True, eq=False)
class _Sets(Sequence[int]):
    """The sets of cells as masks, made when they are asked for: a mask of many objects is long."""

    ground: Ground
    removed: Sequence[Removed]

    def __len__(self) -> int:
        return len(self.removed)

    @overload
    def __getitem__(self, place: int) -> int: ...
    @overload
    def __getitem__(self, place: slice) -> list[int]: ...
    def __getitem__(self, place: int | slice) -> int | list[int]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        mask = self.ground.whole
        for unit in self.removed[place]:
            mask &= ~self.ground.units[unit]
        return mask


def _cells(ground: Ground, masks: Sequence[int]) -> ListedCells:
    """The cells of some sets, with the score that the asker gives to what is held."""
    index, column = ground.index, ground.column
    rows = np.empty(len(masks), dtype=np.int64)
    for start in range(0, len(masks), _AT_ONCE):
        stop_if_late("looking up the cells", f"{start:,} of {len(masks):,}")
        words = words_of_masks(masks[start : start + _AT_ONCE], index.words.shape[1])
        rows[start : start + _AT_ONCE] = (
            index.lookup.find(words) if len(index) else np.full(len(words), MISSING)
        )
    taken: Flags = np.zeros(len(masks), dtype=np.bool_)
    if ground.taken is not None:
        taken[:] = [mask == ground.held for mask in masks]
    stored = rows != MISSING
    mean = np.full(len(masks), np.nan)
    mean[stored] = column.mean[rows[stored]]
    mean[taken] = np.nan if ground.taken is None else ground.taken

    def replicates(places: Rows) -> tuple[Scores, Flags]:
        at = rows[places]
        there = at != MISSING
        found = np.full((*places.shape, column.by_replicate.shape[1]), np.nan)
        found[there] = column.by_replicate[at[there]]
        constant = np.zeros(places.shape, dtype=np.bool_)
        constant[there] = constants(column, at[there])
        found[taken[places]] = np.nan if ground.taken is None else ground.taken
        return found, constant | taken[places]

    return ListedCells(
        mean,
        column.kinds,
        replicates,
        lambda place, weight: answers.weighted_cell(ground, masks[place], weight),
    )


class _Bounded:
    """Where sums of these cells must lie; the ends of the cells are found once."""

    def __init__(
        self, ground: Ground, masks: Sequence[int], cells: ListedCells, assume: Assumed | None
    ) -> None:
        self._ground, self._masks, self._cells, self._assume = ground, masks, cells, assume
        metric = ground.index.measures[ground.measure].metric.name
        self._range = range_of(ground)
        self._ends: nearest.Ends | None = None
        if assume == bounds.RANGE and self._range is None:
            raise BadQuestion(
                f"The metric {metric} has no declared range with two ends.",
                hint="Declare it in the mapping ([[metrics]] range), or assume monotone.",
            )
        self.why = (
            f"cells are missing, and {metric} has no declared range to bound them"
            if assume is None
            else "cells are missing, and no stored sets around them bound them"
        )
        if assume is not None and assume != bounds.RANGE:
            self._ends = nearest.ends(ground, assume, masks, cells.mean)

    def intervals(self, sums: ListedSums) -> Intervals | None:
        sign = self._ground.sign
        if self._ends is None or self._assume is None:
            if self._range is None:
                return None
            return listed.within_range(self._cells, sums, self._range, sign)
        return listed.within_envelope(
            sums,
            self._ends.low,
            self._ends.high,
            sign,
            str(self._assume),
            cap=self._assume.number,
            violations=self._ends.violations,
            slack=self._ends.slack,
        )


def _size(ground: Ground, item: tuple[int, ...]) -> float | None:
    """The sum of the sizes of one unit's objects, where all have one."""
    if len(item) != 1:
        return None
    objects = ground.index.universe.objects
    sizes = [objects[each].size for each in positions_of_mask(ground.units[item[0]])]
    known = [each for each in sizes if each is not None]
    return sum(known) if len(known) == len(sizes) else None


def _notes(ground: Ground, masks: Sequence[int]) -> tuple[str, ...]:
    spell = ground.index.universe.spell
    if ground.taken is not None and ground.held in masks:
        return (f"the score of {spell(ground.held)} is taken to be {ground.taken:g}, not measured",)
    if not ground.column.declared.any():
        return ()
    declared = [
        mask
        for mask in masks
        if (row := ground.index.row_of(mask)) != MISSING and ground.column.declared[row]
    ]
    return tuple(f"the score of {spell(each)} is declared, not measured" for each in declared[:3])
