"""Bounds hold for every table that fits the assumption, and are reached where they are sharp."""

from __future__ import annotations

from itertools import permutations
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from lattice.errors import BadQuestion
from lattice.values import weights
from lattice.values.assumptions import Assumed, read
from lattice.values.bounds import by_envelope
from lattice.values.envelopes import envelope
from lattice.values.ranked import differences, interactions, semivalues
from tests.values.filled import filled

MONOTONE = Assumed("monotone")
M = 4


def shapley(table: list[float], m: int) -> list[float]:
    """By the definition: the mean over all orders of what each adds to those before it."""
    found = [0.0] * m
    for order in permutations(range(m)):
        held = 0
        for each in order:
            found[each] += table[held | 1 << each] - table[held]
            held |= 1 << each
    return [each / factorial(m) for each in found]


def monotone_tables(m: int) -> st.SearchStrategy[list[float]]:
    """Tables in which no set scores worse than one within it."""

    def raised(raw: list[int]) -> list[float]:
        table = [float(each) for each in raw]
        for mask in range(1 << m):
            below = [table[mask & ~(1 << each)] for each in range(m) if mask >> each & 1]
            table[mask] = max([table[mask], *below])
        return table

    return st.lists(st.integers(0, 20), min_size=1 << m, max_size=1 << m).map(raised)


@settings(deadline=None)
@given(monotone_tables(M), st.sets(st.integers(1, (1 << M) - 2)), st.booleans())
def test_monotone_bounds_hold_what_is_hidden_and_shrink_as_cells_arrive(
    table: list[float], hidden: set[int], lower: bool
) -> None:
    sign = -1 if lower else 1
    scores = {mask: sign * each for mask, each in enumerate(table) if mask not in hidden}
    values = shapley([sign * each for each in table], M)
    width = np.inf
    for shown in [None, *sorted(hidden)]:
        if shown is not None:
            scores[shown] = sign * table[shown]
        ground = filled(M, scores, direction="lower" if lower else "higher")
        found = by_envelope(ground, semivalues(weights.shapley(M)), envelope(ground, MONOTONE))
        assert (found.low <= np.array(values) + 1e-9).all()
        assert (found.high >= np.array(values) - 1e-9).all()
        assert found.sharp
        assert found.violations == 0
        assert (found.high - found.low).sum() <= width + 1e-9
        width = (found.high - found.low).sum()
    assert width == pytest.approx(0)


@settings(deadline=None)
@given(monotone_tables(3), st.sets(st.integers(1, 6), min_size=1))
def test_sharp_monotone_bounds_are_those_of_a_linear_program(
    table: list[float], hidden: set[int]
) -> None:
    m = 3
    ground = filled(m, {mask: each for mask, each in enumerate(table) if mask not in hidden})
    rules, limits = [], []
    for mask in range(1 << m):
        for each in range(m):
            if not mask >> each & 1:
                row = np.zeros(1 << m)
                row[mask], row[mask | 1 << each] = 1, -1
                rules.append(row)
                limits.append(0.0)
    box = [(None, None) if mask in hidden else (each,) * 2 for mask, each in enumerate(table)]
    for sums in (
        semivalues(weights.shapley(m)),
        semivalues(weights.banzhaf(m)),
        differences(semivalues(weights.shapley(m))),
        interactions(weights.shapley(m - 1)),
    ):
        found = by_envelope(ground, sums, envelope(ground, MONOTONE))
        assert found.sharp
        for item in range(len(sums.items)):
            wanted = sums.of_cells(ground, item)
            ends = [linprog(each, rules, limits, bounds=box).fun for each in (wanted, -wanted)]
            assert [found.low[item], -found.high[item]] == pytest.approx(ends, abs=1e-9)


def test_the_ends_alone_give_nothing_to_one() -> None:
    ground = filled(3, {0: 0.0, 7: 1.0})
    found = by_envelope(ground, semivalues(weights.shapley(3)), envelope(ground, MONOTONE))
    assert found.low.tolist() == pytest.approx([0, 0, 0])
    assert found.high.tolist() == pytest.approx([1, 1, 1])


def test_what_contradicts_monotonicity_is_counted_and_gives_way() -> None:
    ground = filled(2, {0: 0.0, 1: 0.5, 3: 0.3})
    found = envelope(ground, MONOTONE)
    assert found.violations == 1
    assert found.slack == pytest.approx(0.1)  # half of 0.5 - 0.3
    assert found.low.tolist() == pytest.approx([-0.1, 0.4, -0.1, 0.4])
    assert found.high.tolist() == pytest.approx([0.1, 0.4, 0.4, 0.4])
    bounds = by_envelope(ground, semivalues(weights.shapley(2)), found)
    assert not bounds.sharp


@settings(deadline=None)
@given(
    st.lists(st.integers(-3, 3), min_size=M, max_size=M),
    st.sets(st.integers(0, (1 << M) - 1), max_size=(1 << M) - 1),
)
def test_a_cap_on_moves_bounds_by_the_distance_to_stored_sets(
    effects: list[int], hidden: set[int]
) -> None:
    table = [sum(effects[each] for each in range(M) if mask >> each & 1) for mask in range(1 << M)]
    ground = filled(M, {mask: each for mask, each in enumerate(table) if mask not in hidden})
    found = envelope(ground, Assumed("cap", 3.0))
    assert found.violations == 0
    assert found.slack == 0
    for mask in range(1 << M):
        apart = [
            (table[other], (mask ^ other).bit_count())
            for other in range(1 << M)
            if other not in hidden
        ]
        assert found.low[mask] == pytest.approx(max(score - 3 * far for score, far in apart))
        assert found.high[mask] == pytest.approx(min(score + 3 * far for score, far in apart))
    bounds = by_envelope(ground, semivalues(weights.shapley(M)), found)
    assert (bounds.low <= np.array(effects) + 1e-9).all()
    assert (np.array(effects) <= bounds.high + 1e-9).all()


def test_moves_beyond_the_cap_are_counted() -> None:
    found = envelope(filled(2, {0: 0.0, 1: 0.5, 2: 0.1, 3: 0.6}), Assumed("cap", 0.3))
    assert found.violations == 2  # A added to nothing, and to B
    assert found.slack == pytest.approx(0.1)


def test_diminishing_returns_need_few_cells_and_hold_the_value() -> None:
    covered = [{1, 2, 3}, {3, 4}, {4, 5, 6}, {1, 6}]  # coverage is submodular
    table = [
        float(len(set().union(*(covered[each] for each in range(M) if mask >> each & 1))))
        for mask in range(1 << M)
    ]
    few = {0, 15, *(1 << each for each in range(M)), *(15 ^ 1 << each for each in range(M))}
    ground = filled(M, {mask: table[mask] for mask in few})
    found = envelope(ground, Assumed("diminishing"))
    bounds = by_envelope(ground, semivalues(weights.shapley(M)), found)
    for each, value in enumerate(shapley(table, M)):
        last, first = table[15] - table[15 ^ 1 << each], table[1 << each] - table[0]
        assert last - 1e-9 <= bounds.low[each] <= value + 1e-9
        assert value - 1e-9 <= bounds.high[each] <= first + 1e-9
    assert found.violations == 0


def test_where_returns_grow_squares_are_counted() -> None:
    square = {mask: float(mask.bit_count() ** 2) for mask in range(1 << M)}
    found = envelope(filled(M, square), Assumed("diminishing"))
    assert found.violations == 6 * 4  # every pair, over every set of the others


def test_larger_sets_that_score_alike_bound_each_other() -> None:
    scores = {mask: min(mask.bit_count(), 2) / 2 for mask in range(1 << M)}
    values = shapley([scores[mask] for mask in range(1 << M)], M)
    for mask in (7, 11, 15):
        del scores[mask]
    ground = filled(M, scores)
    found = by_envelope(
        ground, semivalues(weights.shapley(M)), envelope(ground, Assumed("saturated", 2))
    )
    assert found.low.tolist() == pytest.approx(values)
    assert found.high.tolist() == pytest.approx(values)
    assert found.violations == 0


def test_a_declared_range_narrows_every_envelope() -> None:
    ground = filled(3, {0: 0.2, 1: 0.9}, ends=(0.0, 1.0))
    monotone = envelope(ground, MONOTONE)
    assert monotone.high[7] == 1.0
    assert monotone.low[6] == 0.2
    cap = envelope(ground, Assumed("cap", 0.7))
    assert cap.high.max() <= 1.0
    assert cap.low.min() >= 0.0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cap", "lacks its number"),
        ("cap=-1", "lacks its number"),
        ("cap=nan", "lacks its number"),
        ("saturated=2.5", "lacks its number"),
        ("monotone=3", "takes no number"),
        ("montone", "nothing that can be assumed"),
    ],
)
def test_what_cannot_be_assumed_is_refused(text: str, said: str) -> None:
    with pytest.raises(BadQuestion, match=said):
        read(text)


@pytest.mark.parametrize(
    ("assumed", "said"),
    [
        (MONOTONE, "no declared range"),
        (Assumed("diminishing"), "Train A, ABC, AC, B"),
        (Assumed("saturated", 2), "no declared range"),
    ],
)
def test_an_assumption_that_bounds_nothing_says_what_to_train(assumed: Assumed, said: str) -> None:
    with pytest.raises(BadQuestion, match=said):
        envelope(filled(3, {3: 0.5}), assumed)
