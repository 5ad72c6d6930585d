"""Strikes, budgets and shapes, against every set, move and square looked at one by one."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lattice
from lattice.deadlines import within
from lattice.errors import BadQuestion, OutOfTime
from lattice.model import Direction
from lattice.values.budget import budget
from lattice.values.grounds import Ground
from lattice.values.shape import MOST_LISTED, shape
from lattice.values.strike import strike
from tests.values.filled import filled

RANDOM = np.random.default_rng(23)
M = 5
WIDE = 24  # too many for a table
SPREAD = (0, 3, 7, 11, 23)  # where five units are among 24


def names(ground: Ground) -> tuple[str, ...]:
    return tuple(chr(ord("A") + each) for each in range(ground.m))


def spread(mask: int) -> int:
    return sum(1 << SPREAD[each] for each in range(M) if mask >> each & 1)


tables = st.dictionaries(
    st.integers(0, (1 << M) - 1), st.integers(0, 12).map(lambda each: each / 4), min_size=1
)
directions: st.SearchStrategy[Direction] = st.sampled_from(["higher", "lower"])


# ------------------------------------------------------------------ strikes


@settings(deadline=None, max_examples=40)
@given(tables, directions, st.integers(0, 12).map(lambda each: each / 4 - 0.1))
def test_strikes_are_those_of_every_coalition(
    table: dict[int, float], direction: Direction, line: float
) -> None:
    sign, full = (1 if direction == "higher" else -1), (1 << M) - 1
    ground = filled(M, table, direction=direction)
    answer = strike(ground, names(ground), [0, 2], line)
    for units, threat in [*(((i,), answer.items[i]) for i in range(M)), ((0, 2), answer.coalition)]:
        assert threat is not None
        left = full & ~sum(1 << each for each in units)
        inside = [mask for mask in table if mask & ~left == 0]
        assert threat.rescue.searched == len(inside)
        assert threat.rescue.possible == 1 << M - len(units)
        known = full in table and left in table
        assert threat.threat.value == (pytest.approx(table[full] - table[left]) if known else None)
        if full in table and inside:
            best = max(sign * table[mask] for mask in inside)
            assert threat.rescue.threat.value == pytest.approx(table[full] - sign * best)
            everything = len(inside) == 1 << M - len(units)
            assert threat.rescue.threat.status == ("exact" if everything else "bounded")
        else:
            assert threat.rescue.threat.value is None
    _check_smallest(table, sign, line, ground)


def _check_smallest(table: Mapping[int, float], sign: int, line: float, ground: Ground) -> None:
    found = strike(ground, names(ground), None, line).smallest
    assert found is not None
    sizes = {mask: M - mask.bit_count() for mask in range(1 << M)}
    does = [mask for mask in table if sign * table[mask] < sign * line]
    size = min((sizes[mask] for mask in does), default=None)
    unknown = [
        sizes[mask]
        for mask in range(1 << M)
        if mask not in table and (size is None or sizes[mask] < size)
    ]
    assert found.size == size
    assert found.at_least == min(unknown, default=size)
    assert found.status == ("bounded" if unknown else "exact")
    assert found.missing_total == len(unknown)
    assert [M - each.rank for each in found.missing] == sorted(unknown)[:20]
    if size is not None:
        alike = [mask for mask in does if sizes[mask] == size]
        assert found.ties == len(alike)
        assert found.cell is not None
        assert sign * found.cell.mean == min(sign * table[mask] for mask in alike)
        assert found.units is not None
        assert len(found.units) == size


def test_the_areas_of_covertype_stand_in_for_each_other(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        answer = database["covertype"].strike(["A", "B", "C"], measure="accuracy/ABCD", below=0.5)
        found = answer.coalition
        assert found is not None
        assert found.apart is not None
        assert found.synergy is not None
        assert found.threat.value == pytest.approx(0.3633, abs=1e-4)
        assert found.apart.value == pytest.approx(0.0804, abs=1e-4)
        assert found.synergy.value == pytest.approx(0.3633 - 0.0804, abs=1e-4)
        assert answer.smallest is not None
        assert (answer.smallest.units, answer.smallest.status) == (("C", "D"), "exact")


def test_threats_have_errors_by_block_and_their_best_sets_are_cross_fitted(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        housing = database["california-housing"]
        answer = housing.strike(["i", "j"], measure="@decision_tree", below=0.55)
        index = housing.index()
        measure = next(k for k, each in enumerate(index.measures) if "decision" in each.name)
        column = index.columns[measure].by_replicate
        full = column[index.row_of(0b1111111111)]
        left = column[index.row_of(0b0011111111)]
        found = answer.coalition
        assert found is not None
        assert found.threat.value == pytest.approx((full - left).mean())
        assert found.threat.standard_error == pytest.approx((full - left).std(ddof=1) / 30**0.5)
        rows = [row for row in range(1024) if index.mask_of(row) < 1 << 8]
        halves = column[rows][:, ::2].mean(axis=1), column[rows][:, 1::2].mean(axis=1)
        held_out = (
            full[1::2].mean()
            - halves[1][halves[0].argmax()]
            + full[::2].mean()
            - halves[0][halves[1].argmax()]
        ) / 2
        assert found.rescue.optimism.cross_fitted == pytest.approx(held_out)
        assert found.rescue.optimism.apparent == pytest.approx(found.rescue.threat.value)
        assert held_out > (found.rescue.threat.value or 0)  # the threat looked too small
        assert answer.smallest is not None
        assert answer.smallest.optimism.cross_fitted is not None
        assert answer.smallest.optimism.cross_fitted > 0.54


def test_more_units_than_a_table_holds_strike_too() -> None:
    full = (1 << WIDE) - 1
    ground = filled(WIDE, {full: 1.0, full ^ 3: 0.2, full ^ 1: 0.9})
    found = strike(ground, names(ground), [0, 1], 0.5).smallest
    assert found is not None
    assert (found.size, found.at_least, found.units) == (2, 1, ("A", "B"))
    assert found.missing_total == 23  # all but one alone


# ------------------------------------------------------------------ budgets


@settings(deadline=None, max_examples=40)
@given(tables, directions)
def test_the_best_set_of_every_size_is_that_of_all_sets(
    table: dict[int, float], direction: Direction
) -> None:
    sign, full = (1 if direction == "higher" else -1), (1 << M) - 1
    answer = budget(filled(M, table, direction=direction), "rank", ())
    assert [each.budget for each in answer.items] == list(range(M + 1))
    for size, found in enumerate(answer.items):
        among = [sign * table[mask] for mask in table if mask.bit_count() == size]
        assert found.scored == len(among)
        assert found.possible == [1, 5, 10, 10, 5, 1][size]
        assert found.ties == among.count(max(among, default=0.0))
        if not among:
            assert (found.status, found.cell) == ("unavailable", None)
            continue
        assert found.cell is not None
        assert sign * found.cell.mean == max(among)
        assert found.status == ("exact" if found.scored == found.possible else "bounded")
        regret = sign * table[full] - max(among) if full in table else None
        assert found.regret.value == (None if regret is None else pytest.approx(regret))


def test_what_a_size_pays_for(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        housing = database["california-housing"]
        answer = housing.budget("@decision_tree", expense="size", at_most=[30, 10])
        index = housing.index()
        measure = next(k for k, each in enumerate(index.measures) if "decision" in each.name)
        mean = index.columns[measure].mean
        size = np.array(
            [sum(k + 1 for k in range(10) if index.mask_of(row) >> k & 1) for row in range(1024)]
        )
        for found, most in zip(answer.items, (10, 30), strict=True):
            among = np.flatnonzero(size <= most)
            best = among[mean[among].argmax()]
            assert found.training_set == index.training_set(int(best))
            assert (found.budget, found.spent) == (most, size[best])
            assert found.scored == found.possible == len(among)
            assert found.optimism.cross_fitted is not None
        steps = housing.budget("@decision_tree", expense="size", limit=1000).items
        scores = [each.cell.mean for each in steps if each.cell is not None]
        assert scores == sorted(scores)
        assert len(set(scores)) == len(scores) == len(steps)


def test_budgets_that_cannot_be_spent(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        with pytest.raises(BadQuestion, match="cannot be -1"):
            database["covertype"].budget("A", at_most=[-1.0])
        with pytest.raises(BadQuestion, match="cannot be nan"):
            database["covertype"].budget("A", at_most=[float("nan")])
        with pytest.raises(BadQuestion, match="has a cost"):
            database["covertype"].budget("A", expense="cost")
        with pytest.raises(BadQuestion, match="needs a measure"):
            database["covertype"].budget()


# ------------------------------------------------------------------ shapes


@settings(deadline=None, max_examples=60)
@given(tables, directions, st.booleans())
def test_shapes_are_those_of_every_move_and_square(
    table: dict[int, float], direction: Direction, wide: bool
) -> None:
    sign = 1 if direction == "higher" else -1
    if wide:  # the same sets among many more objects: no table
        ground = filled(
            WIDE, {spread(mask): each for mask, each in table.items()}, direction=direction
        )
        bits = [1 << each for each in SPREAD]
    else:
        ground, bits = filled(M, table, direction=direction), [1 << each for each in range(M)]
    scores = {spread(mask) if wide else mask: sign * each for mask, each in table.items()}
    m = ground.m
    answer = shape(ground)
    moves = [
        (bit, mask, scores[mask | bit] - scores[mask])
        for bit in bits
        for mask in scores
        if not mask & bit and mask | bit in scores
    ]
    assert answer.worse.checked == len(moves)
    assert answer.worse.possible == m * 2 ** (m - 1)
    assert answer.worse.found == sum(change < 0 for _, _, change in moves)
    worst = sorted(change for _, _, change in moves if change < 0)[:MOST_LISTED]
    assert [sign * (each.delta.value or 0) for each in answer.worst] == pytest.approx(worst)
    for unit in range(m):
        own = [change for bit, _, change in moves if bit == 1 << unit]
        item = answer.items[unit]
        assert (item.moves, item.worse) == (len(own), sum(change < 0 for change in own))
        assert item.better == sum(change > 0 for change in own)
        if own:
            assert item.largest is not None
            largest = max(abs(change) for change in own)
            assert abs(item.largest.delta.value or 0) == pytest.approx(largest)
            assert item.largest.optimism.note == "chosen on the same scores: optimistic"
        else:
            assert item.largest is None
    if moves:
        assert answer.largest is not None
        assert abs(answer.largest.delta.value or 0) == max(abs(each) for _, _, each in moves)
    else:
        assert answer.largest is None
    _check_squares(scores, bits, sign, ground)
    _check_peaks(scores, m, ground)


def _check_squares(scores: dict[int, float], bits: list[int], sign: int, ground: Ground) -> None:
    beyond = [
        scores[mask | i | j] - scores[mask | i] - scores[mask | j] + scores[mask]
        for i, j in combinations(bits, 2)
        for mask in scores
        if not mask & (i | j) and {mask | i, mask | j, mask | i | j} <= scores.keys()
    ]
    answer = shape(ground)
    assert answer.growing.checked == len(beyond)
    assert answer.growing.found == sum(each > 0 for each in beyond)
    steepest = sorted((each for each in beyond if each > 0), reverse=True)[:MOST_LISTED]
    found = [sign * (each.interaction.value or 0) for each in answer.steepest]
    assert found == pytest.approx(steepest)


def _check_peaks(scores: dict[int, float], m: int, ground: Ground) -> None:
    answer = shape(ground)
    around = {
        mask: [scores[mask ^ 1 << i] for i in range(m) if mask ^ 1 << i in scores]
        for mask in scores
    }
    peaks = [mask for mask, near in around.items() if near and scores[mask] > max(near)]
    assert answer.compared == sum(bool(near) for near in around.values())
    assert answer.peaks == len(peaks)
    assert answer.sure == sum(len(around[mask]) == m for mask in peaks)
    best = sorted((scores[mask] for mask in peaks), reverse=True)[:MOST_LISTED]
    assert [abs(each.cell.mean) for each in answer.optima] == [abs(each) for each in best]
    assert all(each.neighbors <= each.possible == m for each in answer.optima)


def test_games_with_known_shapes() -> None:
    convex = shape(filled(4, {mask: float(mask.bit_count() ** 2) for mask in range(16)}))
    assert convex.growing.found == convex.growing.checked == convex.growing.possible == 24
    assert {each.interaction.value for each in convex.steepest} == {2.0}
    assert convex.worse.found == 0
    assert (convex.peaks, convex.optima[0].training_set.name) == (1, "ABCD")
    assert convex.largest is not None
    assert convex.largest.delta.value == 7.0  # 16 - 9
    airport = shape(filled(4, {mask: float(mask.bit_length()) for mask in range(16)}))
    assert airport.growing.found == 0  # the longest runway is submodular
    majority = shape(filled(3, {mask: float(mask.bit_count() >= 2) for mask in range(8)}))
    assert majority.growing.found == 3  # from the empty set; from singles they diminish
    assert majority.peaks == 0  # plateaus are no peaks


def test_the_largest_change_is_scored_by_the_other_half_of_the_blocks() -> None:
    noise = RANDOM.normal(0, 1, (1 << M, 6))
    ground = filled(M, {mask: noise[mask].tolist() for mask in range(1 << M)})
    answer = shape(ground)
    even, odd = noise[:, ::2].mean(axis=1), noise[:, 1::2].mean(axis=1)
    moves = [(mask, mask | 1 << i) for i in range(M) for mask in range(1 << M) if not mask >> i & 1]
    held_out = []
    for chosen, other in ((even, odd), (odd, even)):
        lower, upper = max(moves, key=lambda each: abs(chosen[each[1]] - chosen[each[0]]))
        held_out.append(np.sign(chosen[upper] - chosen[lower]) * (other[upper] - other[lower]))
    assert answer.largest is not None
    optimism = answer.largest.optimism
    assert optimism.cross_fitted == pytest.approx(np.mean(held_out))
    mean = noise.mean(axis=1)
    assert optimism.apparent == pytest.approx(max(abs(mean[b] - mean[a]) for a, b in moves))
    assert (optimism.apparent or 0) > (optimism.cross_fitted or 0)
    assert optimism.blocks == 6
    deltas = np.array([noise[b] - noise[a] for a, b in moves])
    half = 2.015048 * deltas.std(axis=1, ddof=1) / 6**0.5  # t, 90%, 5 degrees
    assert answer.worse.clearly == int((deltas.mean(axis=1) + half < 0).sum())


def test_real_lattices_keep_their_shape(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        covertype = database["covertype"].shape("accuracy/ABCD")
        assert (covertype.worse.checked, covertype.worse.found) == (28, 5)
        assert {each.object for each in covertype.worst} == {"B"}
        assert [each.training_set.name for each in covertype.optima] == ["ACD"]
        assert covertype.optima[0].neighbors == 4
        housing = database["california-housing"].shape("@decision_tree")
        assert housing.worse.checked == housing.worse.possible == 5120
        silo = database["silo"].shape("perplexity/book 1")
        (item,) = silo.items
        assert (item.better, item.worse) == (1, 0)  # a lower perplexity is better
        between = database["covertype"].shape("accuracy/ABCD", of="ABC", given="A")
        assert [each.object for each in between.items] == ["B", "C"]
        assert between.worse.possible == 4


def test_a_deadline_stops_the_walk_over_all_moves(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        covertype = database["covertype"]
        covertype.index()
        with within(0), pytest.raises(OutOfTime):
            covertype.shape("accuracy/ABCD")
