"""The scores along one order in which units leave a set, or join it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lattice.deadlines import stop_if_late
from lattice.index import MISSING, LatticeIndex
from lattice.model import Contrast, Delta, Optimism, Order, OrderStep
from lattice.queries.deltas import constants, delta, unavailable
from lattice.queries.units import Roster
from lattice.replicates import LEVEL, METHODS, linear
from lattice.subsets import positions_of_mask, words_of_masks


@dataclass(frozen=True, eq=False)
class Curve:
    """The scores of one measure along orders of a roster."""

    index: LatticeIndex
    roster: Roster
    measure: int

    def row(self, mask: int) -> int:
        """The row of a set, MISSING where it has no score."""
        row = self.index.row_of(mask)
        return row if row != MISSING and self.index.columns[self.measure].count[row] else MISSING

    def names(self, mask: int) -> tuple[str, ...]:
        """The names of a set's objects."""
        return tuple(self.index.universe.names[position] for position in positions_of_mask(mask))

    @cached_property
    def ends_scored(self) -> bool:
        """Whether the set that all orders end in has a score."""
        return self.row(self.roster.target) != MISSING

    def delta(self, before: int, after: int) -> Delta:
        """What a step between two sets changes."""
        rows = self.row(before), self.row(after)
        spell = self.index.universe.spell
        lacking = [
            spell(each) for each, row in zip((before, after), rows, strict=True) if row == MISSING
        ]
        if lacking:
            return unavailable(f"no score of {' and '.join(lacking)}")
        return delta(self.index, *rows, self.measure)

    def contrast(self, terms: Sequence[tuple[int, float]]) -> Contrast:
        """A weighted sum of cells with its error."""
        weight: dict[int, float] = {}
        for row, each in terms:
            weight[row] = weight.get(row, 0.0) + each
        rows = np.array(list(weight), dtype=np.int64)
        if MISSING in weight or not weight:
            return Contrast(
                "unavailable", None, None, None, None, LEVEL, None, 0, "scores are missing"
            )
        column = self.index.columns[self.measure]
        found = linear(
            column.by_replicate[rows],
            np.array([list(weight.values())]),
            column.kinds,
            constants(column, rows),
        )
        method, half = METHODS[found.method[0]], float(found.half_widths()[0])
        value = float(np.dot(column.mean[rows], list(weight.values())))
        return Contrast(
            "exact",
            value,
            float(found.standard_error[0]) if method else None,
            value - half if method else None,
            value + half if method else None,
            LEVEL,
            method,
            int(found.replicates[0]),
            found.notes()[0],
        )

    def area(self, masks: Sequence[int]) -> Contrast:
        """The mean score over the steps after the start, without an end that has no score."""
        passed = masks[1:] if self.ends_scored else masks[1:-1]
        return self.contrast([(self.row(mask), 1 / len(passed)) for mask in passed])

    def order(
        self, units: Sequence[int], optima: int | None = None, optimism: Optimism | None = None
    ) -> Order:
        """An order of units by their numbers, or its beginning, with its curve."""
        masks = [self.roster.source]
        for unit in units:
            masks.append(masks[-1] ^ self.roster.units[unit][1])
        column = self.index.columns[self.measure]
        start = column.cell(self.row(masks[0])) if self.row(masks[0]) != MISSING else None
        names = tuple(self.roster.units[unit][0] for unit in units)
        steps = []
        for number, mask in enumerate(masks):
            row = self.row(mask)
            cell = None if row == MISSING else column.cell(row)
            moved = number > 0
            steps.append(
                OrderStep(
                    unit=names[number - 1] if moved else None,
                    training_set=self.index.universe.training_set(mask),
                    cell=cell,
                    delta=self.delta(masks[number - 1], mask) if moved else None,
                    cumulative=cell.mean - start.mean if moved and cell and start else None,
                )
            )
        whole = len(units) == len(self.roster.units)
        area = self.area(masks) if whole else self.contrast([])
        return Order(area.status, names, area, optima, optimism, tuple(steps))

    def greedy(self, sign: float) -> Order:
        """The order that takes the best next score at each step, or the worst (`sign` -1).

        Sets without a score are passed over; where only they are left it ends.
        """
        goodness = sign * self.index.goodness(self.measure)
        words = self.index.words.shape[1]
        mask, left, taken = self.roster.source, list(range(len(self.roster.units))), []
        while left:
            stop_if_late("looking for a greedy order")
            following = [mask ^ self.roster.units[unit][1] for unit in left]
            rows = self.index.lookup.find(words_of_masks(following, words))
            worth = np.where(rows == MISSING, np.nan, goodness[rows])
            if len(left) == 1:
                place = 0
            elif np.isnan(worth).all():
                break
            else:
                place = int(np.nanargmax(worth))
            mask = following[place]
            taken.append(left.pop(place))
        return self.order(taken)
