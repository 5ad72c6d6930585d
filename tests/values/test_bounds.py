"""Bounds from the metric's range, and what is called sharp where units are several objects."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lattice.errors import BadQuestion
from lattice.values import grounds, weights
from lattice.values.assumptions import Assumed
from lattice.values.bounds import RANGE, bounded, by_envelope, by_range
from lattice.values.envelopes import envelope
from lattice.values.grounds import Ground
from lattice.values.ranked import RankedSums, differences, interactions, semivalues
from tests.values.filled import filled
from tests.values.games import airport, table

M = 4
QUICK = settings(deadline=None, max_examples=50)
SUMS = (
    semivalues(weights.shapley(M)),
    semivalues(weights.banzhaf(M)),
    interactions(weights.shapley(M - 1)),
    differences(semivalues(weights.shapley(M))),
)


def exact(ground: Ground, sums: RankedSums, scores: list[float]) -> np.ndarray:
    by_cell = np.stack([sums.of_cells(ground, each) for each in range(len(sums.items))])
    return np.asarray(by_cell @ np.array(scores))


@QUICK
@given(
    st.lists(st.floats(-1, 1), min_size=1 << M, max_size=1 << M),
    st.sets(st.integers(0, (1 << M) - 1), min_size=1),
    st.sampled_from(range(len(SUMS))),
)
def test_range_bounds_hold_what_is_hidden_are_reached_and_shrink(
    scores: list[float], hidden: set[int], which: int
) -> None:
    sums, shown = SUMS[which], {m: each for m, each in enumerate(scores) if m not in hidden}
    truth = exact(filled(M, {}), sums, scores)
    width = np.full(len(sums.items), np.inf)
    for revealed in [None, *sorted(hidden)]:
        if revealed is not None:
            shown[revealed] = scores[revealed]
        ground = filled(M, shown, ends=(-1.0, 1.0))
        found = by_range(ground, sums)
        assert found is not None
        assert found.sharp
        assert (found.low - 1e-9 <= truth).all()
        assert (truth <= found.high + 1e-9).all()
        assert (found.high - found.low <= width + 1e-9).all()
        width = found.high - found.low
        for item in range(len(sums.items)):
            weight = sums.of_cells(ground, item)
            best = [shown.get(mask, 1.0 if weight[mask] > 0 else -1.0) for mask in range(1 << M)]
            assert found.high[item] == pytest.approx(weight @ best, abs=1e-9)
            worst = [shown.get(mask, -1.0 if weight[mask] > 0 else 1.0) for mask in range(1 << M)]
            assert found.low[item] == pytest.approx(weight @ worst, abs=1e-9)
    assert width == pytest.approx(0, abs=1e-9)


@QUICK
@given(
    st.lists(st.floats(0, 1), min_size=1 << M, max_size=1 << M),
    st.sets(st.integers(0, (1 << M) - 1)),
)
def test_range_bounds_do_not_need_a_table(scores: list[float], hidden: set[int]) -> None:
    shown = {m: each for m, each in enumerate(scores) if m not in hidden}
    for sums in SUMS:
        tabled = by_range(filled(M, shown, ends=(0.0, 1.0)), sums)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(grounds, "MOST_TABLED", 0)
            stored = by_range(filled(M, shown, ends=(0.0, 1.0)), sums)
        assert tabled is not None
        assert stored is not None
        assert stored.low == pytest.approx(tabled.low, abs=1e-9)
        assert stored.high == pytest.approx(tabled.high, abs=1e-9)


@pytest.mark.parametrize("ends", [(None, None), (None, 1.0), (0.0, None), (-np.inf, 1.0)])
def test_without_a_range_of_two_ends_nothing_is_bounded(
    ends: tuple[float | None, float | None],
) -> None:
    ground = filled(M, {0: 0.0}, ends=ends)
    found, why = bounded(ground, SUMS[0], None)
    assert found is None
    assert "score has no declared range" in why
    with pytest.raises(BadQuestion, match="no declared range with two ends"):
        bounded(ground, SUMS[0], RANGE)


def in_pairs(scores: dict[int, float], ends: tuple[float, float] | None = None) -> Ground:
    """Four objects in two units."""
    ground = filled(4, scores, ends=ends or (None, None))
    return Ground(ground.index, 0, 0, (0b0011, 0b1100))


def test_monotone_bounds_of_groups_are_outer_where_a_set_splits_a_group() -> None:
    sums = semivalues(weights.shapley(2))
    whole = in_pairs({0: 0.0, 15: 1.0, 0b0011: 0.4})
    split = in_pairs({0: 0.0, 15: 1.0, 0b0011: 0.4, 0b0100: 0.3})
    assert whole.sees_all
    assert not split.sees_all
    one, other = (
        by_envelope(each, sums, envelope(each, Assumed("monotone"))) for each in (whole, split)
    )
    assert one.sharp
    assert not other.sharp
    assert other.low == pytest.approx(one.low)


def test_a_cap_counts_the_objects_of_a_unit() -> None:
    """A unit of two objects joins by two moves: it may change the score by twice the cap."""
    found = envelope(in_pairs({0: 0.0, 15: 0.5, 0b0011: 0.3}), Assumed("cap", 0.2))
    assert found.violations == 0
    assert found.slack == 0
    assert (found.low[2], found.high[2]) == pytest.approx((0.1, 0.4))
    assert found.adds_most.tolist() == pytest.approx([0.4, 0.4])
    ground = filled(4, {0: 0.0, 15: 0.9, 0b1110: 0.7})
    mixed = Ground(ground.index, 0, 0, (0b0001, 0b1110))
    found = envelope(mixed, Assumed("cap", 0.25))
    assert found.adds_most.tolist() == pytest.approx([0.25, 0.75])
    assert found.violations == 0


def test_more_assumptions_never_widen() -> None:
    scores = {mask: each / 10 for mask, each in table(airport([1, 2, 3, 4]), M).items() if mask % 3}
    ground = filled(M, {0: 0.0, 15: 0.4, **scores}, ends=(0.0, 1.0))
    for sums in SUMS:
        plain = by_range(ground, sums)
        assert plain is not None
        for assumed in (Assumed("monotone"), Assumed("cap", 0.4)):
            found = by_envelope(ground, sums, envelope(ground, assumed))
            assert (found.low >= plain.low - 1e-9).all()
            assert (found.high <= plain.high + 1e-9).all()
