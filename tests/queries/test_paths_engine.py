"""Fewest, widest and average against trying every path, and on lattices too large for that."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lattice.deadlines import within
from lattice.errors import OutOfTime
from lattice.index import LatticeIndex
from lattice.queries.paths import layers, thin
from lattice.queries.paths.average import average
from lattice.queries.paths.fewest import fewest
from lattice.queries.paths.tasks import Route, Task, everything
from lattice.queries.paths.widest import widest
from lattice.replicates import Scores
from tests.queries.enumerated import Case, cases, grid_case, index_of

Solve = Callable[[Task, Scores], Route | None]
Value = Callable[[tuple[int, ...]], int | None]


# ------------------------------------------------------------------ every path tried


def inner_floor(case: Case, route: tuple[int, ...]) -> int | None:
    """Worst inner tenths, turned round so that less is better; nothing inside beats everything."""
    inner = [case.tenths[row] for row in route[1:-1]]
    known = [each for each in inner if each is not None]
    return None if len(known) < len(inner) else -min(known, default=1_000)


def straight_sum(case: Case, route: tuple[int, ...]) -> int | None:
    """Sum of the tenths after the first set, turned round; only of paths without a detour."""
    scores = [case.tenths[row] for row in route[1:]]
    known = [each for each in scores if each is not None]
    ends = case.masks[route[0]] ^ case.masks[route[-1]]
    if len(route) - 1 > ends.bit_count() or len(known) < len(scores):
        return None
    return -sum(known)


SOLVERS: dict[str, tuple[Solve, Callable[[Case], Value]]] = {
    "fewest": (lambda task, _: fewest(task), lambda _: lambda _: 0),
    "widest": (widest, lambda case: lambda route: inner_floor(case, route)),
    "average": (average, lambda case: lambda route: straight_sum(case, route)),
}


def assert_best(case: Case, name: str) -> None:
    solve, value = SOLVERS[name]
    ranked = case.best(value(case))
    route = solve(case.task, case.goodness)
    if not ranked:
        assert route is None
        return
    assert route is not None
    assert route.rows == ranked[0][1]
    worth, best = ranked[0]
    equal = [each for score, each in ranked if (score, len(each)) == (worth, len(best))]
    assert (route.optima, route.counted) == (len(equal), True)


def spread(case: Case, positions: list[int]) -> Case:
    """The same sets over 70 objects, so that there is no table of all sets."""

    def wide(mask: int) -> int:
        return sum(1 << position for place, position in enumerate(positions) if mask >> place & 1)

    index = index_of(70, [wide(mask) for mask in case.masks])
    task = case.task
    rows = [index.row_of(wide(mask)) for mask in case.masks]
    assert rows == sorted(rows)
    return Case(replace(task, index=index), case.tenths)


@pytest.mark.parametrize("name", SOLVERS)
@given(case=cases())
@settings(max_examples=120, deadline=None)
def test_the_best_path_is_the_first_of_all(name: str, case: Case) -> None:
    assert_best(case, name)


@pytest.mark.parametrize("name", SOLVERS)
@given(case=cases(), positions=st.sets(st.integers(0, 69), min_size=6, max_size=6))
@settings(max_examples=80, deadline=None)
def test_the_best_path_of_many_objects_is_the_first_of_all(
    name: str, case: Case, positions: set[int]
) -> None:
    wide = spread(case, sorted(positions))
    assert not wide.task.index.lookup.has_table
    assert_best(wide, name)


@pytest.mark.parametrize("name", SOLVERS)
@given(case=cases())
@settings(max_examples=80, deadline=None)
def test_held_moves_do_not_change_the_best_path(name: str, case: Case) -> None:
    thin.held(case.task.index)
    assert_best(case, name)


@pytest.mark.parametrize("name", SOLVERS)
@pytest.mark.parametrize("ends", [(0, 15), (1, 14), (3, 12), (7, 8), (5, 6)])
def test_the_best_path_through_all_sixteen_sets(name: str, ends: tuple[int, int]) -> None:
    assert_best(grid_case(4, sum(ends), *ends), name)


@given(case=cases())
@settings(max_examples=100, deadline=None)
def test_layers_and_held_moves_find_what_all_sets_at_once_find(case: Case) -> None:
    task = case.task
    if task.source == task.target or not task.points_there:
        return
    expected = fewest(task)
    assert layers.search(task).route == expected
    assert thin.fewest(task) == expected


@given(case=cases())
@settings(max_examples=100, deadline=None)
def test_the_widest_floor_is_the_same_by_bisection(case: Case) -> None:
    floors = [floor for floor, _ in case.best(lambda route: inner_floor(case, route))]
    if not floors or floors[0] == -1_000:
        return
    assert thin.widest_floor(case.task, case.goodness) == -floors[0] / 10


@pytest.mark.parametrize("seed", range(4))
def test_the_best_average_is_that_of_the_best_order(seed: int) -> None:
    """Seven objects, some sets missing, in all 5,040 orders."""
    generator = np.random.default_rng(seed)
    masks = [mask for mask in range(128) if mask in (0, 127) or generator.random() < 0.8]
    tenths = {mask: int(generator.integers(0, 4)) for mask in masks}
    index = index_of(7, masks)
    goodness = np.array([tenths[index.mask_of(row)] / 10 for row in range(len(index))])
    sums = []
    for order in itertools.permutations(range(7)):
        chain = list(itertools.accumulate((1 << each for each in order), int.__or__))
        if all(mask in tenths for mask in chain):
            sums.append((-sum(tenths[mask] for mask in chain), order))
    task = Task(index, index.row_of(0), index.row_of(127), everything(index))
    route = average(task, goodness)
    assert route is not None
    best = [order for total, order in sums if total == min(sums)[0]]
    steps = [index.mask_of(row) for row in route.rows]
    order = tuple((one ^ two).bit_length() - 1 for one, two in itertools.pairwise(steps))
    assert (order, route.optima) == (min(best), len(best))


def test_an_average_needs_a_score_of_the_target_and_none_of_the_source() -> None:
    index = index_of(2, [0b00, 0b01, 0b11])
    task = Task(index, 0, 2, everything(index))
    assert average(task, np.array([np.nan, 0.5, 0.5])) == Route((0, 1, 2), 1)
    assert average(task, np.array([0.5, 0.5, np.nan])) is None


# ------------------------------------------------------------------ larger lattices


def graph_of(index: LatticeIndex, allowed: list[bool] | None = None) -> nx.Graph[int]:
    """Rows one object apart, joined by comparing masks."""
    rows = {index.mask_of(row): row for row in range(len(index))}
    graph: nx.Graph[int] = nx.Graph()
    usable = {m: r for m, r in rows.items() if allowed is None or allowed[r]}
    graph.add_nodes_from(usable.values())
    for mask, row in usable.items():
        for place in range(index.universe.n):
            if (other := usable.get(mask ^ 1 << place)) is not None:
                graph.add_edge(row, other)
    return graph


def floor_by_joining(
    index: LatticeIndex, goodness: Scores, source: int, target: int
) -> float | None:
    """Sets join in order of falling score until the ends hang together."""
    whole = graph_of(index)
    joined = nx.utils.UnionFind(whole)
    inside = {source, target}
    for row in sorted(set(whole) - inside, key=lambda each: -goodness[each]):
        inside.add(row)
        for other in whole[row]:
            if other in inside:
                joined.union(row, other)
        if joined[source] == joined[target]:
            return float(goodness[row])
    return None


def assert_widest(index: LatticeIndex, goodness: Scores, source: int, target: int) -> Route | None:
    """The route, after its floor, its length and the number of such paths were checked."""
    route = widest(Task(index, source, target, everything(index)), goodness)
    floor = floor_by_joining(index, goodness, source, target)
    if floor is None:
        assert route is None
        return None
    assert route is not None
    assert min(goodness[list(route.rows[1:-1])]) == floor
    allowed = [score >= floor for score in goodness.tolist()]
    allowed[source] = allowed[target] = True
    graph = graph_of(index, allowed)
    assert all(graph.has_edge(*step) for step in itertools.pairwise(route.rows))
    equal = list(nx.all_shortest_paths(graph, source, target))
    assert len(equal[0]) == len(route.rows)
    assert route.optima == len(equal)
    return route


@pytest.mark.parametrize("seed", range(6))
def test_a_valley_between_two_peaks_is_crossed_where_it_is_highest(seed: int) -> None:
    """The floor falls over hundreds of scores before the two sides meet."""
    generator = np.random.default_rng(seed)
    index = index_of(9, range(512))
    words = index.words[:, 0]
    near, far = (np.bitwise_count(words ^ np.uint64(peak)) for peak in (0, 511))
    goodness = -np.minimum(near, far) + generator.random(512) * (0.2 + seed)
    source, target = index.row_of(0), index.row_of(511)
    assert_widest(index, goodness, source, target)


@pytest.mark.parametrize("seed", range(4))
def test_the_widest_path_through_half_of_the_sets(seed: int) -> None:
    generator = np.random.default_rng(seed)
    index = index_of(9, np.flatnonzero(generator.random(512) < 0.5).tolist())
    goodness = generator.integers(0, 60, len(index)) / 10
    for _ in range(5):
        source, target = generator.choice(len(index), 2, replace=False).tolist()
        if index.mask_of(source).bit_count() % 2 == index.mask_of(target).bit_count() % 2:
            assert_widest(index, goodness, source, target)


@cache
def walk(n: int, moves: int, seed: int) -> tuple[int, ...]:
    """A random walk of which no set is one move from any but the one before and after."""
    draw = random.Random(seed)
    here = draw.getrandbits(n)
    found = [here]
    beside = {here ^ 1 << place: 1 for place in range(n)}
    while len(found) <= moves:
        ways = [here ^ 1 << place for place in range(n) if beside[here ^ 1 << place] == 1]
        here = draw.choice([way for way in ways if way not in found[-3:]])
        found.append(here)
        for place in range(n):
            beside[here ^ 1 << place] = beside.get(here ^ 1 << place, 0) + 1
    return tuple(found)


def test_a_snake_has_one_path_however_long_it_is() -> None:
    snake = walk(40, 900, 1)
    index = index_of(40, snake)
    rows = [index.row_of(mask) for mask in snake]
    goodness = np.random.default_rng(0).random(len(index))
    for start, end in ((0, 900), (900, 0), (17, 650), (300, 301), (5, 5)):
        between = rows[start : end + 1] if start <= end else rows[end : start + 1][::-1]
        expected = Route(tuple(between), 1)
        task = Task(index, rows[start], rows[end], everything(index))
        assert fewest(task) == expected
        assert widest(task, goodness) == expected
    held = thin.known(index)
    assert held is not None
    assert held.forest is not None
    shut = np.ones(len(index), dtype=np.bool_)
    shut[rows[400]] = False
    assert fewest(Task(index, rows[0], rows[900], shut)) is None
    assert fewest(Task(index, rows[400], rows[900], shut)) is not None
    missing = goodness.copy()
    missing[rows[400]] = np.nan
    assert widest(Task(index, rows[0], rows[900], everything(index)), missing) is None


def test_a_tree_is_followed_through_its_forks() -> None:
    trunk = walk(30, 400, 2)
    twigs = [mask | 1 << (30 + place) for place, mask in enumerate(trunk[::40])]
    index = index_of(60, [*trunk, *twigs])
    graph = graph_of(index)
    assert nx.is_tree(graph)
    rows = list(range(0, len(index), 7))
    for source, target in itertools.pairwise(random.Random(3).sample(rows, len(rows))):
        route = fewest(Task(index, source, target, everything(index)))
        assert route is not None
        assert list(route.rows) == nx.shortest_path(graph, source, target)


def test_a_long_ladder_is_climbed_by_its_best_rungs() -> None:
    """Hundreds of layers of two sets, with a choice at every one of them."""
    side = walk(40, 350, 4)
    index = index_of(41, [*side, *(mask | 1 << 40 for mask in side)])
    generator = np.random.default_rng(5)
    low, high = index.row_of(side[0]), index.row_of(side[-1] | 1 << 40)
    route = fewest(Task(index, low, high, everything(index)))
    assert route is not None
    assert (len(route.rows), route.optima) == (352, 351)
    assert index.mask_of(route.rows[1]) == side[0] | 1 << 40  # adding comes first
    walls = generator.choice(len(index), 250, replace=False)
    goodness = np.ones(len(index))
    goodness[walls] = generator.random(250)
    route = widest(Task(index, low, high, everything(index)), goodness)
    floor = floor_by_joining(index, goodness, low, high)
    assert route is not None
    assert min(goodness[list(route.rows[1:-1])]) == floor
    allowed = [score >= (floor or 0) for score in goodness.tolist()]
    allowed[low] = allowed[high] = True
    graph = graph_of(index, allowed)
    assert len(route.rows) == 1 + nx.shortest_path_length(graph, low, high)


def test_many_shortest_paths_are_counted_beyond_64_bits() -> None:
    """A complete cube of ten objects is passed three times, joined by single moves."""
    cubes = [(1 << 10 * part) - 1 for part in range(4)]
    masks = [cubes[part] | free << 10 * part for part in range(3) for free in range(1 << 10)]
    index = index_of(30, sorted(set(masks)))
    task = Task(index, index.row_of(0), index.row_of((1 << 30) - 1), everything(index))
    route = fewest(task)
    assert route is not None
    assert (len(route.rows), route.optima) == (31, 3_628_800**3)
    assert [index.mask_of(row) for row in route.rows] == [(1 << size) - 1 for size in range(31)]


def test_five_thousand_objects() -> None:
    """Sets of hundreds of objects on random walks that cross: many words, no table."""
    draw = random.Random(8)
    start = draw.getrandbits(5_000)
    places = draw.sample(range(5_000), 40)
    masks = {start}
    for _ in range(30):
        here = start
        for place in draw.sample(places, 25):
            here ^= 1 << place
            masks.add(here)
            masks.add(here ^ 1 << draw.choice(places))
    index = index_of(5_000, sorted(masks))
    by_mask = {index.mask_of(row): row for row in range(len(index))}
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(by_mask.values())
    for mask, row in by_mask.items():
        near = (by_mask.get(mask ^ 1 << place) for place in places)
        graph.add_edges_from((row, other) for other in near if other is not None)
    goodness = np.random.default_rng(9).integers(0, 30, len(index)).astype(np.float64)
    rows = draw.sample(range(len(index)), 16)
    for source, target in itertools.pairwise(rows):
        task = Task(index, source, target, everything(index))
        route = fewest(task)
        if not nx.has_path(graph, source, target):
            assert route is None
            continue
        shortest = sorted(nx.all_shortest_paths(graph, source, target))
        assert route is not None
        assert list(route.rows) in shortest
        assert route.optima == len(shortest)
        widest_route = widest(task, goodness)
        assert widest_route is not None
        inner = goodness[list(widest_route.rows[1:-1])]
        better = {r for r in graph if goodness[r] > min(inner, default=99)} | {source, target}
        assert len(inner) == 0 or not nx.has_path(graph.subgraph(better), source, target)
        straight = [path for path in shortest if len(path) - 1 == task.apart]
        means = [goodness[path[1:]].sum() for path in straight]
        best = average(task, goodness)
        assert (best is None) == (not straight)
        if best is not None:
            assert goodness[list(best.rows[1:])].sum() == max(means)
            assert best.optima == means.count(max(means))


def test_a_search_stops_at_its_deadline_and_says_what_it_had() -> None:
    index = index_of(70, [mask for mask in range(512) if mask.bit_count() != 4])
    task = Task(index, index.row_of(0), index.row_of(511), everything(index))
    with within(0), pytest.raises(OutOfTime, match="while looking for a path: none of at most 0"):
        layers.search(task)
    with within(0), pytest.raises(OutOfTime, match="no path has a floor above"):
        widest(task, np.arange(len(index), dtype=np.float64))
