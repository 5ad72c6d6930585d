"""Intervals of 90% hold the truth 85 to 95 times of 100: per family of games and design, never pooled."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

import lattice
from lattice.model import Draws
from lattice.resources import bundled_manifests
from lattice.values import weights
from lattice.values.estimates import chains, reuse
from lattice.values.estimates.designs import Drawn, readings
from lattice.values.estimates.seeds import NONE
from lattice.values.estimates.stratified import estimated
from lattice.values.ranked import RankedSums, differences, interactions, semivalues
from tests.values import games
from tests.values.hidden import (
    Estimate,
    Table,
    anchors,
    as_table,
    exact,
    families,
    ground,
    simulated,
)

M = 10
TIMES = 60
CALIFORNIA = ("gradient_boosting", "decision_tree")
FAMILIES = (*families(M), *CALIFORNIA)
RANDOM, HALVED = Drawn((Draws("random"),)), Drawn((Draws("random", 0.5),))
SHAPLEY, BANZHAF = semivalues(weights.shapley(M)), semivalues(weights.banzhaf(M))
NAMES = tuple(chr(ord("A") + each) for each in range(M))


@cache
def tables() -> dict[str, Table]:
    """Every family's full table; California housing by the mean of its seeds."""
    found = families(M)
    with lattice.create(":memory:") as database:
        database.import_files([each for each in bundled_manifests() if "california" in str(each)])
        index = database["california-housing"].index()
        rows = index.lookup.find(np.arange(1 << M, dtype=np.uint64)[:, None])
        for place, measure in enumerate(index.measures):
            for name in CALIFORNIA:
                if name in measure.name:
                    found[name] = index.columns[place].mean[rows]
    return found


def by_strata(table: Table, sums: RankedSums, share: float, drawn: Drawn) -> Estimate:
    def estimate(draw: np.random.Generator) -> tuple[Table, Table, Table]:
        found = ground(table, (draw.random(1 << M) < share) | anchors(M))
        answer = estimated(found, sums, readings(found, drawn)[0], NONE)
        return answer.value, answer.standard_error, answer.degrees_of_freedom

    return estimate


def by_reuse(table: Table) -> Estimate:
    def estimate(draw: np.random.Generator) -> tuple[Table, Table, Table]:
        found = ground(table, (draw.random(1 << M) < 0.3) | anchors(M))
        answer = reuse.estimated(found, BANZHAF, reuse.reading(found, BANZHAF, HALVED), NONE)
        return answer.value, answer.standard_error, answer.degrees_of_freedom

    return estimate


def by_chains(table: Table, *, antithetic: bool, count: int = 20) -> Estimate:
    def estimate(draw: np.random.Generator) -> tuple[Table, Table, Table]:
        orders = [draw.permutation(M) for _ in range(count)]
        if antithetic:
            orders = [each for order in orders for each in (order, order[::-1])]
        kept = anchors(M)
        for order in orders:
            kept[np.cumsum(1 << order)] = True
        named = tuple(tuple(NAMES[each] for each in order.tolist()) for order in orders)
        found = ground(table, kept)
        used = chains.designed(found, Drawn((Draws("chains", None, named, antithetic),)))
        answer = chains.estimated(found, SHAPLEY, used)
        return answer.value, answer.standard_error, answer.degrees

    return estimate


DESIGNS: dict[str, tuple[RankedSums, Callable[[Table], Estimate], float]] = {
    "shapley, half of all cells": (SHAPLEY, lambda t: by_strata(t, SHAPLEY, 0.5, RANDOM), 0.9),
    "banzhaf, drawn by 1/2, a fifth": (BANZHAF, lambda t: by_strata(t, BANZHAF, 0.2, HALVED), 1.0),
    "banzhaf, reuse, a third": (BANZHAF, by_reuse, 1.0),
    "shapley, 20 chains": (SHAPLEY, lambda t: by_chains(t, antithetic=False), 1.0),
    "shapley, 20 antithetic pairs": (SHAPLEY, lambda t: by_chains(t, antithetic=True), 1.0),
}


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("family", FAMILIES)
def test_intervals_cover_without_bias(family: str, design: str) -> None:
    table = tables()[family]
    sums, estimate, answered = DESIGNS[design]
    found = simulated(exact(table, sums), estimate(table), TIMES)
    assert found.answered >= answered
    assert 0.85 <= found.covered <= 0.95
    assert found.bias < 4


def test_rare_gains_need_more_chains_and_more_cells() -> None:
    """Three left gloves of ten: twenty chains, or half of all cells, cover less than 85."""
    table = as_table(games.gloves(0b111), M)
    truth = exact(table, SHAPLEY)
    for estimate in (
        by_chains(table, antithetic=False, count=40),
        by_strata(table, SHAPLEY, 0.7, RANDOM),
    ):
        found = simulated(truth, estimate, TIMES)
        assert 0.85 <= found.covered <= 0.95


@pytest.mark.parametrize(
    ("sums", "answered"),
    [(differences(SHAPLEY), 0.95), (interactions(weights.shapley(M - 1)), 0.45)],
)
@pytest.mark.parametrize("family", ["pairwise", "concave"])
def test_intervals_of_pairs_cover_too(family: str, sums: RankedSums, answered: float) -> None:
    table = tables()[family]
    found = simulated(exact(table, sums), by_strata(table, sums, 0.7, RANDOM), 20)
    assert found.answered >= answered
    assert 0.85 <= found.covered <= 0.95
