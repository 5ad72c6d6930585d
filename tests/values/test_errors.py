"""Standard errors of values by kind of replicate, against plain loops over replicates."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import lattice
from lattice.model import ReplicateKind
from lattice.replicates import LEVEL, METHODS, Combinations, linear
from lattice.values import errors, weights
from lattice.values.grounds import Ground
from lattice.values.ranked import RankedSums, differences, interactions, semivalues
from tests.queries.errors_by_hand import Cell, error_of
from tests.values.filled import filled
from tests.values.games import by_orders

M = 4
BLOCKS = 5
SUMS = {
    "shapley": semivalues(weights.shapley(M)),
    "banzhaf": semivalues(weights.banzhaf(M)),
    "at the largest": semivalues(np.eye(M)[-1]),
    "interactions": interactions(weights.shapley(M - 1)),
    "differences": differences(semivalues(weights.shapley(M))),
}


def drawn(holes: float = 0.0, seed: int = 4) -> dict[int, list[float]]:
    """Scores of every set in five blocks that share a part of their noise; with holes."""
    draw = np.random.default_rng(seed)
    table = (
        draw.random((1 << M, 1)) + draw.normal(0, 0.2, BLOCKS) + draw.normal(0, 0.1, (16, BLOCKS))
    )
    table[draw.random(table.shape) < holes] = np.nan
    table[:, :2] = np.nan_to_num(table[:, :2], nan=0.5)
    return {mask: row.tolist() for mask, row in enumerate(table)}


def by_hand(
    ground: Ground,
    sums: RankedSums,
    scores: dict[int, list[float]],
    kind: ReplicateKind,
    declared: tuple[int, ...] = (),
) -> list[tuple[str, float, float] | None]:
    cells: list[Cell] = [
        {k: each for k, each in enumerate(scores[mask]) if each == each} for mask in range(1 << M)
    ]
    fixed = [mask in declared for mask in range(1 << M)]
    return [
        error_of(cells, sums.of_cells(ground, item).tolist(), [kind] * BLOCKS, fixed)
        for item in range(len(sums.items))
    ]


def agrees(found: Combinations, wanted: list[tuple[str, float, float] | None]) -> None:
    for place, known in enumerate(wanted):
        method = METHODS[found.method[place]]
        assert method == (None if known is None else known[0])
        if known is not None:
            assert found.standard_error[place] == pytest.approx(known[1], rel=1e-9)
            assert found.degrees_of_freedom[place] == pytest.approx(known[2], rel=1e-9)


@pytest.mark.parametrize("name", SUMS)
@pytest.mark.parametrize("kind", ["shared", "nested", "independent", "unlabelled"])
@pytest.mark.parametrize("holes", [0.0, 0.3])
@pytest.mark.parametrize("declared", [(), (0,)])
def test_errors_are_those_of_plain_loops(
    name: str, kind: ReplicateKind, holes: float, declared: tuple[int, ...]
) -> None:
    scores = drawn(holes)
    for mask in declared:
        scores[mask] = [0.0] + [np.nan] * (BLOCKS - 1)
    ground = filled(M, scores, kind=kind, declared=declared)
    found = errors.combinations(ground, SUMS[name])
    agrees(found, by_hand(ground, SUMS[name], scores, kind, declared))


def test_complete_blocks_are_valued_one_by_one() -> None:
    scores = drawn()
    found = errors.combinations(filled(M, scores), SUMS["shapley"])
    per_block = np.array(
        [by_orders(lambda mask, k=k: scores[mask][k], M) for k in range(BLOCKS)]  # type: ignore[misc]
    )
    assert found.value == pytest.approx(per_block.mean(axis=0))
    assert found.standard_error == pytest.approx(stats.sem(per_block))
    assert found.degrees_of_freedom.tolist() == [BLOCKS - 1] * M
    half = stats.t.ppf(0.5 + LEVEL / 2, BLOCKS - 1) * stats.sem(per_block)
    assert found.half_widths() == pytest.approx(half)


def test_pairing_tells_more_than_independent_cells_where_noise_is_shared() -> None:
    """Shared noise cancels in differences of scores."""
    scores = drawn()
    paired = errors.combinations(filled(M, scores), SUMS["shapley"])
    apart = errors.combinations(filled(M, scores, kind="independent"), SUMS["shapley"])
    limit = errors.combinations(filled(M, scores, kind="unlabelled"), SUMS["shapley"])
    assert (paired.standard_error < apart.standard_error).all()
    assert (apart.standard_error < limit.standard_error).all()
    assert limit.notes() == ["replicates are unlabelled: the error is an upper limit"] * M


@pytest.mark.parametrize("holes", [0.2, 0.4])
def test_partly_shared_blocks_are_those_of_lists_of_cells(holes: float) -> None:
    scores = drawn(holes, seed=6)
    ground = filled(M, scores)
    for sums in SUMS.values():
        found = errors.combinations(ground, sums)
        by_cell = np.stack([sums.of_cells(ground, each) for each in range(len(sums.items))])
        table = np.array([scores[mask] for mask in range(1 << M)])
        wanted = linear(table, by_cell, ("shared",) * BLOCKS)  # type: ignore[arg-type]
        assert found.value == pytest.approx(wanted.value)
        assert found.standard_error == pytest.approx(wanted.standard_error)
        assert (found.method == wanted.method).all()
    assert "partly paired" in {METHODS[each] for each in found.method}


def test_a_single_replicate_leaves_the_error_unknown() -> None:
    one = {mask: [each[0]] for mask, each in drawn().items()}
    found = errors.combinations(filled(M, one), SUMS["shapley"])
    assert np.isnan(found.standard_error).all()
    assert np.isnan(found.half_widths()).all()
    assert found.notes() == ["one replicate: error unknown"] * M
    some = drawn()
    some[5] = [some[5][0]] + [np.nan] * (BLOCKS - 1)
    found = errors.combinations(filled(M, some), SUMS["shapley"])
    assert np.isnan(found.standard_error).all()
    assert found.replicates.tolist() == [1] * M
    without = errors.combinations(filled(M, some), SUMS["at the largest"])  # 5 has no weight there
    assert not np.isnan(without.standard_error).any()


def test_the_score_that_the_asker_gives_has_no_error() -> None:
    scores = drawn()
    taken = errors.combinations(filled(M, scores, taken=0.0), SUMS["shapley"])
    declared = errors.combinations(
        filled(M, {**scores, 0: [0.0] * BLOCKS}, declared=(0,)), SUMS["shapley"]
    )
    assert taken.value == pytest.approx(declared.value)
    assert taken.standard_error == pytest.approx(declared.standard_error)


# ------------------------------------------------------------------ too many cells to list


@pytest.mark.parametrize("name", SUMS)
@pytest.mark.parametrize("holes", [0.0, 0.3])
def test_folded_errors_of_independent_cells_are_those_of_lists(
    name: str, holes: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errors, "_MOST_WEIGHTS", 0)
    scores = drawn(holes)
    ground = filled(M, scores, kind="independent")
    agrees(
        errors.combinations(ground, SUMS[name]), by_hand(ground, SUMS[name], scores, "independent")
    )


@pytest.mark.parametrize("name", SUMS)
def test_folded_limits_are_those_of_lists(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "_MOST_WEIGHTS", 0)
    scores = drawn(0.3)
    ground = filled(M, scores, kind="unlabelled")
    agrees(
        errors.combinations(ground, SUMS[name]), by_hand(ground, SUMS[name], scores, "unlabelled")
    )


def test_partly_shared_blocks_of_too_many_cells_have_an_outer_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ground = filled(M, drawn(0.3))
    exact = errors.combinations(ground, SUMS["shapley"])
    monkeypatch.setattr(errors, "_MOST_WEIGHTS", 0)
    found = errors.combinations(ground, SUMS["shapley"])
    assert (found.standard_error >= exact.standard_error).all()
    assert {METHODS[each] for each in found.method} == {"limit"}
    assert "share some replicates only" in (found.notes()[0] or "")


def test_a_cell_with_one_replicate_makes_folded_errors_unknown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(errors, "_MOST_WEIGHTS", 0)
    scores = drawn(0.3)
    scores[3] = [0.1] + [np.nan] * (BLOCKS - 1)
    found = errors.combinations(filled(M, scores, kind="independent"), SUMS["shapley"])
    assert np.isnan(found.standard_error).all()
    assert found.notes() == ["one replicate: error unknown"] * M


# ------------------------------------------------------------------ real scores


def test_the_largest_chunk_of_california_by_seed(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        housing = database["california-housing"]
        found = housing.value(measure="@decision_tree").items[-1]
        index = housing.index()
        (place,) = (
            place for place, each in enumerate(index.measures) if "decision_tree" in each.name
        )
        rows = [index.row_of(mask) for mask in range(1 << 10)]
        scores = index.columns[place].by_replicate[rows]
    p = weights.of_each_set(weights.shapley(10))
    per_seed = sum(
        p[mask.bit_count()] * (scores[mask | 1 << 9] - scores[mask]) for mask in range(1 << 9)
    )
    assert isinstance(per_seed, np.ndarray)
    assert found.value == pytest.approx(per_seed.mean(), abs=1e-9)
    assert found.standard_error == pytest.approx(stats.sem(per_seed), abs=1e-9)
    assert (found.value, found.standard_error) == pytest.approx((0.0802, 0.00165), abs=5e-5)


def test_naive_errors_are_too_small_on_california(bundled: Path) -> None:
    """Cells taken as independent: a median factor of 1.3 to 1.7, says the literature on blocks."""
    factors = []
    with lattice.open(str(bundled)) as database:
        index = database["california-housing"].index()
    sums = semivalues(weights.shapley(10))
    for measure, column in enumerate(index.columns):
        ground = Ground(index, measure, 0, tuple(1 << each for each in range(10)))
        paired = errors.combinations(ground, sums).standard_error
        variance = np.where(column.declared, 0.0, np.nan_to_num(column.standard_error)) ** 2
        naive = np.sqrt(sums.over(ground, variance[ground.rows], np.square))
        factors.append(np.median(paired / naive))
    assert all(1.2 < each < 1.8 for each in factors)
    assert not any(one == other for one, other in itertools.pairwise(factors))
