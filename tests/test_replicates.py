from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lattice.model import ReplicateKind
from lattice.replicates import (
    LEVEL,
    METHODS,
    Combinations,
    Difference,
    Scores,
    combine,
    difference,
    linear,
    summarize,
)
from tests.queries.errors_by_hand import error_of

NAN = math.nan
MODERATE = settings(max_examples=60, deadline=None)

# Worked by hand: differences 0.3, 0.2, 0.4 have mean 0.3 and sd 0.1.
BEFORE = np.array([0.5, 0.6, 0.4])
AFTER = np.array([0.8, 0.8, 0.8])


def kinds(kind: ReplicateKind, count: int) -> tuple[ReplicateKind, ...]:
    return (kind,) * count


def normal(count: int, seed: int, center: float = 0.0, spread: float = 1.0) -> Scores:
    return np.random.default_rng(seed).normal(center, spread, count)


def known(found: Difference) -> tuple[float, float]:
    assert found.standard_error is not None
    assert found.degrees_of_freedom is not None
    return found.standard_error, found.degrees_of_freedom


# ------------------------------------------------------------------ cells


def test_cells_have_mean_standard_error_and_count() -> None:
    mean, error, count = summarize(
        np.array([[1.0, 2.0, 3.0, 4.0], [5.0, NAN, NAN, 7.0], [9.0, NAN, NAN, NAN]])
    )
    assert mean.tolist() == [2.5, 6.0, 9.0]
    assert error[:2] == pytest.approx([math.sqrt(5 / 3 / 4), math.sqrt(2.0 / 2)])
    assert np.isnan(error[2])
    assert count.tolist() == [4, 2, 1]


def test_a_missing_cell_has_no_mean_and_is_not_zero() -> None:
    mean, error, count = summarize(np.full((2, 3), NAN))
    assert np.isnan(mean).all()
    assert np.isnan(error).all()
    assert count.tolist() == [0, 0]


def test_no_cells_have_no_summaries() -> None:
    mean, error, count = summarize(np.empty((0, 3)))
    assert len(mean) == len(error) == len(count) == 0


@given(st.integers(2, 30), st.integers(0, 10_000))
@MODERATE
def test_a_cells_standard_error_is_that_of_scipy(count: int, seed: int) -> None:
    scores = normal(count, seed, 0.7, 0.1)
    mean, error, found = summarize(scores[None, :])
    assert mean[0] == pytest.approx(scores.mean())
    assert error[0] == pytest.approx(stats.sem(scores))
    assert found[0] == count


# ------------------------------------------------------------------ paired


def test_a_paired_difference_worked_by_hand() -> None:
    found = difference(BEFORE, AFTER, kinds("shared", 3))
    assert found.value == pytest.approx(0.3)
    assert found.standard_error == pytest.approx(0.1 / math.sqrt(3))
    assert found.degrees_of_freedom == 2
    assert (found.method, found.replicates, found.note) == ("paired", 3, None)


@pytest.mark.parametrize("kind", ["shared", "nested"])
@given(count=st.integers(2, 30), seed=st.integers(0, 10_000))
@MODERATE
def test_the_paired_error_is_that_of_the_paired_t_test(
    kind: ReplicateKind, count: int, seed: int
) -> None:
    before, after = normal(count, seed), normal(count, seed + 1, 0.5)
    found = difference(before, after, kinds(kind, count))
    test = stats.ttest_rel(after, before)
    error, degrees = known(found)
    assert found.method == "paired"
    assert degrees == count - 1
    assert found.value / error == pytest.approx(test.statistic)
    low, high = test.confidence_interval(LEVEL)
    assert found.interval() == pytest.approx((low, high))


def test_blocks_that_neither_cell_has_do_not_count() -> None:
    before = np.array([NAN, 0.5, NAN, 0.6, 0.4])
    after = np.array([NAN, 0.8, NAN, 0.8, 0.8])
    found = difference(before, after, kinds("shared", 5))
    without = difference(BEFORE, AFTER, kinds("shared", 3))
    assert (found.value, *known(found)) == pytest.approx((without.value, *known(without)))
    assert (found.method, found.replicates, found.note) == ("paired", 3, None)


def test_pairing_takes_the_common_noise_of_a_block_away() -> None:
    block = np.array([0.0, 10.0, -7.0, 3.0])
    paired = difference(block, block + 0.25, kinds("shared", 4))
    assert paired.value == pytest.approx(0.25)
    assert paired.standard_error == pytest.approx(0.0, abs=1e-12)
    welch = difference(block, block + 0.25, kinds("independent", 4))
    assert welch.standard_error == pytest.approx(math.sqrt(2 * np.var(block, ddof=1) / 4))


# ------------------------------------------------------------------ independent


@given(st.integers(2, 12), st.integers(2, 12), st.integers(0, 10_000))
@MODERATE
def test_the_independent_error_and_degrees_are_welchs(
    n_before: int, n_after: int, seed: int
) -> None:
    before = np.concatenate([normal(n_before, seed, 0, 1), np.full(n_after, NAN)])
    after = np.concatenate([np.full(n_before, NAN), normal(n_after, seed + 1, 1, 3)])
    found = difference(before, after, kinds("independent", n_before + n_after))
    test = stats.ttest_ind(after[n_before:], before[:n_before], equal_var=False)
    error, degrees = known(found)
    assert found.method == "independent"
    assert found.replicates == min(n_before, n_after)
    assert found.value / error == pytest.approx(test.statistic)
    assert degrees == pytest.approx(test.df)
    low, high = test.confidence_interval(LEVEL)
    assert found.interval() == pytest.approx((low, high))


def test_independent_replicates_of_one_number_are_not_paired() -> None:
    found = difference(BEFORE, AFTER, kinds("independent", 3))
    assert found.method == "independent"
    assert found.standard_error == pytest.approx(0.1 / math.sqrt(3))  # AFTER does not vary
    assert found.degrees_of_freedom == pytest.approx(2)


@pytest.mark.parametrize("shared", [0, 1])
def test_fewer_than_two_shared_blocks_fall_back_to_welch(shared: int) -> None:
    before = np.array([0.5, 0.7, 0.6, NAN, NAN, NAN])
    after = np.array([NAN, NAN, NAN, 0.9, 0.7, 0.8])
    if shared:
        after[0], after[3] = after[3], NAN
    found = difference(before, after, kinds("shared", 6))
    assert found.method == "independent"
    assert found.standard_error == pytest.approx(math.sqrt(0.01 / 3 + 0.01 / 3))
    assert found.degrees_of_freedom == pytest.approx(4)


def test_cells_that_never_vary_have_no_error_and_finite_degrees() -> None:
    before, after = np.array([1.0, 1.0, NAN, NAN, NAN]), np.array([NAN, NAN, 2.0, 2.0, 2.0])
    found = difference(before, after, kinds("independent", 5))
    assert (found.value, found.standard_error) == (1.0, 0.0)
    assert found.degrees_of_freedom == 1
    assert found.interval() == (1.0, 1.0)


# ------------------------------------------------------------------ partly paired


def derrick(before: Scores, after: Scores) -> tuple[float, float]:
    """SE and degrees of freedom of partly overlapping samples, from their scores alone."""
    first = [score for score in before.tolist() if score == score]
    second = [score for score in after.tolist() if score == score]
    pairs = [
        (b, a) for b, a in zip(before.tolist(), after.tolist(), strict=True) if b == b and a == a
    ]
    n_first, n_second, n_both = len(first), len(second), len(pairs)
    variance_first = sum((x - sum(first) / n_first) ** 2 for x in first) / (n_first - 1)
    variance_second = sum((x - sum(second) / n_second) ** 2 for x in second) / (n_second - 1)
    mean_b = sum(b for b, _ in pairs) / n_both
    mean_a = sum(a for _, a in pairs) / n_both
    covariance = sum((b - mean_b) * (a - mean_a) for b, a in pairs) / (n_both - 1)
    parts = variance_first / n_first, variance_second / n_second
    error = math.sqrt(sum(parts) - 2 * n_both * covariance / (n_first * n_second))
    gamma = sum(parts) ** 2 / (parts[0] ** 2 / (n_first - 1) + parts[1] ** 2 / (n_second - 1))
    only_one = (n_first - n_both) + (n_second - n_both)
    degrees = n_both - 1 + (gamma - n_both + 1) / (only_one + 2 * n_both) * only_one
    return error, degrees


def test_a_partly_paired_difference_worked_by_hand() -> None:
    before = np.array([1.0, 2.0, 3.0, 4.0, NAN])
    after = np.array([2.0, 3.0, 4.0, NAN, 7.0])
    found = difference(before, after, kinds("shared", 5))
    # variances 5/3 and 14/3 over 4 each; three pairs with covariance 1
    assert found.value == pytest.approx(1.5)
    assert found.standard_error == pytest.approx(math.sqrt(5 / 12 + 14 / 12 - 2 * 3 * 1 / 16))
    assert found.method == "partly paired"
    assert found.note == "3 of 4 replicates are shared"
    assert found.replicates == 4


@given(st.integers(2, 10), st.integers(0, 8), st.integers(1, 8), st.integers(0, 10_000))
@MODERATE
def test_a_partly_paired_difference_follows_derrick_toher_and_white(
    n_both: int, only_before: int, only_after: int, seed: int
) -> None:
    count = n_both + only_before + only_after
    block = normal(count, seed)
    before = block + 0.5 * normal(count, seed + 1)
    after = block + 0.5 * normal(count, seed + 2) + 1
    before[n_both + only_before :] = NAN
    after[n_both : n_both + only_before] = NAN
    found = difference(before, after, kinds("shared", count))
    assert found.value == pytest.approx(np.nanmean(after) - np.nanmean(before))
    if found.method == "independent":  # only where the few pairs contradict the spread of all
        with pytest.raises(ValueError, match=r"math domain|nonnegative"):
            derrick(before, after)
        return
    assert known(found) == pytest.approx(derrick(before, after))


def test_pairs_that_contradict_the_spread_of_all_keep_the_wider_error() -> None:
    before = np.array([-10.0, 10.0, 0.0, 0.0, 0.0, NAN, NAN, NAN])
    after = np.array([-10.0, 10.0, NAN, NAN, NAN, 0.0, 0.0, 0.0])
    variance = 200 / 4 / 5
    assert variance + variance - 2 * 2 * 200 / 25 < 0
    found = difference(before, after, kinds("shared", 8))
    assert found.method == "independent"
    assert found.standard_error == pytest.approx(math.sqrt(2 * variance))


def test_only_the_shared_columns_of_mixed_kinds_are_paired() -> None:
    before = np.array([1.0, 2.0, 3.0, 4.0])
    after = np.array([2.0, 3.0, 9.0, 1.0])
    mixed: tuple[ReplicateKind, ...] = ("shared", "shared", "independent", "independent")
    found = difference(before, after, mixed)
    covariance = 0.5  # of (1, 2) with (2, 3)
    variances = np.var(before, ddof=1) / 4 + np.var(after, ddof=1) / 4
    assert found.method == "partly paired"
    assert found.standard_error == pytest.approx(math.sqrt(variances - 2 * 2 * covariance / 16))


# ------------------------------------------------------------------ unknown


def test_unlabelled_replicates_give_an_upper_limit_and_are_never_paired() -> None:
    found = difference(BEFORE, AFTER + np.array([0.0, 0.3, 0.6]), kinds("unlabelled", 3))
    errors = stats.sem(BEFORE), 0.3 / math.sqrt(3)
    assert found.method == "limit"
    assert found.standard_error == pytest.approx(sum(errors))
    assert found.degrees_of_freedom == 2
    assert found.note is not None
    assert "unlabelled" in found.note


def test_one_unlabelled_replicate_in_use_makes_the_error_a_limit() -> None:
    mixed: tuple[ReplicateKind, ...] = ("shared", "shared", "unlabelled")
    before, after = np.array([1.0, 2.0, NAN]), np.array([2.0, 3.0, 4.0])
    assert difference(before, after, mixed).method == "limit"
    unused = difference(before, np.array([2.0, 3.5, NAN]), mixed)
    assert unused.method == "paired"


@given(st.integers(2, 10), st.integers(0, 10_000))
@MODERATE
def test_the_limit_is_never_below_any_other_error(count: int, seed: int) -> None:
    before, after = normal(count, seed), normal(count, seed + 1)
    limit, _ = known(difference(before, after, kinds("unlabelled", count)))
    for kind in ("shared", "independent"):
        error, _ = known(difference(before, after, kinds(kind, count)))
        assert error <= limit + 1e-12


@pytest.mark.parametrize("kind", ["shared", "nested", "independent", "unlabelled"])
@pytest.mark.parametrize(
    ("before", "after"),
    [([0.5], [0.7]), ([0.5, NAN], [NAN, 0.7]), ([0.5, 0.6, 0.4], [0.7, NAN, NAN])],
)
def test_one_replicate_means_an_unknown_error_and_never_zero(
    kind: ReplicateKind, before: list[float], after: list[float]
) -> None:
    found = difference(np.array(before), np.array(after), kinds(kind, len(before)))
    assert found.value == pytest.approx(0.2)
    assert found.standard_error is None
    assert found.degrees_of_freedom is None
    assert found.method is None
    assert found.interval() is None
    assert found.replicates == 1
    assert found.note == "one replicate: error unknown"


# ------------------------------------------------------------------ intervals


@pytest.mark.parametrize(
    ("level", "quantile"), [(0.90, 2.919986), (0.95, 4.302653), (0.99, 9.924843)]
)
def test_an_interval_uses_students_quantile(level: float, quantile: float) -> None:
    found = difference(BEFORE, AFTER, kinds("shared", 3))
    half = quantile * 0.1 / math.sqrt(3)
    assert found.interval(level) == pytest.approx((0.3 - half, 0.3 + half), rel=1e-6)


def test_intervals_are_90_percent_unless_asked_otherwise() -> None:
    found = difference(BEFORE, AFTER, kinds("shared", 3))
    assert LEVEL == 0.90
    assert found.interval() == found.interval(0.90)


@pytest.mark.parametrize("blocks", [3, 10])
def test_paired_intervals_cover_at_their_level_where_blocks_correlate_and_welch_is_wider(
    blocks: int,
) -> None:
    generator = np.random.default_rng(20_260)
    truth, trials, covered, wider = 0.4, 1_500, 0, 0
    for _ in range(trials):
        block = generator.normal(0, 1, blocks)
        before = block + generator.normal(0, 0.5, blocks)
        after = block + truth + generator.normal(0, 0.5, blocks)
        paired = difference(before, after, kinds("shared", blocks))
        welch = difference(before, after, kinds("independent", blocks))
        low, high = paired.interval() or (NAN, NAN)
        covered += low <= truth <= high
        wider += known(welch)[0] > known(paired)[0]
    assert 0.85 <= covered / trials <= 0.95
    assert wider / trials > 0.8


# ------------------------------------------------------------------ sums of many cells

KINDS: tuple[ReplicateKind, ...] = ("shared", "nested", "independent", "unlabelled")


def random_cells(
    generator: np.random.Generator, cells: int, blocks: int, missing: float
) -> tuple[Scores, tuple[ReplicateKind, ...]]:
    """Cells (C, K) with noise that blocks share, some replicates missing, mixed kinds."""
    block = generator.normal(0, 1, blocks)
    scores = generator.normal(0, 1, (cells, 1)) + block + generator.normal(0, 0.5, (cells, blocks))
    scores[generator.random(scores.shape) < missing] = NAN
    some = ("shared", "nested") if generator.random() < 0.6 else KINDS
    kind = tuple(some[int(generator.integers(len(some)))] for _ in range(blocks))
    return scores, kind


def as_cell(scores: Scores) -> dict[int, float]:
    return {k: score for k, score in enumerate(scores.tolist()) if score == score}


def agrees(
    found: Combinations,
    place: int,
    scores: Scores,
    weights: Scores,
    kind: tuple[ReplicateKind, ...],
    constant: list[bool],
) -> None:
    """One sum is what plain loops make of it."""
    cells = [as_cell(each) for each in scores]
    used = [(w, cell) for w, cell in zip(weights.tolist(), cells, strict=True) if w]
    if any(not cell for _, cell in used):
        assert np.isnan(found.value[place])
        assert np.isnan(found.standard_error[place])
        return
    value = sum(w * sum(cell.values()) / len(cell) for w, cell in used)
    assert found.value[place] == pytest.approx(value, abs=1e-9)
    known = error_of(cells, weights.tolist(), kind, constant)
    method = METHODS[found.method[place]]
    if known is None:
        assert method is None
        assert np.isnan(found.standard_error[place])
        assert np.isnan(found.degrees_of_freedom[place])
        return
    assert (method, found.standard_error[place], found.degrees_of_freedom[place]) == (
        known[0],
        pytest.approx(known[1], rel=1e-6, abs=1e-9),
        pytest.approx(known[2], rel=1e-6),
    )


@given(
    seed=st.integers(0, 10**6),
    cells=st.integers(1, 6),
    blocks=st.integers(1, 7),
    missing=st.sampled_from([0.0, 0.1, 0.3]),
)
@settings(max_examples=200, deadline=None)
def test_sums_of_cells_have_the_errors_of_plain_loops(
    seed: int, cells: int, blocks: int, missing: float
) -> None:
    generator = np.random.default_rng(seed)
    scores, kind = random_cells(generator, cells, blocks, missing)
    weights = generator.normal(0, 1, (3, cells))
    weights[generator.random(weights.shape) < 0.2] = 0
    flags = generator.random(cells) < 0.15
    constant = flags if flags.any() else None
    many = linear(scores, weights, kind, constant)
    for place, each in enumerate(weights):
        agrees(many, place, scores, each, kind, flags.tolist())
    plain = np.where(weights[0] == 0, 0.7, weights[0])
    order = np.array([generator.permutation(cells) for _ in range(4)])
    few = combine(scores[order], plain, kind, None if constant is None else flags[order])
    for place, rows in enumerate(order):
        agrees(few, place, scores[rows], plain, kind, flags[rows].tolist())


def test_a_sum_over_shared_blocks_is_made_block_by_block() -> None:
    generator = np.random.default_rng(7)
    scores = generator.normal(0, 1, (64, 12)) + generator.normal(0, 5, 12)
    weights = generator.normal(0, 1, (5, 64))
    found = linear(scores, weights, kinds("shared", 12))
    assert found.value == pytest.approx((weights @ scores).mean(axis=1))
    assert found.standard_error == pytest.approx(stats.sem(weights @ scores, axis=1))
    assert set(found.degrees_of_freedom.tolist()) == {11}
    independent = linear(scores, weights, kinds("independent", 12))
    spread = scores.var(axis=1, ddof=1) / 12
    assert independent.standard_error == pytest.approx(np.sqrt(weights**2 @ spread))
    limit = linear(scores, weights, kinds("unlabelled", 12))
    assert limit.standard_error == pytest.approx(np.abs(weights) @ np.sqrt(spread))


def test_cells_with_the_same_blocks_are_taken_together() -> None:
    """Half of the cells lack one block, the other half another: two patterns, not 40 cells."""
    generator = np.random.default_rng(3)
    scores = generator.normal(0, 1, (40, 6)) + generator.normal(0, 1, 6)
    scores[:20, 0] = scores[20:, 5] = NAN
    weights = generator.normal(0, 1, (1, 40))
    found = linear(scores, weights, kinds("shared", 6))
    cells = [as_cell(each) for each in scores]
    known = error_of(cells, weights[0].tolist(), kinds("shared", 6))
    assert known is not None
    assert METHODS[found.method[0]] == known[0] == "partly paired"
    assert found.standard_error[0] == pytest.approx(known[1])
    assert (found.shared[0], found.most[0]) == (4, 5)
    assert found.notes()[0] == "4 of 5 replicates are shared"


def test_a_convention_has_no_error_of_its_own() -> None:
    scores = np.array([[0.0, NAN, NAN], [0.5, 0.7, 0.6]])
    found = linear(scores, np.array([[-1.0, 1.0]]), kinds("shared", 3), np.array([True, False]))
    assert found.value[0] == pytest.approx(0.6)
    assert found.standard_error[0] == pytest.approx(stats.sem([0.5, 0.7, 0.6]))
    both = linear(scores, np.array([[-1.0, 1.0]]), kinds("shared", 3), np.array([True, True]))
    assert METHODS[both.method[0]] is None


@pytest.mark.parametrize("missing", [0.0, 0.15])
def test_intervals_of_a_square_cover_at_their_level(missing: float) -> None:
    """Four cells with common blocks; partly shared ones when some replicates are missing."""
    generator = np.random.default_rng(20_261)
    trials, blocks = 3_000, 12
    truth = np.array([1.0, 0.4, 0.3, 0.1])
    weights = np.array([1.0, -1.0, -1.0, 1.0])
    block = generator.normal(0, 1, (trials, 1, blocks))
    scores = truth[:, None] + block + generator.normal(0, 0.5, (trials, 4, blocks))
    scores[generator.random(scores.shape) < missing] = NAN
    found = combine(scores, weights, kinds("shared", blocks))
    misses = np.abs(found.value - truth @ weights) > found.half_widths()
    assert 0.87 <= 1 - misses.mean() <= 0.94
