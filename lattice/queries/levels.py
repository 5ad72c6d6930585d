"""What the sets of each rank have in common: counts, coverage, quantiles and histograms."""

from __future__ import annotations

import math
import sys
from itertools import product

import numpy as np
from numpy.typing import NDArray

from lattice.index import LatticeIndex
from lattice.model import Histogram, Level, Levels
from lattice.queries.search import chosen_part
from lattice.subsets import within

Rows = NDArray[np.int64]
Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
_QUANTILES = (0.0, 0.25, 0.5, 0.75, 1.0)
_LARGEST_COUNT = 2**53
_LARGEST_POWER = 300
_STEPS = (1.0, 2.0, 2.5, 5.0)


def levels(index: LatticeIndex, measure: int | None, where: str | None) -> Levels:
    """Every rank that has a stored (and selected) set, with the measured scores of its sets."""
    part = chosen_part(index, where)
    rank_of = index.ranks[part]
    counts = np.bincount(rank_of)
    ranks = np.flatnonzero(counts).tolist()
    measured, declared = (flags[part] for flags in _evaluated(index, measure))
    of_measured = np.bincount(rank_of[measured], minlength=len(counts))
    of_declared = np.bincount(rank_of[declared], minlength=len(counts))
    possible = _possible(index, ranks) if where is None else {}
    base = _base_sets(index, part, len(counts))
    scores = np.empty(0) if measure is None else index.columns[measure].mean[part][measured]
    ends = np.cumsum(of_measured)
    items = []
    for rank in ranks:
        number, end = possible.get(rank), ends[rank]
        items.append(
            Level(
                rank,
                int(counts[rank]),
                number if number is not None and number <= _LARGEST_COUNT else None,
                base[rank],
                None if number is None else base[rank] / number,
                int(of_measured[rank] + of_declared[rank]),
                int(of_declared[rank]),
                *_quantiles(scores[end - of_measured[rank] : end]),
            )
        )
    chosen = None if measure is None else index.measures[measure]
    return Levels(
        measure=None if chosen is None else chosen.name,
        better=None if chosen is None else chosen.metric.direction,
        items=tuple(items),
        total=int(counts.sum()),
    )


def _evaluated(index: LatticeIndex, measure: int | None) -> tuple[Flags, Flags]:
    """Which sets have a measured score under the measure, or under any; and which only declared."""
    columns = index.columns if measure is None else [index.columns[measure]]
    measured = np.zeros(len(index), dtype=np.bool_)
    declared = measured.copy()
    for column in columns:
        measured |= (column.count > 0) & ~column.declared
        declared |= column.declared
    return measured, declared & ~measured


def _quantiles(scores: Numbers) -> tuple[float | None, ...]:
    """Lowest, quartiles and highest, and the mean."""
    if len(scores) == 0:
        return (None,) * (len(_QUANTILES) + 1)
    return (*np.quantile(scores, _QUANTILES).tolist(), float(scores.mean()))


def _possible(index: LatticeIndex, ranks: list[int]) -> dict[int, int]:
    """How many sets of base objects have each of these (ascending) ranks."""
    n = index.universe.base_mask.bit_count()
    found, count = {}, 1
    for rank in range(ranks[-1] + 1 if ranks else 0):
        found[rank] = count
        count = count * (n - rank) // (rank + 1)
    return found


def _base_sets(index: LatticeIndex, part: Flags | slice, ranks: int) -> list[int]:
    """How many of the chosen sets of each rank hold base objects only, by rank."""
    chosen = index.ranks[part]
    if index.universe.has_variants:
        chosen = chosen[within(index.words[part], index.universe.base_mask)]
    return [int(count) for count in np.bincount(chosen, minlength=ranks)]


# ------------------------------------------------------------------ rank x score


def histogram(index: LatticeIndex, measure: int, bins: int, where: str | None) -> Histogram:
    """How many sets of each rank have a score in each of at most `bins` bins with round edges.

    Scores that are declared by convention are in no bin: they are counted apart.
    """
    part, column = chosen_part(index, where), index.columns[measure]
    scores, rank_of, convention = column.mean[part], index.ranks[part], column.declared[part]
    there = ~np.isnan(scores)
    known = there & ~convention
    edges = round_edges(scores[known], bins)
    count = max(0, len(edges) - 1)
    bin_of = _bins(scores[known], edges)
    sizes = np.bincount(rank_of)
    ranks = np.flatnonzero(sizes)
    cells = np.bincount(rank_of[known] * np.int64(count) + bin_of, minlength=len(sizes) * count)
    missing = np.bincount(rank_of[~there], minlength=len(sizes))
    declared = np.bincount(rank_of[convention], minlength=len(sizes))
    chosen = index.measures[measure]
    return Histogram(
        measure=chosen.name,
        better=chosen.metric.direction,
        edges=tuple(edges.tolist()),
        ranks=tuple(ranks.tolist()),
        counts=tuple(tuple(row) for row in cells.reshape(len(sizes), count)[ranks].tolist()),
        missing=tuple(missing[ranks].tolist()),
        declared=tuple(declared[ranks].tolist()),
        total=len(scores),
    )


def _bins(scores: Numbers, edges: Numbers) -> NDArray[np.int64]:
    """In which bin each score is: by the bins' common width, then by the edges themselves."""
    last = len(edges) - 2
    if last <= 0:
        return np.zeros(len(scores), dtype=np.int64)
    width = (edges[-1] - edges[0]) / (last + 1)
    found: NDArray[np.int64] = np.minimum(((scores - edges[0]) / width).astype(np.int64), last)
    found -= scores < edges[found]
    found += (scores >= edges[found + 1]) & (found < last)
    return found


def round_edges(scores: Numbers, bins: int) -> Numbers:
    """Edges of at most `bins` equal bins that hold all scores: multiples of a round step.

    Ascending; none where there are no scores. Where doubles are too coarse or too large for that,
    a single bin.
    """
    if len(scores) == 0:
        return np.empty(0)
    low, high = float(scores.min()), float(scores.max())
    width = high / bins - low / bins or abs(high) / 10 or 1.0
    decade = math.floor(math.log10(min(width, sys.float_info.max)))
    if abs(decade) < _LARGEST_POWER:
        for power, base in product((decade, decade + 1), _STEPS):
            edges = _multiples(base, power, low, high, bins)
            if len(edges) and (np.diff(edges) > 0).all():
                return edges
    if high == low:
        above = math.nextafter(low, math.inf)
        low, high = (low, above) if above < math.inf else (math.nextafter(low, 0.0), low)
    return np.array([low, high])


def _multiples(base: float, power: int, low: float, high: float, bins: int) -> Numbers:
    """The multiples of base * 10^power around all of [low, high]; none if they make more bins.

    Each is the double next to it: .3, not 3 times .1.
    """
    up, down = 10.0 ** max(power, 0), 10.0 ** max(-power, 0)
    step = base * up / down
    first, last = math.floor(low / step), math.ceil(high / step)
    first -= first * base * up / down > low
    last += last * base * up / down < high
    last = max(last, first + 1)
    steps = range(first, last + 1) if last - first <= bins else ()
    return np.array([each * base * up / down for each in steps])
