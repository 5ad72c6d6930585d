"""Ranks of values, and the differences that they rest on."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy import stats

import lattice
from lattice.values import weights
from lattice.values.assumptions import Assumed
from lattice.values.ranked import differences, semivalues
from lattice.values.ranking import ranks
from tests.values.filled import filled
from tests.values.test_envelopes import shapley

M = 4
RANDOM = np.random.default_rng(5)
TABLE = RANDOM.random(1 << M).tolist()


def test_differences_are_those_of_the_values() -> None:
    ground = filled(M, dict(enumerate(TABLE)))
    for p in (weights.shapley(M), weights.banzhaf(M), weights.beta(M, 4.0, 1.0)):
        values = semivalues(p).over(ground, ground.scores)
        found = differences(semivalues(p)).over(ground, ground.scores)
        pairs = list(combinations(range(M), 2))
        assert found == pytest.approx([values[one] - values[other] for one, other in pairs])


def test_the_order_is_exact_without_the_least_and_the_largest_set() -> None:
    scores = {mask: TABLE[mask] for mask in range(1, (1 << M) - 1)}
    found = ranks(filled(M, scores), semivalues(weights.shapley(M)), None)
    values = shapley(TABLE, M)
    places = [1 + sum(other > each for other in values) for each in values]
    assert found is not None
    assert [each and each.place for each in found] == places
    assert all(each and each.best is None for each in found)  # one replicate


@pytest.mark.parametrize("direction", ["higher", "lower"])
def test_ranks_span_what_the_blocks_leave_open(direction: str) -> None:
    blocks = 5
    tables = np.array(TABLE) + RANDOM.normal(0, 0.05, (blocks, 1 << M))
    scores = {mask: tables[:, mask].tolist() for mask in range(1 << M)}
    ground = filled(M, scores, direction="higher" if direction == "higher" else "lower")
    found = ranks(ground, semivalues(weights.shapley(M)), None)
    values = np.array([shapley(each.tolist(), M) for each in tables])  # by block
    quantile = stats.t.ppf(1 - 0.1 / 3 / 2, blocks - 1)
    sign = 1 if direction == "higher" else -1
    assert found is not None
    for one in range(M):
        above = below = place = 0
        for other in set(range(M)) - {one}:
            apart = sign * (values[:, one] - values[:, other])
            half = quantile * apart.std(ddof=1) / blocks**0.5
            above += apart.mean() + half < 0
            below += apart.mean() - half > 0
            place += apart.mean() < 0
        rank = found[one]
        assert rank is not None
        assert (rank.place, rank.best, rank.worst) == (1 + place, 1 + above, M - below)


def test_bounds_rank_what_they_can() -> None:
    scores = {0: 0.0, 1: 0.9, 2: 0.1, 3: 1.0, 4: 0.1, 7: 1.0}
    found = ranks(filled(3, scores), semivalues(weights.shapley(3)), Assumed("monotone"))
    assert found is not None
    assert [each and (each.place, each.best, each.worst) for each in found] == [
        (None, 1, 1),
        (None, 2, 3),
        (None, 2, 3),
    ]


def test_the_order_of_covertype_needs_no_empty_set(bundled: str) -> None:
    with lattice.open(str(bundled)) as database:
        answer = database["covertype"].value("shapley", measure="accuracy/ABCD")
        assert [each.status for each in answer.items] == ["bounded"] * 4
        assert [each.rank and each.rank.place for each in answer.items] == [1, 4, 2, 3]
        apart = database["covertype"].value_differences("shapley", measure="accuracy/ABCD")
        known = {each.name: each.value for each in apart.items}
        assert known["A-B"] == pytest.approx(0.1976040 - 0.1078125, abs=1e-7)
        assert {each.status for each in apart.items} == {"exact"}
