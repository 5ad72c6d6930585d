"""What to train to narrow bounds: the cell S with the largest sum_i |w_iS| (U_S - L_S) for its cost.

Within the metric's range every cell that is trained takes its own width away, whatever it scores, so
that the order is the best one at equal cost and what remains is known beforehand; at different
costs taking the best ratio first is the usual heuristic for a knapsack. Under another assumption a
score narrows other cells as well: cells are chosen one by one, each as if the ones before had
scored in the middle of what they can be. Plan anew when scores have come in.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lattice.deadlines import stop_if_late
from lattice.errors import BadQuestion
from lattice.values.assumptions import Assumed
from lattice.values.bounds import RANGE, by_envelope
from lattice.values.envelopes import Envelope, envelope
from lattice.values.grounds import Ground, Scores, range_of
from lattice.values.planning.aims import Aim, Choice, Chosen, Prices, Purse, cheapest_first


def bounds_something(ground: Ground, assume: Assumed | None) -> bool:
    """Whether there is something to narrow."""
    return (assume is not None and assume != RANGE) or range_of(ground) is not None


def by_width(aim: Aim, assume: Assumed | None, price: Prices, budget: float) -> Chosen:
    """The plan.

    Args:
        assume: what bounds rest on; the metric's range without it.

    Raises:
        BadQuestion: nothing bounds the cells, or there are too many for the assumption.
    """
    if assume is None or assume == RANGE:
        ends = range_of(aim.ground)
        if ends is None:
            metric = aim.ground.index.measures[aim.ground.measure].metric.name
            raise BadQuestion(
                f"The metric {metric} has no declared range with two ends, so that there are no"
                " bounds to narrow.",
                hint="Assume monotone, plan by variance, or declare the range in the mapping.",
            )
        return _within_range(aim, ends[1] - ends[0], price, budget)
    return _one_by_one(aim, assume, price, budget)


def width(aim: Aim, assume: Assumed | None) -> float:
    """The mean width of the bounds now."""
    ends = range_of(aim.ground)
    if (assume is None or assume == RANGE) and ends is not None:
        return _lacking_mass(aim) * (ends[1] - ends[0])
    if assume is None:
        raise BadQuestion("Nothing bounds the cells.", hint="Assume monotone.")
    return _mean_width(aim, aim.ground, envelope(aim.ground, assume))


def _lacking_mass(aim: Aim) -> float:
    """The absolute weight of all cells without a score, in the mean over the sums."""
    there = aim.ground.there.astype(np.float64)
    known = aim.ground.ranked(there, aim.weight).sum() / aim.count
    return max(0.0, float(aim.mass.sum() - known))


def _within_range(aim: Aim, span: float, price: Prices, budget: float) -> Chosen:
    purse = Purse(budget)
    choices: list[Choice] = []
    before = left = _lacking_mass(aim) * span
    for mask, rank, cost in _offered(aim, price):
        stop_if_late("planning what to train")
        if not purse.pays(cost):
            if price.alike or purse.slots == 0 or purse.left < price.base or purse.left <= 0:
                break
            continue
        weight = float(aim.weight[rank])
        left = max(0.0, left - weight * span / aim.count)
        choices.append(Choice(mask, "new", None, weight, weight * span / aim.count, left, cost))
    notes = (
        [] if price.alike else ["costs differ: the best ratio first is not always the best plan"]
    )
    return Chosen(choices, before, left, True, sum(aim.lacking), notes)


def _offered(aim: Aim, price: Prices) -> Iterator[tuple[int, int, float]]:
    """Sets without a score, the most weight for its price first: mask, rank, price."""
    ground = aim.ground
    if not ground.tabled:
        weighed = cheapest_first(aim, price, lambda rank, cost: _ratio(aim.weight[rank], cost))
        yield from ((mask, rank, cost) for _, mask, rank, cost in weighed)
        return
    cells = np.flatnonzero(~ground.there & (aim.weight[ground.ranks] > 0))
    cells = ground.in_order(cells)
    costs, ranks = price.of_cells()[cells], ground.ranks[cells]
    ratios = aim.weight[ranks] / np.maximum(costs, np.finfo(np.float64).tiny)
    for each in np.argsort(-ratios, kind="stable").tolist():
        yield ground.mask(int(cells[each])), int(ranks[each]), float(costs[each])


def _ratio(weight: float, cost: float) -> float:
    return float(weight) / max(cost, float(np.finfo(np.float64).tiny))


def _one_by_one(aim: Aim, assume: Assumed, price: Prices, budget: float) -> Chosen:
    """Every choice as if the earlier ones had scored in the middle of what they can be."""
    ground = aim.ground
    found = envelope(ground, assume)
    before = left = _mean_width(aim, ground, found)
    choices: list[Choice] = []
    purse, costs = Purse(budget), price.of_cells()
    order = ground.in_order(np.arange(len(ground.ranks)))
    weight, cost = aim.weight[ground.ranks], np.maximum(costs, np.finfo(np.float64).tiny)
    supposed = ground
    while True:
        stop_if_late("planning what to train")
        open_ = ~supposed.there & (weight > 0) & (costs <= purse.left * (1 + 1e-12))
        worth = np.where(open_, weight * (found.high - found.low) / cost, -1.0)[order]
        cell = int(order[int(np.argmax(worth))])
        if not open_[cell] or not purse.pays(float(costs[cell])):
            break
        plain = float(weight[cell] * (found.high[cell] - found.low[cell])) / aim.count
        supposed = supposed.supposing(_with(supposed.scores, cell, _middle(ground, found, cell)))
        found = envelope(supposed, assume)
        narrowed = min(left, _mean_width(aim, supposed, found))
        choices.append(
            Choice(
                ground.mask(cell),
                "new",
                None,
                float(weight[cell]),
                left - narrowed,
                narrowed,
                float(costs[cell]),
            )
        )
        left = narrowed
        if plain <= 0 and left <= 0:
            break
    notes = [
        f"{assume}: each set is chosen as if those before had scored in the middle of their bounds"
    ]
    if found.slack:
        notes.append(f"stored scores contradict {assume}, up to {found.slack:.3g}")
    return Chosen(choices, before, left, not choices, sum(aim.lacking), notes)


def _middle(ground: Ground, found: Envelope, cell: int) -> float:
    """The score in the middle of what a cell can be."""
    return ground.sign * float(found.low[cell] + found.high[cell]) / 2


def _with(scores: Scores, cell: int, score: float) -> Scores:
    changed = scores.copy()
    changed[cell] = score
    return changed


def _mean_width(aim: Aim, ground: Ground, found: Envelope) -> float:
    if aim.sums is None:
        apart = ground.ranked(found.high - found.low, aim.weight)
        return float(apart.sum()) / aim.count
    ends = by_envelope(ground, aim.sums, found)
    return float((ends.high - ends.low).mean())
