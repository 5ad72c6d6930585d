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

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lattice.errors import BadQuestion
from lattice.values import folds, programs
from lattice.values.assumptions import Assumed
from lattice.values.envelopes import Envelope, envelope
from lattice.values.grounds import Ground, Scores, range_of
from lattice.values.ranked import CellSums, RankedSums, gaining, losing

RANGE = Assumed("range")
_TOGETHER = 1 << 12


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
    return within_range(ground, sums, assume)


def within_range(
    ground: Ground, sums: CellSums, assume: Assumed | None
) -> tuple[Intervals | None, str]:
    """The intervals from the metric's range; or None, and why there are none.

    Raises:
        BadQuestion: the range is what is assumed, and the metric has none.
    """
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


def by_range(ground: Ground, sums: CellSums) -> Intervals | None:
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


def _missing_weight(ground: Ground, sums: CellSums) -> tuple[Scores, Scores]:
    """The sums of positive and of negative weights of missing cells, for every item."""
    if ground.tabled or not isinstance(sums, RankedSums):
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
    sharp = found.assumed.name == "monotone" and found.slack == 0 and ground.sees_all
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
    if not found.adds_least.any() and np.isinf(found.adds_most).all():
        return _never_worse(ground, sums, found)
    by_set = sums.weights[1, 1:][folds.ranks(sums.m - 1)]
    low, high = np.empty(sums.m), np.empty(sums.m)
    for unit, *ends in _both(found):
        (low_without, low_holding), (high_without, high_holding) = ends
        limits = found.adds_least[unit], found.adds_most[unit]
        low[unit] = _sum(by_set, np.clip(low_holding - high_without, *limits))
        high[unit] = _sum(by_set, np.clip(high_holding - low_without, *limits))
    return low, high


def _never_worse(ground: Ground, sums: RankedSums, found: Envelope) -> tuple[Scores, Scores]:
    """The same where a unit adds at least 0, and at most anything.

    The high end is the linear sum of the ends of cells; and max(0, l - u) = max(l, u) - u, of which
    the second part is linear too.
    """
    without, having = sums.weights
    by_set = having[1:].take(folds.ranks(sums.m - 1))
    least, most = ground.ranked(found.low, without), ground.ranked(found.high, without)
    high = ground.holding(ground.ranked(found.high, having) - least)[0] + least.sum()
    low = most.sum() - ground.holding(most)[0]
    larger = np.empty(len(by_set))
    for unit, (_, low_holding), (high_without, _) in _both(found):
        np.maximum(low_holding, high_without, out=larger.reshape(low_holding.shape))
        low[unit] += _sum(by_set, larger)
    return np.maximum(low, 0.0), high


def _both(found: Envelope) -> Iterator[tuple[int, tuple[Scores, Scores], tuple[Scores, Scores]]]:
    """Each unit with the least and the most of the sets without and with it."""
    for one, other in zip(folds.cuts(found.low), folds.cuts(found.high), strict=True):
        yield one[0], one[1:], other[1:]


def _sum(weights: Scores, amounts: Scores) -> float:
    """The weighted sum, in parts: threads take longer to meet than to add so few numbers."""
    part = min(_TOGETHER, len(weights))
    return float(np.vecdot(weights.reshape(-1, part), amounts.reshape(-1, part)).sum())
