from __future__ import annotations

import time
from dataclasses import replace
from itertools import islice, pairwise, permutations
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lattice.deadlines import within
from lattice.errors import OutOfTime
from lattice.queries.paths.kbest import k_best
from lattice.queries.paths.losses import Weights, expenses, losses, single_moves
from lattice.queries.paths.tasks import Rows, Task
from lattice.replicates import Scores
from tests.queries.enumerated import Case, cases, grid_case, index_of
from tests.queries.test_paths_losses import loss_of

Name = Literal["fewest", "least-loss", "cheapest"]


def prepared(case: Case, name: Name, costs: list[int]) -> tuple[Task, Weights] | None:
    if name == "fewest":
        return case.task, single_moves(case.task)
    if name == "least-loss":
        return losses(case.task, case.goodness)
    n = case.task.index.universe.n
    return case.task, expenses(case.task, np.reshape(costs[: 2 * n], (n, 2)) / 10)


def value_of(case: Case, name: Name, costs: list[int], route: tuple[int, ...]) -> int | None:
    if name == "fewest":
        return len(route) - 1
    if name == "least-loss":
        return loss_of(case, route)
    return sum(costs[2 * place + removes] for removes, place in case.moves(route))


def assert_agrees(case: Case, name: Name, costs: list[int], k: int) -> None:
    best = case.best(lambda route: value_of(case, name, costs, route))
    work = prepared(case, name, costs)
    if work is None:
        assert best == []
        return
    found = k_best(*work, k)
    assert [route.rows for route in found.routes] == [route for _, route in best[:k]]
    unit = 1 if name == "fewest" else 10
    assert found.values == pytest.approx([value / unit for value, _ in best[:k]])
    assert found.complete
    for (value, rows), route in zip(best[:k], found.routes, strict=True):
        equal = sum((value, len(rows)) == (other, len(each)) for other, each in best)
        assert route.optima == equal if route.counted else 1 <= route.optima <= equal
        assert route.counted or (value, len(rows)) != (best[0][0], len(best[0][1]))


@given(
    case=cases(most_sets=11),
    name=st.sampled_from(["fewest", "least-loss", "cheapest"]),
    costs=st.lists(st.sampled_from([0, 0, 1, 2, 3, 6]), min_size=12, max_size=12),
    k=st.sampled_from([1, 2, 5, 30, 1_000]),
)
@settings(max_examples=400, deadline=None)
def test_the_k_best_are_the_first_of_all_simple_paths(
    case: Case, name: Name, costs: list[int], k: int
) -> None:
    assert_agrees(case, name, costs, k)


@pytest.mark.parametrize("name", ["fewest", "least-loss", "cheapest"])
@pytest.mark.parametrize(("source", "target"), [(0, 15), (9, 5), (14, 0)])
def test_through_all_sixteen_sets_the_k_best_are_the_first_of_all_simple_paths(
    name: Name, source: int, target: int
) -> None:
    assert_agrees(grid_case(4, 7, source, target), name, [3, 1, 0, 0, 2, 0, 1, 1], 100)


def complete(n: int) -> Task:
    index = index_of(n, range(2**n))
    return Task(index, 0, 2**n - 1, np.ones(2**n, dtype=np.bool_))


def test_paths_are_found_one_by_one_and_never_all_enumerated() -> None:
    """15! = 1.3 x 10^12 shortest paths: the first hundred permute the last objects."""
    task = complete(15)
    found = k_best(task, single_moves(task), 100)
    assert {route.optima for route in found.routes} == {1_307_674_368_000}
    assert set(found.values) == {15.0}
    changes = [
        [
            (task.index.mask_of(a) ^ task.index.mask_of(b)).bit_length() - 1
            for a, b in pairwise(r.rows)
        ]
        for r in found.routes
    ]
    assert changes == sorted(changes)
    assert changes[:3] == [
        [*range(13), 13, 14],
        [*range(13), 14, 13],
        [*range(12), 13, 12, 14],
    ]


@pytest.mark.parametrize("name", ["least-loss", "cheapest"])
def test_ties_are_told_apart_by_their_moves_alone(name: Name) -> None:
    """Where nothing is lost and every object costs the same, all orders are equally good."""
    task = complete(10)
    goodness = task.index.ranks / 10
    prepared = losses(task, goodness)
    assert prepared is not None
    work = prepared if name == "least-loss" else (task, expenses(task, np.ones((10, 2))))
    found = k_best(*work, 200)
    orders = list(islice(permutations(range(10)), 200))
    assert [
        tuple(
            (task.index.mask_of(a) ^ task.index.mask_of(b)).bit_length() - 1
            for a, b in pairwise(route.rows)
        )
        for route in found.routes
    ] == orders
    assert {route.optima for route in found.routes} == {3_628_800}


def test_what_is_not_allowed_is_on_no_tie() -> None:
    """Of the 24 orders of four objects the four over the forbidden AB are left out."""
    task = complete(4)
    allowed = np.array([task.index.mask_of(row) != 0b11 for row in range(16)])
    found = k_best(replace(task, allowed=allowed), single_moves(task), 20)
    orders = [each for each in permutations(range(4)) if set(each[:2]) != {0, 1}]
    moves = [
        tuple(
            (task.index.mask_of(a) ^ task.index.mask_of(b)).bit_length() - 1
            for a, b in pairwise(route.rows)
        )
        for route in found.routes
    ]
    assert moves == orders
    assert {route.optima for route in found.routes} == {20}


def test_one_long_chain_has_a_single_path() -> None:
    index = index_of(3_000, [(1 << place) - 1 for place in range(2_000)])
    task = Task(index, 0, 1_999, np.ones(2_000, dtype=np.bool_))
    found = k_best(task, single_moves(task), 100)
    assert [len(route.rows) for route in found.routes] == [2_000]
    assert found.complete


def test_a_deadline_gives_the_best_paths_up_to_then() -> None:
    """The deadline passes while some weight is looked up, after the 24 that are equally good."""
    task = complete(4)
    weights = single_moves(task)
    everything = k_best(task, weights, 40)
    calls = 0

    def weigh(tails: Rows, positions: Rows, heads: Rows) -> Scores:
        nonlocal calls
        calls += 1
        if calls == 60:
            time.sleep(0.8)
        return weights.weigh(tails, positions, heads)

    with within(0.8):
        some = k_best(task, replace(weights, weigh=weigh), 40)
    assert not some.complete
    assert 24 <= len(some.routes) < 40
    assert some.routes == everything.routes[: len(some.routes)]


def test_a_deadline_before_the_first_path_is_said() -> None:
    task = complete(4)
    with within(0), pytest.raises(OutOfTime):
        k_best(task, single_moves(task), 3)
