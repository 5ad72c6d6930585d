"""Dividends of sets: what their units bring only all together.

    d(S) = sum over T within S of (-1)^(|S| - |T|) v(T),

so that v(S) - v(empty) is the sum of the dividends of all sets within S: the Moebius transform.
Harsanyi, "A simplified bargaining model for the n-person cooperative game", International Economic
Review 4(2), 1963; Rota, "On the foundations of combinatorial theory I", 1964.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from math import comb

import numpy as np

from lattice.deadlines import stop_if_late
from lattice.errors import BadQuestion, about
from lattice.model import Optimism, Status, Unit, ValueCells, Values
from lattice.queries.admissible import countable
from lattice.queries.crossfit import FEWEST_BLOCKS, crossfit_choice, too_few_blocks
from lattice.queries.pieces import next_page
from lattice.replicates import PAIRED
from lattice.subsets import positions_of_mask
from lattice.values import answers, bounds, choosing, errors, folds, grounds, semivalues
from lattice.values.assumptions import Assumed
from lattice.values.bounds import Intervals
from lattice.values.envelopes import envelope
from lattice.values.grounds import Ground, Rows, Scores
from lattice.values.ranked import Change, gaining, losing, occurring, unchanged

DEFINITION = "sum over T within S of (-1)^(|S|-|T|) v(T)"
_MOST_CROSS_FITTED = 1 << 22


@dataclass(frozen=True, eq=False)
class DividendSums:
    """The dividends of some sets of m units.

    Args:
        sets: which cells of the table they are, shape (Q,).
    """

    m: int
    sets: Rows

    @cached_property
    def orders(self) -> Rows:
        """How many units each set has, shape (Q,)."""
        return folds.ranks(self.m)[self.sets].astype(np.int64)

    @property
    def sets_by_rank(self) -> list[int]:
        """How many sets there are of each rank."""
        return [comb(self.m, rank) for rank in range(self.m + 1)]

    def by_rank(self) -> Scores:
        """1 for the ranks of sets within the largest of these, shape (m + 1,)."""
        return np.asarray(np.arange(self.m + 1) <= self.orders.max(initial=-1), dtype=np.float64)

    def over(self, ground: Ground, amounts: Scores, change: Change = unchanged) -> Scores:  # noqa: ARG002
        """The sums with amounts (..., 2^m) instead of scores, shape (..., Q).

        Weights are 1 and -1: whatever they change to, the sums are made of the alternating and of
        the plain sum over all sets within.
        """
        even, odd = change(np.array([1.0, -1.0])).tolist()
        found = np.zeros((*amounts.shape[:-1], len(self.sets)))
        for place in np.ndindex(amounts.shape[:-1]):
            stop_if_late("adding up the sets within each set")
            for part, act in (
                ((even - odd) / 2, folds.dividends),
                ((even + odd) / 2, folds.within),
            ):
                if part:
                    table = np.array(amounts[place])
                    act(table)
                    found[place] += part * table[self.sets]
        return found

    def of_cells(self, ground: Ground, item: int) -> Scores:  # noqa: ARG002
        """The weight of every cell in one item, shape (2^m,)."""
        cells, own = np.arange(1 << self.m), int(self.sets[item])
        sign = 1.0 - 2.0 * ((folds.ranks(self.m) + self.orders[item]) & 1)
        return np.where(cells & ~own, 0.0, sign)


def describe(
    ground: Ground,
    names: Sequence[str],
    *,
    order: int | None = None,
    assume: Assumed | None = None,
    start: int = 0,
    limit: int = 200,
) -> Values:
    """The dividends of all sets but the one of nobody, the largest first, page by page.

    Sets that cells within are missing of come last.

    Args:
        order: of sets of so many units only.

    Raises:
        BadQuestion: too many units, an order that no set has.
    """
    _check(ground, order)
    ranked = _by_size(ground, order)
    sums = DividendSums(ground.m, ranked[start : start + limit])
    universe = ground.index.universe
    most = ground.m if order is None else order
    heavy = _heaviness(ground.m, order)
    items = answers.values(_findings(ground, names, sums, assume))
    lacking = int((~ground.there & (folds.ranks(ground.m) <= most)).sum())
    return Values(
        quantity="dividends",
        definition=DEFINITION,
        measure=ground.index.measures[ground.measure].name,
        held=universe.training_set(ground.held),
        whole=universe.training_set(ground.whole),
        units=tuple(
            Unit(name, tuple(universe.names[each] for each in positions_of_mask(mask)))
            for name, mask in zip(names, ground.units, strict=True)
        ),
        status=_status(ground, lacking, assume),
        together=semivalues.together(ground),
        baseline=None,
        items=items,
        next=next_page(start, limit, len(ranked)),
        total=len(ranked),
        missing=tuple(
            answers.weighted_cell(ground, mask, float(heavy[rank]))
            for mask, rank in islice(ground.missing(heavy), answers.MOST_MISSING)
        ),
        missing_total=countable(lacking),
        notes=semivalues.notes(ground),
        optimism=_optimism(ground, order),
    )


def _check(ground: Ground, order: int | None) -> None:
    if not ground.tabled:
        raise BadQuestion(
            f"{ground.m} units have 2^{ground.m} sets with a dividend each; at most"
            f" 2^{grounds.MOST_TABLED} are looked at.",
            hint="Group the units, or ask between sets that are less far apart.",
        )
    if order is not None and not 1 <= order <= ground.m:
        raise BadQuestion(
            f"No set of these units has {order} of them.",
            hint=f"An order is from 1 to {ground.m}.",
        )


def _by_size(ground: Ground, order: int | None) -> Rows:
    """The cells that are listed: by the size of their dividend, then by rank."""
    table = np.array(ground.scores)
    folds.dividends(table)
    ranks = folds.ranks(ground.m)
    cells = ground.in_order(np.flatnonzero(ranks > 0 if order is None else ranks == order))
    return cells[np.argsort(-np.abs(table[cells]), kind="stable")]  # NaN comes last


def _findings(
    ground: Ground, names: Sequence[str], sums: DividendSums, assume: Assumed | None
) -> answers.Findings:
    universe, there = ground.index.universe, ground.there.astype(np.float64)
    used = sums.over(ground, there, occurring)
    needed = [1 << order for order in sums.orders.tolist()]
    lacking = bool((used < needed).any())
    intervals, why = _bounded(ground, sums, assume) if lacking else (None, "")
    items = [list(positions_of_mask(int(each))) for each in sums.sets]
    return answers.Findings(
        names=["+".join(names[each] for each in item) for item in items],
        objects=[
            tuple(
                universe.names[position]
                for each in item
                for position in positions_of_mask(ground.units[each])
            )
            for item in items
        ],
        sums=errors.combinations(ground, sums),
        intervals=intervals,
        needed=needed,
        used=used,
        coverage=used / np.array(needed, dtype=np.float64),
        sizes=[None] * len(items),
        why=why,
    )


def _bounded(
    ground: Ground, sums: DividendSums, assume: Assumed | None
) -> tuple[Intervals | None, str]:
    """Where the dividends must lie: sharp for the range, else outer limits from the envelope."""
    if assume is None or assume == bounds.RANGE:
        return bounds.within_range(ground, sums, assume)
    found = envelope(ground, assume)
    up, down = np.stack([found.low, found.high]), np.stack([found.high, found.low])
    low, high = sums.over(ground, up, gaining) + sums.over(ground, down, losing)
    if ground.sign < 0:
        low, high = -high, -low
    return Intervals(low, high, str(assume), False, found.violations, found.slack), ""


def _status(ground: Ground, lacking: int, assume: Assumed | None) -> Status:
    """The weakest status of all items, listed on this page or not."""
    if not lacking:
        return "exact"
    ranged = assume is not None or grounds.range_of(ground) is not None
    return "bounded" if ranged else "unavailable"


def _heaviness(m: int, order: int | None) -> Scores:
    """In how many of the listed sets a set is, by its rank, shape (m + 1,)."""
    orders = range(1, m + 1) if order is None else (order,)
    return np.array(
        [
            float(sum(comb(m - rank, each - rank) for each in orders if each >= rank))
            for rank in range(m + 1)
        ]
    )


def _optimism(ground: Ground, order: int | None) -> Optimism | None:
    """What the largest dividend is in blocks that did not choose it; None with cells missing."""
    noisy = ~ground.conventional
    by_replicate = ground.by_replicate()
    ranks = folds.ranks(ground.m)
    listed = np.flatnonzero(ranks > 0 if order is None else ranks == order)
    blocks = by_replicate.shape[1]
    pairable = all(kind in PAIRED for kind in ground.column.kinds)
    if not ground.there.all():
        return None
    if (
        not pairable
        or blocks < FEWEST_BLOCKS
        or np.isnan(by_replicate[noisy]).any()
        or by_replicate.size > _MOST_CROSS_FITTED
    ):
        return too_few_blocks(0 if not pairable else min(blocks, FEWEST_BLOCKS - 1), None)
    tables = np.where(noisy[:, None], by_replicate, ground.scores[:, None]).T.copy()
    for table in tables:
        folds.dividends(table)
    found = tables.T[listed]
    either = np.concatenate([found, -found])
    return crossfit_choice(
        either, lambda scores: int(scores.argmax()), choosing.resamples(either.size)
    )


def cells(
    ground: Ground, names: Sequence[str], text: str, *, start: int = 0, limit: int = 200
) -> ValueCells:
    """The cells that one dividend rests on, missing ones among them.

    Args:
        text: the names of its units, with plus signs between.

    Raises:
        BadQuestion: too many units, or one that is not among them.
    """
    _check(ground, None)
    chosen = _read(text, {name: place for place, name in enumerate(names)})
    if not chosen:
        with about(text):
            raise BadQuestion(
                f"{text!r} is no set of units that are looked at here.",
                hint=f"Write their names with plus signs between: {'+'.join(names[:3])}.",
            )
    sums = DividendSums(ground.m, np.array([sum(1 << each for each in chosen)]))
    weights = sums.of_cells(ground, 0)
    name = "+".join(names[each] for each in sorted(chosen))
    return semivalues.weighted(ground, "dividends", name, weights, start, limit)


def _read(text: str, places: dict[str, int]) -> frozenset[int]:
    """The units whose names make up the text; names may hold plus signs themselves."""
    if text in places:
        return frozenset([places[text]])
    at = -1
    while (at := text.find("+", at + 1)) >= 0:
        first, rest = text[:at], text[at + 1 :]
        if first in places and (others := _read(rest, places)) and places[first] not in others:
            return others | {places[first]}
    return frozenset()
