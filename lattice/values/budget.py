"""The budget scan: the best stored set of k objects, or of a cost or size of at most c.

For every k, or every c at which the best changes, with the regret v(all) - v(best) against the whole
set, by goodness. A search over what is stored: where sets within a budget have no score, a better
one may be among them. Which data to buy within a budget is data acquisition as in Chen, Li and Xu,
"Data acquisition: a new frontier in data-centric AI", 2023.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lattice.deadlines import stop_if_late
from lattice.errors import BadQuestion
from lattice.index import MISSING, LatticeIndex, Rows
from lattice.model import Affordable, Budget, Contrast, Expense, Status
from lattice.queries.admissible import countable, counts_between
from lattice.queries.amounts import amounts
from lattice.queries.crossfit import shared_blocks
from lattice.queries.pieces import next_page
from lattice.replicates import LEVEL
from lattice.subsets import positions_of_mask, within, words_of_masks
from lattice.values.choosing import apart, optimism
from lattice.values.grounds import Ground, Scores

MOST_COUNTED = 22
"""Objects of which all sets are added up, to count those that a cost or size pays for."""


@dataclass(frozen=True, eq=False)
class _Scan:
    """Sets with a score between two sets, cheapest first; of equal expense the best first.

    Args:
        rows, spent, good: of each, shape (R,).
        possible: what all possible sets between the two cost, sorted; None where that is not known.
    """

    index: LatticeIndex
    measure: int
    sign: float
    whole: int
    rows: Rows
    spent: Scores
    good: Scores
    blocks: Scores
    possible: Scores | None

    def at_most(self, most: float) -> Affordable:
        """The best set that spends no more."""
        stop_if_late("looking for the best set of every budget")
        last = int(np.searchsorted(self.spent, most, side="right"))
        possible = None
        if self.possible is not None:
            possible = int(np.searchsorted(self.possible, most, side="right"))
        return self._of(most, slice(0, last), possible)

    def of_size(self, size: int, possible: float) -> Affordable:
        """The best set of so many objects."""
        ends = np.searchsorted(self.spent, [size, size + 1])
        return self._of(float(size), slice(int(ends[0]), int(ends[1])), countable(possible))

    def _of(self, budget: float, part: slice, possible: int | None) -> Affordable:
        good, rows = self.good[part], self.rows[part]
        place = int(np.argmax(good)) if len(good) else None
        row = None if place is None else int(rows[place])
        status: Status = "unavailable"
        if row is not None:
            status = "exact" if len(rows) == possible else "bounded"
        return Affordable(
            budget=budget,
            status=status,
            training_set=None if row is None else self.index.training_set(row),
            cell=None if row is None else self.index.columns[self.measure].cell(row),
            spent=None if place is None else float(self.spent[part][place]),
            regret=self._regret(row),
            ties=0 if place is None else int((good == good[place]).sum()),
            scored=len(rows),
            possible=possible,
            optimism=optimism(self.blocks, rows, self.sign),
        )

    def _regret(self, row: int | None) -> Contrast:
        """What the whole set is better by than that of a row."""
        if row is None:
            return _contrast("unavailable", None, "no set within this budget has a score")
        mask = self.index.mask_of(row)
        if mask == self.whole:
            return _contrast("exact", 0.0, "it is the whole set itself")
        return apart(self.index, self.measure, [self.whole, mask], [self.sign, -self.sign])


def _contrast(status: Status, value: float | None, note: str) -> Contrast:
    return Contrast(status, value, None, None, None, LEVEL, None, 0, note)


def budget(
    ground: Ground,
    expense: Expense,
    at_most: Sequence[float],
    *,
    start: int = 0,
    limit: int = 200,
) -> Budget:
    """The best set for every budget.

    Args:
        at_most: the budgets; without them every number of objects, or every amount at which the
            best set changes.

    Raises:
        BadQuestion: a negative budget, or objects without a cost, or a size.
    """
    for each in at_most:
        if not each >= 0:
            raise BadQuestion(
                f"A budget cannot be {each:g}.", hint="Give what may be spent: 0 or more."
            )
    index, whole = ground.index, ground.whole
    scan = _scan(ground, expense)
    exactly = expense == "rank" and not at_most
    if exactly:
        counts, _ = counts_between(index.universe, ground.held, whole)
        sizes = range(len(counts))[start : start + limit]
        least = ground.held.bit_count()
        items = [scan.of_size(each + least, float(counts[each])) for each in sizes]
        total = len(counts)
    else:
        budgets = sorted(at_most) if at_most else _changes(scan)
        items = [scan.at_most(each) for each in budgets[start : start + limit]]
        total = len(budgets)
    row = index.row_of(whole)
    return Budget(
        measure=index.measures[ground.measure].name,
        expense=expense,
        spent="exactly" if exactly else "at most",
        held=index.universe.training_set(ground.held),
        whole=index.universe.training_set(whole),
        cell=None if row == MISSING else ground.column.cell(row),
        items=tuple(items),
        next=next_page(start, limit, total),
        total=total,
        notes=_notes(ground, expense),
    )


def _scan(ground: Ground, expense: Expense) -> _Scan:
    index = ground.index
    spent = amounts(index, expense)
    held = words_of_masks([ground.held], index.words.shape[1])
    inside = within(index.words, ground.whole) & ((index.words & held) == held).all(axis=1)
    inside &= (ground.column.count > 0) & ~np.isnan(spent)
    rows = np.flatnonzero(inside)
    good = index.goodness(ground.measure)[rows]
    order = np.lexsort((-good, spent[rows]))
    return _Scan(
        index,
        ground.measure,
        ground.sign,
        ground.whole,
        rows[order],
        spent[rows[order]],
        good[order],
        shared_blocks(ground.column, inside),
        _all_amounts(ground, expense),
    )


def _changes(scan: _Scan) -> list[float]:
    """The amounts at which the best set changes."""
    if not len(scan.good):
        return []
    best = np.maximum.accumulate(scan.good)
    new = np.append(True, best[1:] > best[:-1])
    return [float(each) for each in np.unique(scan.spent[new])]


def _all_amounts(ground: Ground, expense: Expense) -> Scores | None:
    """What every possible set between the two ends costs, sorted; None for too many.

    Costs that are not known make a set impossible to pay for: it is not counted.
    """
    universe = ground.index.universe
    free = list(positions_of_mask(ground.whole & ~ground.held))
    bases = [universe.bases[each] for each in positions_of_mask(ground.whole)]
    if len(free) > MOST_COUNTED or len(set(bases)) < len(bases):
        return None
    told = [
        1.0 if expense == "rank" else getattr(universe.objects[each], expense)
        for each in [*positions_of_mask(ground.held), *free]
    ]
    numbers = [np.nan if each is None else float(each) for each in told]
    found = np.array([sum(numbers[: len(numbers) - len(free)])], dtype=np.float64)
    for each in numbers[len(numbers) - len(free) :]:
        found = np.concatenate([found, found + each])
    found = np.sort(found[~np.isnan(found)])
    found.setflags(write=False)
    return np.asarray(np.round(found, 9))


def _notes(ground: Ground, expense: Expense) -> tuple[str, ...]:
    if expense == "rank":
        return ()
    objects = ground.index.universe.objects
    lacking = [
        objects[each].name
        for each in positions_of_mask(ground.whole)
        if getattr(objects[each], expense) is None
    ]
    if not lacking:
        return ()
    names = f"{', '.join(lacking[:5])}{' ...' if len(lacking) > 5 else ''}"
    return (f"sets with {names} are left out: no {expense} is known",)
