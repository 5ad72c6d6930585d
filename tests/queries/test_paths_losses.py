from __future__ import annotations

from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lattice.deadlines import within
from lattice.errors import BadQuestion, OutOfTime, UnknownObject
from lattice.model import DataObject
from lattice.notation import Universe
from lattice.queries.paths.costs import move_costs, without_cost
from lattice.queries.paths.losses import cheapest, least_loss, why_no_scores
from lattice.queries.paths.tasks import Route, Task
from tests.queries.enumerated import Case, cases, grid_case, index_of


def loss_of(case: Case, route: tuple[int, ...]) -> int | None:
    """The loss in tenths; None where a set has no score."""
    scores = [case.tenths[row] for row in route]
    known = [score for score in scores if score is not None]
    if len(known) < len(scores):
        return None
    return sum(max(before - after, 0) for before, after in pairwise(known))


def assert_first(case: Case, found: Route | None, best: list[tuple[int, tuple[int, ...]]]) -> None:
    """`found` is the first of `best`, and counts those with its value and number of moves."""
    if not best:
        assert found is None
        return
    assert found is not None
    value, route = best[0]
    assert found.rows == route
    equal = [each for other, each in best if (other, len(each)) == (value, len(route))]
    assert found.optima == len(equal)
    assert found.counted


@given(case=cases())
@settings(max_examples=300, deadline=None)
def test_least_loss_agrees_with_trying_every_path(case: Case) -> None:
    best = case.best(lambda route: loss_of(case, route))
    assert_first(case, least_loss(case.task, case.goodness), best)


@given(case=cases(), costs=st.lists(st.sampled_from([0, 1, 2, 3, 6, None]), min_size=12))
@settings(max_examples=300, deadline=None)
def test_cheapest_agrees_with_trying_every_path(case: Case, costs: list[int | None]) -> None:
    def cost_of(route: tuple[int, ...]) -> int | None:
        paid = [costs[2 * place + removes] for removes, place in case.moves(route)]
        known = [cost for cost in paid if cost is not None]
        return sum(known) if len(known) == len(paid) else None

    n = case.task.index.universe.n
    tenths = [np.nan if each is None else each / 10 for each in costs[: 2 * n]]
    assert_first(case, cheapest(case.task, np.reshape(tenths, (n, 2))), case.best(cost_of))


@pytest.mark.parametrize(("source", "target"), [(0, 15), (15, 0), (3, 12), (8, 7), (5, 5)])
def test_least_loss_through_all_sixteen_sets_agrees_with_trying_every_path(
    source: int, target: int
) -> None:
    for seed in range(4):
        case = grid_case(4, seed, source, target)
        best = case.best(partial(loss_of, case))
        assert_first(case, least_loss(case.task, case.goodness), best)


def test_an_end_without_a_score_is_a_reason() -> None:
    index = index_of(2, [0, 1, 3])
    task = Task(index, 0, 2, np.ones(3, dtype=np.bool_))
    goodness = np.array([np.nan, 0.5, 0.6])
    assert least_loss(task, goodness) is None
    assert why_no_scores(task, goodness) == "both ends need a score, and empty has none"
    goodness[2] = np.nan
    assert why_no_scores(task, goodness) == "both ends need a score, and empty and AB have none"
    assert why_no_scores(task, np.zeros(3)) is None


def test_sums_that_differ_by_rounding_only_are_equally_good() -> None:
    """0.6 and 0.1 lost on the way down, or 0.7 at once: the same loss, not the same float."""
    index = index_of(3, [0b001, 0b011, 0b101, 0b111, 0b110, 0b010])
    scores = {0b001: 0.9, 0b011: 0.3, 0b101: 0.9, 0b111: 0.2}
    goodness = np.array([scores.get(index.mask_of(row), np.nan) for row in range(6)])
    assert (0.9 - 0.3) + (0.3 - 0.2) > 0.9 - 0.2
    everything = np.ones(6, dtype=np.bool_)
    task = Task(index, index.row_of(0b001), index.row_of(0b111), everything)
    route = least_loss(task, goodness)
    assert route is not None
    assert route.optima == 2
    assert [index.mask_of(row) for row in route.rows] == [0b001, 0b011, 0b111]


# ------------------------------------------------------------------ large lattices


def test_five_thousand_objects_agree_with_a_walk_in_python() -> None:
    """Two chains of sets side by side over many objects: only one of them loses nothing."""
    n = 5_000
    up = [(1 << place) - 1 for place in range(0, 1_000)]
    down = [each | 1 << 4_999 for each in up]
    index = index_of(n, [*up, *down])
    masks = [index.mask_of(row) for row in range(len(index))]
    generator = np.random.default_rng(3)
    levels = {mask: int(generator.integers(0, 50)) for mask in masks}
    task = Task(
        index, index.row_of(up[0]), index.row_of(up[-1]), np.ones(len(index), dtype=np.bool_)
    )
    route = least_loss(task, np.array([levels[mask] / 50 for mask in masks]))
    # a ladder: the least loss to both sides of every rung, step by step, crossing as one likes
    here, there = 0, max(levels[up[0]] - levels[down[0]], 0)
    for place in range(1, 1_000):
        a, b = levels[up[place]], levels[down[place]]
        here += max(levels[up[place - 1]] - a, 0)
        there += max(levels[down[place - 1]] - b, 0)
        here, there = min(here, there + max(b - a, 0)), min(there, here + max(a - b, 0))
    assert route is not None
    scores = [levels[masks[row]] for row in route.rows]
    assert sum(max(x - y, 0) for x, y in pairwise(scores)) == here


def test_a_deadline_stops_the_search_and_says_so() -> None:
    case = grid_case(6, 1, 0, 63)
    with within(0), pytest.raises(OutOfTime, match="looking for the lightest path"):
        least_loss(case.task, case.goodness)


# ------------------------------------------------------------------ costs


def universe_of(**costs: float | None) -> Universe:
    return Universe(
        tuple(
            DataObject(name, place, cost=cost) for place, (name, cost) in enumerate(costs.items())
        )
    )


def test_adding_costs_what_the_object_costs_and_removing_nothing() -> None:
    assert move_costs(universe_of(books=3.0, news=0.5)).tolist() == [[3.0, 0.0], [0.5, 0.0]]


def test_costs_may_be_said_for_adding_and_for_removing() -> None:
    said = {"books": 4, "-books": 1, "+news": 2}
    costs = move_costs(universe_of(books=3.0, news=0.5), said)
    assert costs.tolist() == [[4.0, 1.0], [2.0, 0.0]]


def test_an_object_without_a_cost_is_never_added() -> None:
    universe = universe_of(A=None, B=1.0)
    costs = move_costs(universe)
    assert without_cost(universe, costs) == ("A",)
    index = index_of(2, range(4), [None, 1.0])
    assert cheapest(Task(index, 0, 3, np.ones(4, dtype=np.bool_)), costs) is None
    down = cheapest(Task(index, 3, 0, np.ones(4, dtype=np.bool_)), costs)
    assert down is not None
    assert (len(down.rows), down.optima) == (3, 2)


@pytest.mark.parametrize(
    ("said", "refusal", "message"),
    [
        ({"boks": 1.0}, UnknownObject, "'boks' is no object"),
        ({"books": -1.0}, BadQuestion, "'books' is -1"),
        ({"-books": float("nan")}, BadQuestion, "0 or more"),
        ({"books": float("inf")}, BadQuestion, "'books' is inf"),
        ({"books": 1.0, "+books": 2.0}, BadQuestion, "given twice"),
        ({}, BadQuestion, "No object of this lattice has a cost"),
    ],
)
def test_costs_that_make_no_sense_are_refused(
    said: dict[str, float], refusal: type[Exception], message: str
) -> None:
    with pytest.raises(refusal, match=message) as caught:
        move_costs(universe_of(books=None, news=None), said)
    assert caught.value.hint  # type: ignore[attr-defined]


def test_a_name_that_starts_with_a_sign_is_read_as_the_name_first() -> None:
    universe = universe_of(**{"-books": 1.0, "books": 2.0})
    assert move_costs(universe, {"-books": 7, "--books": 5}).tolist() == [[7.0, 5.0], [2.0, 0.0]]
