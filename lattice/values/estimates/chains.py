"""Chains: semivalues from random orders of all units, with what each adds where it joins.

The estimate of a chain for the unit i at place t is

    m p_t (d_it - mean of what the other chains gain at place t) + sum over t of p_t d_t,

p_t the share of the weight on sets of t units: its mean over random orders is the semivalue, and
what every unit gains early and none gains late is taken out (size control). For Shapley values
the second part is (v(all) - v(held)) / m. Where the sets of one unit all have scores, what each
unit gains at the first place is known and the chains are asked about the others alone, and so it
is with the sets of all but one and the last place: gains vary most there.

The variance is the mean of two: that of the chains' estimates with the control taken as known,
which leaves out what the control costs, and the jackknife's, each chain or antithetic pair left
out in turn, which counts that twice (Efron and Stein, "The jackknife estimate of variance", Annals
of Statistics 9(3), 1981). Castro, Gomez and Tejada, "Polynomial calculation of the Shapley value
based on sampling", Computers & Operations Research 36(5), 2009; Mitchell et al., "Sampling
permutations for Shapley value estimation", JMLR 23, 2022 (antithetic pairs).

Only chains that were designed as such are used. Chains that are merely found among stored sets
say nothing that could be given an interval.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lattice.deadlines import stop_if_late
from lattice.index import MISSING
from lattice.replicates import PAIRED
from lattice.subsets import words_of_masks
from lattice.values.estimates.designs import Drawn
from lattice.values.grounds import Flags, Ground, Rows, Scores
from lattice.values.ranked import RankedSums

FEWEST = 10
_MOST_PARTS = 200


@dataclass(frozen=True, eq=False)
class Chains:
    """K chains of a ground's units whose sets all have a score.

    Args:
        order: the units in the order in which they join, shape (K, m).
        rows: of the sets along each, shape (K, m + 1); MISSING for a score that was only said.
        scores: shape (K, m + 1).
        together: which chains count as one, shape (K,).
        incomplete: how many were left out, as sets have no score.
    """

    order: Rows
    rows: Rows
    scores: Scores
    together: Rows
    incomplete: int

    @property
    def count(self) -> int:
        """How many independent ones there are."""
        return len(np.unique(self.together))

    def only(self, which: Flags) -> Chains:
        """Some of them."""
        return Chains(
            self.order[which],
            self.rows[which],
            self.scores[which],
            self.together[which],
            self.incomplete,
        )


@dataclass(frozen=True, eq=False)
class ChainSums:
    """Estimates of the values of m units."""

    value: Scores
    standard_error: Scores
    degrees: Scores
    seed_error: Scores


def designed(ground: Ground, drawn: Drawn) -> Chains:
    """The chains among the designs that lead from what is held to all units, unit by unit."""
    place = ground.index.universe.position
    found: list[tuple[int, list[int]]] = []
    count = 0
    for draws in drawn.draws:
        for number, names in enumerate(draws.chains):
            objects = [place[each] for each in names if each in place]
            units = _units(ground, objects) if len(objects) == len(names) else None
            if units is not None:
                found.append((count + (number // 2 if draws.antithetic else number), units))
        count += len(draws.chains)
    m = ground.m
    order = np.array([units for _, units in found], dtype=np.int64).reshape(-1, m)
    together = np.array([number for number, _ in found], dtype=np.int64)
    rows = _rows(ground, order)
    scores = np.where(rows == MISSING, np.nan, ground.column.mean[rows])
    if ground.taken is not None:
        scores[:, 0] = ground.taken
        rows[:, 0] = MISSING
    lacking = np.isnan(scores).any(axis=1)
    keep = ~np.isin(together, together[lacking])
    return Chains(order[keep], rows[keep], scores[keep], together[keep], int((~keep).sum()))


def _units(ground: Ground, objects: list[int]) -> list[int] | None:
    """The units in the order in which the objects complete them; None where they do not."""
    place = {mask: unit for unit, mask in enumerate(ground.units)}
    found: list[int] = []
    left, pending = ground.held, 0
    for each in objects:
        bit = 1 << each
        if left:
            if not left & bit:
                return None
            left &= ~bit
            continue
        if len(found) == ground.m:
            break
        pending |= bit
        if pending in place:
            found.append(place[pending])
            pending = 0
    return found if len(found) == ground.m else None


def _rows(ground: Ground, order: Rows) -> Rows:
    """The rows of the sets along some orders (K, m), shape (K, m + 1)."""
    if ground.tabled:
        steps = np.cumsum(1 << order, axis=1)
        corners = np.concatenate([np.zeros((len(order), 1), dtype=np.int64), steps], axis=1)
        return np.asarray(ground.rows[corners])
    width = ground.index.words.shape[1]
    found = np.empty((len(order), ground.m + 1), dtype=np.int64)
    for row, units in enumerate(order.tolist()):
        masks = [ground.held]
        for unit in units:
            masks.append(masks[-1] | ground.units[unit])
        found[row] = ground.index.lookup.find(words_of_masks(masks, width))
    return found


def estimated(ground: Ground, sums: RankedSums, chains: Chains) -> ChainSums:
    """Estimates of the values of all units.

    Args:
        sums: of semivalues.
    """
    shares, ends = sums.masses[1, 1:], _ends(ground)
    value, linear, degrees = _estimate(chains, chains.scores, shares, ends)
    names, group = np.unique(chains.together, return_inverse=True)
    parts = group % _MOST_PARTS
    without = []
    for part in range(min(len(names), _MOST_PARTS)):
        stop_if_late("leaving out each chain in turn")
        some = chains.only(parts != part)
        without.append(_estimate(some, some.scores, shares, ends)[0])
    left = np.array(without)
    jackknife = (len(left) - 1) * left.var(axis=0)
    error = np.sqrt((jackknife + linear**2) / 2)
    return ChainSums(
        value, error, np.minimum(degrees, len(left) - 1.0), _seed_error(ground, chains, shares)
    )


def _ends(ground: Ground) -> Scores:
    """What each unit gains at the first and at the last place, (2, m); NaN where one is hidden."""
    units = np.eye(ground.m, dtype=np.bool_)
    whole = np.ones(ground.m, dtype=np.bool_)
    found = np.stack(
        [
            _scores(ground, units) - _scores(ground, ~whole[None]),
            _scores(ground, whole[None]) - _scores(ground, ~units),
        ]
    )
    found[np.isnan(found).any(axis=1)] = np.nan
    return found


def _scores(ground: Ground, membership: Flags) -> Scores:
    """The scores of sets of units, shape (c,); NaN where one is missing."""
    if ground.tabled:
        return np.asarray(ground.scores[membership @ (1 << np.arange(ground.m))])
    masks = [
        ground.held | sum(ground.units[unit] for unit in np.flatnonzero(row).tolist())
        for row in membership
    ]
    rows = ground.index.lookup.find(words_of_masks(masks, ground.index.words.shape[1]))
    found = np.where(rows == MISSING, np.nan, ground.column.mean[rows])
    if ground.taken is not None:
        found[~membership.any(axis=1)] = ground.taken
    return np.asarray(found)


def _estimate(
    chains: Chains, scores: Scores, shares: Scores, ends: Scores
) -> tuple[Scores, Scores, Scores]:
    """The estimate of every unit, its error with the control taken as known, and its degrees.

    Arrays have shape (m,). Few large gains make for few degrees of freedom: 2 n / (kurtosis - 1),
    and n - 1 at most, from n independent chains.

    Args:
        ends: what each unit gains at the first and at the last place, (2, m), NaN where unknown.
    """
    count, m = chains.order.shape
    gains = np.diff(scores, axis=1)
    names, group = np.unique(chains.together, return_inverse=True)
    belongs = (np.arange(len(names))[:, None] == group).astype(np.float64)
    own, sizes = belongs @ gains, belongs.sum(axis=1)
    others = (gains.sum(axis=0) - own) / np.maximum(count - sizes, 1)[:, None]
    asked = np.ones(m)
    known, level = np.zeros(m), belongs @ (gains @ shares) / sizes
    for place, end in zip((0, m - 1), ends, strict=True):
        if not np.isnan(end).any():
            asked[place] = 0.0
            known += shares[place] * end
            level -= shares[place] * end.mean()
    beyond, there = np.empty((2, count, m))
    np.put_along_axis(beyond, chains.order, m * shares * asked * (gains - others[group]), axis=1)
    np.put_along_axis(there, chains.order, np.broadcast_to(asked, (count, m)), axis=1)
    among = belongs @ there
    heard = (among > 0).sum(axis=0)
    each = belongs @ beyond / np.maximum(among, 1)
    mean = each.sum(axis=0) / np.where(heard > 0, heard, np.nan)
    share, times = asked.mean(), np.maximum(heard, 2)
    apart = share * len(names) / times * np.where(among > 0, each - mean, 0.0)
    apart += (level - level.mean())[:, None]
    squares = (apart**2).mean(axis=0)
    tail = (apart**4).mean(axis=0) / np.where(squares > 0, squares, 1.0) ** 2
    linear = np.sqrt(squares / len(names) * times / (times - 1))
    degrees = np.clip(2 * len(names) / np.maximum(tail - 1, 1e-9), 1.0, times - 1.0)
    return known + level.mean() + share * mean, linear, degrees


def _seed_error(ground: Ground, chains: Chains, shares: Scores) -> Scores:
    """The spread of the estimates of single blocks; NaN where not all sets have the same ones."""
    column = ground.column
    nothing = np.full(ground.m, np.nan)
    blocks = column.by_replicate.shape[1]
    used = np.unique(chains.rows[chains.rows != MISSING])
    noisy = used[~column.declared[used]]
    if blocks < 2 or not all(kind in PAIRED for kind in column.kinds):
        return nothing
    if np.isnan(column.by_replicate[noisy]).any():
        return nothing
    scores = np.where(column.declared[:, None], column.mean[:, None], column.by_replicate)
    found = np.empty((blocks, ground.m))
    unknown = np.full((2, ground.m), np.nan)
    for block in range(blocks):
        of_block = np.where(chains.rows == MISSING, chains.scores, scores[chains.rows, block])
        found[block] = _estimate(chains, of_block, shares, unknown)[0]
    return np.asarray(found.std(axis=0, ddof=1) / np.sqrt(blocks))
