"""Sums by rank: what semivalues and interactions must satisfy, on tables and on stored sets."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lattice.values import grounds, weights
from lattice.values.ranked import (
    RankedSums,
    differences,
    gaining,
    interactions,
    losing,
    occurring,
    semivalues,
)
from tests.values.filled import filled
from tests.values.games import (
    by_orders,
    gloves,
    interaction,
    majority,
    semivalue,
    squared,
    table,
    voting,
)

M = 5
QUICK = settings(deadline=None, max_examples=40)
TABLES = st.lists(st.floats(-1, 1), min_size=1 << M, max_size=1 << M)
SHARES = st.lists(st.floats(0.01, 1), min_size=M, max_size=M).map(
    lambda each: np.array(each) / sum(each)
)


def found(sums: RankedSums, scores: dict[int, float]) -> list[float]:
    ground = filled(sums.m, scores)
    return [float(each) for each in sums.over(ground, ground.scores)]


@pytest.mark.parametrize(
    "game", [gloves(0b00011), majority(M), voting([4, 2, 1, 1, 3], 6), squared]
)
def test_shapley_is_the_mean_over_orders(game: object) -> None:
    assert callable(game)
    values = found(semivalues(weights.shapley(M)), table(game, M))
    assert values == pytest.approx(by_orders(game, M), abs=1e-9)


def test_majority_is_shared_alike() -> None:
    assert found(semivalues(weights.shapley(M)), table(majority(M), M)) == pytest.approx([0.2] * M)
    swings = 6 / 16  # two of the four others
    assert found(semivalues(weights.banzhaf(M)), table(majority(M), M)) == pytest.approx(
        [swings] * M
    )


@QUICK
@given(TABLES, SHARES)
def test_any_weight_by_size_is_that_of_the_definition(
    scores: list[float], shares: np.ndarray
) -> None:
    p = weights.of_each_set(shares).tolist()
    wanted = semivalue(lambda mask: scores[mask], p)
    assert found(semivalues(shares), dict(enumerate(scores))) == pytest.approx(wanted, abs=1e-9)
    q = weights.of_each_set(shares[:-1] / shares[:-1].sum()).tolist()
    wanted = interaction(lambda mask: scores[mask], q)
    sums = interactions(shares[:-1] / shares[:-1].sum())
    assert found(sums, dict(enumerate(scores))) == pytest.approx(wanted, abs=1e-9)


@QUICK
@given(TABLES, TABLES, st.floats(-3, 3), SHARES)
def test_sums_are_linear(
    one: list[float], other: list[float], factor: float, shares: np.ndarray
) -> None:
    sums = semivalues(shares)
    both = {mask: one[mask] + factor * other[mask] for mask in range(1 << M)}
    apart = np.array(found(sums, dict(enumerate(one)))) + factor * np.array(
        found(sums, dict(enumerate(other)))
    )
    assert found(sums, both) == pytest.approx(apart.tolist(), abs=1e-9)


@QUICK
@given(TABLES, SHARES, st.integers(0, M - 1), st.floats(-1, 1))
def test_who_always_adds_the_same_is_worth_that(
    scores: list[float], shares: np.ndarray, player: int, worth: float
) -> None:
    """A null player for worth 0; and a dummy interacts with nobody."""
    game = {
        mask: scores[mask & ~(1 << player)] + worth * (mask >> player & 1) for mask in range(1 << M)
    }
    assert found(semivalues(shares), game)[player] == pytest.approx(worth, abs=1e-9)
    pairs = found(interactions(weights.shapley(M - 1)), game)
    for value, pair in zip(pairs, combinations(range(M), 2), strict=True):
        if player in pair:
            assert value == pytest.approx(0, abs=1e-9)


@QUICK
@given(TABLES, SHARES, st.permutations(range(M)))
def test_names_do_not_matter(scores: list[float], shares: np.ndarray, order: list[int]) -> None:
    def moved(mask: int) -> int:
        return sum(1 << order[each] for each in range(M) if mask >> each & 1)

    renamed = {moved(mask): each for mask, each in enumerate(scores)}
    before, after = (found(semivalues(shares), each) for each in (dict(enumerate(scores)), renamed))
    assert [after[order[each]] for each in range(M)] == pytest.approx(before, abs=1e-9)


@QUICK
@given(TABLES)
def test_shapley_is_efficient_and_banzhaf_mostly_not(scores: list[float]) -> None:
    shapley = found(semivalues(weights.shapley(M)), dict(enumerate(scores)))
    assert sum(shapley) == pytest.approx(scores[-1] - scores[0], abs=1e-9)
    flat = found(semivalues(weights.banzhaf(M)), table(majority(M), M))
    assert sum(flat) != pytest.approx(1)


@pytest.mark.parametrize("m", [1, 2, 3, 6])
def test_weights_of_cells_and_their_sums_agree(m: int) -> None:
    kinds = [semivalues(weights.shapley(m)), semivalues(weights.beta(m, 3.0, 2.0))]
    if m > 1:
        kinds += [
            interactions(weights.shapley(m - 1)),
            interactions(weights.banzhaf(m - 1)),
            differences(semivalues(weights.banzhaf(m))),
        ]
    ground = filled(m, {mask: float(mask) for mask in range(1 << m)})
    for sums in kinds:
        by_cell = np.stack([sums.of_cells(ground, item) for item in range(len(sums.items))])
        assert sums.over(ground, ground.scores) == pytest.approx(by_cell @ ground.scores)
        assert sums.needed == int((by_cell[0] != 0).sum())
        for change in (np.abs, gaining, losing):
            assert sums.total(change) == pytest.approx(change(by_cell[0]).sum())
            assert sums.over(ground, ground.scores, change) == pytest.approx(
                change(by_cell) @ ground.scores
            )
        heavy = [np.abs(by_cell[:, mask]).sum() for mask in range(1 << m)]
        assert [sums.by_rank()[mask.bit_count()] for mask in range(1 << m)] == pytest.approx(heavy)
        assert sum(sums.sets_by_rank) == 1 << m


# ------------------------------------------------------------------ stored sets alone


@QUICK
@given(TABLES, st.sets(st.integers(0, (1 << M) - 1), max_size=24), st.booleans())
def test_stored_sets_alone_sum_as_a_table_does(
    scores: list[float], hidden: set[int], taken: bool
) -> None:
    shown = {mask: each for mask, each in enumerate(scores) if mask not in hidden}
    tabled = filled(M, shown, taken=0.3 if taken else None)
    known = {mask: float(tabled.scores[mask]) for mask in np.flatnonzero(tabled.there).tolist()}
    amounts = np.where(tabled.there, tabled.scores, 0.0)
    kinds = (
        semivalues(weights.beta(M, 2.0, 3.0)),
        interactions(weights.shapley(M - 1)),
        differences(semivalues(weights.shapley(M))),
    )
    wanted = [
        (
            sums.over(tabled, amounts, np.abs),
            sums.over(tabled, tabled.there.astype(np.float64), occurring),
            sums.of_cells(tabled, 1),
            [each for each, _ in tabled.missing(sums.by_rank())],
        )
        for sums in kinds
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grounds, "MOST_TABLED", M - 1)
        stored = filled(M, shown, taken=0.3 if taken else None)
        assert not stored.tabled
        masks = [stored.mask(cell) for cell in range(len(stored.rows))]
        assert dict(zip(masks, stored.scores.tolist(), strict=True)) == known
        assert len(masks) == len(known)
        assert stored.scored_by_rank == tabled.scored_by_rank
        there = np.ones(len(masks))
        for sums, (amount, used, cells, missing) in zip(kinds, wanted, strict=True):
            assert sums.over(stored, stored.scores, np.abs) == pytest.approx(amount, abs=1e-9)
            assert sums.over(stored, there, occurring) == pytest.approx(used, abs=1e-9)
            assert sums.of_cells(stored, 1) == pytest.approx(cells[masks])
            assert [each for each, _ in stored.missing(sums.by_rank())] == missing


def test_sums_over_more_units_than_a_table_holds() -> None:
    m = 30
    draw = np.random.default_rng(2)
    stored = {int(each): float(draw.random()) for each in draw.integers(0, 1 << m, 300)}
    stored[0] = 0.25
    ground = filled(m, stored)
    assert not ground.tabled
    sums = semivalues(weights.shapley(m))
    p = weights.of_each_set(weights.shapley(m))
    wanted = [
        sum(
            score * (p[mask.bit_count() - 1] if mask >> unit & 1 else -p[mask.bit_count()])
            for mask, score in stored.items()
        )
        for unit in range(m)
    ]
    assert sums.over(ground, ground.scores) == pytest.approx(wanted, rel=1e-9)
    q = weights.of_each_set(weights.banzhaf(m - 1))
    kinds = {0: 1.0, 1: -1.0, 2: 1.0}
    wanted = []
    for one, other in combinations(range(m), 2):
        wanted.append(
            sum(
                score * kinds[had] * q[mask.bit_count() - had]
                for mask, score in stored.items()
                for had in [(mask >> one & 1) + (mask >> other & 1)]
                if 0 <= mask.bit_count() - had < m - 1
            )
        )
    pairs = interactions(weights.banzhaf(m - 1))
    assert pairs.over(ground, ground.scores) == pytest.approx(wanted, abs=1e-12)
