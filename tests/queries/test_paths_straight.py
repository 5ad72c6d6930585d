"""Paths that change each differing object once, against every order of the changes."""

from __future__ import annotations

from itertools import permutations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lattice.queries.paths.fewest import straight
from lattice.queries.paths.interval import Cube
from lattice.queries.paths.tasks import Task, everything
from lattice.subsets import positions_of_mask
from tests.queries.enumerated import index_of

N = 5
sets = st.sets(st.integers(0, 2**N - 1), min_size=2)
nearly_all = st.sets(st.integers(0, 2**N - 1), max_size=2).map(lambda out: {*range(2**N)} - out)


def orders(source: int, target: int, usable: set[int]) -> list[list[int]]:
    """The masks along every order of the changes that stays within usable sets, adds first."""
    adds, removes = (positions_of_mask(each) for each in (target & ~source, source & ~target))
    found = []
    for order in permutations([*adds, *removes]):
        masks = [source]
        for position in order:
            masks.append(masks[-1] ^ 1 << position)
        if usable.issuperset(masks):
            found.append(masks)
    return found


@given(stored=st.one_of(sets, nearly_all, st.just({*range(2**N)})), data=st.data())
def test_all_orders_are_counted_and_the_first_is_given(
    stored: set[int], data: st.DataObject
) -> None:
    index = index_of(N, sorted(stored))
    one, other = data.draw(
        st.lists(st.sampled_from(sorted(stored)), min_size=2, max_size=2, unique=True)
    )
    usable = data.draw(st.one_of(st.just(stored), st.sets(st.sampled_from(sorted(stored)))))
    allowed = everything(index)
    if usable != stored:
        allowed = np.array([index.mask_of(row) in usable for row in range(len(index))])
    task = Task(index, index.row_of(one), index.row_of(other), allowed)
    cube = Cube.of(task)
    assert cube is not None
    expected = orders(one, other, {*usable, one, other})
    route = straight(cube)
    if route is None:
        assert expected == []
    else:
        assert route.optima == len(expected)
        assert [index.mask_of(row) for row in route.rows] == expected[0]


@given(missing=st.integers(1, 2**N - 2))
def test_one_missing_set_is_noticed(missing: int) -> None:
    index = index_of(N, [each for each in range(2**N) if each != missing])
    cube = Cube.of(Task(index, 0, len(index) - 1, everything(index)))
    assert cube is not None
    assert not cube.is_full
