from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lattice.lookup import SetLookup
from lattice.subsets import (
    Words,
    display_order,
    display_places,
    has_object,
    key_of_mask,
    mask_of_key,
    mask_of_members,
    mask_of_positions,
    masks_of_words,
    members_of_mask,
    members_of_words,
    object_numbers,
    pack,
    positions_of_mask,
    ranks,
    reposition,
    signatures,
    unpack,
    widen,
    word_count,
    words_of_masks,
    words_of_members,
)

MODERATE = settings(max_examples=60, deadline=None)

Sets = list[frozenset[int]]


@st.composite
def universes(draw: st.DrawFn, largest: int = 200) -> tuple[int, Sets]:
    """A number of objects and distinct sets of their positions, empty and full among them."""
    n = draw(st.integers(1, largest))
    some = draw(st.lists(st.frozensets(st.integers(0, n - 1)), max_size=12))
    edges = draw(st.sets(st.sampled_from([frozenset[int](), frozenset(range(n))])))
    return n, list(dict.fromkeys([*some, *edges]))


def mask_by_sum(positions: frozenset[int]) -> int:
    return sum(2**position for position in positions)


def words_of(n: int, sets: Sets) -> Words:
    return words_of_masks([mask_by_sum(each) for each in sets], word_count(n))


def sets_of(words: Words) -> Sets:
    return [frozenset(positions_of_mask(mask)) for mask in masks_of_words(words)]


# ------------------------------------------------------------------ encodings


@pytest.mark.parametrize(
    ("n", "words"), [(0, 1), (1, 1), (63, 1), (64, 1), (65, 2), (128, 2), (129, 3), (50_000, 782)]
)
def test_a_word_holds_64_objects(n: int, words: int) -> None:
    assert word_count(n) == words


@given(universes())
@MODERATE
def test_positions_masks_and_members_say_the_same_set(case: tuple[int, Sets]) -> None:
    n, sets = case
    for positions in sets:
        mask = mask_of_positions(sorted(positions))
        assert mask == mask_by_sum(positions)
        assert list(positions_of_mask(mask)) == sorted(positions)
        members = members_of_mask(mask)
        assert mask_of_members(members) == mask
        assert not members.endswith(b"\0")
        assert {p for p in range(n) if p // 8 < len(members) and members[p // 8] >> p % 8 & 1} == (
            positions
        )


@given(universes())
@MODERATE
def test_words_masks_members_and_matrices_round_trip(case: tuple[int, Sets]) -> None:
    n, sets = case
    masks = [mask_by_sum(each) for each in sets]
    words = words_of_masks(masks, word_count(n))
    assert words.shape == (len(sets), word_count(n))
    assert words.dtype == np.uint64
    assert masks_of_words(words) == masks
    members = members_of_words(words)
    assert members == [members_of_mask(mask) for mask in masks]
    assert np.array_equal(words_of_members(members, word_count(n)), words)
    matrix = np.zeros((len(sets), n), dtype=np.bool_)
    for row, positions in enumerate(sets):
        matrix[row, sorted(positions)] = True
    assert np.array_equal(pack(matrix), words)
    assert np.array_equal(unpack(words, n), matrix)


@given(universes())
@MODERATE
def test_members_stay_the_same_when_the_universe_grows(case: tuple[int, Sets]) -> None:
    n, sets = case
    words = words_of(n, sets)
    wider = widen(words, word_count(n) + 2)
    assert wider.shape == (len(sets), word_count(n) + 2)
    assert members_of_words(wider) == members_of_words(words)
    assert sets_of(wider) == sets


@given(universes())
@MODERATE
def test_ranks_and_membership_are_those_of_the_sets(case: tuple[int, Sets]) -> None:
    n, sets = case
    words = words_of(n, sets)
    assert ranks(words).tolist() == [len(each) for each in sets]
    for position in {0, n // 2, n - 1}:
        assert has_object(words, position).tolist() == [position in each for each in sets]


@pytest.mark.parametrize(
    ("positions", "key"),
    [
        ([], "~"),
        ([0, 1, 2, 3], "~0f"),
        ([0, 2, 3], "~0d"),
        ([7], "~80"),
        ([8], "~0001"),
        ([0, 15], "~0180"),
        ([64], "~000000000000000001"),
    ],
)
def test_a_key_is_the_hex_of_the_members(positions: list[int], key: str) -> None:
    assert key_of_mask(mask_of_positions(positions)) == key
    assert mask_of_key(key) == mask_of_positions(positions)


@given(st.frozensets(st.integers(0, 199)))
@MODERATE
def test_every_key_reads_back(positions: frozenset[int]) -> None:
    mask = mask_by_sum(positions)
    assert mask_of_key(key_of_mask(mask)) == mask


@pytest.mark.parametrize("text", ["0f", "", "~0", "~0g", "~xyz", "~é0"])
def test_a_text_that_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"~|hex"):
        mask_of_key(text)


# ------------------------------------------------------------------ order and position


@given(universes())
@MODERATE
def test_display_order_is_shortlex(case: tuple[int, Sets]) -> None:
    n, sets = case
    expected = sorted(sets, key=lambda each: (len(each), tuple(sorted(each))))
    words = words_of(n, sets)
    assert sets_of(words[display_order(words)]) == expected


def test_display_order_of_four_letters_reads_like_a_dictionary_by_length() -> None:
    words = np.arange(16, dtype=np.uint64)[:, None]
    shown = ["".join("ABCD"[p] for p in sorted(each)) for each in sets_of(words)]
    assert [shown[row] for row in display_order(words)] == (
        [
            "",
            "A",
            "B",
            "C",
            "D",
            "AB",
            "AC",
            "AD",
            "BC",
            "BD",
            "CD",
            "ABC",
            "ABD",
            "ACD",
            "BCD",
            "ABCD",
        ]
    )


@pytest.mark.parametrize("width", [1, 2])
def test_no_sets_have_an_empty_order(width: int) -> None:
    assert display_order(np.empty((0, width), dtype=np.uint64)).tolist() == []


@given(universes(), st.data())
@MODERATE
def test_repositioned_sets_hold_the_same_objects(
    case: tuple[int, Sets], data: st.DataObject
) -> None:
    n, sets = case
    larger = n + data.draw(st.integers(0, 70))
    place = data.draw(st.permutations(range(larger)))[:n]
    moved = reposition(words_of(n, sets), place, word_count(larger))
    assert moved.shape == (len(sets), word_count(larger))
    assert sets_of(moved) == [frozenset(place[p] for p in each) for each in sets]


@given(universes())
@MODERATE
def test_repositioning_onto_itself_only_widens(case: tuple[int, Sets]) -> None:
    n, sets = case
    moved = reposition(words_of(n, sets), list(range(n)), word_count(n) + 1)
    assert sets_of(moved) == sets


@given(universes(), st.randoms(use_true_random=False))
@MODERATE
def test_new_sets_are_inserted_where_display_order_puts_them(
    case: tuple[int, Sets], chance: Random
) -> None:
    n, sets = case
    words = words_of(n, sets)
    words = words[display_order(words)]
    new = np.array([chance.random() < 0.5 for _ in sets], dtype=np.bool_)
    old, wanted = words[~new], words[new]
    places = display_places(old, ranks(old).astype(np.int32), wanted)
    assert np.insert(old, places, wanted, axis=0).tolist() == words.tolist()


def test_members_longer_than_the_words_are_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        words_of_members([b"\1", bytes(8) + b"\1"], 1)


# ------------------------------------------------------------------ lookup and moves


def some_sets(n: int, count: int, seed: int) -> Sets:
    """Random sets of which many are one move apart, in no particular order."""
    generator = np.random.default_rng(seed)
    found: dict[frozenset[int], None] = {frozenset(): None, frozenset(range(n)): None}
    current = frozenset(np.flatnonzero(generator.random(n) < 0.5).tolist())
    while len(found) < min(count, 2**n):
        if generator.random() < 0.15:
            current = frozenset(np.flatnonzero(generator.random(n) < 0.5).tolist())
        current ^= {int(generator.integers(n))}
        found[current] = None
    sets = list(found)
    order = generator.permutation(len(sets)).tolist()
    return [sets[row] for row in order]


SIZES = [(1, 2), (2, 3), (4, 16), (5, 20), (12, 300), (63, 200), (64, 200), (65, 200), (130, 250)]


@pytest.mark.parametrize(("n", "count"), SIZES)
def test_find_gives_the_row_of_a_stored_set_and_minus_one_otherwise(n: int, count: int) -> None:
    sets = some_sets(n, count, seed=n)
    stored, asked = sets[::2], [*sets, frozenset({0}), frozenset({n - 1})]
    lookup = SetLookup(words_of(n, stored), n)
    expected = [stored.index(each) if each in stored else -1 for each in asked]
    assert lookup.find(words_of(n, asked)).tolist() == expected


@pytest.mark.parametrize(("n", "count"), SIZES)
def test_across_gives_the_set_that_differs_by_the_object(n: int, count: int) -> None:
    sets = some_sets(n, count, seed=n + 1)
    lookup = SetLookup(words_of(n, sets), n)
    row_of = {each: row for row, each in enumerate(sets)}
    rows = np.arange(len(sets))
    for position in range(n):
        expected = [row_of.get(each ^ {position}, -1) for each in sets]
        assert lookup.across(rows, position).tolist() == expected


def moves_by_brute_force(sets: Sets, rows: list[int]) -> list[tuple[int, int, int]]:
    """(object, lower row, upper row) of all pairs one object apart that touch `rows`."""
    chosen = set(rows)
    return sorted(
        (next(iter(sets[upper] - sets[lower])), lower, upper)
        for lower in range(len(sets))
        for upper in range(len(sets))
        if sets[lower] < sets[upper]
        and len(sets[upper]) == len(sets[lower]) + 1
        and (lower in chosen or upper in chosen)
    )


def moves_found(lookup: SetLookup, rows: list[int]) -> list[tuple[int, int, int]]:
    return sorted(
        (position, low, high)
        for part in lookup.covering_pairs(np.array(rows, dtype=np.int64))
        for low, position, high in zip(*(column.tolist() for column in part), strict=True)
    )


@pytest.mark.parametrize(("n", "count"), SIZES)
def test_covering_pairs_are_all_moves_each_once(n: int, count: int) -> None:
    sets = some_sets(n, count, seed=n + 2)
    expected = moves_by_brute_force(sets, list(range(len(sets))))
    assert len(expected) > 0
    assert moves_found(SetLookup(words_of(n, sets), n), list(range(len(sets)))) == expected


@pytest.mark.parametrize(("n", "count"), SIZES)
def test_covering_pairs_of_some_rows_touch_those_rows(n: int, count: int) -> None:
    sets = some_sets(n, count, seed=n + 3)
    rows = list(range(0, len(sets), 3))
    found = moves_found(SetLookup(words_of(n, sets), n), rows)
    assert found == moves_by_brute_force(sets, rows)


@given(
    st.integers(1, 6).flatmap(lambda n: st.tuples(st.just(n), st.sets(st.integers(0, 2**n - 1))))
)
@MODERATE
def test_covering_pairs_agree_with_all_pairs_of_any_small_lattice(
    case: tuple[int, set[int]],
) -> None:
    n, masks = case
    sets = [frozenset(positions_of_mask(mask)) for mask in sorted(masks, reverse=True)]
    rows = list(range(len(sets)))
    assert moves_found(SetLookup(words_of(n, sets), n), rows) == moves_by_brute_force(sets, rows)


def test_nothing_is_found_among_no_sets() -> None:
    lookup = SetLookup(np.empty((0, 2), dtype=np.uint64), 100)
    assert lookup.find(words_of(100, [frozenset(), frozenset({99})])).tolist() == [-1, -1]
    assert moves_found(lookup, []) == []


@pytest.mark.parametrize("n", [1, 5, 64])
def test_up_to_64_objects_a_signature_is_the_set_itself(n: int) -> None:
    assert object_numbers(n).tolist() == [2**position for position in range(n)]
    sets = some_sets(n, 20, seed=3)
    assert signatures(words_of(n, sets), n).tolist() == [mask_by_sum(each) for each in sets]


def test_beyond_64_objects_a_signature_is_the_xor_of_fixed_numbers() -> None:
    numbers = object_numbers(100)
    assert np.array_equal(numbers, object_numbers(100))
    assert np.array_equal(numbers[:70], object_numbers(70))
    sets = some_sets(100, 30, seed=4)
    expected = []
    for each in sets:
        signature = 0
        for position in each:
            signature ^= int(numbers[position])
        expected.append(signature)
    assert signatures(words_of(100, sets), 100).tolist() == expected


def objects_whose_numbers_cancel(n: int) -> frozenset[int]:
    """A non-empty set with signature 0: more than 64 numbers of 64 bits are dependent."""
    basis: dict[int, tuple[int, frozenset[int]]] = {}
    for position, number in enumerate(object_numbers(n).tolist()):
        rest, combination = number, frozenset({position})
        while rest:
            leading = rest.bit_length()
            if leading not in basis:
                basis[leading] = rest, combination
                break
            rest, combination = rest ^ basis[leading][0], combination ^ basis[leading][1]
        if not rest:
            return combination
    raise AssertionError("there is always one")


def test_two_sets_with_one_signature_are_told_apart() -> None:
    n = 80
    twin = objects_whose_numbers_cancel(n)
    sets = [frozenset({1, 2}), frozenset({1, 2}) ^ twin, frozenset({1}) ^ twin, frozenset({5})]
    lookup = SetLookup(words_of(n, sets), n)
    assert lookup.signatures[0] == lookup.signatures[1]
    assert lookup.find(words_of(n, sets)).tolist() == [0, 1, 2, 3]
    absent = [frozenset({1}), frozenset({5}) ^ twin]
    assert lookup.find(words_of(n, absent)).tolist() == [-1, -1]
    assert moves_found(lookup, [0, 1, 2, 3]) == moves_by_brute_force(sets, [0, 1, 2, 3])
