from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lattice
from lattice.deadlines import within
from lattice.errors import BadQuestion, OutOfTime
from lattice.queries.paths.losses import Weights, expenses, losses, single_moves
from lattice.queries.paths.pareto import Front, floor_and_sum, two_sums
from lattice.queries.paths.tasks import Task
from lattice.resources import bundled_manifests
from tests.queries.enumerated import Case, cases, grid_case
from tests.queries.test_paths_losses import loss_of

MOVE_COSTS = st.lists(st.sampled_from([0, 0, 1, 2, 3, 6]), min_size=12, max_size=12)
Pair = tuple[float, float]


def cost_of(case: Case, costs: list[int], route: tuple[int, ...]) -> int:
    return sum(costs[2 * place + removes] for removes, place in case.moves(route))


def costs_in(case: Case, costs: list[int]) -> Weights:
    n = case.task.index.universe.n
    return expenses(case.task, np.reshape(costs[: 2 * n], (n, 2)) / 10)


def minus_floor_of(case: Case, route: tuple[int, ...]) -> float | None:
    """The negated worst inner score in tenths: less is better; None where one has no score."""
    inner = [case.tenths[row] for row in route[1:-1]]
    known = [score for score in inner if score is not None]
    return None if len(known) < len(inner) else -min(known, default=np.inf)


def pareto(valued: list[tuple[Pair, tuple[int, ...]]]) -> list[tuple[Pair, list[tuple[int, ...]]]]:
    """The pairs that no other beats, each with its shortest paths in their order."""
    pairs = {pair for pair, _ in valued}
    best = sorted(
        pair
        for pair in pairs
        if not any(o != pair and o[0] <= pair[0] and o[1] <= pair[1] for o in pairs)
    )
    found = []
    for pair in best:
        routes = [route for each, route in valued if each == pair]
        found.append((pair, [each for each in routes if len(each) == len(routes[0])]))
    return found


def both(
    first: Mapping[tuple[int, ...], float], second: Mapping[tuple[int, ...], float]
) -> Callable[[tuple[int, ...]], Pair]:
    return lambda route: (first[route], second[route])


def assert_front(
    front: Front, expected: list[tuple[Pair, list[tuple[int, ...]]]], units: Pair
) -> None:
    assert front.complete
    assert [trade.route.rows for trade in front.trades] == [routes[0] for _, routes in expected]
    assert [trade.route.optima for trade in front.trades] == [len(each) for _, each in expected]
    for place, unit in enumerate(units):
        values = [(trade.first, trade.second)[place] for trade in front.trades]
        assert values == pytest.approx([pair[place] * unit for pair, _ in expected])


@given(case=cases(most_sets=11), costs=MOVE_COSTS)
@settings(max_examples=300, deadline=None)
def test_floor_and_cost_agree_with_trying_every_path(case: Case, costs: list[int]) -> None:
    def values(route: tuple[int, ...]) -> Pair | None:
        floor = minus_floor_of(case, route)
        return None if floor is None else (floor, cost_of(case, costs, route))

    front = floor_and_sum(case.task, case.goodness, costs_in(case, costs))
    assert_front(front, pareto(case.best(values)), (-0.1, 0.1))


@given(case=cases(most_sets=11))
@settings(max_examples=200, deadline=None)
def test_floor_and_moves_agree_with_trying_every_path(case: Case) -> None:
    def values(route: tuple[int, ...]) -> Pair | None:
        floor = minus_floor_of(case, route)
        return None if floor is None else (floor, len(route) - 1)

    front = floor_and_sum(case.task, case.goodness, single_moves(case.task))
    assert_front(front, pareto(case.best(values)), (-0.1, 1.0))


@given(case=cases(most_sets=11), costs=MOVE_COSTS)
@settings(max_examples=300, deadline=None)
def test_loss_and_cost_agree_with_trying_every_path(case: Case, costs: list[int]) -> None:
    def values(route: tuple[int, ...]) -> Pair | None:
        loss = loss_of(case, route)
        return None if loss is None else (loss, cost_of(case, costs, route))

    work = losses(case.task, case.goodness)
    expected = pareto(case.best(values))
    if work is None:
        assert expected == []
        return
    assert_front(two_sums(*work, costs_in(case, costs)), expected, (0.1, 0.1))


@given(case=cases(most_sets=11), data=st.data())
@settings(max_examples=200, deadline=None)
def test_losses_under_two_measures_agree_with_trying_every_path(
    case: Case, data: st.DataObject
) -> None:
    scores = data.draw(st.lists(st.integers(0, 7), min_size=13, max_size=13))
    other = Case(case.task, tuple(scores[: len(case.tenths)]))

    def values(route: tuple[int, ...]) -> Pair | None:
        one, two = loss_of(case, route), loss_of(other, route)
        return None if one is None or two is None else (one, two)

    work, second = losses(case.task, case.goodness), losses(case.task, other.goodness)
    expected = pareto(case.best(values))
    if work is None or second is None:
        assert expected == []
        return
    assert_front(two_sums(*work, second[1]), expected, (0.1, 0.1))


@pytest.mark.parametrize(("source", "target"), [(0, 15), (9, 6), (14, 1)])
def test_through_all_sixteen_sets_fronts_agree_with_trying_every_path(
    source: int, target: int
) -> None:
    lengths = []
    for seed in range(4):
        case = grid_case(4, seed, source, target, levels=9)
        work = losses(case.task, case.goodness)
        assert work is not None
        costs = [1, 2, 0, 1, 6, 0, 3, 3]
        floor = {route: minus_floor_of(case, route) or 0.0 for route in case.routes()}
        loss = {route: loss_of(case, route) or 0 for route in floor}
        cost = {route: cost_of(case, costs, route) for route in floor}
        moves = {route: len(route) - 1 for route in floor}
        first = pareto(case.best(both(loss, cost)))
        assert_front(two_sums(*work, costs_in(case, costs)), first, (0.1, 0.1))
        second = pareto(case.best(both(loss, moves)))
        assert_front(two_sums(*work, single_moves(case.task)), second, (0.1, 1.0))
        third = pareto(case.best(both(floor, loss)))
        assert_front(floor_and_sum(work[0], case.goodness, work[1]), third, (-0.1, 0.1))
        lengths += [len(first), len(second), len(third)]
    assert max(lengths) > 1


def test_a_cap_on_labels_gives_the_first_of_the_front_and_says_so() -> None:
    """The losses under two independent measures: many paths trade one for the other."""
    case, other = (grid_case(6, seed, 3, 60, levels=900) for seed in (1, 2))
    work, second = losses(case.task, case.goodness), losses(case.task, other.goodness)
    assert work is not None
    assert second is not None
    whole = two_sums(*work, second[1])
    assert whole.complete
    assert len(whole.trades) > 1
    some = [two_sums(*work, second[1], most) for most in range(0, 900, 20)]
    assert not some[0].complete
    for front in some:
        assert front.trades == whole.trades[: len(front.trades)]
    assert any(0 < len(front.trades) < len(whole.trades) for front in some)
    for before, after in pairwise(whole.trades):
        assert before.first < after.first
        assert before.second > after.second


def test_a_deadline_before_the_first_path_is_said() -> None:
    case = grid_case(4, 5, 3, 12)
    with within(0), pytest.raises(OutOfTime):
        floor_and_sum(case.task, case.goodness, single_moves(case.task))
    with within(0), pytest.raises(OutOfTime):
        two_sums(case.task, single_moves(case.task), single_moves(case.task))


def test_a_set_leads_to_itself_at_no_cost() -> None:
    case = grid_case(3, 5, 3, 3)
    task = Task(case.task.index, case.task.source, case.task.source, case.task.allowed)
    front = floor_and_sum(task, case.goodness, single_moves(task))
    assert [(each.first, each.second, each.route.optima) for each in front.trades] == [
        (np.inf, 0, 1)
    ]


# ------------------------------------------------------------------ asked of a lattice


@pytest.fixture(scope="module")
def covertype(tmp_path_factory: pytest.TempPathFactory) -> Iterator[lattice.Lattice]:
    (manifest,) = (each for each in bundled_manifests() if each.parent.name == "covertype")
    folder = tmp_path_factory.mktemp("covertype")
    with lattice.create(str(folder / "covertype.db")) as database:
        database.import_files([manifest])
        yield database["covertype"]


COSTS = {"A": 5, "B": 1, "C": 2, "D": 9, "-A": 4, "-B": 1, "-C": 1, "-D": 1}


def test_tradeoffs_of_a_lattice_agree_with_trying_every_path(covertype: lattice.Lattice) -> None:
    """All simple paths from ABC to BD, judged by the floor under one measure and by their cost."""
    graph = covertype.graph().to_undirected()
    index = covertype.index()
    (measure,) = (
        place for place, each in enumerate(index.measures) if each.name == "accuracy/ABCD"
    )
    score = {index.training_set(row).name: index.goodness(measure)[row] for row in range(15)}

    def cost(route: list[str]) -> float:
        total = 0
        for before, after in pairwise(route):
            (moved,) = set(before) ^ set(after)
            total += COSTS[moved if moved in after else f"-{moved}"]
        return total

    routes = list(nx.all_simple_paths(graph, "ABC", "BD"))
    values = {(min(score[name] for name in route[1:-1]), cost(route)) for route in routes}
    best = [
        pair
        for pair in sorted(values, reverse=True)
        if not any(o != pair and o[0] >= pair[0] and o[1] <= pair[1] for o in values)
    ]
    found = covertype.tradeoffs(
        "ABC", "BD", first="widest", second="cheapest", measure="accuracy/ABCD", costs=COSTS
    )
    assert [(each.first, each.second) for each in found.items] == best
    assert (found.total, found.complete, found.next) == (len(best), True, None)
    turned = covertype.tradeoffs(
        "ABC", "BD", first="cheapest", second="widest", measure="accuracy/ABCD", costs=COSTS
    )
    assert [(each.second, each.first) for each in reversed(turned.items)] == best
    assert [each.path.steps for each in reversed(turned.items)] == [
        each.path.steps for each in found.items
    ]
    page = covertype.tradeoffs(
        "ABC",
        "BD",
        first="widest",
        second="cheapest",
        measure="accuracy/ABCD",
        costs=COSTS,
        start=1,
        limit=1,
    )
    assert page.items == found.items[1:2]
    assert page.total == len(best)


def test_without_a_path_tradeoffs_say_why(covertype: lattice.Lattice) -> None:
    found = covertype.tradeoffs(
        "A", "BCD", first="fewest", second="least-loss", measure="accuracy/A", where="rank != 2"
    )
    assert found.items == ()
    assert found.total == 0
    assert "no chain of stored sets that keep the constraints" in found.notes[0]
    assert found.why is not None


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"first": "widest", "second": "widest"}, "cannot be traded for itself"),
        ({"first": "widest", "second": "average"}, "'average' is no objective that can be traded"),
        ({"first": "widest", "second": "fewest"}, "needs a measure"),
        ({"first": "cheapest", "second": "fewest"}, "No object of this lattice has a cost"),
        (
            {"first": "widest", "second": "fewest", "measure": "accuracy/A", "costs": COSTS},
            "Costs do not matter to widest and fewest",
        ),
        (
            {"first": "widest", "second": "fewest", "measure": "accuracy/A", "limit": 0},
            "from 0 on with 0",
        ),
    ],
)
def test_tradeoffs_that_make_no_sense_are_refused(
    covertype: lattice.Lattice, asked: dict[str, Any], message: str
) -> None:
    with pytest.raises(BadQuestion, match=message):
        covertype.tradeoffs("A", "BCD", **asked)
