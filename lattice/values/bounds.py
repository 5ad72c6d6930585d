"""Where sums over cells must lie when cells are missing, under a stated assumption.

Range: a missing cell scores between the metric's declared ends; the interval is sharp for every
sum. Everything else is said of goodness (score x direction), as an *envelope*: the least and the
most that each cell can be, and that a unit can add to a set. A semivalue then lies within

    sum p_S clip(L(S+i) - U(S)) <= phi_i <= sum p_S clip(U(S+i) - L(S)),

which is sharp for monotone scores, where L is the best stored subset, U the worst stored superset
and a unit adds at least 0. Where stored means contradict an assumption, they are taken to be off
by half of the largest contradiction at most: L is made from f - eps and U from f + eps, and the
answer says "up to eps".
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lattice.errors import BadQuestion
from lattice.values import folds, programs
from lattice.values.assumptions import Assumed
from lattice.values.envelopes import Envelope, envelope
from lattice.values.grounds import Ground, Scores, range_of
from lattice.values.ranked import RankedSums, gaining, losing

RANGE = Assumed("range")


@dataclass(frozen=True, eq=False)
class Intervals:
    """An interval for each of Q sums; what it assumes, and how far the cells contradict that."""

    low: Scores
    high: Scores
    assumption: str
    sharp: bool
    violations: int = 0
    slack: float = 0.0


def bounded(
    ground: Ground, sums: RankedSums, assume: Assumed | None
) -> tuple[Intervals | None, str]:
    """The intervals of sums some of whose cells are missing; or None, and why there are none.

    Args:
        assume: what they rest on; the metric's range, where it has one, without it.

    Raises:
        BadQuestion: the assumption bounds nothing here.
    """
    if assume is not None and assume != RANGE:
        return by_envelope(ground, sums, envelope(ground, assume)), ""
    found = by_range(ground, sums)
    metric = ground.index.measures[ground.measure].metric.name
    if found is None and assume is not None:
        raise BadQuestion(
            f"The metric {metric} has no declared range with two ends.",
            hint="Declare it in the mapping ([[metrics]] range), or assume monotone.",
        )
    if found is None:
        return None, f"cells are missing, and {metric} has no declared range to bound them"
    return found, ""


def by_range(ground: Ground, sums: RankedSums) -> Intervals | None:
    """The sharp intervals from the metric's range; None where it has none of two sides."""
    ends = range_of(ground)
    if ends is None:
        return None
    used = sums.over(ground, np.where(ground.there, ground.scores, 0.0))
    up, down = _missing_weight(ground, sums)
    return Intervals(
        low=used + up * ends[0] + down * ends[1],
        high=used + up * ends[1] + down * ends[0],
        assumption="range",
        sharp=True,
    )


def _missing_weight(ground: Ground, sums: RankedSums) -> tuple[Scores, Scores]:
    """The sums of positive and of negative weights of missing cells, for every item."""
    if ground.tabled:
        lacking = (~ground.there).astype(np.float64)
        return sums.over(ground, lacking, gaining), sums.over(ground, lacking, losing)
    stored = np.ones(len(ground.rows))
    up = sums.total(gaining) - sums.over(ground, stored, gaining)
    down = sums.total(losing) - sums.over(ground, stored, losing)
    return np.maximum(up, 0.0), np.minimum(down, 0.0)


def by_envelope(ground: Ground, sums: RankedSums, found: Envelope) -> Intervals:
    """The intervals of an envelope: sharp for monotone semivalues and their differences.

    Interactions of monotone scores are sharp as well where a linear program may be asked.
    """
    sharp = found.assumed.name == "monotone" and found.slack == 0
    if sums.order == 1:
        low, high = _semivalues(ground, sums, found)
    else:
        up, down = np.stack([found.low, found.high]), np.stack([found.high, found.low])
        low, high = sums.over(ground, up, gaining) + sums.over(ground, down, losing)
        if sums.weights[1, 1].any():
            sharp = sharp and programs.fits(found)
            if sharp:
                low, high = programs.sharpen(ground, sums, found)
    if ground.sign < 0:
        low, high = -high, -low
    return Intervals(low, high, str(found.assumed), sharp, found.violations, found.slack)


def _semivalues(ground: Ground, sums: RankedSums, found: Envelope) -> tuple[Scores, Scores]:
    """The interval of every semivalue, by goodness."""
    by_set = sums.weights[1, 1:][folds.ranks(sums.m - 1)]
    low, high = np.empty(sums.m), np.empty(sums.m)
    if np.isinf(found.adds_most).all():  # the linear sum of the ends, which is never below 0
        high = sums.over(ground, found.high, gaining) + sums.over(ground, found.low, losing)
    both = zip(folds.cuts(found.low), folds.cuts(found.high), strict=True)
    for (unit, low_without, low_holding), (_, high_without, high_holding) in both:
        ends = found.adds_least[unit], found.adds_most[unit]
        low[unit] = _sum(by_set, _clipped(low_holding - high_without, *ends))
        if not np.isinf(found.adds_most[unit]):
            high[unit] = _sum(by_set, _clipped(high_holding - low_without, *ends))
    return low, high


def _sum(weights: Scores, amounts: Scores) -> float:
    """The weighted sum; not by BLAS, whose threads take longer to meet than to add."""
    return float(np.einsum("s,s->", weights, amounts))


def _clipped(added: Scores, least: float, most: float) -> Scores:
    """What a unit adds, between its ends, in place; flat."""
    if least > -np.inf:
        np.maximum(added, least, out=added)
    if most < np.inf:
        np.minimum(added, most, out=added)
    return added.reshape(-1)
