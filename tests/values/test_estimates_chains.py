"""Estimates from designed chains: plain means over orders, with size control; found ones are refused."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from lattice.errors import BadQuestion
from lattice.model import Draws
from lattice.values import weights
from lattice.values.estimates import chains, estimating
from lattice.values.estimates.designs import Drawn
from lattice.values.grounds import Ground
from lattice.values.ranked import differences, semivalues
from tests.values.hidden import anchors, exact, families, ground

M = 6
NAMES = tuple(chr(ord("A") + each) for each in range(M))
SHAPLEY = semivalues(weights.shapley(M))
Orders = list[tuple[int, ...]]


def drawn(orders: Orders, *, antithetic: bool = False) -> Drawn:
    named = tuple(tuple(NAMES[each] for each in order) for order in orders)
    return Drawn((Draws("chains", None, named, antithetic),))


def along(orders: Orders, *, ends: bool = False) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    kept = anchors(M) if ends else np.zeros(1 << M, dtype=np.bool_)
    for order in orders:
        kept[[0, *np.cumsum([1 << each for each in order]).tolist()]] = True
    return kept


def some(count: int, seed: int = 1) -> Orders:
    draw = np.random.default_rng(seed)
    return [tuple(draw.permutation(M).tolist()) for _ in range(count)]


def estimated(found: Ground, design: Drawn) -> chains.ChainSums:
    return chains.estimated(found, SHAPLEY, chains.designed(found, design))


def test_all_orders_together_give_the_values() -> None:
    table, orders = families(8)["concave"][: 1 << M], list(permutations(range(M)))
    found = ground(table, along(orders, ends=True))
    every = len(orders)
    for sums in (SHAPLEY, semivalues(weights.beta(M, 4, 1))):
        used = chains.designed(found, drawn(orders))
        answer = chains.estimated(found, sums, used)
        assert answer.value == pytest.approx(exact(table, sums), abs=5 / every)
    level = (table[-1] - table[0]) / M
    unknown = np.full((2, M), np.nan)
    value, _, _ = chains._estimate(used, used.scores, SHAPLEY.masses[1, 1:], unknown)
    # the others of finitely many orders: deviations are larger by K / (K - 1)
    assert (value - level) * (every - 1) / every + level == pytest.approx(
        exact(table, SHAPLEY), abs=1e-9
    )


def test_the_control_of_a_chain_is_the_mean_of_the_others() -> None:
    orders = [each for each in some(40) if each[0] > 0 and each[-1] < M - 1]
    table = families(8)["airport"][: 1 << M]
    steps = [[0, *np.cumsum([1 << unit for unit in order]).tolist()] for order in orders]
    gains = np.array([np.diff([table[each] for each in step]) for step in steps])
    answer = estimated(ground(table, along(orders)), drawn(orders))
    for unit in range(M):
        each = []
        for number, order in enumerate(orders):
            place = order.index(unit)
            others = np.delete(gains[:, place], number).mean()
            each.append(gains[number, place] - others + (table[-1] - table[0]) / M)
        assert answer.value[unit] == pytest.approx(np.mean(each), abs=1e-9)


def test_a_game_that_depends_on_the_size_alone_is_exact() -> None:
    table = np.array([float(mask.bit_count() ** 2) for mask in range(1 << M)])
    orders = some(10)
    answer = estimated(ground(table, along(orders)), drawn(orders))
    assert answer.value == pytest.approx(np.full(M, M), abs=1e-9)
    assert answer.standard_error == pytest.approx(0, abs=1e-9)


def test_an_antithetic_pair_counts_as_one() -> None:
    orders = [each for order in some(9) for each in (order, order[::-1])]
    found = ground(families(8)["noisy"][: 1 << M], along(orders))
    paired = chains.designed(found, drawn(orders, antithetic=True))
    assert (paired.count, len(paired.order)) == (9, 18)
    asked = estimating.read("chains", lambda: drawn(orders, antithetic=True))
    assert asked is not None
    answer = estimating.estimated(found, SHAPLEY, asked, NAMES)
    assert answer.why[0] == (
        "no estimate by chains: 9 independent ones are complete, at least 10 are needed"
    )


def test_chains_with_hidden_sets_are_left_out_and_it_is_said() -> None:
    orders = some(14)
    kept = along(orders)
    kept[(1 << orders[0][0]) | (1 << orders[0][1])] = False
    found = ground(families(8)["noisy"][: 1 << M], kept)
    used = chains.designed(found, drawn(orders))
    assert used.incomplete >= 1
    asked = estimating.read("chains", lambda: drawn(orders))
    assert asked is not None
    (answer, *_) = estimating.estimated(found, SHAPLEY, asked, NAMES).items
    assert answer is not None
    assert answer.assumption == "assumes cells missing at random"
    assert answer.note == f"{used.incomplete} with hidden sets are left out"
    assert answer.sampled == 14 - used.incomplete


def test_chains_lead_through_groups_where_these_join_together() -> None:
    orders: Orders = [(0, 1, 2, 3, 4, 5), (1, 0, 5, 4, 3, 2), (0, 2, 1, 3, 4, 5)]
    found = ground(families(8)["noisy"][: 1 << M], along(orders))
    grouped = Ground(found.index, 0, 0, (0b11, 0b1100, 0b110000))
    used = chains.designed(grouped, drawn(orders))
    assert used.order.tolist() == [[0, 1, 2], [0, 2, 1]]
    given = Ground(found.index, 0, 0b1, tuple(1 << each for each in range(1, M)))
    assert chains.designed(given, drawn(orders)).order.tolist() == [
        [0, 1, 2, 3, 4],
        [1, 0, 2, 3, 4],
    ]


def test_found_chains_get_no_interval() -> None:
    found = ground(
        families(8)["noisy"][: 1 << M],
        np.ones(1 << M, dtype=np.bool_) & ~np.eye(1 << M, dtype=np.bool_)[5],
    )
    asked = estimating.read("chains", lambda: Drawn((Draws("unknown"),)))
    assert asked is not None
    with pytest.raises(BadQuestion, match="merely found among the sets get no interval"):
        estimating.estimated(found, SHAPLEY, asked, NAMES)
    with pytest.raises(BadQuestion, match="values of single units"):
        estimating.estimated(found, differences(SHAPLEY), asked, NAMES)


def test_chains_are_taken_where_they_were_designed() -> None:
    orders = some(15)
    found = ground(families(8)["noisy"][: 1 << M], along(orders))
    asked = estimating.read(None, lambda: drawn(orders))
    assert asked is not None
    (answer, *_) = estimating.estimated(found, SHAPLEY, asked, NAMES).items
    assert answer is not None
    assert (answer.method, answer.design, answer.assumption) == ("chains", "chains", None)
    assert answer.sampled == 15


def test_the_spread_of_blocks_is_the_seed_error_of_chains() -> None:
    draw = np.random.default_rng(3)
    table = families(8)["noisy"][: 1 << M, None] + 0.05 * draw.normal(size=(1 << M, 4))
    orders = some(12)
    answer = estimated(ground(table, along(orders)), drawn(orders))
    assert (answer.seed_error > 0).all()
    single = estimated(ground(table[:, 0], along(orders)), drawn(orders))
    assert np.isnan(single.seed_error).all()
