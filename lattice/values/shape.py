"""The shape of a column of scores: its largest move, where more data is worse, where returns grow.

Over all stored moves and squares between two sets:

- the largest |delta|, of every object and overall: chosen among noisy scores, so cross-fitted. It
  is never an epsilon: differential privacy bounds output distributions over all neighbors (Dwork
  and Roth, "The algorithmic foundations of differential privacy", 2014);
- adds that make the score worse: violations of monotonicity;
- squares over which v(S+ij) - v(S+i) - v(S+j) + v(S) > 0, by goodness: violations of diminishing
  returns, that is, of submodularity (Nemhauser, Wolsey and Fisher 1978);
- local optima: sets better than all their neighbors that have a score.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

from lattice.index import MISSING, Rows
from lattice.model import (
    Cell,
    GrowingReturn,
    LargestDelta,
    LocalOptimum,
    MoveCount,
    ObjectMoves,
    Optimism,
    Shape,
    TrainingSet,
    WorseMove,
)
from lattice.queries.admissible import countable
from lattice.queries.crossfit import FEWEST_BLOCKS, shared_blocks, too_few_blocks
from lattice.queries.deltas import delta, delta_columns
from lattice.queries.pieces import next_page
from lattice.values.choosing import apart
from lattice.values.grounds import Flags, Ground, Scores
from lattice.values.moves import Moves, moves, squares

MOST_LISTED = 10
_ROUNDING = 1e-12
_ERRORS_AT_ONCE = 1 << 16


def shape(ground: Ground, *, start: int = 0, limit: int = 200) -> Shape:
    """The largest moves and the violations of a ground whose units are single objects.

    Raises:
        OutOfTime: the deadline passed.
    """
    walked = _Walked.of(ground)
    grown = _grown(ground)
    index, m = ground.index, ground.m
    largest = [walked.largest(each) for each in range(start, min(start + limit, m))]
    peaks = walked.peaks()
    sure = peaks[walked.neighbors[peaks] == m]
    order = np.lexsort((peaks, -walked.good[peaks]))[:MOST_LISTED]
    return Shape(
        measure=index.measures[ground.measure].name,
        held=index.universe.training_set(ground.held),
        whole=index.universe.training_set(ground.whole),
        sets=int(ground.there.sum()),
        possible=countable(2**m),
        largest=walked.largest_of_all(),
        worse=MoveCount(
            checked=int(walked.count.sum()),
            possible=countable(m * 2**m // 2),
            found=int(walked.worse.sum()),
            clearly=walked.clearly,
        ),
        worst=tuple(walked.move(each) for each in walked.worst.best()),
        growing=MoveCount(
            checked=grown.checked,
            possible=countable(comb(m, 2) * 2**m // 4),
            found=grown.found,
            clearly=None,
        ),
        steepest=tuple(_return(ground, each) for each in grown.top.best()),
        compared=int((walked.neighbors > 0).sum()),
        peaks=len(peaks),
        sure=len(sure),
        optima=tuple(
            LocalOptimum(_set(ground, cell), found, int(walked.neighbors[cell]), m)
            for cell in peaks[order].tolist()
            if (found := _cell(ground, cell)) is not None
        ),
        items=tuple(
            ObjectMoves(
                object=_name(ground, unit),
                moves=int(walked.count[unit]),
                worse=int(walked.worse[unit]),
                better=int(walked.better[unit]),
                largest=found,
            )
            for unit, found in enumerate(largest, start)
        ),
        next=next_page(start, limit, m),
        total=m,
        notes=(),
    )


class _Top:
    """The largest of many amounts that come some at a time, with where they are."""

    def __init__(self) -> None:
        self._found: list[tuple[float, tuple[int, ...]]] = []

    def add(self, amounts: Scores, places: NDArray[np.int64]) -> None:
        """Amounts (P,), and what tells each apart, (P, D)."""
        told = zip(amounts.tolist(), map(tuple, places.tolist()), strict=True)
        self._found = sorted([*self._found, *told], key=lambda each: (-each[0], each[1]))
        del self._found[MOST_LISTED:]

    @property
    def least(self) -> float:
        """What an amount has to exceed to be among them."""
        return self._found[-1][0] if len(self._found) == MOST_LISTED else -np.inf

    def best(self) -> list[tuple[int, ...]]:
        """Where they are, the largest first."""
        return [place for _, place in self._found]


def _candidates(amounts: Scores, over: Flags) -> Rows:
    """Places of the largest amounts among those that are flagged."""
    places = np.flatnonzero(over)
    if len(places) <= MOST_LISTED:
        return places
    least = np.partition(amounts[places], -MOST_LISTED)[-MOST_LISTED]
    tied = places[amounts[places] >= least]
    return np.asarray(tied[np.argsort(-amounts[tied], kind="stable")][:MOST_LISTED])


# ------------------------------------------------------------------ moves


@dataclass(eq=False)
class _Walked:
    """What one walk over all moves tells; arrays are by unit (m,) or by cell (C,)."""

    ground: Ground
    good: Scores
    halves: Scores
    """The means of both halves of the blocks, by cell, (2, C); (0, C) with fewer than four."""
    blocks: int
    count: Rows
    worse: Rows
    better: Rows
    neighbors: Rows
    around: Scores
    """The best score of a neighbor by goodness."""
    extent: Scores
    """The largest |delta| of every unit, by the mean and then by each half, (H, m)."""
    places: NDArray[np.int64]
    """Its lower and upper cell, (H, m, 2)."""
    worst: _Top
    clearly: int | None

    @classmethod
    def of(cls, ground: Ground) -> _Walked:
        cells, m = len(ground.rows), ground.m
        halves, blocks = _halves(ground)
        some = ground.column.by_replicate.shape[1] > 1
        found = cls(
            ground=ground,
            good=ground.sign * ground.scores,
            halves=halves,
            blocks=blocks,
            count=np.zeros(m, dtype=np.int64),
            worse=np.zeros(m, dtype=np.int64),
            better=np.zeros(m, dtype=np.int64),
            neighbors=np.zeros(cells, dtype=np.int64),
            around=np.full(cells, -np.inf),
            extent=np.full((1 + len(halves), m), -1.0),
            places=np.full((1 + len(halves), m, 2), MISSING),
            worst=_Top(),
            clearly=0 if some else None,
        )
        for each in moves(ground):
            found._add(each)
        return found

    def _add(self, each: Moves) -> None:
        if not len(each.lower):
            return
        m = self.ground.m
        change = self.good[each.upper] - self.good[each.lower]
        worse = change < 0
        self.count += np.bincount(each.unit, minlength=m)
        self.worse += np.bincount(each.unit[worse], minlength=m)
        self.better += np.bincount(each.unit[change > 0], minlength=m)
        self.neighbors += np.bincount(each.lower, minlength=len(self.good))
        self.neighbors += np.bincount(each.upper, minlength=len(self.good))
        np.maximum.at(self.around, each.lower, self.good[each.upper])
        np.maximum.at(self.around, each.upper, self.good[each.lower])
        self._extend(0, each, np.abs(change))
        for half, scores in enumerate(self.halves, 1):
            self._extend(half, each, np.abs(scores[each.upper] - scores[each.lower]))
        loss = -change
        chosen = _candidates(loss, worse & (loss >= self.worst.least))
        self.worst.add(
            loss[chosen],
            np.stack([each.lower[chosen], each.upper[chosen], each.unit[chosen]], axis=1),
        )
        if self.clearly is not None:
            self.clearly += self._clear(each.lower[worse], each.upper[worse])

    def _extend(self, way: int, each: Moves, amount: Scores) -> None:
        """Keep the largest amount of every unit, the first of equal ones."""
        order = np.array([int(np.argmax(amount))])
        if (each.unit != each.unit[0]).any():
            order = np.lexsort((-amount, each.unit))
            order = order[np.append(True, np.diff(each.unit[order]) != 0)]
        unit = each.unit[order]
        larger = amount[order] > self.extent[way, unit]
        order, unit = order[larger], unit[larger]
        self.extent[way, unit] = amount[order]
        self.places[way, unit, 0], self.places[way, unit, 1] = each.lower[order], each.upper[order]

    def _clear(self, lower: Rows, upper: Rows) -> int:
        """How many of these adds are worse beyond their intervals."""
        ground, found = self.ground, 0
        for start in range(0, len(lower), _ERRORS_AT_ONCE):
            part = slice(start, start + _ERRORS_AT_ONCE)
            known = delta_columns(
                ground.index, ground.rows[lower[part]], ground.rows[upper[part]], ground.measure
            )
            found += int((ground.sign * known.value + known.half_widths() < 0).sum())
        return found

    def peaks(self) -> Rows:
        """Cells that are better than all their neighbors with a score, of which there are some."""
        found = np.flatnonzero((self.neighbors > 0) & (self.good > self.around))
        return found.astype(np.int64)

    def move(self, place: Sequence[int]) -> WorseMove:
        """An add, from its lower cell, upper cell and unit."""
        lower, upper, unit = place
        ground = self.ground
        return WorseMove(
            _name(ground, unit),
            _set(ground, lower),
            _set(ground, upper),
            delta(ground.index, int(ground.rows[lower]), int(ground.rows[upper]), ground.measure),
        )

    def largest(self, unit: int) -> LargestDelta | None:
        """The add of a unit that changes the score most."""
        lower, upper = self.places[0, unit].tolist()
        if lower == MISSING:
            return None
        found = self.move((lower, upper, unit))
        optimism = self._optimism([unit] * len(self.extent))
        return LargestDelta(found.object, found.lower, found.upper, found.delta, optimism)

    def largest_of_all(self) -> LargestDelta | None:
        """The add that changes the score most."""
        if not len(self.count) or not self.count.any():
            return None
        units = np.argmax(self.extent, axis=1).tolist()
        found = self.largest(units[0])
        if found is None:
            return None
        return LargestDelta(
            found.object, found.lower, found.upper, found.delta, self._optimism(units)
        )

    def _optimism(self, units: Sequence[int]) -> Optimism:
        """Each half of the blocks chooses a move, the other half scores it, signed as chosen."""
        apparent = float(self.extent[0, units[0]])
        if not len(self.halves):
            return too_few_blocks(self.blocks, apparent)
        held_out = []
        for way in (1, 2):
            lower, upper = self.places[way, units[way]]
            chosen, other = self.halves[way - 1], self.halves[2 - way]
            held_out.append(np.sign(chosen[upper] - chosen[lower]) * (other[upper] - other[lower]))
        return Optimism(self.blocks, apparent, float(np.mean(held_out)), 0, None, None)


def _halves(ground: Ground) -> tuple[Scores, int]:
    """Means of every other block by cell, (2, C), or (0, C) with fewer than four; and how many."""
    used = np.zeros(len(ground.index), dtype=np.bool_)
    used[ground.rows[ground.there]] = True
    blocks = shared_blocks(ground.column, used)
    count = blocks.shape[1]
    found = np.full((0 if count < FEWEST_BLOCKS else 2, len(ground.rows)), np.nan)
    stored = ground.rows != MISSING
    for half in range(len(found)):
        found[half, stored] = blocks[ground.rows[stored], half::2].mean(axis=1)
    return found, count


# ------------------------------------------------------------------ squares


@dataclass
class _Grown:
    """Over how many squares returns grow, and the largest of them."""

    checked: int
    found: int
    top: _Top


def _grown(ground: Ground) -> _Grown:
    found = _Grown(0, 0, _Top())
    known = np.abs(ground.scores[ground.there])
    rounding = _ROUNDING * float(known.max(initial=0.0))
    for each in squares(ground):
        beyond = ground.sign * each.beyond
        found.checked += len(beyond) - int(np.isnan(beyond).sum())
        over = beyond > rounding
        found.found += int(over.sum())
        if (least := found.top.least) > rounding:
            over = beyond >= least
        chosen = _candidates(beyond, over)
        if len(chosen):
            found.top.add(beyond[chosen], np.stack(each.at(chosen), axis=1))
    return found


def _return(ground: Ground, place: Sequence[int]) -> GrowingReturn:
    first, second, lower, upper = place
    below, one, other = ground.mask(lower), ground.units[first], ground.units[second]
    return GrowingReturn(
        objects=(_name(ground, first), _name(ground, second)),
        lower=_set(ground, lower),
        upper=_set(ground, upper),
        interaction=apart(
            ground.index,
            ground.measure,
            [below | one | other, below | one, below | other, below],
            [1.0, -1.0, -1.0, 1.0],
        ),
    )


def _name(ground: Ground, unit: int) -> str:
    return ground.index.universe.names[ground.units[unit].bit_length() - 1]


def _set(ground: Ground, cell: int) -> TrainingSet:
    return ground.index.universe.training_set(ground.mask(cell))


def _cell(ground: Ground, cell: int) -> Cell | None:
    return ground.column.cell(int(ground.rows[cell]))
