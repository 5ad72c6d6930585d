"""Estimates: known cells exactly, hidden ones by what random others say; or said to be unavailable."""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np
import pytest

from lattice.errors import BadQuestion
from lattice.index import LatticeIndex, ScoreColumn
from lattice.model import (
    DataObject,
    Draws,
    Estimate,
    EvaluationSet,
    Measure,
    Metric,
    Protocol,
)
from lattice.notation import Universe
from lattice.subsets import display_order, ranks, words_of_masks
from lattice.values import weights
from lattice.values.estimates import estimating, reuse, strata, stratified
from lattice.values.estimates.described import Estimated
from lattice.values.estimates.designs import Drawn, readings
from lattice.values.estimates.seeds import NONE, seeds
from lattice.values.estimates.surface import FOLDS, Stored, fitted
from lattice.values.grounds import Ground
from lattice.values.ranked import RankedSums, differences, interactions, semivalues
from tests.values import games
from tests.values.filled import filled
from tests.values.hidden import Flags, Table, anchors, as_table, exact, families, ground, membership

M = 7
RANDOM = Drawn((Draws("random"),))
HALVED = Drawn((Draws("random", 0.5),))
UNITS = tuple(chr(ord("A") + each) for each in range(M))
QUANTITIES = {
    "shapley": semivalues(weights.shapley(M)),
    "banzhaf": semivalues(weights.banzhaf(M)),
    "differences": differences(semivalues(weights.shapley(M))),
    "interactions": interactions(weights.banzhaf(M - 1)),
}


def half(seed: int = 3, m: int = M, share: float = 0.6) -> Flags:
    return np.asarray((np.random.default_rng(seed).random(1 << m) < share) | anchors(m))


def ask(
    found: Ground, sums: RankedSums, drawn: Drawn = RANDOM, method: str | None = None
) -> Estimated:
    asked = estimating.read(method, lambda: drawn)
    assert asked is not None
    return estimating.estimated(found, sums, asked, UNITS[: found.m])


def only(found: Estimated, item: int = 0) -> Estimate:
    estimate = found.items[item]
    assert estimate is not None
    return estimate


# ------------------------------------------------------------------ against plain loops


@pytest.mark.parametrize("name", QUANTITIES)
@pytest.mark.parametrize("game", ["concave", "gloves"])
def test_the_stratified_estimate_is_that_of_plain_loops(name: str, game: str) -> None:
    table, sums = families(M)[game], QUANTITIES[name]
    kept = half()
    found = ground(table, kept)
    reading = readings(found, RANDOM)[0]
    answer = stratified.estimated(found, sums, reading, NONE)
    stored = Stored.of(found, reading.sampled)
    slopes = fitted(stored)
    for item in range(len(sums.items)):
        wanted = by_loops(table, kept, stored, slopes.slopes, sums, item)
        assert (wanted is None) == np.isnan(answer.value[item])
        if wanted is not None:
            assert answer.value[item] == pytest.approx(wanted[0], abs=1e-9)
            assert answer.standard_error[item] == pytest.approx(wanted[1], abs=1e-9)
            assert answer.degrees_of_freedom[item] == pytest.approx(wanted[2], rel=1e-6)


def by_loops(
    table: np.ndarray[tuple[int], np.dtype[np.float64]],
    kept: np.ndarray[tuple[int], np.dtype[np.bool_]],
    stored: Stored,
    slopes: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    sums: RankedSums,
    item: int,
) -> tuple[float, float, float] | None:
    """Value, error and degrees of freedom, set by set."""
    fold = dict(zip(stored.cells.tolist(), stored.folds.tolist(), strict=True))

    def surface(mask: int, of: int) -> float:
        rank = mask.bit_count()
        return float(
            sum(
                ((mask >> unit & 1) - rank / M)
                * (slopes[of, 0, unit] + slopes[of, 1, unit] * 2 / (rank + 1))
                for unit in range(M)
            )
        )

    value = variance = below = 0.0
    strata_of: dict[tuple[int, ...], list[int]] = {}
    for mask in range(1 << M):
        kind = tuple(mask >> unit & 1 for unit in sums.items[item])
        strata_of.setdefault((mask.bit_count(), *kind), []).append(mask)
    for (rank, *had), masks in strata_of.items():
        weight = float(sums.weights[*had, rank])
        hidden = [mask for mask in masks if not kept[mask]]
        sample = [mask for mask in masks if kept[mask] and fold[mask] >= 0]
        value += weight * sum(table[mask] for mask in masks if kept[mask])
        if not hidden or not weight:
            continue
        if len(sample) < 2:
            return None
        apart = [table[mask] - surface(mask, fold[mask]) for mask in sample]
        means = [sum(surface(each, fold[mask]) for each in hidden) / len(hidden) for mask in sample]
        value += weight * len(hidden) * (np.mean(means) + np.mean(apart))
        size = len(hidden) + len(sample)
        part = weight**2 * size**2 * (1 - len(sample) / size) * np.var(apart, ddof=1) / len(sample)
        variance += part
        below += part**2 / (len(sample) - 1)
    return value, variance**0.5, variance**2 / below


def test_the_surface_of_a_fold_has_not_seen_its_scores() -> None:
    table, kept = families(M)["concave"], half()
    before = ground(table, kept)
    stored = Stored.of(before, readings(before, RANDOM)[0].sampled)
    changed = table.copy()
    changed[stored.cells[stored.folds == 2]] += 5
    after = ground(changed, kept)
    again = Stored.of(after, readings(after, RANDOM)[0].sampled)
    same = [
        np.allclose(one, two)
        for one, two in zip(fitted(stored).slopes, fitted(again).slopes, strict=True)
    ]
    assert same == [fold == 2 for fold in range(FOLDS)]


def test_the_means_of_a_surface_are_those_over_all_sets() -> None:
    found = ground(families(M)["pairwise"], half())
    stored = Stored.of(found, readings(found, RANDOM)[0].sampled)
    surface, has = fitted(stored), membership(M)
    sizes = has.sum(axis=1)
    for rank in range(2, M - 1):
        slopes = surface.at(np.array([rank]))[0, 0]
        height = (has - rank / M) @ slopes
        singles = surface.means(np.array([rank]), 1)[:, 0, 0]
        pairs = surface.means(np.array([rank]), 2)[:, 0, 0]
        for kind in (0, 1):
            here = (sizes == rank) & (has[:, 3] == kind)
            assert singles[kind, 3] == pytest.approx(height[here].mean(), abs=1e-12)
        for place, (one, other) in enumerate(combinations(range(M), 2)):
            here = (sizes == rank) & (has[:, one] == 1) & (has[:, other] == 0)
            assert pairs[2, place] == pytest.approx(height[here].mean(), abs=1e-12)


@pytest.mark.parametrize("name", QUANTITIES)
def test_nothing_is_estimated_where_all_is_known(name: str) -> None:
    table, sums = families(M)["airport"], QUANTITIES[name]
    full = ground(table, np.ones(1 << M, dtype=np.bool_))
    answer = stratified.estimated(full, sums, readings(full, RANDOM)[0], NONE)
    assert answer.value == pytest.approx(exact(table, sums), abs=1e-9)
    assert answer.standard_error == pytest.approx(0, abs=1e-12)


def test_scores_that_depend_on_the_size_alone_are_estimated_exactly_and_it_is_said() -> None:
    for game in (games.squared, games.majority(M)):
        table = as_table(game, M)
        found = ask(ground(table, half()), QUANTITIES["shapley"])
        for item, wanted in zip(found.items, exact(table, QUANTITIES["shapley"]), strict=True):
            if item is not None:
                assert item.value == pytest.approx(wanted, abs=1e-9)
                assert item.note == estimating.NO_RESIDUAL


def test_without_a_table_the_estimates_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    table, kept = families(M)["noisy"], half()
    tabled = stratified.estimated(
        found := ground(table, kept), QUANTITIES["shapley"], readings(found, RANDOM)[0], NONE
    )
    monkeypatch.setattr("lattice.values.grounds.MOST_TABLED", 0)
    listed = stratified.estimated(
        found := ground(table, kept), QUANTITIES["shapley"], readings(found, RANDOM)[0], NONE
    )
    assert not found.tabled
    there = ~np.isnan(tabled.value)
    assert (there == ~np.isnan(listed.value)).all()
    # folds are drawn in another order
    assert listed.value[there] == pytest.approx(tabled.value[there], abs=0.02)
    assert listed.standard_error[there] == pytest.approx(tabled.standard_error[there], rel=0.5)


def test_a_thousand_units_are_estimated_from_random_sets() -> None:
    m, count = 1_000, 3_000
    draw = np.random.default_rng(5)
    has = draw.random((count, m)) < 0.5
    effects = draw.random(m) / m
    scores = has @ effects + 0.001 * draw.normal(size=count)
    packed = np.packbits(has, axis=1, bitorder="little")
    masks = [int.from_bytes(row.tobytes(), "little") for row in packed]
    index = wide(m, masks, scores)
    found = Ground(index, 0, 0, tuple(1 << each for each in range(m)))
    sums = semivalues(weights.banzhaf(m))
    answer = ask_wide(found, sums, HALVED)
    near = [
        abs(item.value - effect) <= item.high - item.value
        for item, effect in zip(answer.items, effects.tolist(), strict=True)
        if item is not None
    ]
    assert len(near) == m
    assert 0.85 <= np.mean(near) <= 0.95
    shapley = ask_wide(found, semivalues(weights.shapley(m)), HALVED)
    assert shapley.items[0] is None
    assert "very many hidden ones stand against 0 sampled" in str(shapley.why[0]) or (
        "hidden ones stand against 0 sampled" in str(shapley.why[0])
    )


def ask_wide(found: Ground, sums: RankedSums, drawn: Drawn) -> Estimated:
    asked = estimating.read(None, lambda: drawn)
    assert asked is not None
    return estimating.estimated(found, sums, asked, [str(each) for each in range(found.m)])


def wide(m: int, masks: list[int], scores: Table) -> LatticeIndex:
    """An index of many objects."""
    words = words_of_masks(masks, -(-m // 64))
    order = display_order(words)
    measure = Measure("s/t", Metric("s", "higher"), EvaluationSet("t"), Protocol("p", "0"))
    declared = np.zeros(len(masks), dtype=np.bool_)
    return LatticeIndex(
        "t",
        Universe(tuple(DataObject(f"o{each}", each) for each in range(m))),
        (measure,),
        words[order],
        ranks(words[order]).astype(np.int32),
        (ScoreColumn.of(scores[order][:, None], ("shared",), declared),),
    )


# ------------------------------------------------------------------ strata and designs


def test_a_stratum_without_two_sampled_cells_makes_its_items_unavailable_alone() -> None:
    kept = np.ones(1 << M, dtype=np.bool_)
    pairs_with_a = [1 | 1 << other for other in range(1, M)]
    kept[pairs_with_a[1:]] = False  # one of the six is there
    found = ask(ground(families(M)["concave"], kept), QUANTITIES["shapley"])
    assert found.items[0] is None
    assert found.why[0] == (
        "no estimate: of the sets of 2 with A, 5 hidden ones stand against 1 sampled;"
        " at least 2 are needed"
    )
    assert all(each is not None for each in found.items[1:])
    kept[pairs_with_a[2:]] = True
    found = ask(ground(families(M)["concave"], kept), QUANTITIES["shapley"])
    assert all(each is not None for each in found.items)


def test_anchors_are_certain_and_no_sample() -> None:
    kept = anchors(M)
    found = ask(ground(families(M)["concave"], kept), QUANTITIES["shapley"])
    assert found.items == [None] * M
    kept[1] = False  # a single unit is hidden: no other single stands for it
    found = ask(ground(families(M)["concave"], half() & kept), QUANTITIES["shapley"])
    assert found.items[0] is None


def test_cells_of_a_planner_are_certain_beside_random_ones() -> None:
    table = families(M)["noisy"]
    found = ground(table, half(share=0.8))
    of_row = np.zeros(len(found.index), dtype=np.int64)
    chosen = np.flatnonzero(found.index.ranks == 3)[:5]
    of_row[chosen] = 1
    drawn = Drawn((Draws("random"), Draws("planner")), of_row)
    first, second = readings(found, drawn)
    assert (first.design, first.assumption) == ("random", None)
    assert not first.sampled[np.isin(found.rows, chosen)].any()
    assert (second.design, second.assumption) == (
        "planner and random",
        "assumes cells missing at random",
    )
    assert second.sampled[np.isin(found.rows, chosen)].all()
    assert only(ask(found, QUANTITIES["banzhaf"], drawn)).design == "random"


@pytest.mark.parametrize("design", ["planner", "unknown", "complete"])
def test_other_designs_say_what_they_assume(design: str) -> None:
    found = ground(families(M)["concave"], half(share=0.8))
    answer = only(ask(found, QUANTITIES["shapley"], Drawn((Draws(design),))))  # type: ignore[arg-type]
    assert (answer.design, answer.assumption) == (design, "assumes cells missing at random")
    assert answer.method == "stratified"


def test_sets_along_chains_are_no_sample_of_their_sizes() -> None:
    found = ground(families(M)["concave"], half(share=0.8))
    answer = ask(found, QUANTITIES["shapley"], Drawn((Draws("chains"),)))
    assert answer.items == [None] * M


def test_units_that_never_vary_or_are_never_apart_are_refused_without_a_random_design() -> None:
    has = membership(M)
    never = ground(families(M)["concave"], (has[:, 2] == 0) | anchors(M))
    unknown = Drawn((Draws("unknown"),))
    answer = ask(never, QUANTITIES["shapley"], unknown)
    assert answer.items == [None] * M
    assert answer.why[0] == (
        "no estimate: no sampled set has C: the hidden ones that differ are like none"
    )
    tied = ground(families(M)["concave"], (has[:, 2] == has[:, 4]) | anchors(M))
    said = ask(tied, QUANTITIES["shapley"], unknown).why[0]
    assert said is not None
    assert "C and E are always together in the sampled sets" in said


def test_bands_are_for_even_designs_with_known_ends() -> None:
    few = half(share=0.25, seed=9)
    found = ground(families(M)["concave"], few)
    assert readings(found, HALVED)[0].even
    assert not readings(found, RANDOM)[0].even
    assert all(each is not None for each in ask(found, QUANTITIES["banzhaf"], HALVED).items)
    assert any(each is None for each in ask(found, QUANTITIES["banzhaf"], RANDOM).items)
    few[0] = False
    assert not readings(ground(families(M)["concave"], few), HALVED)[0].even


def test_bands_hold_every_size_once() -> None:
    sampled = np.array([0, 0, 5, 30, 60, 31, 2, 0, 0])
    found = strata.bands(semivalues(weights.banzhaf(8)), sampled, even=True)
    assert [each for band in found.sizes for each in band] == list(range(9))
    assert len(found.sizes) < 9
    assert found.sets.sum() == 2**8
    assert found.masses.sum(axis=0) == pytest.approx([-1, 1])
    single = strata.bands(semivalues(weights.shapley(8)), sampled, even=True)
    assert [len(each) for each in single.sizes] == [1] * 9
    assert single.sets[:, 1].tolist() == [0, *(comb(7, size - 1) for size in range(1, 9))]


# ------------------------------------------------------------------ reuse


def test_sample_reuse_is_the_difference_of_two_means() -> None:
    kept = np.random.default_rng(2).random(1 << M) < 0.5
    kept |= anchors(M)
    table = families(M)["noisy"]
    found = ground(table, kept)
    sums = QUANTITIES["banzhaf"]
    reading = reuse.reading(found, sums, HALVED)
    answer = reuse.estimated(found, sums, reading, NONE)
    has, certain = membership(M), anchors(M)
    for unit in range(M):
        value = variance = 0.0
        for sign, own in ((1, has[:, unit] == 1), (-1, has[:, unit] == 0)):
            drawn = own & kept & ~certain
            population = int((own & ~certain).sum())
            share = population / 2 ** (M - 1)
            value += sign * (
                share * table[drawn].mean() + table[own & certain].sum() / 2 ** (M - 1)
            )
            left = 1 - drawn.sum() / population
            variance += share**2 * left * table[drawn].var(ddof=1) / drawn.sum()
        assert answer.value[unit] == pytest.approx(value, abs=1e-12)
        assert answer.standard_error[unit] == pytest.approx(variance**0.5, abs=1e-12)


def test_sample_reuse_is_for_even_weights_and_even_draws() -> None:
    found = ground(families(M)["noisy"], half())
    with pytest.raises(BadQuestion, match="same weight"):
        ask(found, QUANTITIES["shapley"], HALVED, "reuse")
    for drawn in (RANDOM, Drawn((Draws("random", 0.3),)), Drawn((Draws("unknown"),))):
        with pytest.raises(BadQuestion, match="probability 1/2"):
            ask(found, QUANTITIES["banzhaf"], drawn, "reuse")
    assert only(ask(found, QUANTITIES["banzhaf"], HALVED, "reuse")).method == "reuse"
    assert only(ask(found, QUANTITIES["interactions"], HALVED, "reuse")).method == "reuse"
    kept = half()
    kept[0] = False
    lacking = ask(ground(families(M)["noisy"], kept), QUANTITIES["banzhaf"], HALVED, "reuse")
    assert lacking.why[0] == estimating.ENDS_HIDDEN


# ------------------------------------------------------------------ seeds


def noisy(kind: str, blocks: int = 4) -> Ground:
    draw = np.random.default_rng(17)
    table = families(M)["concave"][:, None] + 0.01 * draw.normal(size=(1 << M, blocks))
    return ground(table, half(share=0.8), kind)  # type: ignore[arg-type]


def test_seeds_widen_the_interval_of_expected_scores() -> None:
    for kind, note in (("shared", None), ("independent", None), ("unlabelled", "upper limit")):
        answer = only(ask(noisy(kind), QUANTITIES["shapley"]))
        assert answer.seed_error is not None
        assert answer.seed_error > 0
        assert answer.expected_low is not None
        assert answer.expected_low < answer.low
        assert (answer.note is None) if note is None else (note in str(answer.note))


def test_the_seed_error_of_independent_replicates_is_that_of_the_whole_table() -> None:
    found = noisy("independent")
    noise, _ = seeds(found)
    full = np.random.default_rng(17)
    scores = families(M)["concave"][:, None] + 0.01 * full.normal(size=(1 << M, 4))
    errors = scores.var(axis=1, ddof=1) / 4
    sums = QUANTITIES["shapley"]
    answer = stratified.estimated(found, sums, readings(found, RANDOM)[0], noise)
    there = ~np.isnan(answer.value)
    for unit in np.flatnonzero(there).tolist():
        weight = sums.of_cells(found, unit)
        assert answer.seed_error[unit] == pytest.approx((weight**2 @ errors) ** 0.5, rel=0.25)


def test_one_replicate_has_an_unknown_seed_error() -> None:
    answer = only(ask(ground(families(M)["noisy"], half(share=0.8)), QUANTITIES["shapley"]))
    assert answer.seed_error is None
    assert answer.expected_low is None
    assert answer.note == "one replicate: the error of the seeds is unknown"


# ------------------------------------------------------------------ bad input


def test_constant_scores_have_no_residual() -> None:
    answer = only(ask(ground(np.ones(1 << M), half(share=0.8)), QUANTITIES["shapley"]))
    assert [answer.value, answer.standard_error] == pytest.approx([0, 0], abs=1e-12)
    assert answer.note == estimating.NO_RESIDUAL


def test_two_units_and_empty_tables_are_estimated_by_nobody() -> None:
    two = semivalues(weights.shapley(2))
    assert ask(filled(2, {0: 0.0, 3: 1.0}), two).items == [None, None]
    nothing = ground(families(M)["noisy"], np.zeros(1 << M, dtype=np.bool_))
    assert ask(nothing, QUANTITIES["shapley"]).items == [None] * M


def test_unknown_estimates_are_refused_and_none_is_none() -> None:
    assert estimating.read("none", Drawn) is None
    with pytest.raises(BadQuestion, match="is no estimate"):
        estimating.read("magic", Drawn)
