"""Semivalues and interaction indices of all units at once, with errors, bounds and cells.

- Semivalue: sum over S without i of p(|S|) (v(S + i) - v(S)); Dubey, Neyman and Weber 1981.
- Interaction index: sum over S without i, j of q(|S|) (v(S+ij) - v(S+i) - v(S+j) + v(S)), with
  q(s) = s! (m - s - 2)! / (m - 1)! (Shapley) or 2^-(m - 2) (Banzhaf); Grabisch and Roubens, "An
  axiomatic approach to the concept of interaction among players in cooperative games",
  International Journal of Game Theory 28, 1999.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from lattice.errors import BadQuestion
from lattice.index import MISSING
from lattice.model import Baseline, Contrast, Unit, ValueCells, Values, WeightedCell
from lattice.queries.admissible import countable
from lattice.queries.pieces import next_page
from lattice.replicates import combine
from lattice.subsets import positions_of_mask
from lattice.values import answers, bounds, errors, ranking
from lattice.values.assumptions import Assumed
from lattice.values.estimates.estimating import Asked, estimated
from lattice.values.grounds import Ground, Scores
from lattice.values.ranked import RankedSums, differences, occurring


@dataclass(frozen=True)
class Quantity:
    """A quantity by name, with its formula in words, and its sums over the sets of m units.

    `sign` is what stands between the names of two units.
    """

    name: str
    definition: str
    sums: RankedSums
    sign: str = "+"

    def names(self, units: Sequence[str]) -> list[str]:
        """The names of all items, from those of the units."""
        return [self.sign.join(units[each] for each in item) for item in self.sums.items]

    def differences(self) -> Quantity:
        """The differences of every two values.

        Raises:
            BadQuestion: these are values of two units already.
        """
        if self.sums.order != 1:
            raise BadQuestion(
                f"There are no differences of {self.name} values.",
                hint="Ask for those of a value of single units, for example shapley.",
            )
        apart = differences(self.sums)
        return Quantity(f"{self.name} differences", f"phi_i - phi_j; {self.definition}", apart, "-")


def find(
    ground: Ground,
    quantity: Quantity,
    names: tuple[str, ...],
    assume: Assumed | None,
    estimate: Asked | None = None,
) -> answers.Findings:
    """What the cells of a ground say of a quantity.

    Args:
        names: of the units.
        assume: what bounds rest on where cells are missing; without it the metric's range.
        estimate: which estimate is wanted where cells are missing, if any.

    Raises:
        BadQuestion: nothing can be said under this assumption, or the estimate does not fit.
    """
    sums, universe = quantity.sums, ground.index.universe
    there = ground.there.astype(np.float64)
    used = sums.over(ground, there, occurring)
    total = sums.total(np.abs)
    everything = errors.are_there(ground, sums)
    intervals, why = (None, "") if everything else bounds.bounded(ground, sums, assume)
    wanted = None if everything else estimate
    return answers.Findings(
        names=quantity.names(names),
        objects=[
            tuple(
                universe.names[position]
                for each in item
                for position in positions_of_mask(ground.units[each])
            )
            for item in sums.items
        ],
        sums=errors.combinations(ground, sums) if everything else errors.unknown(len(used)),
        intervals=intervals,
        needed=sums.needed,
        used=used,
        coverage=sums.over(ground, there, np.abs) / (total or 1.0),
        sizes=[size(ground, item) for item in sums.items],
        why=why,
        estimates=None if wanted is None else estimated(ground, sums, wanted, names),
    )


def size(ground: Ground, item: tuple[int, ...]) -> float | None:
    """What a value of one unit is divided by: the sum of its objects' sizes, where all have one."""
    if len(item) != 1:
        return None
    objects = ground.index.universe.objects
    sizes = [objects[each].size for each in positions_of_mask(ground.units[item[0]])]
    known = [each for each in sizes if each is not None]
    return sum(known) if len(known) == len(sizes) else None


def describe(
    ground: Ground,
    quantity: Quantity,
    names: tuple[str, ...],
    *,
    assume: Assumed | None = None,
    estimate: Asked | None = None,
    start: int = 0,
    limit: int = 200,
) -> Values:
    """The quantity for every item, page by page."""
    found = find(ground, quantity, names, assume, estimate)
    items = answers.values(found, ranking.ranks(ground, quantity.sums, assume))
    universe = ground.index.universe
    heavy = quantity.sums.by_rank()
    missing = list(islice(ground.missing(heavy), answers.MOST_MISSING))
    return Values(
        quantity=quantity.name,
        definition=quantity.definition,
        measure=ground.index.measures[ground.measure].name,
        held=universe.training_set(ground.held),
        whole=universe.training_set(ground.whole),
        units=tuple(
            Unit(name, tuple(universe.names[each] for each in positions_of_mask(mask)))
            for name, mask in zip(names, ground.units, strict=True)
        ),
        status=answers.weakest(items),
        together=together(ground),
        baseline=_baseline(ground, quantity.sums),
        items=items[start : start + limit],
        next=next_page(start, limit, len(items)),
        total=len(items),
        missing=tuple(
            answers.weighted_cell(ground, mask, float(heavy[rank])) for mask, rank in missing
        ),
        missing_total=countable(_lacking(ground, quantity.sums, heavy)),
        notes=notes(ground),
    )


def _lacking(ground: Ground, sums: RankedSums, heavy: Scores) -> int:
    """How many cells with a weight in any item have no score."""
    return sum(
        count - there
        for count, there, weight in zip(
            sums.sets_by_rank, ground.scored_by_rank, heavy.tolist(), strict=True
        )
        if weight > 0
    )


def notes(ground: Ground) -> tuple[str, ...]:
    """Which scores were not measured."""
    spell = ground.index.universe.spell
    if ground.taken is not None:
        return (f"the score of {spell(ground.held)} is taken to be {ground.taken:g}, not measured",)
    conventional = np.flatnonzero(ground.conventional & ground.there)
    return tuple(
        f"the score of {spell(ground.mask(int(each)))} is declared, not measured"
        for each in conventional[:3]
    )


def _baseline(ground: Ground, sums: RankedSums) -> Baseline | None:
    """How the score of what is held enters every item."""
    if sums.order != 1:
        return None
    cell = answers.weighted_cell(ground, ground.held, 0.0).cell
    origin = "taken" if ground.taken is not None else "missing" if cell is None else cell.origin
    return Baseline(
        training_set=ground.index.universe.training_set(ground.held),
        score=None if cell is None else cell.mean,
        origin=origin,
        weight=float(sums.weights[0, 0]),
    )


def together(ground: Ground) -> Contrast:
    """v(whole) - v(held)."""
    masks = (ground.whole, ground.held)
    rows = [ground.index.row_of(each) for each in masks]
    column = ground.column
    scores = np.stack(
        [
            column.by_replicate[row] if row != MISSING else np.full(len(column.kinds), np.nan)
            for row in rows
        ]
    )
    constant = np.array([row != MISSING and bool(column.declared[row]) for row in rows])
    if ground.taken is not None:
        scores[1], constant[1] = ground.taken, True
    sums = combine(
        scores[None],
        np.array([1.0, -1.0]),
        column.kinds,
        constant[None] if constant.any() else None,
    )
    lacking = [
        ground.index.universe.spell(mask)
        for mask, row in zip(masks, scores, strict=True)
        if np.isnan(row).all()
    ]
    return answers.contrast(sums, f"no score of {' and '.join(lacking)}" if lacking else None)


def cells(
    ground: Ground,
    quantity: Quantity,
    names: tuple[str, ...],
    item: int,
    *,
    start: int = 0,
    limit: int = 200,
) -> ValueCells:
    """The cells that one item rests on, heaviest first."""
    weights, name = quantity.sums.of_cells(ground, item), quantity.names(names)[item]
    return weighted(ground, quantity.name, name, weights, start, limit)


def weighted(
    ground: Ground, quantity: str, name: str, weights: Scores, start: int, limit: int
) -> ValueCells:
    """Cells with weights (C,), heaviest first, missing ones among them where a table is.

    Without a table only stored cells are listed.
    """
    amount = np.abs(weights)
    heavy = np.flatnonzero(amount)
    order = heavy[np.lexsort((heavy, ground.ranks[heavy], -amount[heavy]))]
    page = order[start : start + limit].tolist()
    found: list[WeightedCell] = [
        answers.weighted_cell(ground, ground.mask(each), float(weights[each])) for each in page
    ]
    complete = bool(ground.there[heavy].all()) and ground.tabled
    return ValueCells(
        quantity=quantity,
        measure=ground.index.measures[ground.measure].name,
        name=name,
        status="exact" if complete else "unavailable",
        items=tuple(found),
        next=next_page(start, limit, len(order)),
        total=len(order),
        notes=()
        if ground.tabled
        else ("only stored cells are listed: there are too many sets to list the missing ones",),
    )
