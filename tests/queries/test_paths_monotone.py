from __future__ import annotations

from itertools import accumulate, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lattice.deadlines import within
from lattice.errors import OutOfTime
from lattice.queries.paths.monotone import monotone
from lattice.queries.paths.tasks import Task
from tests.queries.enumerated import Case, cases, grid_case, index_of


def worst_drop(case: Case, route: tuple[int, ...], slack: int) -> tuple[int, int] | None:
    """(moves, largest loss of a move) in tenths; None where the path is not monotone."""
    scores = [case.tenths[row] for row in route]
    known = [score for score in scores if score is not None]
    if len(known) < len(scores):
        return None
    maxima = list(accumulate(known, max))
    if any(score < before - slack for before, score in zip(maxima, known[1:], strict=False)):
        return None
    return len(route), max((before - after for before, after in pairwise(known)), default=0)


def clipped(case: Case, route: tuple[int, ...], slack: int) -> tuple[int, int] | None:
    found = worst_drop(case, route, slack)
    return None if found is None else (found[0], max(found[1], 0))


def assert_agrees(case: Case, slack: int) -> None:
    best = case.best(lambda route: clipped(case, route, slack))
    found = monotone(case.task, case.goodness, slack / 10)
    if not best:
        assert found is None
        return
    assert found is not None
    assert found.rows == best[0][1]
    assert found.optima == sum(value == best[0][0] for value, _ in best)
    assert found.counted


@given(case=cases(), slack=st.integers(0, 4))
@settings(max_examples=400, deadline=None)
def test_monotone_agrees_with_trying_every_path(case: Case, slack: int) -> None:
    assert_agrees(case, slack)


@pytest.mark.parametrize(("source", "target"), [(0, 15), (15, 0), (3, 12), (8, 7), (5, 5)])
@pytest.mark.parametrize("slack", [0, 1, 2])
def test_all_sixteen_sets_agree_with_trying_every_path(
    source: int, target: int, slack: int
) -> None:
    for seed in range(3):
        assert_agrees(grid_case(4, seed, source, target, levels=5), slack)


def test_a_later_arrival_with_a_lower_maximum_may_pass_where_an_earlier_one_may_not() -> None:
    """From A to BCD: the short way over AB climbs too high to go through B."""
    scores = {"A": 3, "AB": 6, "B": 4, "AC": 3, "C": 3, "BC": 4, "BCD": 4, "ABC": 5, "D": 0}
    names = {sum(1 << "ABCD".index(letter) for letter in name): name for name in scores}
    index = index_of(4, list(names))
    goodness = np.array([scores[names[index.mask_of(row)]] / 10 for row in range(len(index))])
    ends = index.row_of(0b0001), index.row_of(0b1110)
    task = Task(index, *ends, np.ones(len(index), dtype=np.bool_))
    route = monotone(task, goodness)
    assert route is not None
    assert [names[index.mask_of(row)] for row in route.rows] == ["A", "AC", "C", "BC", "BCD"]
    assert route.optima == 1


def test_without_a_score_at_an_end_there_is_no_path() -> None:
    index = index_of(1, [0, 1])
    task = Task(index, 0, 1, np.ones(2, dtype=np.bool_))
    assert monotone(task, np.array([np.nan, 0.5])) is None
    assert monotone(task, np.array([0.5, np.nan])) is None


def test_a_thousand_steps_over_five_thousand_objects() -> None:
    """One chain up: it is monotone as long as the slack covers its only fall."""
    index = index_of(5_000, [(1 << place) - 1 for place in range(1_000)])
    goodness = np.arange(1_000) / 1_000
    goodness[600] = 0.5
    task = Task(index, 0, 999, np.ones(1_000, dtype=np.bool_))
    assert monotone(task, goodness, 0.098) is None
    route = monotone(task, goodness, 0.099)
    assert route is not None
    assert (route.rows, route.optima) == (tuple(range(1_000)), 1)


def test_a_deadline_stops_the_search_and_says_so() -> None:
    case = grid_case(6, 1, 0, 63)
    with within(0), pytest.raises(OutOfTime, match="looking for a monotone path"):
        monotone(case.task, np.zeros(64))
