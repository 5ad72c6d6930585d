"""Standard errors from replicates: which kind of replicate allows which formula.

Replicates are *shared* (a block: the same split, chunk or initialization used for many sets),
*nested* (shared outer replicates, averaged over inner ones before they come here),
*independent* (a fresh draw per cell) or *unlabelled* (their identity is lost). Only shared and
nested ones may be paired. One replicate means an unknown error, never 0.

Every formula is that of a weighted sum of cells, theta = sum w_S y_S, with n_S replicates in cell
S, n_ST blocks that S and T share, s_S^2 a variance over replicates and c_ST a covariance over
shared blocks:

- *paired*, all cells in the same K >= 2 blocks: theta per block, sd / sqrt(K), K - 1 degrees;
- *partly paired*: Var = sum_S sum_T w_S w_T n_ST c_ST / (n_S n_T), where a pair of cells that
  shares fewer than two blocks counts as independent. For one difference this is Derrick, Toher
  and White, "How to compare the means of two samples that include paired observations and
  independent observations", TQMP 13(2), 2017, whose degrees of freedom are used with the blocks
  that all cells share;
- *independent*: Var = sum w_S^2 s_S^2 / n_S, with Welch and Satterthwaite's degrees;
- *limit*, where a replicate is unlabelled: SE <= sum |w_S| se_S, with the smallest cell's degrees.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import scipy
from numpy.typing import NDArray

from lattice.model import ReplicateKind

Scores = NDArray[np.float64]
Flags = NDArray[np.bool_]
Counts = NDArray[np.int64]
Method = Literal["paired", "partly paired", "independent", "limit"]
LEVEL = 0.90
"""Nominal coverage of every interval that is shown."""

ONE_REPLICATE = "one replicate: error unknown"
PAIRED: frozenset[ReplicateKind] = frozenset({"shared", "nested"})
METHODS: tuple[Method | None, ...] = (None, "paired", "partly paired", "independent", "limit")
"""What the codes of `Combinations.method` stand for; None: the error is unknown."""
_UNKNOWN, _PAIRED, _PARTLY, _INDEPENDENT, _LIMIT = range(5)
_MOST_PATTERNS = 2_048


@dataclass(frozen=True)
class Combinations:
    """Q weighted sums of cells and what is known of their errors; arrays of shape (Q,).

    `value` is NaN where a cell is missing, `standard_error` and `degrees_of_freedom` where the
    error is unknown. `method` indexes METHODS. `replicates` is the number in the smallest cell,
    `most` in the largest, `shared` the number of blocks that all cells have and may be paired by.
    """

    value: Scores
    standard_error: Scores
    degrees_of_freedom: Scores
    method: NDArray[np.int8]
    replicates: Counts
    most: Counts
    shared: Counts

    def half_widths(self, level: float = LEVEL) -> Scores:
        """Half the length of each two-sided t interval; NaN where the error is unknown."""
        degrees = self.degrees_of_freedom
        if len(degrees) and (degrees == degrees[0]).all():
            return float(scipy.special.stdtrit(degrees[0], 0.5 + level / 2)) * self.standard_error
        return np.asarray(scipy.special.stdtrit(degrees, 0.5 + level / 2)) * self.standard_error

    def notes(self) -> list[str | None]:
        """What has to be said of the error of each sum, if anything."""
        told = zip(
            self.method.tolist(),
            self.replicates.tolist(),
            self.most.tolist(),
            self.shared.tolist(),
            strict=True,
        )
        return [_note(*each) for each in told]


def _note(method: int, replicates: int, most: int, shared: int) -> str | None:
    if method == _UNKNOWN:
        return ONE_REPLICATE if replicates == 1 else None
    if method == _LIMIT and shared:
        return "too many cells share some replicates only: the error is an upper limit"
    if method == _LIMIT:
        return "replicates are unlabelled: the error is an upper limit"
    return f"{shared} of {most} replicates are shared" if method == _PARTLY else None


def summarize(by_replicate: Scores) -> tuple[Scores, Scores, NDArray[np.int64]]:
    """Mean, standard error and count of each cell.

    Args:
        by_replicate: shape (N, K), NaN where a cell lacks a replicate.

    Returns:
        Three arrays of shape (N,): the mean (NaN for a missing cell), the standard error of the
        mean sd / sqrt(count) (NaN below two replicates), and the number of replicates.
    """
    present = ~np.isnan(by_replicate)
    count = present.sum(axis=1)
    total = np.where(present, by_replicate, 0.0).sum(axis=1)
    mean = np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0)
    squares = (np.where(present, by_replicate - mean[:, None], 0.0) ** 2).sum(axis=1)
    degrees = count - 1
    variance = np.divide(squares, degrees, out=np.full(len(count), np.nan), where=degrees > 0)
    error = np.sqrt(np.divide(variance, count, out=np.full(len(count), np.nan), where=count > 0))
    return mean, error, count


def combine(
    scores: Scores,
    weights: Scores,
    kinds: tuple[ReplicateKind, ...],
    constant: Flags | None = None,
) -> Combinations:
    """Q weighted sums of C cells each: deltas, squares and other sums of a few cells.

    Args:
        scores: shape (Q, C, K), one entry per replicate, NaN where it is missing.
        weights: shape (C,), none of them 0.
        kinds: the kind of each replicate, length K.
        constant: shape (Q, C), cells whose score is a convention, which has no error.
    """
    present = ~np.isnan(scores)
    count = present.sum(axis=2)
    filled = np.where(present, scores, 0.0)
    with np.errstate(invalid="ignore"):
        mean = filled.sum(axis=2) / count
    noisy = np.ones(count.shape, dtype=np.bool_) if constant is None else ~constant
    present &= noisy[:, :, None]
    sizes = _Sizes.of(present, noisy, kinds)
    deviation = np.where(present, scores - mean[:, :, None], 0.0) * weights[:, None]
    per_block = deviation.sum(axis=1)
    parts = _squares_of_means(deviation, count)
    weighted, shares = _shared_covariance(deviation / np.maximum(count, 1)[:, :, None], sizes.pairs)
    off_diagonal = ~np.eye(len(weights), dtype=np.bool_)
    return _settled(
        value=mean @ weights,
        sizes=sizes,
        per_block=per_block,
        parts=parts,
        counts=np.where(noisy, count, 0),
        covariance=(weighted * off_diagonal).sum(axis=(1, 2)),
        paired_somewhere=np.asarray((off_diagonal & (shares >= 2)).any(axis=(1, 2))),
    )


def linear(
    scores: Scores,
    weights: Scores,
    kinds: tuple[ReplicateKind, ...],
    constant: Flags | None = None,
) -> Combinations:
    """Q weighted sums over the same C cells: values, means and other sums of many cells.

    A cell whose weight is 0 takes no part in a sum. Where all cells have all K blocks, all sums
    are made by one matrix product; otherwise each costs one pass over its cells, and cells that
    have the same blocks are taken together, since a covariance is linear in either of its sides.

    Args:
        scores: shape (C, K), one entry per replicate, NaN where it is missing.
        weights: shape (Q, C).
        kinds: the kind of each replicate, length K.
        constant: shape (C,), cells whose score is a convention, which has no error.
    """
    moving = weights if constant is None else np.where(constant, 0.0, weights)
    complete = scores.shape[1] >= 2 and not np.isnan(scores).any()
    pairable = all(kind in PAIRED for kind in kinds)
    if complete and pairable and (moving != 0).any(axis=1).all():
        return paired(weights @ scores.mean(axis=1), moving @ scores)
    found = [_one_sum(scores, each, kinds, constant) for each in weights]
    return Combinations(
        *(np.concatenate([getattr(each, name) for each in found]) for name in _FIELDS)
    )


def differences(
    before: Scores,
    after: Scores,
    kinds: tuple[ReplicateKind, ...],
    constant: Flags | None = None,
) -> Combinations:
    """Means of `after` minus means of `before`, with the errors that their replicates allow.

    Args:
        before: shape (Q, K), or (K,) for one cell against many.
        after: shape (Q, K).
        kinds: the kind of each replicate, length K.
        constant: shape (Q, 2), cells before and after whose score is a convention.
    """
    if after.shape[1] >= 2 and constant is None and all(kind in PAIRED for kind in kinds):
        per_block = after - before
        value = per_block.mean(axis=1)
        if not np.isnan(value).any():
            return paired(value, per_block)
    both = np.empty((len(after), 2, after.shape[1]))
    both[:, 0], both[:, 1] = before, after
    return combine(both, np.array([-1.0, 1.0]), kinds, constant)


def paired(value: Scores, per_block: Scores) -> Combinations:
    """Sums whose cells all have the same K >= 2 blocks that may be paired.

    Args:
        value: shape (Q,).
        per_block: each sum in each block, shape (Q, K); cells without an error may be left out.
    """
    count, blocks = per_block.shape
    deviation = per_block - per_block.mean(axis=1, keepdims=True)
    error = np.sqrt(np.einsum("qk,qk->q", deviation, deviation) / (blocks * (blocks - 1)))
    all_blocks = np.full(count, blocks)
    method = np.full(count, _PAIRED, dtype=np.int8)
    degrees = np.full(count, blocks - 1.0)
    return Combinations(value, error, degrees, method, all_blocks, all_blocks, all_blocks)


@dataclass(frozen=True)
class Difference:
    """A difference of two cell means and what is known about its error."""

    value: float
    standard_error: float | None
    degrees_of_freedom: float | None
    method: Method | None
    replicates: int
    note: str | None

    def interval(self, level: float = LEVEL) -> tuple[float, float] | None:
        """The two-sided t interval at `level`, or None where the error is unknown."""
        if self.standard_error is None or self.degrees_of_freedom is None:
            return None
        quantile = float(scipy.special.stdtrit(self.degrees_of_freedom, 0.5 + level / 2))
        half = quantile * self.standard_error
        return self.value - half, self.value + half


def difference(before: Scores, after: Scores, kinds: tuple[ReplicateKind, ...]) -> Difference:
    """Mean of `after` minus mean of `before`: one of `differences`.

    Args:
        before, after: shape (K,), one entry per replicate, NaN where it is missing; each has at
            least one score.
        kinds: the kind of each replicate, length K.
    """
    found = differences(before[None], after[None], kinds)
    method = METHODS[found.method[0]]
    return Difference(
        value=float(found.value[0]),
        standard_error=None if method is None else float(found.standard_error[0]),
        degrees_of_freedom=None if method is None else float(found.degrees_of_freedom[0]),
        method=method,
        replicates=int(found.replicates[0]),
        note=found.notes()[0],
    )


# ------------------------------------------------------------------ pieces

_FIELDS = tuple(Combinations.__dataclass_fields__)


@dataclass(frozen=True)
class _Sizes:
    """How many replicates the noisy cells of each sum have, shape (Q,), and which may pair."""

    pairs: Flags
    common: Flags
    shared: Counts
    fewest: Counts
    most: Counts
    unlabelled: Flags

    @classmethod
    def of(cls, present: Flags, noisy: Flags, kinds: tuple[ReplicateKind, ...]) -> _Sizes:
        """From which cells have which replicates (Q, C, K), and which cells are noisy (Q, C)."""
        may_pair = np.array([kind in PAIRED for kind in kinds], dtype=np.bool_)
        without_label = np.array([kind == "unlabelled" for kind in kinds], dtype=np.bool_)
        unlabelled = np.asarray((present & without_label).any(axis=(1, 2)))
        pairs = present & may_pair & ~unlabelled[:, None, None]
        some = np.asarray(noisy.any(axis=1))
        common = (pairs | ~noisy[:, :, None]).all(axis=1) & some[:, None]
        count = present.sum(axis=2)
        most = count.max(axis=1, initial=0)
        fewest = np.where(noisy, count, most[:, None]).min(axis=1, initial=1 << 62)
        fewest = np.where(some, fewest, 0)
        return cls(pairs, common, common.sum(axis=1), fewest, most, unlabelled)


def _one_sum(
    scores: Scores, weights: Scores, kinds: tuple[ReplicateKind, ...], constant: Flags | None
) -> Combinations:
    """One of the sums of `linear`."""
    used = weights != 0
    scores, weights = scores[used], weights[used]
    present = ~np.isnan(scores)
    count = present.sum(axis=1)
    with np.errstate(invalid="ignore"):
        mean = np.where(present, scores, 0.0).sum(axis=1) / count
    noisy = np.ones(len(scores), dtype=np.bool_) if constant is None else ~constant[used]
    present &= noisy[:, None]
    sizes = _Sizes.of(present[None], noisy[None], kinds)
    deviation = np.where(present, scores - mean[:, None], 0.0) * weights[:, None]
    scaled = deviation / np.maximum(count, 1)[:, None]
    pairs = sizes.pairs[0]
    patterns, pattern, members = np.unique(pairs, axis=0, return_inverse=True, return_counts=True)
    if len(patterns) > _MOST_PATTERNS:  # no time for all pairs: the outer limit always holds
        sizes = replace(sizes, unlabelled=np.ones(1, dtype=np.bool_))
        patterns = patterns[:0]
    together = np.zeros(patterns.shape)
    if len(patterns):
        np.add.at(together, pattern.reshape(-1), np.where(pairs, scaled, 0.0))
    weighted, shares = _shared_covariance(together, patterns)
    np.fill_diagonal(shares, np.where(members[: len(shares)] > 1, shares.diagonal(), 0))
    own = np.where(pairs, scaled, 0.0)
    size = pairs.sum(axis=1)
    center = own.sum(axis=1) / np.maximum(size, 1)
    spread = (np.where(pairs, own - center[:, None], 0.0) ** 2).sum(axis=1)
    alone = np.where(size >= 2, size * spread / np.maximum(size - 1, 1), 0.0)
    return _settled(
        value=np.array([mean @ weights]),
        sizes=sizes,
        per_block=deviation.sum(axis=0)[None],
        parts=_squares_of_means(deviation, count)[None],
        counts=np.where(noisy, count, 0)[None],
        covariance=np.array([weighted.sum() - alone.sum()]),
        paired_somewhere=np.array([(shares >= 2).any()]),
    )


def _squares_of_means(deviation: Scores, count: Counts) -> Scores:
    """w^2 s^2 / n of every cell from its weighted deviations (..., K); 0 below two replicates."""
    squares = np.einsum("...k,...k->...", deviation, deviation)
    return np.where(count >= 2, squares / np.maximum(count * (count - 1), 1), 0.0)


def _shared_covariance(scaled: Scores, pairs: Flags) -> tuple[Scores, Counts]:
    """n_ST c_ST of the scaled scores of every two of G cells, and n_ST; shape (..., G, G).

    0 where fewer than two blocks are shared.

    Args:
        scaled, pairs: shape (..., G, K): scores, and which of them may be paired.
    """
    scaled = np.where(pairs, scaled, 0.0)
    there = pairs.astype(np.float64)
    other_way = np.swapaxes(there, -1, -2)
    shares = there @ other_way
    total = scaled @ other_way  # of a cell's scores over the blocks that it shares with another
    cross = scaled @ np.swapaxes(scaled, -1, -2)
    cross -= total * np.swapaxes(total, -1, -2) / np.maximum(shares, 1)
    weighted = np.where(shares >= 2, shares * cross / np.maximum(shares - 1, 1), 0.0)
    return weighted, shares.astype(np.int64)


def _settled(
    *,
    value: Scores,
    sizes: _Sizes,
    per_block: Scores,
    parts: Scores,
    counts: Counts,
    covariance: Scores,
    paired_somewhere: Flags,
) -> Combinations:
    """The method, standard error and degrees of freedom of each sum.

    Args:
        value: shape (Q,).
        per_block: the weighted deviations of each sum in each block, shape (Q, K).
        parts, counts: w^2 s^2 / n and n of every cell, 0 where it is constant, shape (Q, C).
        covariance: what shared blocks add to the variance, shape (Q,).
        paired_somewhere: whether any two cells share two blocks, shape (Q,).
    """
    independent = parts.sum(axis=1)
    partly = independent + covariance
    shared, fewest, most = sizes.shared, sizes.fewest, sizes.most
    method = np.select(
        [
            np.isnan(value) | (fewest < 2),
            sizes.unlabelled,
            (shared == fewest) & (shared == most),
            paired_somewhere & (partly > 0),  # else few pairs contradict the spread of all
        ],
        [_UNKNOWN, _LIMIT, _PAIRED, _PARTLY],
        _INDEPENDENT,
    ).astype(np.int8)
    center = np.where(sizes.common, per_block, 0.0).sum(axis=1) / np.maximum(shared, 1)
    squares = (np.where(sizes.common, per_block - center[:, None], 0.0) ** 2).sum(axis=1)
    paired = squares / np.maximum(shared * (shared - 1), 1)
    limit = np.sqrt(parts).sum(axis=1) ** 2
    welch = _welch_degrees(parts, counts, fewest)
    overlap = np.where(shared >= 2, shared, 0)
    replicates = np.maximum(counts.sum(axis=1), 1)
    single = replicates - overlap * (counts > 0).sum(axis=1)
    mixed = (overlap - 1) + (welch - overlap + 1) * single / replicates
    unknown = np.full(len(value), np.nan)
    variance = np.choose(method, [unknown, paired, partly, independent, limit])
    degrees = np.choose(method, [unknown, shared - 1.0, mixed, welch, fewest - 1.0])
    return Combinations(value, np.sqrt(variance), degrees, method, fewest, most, shared)


def _welch_degrees(parts: Scores, counts: Counts, fewest: Counts) -> Scores:
    """Welch and Satterthwaite's degrees of freedom from variances of means (Q, C)."""
    below = (parts**2 / np.maximum(counts - 1, 1)).sum(axis=1)
    above = parts.sum(axis=1) ** 2
    return np.where(below > 0, above / np.where(below > 0, below, 1.0), fewest - 1.0)
