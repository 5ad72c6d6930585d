"""The weights of semivalues: how much a marginal v(S + i) - v(S) counts by the size of S.

A semivalue is phi_i = sum over S without i of p(|S|) (v(S + i) - v(S)), with weights p >= 0 that
make the sum of p over all S one: Dubey, Neyman and Weber, "Value theory without efficiency",
Mathematics of Operations Research 6(1), 1981. All functions give the *shares* of the sizes, the sum
of p over all sets of each size from 0 to m - 1, as an array of shape (m,): for many units p itself
is beyond any float.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy
from numpy.typing import NDArray

from lattice.errors import BadQuestion

Weights = NDArray[np.float64]
TOLERANCE = 1e-9


def beta(m: int, a: float, b: float) -> Weights:
    """Beta(a, b): p(s) = B(s + b, m - 1 - s + a) / B(a, b); a > b stresses small sets.

    Kwon and Zou, "Beta Shapley: a unified and noise-reduced data valuation framework for machine
    learning", AISTATS 2022, equation 5; a = b = 1 is the Shapley value.

    Raises:
        BadQuestion: a or b is not positive.
    """
    if not (0 < a < np.inf and 0 < b < np.inf):
        raise BadQuestion(
            f"Beta({a:g}, {b:g}) is no semivalue: both numbers must be above 0.",
            hint="Beta(1, 1) is the Shapley value, Beta(16, 1) stresses small sets.",
        )
    size = np.arange(m)
    logs = scipy.special.betaln(size + b, m - 1 - size + a) - scipy.special.betaln(a, b)
    return np.asarray(np.exp(logs + log_sets(m - 1)))


def shapley(m: int) -> Weights:
    """The Shapley value: p(s) = s! (m - 1 - s)! / m!.

    Shapley, "A value for n-person games", Contributions to the Theory of Games II, 1953.
    """
    return np.full(m, 1 / m)


def banzhaf(m: int) -> Weights:
    """The Banzhaf value: p(s) = 2^-(m - 1).

    Banzhaf, "Weighted voting doesn't work", Rutgers Law Review 19, 1965; for data: Wang and Jia,
    "Data Banzhaf", AISTATS 2023.
    """
    return np.asarray(np.exp(log_sets(m - 1) - (m - 1) * np.log(2.0)))


def by_size(m: int, shares: Sequence[float]) -> Weights:
    """Any semivalue, by the share of the weight on all sets of each size together.

    Args:
        shares: for sizes 0 to m - 1; they sum to one.

    Raises:
        BadQuestion: not m of them, a negative one, or another sum.
    """
    given = np.array(shares, dtype=np.float64)
    if len(given) != m:
        raise BadQuestion(
            f"{len(given)} weights by size were given for {m} units.",
            hint=f"Give one for each size from 0 to {m - 1}.",
        )
    if not np.isfinite(given).all() or (given < 0).any():
        raise BadQuestion(
            "Weights by size must be numbers of at least 0.", hint="A share cannot be negative."
        )
    if abs(given.sum() - 1) > TOLERANCE:
        raise BadQuestion(
            f"The weights by size sum to {given.sum():.6g}, not to 1.",
            hint="Divide each by their sum: they are the shares of sizes 0 to m - 1.",
        )
    return given


def of_each_set(shares: Weights) -> Weights:
    """p by size: the share of a size divided among its sets of the other m - 1 units."""
    return np.asarray(shares * np.exp(-log_sets(len(shares) - 1)))


def log_sets(m: int) -> Weights:
    """The logarithm of the number of sets of each size from 0 to m, of m units."""
    size = np.arange(m + 1)
    logs = scipy.special.gammaln(size + 1) + scipy.special.gammaln(m - size + 1)
    return np.asarray(scipy.special.gammaln(m + 1) - logs)
