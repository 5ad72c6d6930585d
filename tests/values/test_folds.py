"""Folds against plain loops over sets."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from lattice.values import folds

RANDOM = np.random.default_rng(11)
SIZES = (0, 1, 2, 3, 5, 6)
LARGE = 12


def table(m: int) -> folds.Table:
    return RANDOM.normal(size=1 << m)


@pytest.mark.parametrize("m", SIZES)
def test_sums_over_sets_that_hold_units(m: int) -> None:
    amounts = np.stack([table(m), table(m)])
    singles, all_ = folds.containing(amounts)
    pairs, again = folds.containing_pairs(amounts)
    assert singles.shape == (2, m)
    assert pairs.shape == (2, m, m)
    for row in range(2):
        assert all_[row] == pytest.approx(amounts[row].sum())
        assert again[row] == pytest.approx(all_[row])
        for one in range(m):
            held = [amounts[row, mask] for mask in range(1 << m) if mask >> one & 1]
            assert singles[row, one] == pytest.approx(sum(held))
            assert pairs[row, one, one] == pytest.approx(sum(held))
            for other in range(m):
                both = [
                    amounts[row, mask]
                    for mask in range(1 << m)
                    if mask >> one & 1 and mask >> other & 1
                ]
                assert pairs[row, one, other] == pytest.approx(sum(both))


@pytest.mark.parametrize("m", [*SIZES, 10, 11, LARGE])
def test_entries_times_the_weight_of_their_rank(m: int) -> None:
    amounts, weights = np.stack([table(m), table(m)]), RANDOM.normal(size=m + 1)
    by_hand = [weights[mask.bit_count()] for mask in range(1 << m)]
    assert folds.by_rank(amounts, weights) == pytest.approx(amounts * by_hand)
    assert folds.ranks(m).tolist() == [mask.bit_count() for mask in range(1 << m)]


def subsets(own: int) -> list[int]:
    return [mask for mask in range(own + 1) if mask & ~own == 0]


@pytest.mark.parametrize("m", SIZES)
@pytest.mark.parametrize(
    ("fold", "by_hand"),
    [
        (folds.largest_within, lambda v, own, m: max(v[each] for each in subsets(own))),
        (
            folds.smallest_around,
            lambda v, own, m: min(v[each] for each in range(1 << m) if own & ~each == 0),
        ),
        (folds.within, lambda v, own, m: sum(v[each] for each in subsets(own))),
        (
            folds.dividends,
            lambda v, own, m: sum(
                (-1) ** (own ^ each).bit_count() * v[each] for each in subsets(own)
            ),
        ),
    ],
)
def test_folds_over_sets_within_and_around(
    m: int,
    fold: Callable[[folds.Table], None],
    by_hand: Callable[[folds.Table, int, int], float],
) -> None:
    before = table(m)
    after = before.copy()
    fold(after)
    assert after == pytest.approx([by_hand(before, own, m) for own in range(1 << m)])


def test_dividends_add_up_to_the_table_again() -> None:
    before = table(LARGE)
    after = before.copy()
    folds.dividends(after)
    folds.within(after)
    assert after == pytest.approx(before, abs=1e-9)


@pytest.mark.parametrize("m", [1, 2, 5, 6, 11])
def test_cuts_pair_each_set_with_the_one_that_has_the_unit_too(m: int) -> None:
    places = np.arange(1 << m)
    units = []
    for unit, without, holding in folds.cuts(places):
        units.append(unit)
        assert (holding.ravel() == without.ravel() | 1 << unit).all()
        assert not (without & 1 << unit).any()
        assert sorted(without.ravel()) == [each for each in range(1 << m) if not each >> unit & 1]
        others = [each.bit_count() for each in without.ravel().tolist()]
        assert folds.ranks(m - 1).tolist() == others
    assert sorted(units) == list(range(m))


def test_frozen_ranks_are_shared() -> None:
    assert folds.ranks(4) is folds.ranks(4)
    with pytest.raises(ValueError, match="read-only"):
        folds.ranks(4)[0] = 1
