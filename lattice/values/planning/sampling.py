"""What to train so that values can be estimated: anchors, then sets drawn at random by strata.

The anchors are the sets whose weight is largest for each set of their rank: what is held, all units,
each unit alone and all but each. The rest is drawn at random without replacement within ranks,
m_k in proportion to N_k |w_k| s_k / sqrt(c_k) (Neyman, "On the two different aspects of the
representative method", Journal of the Royal Statistical Society 97, 1934), at least two of every
rank, so that its spread can be told; N_k sets of the rank have no score, s_k is the spread of the
stored ones.
"""

from __future__ import annotations

from math import comb, sqrt

import numpy as np

from lattice.deadlines import stop_if_late
from lattice.values.grounds import Ground, Scores, range_of
from lattice.values.planning.aims import MOST_PLANNED, Aim, Choice, Chosen, Prices, Purse
from lattice.values.planning.variance import spread_by_rank

_LEAST = 2
_MISSES = 200


def by_sample(aim: Aim, price: Prices, budget: float, seed: int) -> Chosen:
    """The plan.

    Args:
        seed: of the draw.
    """
    ground, notes = aim.ground, []
    rng = np.random.default_rng(seed)
    spread, known = _spread(ground)
    if not known:
        notes.append(
            "too few sets have a score to tell how far they lie apart: all ranks count alike"
        )
    purse, choices = Purse(budget), []
    lacking = list(aim.lacking)
    anchors = list(_anchors(aim))
    for rank, mask in anchors:
        cost = price.of(ground, mask)
        if purse.pays(cost):
            choices.append(Choice(mask, "new", None, float(aim.weight[rank]), None, None, cost))
            lacking[rank] -= 1
    before = error(aim)
    drawn = _allocation(aim, price, spread, lacking, purse)
    taken = {mask for _, mask in anchors}
    sets = [
        (rank, mask)
        for rank, count in enumerate(drawn)
        if count
        for mask in _drawn(aim, rank, count, taken, rng)
    ]
    # In a random order of ranks, so that a plan that is broken off is still a sample of all.
    for place in rng.permutation(len(sets)).tolist():
        rank, mask = sets[place]
        cost = price.of(ground, mask)
        if purse.pays(cost):
            choices.append(Choice(mask, "new", None, float(aim.weight[rank]), None, None, cost))
            lacking[rank] -= 1
    trained = np.bincount([rank for rank, _ in sets], minlength=ground.m + 1)
    after = _error(aim, spread, lacking, _sampled(aim) + trained) if known else None
    if choices:
        notes.append(
            f"drawn at random within ranks, seed {seed}: train all of them, or stop at any of them"
        )
    return Chosen(choices, before, after, False, sum(aim.lacking), notes)


def error(aim: Aim) -> float | None:
    """The root mean square error that the ranks leave now; None where one has too few sets."""
    spread, known = _spread(aim.ground)
    return _error(aim, spread, aim.lacking, _sampled(aim)) if known else None


def is_anchor(m: int, rank: int) -> bool:
    """Whether all sets of a rank are certainty cells."""
    return rank in {0, 1, m - 1, m}


def _spread(ground: Ground) -> tuple[Scores, bool]:
    """The standard deviation of scores by rank, and whether anything is known of it."""
    found = spread_by_rank(ground)
    if found is not None and found.any():
        return np.sqrt(found), True
    ends = range_of(ground)
    wide = 1.0 if ends is None else (ends[1] - ends[0]) / sqrt(12)
    return np.full(ground.m + 1, wide), ends is not None


def _anchors(aim: Aim) -> list[tuple[int, int]]:
    """The anchors that have no score and a weight, with their ranks: the ends first."""
    ground = aim.ground
    m, whole = ground.m, ground.whole
    singles = [(1, ground.held | each) for each in ground.units]
    others = [(m - 1, whole & ~each) for each in ground.units]
    listed = dict.fromkeys([(m, whole), (0, ground.held), *singles, *others])
    return [
        (rank, mask)
        for rank, mask in listed
        if aim.weight[rank] > 0 and aim.lacking[rank] and not ground.scored(mask)
    ]


def _sampled(aim: Aim) -> Scores:
    """How many sets of each rank have a score; those of anchors are no sample of the others."""
    return np.array(aim.ground.scored_by_rank, dtype=np.float64)


def _allocation(
    aim: Aim, price: Prices, spread: Scores, lacking: list[int], purse: Purse
) -> list[int]:
    """How many sets to draw of each rank: Neyman's, within what is left to spend."""
    ground = aim.ground
    m = ground.m
    left = np.array([min(each, 10**12) for each in lacking], dtype=np.float64)
    open_ = (left > 0) & (aim.weight > 0) & ~np.array([is_anchor(m, each) for each in range(m + 1)])
    if not open_.any():
        return [0] * (m + 1)
    cost = price.base + float(price.units.mean() if m else 0.0) * np.arange(m + 1)
    cost = np.maximum(cost, 1e-12)
    share = np.where(open_, aim.pull * spread / np.sqrt(cost), 0.0)
    if share.sum() == 0:
        share = np.where(open_, aim.pull, 0.0)
    most = min(purse.left, float(purse.slots) * float(cost.max()))
    wanted = most * share / float((share * cost).sum())
    stored = np.array(ground.scored_by_rank)
    least = np.where(open_, np.minimum(left, np.maximum(0, _LEAST - stored)), 0.0)
    found = np.minimum(np.maximum(np.floor(wanted), least), left)
    # What rounding and small ranks have left over goes where most was asked for.
    rest = most - float((found * cost).sum())
    for _ in range(m + 1):
        room = np.where(found < left, share, 0.0)
        if rest < cost[open_].min() or room.sum() == 0:
            break
        more = np.minimum(np.floor(rest * room / float((room * cost).sum())), left - found)
        if more.sum() == 0:
            more = np.zeros(m + 1)
            more[int(np.argmax(np.where(cost <= rest, room, 0.0)))] = 1.0
        found += more
        rest = most - float((found * cost).sum())
    return [int(each) for each in np.minimum(found, MOST_PLANNED)]


def _drawn(aim: Aim, rank: int, count: int, taken: set[int], rng: np.random.Generator) -> list[int]:
    """So many sets of a rank without a score, at random without replacement."""
    ground = aim.ground
    if ground.tabled:
        cells = np.flatnonzero(~ground.there & (ground.ranks == rank))
        cells = cells[rng.permutation(len(cells))]
        masks = (ground.mask(int(each)) for each in cells)
        return [
            mask
            for mask, _ in zip(
                (each for each in masks if each not in taken), range(count), strict=False
            )
        ]
    found: dict[int, None] = {}
    missed = 0
    while len(found) < min(count, comb(ground.m, rank)) and missed < _MISSES:
        stop_if_late("drawing sets")
        chosen = rng.choice(ground.m, rank, replace=False).tolist()
        mask = ground.held | sum(ground.units[each] for each in chosen)
        if mask in found or mask in taken or ground.scored(mask):
            missed += 1
            continue
        found[mask] = None
    return list(found)


def _error(aim: Aim, spread: Scores, lacking: list[int], sampled: Scores) -> float | None:
    """The root mean square error that ranks by themselves would give; None where one has no sample.

    sum over ranks of w^2 N^2 (1 - m / N) s^2 / m, where m of the N sets of a rank have a score.
    """
    variance = 0.0
    for rank, count in enumerate(lacking):
        if not count or aim.weight[rank] == 0:
            continue
        drawn = float(sampled[rank])
        if drawn < _LEAST:
            return None
        unknown = 1 - drawn / (drawn + float(count)) if count < 1 << 1000 else 1.0
        variance += float((aim.pull[rank] * spread[rank]) ** 2) * unknown / drawn
    return sqrt(variance)
