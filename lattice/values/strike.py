"""Strikes: what a set loses when units leave it together, and what is left to do about it.

- Threat of a coalition G: v(S) - v(S - G); synergy: that minus the sum of the leave-one-out values
  of its units. The threat is the quantity of Vincent, Li, Tilly, Chancellor and Hecht, "Data leverage:
  a framework for empowering the public in its relationship with technology companies", FAccT 2021.
- Re-optimized threat: v(S) - max of v(T) over T inside S - G: whoever trains may leave out more.
- The smallest coalition that pushes the score beyond a line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from msgspec import structs

from lattice.deadlines import stop_if_late
from lattice.index import MISSING, Rows
from lattice.model import Rescue, SmallestCoalition, Strike, Threat, Unit
from lattice.queries.admissible import countable, counts_between
from lattice.queries.crossfit import shared_blocks
from lattice.queries.pieces import names_at, next_page
from lattice.subsets import Words, within, words_of_masks
from lattice.values import coalitions
from lattice.values.choosing import apart, best_row, optimism
from lattice.values.grounds import Ground, Scores


@dataclass(frozen=True, eq=False)
class Struck:
    """A set S that units may leave: those of a ground, by name."""

    ground: Ground
    names: Sequence[str]

    def without(self, units: Sequence[int]) -> int:
        """What is left of S when some units have left."""
        mask = self.ground.whole
        for each in units:
            mask &= ~self.ground.units[each]
        return mask

    @cached_property
    def inner(self) -> Rows:
        """Stored sets with a score that hold what is held and nothing beyond S."""
        index = self.ground.index
        held = words_of_masks([self.ground.held], index.words.shape[1])
        inside = within(index.words, self.ground.whole)
        inside &= ((index.words & held) == held).all(axis=1) & (self.ground.column.count > 0)
        return np.flatnonzero(inside)

    @cached_property
    def words(self) -> Words:
        """The sets of `inner`."""
        return self.ground.index.words[self.inner]

    @cached_property
    def good(self) -> Scores:
        """Scores by goodness of all stored sets."""
        return self.ground.index.goodness(self.ground.measure)

    @cached_property
    def blocks(self) -> Scores:
        """The replicates that all sets inside S share."""
        used = np.zeros(len(self.ground.index), dtype=np.bool_)
        used[self.inner] = True
        return shared_blocks(self.ground.column, used)


def strike(
    ground: Ground,
    names: Sequence[str],
    coalition: Sequence[int] | None,
    below: float | None,
    *,
    start: int = 0,
    limit: int = 200,
) -> Strike:
    """The threats of all single units, of a named coalition, and the smallest beyond a line.

    Args:
        coalition: places of units.
        below: the line; `None`: none is asked for.
    """
    struck, index = Struck(ground, names), ground.index
    row = index.row_of(ground.whole)
    chosen = range(start, min(start + limit, ground.m))
    return Strike(
        measure=index.measures[ground.measure].name,
        held=index.universe.training_set(ground.held),
        whole=index.universe.training_set(ground.whole),
        cell=None if row == MISSING else ground.column.cell(row),
        units=tuple(
            Unit(name, names_at(index, mask))
            for name, mask in zip(names, ground.units, strict=True)
        ),
        coalition=None if coalition is None else threat(struck, coalition),
        smallest=None if below is None else _smallest(struck, below),
        items=tuple(threat(struck, [each]) for each in chosen),
        next=next_page(start, limit, ground.m),
        total=ground.m,
        notes=(),
    )


def _smallest(struck: Struck, below: float) -> SmallestCoalition:
    return coalitions.smallest(struck.ground, struck.names, below)


def threat(struck: Struck, units: Sequence[int]) -> Threat:
    """What S loses when the units leave together."""
    stop_if_late("working out threats")
    ground, left = struck.ground, struck.without(units)
    index, measure = ground.index, ground.measure
    singles = [struck.without([each]) for each in units]
    many = len(units) > 1
    return Threat(
        units=tuple(struck.names[each] for each in units),
        objects=names_at(index, ground.whole & ~left),
        without=index.universe.training_set(left),
        threat=apart(index, measure, [ground.whole, left], [1.0, -1.0]),
        apart=apart(
            index, measure, [ground.whole, *singles], [float(len(units)), *[-1.0] * len(units)]
        )
        if many
        else None,
        synergy=apart(
            index,
            measure,
            [ground.whole, left, *singles],
            [1.0 - len(units), -1.0, *[1.0] * len(units)],
        )
        if many
        else None,
        rescue=_rescue(struck, left),
    )


def _rescue(struck: Struck, left: int) -> Rescue:
    """The best set within what is left."""
    ground, index = struck.ground, struck.ground.index
    rows = struck.inner[within(struck.words, left)]
    _, total = counts_between(index.universe, ground.held, left)
    best, _ = best_row(struck.good, rows)
    whole = index.row_of(ground.whole)
    scored = whole != MISSING and ground.column.count[whole] > 0
    if best is None:
        found = apart(index, ground.measure, [ground.whole, left], [1.0, -1.0])
    else:
        found = apart(index, ground.measure, [ground.whole, index.mask_of(best)], [1.0, -1.0])
    if found.status == "exact" and len(rows) < total:
        lacking = total - len(rows)
        said = f"{lacking:,} {'set' if lacking == 1 else 'sets'} without a score may be better"
        note = "; ".join(each for each in (found.note, said) if each)
        found = structs.replace(found, status="bounded", note=note)
    return Rescue(
        threat=found,
        best=None if best is None else index.training_set(best),
        cell=None if best is None else ground.column.cell(best),
        searched=len(rows),
        possible=countable(total),
        optimism=optimism(struck.blocks, rows if scored else rows[:0], ground.sign, against=whole),
    )
