"""Plans: which cells come first, what they are expected to bring, and what they bring on real scores."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from math import comb, factorial, sqrt
from pathlib import Path

import numpy as np
import pytest

import lattice
from lattice.encoding import read_plan, to_json
from lattice.errors import BadQuestion
from lattice.importing.mapping import parse
from lattice.index import LatticeIndex, ScoreColumn
from lattice.model import DataObject, EvaluationSet, Measure, Metric, Protocol
from lattice.notation import Universe
from lattice.subsets import display_order, ranks, words_of_masks
from lattice.values import catalog, weights
from lattice.values.assumptions import Assumed
from lattice.values.grounds import Ground
from lattice.values.planning import aims, sampling, variance, width
from lattice.values.planning.aims import Aim, Prices
from lattice.values.ranked import interactions, semivalues
from tests.values.filled import filled

MONOTONE = Assumed("monotone")
ONCE = Prices(1.0, np.zeros(0))


def once(m: int) -> Prices:
    """Every set costs one training."""
    return Prices(1.0, np.zeros(m))


def shapley(ground: Ground) -> Aim:
    names = tuple("ABCDEFGHIJKLMNOP"[: ground.m])
    return aims.of_values(ground, names, "shapley", "", semivalues(weights.shapley(ground.m)))


def p(m: int, size: int) -> float:
    return factorial(size) * factorial(m - 1 - size) / factorial(m)


def total_weight(m: int, mask: int) -> float:
    """The sum over all units of the absolute weight of a set in their Shapley values."""
    size = mask.bit_count()
    return sum(
        p(m, size - 1) if mask >> unit & 1 else p(m, size) if size < m else 0.0 for unit in range(m)
    )


# ------------------------------------------------------------------ weights


@pytest.mark.parametrize("m", [2, 3, 5])
def test_weights_squares_and_masses_are_the_sums_over_items_and_sets(m: int) -> None:
    aim = shapley(filled(m, {0: 0.0}))
    for mask in range(1 << m):
        size = mask.bit_count()
        assert aim.weight[size] == pytest.approx(total_weight(m, mask))
        squares = (
            sum((p(m, size - 1) if mask >> unit & 1 else p(m, size)) ** 2 for unit in range(m))
            if 0 < size < m
            else m * p(m, 0 if size == 0 else m - 1) ** 2
        )
        assert aim.square[size] == pytest.approx(squares)
    for size in range(m + 1):
        assert aim.mass[size] == pytest.approx(comb(m, size) * aim.weight[size] / m)


def test_pairs_have_their_weights_too() -> None:
    ground, m = filled(4, {0: 0.0}), 4
    sums = interactions(weights.banzhaf(m - 1))
    aim = aims.of_values(ground, tuple("ABCD"), "banzhaf-interaction", "", sums)
    by_cell = np.stack([sums.of_cells(ground, each) for each in range(6)])
    for mask in range(16):
        size = mask.bit_count()
        assert aim.weight[size] == pytest.approx(np.abs(by_cell[:, mask]).sum())
        assert aim.square[size] == pytest.approx((by_cell[:, mask] ** 2).sum())
    assert aim.mass.sum() == pytest.approx(np.abs(by_cell).sum() / 6)


def test_the_pull_of_a_rank_is_the_error_that_its_strata_leave() -> None:
    """Of k sets of a rank about k * rank / m hold a unit: each stratum has its share of the draw."""
    m, aim = 6, shapley(filled(6, {0: 0.0}))
    for rank in range(1, m):
        inside, outside = comb(m - 1, rank - 1) * p(m, rank - 1), comb(m - 1, rank) * p(m, rank)
        wanted = sqrt(inside**2 / (rank / m) + outside**2 / (1 - rank / m))
        assert aim.pull[rank] == pytest.approx(wanted)


# ------------------------------------------------------------------ width


def test_within_a_range_the_heaviest_cells_come_first_and_what_is_left_is_sure() -> None:
    m, known = 4, {0: 0.1, 15: 0.9, 3: 0.4}
    ground = filled(m, known, ends=(0.0, 1.0))
    found = width.by_width(shapley(ground), None, once(m), 6)
    missing = [mask for mask in range(16) if mask not in known]
    by_weight = sorted((total_weight(m, mask) for mask in missing), reverse=True)
    assert found.before == pytest.approx(sum(by_weight) / m)
    assert [each.weight for each in found.choices] == pytest.approx(by_weight[:6])
    assert found.after == pytest.approx(sum(by_weight[6:]) / m)
    assert found.sure
    assert [each.left for each in found.choices][-1] == found.after
    # Whatever the cells score, this is the width that is left.
    scored = known | {each.mask: 0.123 for each in found.choices}
    now = width.width(shapley(filled(m, scored, ends=(0.0, 1.0))), None)
    assert now == pytest.approx(found.after)


def test_prices_count_and_a_budget_is_kept() -> None:
    m = 4
    ground = filled(m, {0: 0.1, 15: 0.9}, ends=(0.0, 1.0))
    price = Prices(1.0, np.array([1.0, 2.0, 3.0, 4.0]))
    found = width.by_width(shapley(ground), None, price, 9.0)
    spent = 0.0
    ratios = []
    for each in found.choices:
        cost = 1.0 + sum(unit + 1 for unit in range(4) if each.mask >> unit & 1)
        assert each.cost == cost
        spent += cost
        ratios.append(total_weight(m, each.mask) / cost)
    assert spent <= 9.0
    assert ratios[:2] == sorted(ratios[:2], reverse=True)
    assert found.choices[0].mask == 0b0001
    assert "costs differ" in found.notes[0]


def test_a_universe_of_a_thousand_objects_is_planned_by_size() -> None:
    n = 1_000
    masks = [0, (1 << n) - 1, 1 << 3]
    words = words_of_masks(masks, (n + 63) // 64)
    order = display_order(words)
    column = ScoreColumn.of(
        np.array([[0.1], [0.9], [0.2]])[order], ("shared",), np.zeros(3, dtype=np.bool_)
    )
    measure = Measure(
        "score/test", Metric("score", "higher", 0.0, 1.0), EvaluationSet("test"), Protocol("p", "0")
    )
    universe = Universe(tuple(DataObject(f"o{each}", each) for each in range(n)))
    index = LatticeIndex(
        "x", universe, (measure,), words[order], ranks(words[order]).astype(np.int32), (column,)
    )
    ground = Ground(index, 0, 0, tuple(1 << each for each in range(n)))
    aim = aims.of_values(ground, universe.names, "shapley", "", semivalues(weights.shapley(n)))
    found = width.by_width(aim, None, once(n), 1_500)
    sizes = [each.mask.bit_count() for each in found.choices]
    assert sorted(sizes) == [1] * 500 + [999] * 1_000 or sorted(sizes) == [1] * 999 + [999] * 501
    assert len({each.mask for each in found.choices}) == 1_500
    assert 1 << 3 not in {each.mask for each in found.choices}
    # Each rank has 2/n of the weight in the mean but the ends, which have 1/n; 1 of rank 1 is known.
    assert found.before == pytest.approx(2 * (n - 1) / n - 2 / n / n)
    drawn = sampling.by_sample(aim, once(n), 4_000, seed=1)
    again = sampling.by_sample(aim, once(n), 4_000, seed=1)
    assert [each.mask for each in drawn.choices] == [each.mask for each in again.choices]
    assert len({each.mask for each in drawn.choices}) == len(drawn.choices) == 4_000


def test_without_a_range_there_is_nothing_to_narrow() -> None:
    ground = filled(3, {0: 0.1, 7: 0.9})
    assert not width.bounds_something(ground, None)
    with pytest.raises(BadQuestion, match="no declared range"):
        width.by_width(shapley(ground), None, once(3), 5)


def hidden(bundled: Path, measure: str, shown: set[int]) -> Ground:
    """California housing with all cells hidden but some."""
    with lattice.open(str(bundled)) as database:
        index = database["california-housing"].index()
    (place,) = (k for k, each in enumerate(index.measures) if measure in each.name)
    column = index.columns[place]
    mean = np.full(len(index), np.nan)
    for mask in shown:
        row = index.row_of(mask)
        mean[row] = column.mean[row]
    changed = ScoreColumn.of(mean[:, None], ("shared",), column.declared)
    other = replace(index, columns=(changed,), measures=(index.measures[place],))
    return Ground(other, 0, 0, tuple(1 << each for each in range(10)))


def left_after(bundled: Path, order: list[int]) -> float:
    """The mean width of monotone bounds of Shapley values once these sets are known, too."""
    ground = hidden(bundled, "gradient_boosting", {0, 1023, *order})
    return width.width(shapley(ground), MONOTONE)


def test_planned_cells_of_california_narrow_more_than_permutations_or_chance(bundled: Path) -> None:
    start = hidden(bundled, "gradient_boosting", {0, 1023})
    found = width.by_width(shapley(start), MONOTONE, once(10), 20)
    assert found.before == pytest.approx(0.836, abs=5e-4)
    assert not found.sure
    achieved = left_after(bundled, [each.mask for each in found.choices])
    assert achieved == pytest.approx(0.046, abs=5e-4)
    rng = np.random.default_rng(3)
    chance = np.mean(
        [
            left_after(bundled, rng.choice(np.arange(1, 1023), 20, replace=False).tolist())
            for _ in range(8)
        ]
    )
    permuted = []
    for _ in range(8):
        chosen: dict[int, None] = {}
        while len(chosen) < 20:
            mask = 0
            for unit in rng.permutation(10)[:-1].tolist():
                mask |= 1 << unit
                if len(chosen) < 20:
                    chosen[mask] = None
        permuted.append(left_after(bundled, list(chosen)))
    assert achieved < 0.25 * np.mean(permuted) < 0.25 * chance


def test_the_other_assumptions_are_planned_for_as_well() -> None:
    ground = filled(4, {0: 0.0, 15: 0.4, 1: 0.15})
    found = width.by_width(shapley(ground), Assumed("cap", 0.2), once(4), 100)
    assert len(found.choices) <= 13
    lefts = [each.left for each in found.choices]
    assert lefts == sorted(lefts, key=lambda each: -(each or 0.0))
    assert found.choices[0].gain is not None
    assert found.after is not None
    assert found.before is not None
    assert found.after < found.before


# ------------------------------------------------------------------ variance


def test_a_new_cell_gains_what_is_said_and_so_does_another_replicate() -> None:
    """sigma^2 = 0.02 in every cell of two; tau^2 = 1/12: a new cell gains w^2 (1/12 - 0.02)."""
    m, apart = 3, 0.2
    scores = {mask: (0.5 - apart / 2, 0.5 + apart / 2) for mask in range(8) if mask != 5}
    ground = filled(m, scores, ends=(0.0, 1.0), kind="independent")
    aim = shapley(ground)
    found = variance.by_variance(aim, Assumed("range"), once(m), 4)
    sigma = apart**2 / 2
    by_cell = {
        mask: sum(
            (p(m, mask.bit_count() - 1) if mask >> unit & 1 else p(m, mask.bit_count())) ** 2
            if not (mask == 7 and not mask >> unit & 1)
            else 0.0
            for unit in range(m)
        )
        for mask in range(8)
    }
    before = sum(by_cell[each] * (1 / 12 if each == 5 else sigma / 2) for each in range(8)) / m
    assert found.before == pytest.approx(sqrt(before))
    first, second = found.choices[:2]
    assert (first.mask, first.kind) == (5, "new")
    assert first.left == pytest.approx(sqrt(before - by_cell[5] * (1 / 12 - sigma) / m))
    assert second.kind == "replicate"
    # Its second replicate gains w^2 sigma^2 / 2, the third of any other cell w^2 sigma^2 / 6.
    assert second.mask == 5
    assert second.left == pytest.approx(sqrt((first.left or 0.0) ** 2 - by_cell[5] * sigma / 2 / m))
    assert by_cell[5] / 2 > max(by_cell.values()) / 6


def test_shared_replicates_are_bought_as_a_whole_block() -> None:
    rng = np.random.default_rng(2)
    m, table = 3, rng.random((8, 5))
    ground = filled(m, {mask: tuple(table[mask]) for mask in range(8)})
    aim = shapley(ground)
    found = variance.by_variance(aim, None, once(m), 17)
    values = np.array(
        [
            [
                sum(
                    p(m, s.bit_count()) * (table[s | 1 << i, block] - table[s, block])
                    for s in range(8)
                    if not s >> i & 1
                )
                for i in range(m)
            ]
            for block in range(5)
        ]
    )
    spread = values.var(axis=0, ddof=1).mean()
    assert [each.kind for each in found.choices] == ["block", "block"]
    assert [each.cost for each in found.choices] == [8.0, 8.0]
    assert found.before == pytest.approx(sqrt(spread / 5))
    assert [each.left for each in found.choices] == pytest.approx(
        [sqrt(spread / 6), sqrt(spread / 7)]
    )


def test_new_cells_are_trained_in_blocks_that_are_there() -> None:
    scores = {mask: (0.1 * mask, 0.1 * mask + 0.01, 0.1 * mask) for mask in range(7)}
    ground = filled(3, scores)
    found = variance.by_variance(shapley(ground), None, once(3), 3)
    assert [(each.mask, each.replicate) for each in found.choices if each.mask == 7] == [
        (7, 0),
        (7, 1),
        (7, 2),
    ]


def test_one_score_alone_says_nothing_of_variance() -> None:
    with pytest.raises(BadQuestion, match="Fewer than two sets"):
        variance.by_variance(shapley(filled(3, {0: 0.1})), None, once(3), 3)


# ------------------------------------------------------------------ samples


def test_a_sample_takes_the_anchors_first_and_then_two_of_every_rank_at_least() -> None:
    m = 8
    rng = np.random.default_rng(5)
    ground = filled(m, {0: 0.0, 255: 1.0} | {1 << each: float(rng.random()) for each in range(m)})
    found = sampling.by_sample(shapley(ground), once(m), 40, seed=3)
    masks = [each.mask for each in found.choices]
    assert len(set(masks)) == len(masks) == 40
    assert set(masks[:8]) == {255 & ~(1 << each) for each in range(m)}
    drawn = np.bincount([each.bit_count() for each in masks[8:]], minlength=m + 1)
    assert (drawn[2:7] >= 2).all()
    assert found.before is None  # ranks without a sample
    assert found.after is not None


def test_the_draw_follows_neyman() -> None:
    """All ranks between have pull * s; s is four times as large in rank 2."""
    m = 10
    scores: dict[int, float] = {}
    for rank, wide in ((2, 4.0), (3, 1.0), (4, 1.0), (5, 1.0), (6, 1.0), (7, 1.0), (8, 1.0)):
        two = [
            sum(1 << each for each in chosen) for chosen in list(combinations(range(m), rank))[:2]
        ]
        scores |= {two[0]: 0.0, two[1]: wide}
    anchors = {
        0,
        1023,
        *(1 << each for each in range(m)),
        *(1023 & ~(1 << each) for each in range(m)),
    }
    ground = filled(m, scores | dict.fromkeys(anchors, 0.5))
    aim = shapley(ground)
    found = sampling.by_sample(aim, once(m), 60, seed=0)
    drawn = np.bincount([each.mask.bit_count() for each in found.choices], minlength=m + 1)
    share = np.array([aim.pull[rank] * (4.0 if rank == 2 else 1.0) for rank in range(2, 9)])
    wanted = np.minimum(60 * share / share.sum(), 43)
    assert np.abs(drawn[2:9] - wanted).max() < 3  # what rounding leaves over goes to the largest
    assert drawn.sum() == 60


# ------------------------------------------------------------------ on the facade


def test_strikes_need_the_sets_without_those_who_leave(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        found = database["toy"].plan("strike", measure="accuracy/C", most=1)
    names = {each.training_set.name for each in found.items}
    stored = {"ABCD", "ABC", "ACD", "AB"}
    assert names == {"ABC", "ABD", "ACD", "BCD", "ABCD"} - stored


def test_a_plan_is_reviewed_when_scores_have_come_in(tmp_path: Path) -> None:
    place, table = str(tmp_path / "a.db"), tmp_path / "first.csv"
    table.write_text("train_set,accuracy\nA,0.2\nAB,0.6\n")
    mapping = parse(
        '[[metrics]]\nname = "accuracy"\ndirection = "higher"\nrange = [0, 1]\n', "m.toml"
    )
    with lattice.create(place) as database:
        database.import_files([table], into="t", mapping=mapping)
        plan = database["t"].plan(budget=1)
        assert (plan.before, plan.after) == pytest.approx((1.0, 0.5))
        review = database["t"].review(plan)
        assert (review.trained, review.now) == (0, 1.0)
        wanted = plan.items[0].training_set.name
        (tmp_path / "more.csv").write_text(f"train_set,accuracy\n{wanted},0.3\n")
        database.import_files([tmp_path / "more.csv"], into="t", mapping=mapping)
        kept = tmp_path / "plan.json"
        kept.write_bytes(to_json(plan))
        review = database["t"].review(read_plan(kept))
        assert (review.planned, review.trained) == (1, 1)
        assert (review.before, review.predicted, review.now) == pytest.approx((1.0, 0.5, 0.5))
        assert review.lacking == ()


def test_a_path_that_is_not_there_is_planned_for(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("train_set,accuracy\nA,0.2\nABC,0.6\n")
    with lattice.create(str(tmp_path / "a.db")) as database:
        database.import_files([table], into="t")
        plan = database["t"].plan_path("A", "ABC")
        assert [each.training_set.name for each in plan.items] == ["AB"]
        assert (plan.before, plan.after, plan.sure) == (1.0, 0.0, True)
        with pytest.raises(BadQuestion, match="reviewed by asking for the path"):
            database["t"].review(plan)
        with pytest.raises(BadQuestion, match="There is a path from A to A already"):
            database["t"].plan_path("A", "A")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"budget": 0}, "buys nothing"),
        ({"budget": float("nan")}, "buys nothing"),
        ({"criterion": "luck"}, "criterion"),
        ({"expense": "cost"}, "No cost of"),
        ({"goal": "shaply"}, "is no quantity"),
        ({"goal": "strike", "most": 9}, "cannot strike"),
        ({"most": 2}, "has no coalitions"),
        ({"goal": "owen"}, "single units"),
    ],
)
def test_what_cannot_be_planned_is_refused(
    bundled: Path, asked: dict[str, object], message: str
) -> None:
    with (
        lattice.open(str(bundled)) as database,
        pytest.raises(BadQuestion, match=message),
    ):
        database["toy"].plan(measure="accuracy/C", **asked)  # type: ignore[arg-type]


def test_options_of_the_catalog_reach_the_plan() -> None:
    asked = catalog.quantity("beta", 3, catalog.Options(beta=(16.0, 1.0)))
    aim = aims.of_values(filled(3, {0: 0.0}), tuple("ABC"), asked.name, "", asked.sums)
    assert aim.weight[1] > aim.weight[2]


@pytest.mark.parametrize("content", [b"", b"[1, 2]", b"\xff\xfe", b'{"question": {}}'])
def test_what_is_no_plan_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "plan.json"
    file.write_bytes(content)
    with pytest.raises(BadQuestion, match=r"plan\.json holds no plan"):
        read_plan(file)
    with pytest.raises(BadQuestion, match="cannot be read: No such file"):
        read_plan(tmp_path / "other.json")
