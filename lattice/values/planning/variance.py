"""What to train to lower the error of values: new cells, further replicates, and whole blocks.

The variance of sum_S w_S y_S is taken to be the sum of w^2 tau^2 over the cells without a score and
of w^2 sigma^2 / n over the others. A new cell gains w^2 (tau^2 - sigma^2), another replicate
w^2 sigma^2 / (n (n + 1)), a new block of shared replicates s^2 / (K (K + 1)) with s^2 the variance of
the values over the K blocks. sigma^2 is pooled over the stored cells of a rank; tau^2 is
(U - L)^2 / 12 where the cells have bounds, else the spread of the stored scores of the rank.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from math import sqrt

import numpy as np

from lattice.deadlines import stop_if_late
from lattice.errors import BadQuestion
from lattice.index import MISSING
from lattice.replicates import PAIRED
from lattice.values import errors
from lattice.values.assumptions import Assumed
from lattice.values.bounds import RANGE
from lattice.values.envelopes import envelope
from lattice.values.grounds import Ground, Rows, Scores, range_of
from lattice.values.planning.aims import (
    MOST_PLANNED,
    Aim,
    Choice,
    Chosen,
    Kind,
    Prices,
    Purse,
    cheapest_first,
)


@dataclass(frozen=True, eq=False)
class Noise:
    """What is known of the variance of scores: sigma^2 by rank (m + 1,), and tau^2 of cells or ranks."""

    within: Scores
    around: Scores
    of_ranks: bool
    blocks: Scores | None
    """The values by shared block, (K, Q), where all cells with a weight have all K."""

    def around_cell(self, cell: int, rank: int) -> float:
        """tau^2 of a cell without a score."""
        return float(self.around[rank if self.of_ranks else cell])


@dataclass(order=True, slots=True)
class _Offer:
    """A candidate in a heap: the largest gain for its price first, then in order."""

    ratio: float
    place: int
    mask: int = field(compare=False)
    rank: int = field(compare=False)
    replicates: int = field(compare=False)
    """How many the cell has before."""
    gain: float = field(compare=False)
    cost: float = field(compare=False)
    row: int = field(compare=False)
    block: bool = field(compare=False, default=False)


def by_variance(aim: Aim, assume: Assumed | None, price: Prices, budget: float) -> Chosen:
    """The plan.

    Raises:
        BadQuestion: neither bounds nor stored scores say how far scores lie apart.
    """
    noise, notes = _noise(aim, assume)
    before = variance(aim, noise)
    choices: list[Choice] = []
    left, purse = before, Purse(budget)
    offers = _offers(aim, noise, price, budget)
    heapify(offers)
    place = len(offers)
    while offers:
        stop_if_late("planning what to train")
        offer = heappop(offers)
        if not purse.pays(offer.cost):
            if purse.slots == 0 or purse.left <= 0:
                break
            continue
        left = max(0.0, left - offer.gain)
        choices.append(
            _choice(aim, offer, sqrt(before) if not choices else choices[-1].left or 0.0, left)
        )
        following = None if offer.block else _replicate(aim, noise, offer, place)
        if following is not None:
            heappush(offers, following)
            place += 1
    return Chosen(choices, sqrt(before), sqrt(left), False, sum(aim.lacking), notes)


def variance(aim: Aim, noise: Noise) -> float:
    """The variance now, in the mean over the sums."""
    if noise.blocks is not None:
        return float((noise.blocks.var(axis=0, ddof=1) / len(noise.blocks)).mean())
    ground = aim.ground
    stored = ground.there & ~ground.conventional
    count = np.where(stored, _counts(ground), 1)
    known = np.where(stored, noise.within[ground.ranks] / count, 0.0)
    total = float(ground.ranked(known, aim.square).sum())
    if noise.of_ranks:
        lacking = np.array(aim.lacking, dtype=np.float64)
        total += float((lacking * aim.square * noise.around).sum())
    else:
        total += float(ground.ranked(np.where(ground.there, 0.0, noise.around), aim.square).sum())
    return total / aim.count


def error(aim: Aim, assume: Assumed | None) -> float:
    """The root mean square error of the sums now."""
    return sqrt(variance(aim, _noise(aim, assume)[0]))


# ------------------------------------------------------------------ what is known of scores


def _noise(aim: Aim, assume: Assumed | None) -> tuple[Noise, list[str]]:
    ground, notes = aim.ground, []
    within = _within(ground)
    if within is None:
        notes.append("no cell has two replicates: their noise is unknown and taken to be 0")
        within = np.zeros(ground.m + 1)
    blocks = _by_block(aim)
    if assume is not None and assume != RANGE:
        ends = envelope(ground, assume)
        return Noise(within, (ends.high - ends.low) ** 2 / 12, False, blocks), notes
    spread = spread_by_rank(ground)
    span = range_of(ground)
    if spread is None and span is None and any(aim.lacking):
        raise BadQuestion(
            "Fewer than two sets have a score, and the metric has no declared range: nothing says"
            " how far scores lie apart.",
            hint="Train a few sets first (`lattice plan ... --by sample`), or assume monotone.",
        )
    if assume == RANGE or spread is None:
        wide = 0.0 if span is None else (span[1] - span[0]) ** 2 / 12
        return Noise(within, np.full(ground.m + 1, wide), True, blocks), notes
    if any(aim.lacking):
        notes.append("how far missing scores lie apart is taken from the stored ones of their rank")
    return Noise(within, spread, True, blocks), notes


def _within(ground: Ground) -> Scores | None:
    """The variance of replicates in a cell by rank, pooled; None where no cell has two."""
    column, rows = ground.column, ground.rows
    rows = rows[rows != MISSING]
    ranks = ground.ranks[ground.rows != MISSING]
    several = (column.count[rows] >= 2) & ~column.declared[rows]
    if not several.any():
        return None
    count = column.count[rows[several]].astype(np.float64)
    squares = column.standard_error[rows[several]] ** 2 * count * (count - 1)
    return _pooled(ranks[several], squares, count - 1, ground.m)


def spread_by_rank(ground: Ground) -> Scores | None:
    """The variance of stored scores by rank; of ranks with fewer than two that of all around means."""
    measured = ground.there & ~ground.conventional
    ranks, scores = ground.ranks[measured], ground.scores[measured]
    if len(scores) < 2:
        return None
    count = np.bincount(ranks, minlength=ground.m + 1)
    mean = np.bincount(ranks, scores, minlength=ground.m + 1) / np.maximum(count, 1)
    squares = (scores - mean[ranks]) ** 2
    several = count[ranks] >= 2
    if not several.any():
        return np.full(ground.m + 1, float(scores.var(ddof=1)))
    share = (1 - 1 / count[ranks])[several]
    return _pooled(ranks[several], squares[several], share, ground.m)


def _pooled(ranks: Rows, squares: Scores, degrees: Scores, m: int) -> Scores:
    """Sums of squares by rank over their degrees of freedom; ranks without any get the overall one."""
    above = np.bincount(ranks, squares, minlength=m + 1)
    below = np.bincount(ranks, degrees, minlength=m + 1)
    overall = above.sum() / below.sum()
    return np.where(below > 0, above / np.where(below > 0, below, 1.0), overall)


def _by_block(aim: Aim) -> Scores | None:
    """The values by block, (K, Q), where all cells with a weight have all of K >= 2 shared blocks."""
    ground = aim.ground
    kinds = ground.column.kinds
    if aim.sums is None or len(kinds) < 2 or any(each not in PAIRED for each in kinds):
        return None
    if not errors.are_there(ground, aim.sums):
        return None
    weighted = aim.weight[ground.ranks] > 0
    by_replicate = ground.by_replicate()
    noisy = weighted & ~ground.conventional
    if np.isnan(by_replicate[noisy]).any():
        return None
    moving = np.where(noisy[:, None], by_replicate, 0.0)
    constant = np.where(weighted & ground.conventional, ground.scores, 0.0)
    return np.asarray(aim.sums.over(ground, np.ascontiguousarray((moving + constant[:, None]).T)))


def _counts(ground: Ground) -> Rows:
    """How many replicates every cell has, at least 1."""
    found = np.ones(len(ground.rows), dtype=np.int64)
    stored = ground.rows != MISSING
    found[stored] = np.maximum(ground.column.count[ground.rows[stored]], 1)
    return found


# ------------------------------------------------------------------ what is offered


def _offers(aim: Aim, noise: Noise, price: Prices, budget: float) -> list[_Offer]:
    if noise.blocks is not None:
        return _block_offers(aim, noise.blocks, price)
    found = [*_new(aim, noise, price, budget), *_further(aim, noise, price)]
    for place, each in enumerate(found):
        each.place = place
    return found


def _new(aim: Aim, noise: Noise, price: Prices, budget: float) -> list[_Offer]:
    """Sets without a score: as many as the budget may pay for, the best first."""
    ground = aim.ground
    found: list[_Offer] = []

    def gain_at(rank: int, around: float) -> float:
        return float(aim.square[rank]) * max(0.0, around - float(noise.within[rank])) / aim.count

    if not ground.tabled:
        offered = cheapest_first(
            aim, price, lambda rank, cost: _over(gain_at(rank, float(noise.around[rank])), cost)
        )
        spent = 0.0
        for ratio, mask, rank, cost in offered:
            stop_if_late("planning what to train")
            spent += cost
            if spent > 2 * budget or len(found) >= MOST_PLANNED:
                break
            gain = gain_at(rank, float(noise.around[rank]))
            found.append(_Offer(-ratio, 0, mask, rank, 0, gain, cost, MISSING))
        return found
    cells = ground.in_order(np.flatnonzero(~ground.there & (aim.square[ground.ranks] > 0)))
    ranks, costs = ground.ranks[cells], price.of_cells()[cells]
    around = noise.around[ranks] if noise.of_ranks else noise.around[cells]
    gains = aim.square[ranks] * np.maximum(around - noise.within[ranks], 0.0) / aim.count
    ratios = gains / np.maximum(costs, np.finfo(np.float64).tiny)
    for each in np.argsort(-ratios, kind="stable")[:MOST_PLANNED].tolist():
        mask = ground.mask(int(cells[each]))
        found.append(
            _Offer(
                -float(ratios[each]),
                0,
                mask,
                int(ranks[each]),
                0,
                float(gains[each]),
                float(costs[each]),
                MISSING,
            )
        )
    return found


def _further(aim: Aim, noise: Noise, price: Prices) -> list[_Offer]:
    """Another replicate of every stored cell that may have one, the best first."""
    ground, column = aim.ground, aim.ground.column
    cells = np.flatnonzero(ground.there & ~ground.conventional & (aim.square[ground.ranks] > 0))
    cells = cells[ground.rows[cells] != MISSING]
    ranks, rows = ground.ranks[cells], ground.rows[cells]
    count = column.count[rows].astype(np.int64)
    gains = aim.square[ranks] * noise.within[ranks] / (count * (count + 1)) / aim.count
    if any(each in PAIRED for each in column.kinds):  # a shared seed is bought as a whole block
        gains = np.where(count < len(column.kinds), gains, 0.0)
    best = np.argsort(-gains, kind="stable")[:MOST_PLANNED]
    found = []
    for each in best[gains[best] > 0].tolist():
        mask = ground.mask(int(cells[each]))
        cost, gain = price.of(ground, mask), float(gains[each])
        found.append(
            _Offer(
                -_over(gain, cost),
                0,
                mask,
                int(ranks[each]),
                int(count[each]),
                gain,
                cost,
                int(rows[each]),
            )
        )
    return found


def _replicate(aim: Aim, noise: Noise, last: _Offer, place: int) -> _Offer | None:
    """One more replicate of what has just been bought."""
    count = last.replicates + 1
    kinds = aim.ground.column.kinds
    if any(each in PAIRED for each in kinds) and count >= len(kinds):
        return None
    sigma = float(noise.within[last.rank])
    gain = float(aim.square[last.rank]) * sigma / (count * (count + 1)) / aim.count
    if gain <= 0:
        return None
    return _Offer(
        -_over(gain, last.cost), place, last.mask, last.rank, count, gain, last.cost, last.row
    )


def _block_offers(aim: Aim, blocks: Scores, price: Prices) -> list[_Offer]:
    """New blocks of all cells with a weight, one after another."""
    ground = aim.ground
    needed = np.flatnonzero((aim.weight[ground.ranks] > 0) & ~ground.conventional)
    cost = (
        float(price.of_cells()[needed].sum())
        if ground.tabled
        else sum(price.of(ground, ground.mask(int(each))) for each in needed)
    )
    spread, have = float(blocks.var(axis=0, ddof=1).mean()), len(blocks)
    found = []
    for count in range(have, have + 100):
        gain = spread / (count * (count + 1))
        found.append(
            _Offer(-_over(gain, cost), 0, ground.whole, ground.m, count, gain, cost, MISSING, True)
        )
    for place, each in enumerate(found):
        each.place = place
    return found


def _over(gain: float, cost: float) -> float:
    return gain / max(cost, float(np.finfo(np.float64).tiny))


def _choice(aim: Aim, offer: _Offer, before: float, left: float) -> Choice:
    """An offer that was taken; gains are told as a fall of the error."""
    ground = aim.ground
    after = sqrt(left)
    kind: Kind = "block" if offer.block else "replicate" if offer.replicates else "new"
    weight = float(aim.weight.sum()) if offer.block else float(aim.weight[offer.rank])
    return Choice(
        offer.mask,
        kind,
        _block_for(ground, offer),
        weight,
        max(0.0, before - after),
        after,
        offer.cost,
    )


def _block_for(ground: Ground, offer: _Offer) -> int | None:
    """The shared replicate to train a cell in: one that it lacks, the one that most cells have."""
    column = ground.column
    if offer.block or not len(column.blocks) or not any(each in PAIRED for each in column.kinds):
        return None
    used = np.zeros(len(column.kinds), dtype=np.int64)
    rows = ground.rows[ground.rows != MISSING]
    used += (~np.isnan(column.by_replicate[rows])).sum(axis=0)
    lacks = np.ones(len(used), dtype=np.bool_)
    if offer.row != MISSING:
        lacks = np.isnan(column.by_replicate[offer.row])
    ordered = [each for each in np.argsort(-used, kind="stable").tolist() if lacks[each]]
    had = int((~lacks).sum())
    place = offer.replicates - had
    if not 0 <= place < len(ordered):
        return None
    number = int(column.blocks[ordered[place]][1])
    return number if 0 <= number < 10**9 else None
