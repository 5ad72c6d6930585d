"""Leave-one-out values and pair interactions, against every set looked at one by one."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lattice
from lattice.errors import BadQuestion
from lattice.model import Direction, Values
from lattice.values import assumptions, listed, marginals
from lattice.values.catalog import Options, quantity
from lattice.values.grounds import Ground
from lattice.values.semivalues import describe
from tests.values.filled import filled

NAMES = ("A", "B", "C", "D", "E")
RANDOM = np.random.default_rng(11)


def asked(
    ground: Ground, name: str = "leave-one-out", assume: str | None = None, *, apart: bool = False
) -> Values:
    assumed = None if assume is None else assumptions.read(assume)
    names = tuple(chr(ord("A") + each) for each in range(ground.m))
    return listed.describe(marginals.listing(name, ground, names, assumed, apart=apart))


def by_hand(table: Mapping[int, float], m: int, name: str) -> list[float]:
    """Every item from the formula."""
    full = (1 << m) - 1
    if name == "leave-one-out":
        return [table[full] - table[full ^ 1 << i] for i in range(m)]
    return [
        table[full] - table[full ^ 1 << i] - table[full ^ 1 << j] + table[full ^ 1 << i ^ 1 << j]
        for i, j in combinations(range(m), 2)
    ]


@pytest.mark.parametrize("name", ["leave-one-out", "pair-interaction"])
def test_values_and_errors_are_those_of_the_formula_block_by_block(name: str) -> None:
    m, blocks = 5, 6
    tables = RANDOM.random((blocks, 1 << m))
    ground = filled(m, {mask: tables[:, mask].tolist() for mask in range(1 << m)})
    each = np.array([by_hand(dict(enumerate(table)), m, name) for table in tables])
    answer = asked(ground, name)
    assert [one.value for one in answer.items] == pytest.approx(each.mean(axis=0), abs=1e-12)
    errors = each.std(axis=0, ddof=1) / blocks**0.5
    assert [one.standard_error for one in answer.items] == pytest.approx(errors)
    assert {one.method for one in answer.items} == {"paired"}
    assert answer.status == "exact"
    assert answer.missing_total == 0


@pytest.mark.parametrize("name", ["leave-one-out", "pair-interaction"])
def test_they_are_semivalues_with_all_weight_on_the_largest_sets(name: str) -> None:
    scores = {mask: float(score) for mask, score in enumerate(RANDOM.random(32))}
    ground = filled(5, scores)
    ranked = describe(ground, quantity(name, 5, Options()), NAMES)
    found = asked(ground, name)
    for one, other in zip(found.items, ranked.items, strict=True):
        assert one.name == other.name
        assert one.value == pytest.approx(other.value, abs=1e-12)
        assert one.needed == other.needed
        assert one.rank == other.rank


def test_what_is_missing_is_named_with_its_weight_and_never_0() -> None:
    ground = filled(3, {7: 1.0, 3: 0.5, 5: 0.25})
    answer = asked(ground)
    assert [each.status for each in answer.items] == ["unavailable", "exact", "exact"]
    assert [each.value for each in answer.items] == [None, 0.75, 0.5]
    assert [(each.used, each.coverage) for each in answer.items] == [(1, 0.5), (2, 1.0), (2, 1.0)]
    assert [(each.training_set.name, each.weight) for each in answer.missing] == [("BC", 1.0)]
    assert answer.status == "unavailable"
    assert "no declared range" in (answer.items[0].note or "")
    whole = asked(filled(3, {3: 0.5, 5: 0.25}))
    assert [(each.training_set.name, each.weight) for each in whole.missing] == [
        ("ABC", 3.0),
        ("BC", 1.0),
    ]
    places = (
        [each.rank and (each.rank.best, each.rank.worst) for each in whole.items]
        if (whole.items[0].rank)
        else None
    )
    assert places is None  # nothing bounds the difference from A


def test_differences_need_no_score_of_the_whole() -> None:
    answer = asked(filled(3, {3: 0.5, 5: 0.25, 6: 0.0}), apart=True)
    assert {each.name: each.value for each in answer.items} == {
        "A-B": 0.25,
        "A-C": 0.5,
        "B-C": 0.25,
    }
    ranked = asked(filled(3, {3: 0.5, 5: 0.25, 6: 0.0}))
    assert [each.rank and each.rank.place for each in ranked.items] == [1, 2, 3]


def test_bounds_from_the_range_hold_the_two_cells_apart() -> None:
    ground = filled(2, {1: 0.25}, ends=(0.0, 1.0))
    answer = asked(ground)
    bounds = [each.bounds and (each.bounds.low, each.bounds.high) for each in answer.items]
    assert bounds == [(-1.0, 1.0), (-0.25, 0.75)]
    assert all(each.bounds and each.bounds.sharp for each in answer.items)
    assert answer.status == "bounded"


@st.composite
def monotone_tables(draw: st.DrawFn) -> tuple[list[int], list[int]]:
    """Monotone scores from 0 to 3 of three objects, and which masks are stored."""
    table = [draw(st.integers(0, 3)) for _ in range(8)]
    for unit in range(3):
        for mask in range(8):
            if mask >> unit & 1:
                table[mask] = max(table[mask], table[mask ^ 1 << unit])
    hidden = draw(st.sets(st.integers(0, 7), min_size=1, max_size=5))
    return table, [mask for mask in range(8) if mask not in hidden]


def completions(table: list[int], stored: list[int]) -> list[dict[int, float]]:
    """All monotone tables with scores from 0 to 3 that agree with what is stored."""
    hidden = [mask for mask in range(8) if mask not in stored]
    found = []
    for scores in product(range(4), repeat=len(hidden)):
        full = {mask: float(table[mask]) for mask in stored} | dict(
            zip(hidden, map(float, scores), strict=True)
        )
        if all(full[mask] <= full[mask | 1 << unit] for mask in range(8) for unit in range(3)):
            found.append(full)
    return found


@settings(deadline=None, max_examples=30)
@given(monotone_tables(), st.booleans(), st.sampled_from(["leave-one-out", "pair-interaction"]))
def test_monotone_bounds_are_the_ends_over_all_monotone_tables(
    drawn: tuple[list[int], list[int]], lower: bool, name: str
) -> None:
    table, stored = drawn
    sign, direction = (-1.0, "lower") if lower else (1.0, "higher")
    scores = {mask: sign * table[mask] for mask in stored}
    ends = (-3.0, 0.0) if lower else (0.0, 3.0)
    way: Direction = "lower" if direction == "lower" else "higher"
    answer = asked(filled(3, scores, direction=way, ends=ends), name, "monotone")
    possible = np.array([by_hand(each, 3, name) for each in completions(table, stored)]) * sign
    for item, values in zip(answer.items, possible.T, strict=True):
        if item.value is not None:
            assert values == pytest.approx(item.value)
        else:
            assert item.bounds is not None
            assert item.bounds.sharp
            assert item.bounds.low == pytest.approx(values.min())
            assert item.bounds.high == pytest.approx(values.max())


def test_stored_sets_beyond_the_reference_set_bound_it_too() -> None:
    index = filled(3, {1: 0.2, 7: 0.6}).index
    ground = Ground(index, 0, 0, (1, 2))  # AB is not stored, but A and ABC are
    answer = asked(ground, assume="monotone")
    assert answer.items[1].bounds is not None
    assert answer.items[1].bounds.low == pytest.approx(0)
    assert answer.items[1].bounds.high == pytest.approx(0.4)


def test_contradictions_are_said_and_scores_give_way_by_half() -> None:
    ground = filled(2, {3: 0.4, 1: 0.6, 0: 0.0})
    (one, other) = asked(ground, assume="monotone").items
    assert other.value == pytest.approx(-0.2)
    assert one.bounds is not None
    assert one.bounds.violations == 2  # around AB and around A
    assert one.bounds.slack == pytest.approx(0.1)
    assert not one.bounds.sharp


def test_a_cap_bounds_by_the_distance_to_stored_sets() -> None:
    (one, other) = asked(filled(2, {3: 0.5, 0: 0.45}), assume="cap=0.1").items
    assert one.bounds is not None
    assert (one.bounds.low, one.bounds.high) == pytest.approx((-0.05, 0.1))
    assert other.bounds == one.bounds


def test_the_score_that_is_taken_for_what_is_held_counts_without_an_error() -> None:
    ground = filled(1, {1: [0.5, 0.7]}, taken=0.1)
    answer = asked(ground)
    assert answer.items[0].value == pytest.approx(0.5)
    assert answer.items[0].standard_error == pytest.approx(0.1)
    assert "taken to be 0.1" in answer.notes[0]


def test_there_may_be_more_objects_than_any_table_holds() -> None:
    full = (1 << 25) - 1
    ground = filled(25, {full: 1.0} | {full ^ 1 << i: 1.0 - i / 100 for i in range(25)})
    answer = asked(ground)
    assert [each.value for each in answer.items] == pytest.approx([i / 100 for i in range(25)])
    assert asked(ground, "pair-interaction").missing_total == 300


@pytest.mark.parametrize(
    ("name", "assume", "said"),
    [
        ("leave-one-out", "diminishing", "says nothing"),
        ("leave-one-out", "range", "no declared range"),
        ("pair-interaction", None, "needs two units"),
    ],
)
def test_what_cannot_be_said_is_refused(name: str, assume: str | None, said: str) -> None:
    with pytest.raises(BadQuestion, match=said):
        asked(filled(1, {1: 0.5}), name, assume)


# ------------------------------------------------------------------ real lattices


def test_leave_one_out_of_real_lattices(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        covertype, toy = database["covertype"], database["toy"]
        found = covertype.value("leave-one-out", measure="accuracy/ABCD")
        assert found.items[1].value == pytest.approx(-0.006667, abs=1e-6)
        union = covertype.value("leave-one-out", measure="accuracy/ABCD", groups=["U=A,B,C"])
        assert union.items[0].value == pytest.approx(0.36333, abs=1e-4)
        drops = {
            measure: toy.value("leave-one-out", measure=measure, units=["B"]).items[0].value
            for measure in "ABCD"
        }
        assert drops == pytest.approx({"A": 0.14, "B": 0.33, "C": 0.03, "D": 0.02})


def test_pairs_agree_with_squares_and_cells_are_listed(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        housing = database["california-housing"]
        found = housing.value(
            "pair-interaction", measure="@decision_tree", of="abcde", units=["a", "b"]
        )
        square = housing.squares("abcde", ["a", "b"], measures=["@decision_tree"]).items[0]
        assert len(found.items) == 1
        assert found.items[0].value == pytest.approx(square.interactions[0].value)
        assert found.items[0].standard_error == square.interactions[0].standard_error
        cells = housing.value_cells("pair-interaction", "a+b", measure="@decision_tree", of="abcde")
        assert [(each.training_set.name, each.weight) for each in cells.items] == [
            ("abcde", 1.0),
            ("bcde", -1.0),
            ("acde", -1.0),
            ("cde", 1.0),
        ]


def test_only_listed_quantities_take_some_units_alone(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        covertype = database["covertype"]
        with pytest.raises(BadQuestion, match="some alone cannot be named"):
            covertype.value("shapley", measure="C", units=["A"])
        with pytest.raises(BadQuestion, match="no unit that is valued"):
            covertype.value("leave-one-out", measure="C", units=["X"])
        with pytest.raises(BadQuestion, match="no differences of pair-interaction"):
            covertype.value_differences("pair-interaction", measure="C")
        with pytest.raises(BadQuestion, match="takes none"):
            covertype.value("leave-one-out", measure="C", beta=(1, 1))
        assert covertype.fairness("leave-one-out", measure="C", empty=0.0).split == "leave-one-out"


# ------------------------------------------------------------------ evaluation values


def test_evaluation_values_are_column_moves(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        covertype = database["covertype"]
        found = covertype.value("evaluation-value", measure="accuracy/A", of="AB")
        moves = covertype.column_moves("AB", measures=["accuracy/A"]).items
        assert [each.name for each in found.items] == [each.object for each in moves]
        assert [each.value for each in found.items] == [each.delta.value for each in moves]
        assert found.items[0].value == pytest.approx(-0.0508, abs=1e-4)
        assert [each.rank and each.rank.place for each in found.items] == [1, 2, 3]
        assert "trained on B" in found.notes[0]
        pair = covertype.value(
            "evaluation-value", measure="accuracy/A", of="AB", groups=["both=C,D"]
        )
        scores = {
            each.name: covertype.value_cells(
                "evaluation-value", "both", measure="accuracy/A", of="AB", groups=["both=C,D"]
            )
            for each in pair.items
        }["both"].items
        assert [each.measure for each in scores] == ["accuracy/ACD", "accuracy/A"]
        assert scores[0].cell is not None
        assert scores[1].cell is not None
        wanted = scores[0].cell.mean - scores[1].cell.mean
        assert {each.name: each.value for each in pair.items}["both"] == pytest.approx(wanted)
        apart = covertype.value_differences("evaluation-value", measure="accuracy/A", of="AB")
        first, second = (each.value or 0.0 for each in found.items[:2])
        assert apart.items[0].value == pytest.approx(first - second)


def test_evaluation_values_without_columns_or_of_no_objects(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        missing = database["covertype"].value("evaluation-value", measure="A", of="empty")
        assert missing.status == "bounded"
        assert missing.missing_total == 4
        assert missing.missing[0].measure == "accuracy/A"
        with pytest.raises(BadQuestion, match="none can join it"):
            database["california-housing"].value("evaluation-value", measure="@decision_tree")
        with pytest.raises(BadQuestion, match="one training set"):
            database["covertype"].value("evaluation-value", measure="A", empty=0.0)
        with pytest.raises(BadQuestion, match="evaluation sets change"):
            database["covertype"].value("evaluation-value", measure="A", assume="monotone")
