from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import lattice
from lattice.errors import BadQuestion, UnknownObject
from lattice.queries.linear import linear
from lattice.queries.squares import squares
from lattice.replicates import LEVEL, METHODS
from tests.queries.errors_by_hand import error_of
from tests.queries.sampled import NAMES, Members, Sample, mask_of, name_of, sample

MODERATE = settings(max_examples=80, deadline=None)
WEIGHTS = [1.0, -1.0, -1.0, 1.0]


def corners(members: Members, one: int, other: int) -> list[Members]:
    return [members, members - {one}, members - {other}, members - {one, other}]


def interaction(found: Sample, measure: int, sets: list[Members]) -> float | None:
    means = [found.mean(measure, each) for each in sets]
    known = [each for each in means if each is not None]
    return None if len(known) < 4 else known[0] - known[1] - known[2] + known[3]


@given(seed=st.integers(0, 10**6), mask=st.integers(0, 31).filter(lambda m: m.bit_count() > 1))
@MODERATE
def test_squares_are_those_of_plain_loops(seed: int, mask: int) -> None:
    found = sample(seed, n=5, density=0.85, replicates=5, present=0.9)
    members = frozenset(each for each in range(5) if mask >> each & 1)
    answer = squares(found.index, mask, (0, 1), limit=1_000)
    pairs = list(itertools.combinations(sorted(members), 2))
    assert [each.objects for each in answer.items] == [(NAMES[i], NAMES[j]) for i, j in pairs]
    complete = 0
    for item, (one, other) in zip(answer.items, pairs, strict=True):
        sets = corners(members, one, other)
        missing = [name_of(each) for each in sets if each not in found.stored]
        assert list(item.missing) == missing
        complete += not missing
        assert [each.training_set.name for each in item.corners] == [name_of(s) for s in sets]
        for measure, contrast in enumerate(item.interactions):
            value = interaction(found, measure, sets)
            if value is None:
                lacking = [name_of(s) for s in sets if not found.cells[measure].get(s)]
                assert (contrast.status, contrast.value) == ("unavailable", None)
                assert contrast.note == f"no score of {' and '.join(lacking)}"
                assert item.readings[measure] is None
                continue
            assert contrast.value == pytest.approx(value, abs=1e-12)
            assert contrast.value is not None
            if abs(value) > 1e-9:
                good = value if measure == 0 else -value
                assert item.readings[measure] == ("complements" if good > 0 else "substitutes")
            cells = [found.cells[measure][each] for each in sets]
            fixed = [each in found.declared[measure] for each in sets]
            known = error_of(cells, WEIGHTS, found.kinds[measure], fixed)
            if known is None:
                assert (contrast.method, contrast.standard_error, contrast.low) == (None,) * 3
                continue
            assert contrast.method == known[0]
            assert contrast.standard_error == pytest.approx(known[1], abs=1e-9)
            half = stats.t.ppf(0.5 + LEVEL / 2, known[2]) * known[1]
            ends = contrast.value - half, contrast.value + half
            assert (contrast.low, contrast.high) == pytest.approx(ends)
    assert (answer.complete, answer.total) == (complete, len(pairs))


@given(seed=st.integers(0, 10**6), sort=st.sampled_from([0, 1]), start=st.integers(0, 6))
@MODERATE
def test_sorted_squares_have_complements_first_and_missing_ones_last(
    seed: int, sort: int, start: int
) -> None:
    found = sample(seed, n=5, density=0.9)
    whole = frozenset(range(5))
    answer = squares(found.index, 31, (sort,), sort=sort, start=start, limit=3)
    sign = 1 if sort == 0 else -1

    def worth(pair: tuple[int, int]) -> float:
        value = interaction(found, sort, corners(whole, *pair))
        return math.inf if value is None else -sign * value

    expected = sorted(itertools.combinations(range(5), 2), key=worth)[start : start + 3]
    values = [math.inf if each == math.inf else -sign * each for each in map(worth, expected)]
    shown = [each.interactions[0].value for each in answer.items]
    assert [math.inf if each is None else each for each in shown] == pytest.approx(values)
    assert answer.next == (str(start + 3) if start + 3 < 10 else None)


@given(seed=st.integers(0, 10**6))
@MODERATE
def test_sums_over_the_lattice_are_those_of_plain_loops(seed: int) -> None:
    """Two sums over all 2^4 sets: a game's worth of weights, some 0, on cells that may lack."""
    found = sample(seed, n=4, density=0.95, replicates=5, present=0.97)
    chance = np.random.default_rng(seed)
    sets = [frozenset(s) for size in range(5) for s in itertools.combinations(range(4), size)]
    weights = chance.normal(0, 1, (2, len(sets)))
    weights[chance.random(weights.shape) < 0.3] = 0
    rows = np.array([found.row(each) for each in sets])
    answer = linear(found.index, 0, rows, weights)
    for place, row in enumerate(weights.tolist()):
        means = [found.mean(0, each) for each in sets]
        used = [(w, mean) for w, mean in zip(row, means, strict=True) if w]
        if any(mean is None for _, mean in used):
            assert np.isnan(answer.value[place])
            continue
        assert answer.value[place] == pytest.approx(sum(w * (mean or 0) for w, mean in used))
        cells = [found.cells[0].get(each, {}) for each in sets]
        fixed = [each in found.declared[0] for each in sets]
        known = error_of(cells, row, found.kinds[0], fixed)
        method = METHODS[answer.method[place]]
        assert method == (None if known is None else known[0])
        if known is not None:
            assert answer.standard_error[place] == pytest.approx(known[1], rel=1e-6, abs=1e-9)
            assert answer.degrees_of_freedom[place] == pytest.approx(known[2], rel=1e-6)


# ------------------------------------------------------------------ through the facade


def test_the_square_of_a_and_b_in_housing_is_made_seed_by_seed(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        housing = database["california-housing"]
        answer = housing.squares("abcde", ["b", "a"], measures=["@decision_tree"])
        index = housing.index()
    (square,) = answer.items
    (measure,) = (
        place for place, each in enumerate(index.measures) if each.name.endswith("@decision_tree")
    )
    scores = index.columns[measure].by_replicate
    per_seed = sum(
        sign * scores[index.row_of(mask_of(frozenset(members)))]
        for sign, members in ((1, range(5)), (-1, range(1, 5)), (-1, (0, 2, 3, 4)), (1, (2, 3, 4)))
    )
    (contrast,) = square.interactions
    assert square.objects == ("a", "b")
    assert contrast.value == pytest.approx(np.mean(per_seed))
    assert contrast.standard_error == pytest.approx(stats.sem(per_seed))
    assert (contrast.method, contrast.replicates) == ("paired", 30)
    assert square.readings == ("complements",)
    assert contrast.value == pytest.approx(0.0175, abs=5e-5)


def test_corners_that_are_not_stored_are_named(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        answer = database["toy"].squares("ABCD", ["A", "B"])
    (square,) = answer.items
    assert square.missing == ("BCD", "CD")
    assert [each.status for each in square.interactions] == ["unavailable"] * 4
    assert square.interactions[0].note == "no score of BCD and CD"


def test_an_additive_game_has_no_interactions(tmp_path: Path) -> None:
    """Scores .1, .2, .3 add up but for rounding: that is neither complement nor substitute."""
    rows = [("{}", 0.0), ("A", 0.1), ("B", 0.2), ("C", 0.3)]
    rows += [("AB", 0.3), ("AC", 0.4), ("BC", 0.5), ("ABC", 0.6)]
    file = tmp_path / "sum.csv"
    file.write_text("train_set,accuracy\n" + "\n".join(f"{a},{b}" for a, b in rows) + "\n")
    with lattice.create(str(tmp_path / "x.db")) as database:
        database.import_files([file])
        answer = database["sum"].squares("ABC")
    assert {each.readings for each in answer.items} == {("neither",)}


def test_squares_that_make_no_sense_are_refused(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        toy = database["toy"]
        with pytest.raises(BadQuestion, match="needs two objects, not 1"):
            toy.squares("AB", ["A"])
        with pytest.raises(BadQuestion, match="'C' is not in AB"):
            toy.squares("AB", ["A", "C"])
        with pytest.raises(BadQuestion, match="'A' is given twice"):
            toy.squares("AB", ["A", "A"])
        with pytest.raises(UnknownObject):
            toy.squares("AB", ["A", "X"])
        with pytest.raises(BadQuestion, match="The set B has 0 pairs"):
            toy.squares("B")
