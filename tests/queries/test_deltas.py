from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lattice.model import Delta
from lattice.queries.deltas import delta, delta_columns, deltas, deltas_between
from lattice.replicates import LEVEL
from tests.queries.errors_by_hand import Known, error_of
from tests.queries.sampled import Members, Sample, name_of, sample

MODERATE = settings(max_examples=60, deadline=None)


def expected_error(
    lattice: Sample, measure: int, sets: list[Members], weights: list[float]
) -> Known | None:
    cells = [lattice.cells[measure][each] for each in sets]
    fixed = [each in lattice.declared[measure] for each in sets]
    return error_of(cells, weights, lattice.kinds[measure], fixed)


def agrees(found: Delta, lattice: Sample, measure: int, before: Members, after: Members) -> None:
    first, second = lattice.mean(measure, before), lattice.mean(measure, after)
    lacking = [name_of(each) for each in (before, after) if not lattice.cells[measure][each]]
    if first is None or second is None:
        assert (found.status, found.value, found.effect) == ("unavailable", None, None)
        assert found.note == f"no score of {' and '.join(lacking)}"
        return
    assert found.status == "exact"
    assert found.value == pytest.approx(second - first, abs=1e-12)
    assert found.value is not None
    gain = found.value if measure == 0 else -found.value
    assert found.effect == ("better" if gain > 0 else "worse" if gain < 0 else "equal")
    for each in (before, after):
        said = f"the score of {name_of(each)} is declared" in (found.note or "")
        assert said == (each in lattice.declared[measure])
    known = expected_error(lattice, measure, [before, after], [-1.0, 1.0])
    if known is None:
        assert (found.method, found.standard_error, found.low, found.high) == (None,) * 4
        return
    method, error, degrees = known
    assert found.method == method
    assert found.standard_error == pytest.approx(error, abs=1e-12)
    half = stats.t.ppf(0.5 + LEVEL / 2, degrees) * error
    assert (found.low, found.high) == pytest.approx((found.value - half, found.value + half))
    varying = [
        len(lattice.cells[measure][each])
        for each in (before, after)
        if each not in lattice.declared[measure]
    ]
    assert found.replicates == min(varying)


@given(st.integers(0, 10**6), st.sampled_from([1, 2, 5]))
@MODERATE
def test_every_delta_is_that_of_plain_loops(seed: int, replicates: int) -> None:
    lattice = sample(seed, n=3, replicates=replicates)
    pairs = [(a, b) for a in lattice.stored for b in lattice.stored if a != b]
    if not pairs:
        return
    before = np.array([lattice.row(a) for a, _ in pairs])
    after = np.array([lattice.row(b) for _, b in pairs])
    for measure in (0, 1):
        answers = deltas_between(lattice.index, before, after, measure)
        for found, (a, b) in zip(answers, pairs, strict=True):
            agrees(found, lattice, measure, a, b)


@given(st.integers(0, 10**6))
@MODERATE
def test_one_delta_is_as_it_is_among_many(seed: int) -> None:
    lattice = sample(seed, n=3)
    rows = np.arange(len(lattice.stored))
    first = np.zeros_like(rows)
    many = [deltas_between(lattice.index, first, rows, measure) for measure in (0, 1)]
    for row in rows.tolist():
        one = delta(lattice.index, 0, row, 1)
        assert deltas(lattice.index, 0, row, (1, 0)) == (one, delta(lattice.index, 0, row, 0))
        among = many[1][row]
        assert (one.value, one.method, one.note) == (among.value, among.method, among.note)
        assert (one.standard_error, one.low) == pytest.approx((among.standard_error, among.low))


def test_complete_shared_replicates_are_all_paired() -> None:
    lattice = sample(5, kinds=("shared", "nested"), present=1.0, declared=0.0, replicates=6)
    rows = np.arange(len(lattice.stored))
    count = len(lattice.kinds[0])
    assert count > 1
    found = delta_columns(lattice.index, np.zeros_like(rows), rows, 0)
    assert set(found.method.tolist()) == {1}
    assert set(found.replicates.tolist()) == {count}
    assert found.standard_error[0] == 0
    assert found.value[0] == 0


def test_no_moves_have_no_deltas() -> None:
    nothing = np.empty(0, dtype=np.int64)
    for replicates in (1, 4):
        lattice = sample(11, replicates=replicates)
        assert deltas_between(lattice.index, nothing, nothing, 0) == ()
