"""Weights of semivalues against factorials and whole numbers."""

from __future__ import annotations

from fractions import Fraction
from math import comb, factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lattice.errors import BadQuestion
from lattice.values import weights
from lattice.values.ranked import semivalues
from tests.values.filled import filled
from tests.values.games import table, unanimity, unanimity_beta

QUICK = settings(deadline=None)


@QUICK
@given(st.integers(1, 40))
def test_shapley_weights_are_those_of_factorials(m: int) -> None:
    wanted = [factorial(s) * factorial(m - 1 - s) / factorial(m) for s in range(m)]
    assert weights.of_each_set(weights.shapley(m)) == pytest.approx(wanted, rel=1e-9)
    assert weights.shapley(m) == pytest.approx([1 / m] * m)


@QUICK
@given(st.integers(1, 40))
def test_banzhaf_weights_are_alike_for_every_set(m: int) -> None:
    assert weights.of_each_set(weights.banzhaf(m)) == pytest.approx([2.0 ** (1 - m)] * m, rel=1e-9)


@QUICK
@given(st.integers(1, 12), st.integers(1, 16), st.integers(1, 16))
def test_beta_weights_are_those_of_whole_numbers(m: int, a: int, b: int) -> None:
    """B(s+b, m-1-s+a) / B(a, b) in fractions."""

    def beta(one: int, other: int) -> Fraction:
        return Fraction(factorial(one - 1) * factorial(other - 1), factorial(one + other - 1))

    wanted = [float(beta(s + b, m - 1 - s + a) / beta(a, b)) for s in range(m)]
    assert weights.of_each_set(weights.beta(m, a, b)) == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize(("a", "b"), [(1, 1), (16, 1), (1, 4), (3, 2)])
def test_beta_values_of_unanimity_games(a: int, b: int) -> None:
    m, carrier = 6, 0b010110
    ground = filled(m, table(unanimity(carrier), m))
    found = semivalues(weights.beta(m, a, b)).over(ground, ground.scores)
    share = unanimity_beta(m, 3, a, b)
    assert found == pytest.approx(
        [share if carrier >> each & 1 else 0 for each in range(m)], abs=1e-9
    )


def test_beta_stresses_small_sets_where_a_is_larger() -> None:
    small, even, large = (weights.beta(8, a, b) for a, b in ((16, 1), (1, 1), (1, 16)))
    sizes = np.arange(8)
    assert small @ sizes < even @ sizes < large @ sizes


def test_numbers_of_sets_are_counted_in_logarithms() -> None:
    assert np.exp(weights.log_sets(10)) == pytest.approx([comb(10, k) for k in range(11)])
    assert np.isfinite(weights.log_sets(50_000)).all()


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ([0.5, 0.5], "2 weights by size were given for 3 units"),
        ([0.5, 0.25, 0.2], "sum to 0.95, not to 1"),
        ([1.5, -0.5, 0], "at least 0"),
        ([float("nan"), 1, 0], "at least 0"),
        ([float("inf"), 0, 0], "at least 0"),
    ],
)
def test_shares_that_are_no_semivalue_are_refused(shares: list[float], said: str) -> None:
    with pytest.raises(BadQuestion, match=said):
        weights.by_size(3, shares)


@pytest.mark.parametrize(
    ("a", "b"), [(0, 1), (1, 0), (-1, 2), (float("nan"), 1), (float("inf"), 1)]
)
def test_beta_of_other_numbers_is_refused(a: float, b: float) -> None:
    with pytest.raises(BadQuestion, match="must be above 0"):
        weights.beta(3, a, b)
