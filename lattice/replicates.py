"""Standard errors from replicates: which kind of replicate allows which formula.

Replicates are *shared* (a block: the same split, chunk or initialization used for many sets),
*nested* (shared outer replicates, averaged over inner ones before they come here),
*independent* (a fresh draw per cell) or *unlabelled* (their identity is lost). Only shared and
nested ones may be paired. One replicate means an unknown error, never 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from lattice.model import ReplicateKind

Scores = NDArray[np.float64]
Method = Literal["paired", "partly paired", "independent", "limit"]
LEVEL = 0.90
"""Nominal coverage of every interval that is shown."""

PAIRED: frozenset[ReplicateKind] = frozenset({"shared", "nested"})


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
        quantile = float(stdtrit(self.degrees_of_freedom, 0.5 + level / 2))
        half = quantile * self.standard_error
        return self.value - half, self.value + half


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


def difference(before: Scores, after: Scores, kinds: tuple[ReplicateKind, ...]) -> Difference:
    """Mean of `after` minus mean of `before`, with the standard error its replicates allow.

    All replicates paired: sd of the differences per block / sqrt(K), K - 1 degrees of freedom.
    Partly paired: s_A^2/n_A + s_B^2/n_B - 2 n_AB c_AB/(n_A n_B) with the degrees of freedom of
    Derrick, Toher and White, "How to compare the means of two samples that include paired
    observations and independent observations", TQMP 13(2), 2017. Fewer than two pairs: Welch.
    Any unlabelled replicate: the outer limit se_A + se_B, with the smaller sample's degrees.

    Args:
        before, after: shape (K,), one entry per replicate, NaN where it is missing; each has at
            least one score.
        kinds: the kind of each replicate, length K.
    """
    has_before, has_after = ~np.isnan(before), ~np.isnan(after)
    n_before, n_after = int(has_before.sum()), int(has_after.sum())
    value = float(after[has_after].mean() - before[has_before].mean())
    unlabelled = any(
        kind == "unlabelled" and (has_before[k] or has_after[k]) for k, kind in enumerate(kinds)
    )
    pairable = np.array([kind in PAIRED for kind in kinds], dtype=np.bool_)
    both = has_before & has_after & pairable
    pairs = 0 if unlabelled else int(both.sum())
    if pairs >= 2 and pairs == n_before == n_after:
        spread = float(np.std(after[both] - before[both], ddof=1))
        return Difference(value, spread / pairs**0.5, pairs - 1, "paired", pairs, None)
    smaller = min(n_before, n_after)
    if smaller < 2:
        return Difference(value, None, None, None, smaller, "one replicate: error unknown")
    variance_before = float(np.var(before[has_before], ddof=1)) / n_before
    variance_after = float(np.var(after[has_after], ddof=1)) / n_after
    if unlabelled:
        limit = variance_before**0.5 + variance_after**0.5
        note = "replicates are unlabelled: the error is an upper limit"
        return Difference(value, limit, smaller - 1, "limit", smaller, note)
    welch = variance_before + variance_after
    degrees = _welch_degrees(variance_before, n_before, variance_after, n_after)
    if pairs < 2:
        return Difference(value, welch**0.5, degrees, "independent", smaller, None)
    covariance = float(np.cov(before[both], after[both])[0, 1])
    variance = welch - 2 * pairs * covariance / (n_before * n_after)
    if variance <= 0:  # the few pairs contradict the spread of all: keep the wider error
        return Difference(value, welch**0.5, degrees, "independent", smaller, None)
    single = n_before + n_after - 2 * pairs
    degrees = (pairs - 1) + (degrees - pairs + 1) / (single + 2 * pairs) * single
    note = f"{pairs} of {max(n_before, n_after)} replicates are shared"
    return Difference(value, variance**0.5, degrees, "partly paired", smaller, note)


def _welch_degrees(variance_a: float, n_a: int, variance_b: float, n_b: int) -> float:
    """Welch and Satterthwaite's degrees of freedom from two variances of means."""
    if variance_a + variance_b == 0:
        return float(min(n_a, n_b) - 1)
    return (variance_a + variance_b) ** 2 / (variance_a**2 / (n_a - 1) + variance_b**2 / (n_b - 1))
