from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lattice.lookup import SetLookup
from lattice.subsets import pack

Sets = list[frozenset[int]]
Found = list[tuple[int, int, int]]
MODERATE = settings(max_examples=80, deadline=None)
UNIVERSES = {8: "a table", 64: "words", 200: "signatures", 150_000: "held moves"}
"""Into how many objects the same small lattices are put, and what then finds their sets."""


def spread(sets: Sets, n: int) -> Sets:
    """The same lattice in a universe of n objects, its own first, last and between."""
    places = np.linspace(0, n - 1, 8).astype(int).tolist()
    return [frozenset(places[each] for each in one) for one in sets]


def lookup_of(sets: Sets, n: int) -> SetLookup:
    membership = np.zeros((len(sets), n), dtype=np.bool_)
    for row, members in enumerate(sets):
        membership[row, sorted(members)] = True
    return SetLookup(pack(membership), n)


def around_by_hand(sets: Sets, rows: list[int]) -> Found:
    """(place, position, other) by comparing every pair of sets, as numbers."""
    numbers = [sum(1 << each for each in members) for members in sets]
    return sorted(
        (place, (numbers[row] ^ other).bit_length() - 1, index)
        for place, row in enumerate(rows)
        for index, other in enumerate(numbers)
        if (numbers[row] ^ other).bit_count() == 1
    )


def listed(found: Sequence[NDArray[Any]]) -> list[tuple[int, ...]]:
    return list(zip(*(column.tolist() for column in found), strict=True))


lattices = st.lists(
    st.frozensets(st.integers(0, 7), max_size=8), min_size=1, max_size=60, unique=True
)


@pytest.mark.parametrize("n", UNIVERSES, ids=UNIVERSES.values())
def test_the_ways_are_those_that_are_meant(n: int) -> None:
    lookup = lookup_of(spread([frozenset({k}) for k in range(8)], n), n)
    assert (lookup.table is not None) == (n == 8)
    assert lookup.holds_moves == (n == 150_000)


@given(lattices, st.randoms(use_true_random=False))
@pytest.mark.parametrize("n", [8, 64, 200], ids=["a table", "words", "signatures"])
@MODERATE
def test_around_gives_every_set_one_move_away(n: int, small: Sets, chance: object) -> None:
    sets = spread(small, n)
    rows = [row for row in range(len(sets)) if chance.random() < 0.7]  # type: ignore[attr-defined]
    rows += rows[:2]  # a row may be asked for twice
    lookup = lookup_of(sets, n)
    found = listed(lookup.around(np.array(rows, dtype=np.int64)))
    assert found == around_by_hand(sets, rows)  # by place, then by position
    for position in sorted({each for one in sets for each in one}):
        others = lookup.across(np.array(rows, dtype=np.int64), position).tolist()
        wanted = [sets[row] ^ {position} for row in rows]
        assert others == [sets.index(each) if each in sets else -1 for each in wanted]


@given(lattices)
@settings(max_examples=15, deadline=None)
def test_held_moves_give_the_same(small: Sets) -> None:
    sets = spread([frozenset(), *(each for each in small if each)], 150_000)
    sets += [frozenset({1, 2, k}) for k in range(3, 11)]  # enough of them to be held
    lookup = lookup_of(sets, 150_000)
    assert lookup.holds_moves
    rows = list(range(len(sets)))[::-1]
    assert listed(lookup.around(np.array(rows))) == around_by_hand(sets, rows)


@given(lattices)
@pytest.mark.parametrize("n", [8, 64, 200], ids=["a table", "words", "signatures"])
@MODERATE
def test_moves_are_all_pairs_one_object_apart(n: int, small: Sets) -> None:
    sets = spread(small, n)
    moves = lookup_of(sets, n).moves
    by_hand = [
        (row, next(iter(other - one)), index)
        for row, one in enumerate(sets)
        for index, other in enumerate(sets)
        if one < other and len(other) == len(one) + 1
    ]
    assert listed((moves.lower, moves.position, moves.upper)) == sorted(by_hand)
    start, others, positions = moves.adjacency
    for row in range(len(sets)):
        here = slice(int(start[row]), int(start[row + 1]))
        own = [each[1:] for each in around_by_hand(sets, [row])]
        assert listed((positions[here], others[here])) == own


def test_a_walk_through_five_thousand_objects_is_followed() -> None:
    n, steps = 5_000, 400
    draw = np.random.default_rng(4)
    current = frozenset(np.flatnonzero(draw.random(n) < 0.5).tolist())
    sets = [current]
    for position in draw.choice(n, steps, replace=False).tolist():
        current ^= {position}
        sets.append(current)
    lookup = lookup_of(sets, n)
    assert lookup.holds_moves
    rows = list(range(len(sets)))
    assert listed(lookup.around(np.array(rows))) == around_by_hand(sets, rows)
    assert len(lookup.moves) == steps


@pytest.mark.parametrize(
    ("n", "count", "tabled"),
    [(16, 1, True), (17, 1, False), (17, 2_048, True), (20, 16_384, True), (20, 16_383, False)],
)
def test_a_table_is_made_where_it_is_not_too_thinly_filled(
    n: int, count: int, tabled: bool
) -> None:
    lookup = SetLookup(np.arange(count, dtype=np.uint64)[:, None], n)
    assert lookup.has_table == tabled
    assert (lookup.table is not None) == tabled
    wanted = np.array([[0], [count - 1], [count], [2**n - 1]], dtype=np.uint64)
    expected = [0, count - 1, -1, -1]
    assert lookup.find(wanted).tolist() == expected


def test_a_set_beyond_the_universe_is_not_found() -> None:
    lookup = SetLookup(np.arange(16, dtype=np.uint64)[:, None], 4)
    assert lookup.find(np.array([[16], [2**63]], dtype=np.uint64)).tolist() == [-1, -1]


@pytest.mark.parametrize("n", [8, 64, 200])
def test_a_prepared_lookup_answers_alike(n: int) -> None:
    sets = spread([frozenset({k, k // 2}) for k in range(8)], n)
    lookup = lookup_of(sets, n)
    again = SetLookup(lookup.words, n, lookup.preparation())
    rows = np.arange(len(sets))
    assert listed(again.around(rows)) == around_by_hand(sets, rows.tolist())
    assert again.find(lookup.words).tolist() == rows.tolist()
    assert again.nbytes == lookup.nbytes > 0
