"""Values of games whose answers are known in closed form, and of random tables by brute force."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from math import comb, factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lattice.values import weights
from lattice.values.grounds import Ground
from lattice.values.ranked import RankedSums, interactions, semivalues
from tests.values.filled import filled

Game = Callable[[int], float]
M = 5
QUICK = settings(deadline=None, max_examples=60)


def of(game: Game, m: int = M) -> Ground:
    return filled(m, {mask: game(mask) for mask in range(1 << m)})


def found(sums: RankedSums, ground: Ground) -> list[float]:
    return [float(each) for each in sums.over(ground, ground.scores)]


def marginals(game: Game, p: list[float], m: int = M) -> list[float]:
    """By the definition, set by set."""
    return [
        sum(
            p[mask.bit_count()] * (game(mask | 1 << each) - game(mask))
            for mask in range(1 << m)
            if not mask >> each & 1
        )
        for each in range(m)
    ]


def unanimity(carrier: int) -> Game:
    return lambda mask: float(mask & carrier == carrier)


@pytest.mark.parametrize("carrier", [0b1, 0b110, 0b10110, 0b11111])
def test_unanimity_games(carrier: int) -> None:
    size = carrier.bit_count()
    ground = of(unanimity(carrier))
    member = [carrier >> each & 1 for each in range(M)]
    shapley = found(semivalues(weights.shapley(M)), ground)
    assert shapley == pytest.approx([each / size for each in member], abs=1e-12)
    banzhaf = found(semivalues(weights.banzhaf(M)), ground)
    assert banzhaf == pytest.approx([each * 2.0 ** (1 - size) for each in member], abs=1e-12)
    pairs = [member[one] * member[other] for one, other in combinations(range(M), 2)]
    index = found(interactions(weights.shapley(M - 1)), ground)
    together = 1 / (size - 1) if size > 1 else 0.0
    assert index == pytest.approx([each * together for each in pairs], abs=1e-12)
    index = found(interactions(weights.banzhaf(M - 1)), ground)
    assert index == pytest.approx([each * 2.0 ** (2 - size) for each in pairs], abs=1e-12)


def test_the_airport_game_is_shared_out_section_by_section() -> None:
    costs = [1.0, 2.0, 2.0, 5.0, 7.0]  # ascending

    def game(mask: int) -> float:
        return max((cost for each, cost in enumerate(costs) if mask >> each & 1), default=0.0)

    steps = np.diff([0.0, *costs])
    wanted = [sum(steps[k] / (M - k) for k in range(each + 1)) for each in range(M)]
    assert found(semivalues(weights.shapley(M)), of(game)) == pytest.approx(wanted, abs=1e-12)


def test_the_glove_game() -> None:
    def game(mask: int) -> float:  # one left glove, two right ones
        return float(min(mask & 1, (mask >> 1).bit_count()))

    values = found(semivalues(weights.shapley(3)), of(game, 3))
    assert values == pytest.approx([2 / 3, 1 / 6, 1 / 6], abs=1e-12)


def test_weighted_voting_of_a_security_council_in_small() -> None:
    votes, quota = [3, 2, 1, 1], 4

    def game(mask: int) -> float:
        return float(sum(vote for each, vote in enumerate(votes) if mask >> each & 1) >= quota)

    values = found(semivalues(weights.shapley(4)), of(game, 4))
    assert values == pytest.approx([1 / 2, 1 / 6, 1 / 6, 1 / 6], abs=1e-12)
    swings = found(semivalues(weights.banzhaf(4)), of(game, 4))
    assert swings == pytest.approx([6 / 8, 2 / 8, 2 / 8, 2 / 8], abs=1e-12)


def test_the_square_of_the_size_interacts_alike_everywhere() -> None:
    ground = of(lambda mask: float(mask.bit_count() ** 2))
    for p in (weights.shapley(M), weights.banzhaf(M)):
        assert found(semivalues(p), ground) == pytest.approx([5.0] * M, abs=1e-12)
    for q in (weights.shapley(M - 1), weights.banzhaf(M - 1)):
        assert found(interactions(q), ground) == pytest.approx([2.0] * 10, abs=1e-12)


@QUICK
@given(
    st.lists(st.floats(-1, 1), min_size=1 << M, max_size=1 << M),
    st.floats(0.2, 9),
    st.floats(0.2, 9),
)
def test_random_tables_agree_with_the_definition(table: list[float], a: float, b: float) -> None:
    ground = filled(M, dict(enumerate(table)))
    shapley = [factorial(s) * factorial(M - 1 - s) / factorial(M) for s in range(M)]
    assert weights.of_each_set(weights.shapley(M)) == pytest.approx(shapley, rel=1e-12)
    for p in (weights.shapley(M), weights.banzhaf(M), weights.beta(M, a, b)):
        assert p.sum() == pytest.approx(1, abs=1e-12)
        each_set = weights.of_each_set(p).tolist()
        wanted = marginals(lambda mask: table[mask], each_set)
        assert found(semivalues(p), ground) == pytest.approx(wanted, abs=1e-12)
    values = found(semivalues(weights.shapley(M)), ground)
    assert sum(values) == pytest.approx(table[-1] - table[0], abs=1e-12)


@QUICK
@given(
    st.lists(st.floats(-1, 1), min_size=1 << M, max_size=1 << M),
    st.sets(st.integers(0, (1 << M) - 1), max_size=20),
)
def test_stored_sets_alone_sum_as_a_table_does(table: list[float], hidden: set[int]) -> None:
    scores = {mask: each for mask, each in enumerate(table) if mask not in hidden}
    tabled = filled(M, scores)
    stored = Stored(tabled.index, 0, 0, tabled.units)
    for sums in (semivalues(weights.beta(M, 2.0, 3.0)), interactions(weights.shapley(M - 1))):
        for change in (np.abs, np.square, np.sign):
            one = sums.over(tabled, np.where(tabled.there, tabled.scores, 0.0), change)
            other = sums.over(stored, stored.scores, change)
            assert one == pytest.approx(other, abs=1e-12)
        assert tabled.scored_by_rank == stored.scored_by_rank
        some = sums.of_cells(tabled, 3)
        masks = [stored.mask(cell) for cell in range(len(stored.rows))]
        assert sums.of_cells(stored, 3) == pytest.approx([some[mask] for mask in masks])


class Stored(Ground):
    """A ground that looks at stored sets alone, however few units there are."""

    @property
    def tabled(self) -> bool:
        return False


def test_weights_by_size_are_shares_of_all_sets_of_a_size() -> None:
    table = np.random.default_rng(1).random(1 << M).tolist()
    for size in range(M):
        shares = [float(each == size) for each in range(M)]
        wanted = marginals(lambda mask: table[mask], [each / comb(M - 1, size) for each in shares])
        sums = semivalues(weights.by_size(M, shares))
        assert found(sums, filled(M, dict(enumerate(table)))) == pytest.approx(wanted, abs=1e-12)
        assert sums.needed == comb(M - 1, size) * 2


def test_weights_of_thousands_of_units_still_sum_to_one() -> None:
    for p in (weights.shapley(5_000), weights.banzhaf(5_000), weights.beta(5_000, 16.0, 1.0)):
        assert semivalues(p).total(np.abs) == pytest.approx(2, abs=1e-6)
