"""Sums over a few listed cells each: their values, errors, bounds, and the cells they rest on.

The counterpart of `ranked` for quantities that look at a handful of cells: no table of all sets is
made, so there may be any number of objects. Cells that several sums share are looked up once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from lattice.model import (
    Contrast,
    ReplicateKind,
    Status,
    TrainingSet,
    Unit,
    ValueCells,
    ValueRank,
    Values,
    WeightedCell,
)
from lattice.queries.pieces import next_page
from lattice.replicates import Combinations, combine
from lattice.values import answers, ranking
from lattice.values.bounds import Intervals
from lattice.values.grounds import Flags, Rows, Scores

MOST_RANKED = 256
"""Units that are ranked by all their differences."""


@dataclass(frozen=True, eq=False)
class ListedCells:
    """D cells, wherever they come from.

    Args:
        mean: their scores, shape (D,); NaN where one is missing.
        kinds: of their replicates, length K.
        replicates: from places (...) among the cells to their scores by replicate (..., K), and
            which of them are conventions (...).
        named: a cell, by its place, with a weight.
    """

    mean: Scores
    kinds: tuple[ReplicateKind, ...]
    replicates: Callable[[Rows], tuple[Scores, Flags]] = field(repr=False)
    named: Callable[[int, float], WeightedCell] = field(repr=False)

    @cached_property
    def there(self) -> Flags:
        """Which cells have a score, shape (D,)."""
        return ~np.isnan(self.mean)


@dataclass(frozen=True, eq=False)
class ListedSums:
    """Q sums of C cells each, all with the same weights.

    Args:
        items: the units of each sum.
        places: which cells each is of, shape (Q, C).
        weights: of these cells, shape (C,), none of them 0.
        reach: how many moves its two sides are apart, at most.
        monotone: from the least and the most that each cell can be, (Q, C) each, by goodness, to
            the sharp interval of monotone scores; without it that of independent cells is.
    """

    items: Sequence[tuple[int, ...]]
    places: Rows
    weights: Scores
    reach: int = 1
    monotone: Callable[[Scores, Scores], tuple[Scores, Scores]] | None = None

    def over(self, amounts: Scores) -> Scores:
        """The sums with amounts (D,) instead of scores, shape (Q,)."""
        return np.asarray(amounts[self.places] @ self.weights)

    def only(self, rows: slice) -> ListedSums:
        """Some of the sums."""
        return replace(self, items=self.items[rows], places=self.places[rows])

    def heaviness(self, cells: int) -> Scores:
        """The sum of each cell's absolute weights over all sums, shape (D,)."""
        amounts = np.broadcast_to(np.abs(self.weights), self.places.shape)
        found = np.bincount(self.places.ravel(), amounts.ravel(), minlength=cells)
        return found.astype(np.float64)


def combinations(cells: ListedCells, sums: ListedSums) -> Combinations:
    """The sums with their errors; NaN where a cell is missing."""
    scores, constant = cells.replicates(sums.places)
    found = combine(scores, sums.weights, cells.kinds, constant if constant.any() else None)
    return replace(found, value=sums.over(cells.mean))


# ------------------------------------------------------------------ bounds


def within_range(
    cells: ListedCells, sums: ListedSums, ends: tuple[float, float], sign: float
) -> Intervals:
    """The sharp intervals of independent cells that score between the ends of a range."""
    least, most = sorted(sign * each for each in ends)
    good = sign * cells.mean
    low, high = np.where(cells.there, good, least), np.where(cells.there, good, most)
    return _intervals(replace(sums, monotone=None), low, high, sign, "range", True, 0, 0.0)


def within_envelope(
    sums: ListedSums,
    low: Scores,
    high: Scores,
    sign: float,
    assumption: str,
    *,
    cap: float | None = None,
    violations: int = 0,
    slack: float = 0.0,
) -> Intervals:
    """The intervals from the least and the most that each cell can be by goodness, shape (D,).

    An end that nothing bounds is infinite, and so is that of the sum.

    Args:
        cap: the most that one move changes, if that is what is assumed.
    """
    sharp = cap is None and slack == 0
    if cap is not None:
        sums = replace(sums, monotone=None)
    found = _intervals(sums, low, high, sign, assumption, sharp, violations, slack)
    if cap is None:
        return found
    most = sums.reach * (cap + 2 * slack)
    return replace(found, low=np.maximum(found.low, -most), high=np.minimum(found.high, most))


def _intervals(
    sums: ListedSums,
    low: Scores,
    high: Scores,
    sign: float,
    assumption: str,
    sharp: bool,
    violations: int,
    slack: float,
) -> Intervals:
    low, high = low[sums.places], high[sums.places]
    if sums.monotone is not None:
        least, most = sums.monotone(low, high)
    else:
        up, down = np.maximum(sums.weights, 0.0), np.minimum(sums.weights, 0.0)
        least = _product(low, up) + _product(high, down)
        most = _product(high, up) + _product(low, down)
    if sign < 0:
        least, most = -most, -least
    unknown = ~(np.isfinite(least) & np.isfinite(most))
    least, most = np.where(unknown, np.nan, least), np.where(unknown, np.nan, most)
    return Intervals(least, most, assumption, sharp, violations, slack)


def _product(ends: Scores, weights: Scores) -> Scores:
    """Sums of ends that may be infinite; a weight of 0 takes none."""
    used = np.flatnonzero(weights)
    return np.asarray(ends[:, used] @ weights[used])


# ------------------------------------------------------------------ answers


@dataclass(frozen=True, eq=False)
class Listing:
    """A quantity that is made of listed cells, with all that an answer says of it.

    Args:
        names, objects, sizes: of an item, by its units.
        intervals: where sums must lie some of whose cells are missing, if anything bounds them.
        why: why there are none.
        apart: sums of the differences of every two items, where items are single units.
    """

    quantity: str
    definition: str
    measure: str
    held: TrainingSet
    whole: TrainingSet
    units: tuple[Unit, ...]
    sign: float
    cells: ListedCells
    sums: ListedSums
    together: Contrast | None
    intervals: Callable[[ListedSums], Intervals | None] = field(repr=False)
    sizes: Callable[[tuple[int, ...]], float | None] = field(default=lambda _: None, repr=False)
    joint: str = "+"
    why: str = ""
    apart: ListedSums | None = None
    notes: tuple[str, ...] = ()

    def name(self, item: tuple[int, ...]) -> str:
        """What an item is called."""
        return self.joint.join(self.units[each].name for each in item)


def describe(listing: Listing, *, start: int = 0, limit: int = 200) -> Values:
    """The quantity for every item, page by page."""
    cells, sums = listing.cells, listing.sums
    page = sums.only(slice(start, start + limit))
    exact = np.asarray(cells.there[sums.places].all(axis=1))
    heavy = sums.heaviness(len(cells.mean))
    lacking = np.flatnonzero(~cells.there & (heavy > 0))
    worst = lacking[np.argsort(-heavy[lacking], kind="stable")][: answers.MOST_MISSING]
    ranks = _ranks(listing)
    return Values(
        quantity=listing.quantity,
        definition=listing.definition,
        measure=listing.measure,
        held=listing.held,
        whole=listing.whole,
        units=listing.units,
        status=_status(listing, exact),
        together=listing.together,
        baseline=None,
        items=answers.values(
            _findings(listing, page), None if ranks is None else ranks[start : start + limit]
        ),
        next=next_page(start, limit, len(sums.items)),
        total=len(sums.items),
        missing=tuple(cells.named(each, float(heavy[each])) for each in worst.tolist()),
        missing_total=len(lacking),
        notes=listing.notes,
    )


def _findings(listing: Listing, sums: ListedSums) -> answers.Findings:
    there, amount = listing.cells.there[sums.places], np.abs(sums.weights)
    return answers.Findings(
        names=[listing.name(item) for item in sums.items],
        objects=[
            tuple(name for each in item for name in listing.units[each].objects)
            for item in sums.items
        ],
        sums=combinations(listing.cells, sums),
        intervals=None if there.all() else listing.intervals(sums),
        needed=len(sums.weights),
        used=there.sum(axis=1).astype(np.float64),
        coverage=(there @ amount) / amount.sum(),
        sizes=[listing.sizes(item) for item in sums.items],
        why=listing.why,
    )


def _status(listing: Listing, exact: Flags) -> Status:
    """The weakest status of all items."""
    if exact.all():
        return "exact"
    found = listing.intervals(listing.sums)
    bounded = exact if found is None else exact | ~np.isnan(found.low)
    return "bounded" if bounded.all() else "unavailable"


def _ranks(listing: Listing) -> list[ValueRank | None] | None:
    """Where each unit stands among all, by the differences of every two."""
    m = len(listing.units)
    if listing.apart is None or not 2 <= m <= MOST_RANKED:
        return None
    if listing.cells.there[listing.apart.places].all():
        found = combinations(listing.cells, listing.apart)
        return ranking.by_differences(m, listing.sign, found)
    intervals = listing.intervals(listing.apart)
    return None if intervals is None else ranking.by_intervals(m, listing.sign, intervals)


def weighted_cells(listing: Listing, item: int, *, start: int = 0, limit: int = 200) -> ValueCells:
    """The cells that one item rests on, missing ones among them."""
    sums = listing.sums
    places = sums.places[item].tolist()
    found = [
        listing.cells.named(place, weight)
        for place, weight in zip(places, sums.weights.tolist(), strict=True)
    ]
    return ValueCells(
        quantity=listing.quantity,
        measure=listing.measure,
        name=listing.name(sums.items[item]),
        status="exact" if listing.cells.there[places].all() else "unavailable",
        items=tuple(found[start : start + limit]),
        next=next_page(start, limit, len(found)),
        total=len(found),
        notes=(),
    )
