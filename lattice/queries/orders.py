"""Withdrawal and acquisition: units leave a set, or join it, in the best and the worst order.

Both directions are one question about the sets on the way: the value of an order is the mean
goodness over its steps, and all k! orders are compared by a dynamic program over 2^k sets.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from lattice.deadlines import stop_if_late
from lattice.index import MISSING, LatticeIndex
from lattice.model import (
    Contrast,
    Optimism,
    Order,
    OrderAverage,
    Orders,
    OrderSize,
    TrainingSet,
    Unit,
)
from lattice.queries.admissible import countable
from lattice.queries.crossfit import cross_fit, shared_blocks, too_few_blocks
from lattice.queries.curves import Curve
from lattice.queries.permutations import Permutations
from lattice.queries.units import Roster
from lattice.replicates import Scores
from lattice.subsets import mask_of_positions, positions_of_mask, words_of_masks

MOST_TRIED = 20
"""All orders of more units than these are not compared."""
_MOST_RESAMPLED = 10
MOST_LISTED = 100
_MOST_NAMED = 5
_AT_ONCE = 12
_NO_AVERAGE = OrderAverage("unavailable", None, None, ())


def orders(index: LatticeIndex, roster: Roster, measure: int) -> Orders:
    """The best, worst, greedy and average order in which the units of `roster` move.

    Raises:
        OutOfTime: the deadline passed.
    """
    curve = Curve(index, roster, measure)
    k = len(roster.units)
    found = _Compared.of(curve) if k <= MOST_TRIED else _Compared()
    start, end = roster.source, roster.target
    single = [(start ^ mask, 1.0) for _, mask in roster.units]
    greedy = [curve.greedy(sign) for sign in (1.0, -1.0)]
    missing, count = found.missing
    return Orders(
        direction=roster.direction,
        measure=index.measures[measure].name,
        source=index.universe.training_set(roster.source),
        target=index.universe.training_set(roster.target),
        units=tuple(Unit(name, curve.names(mask)) for name, mask in roster.units),
        orders=countable(math.factorial(k)) if k <= MOST_TRIED else None,
        complete=None if found.complete is None else countable(found.complete),
        best=found.best,
        worst=found.worst,
        greedy_best=greedy[0],
        greedy_worst=greedy[1],
        average=found.average,
        together=curve.delta(start, end),
        apart=_sum(curve, [*single, (start, -float(k))]),
        synergy=_sum(curve, [(end, 1.0), (start, k - 1.0), *((each, -1.0) for each, _ in single)]),
        missing=missing,
        missing_count=count,
        notes=(*roster.notes, *_notes(curve, found, greedy)),
    )


def _sum(curve: Curve, terms: list[tuple[int, float]]) -> Contrast:
    """A weighted sum of the scores of sets; where some are missing its note names them."""
    found = curve.contrast([(curve.row(mask), weight) for mask, weight in terms])
    lacking = [mask for mask, _ in terms if curve.row(mask) == MISSING]
    if not lacking:
        return found
    names = ", ".join(curve.index.universe.spell(mask) for mask in lacking[:_MOST_NAMED])
    left = len(lacking) - _MOST_NAMED
    return structs.replace(
        found, note=f"no score of {names}{f' and {left:,} more' if left > 0 else ''}"
    )


def _notes(curve: Curve, found: _Compared, greedy: list[Order]) -> tuple[str, ...]:
    """What has to be known about the answer."""
    said = []
    k = len(curve.roster.units)
    if not curve.ends_scored:
        end = curve.index.universe.spell(curve.roster.target)
        said.append(f"{end} has no score: areas are over the steps before it")
    if k > MOST_TRIED:
        said.append(
            f"{k} units have too many orders to compare them all (up to {MOST_TRIED} can be):"
            " only greedy orders are given"
        )
    elif found.complete == 0:
        said.append("every order passes a set without a score")
    elif found.complete != math.factorial(k):
        said.append(
            f"best and worst are of the {found.complete:,} of {math.factorial(k):,} orders whose"
            " sets all have a score"
        )
    if found.undefined:
        said.append(
            f"the measure is not defined for {found.undefined:,} of the sets on the way: these"
            " are not missing"
        )
    if found.best is not None and found.best.optimism and found.best.optimism.note:
        said.append(f"best and worst are {found.best.optimism.note}")
    shown = [each for each in (found.best, found.worst, *greedy) if each is not None]
    declared = dict.fromkeys(
        step.training_set.name
        for each in shown
        for step in each.steps
        if step.cell is not None and step.cell.origin == "declared"
    )
    said += [f"the score of {name} is declared, not measured" for name in declared]
    if any(len(each.units) < k for each in greedy):
        said.append("greedy orders end where no next set has a score")
    return tuple(said)


@dataclass(frozen=True, eq=False)
class _Compared:
    """What comparing all orders found."""

    complete: int | None = None
    best: Order | None = None
    worst: Order | None = None
    average: OrderAverage = _NO_AVERAGE
    missing: tuple[tuple[TrainingSet, ...], int | None] = ((), None)
    undefined: int = 0

    @classmethod
    def of(cls, curve: Curve) -> _Compared:
        corners = _Corners(curve)
        values, permutations = corners.values(corners.goodness), Permutations(corners.k)
        steps = corners.k if curve.ends_scored else corners.k - 1
        complete = permutations.complete(values)
        best, worst = (corners.extreme(permutations, sign) for sign in (1.0, -1.0))
        exact = steps > 0 and complete == math.factorial(corners.k)
        mean, deviation = permutations.moments(values) if exact else (math.nan, math.nan)
        return cls(
            complete,
            best,
            worst,
            OrderAverage(
                "exact" if exact else "unavailable",
                corners.sign * mean / steps if exact else None,
                deviation / steps if exact else None,
                corners.sizes(permutations),
            ),
            corners.missing(),
            int((~corners.defined).sum()),
        )


@dataclass(frozen=True, eq=False)
class _Corners:
    """All sets that some order passes: corner c is the set after the units in c have moved."""

    curve: Curve

    @property
    def k(self) -> int:
        return len(self.curve.roster.units)

    @property
    def sign(self) -> float:
        measure = self.curve.index.measures[self.curve.measure]
        return 1.0 if measure.metric.direction == "higher" else -1.0

    def _words(self) -> Iterator[NDArray[np.uint64]]:
        """The sets of all corners, part by part."""
        roster, width = self.curve.roster, self.curve.index.words.shape[1]
        start = words_of_masks([roster.source], width)
        changes = words_of_masks([mask for _, mask in roster.units], width)
        few = min(self.k, _AT_ONCE)
        low = _unions(changes[:few]) ^ start
        for high in _unions(changes[few:]):
            stop_if_late("looking up the sets on the way")
            yield low ^ high

    @cached_property
    def rows(self) -> NDArray[np.int64]:
        """The row of every corner, shape (2^k,); MISSING where the set is not stored."""
        return np.concatenate([self.curve.index.lookup.find(words) for words in self._words()])

    @cached_property
    def defined(self) -> NDArray[np.bool_]:
        """For which corners the measure is defined, shape (2^k,)."""
        index = self.curve.index
        domain = index.measures[self.curve.measure].domain
        if domain is None:
            return np.ones(1 << self.k, dtype=np.bool_)
        every = [*index.universe.names] if domain.upper is None else domain.upper
        lower, upper = words_of_masks(
            [
                mask_of_positions([index.universe.position[name] for name in names])
                for names in (domain.lower, every)
            ],
            index.words.shape[1],
        )
        return np.concatenate(
            [~((lower & ~words) | (words & ~upper)).any(axis=1) for words in self._words()]
        )

    @cached_property
    def goodness(self) -> Scores:
        """The goodness of every corner, shape (2^k,); NaN where it is missing."""
        goodness = self.curve.index.goodness(self.curve.measure)
        return np.where(self.rows == MISSING, np.nan, goodness[self.rows])

    def values(self, goodness: Scores) -> Scores:
        """What entering each corner is worth; an end without a score is worth nothing."""
        values = goodness.copy()
        if not self.curve.ends_scored:
            values[-1] = 0.0
        return values

    def extreme(self, permutations: Permutations, sign: float) -> Order | None:
        """The best complete order, or the worst (`sign` -1), cross-fitted."""
        chosen, optima = permutations.best(sign * self.values(self.goodness))
        if chosen is None:
            return None
        optimism = self._optimism(permutations, sign, chosen)
        return self.curve.order(chosen, countable(optima), optimism)

    def _optimism(
        self, permutations: Permutations, sign: float, chosen: tuple[int, ...]
    ) -> Optimism | None:
        """How much of the area of the chosen order is owed to noise."""
        if self.k == 1:
            return None
        index = self.curve.index
        used = np.zeros(len(index), dtype=np.bool_)
        used[self.rows[self.rows != MISSING]] = True
        blocks = shared_blocks(index.columns[self.curve.measure], used)

        def at_corners(scores: Scores) -> Scores:
            return self.values(
                np.where(self.rows == MISSING, np.nan, self.sign * scores[self.rows])
            )

        def choose(scores: Scores) -> tuple[int, ...] | None:
            return permutations.best(sign * at_corners(scores))[0]

        def area(order: tuple[int, ...], scores: Scores) -> float:
            passed = np.cumsum([1 << unit for unit in order])
            passed = passed if self.curve.ends_scored else passed[:-1]
            return self.sign * float(at_corners(scores)[passed].mean())

        resamples = 100 if self.k <= _MOST_RESAMPLED else 0
        found = cross_fit(blocks, chosen, choose, resamples)
        apparent = area(chosen, blocks.mean(axis=1)) if blocks.shape[1] else None
        if found is None or apparent is None:
            return too_few_blocks(blocks.shape[1], apparent)
        held_out = [area(order, scores) for order, scores in found.halves if order is not None]
        return Optimism(
            found.blocks,
            apparent,
            float(np.mean(held_out)) if held_out else None,
            found.resamples,
            found.same,
            None,
        )

    def sizes(self, permutations: Permutations) -> tuple[OrderSize, ...]:
        """The curve over all orders."""
        found = []
        for moved, layer in enumerate(permutations.layers):
            scores = self.sign * self.goodness[layer]
            scored = int((~np.isnan(scores)).sum())
            exact = scored == len(layer)
            mean, deviation, low, high = (
                (
                    float(scores.mean()),
                    float(scores.std()),
                    float(scores.min()),
                    float(scores.max()),
                )
                if exact
                else (None, None, None, None)
            )
            found.append(
                OrderSize(
                    moved,
                    "exact" if exact else "unavailable",
                    mean,
                    deviation,
                    low,
                    high,
                    len(layer),
                    scored,
                )
            )
        return tuple(found)

    def missing(self) -> tuple[tuple[TrainingSet, ...], int | None]:
        """Sets without a score that orders pass, by the number of units moved; and how many."""
        lacking = np.flatnonzero(np.isnan(self.goodness[1:]) & self.defined[1:]) + 1
        by_size = lacking[np.argsort(np.bitwise_count(lacking), kind="stable")]
        masks = [self._mask(int(corner)) for corner in by_size[:MOST_LISTED]]
        return tuple(map(self.curve.index.universe.training_set, masks)), len(lacking)

    def _mask(self, corner: int) -> int:
        mask = self.curve.roster.source
        for unit in positions_of_mask(corner):
            mask ^= self.curve.roster.units[unit][1]
        return mask


def _unions(changes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The union of every selection of disjoint sets, shape (2^k, W)."""
    found = np.zeros((1, changes.shape[1]), dtype=np.uint64)
    for change in changes:
        found = np.concatenate([found, found ^ change])
    return found
