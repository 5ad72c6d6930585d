from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from statistics import fmean

import numpy as np
import pytest

import lattice
from lattice.deadlines import within
from lattice.importing.mapping import Mapping, Replicates, Sets
from lattice.index import LatticeIndex, ScoreColumn
from lattice.model import ReplicateKind
from lattice.queries.crossfit import OPTIMISTIC, cross_fit, crossfit_choice, shared_blocks
from lattice.queries.paths.average import average
from lattice.queries.paths.crossfit import path_optimism
from lattice.queries.paths.losses import least_loss
from lattice.queries.paths.tasks import Rows, Task
from lattice.replicates import Scores
from lattice.resources import bundled_manifests

# ------------------------------------------------------------------ any choice


def best_row(scores: Scores) -> int:
    return int(np.nanargmax(scores))


def test_each_half_chooses_and_the_other_half_scores() -> None:
    """Row 0 is best in the even blocks, row 1 in the odd ones, row 2 always fair."""
    blocks = np.array([[9.0, 1.0, 8.0, 0.0], [0.0, 6.0, 1.0, 9.0], [4.0, 4.0, 4.0, 4.0]])
    found = crossfit_choice(blocks, best_row)
    assert (found.blocks, found.apparent) == (4, 4.5)
    assert found.cross_fitted == pytest.approx(((1 + 0) / 2 + (0 + 1) / 2) / 2)
    assert found.resamples == 100
    assert found.same is not None
    assert 0 < found.same < 100


def test_a_choice_that_every_block_makes_is_always_the_same() -> None:
    blocks = np.array([[3.0, 4.0, 5.0, 6.0, 9.0], [1.0, 2.0, 3.0, 4.0, 5.0]])
    found = crossfit_choice(blocks, best_row)
    assert (found.apparent, found.same) == (5.4, 100)
    assert found.cross_fitted == pytest.approx(((4 + 6) / 2 + (3 + 5 + 9) / 3) / 2)


def test_noise_alone_looks_good_and_is_worth_nothing_held_out() -> None:
    """200 rows of equal worth: the best of them leads by noise, and only there."""
    blocks = np.random.default_rng(8).normal(size=(200, 8))
    found = crossfit_choice(blocks, best_row)
    assert found.apparent is not None
    assert found.cross_fitted is not None
    assert found.apparent > 0.7
    assert abs(found.cross_fitted) < 0.7
    assert found == crossfit_choice(blocks, best_row)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_with_fewer_than_four_blocks_only_the_optimism_is_said(count: int) -> None:
    found = crossfit_choice(np.arange(6.0 * count).reshape(6, count), best_row)
    assert (found.blocks, found.cross_fitted, found.same) == (count, None, None)
    assert found.note == OPTIMISTIC
    assert found.apparent == (None if count == 0 else fmean(range(5 * count, 6 * count)))


def test_a_deadline_shortens_the_resamples_and_nothing_else() -> None:
    blocks = np.random.default_rng(8).normal(size=(20, 8))
    with within(0):
        found = crossfit_choice(blocks, best_row)
    whole = crossfit_choice(blocks, best_row)
    assert found.resamples == 0
    assert (found.apparent, found.cross_fitted) == (whole.apparent, whole.cross_fitted)


def column_of(
    kinds: tuple[ReplicateKind, ...], by_replicate: list[list[float]], declared: list[bool]
) -> ScoreColumn:
    return ScoreColumn.of(np.array(by_replicate), kinds, np.array(declared))


NAN = float("nan")


def test_blocks_are_shared_replicates_that_no_used_cell_lacks() -> None:
    column = column_of(
        ("shared", "nested", "shared", "independent", "unlabelled"),
        [[1, 2, NAN, 4, 5], [6, 7, 8, 9, 10], [NAN] * 5, [NAN, NAN, 3, NAN, NAN]],
        [False, False, False, True],
    )
    assert shared_blocks(column).tolist()[:2] == [[1, 2], [6, 7]]
    assert np.isnan(shared_blocks(column)[2]).all()
    assert shared_blocks(column)[3].tolist() == [3, 3]  # declared: the same in every block
    only = np.array([False, True, True, False])
    assert shared_blocks(column, only)[1].tolist() == [6, 7, 8]


def test_a_half_that_finds_nothing_has_no_choice() -> None:
    blocks = np.array([[1.0, -1.0, 1.0, -1.0]])
    found = cross_fit(blocks, 0, lambda scores: 0 if scores[0] >= 0 else None)
    assert found is not None
    assert [each for each, _ in found.halves] == [0, None]


# ------------------------------------------------------------------ paths


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LatticeIndex]:
    (manifest,) = (each for each in bundled_manifests() if each.parent.name == "california-housing")
    folder = tmp_path_factory.mktemp("houses")
    with lattice.create(str(folder / "houses.db")) as database:
        database.import_files([manifest])
        yield database["california-housing"].index()


def mean_after_start(scores: Scores, rows: Rows) -> float:
    return float(scores[rows[1:]].mean())


def best_order(
    scores: dict[frozenset[int], float], objects: frozenset[int]
) -> list[frozenset[int]]:
    """The chain up from the empty set with the best mean score, by a program in plain Python."""
    best: dict[frozenset[int], tuple[float, list[frozenset[int]]]] = {
        frozenset(): (0.0, [frozenset()])
    }
    for rank in range(1, len(objects) + 1):
        for chosen in combinations(sorted(objects), rank):
            here = frozenset(chosen)
            best[here] = max(
                (best[here - {each}][0] + scores[here], [*best[here - {each}][1], here])
                for each in here
            )
    return best[objects][1]


def test_average_paths_of_houses_agree_with_a_program_in_plain_python(
    houses: LatticeIndex,
) -> None:
    """Five objects up from nothing, 30 shared splits; the measures hold their replicates apart."""
    objects = frozenset(range(5))
    measure = 0
    column = houses.columns[measure]
    source, target = houses.row_of(0), houses.row_of(0b11111)
    inside = np.array([houses.mask_of(row) < 32 for row in range(len(houses))])
    task = Task(houses, source, target, inside)
    route = average(task, houses.goodness(measure))
    assert route is not None
    found = path_optimism(
        houses, measure, route, lambda scores: average(task, scores), mean_after_start, inside
    )

    sets = {
        frozenset(each for each in range(5) if houses.mask_of(row) >> each & 1): row
        for row in np.flatnonzero(inside).tolist()
    }

    def table(blocks: list[int]) -> dict[frozenset[int], float]:
        return {
            each: fmean(column.by_replicate[row, blocks].tolist()) for each, row in sets.items()
        }

    even, odd = list(range(0, 30, 2)), list(range(1, 30, 2))
    held_out = []
    for chosen_on, scored_on in ((even, odd), (odd, even)):
        order = best_order(table(chosen_on), objects)
        held_out.append([table(scored_on)[each] for each in order])
    everything = best_order(table(list(range(30))), objects)
    assert found.optimism.blocks == 30
    assert [sets[each] for each in everything] == list(route.rows)
    assert found.optimism.apparent == pytest.approx(
        fmean(table(list(range(30)))[each] for each in everything[1:])
    )
    assert found.optimism.cross_fitted == pytest.approx(
        fmean(fmean(scores[1:]) for scores in held_out)
    )
    assert [list(half.scores) for half in found.halves] == [
        pytest.approx(scores) for scores in held_out
    ]
    assert found.cross_fitted_profile == pytest.approx(
        [fmean(pair) for pair in zip(*held_out, strict=True)]
    )
    assert found.profile == pytest.approx([column.mean[row] for row in route.rows])
    assert found.optimism.resamples == 100
    draw = random.Random(4)  # how often block resamples agree, estimated from other resamples
    again = [
        best_order(table([draw.randrange(30) for _ in range(30)]), objects) == everything
        for _ in range(150)
    ]
    assert found.optimism.same is not None
    assert found.optimism.same / 100 == pytest.approx(fmean(again), abs=0.2)
    assert found.optimism.apparent is not None
    assert found.optimism.cross_fitted is not None
    assert found.optimism.cross_fitted < found.optimism.apparent


def test_lower_is_better_keeps_scores_in_the_unit_of_the_metric(tmp_path: Path) -> None:
    """Loss 0.1 x rank in every block: nothing is noise, and nothing changes when held out."""
    file = tmp_path / "losses.csv"
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["train_set", "seed", "loss/test"])
        for name in ("A", "AB", "ABC", "B", "BC"):
            writer.writerows([name, seed, len(name) / 10] for seed in range(5))
    mapping = Mapping(sets=Sets("letters"), replicates=Replicates("shared"))
    with lattice.create(str(tmp_path / "x.db")) as database:
        database.import_files([file], mapping=mapping)
        index = database["losses"].index()
    task = Task(index, index.row_of(0b001), index.row_of(0b111), np.ones(5, dtype=np.bool_))
    route = least_loss(task, index.goodness(0))
    assert route is not None
    found = path_optimism(
        index,
        0,
        route,
        lambda scores: least_loss(task, scores),
        lambda scores, rows: float(np.maximum(-np.diff(scores[rows]), 0).sum()),
    )
    assert found.profile == pytest.approx([0.1, 0.2, 0.3])
    assert found.cross_fitted_profile == pytest.approx([0.1, 0.2, 0.3])
    assert found.optimism.apparent == pytest.approx(0.2)
    assert found.optimism.cross_fitted == pytest.approx(0.2)
    assert (found.optimism.same, found.optimism.note) == (100, None)
    assert [[each.name for each in half.training_sets] for half in found.halves] == [
        ["A", "AB", "ABC"]
    ] * 2


def test_half_of_the_blocks_without_a_path_is_said(houses: LatticeIndex) -> None:
    column = houses.columns[0]
    source, target = houses.row_of(0), houses.row_of(0b11)
    task = Task(houses, source, target, np.ones(len(houses), dtype=np.bool_))
    whole = least_loss(task, houses.goodness(0))
    assert whole is not None
    limit = float(column.by_replicate[target, ::2].mean())
    other = float(column.by_replicate[target, 1::2].mean())

    def only_here(scores: Scores) -> object:
        return least_loss(task, scores) if (scores[target] >= limit) == (limit > other) else None

    found = path_optimism(houses, 0, whole, only_here, mean_after_start)  # type: ignore[arg-type]
    assert len(found.halves) == 1
    assert (found.optimism.cross_fitted, found.cross_fitted_profile) == (None, None)
    assert found.optimism.note == "on half of the blocks there is no such path"


def test_that_a_choice_is_optimistic_is_said_where_nothing_was_held_out(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        held_out = database["california-housing"].path(
            "a", "abcd", objective="widest", measure="@decision_tree"
        )
        alone = database["covertype"].path("A", "BCD", objective="widest", measure="accuracy/ABCD")
    assert held_out.optimism is not None
    assert held_out.optimism.optimism.cross_fitted is not None
    assert not any("optimistic" in note for note in held_out.notes)
    assert alone.optimism is not None
    assert alone.optimism.optimism.cross_fitted is None
    assert sum("optimistic" in note for note in alone.notes) == 1
