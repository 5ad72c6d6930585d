"""The stratified estimate: known cells exactly, hidden ones by a regression and its residuals.

A stratum has the sets of one size that have an item's units, or have not. What its N sets add is

    sum of the known cells + H (mean of g over the hidden cells + mean residual y - g of the sample)

with H hidden cells, m sampled ones, and a surface g that has not seen the cells it is compared
with (cross-fitted). The sample being random given its size, this has no bias whatever g is; a
better g makes the error smaller: Var = sum of w^2 M^2 (1 - m/M) s_e^2 / m, M = H + m, with the
finite-population correction. Saerndal, Swensson and Wretman, "Model Assisted Survey Sampling",
1992; Castro et al., "Improving polynomial estimation of the Shapley value by stratified random
sampling with optimum allocation", Computers & Operations Research 82, 2017; Kolpaczki et al.,
"Approximating the Shapley value without marginal contributions", AAAI 2024; Witter et al.,
"Regression-adjusted Monte Carlo estimators for Shapley values and probabilistic values", 2025.
Degrees of freedom are Satterthwaite's.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

from lattice.deadlines import stop_if_late
from lattice.values.estimates import strata
from lattice.values.estimates.designs import Reading
from lattice.values.estimates.seeds import Seeds
from lattice.values.estimates.strata import Bands
from lattice.values.estimates.surface import FOLDS, Stored, Surface, fitted
from lattice.values.grounds import Ground, Rows, Scores
from lattice.values.ranked import RankedSums

MOST_FITTED = 2_000
"""The scores of sets of more units are not regressed on these."""
FEWEST = 2
"""A stratum with hidden cells needs so many sampled ones."""
_AT_ONCE = 1 << 22
_PLAIN = 5


@dataclass(frozen=True, eq=False)
class Sums:
    """Estimates of Q sums; NaN where there is none, and `lacking` says which stratum is why.

    Args:
        sampled: how many cells speak for hidden ones in each.
        lacking: the kind, the smallest and the largest size of a stratum with too few sampled
            cells, how many those are and how many are hidden; shape (Q, 5). The size is -1 where none
            lacks, the kind -1 where all kinds do.
    """

    value: Scores
    standard_error: Scores
    degrees_of_freedom: Scores
    seed_error: Scores
    seed_degrees: Scores
    sampled: NDArray[np.int64]
    lacking: Scores


def estimated(ground: Ground, sums: RankedSums, reading: Reading, seeds: Seeds) -> Sums:
    """Estimates of all sums from the cells that are there."""
    stored = Stored.of(ground, reading.sampled)
    sampled = _by_rank(stored, sums.m)
    bands = strata.bands(sums, sampled, even=reading.even)
    hopeless = _hopeless(ground, bands, sampled)
    if hopeless is not None:
        return hopeless_sums(len(sums.items), hopeless)
    fits = stored.sampled.any() and sums.m <= MOST_FITTED
    return summed(stored, sums, bands, fitted(stored) if fits else None, seeds)


def _by_rank(stored: Stored, m: int) -> Rows:
    return np.bincount(stored.ranks[stored.sampled], minlength=m + 1)


def _hopeless(ground: Ground, bands: Bands, sampled: Rows) -> tuple[int, ...] | None:
    """A stratum for which every sum lacks sampled cells: kind, sizes, sampled, hidden."""
    for sizes, sets, weights in zip(bands.sizes, bands.sets, bands.weights, strict=True):
        drawn = int(sampled[sizes.start : sizes.stop].sum())
        if drawn >= FEWEST or not weights[sets > 0].all():
            continue
        hidden = sum(comb(ground.m, each) - ground.scored_by_rank[each] for each in sizes)
        if hidden:
            return -1, sizes[0], sizes[-1], drawn, min(hidden, 1 << 52)
    return None


def hopeless_sums(count: int, why: tuple[int, ...]) -> Sums:
    """No estimates, all for the same stratum."""
    nothing = np.full(count, np.nan)
    lacking = np.tile(np.array(why, dtype=np.float64), (count, 1))
    none = np.zeros(count, dtype=np.int64)
    return Sums(nothing, nothing, nothing, nothing, nothing, none, lacking)


def summed(
    stored: Stored, sums: RankedSums, bands: Bands, surface: Surface | None, seeds: Seeds
) -> Sums:
    """What the known cells, a surface and its residuals say of all sums."""
    count = _PLAIN + (2 * FOLDS if surface is not None else 0) + seeds.columns
    step = max(1, _AT_ONCE // (count * len(sums.items) << sums.order))
    found = _Running(sums, seeds)
    for start in range(0, len(bands.sizes), step):
        some = bands[start : start + step]
        found.add(some, surface, *_moments(stored, surface, seeds, some, (sums.order, count)))
    return found.settled()


def _moments(
    stored: Stored, surface: Surface | None, seeds: Seeds, bands: Bands, shape: tuple[int, int]
) -> tuple[Scores, Scores]:
    """Levels (B,) that are taken off the scores of each band, and the sums over its cells by kind.

    The columns (B, 2^order, c, Q) are 1, the score, and of the sampled cells 1, the residual and
    its square; then which fold they are in, and the surfaces of all folds at every cell; then those
    of the seeds.
    """
    m, (order, count) = stored.ground.m, shape
    levels = np.zeros(len(bands.sizes))
    many = m if order == 1 else m * (m - 1) // 2
    total = np.zeros((len(bands.sizes), 1 << order, count, many))
    edges = np.searchsorted(stored.ranks, np.arange(m + 2)).tolist()
    step = max(1, _AT_ONCE // max(1, m))
    for band, sizes in enumerate(bands.sizes):
        stop_if_late("estimating what the hidden cells add")
        scores = stored.scores[edges[sizes.start] : edges[sizes.stop]]
        levels[band] = scores.mean() if len(scores) else 0.0
        for size in sizes:
            slopes = None if surface is None else surface.at(np.array([size]))[:, 0]
            for first in range(edges[size], edges[size + 1], step):
                part = slice(first, min(first + step, edges[size + 1]))
                membership = stored.membership(part)
                columns = np.zeros((count, part.stop - part.start))
                _fill(columns, stored, slopes, part, membership, levels[band])
                seeds.fill(columns[count - seeds.columns :], stored, part)
                total[band] += strata.by_kind(columns, membership, order)
    return levels, total


def _fill(
    columns: Scores,
    stored: Stored,
    slopes: Scores | None,
    part: slice,
    membership: Scores,
    level: float,
) -> None:
    """The columns of `_moments` for some cells of one size, but for those of the seeds.

    Args:
        slopes: of the surfaces at this size, shape (FOLDS, m).
    """
    drawn, folds = stored.sampled[part], stored.folds[part]
    columns[0] = 1
    columns[1] = residual = stored.scores[part] - level
    if slopes is not None:
        share = stored.ranks[part.start] / membership.shape[1]
        columns[_PLAIN : _PLAIN + FOLDS] = np.arange(FOLDS)[:, None] == folds
        at = columns[_PLAIN + FOLDS : _PLAIN + 2 * FOLDS]
        np.matmul(slopes, membership.T, out=at)
        at -= share * slopes.sum(axis=1, keepdims=True)
        residual = residual - (at * columns[_PLAIN : _PLAIN + FOLDS]).sum(axis=0)
    columns[2] = drawn
    columns[3] = residual * drawn
    columns[4] = columns[3] ** 2


class _Running:
    """What the bands add up to."""

    def __init__(self, sums: RankedSums, seeds: Seeds) -> None:
        many = len(sums.items)
        self._order, self._seeds = sums.order, seeds
        self._value, self._variance, self._below, self._sampled = np.zeros((4, many))
        self._noise = np.zeros((seeds.kept, many))
        self._lacking = np.full((many, 5), -1.0)

    def add(self, bands: Bands, surface: Surface | None, levels: Scores, total: Scores) -> None:
        """Add what some bands say.

        Args:
            levels, total: as `_moments` gives them.
        """
        known, scores, drawn, residual, squares = np.moveaxis(total[:, :, :_PLAIN], 2, 0)
        hidden, heavy = bands.hidden(known)
        opened, weights = heavy != 0, bands.weights[..., None]
        each, degrees = np.maximum(drawn, 1.0), np.maximum(drawn - 1, 1.0)
        mean = residual / each
        if surface is not None:
            mean = mean + _surface_means(surface, bands, self._order, hidden, total)
        self._value += (weights * scores + heavy * mean).sum(axis=(0, 1))
        self._value += levels @ bands.masses.sum(axis=1)
        spread = np.maximum(squares - residual**2 / each, 0.0) / degrees
        variance = heavy * (heavy + weights * drawn) * spread / each
        self._variance += variance.sum(axis=(0, 1))
        self._below += (variance**2 / degrees).sum(axis=(0, 1))
        self._sampled += (drawn * opened).sum(axis=(0, 1))
        noise = total[:, :, total.shape[2] - self._seeds.columns :]
        self._seeds.add(self._noise, noise, weights, heavy, each)
        short = opened & (drawn < FEWEST)
        for band, kind in np.argwhere(short.any(axis=2)).tolist():
            new = short[band, kind] & (self._lacking[:, 1] < 0)
            sizes = bands.sizes[band]
            self._lacking[new, :3] = (kind, sizes[0], sizes[-1])
            self._lacking[new, 3] = drawn[band, kind, new]
            self._lacking[new, 4] = hidden[band, kind, new]

    def settled(self) -> Sums:
        """The estimates."""
        there = self._lacking[:, 1] < 0
        below = np.where(self._below > 0, self._below, 1.0)
        degrees = np.where(self._below > 0, self._variance**2 / below, np.inf)
        error, freedom = self._seeds.settled(self._noise)
        value, standard_error = self._value.copy(), np.sqrt(self._variance)
        for each in (value, standard_error, degrees, error, freedom):
            each[~there] = np.nan
        sampled = self._sampled.astype(np.int64)
        return Sums(value, standard_error, degrees, error, freedom, sampled, self._lacking)


def _surface_means(
    surface: Surface, bands: Bands, order: int, hidden: Scores, total: Scores
) -> Scores:
    """The mean of the surfaces over the hidden cells, each as often as its fold has cells.

    Every cell of a fold is compared with the surface that has not seen it: (B, 2^order, Q).
    """
    sizes = np.array([each for band in bands.sizes for each in band])
    everywhere = surface.means(sizes, order)  # (2^order, FOLDS, sizes, Q)
    if len(sizes) > len(bands.sizes):
        everywhere *= np.concatenate(bands.shares, axis=1)[:, None, :, None]
        starts = np.cumsum([0, *map(len, bands.sizes)])[:-1]
        everywhere = np.add.reduceat(everywhere, starts, axis=2)
    everywhere = np.moveaxis(everywhere, 2, 0)
    known, drawn = total[:, :, :1], np.maximum(total[:, :, 2:3], 1.0)
    folds = total[:, :, _PLAIN : _PLAIN + FOLDS] / drawn
    stored = total[:, :, _PLAIN + FOLDS : _PLAIN + 2 * FOLDS]
    left = np.where(hidden > 0, hidden, 1.0)[:, :, None]
    means = everywhere + (known * everywhere - stored) / left
    return np.asarray((folds * means).sum(axis=2))
