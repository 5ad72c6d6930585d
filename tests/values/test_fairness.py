"""The core and the least core, against games whose answers are known and a program by hand."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

import lattice
from lattice.errors import BadQuestion
from lattice.values.catalog import Options, quantity
from lattice.values.fairness import fairness
from lattice.values.semivalues import Quantity
from tests.values.filled import filled

NAMES = ("A", "B", "C", "D", "E")


def split(m: int) -> tuple[Quantity, tuple[str, ...]]:
    return quantity("shapley", m, Options()), NAMES[:m]


def least_core(table: list[float]) -> float:
    """By a program written out set by set."""
    m = (len(table) - 1).bit_length()
    rows, limits = [], []
    for mask in range(1, len(table) - 1):
        rows.append([-float(mask >> each & 1) for each in range(m)] + [-1.0])
        limits.append(table[0] - table[mask])
    found = linprog(
        [0.0] * m + [1.0],
        rows,
        limits,
        [[1.0] * m + [0.0]],
        [table[-1] - table[0]],
        bounds=[(None, None)] * (m + 1),
    )
    assert found.fun is not None
    return float(found.fun)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 30), min_size=8, max_size=8), st.booleans())
def test_the_least_core_is_that_of_a_program_by_hand(table: list[int], lower: bool) -> None:
    sign = -1 if lower else 1
    scores = {mask: float(sign * each) for mask, each in enumerate(table)}
    ground = filled(3, scores, direction="lower" if lower else "higher")
    found = fairness(ground, *split(3))
    wanted = least_core([float(each) for each in table])
    assert found.least_core.excess == pytest.approx(wanted, abs=1e-7)
    assert sum(found.least_core.split) == pytest.approx(table[-1] - table[0], abs=1e-7)
    shares = [each or 0.0 for each in found.shares]
    worst = max(
        table[mask] - table[0] - sum(shares[each] for each in range(3) if mask >> each & 1)
        for mask in range(1, 7)
    )
    assert found.claims[0].excess == pytest.approx(worst, abs=1e-9)
    assert found.in_core == (worst <= 1e-9)
    assert found.efficiency == pytest.approx(0, abs=1e-9)


def test_convex_games_have_their_shapley_value_in_the_core() -> None:
    ground = filled(5, {mask: float(mask.bit_count() ** 2) for mask in range(32)})
    found = fairness(ground, *split(5))
    assert found.in_core is True
    assert found.violated == 0
    assert found.shares == pytest.approx((5.0,) * 5)  # 25 shared alike
    assert found.least_core.excess is not None
    assert found.least_core.excess < 0


def test_the_majority_game_has_an_empty_core() -> None:
    ground = filled(3, {mask: float(mask.bit_count() >= 2) for mask in range(8)})
    found = fairness(ground, *split(3))
    assert found.in_core is False
    assert found.least_core.excess == pytest.approx(1 / 3)  # two of three gain 1, share 2/3
    assert found.violated == 3


def test_the_program_is_solved_for_each_block() -> None:
    random = np.random.default_rng(2)
    tables = random.random((6, 8))
    tables[:, 0] = 0.0
    ground = filled(3, {mask: tables[:, mask].tolist() for mask in range(8)})
    found = fairness(ground, *split(3)).least_core
    each = np.array([least_core(table.tolist()) for table in tables])
    assert found.blocks == 6
    assert found.excess == pytest.approx(each.mean())
    assert found.standard_error == pytest.approx(each.std(ddof=1) / 6**0.5)


def test_with_cells_missing_the_least_core_is_a_lower_limit() -> None:
    table = [0.0, 0.6, 0.1, 0.7, 0.2, 0.9, 0.8, 1.0]
    full = fairness(filled(3, dict(enumerate(table))), *split(3)).least_core.excess
    for hidden in range(1, 7):
        scores = {mask: each for mask, each in enumerate(table) if mask != hidden}
        found = fairness(filled(3, scores, ends=(0.0, 1.0)), *split(3))
        assert found.status == found.least_core.status == "bounded"
        assert found.shares == (None, None, None)
        assert found.in_core is None
        assert found.least_core.excess is not None
        assert full is not None
        assert found.least_core.excess <= full + 1e-9


def test_data_are_not_used_up_so_singles_gain_more_than_all(bundled: str) -> None:
    with lattice.open(str(bundled)) as database:
        found = database["covertype"].fairness(measure="accuracy/ABCD", empty=0)
    assert found.violated == found.checked == found.possible == 14
    assert found.alone == pytest.approx(0.508333 + 0.35125 + 0.459583 + 0.23, abs=1e-3)
    assert "alone gain more in sum" in found.notes[0]


@pytest.mark.parametrize(
    ("scores", "said"),
    [
        ({1: 0.5, 3: 0.7}, "no score of empty"),
        ({0: 0.5, 1: 0.7}, "no score of AB"),
    ],
)
def test_without_its_ends_there_is_nothing_to_split(scores: dict[int, float], said: str) -> None:
    with pytest.raises(BadQuestion, match=said):
        fairness(filled(2, scores), *split(2))


def test_too_many_units_are_refused() -> None:
    scores = {
        sum(bit << place for place, bit in enumerate(each)): 0.0
        for each in product((0, 1), repeat=2)
    }
    with pytest.raises(BadQuestion, match="too many"):
        fairness(filled(15, {**scores, (1 << 15) - 1: 1.0}), *split(15)[:1], ("A",) * 15)


def test_a_number_for_every_two_units_is_no_split() -> None:
    ground = filled(2, {0: 0.0, 1: 0.1, 2: 0.2, 3: 0.3})
    with pytest.raises(BadQuestion, match="no split"):
        fairness(ground, quantity("shapley-interaction", 2, Options()), ("A", "B"))
