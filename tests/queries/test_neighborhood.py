from __future__ import annotations

import csv
import itertools
import math
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import lattice
from lattice.deadlines import within
from lattice.errors import BadQuestion, SetNotStored, UnknownMeasure
from lattice.importing.mapping import parse
from lattice.index import LatticeIndex, ScoreColumn
from lattice.model import (
    DataObject,
    EvaluationSet,
    Measure,
    Metric,
    MissingNeighbor,
    Move,
    MoveKind,
    MoveOption,
    Neighbor,
    Neighborhood,
    NeighborSummary,
    Protocol,
)
from lattice.notation import Universe
from lattice.queries import balls
from lattice.queries.balls import ball
from lattice.queries.neighborhood import OPTIMISTIC, neighborhood
from lattice.resources import bundled_manifests
from lattice.subsets import display_order, ranks, word_count, words_of_masks
from tests.queries.sampled import NAMES, Members, Sample, name_of, sample


def folder_of(name: str) -> Path:
    (manifest,) = (each for each in bundled_manifests() if each.parent.name == name)
    return manifest.parent


def ask(place: Path, name: str, training_set: str, *measures: str) -> Neighborhood:
    with lattice.open(str(place)) as database:
        return database[name].neighbors(training_set, measures=measures or None)


def by_move(answer: Neighborhood, kind: str, name: str) -> Neighbor:
    (found,) = (each for each in answer.neighbors if each.move == Move(kind, name))  # type: ignore[arg-type]
    return found


def move_of(each: Neighbor) -> Move:
    assert each.move is not None
    return each.move


# ------------------------------------------------------------------ the toy


def test_removing_b_from_the_toys_full_set_changes_the_four_columns(bundled: Path) -> None:
    answer = ask(bundled, "toy", "ABCD")
    assert answer.measures == tuple(f"accuracy/{letter}" for letter in "ABCD")
    removed = by_move(answer, "remove", "B")
    assert removed.training_set.name == "ACD"
    values = [delta.value for delta in removed.deltas]
    assert values == pytest.approx([-0.14, -0.33, -0.03, -0.02])
    assert {delta.effect for delta in removed.deltas} == {"worse"}


def test_neighbors_that_are_not_stored_are_named_as_such(bundled: Path) -> None:
    answer = ask(bundled, "toy", "ABCD")
    assert [each.move for each in answer.neighbors] == [Move("remove", "B"), Move("remove", "D")]
    assert [(each.move, each.training_set.name) for each in answer.missing] == [
        (Move("remove", "A"), "BCD"),
        (Move("remove", "C"), "ABD"),
    ]


def test_adds_come_before_removes_and_each_by_object_position(bundled: Path) -> None:
    answer = ask(bundled, "covertype", "BC", "accuracy/A")
    assert [(move_of(each).kind, each.training_set.name) for each in answer.neighbors] == [
        ("add", "ABC"),
        ("add", "BCD"),
        ("remove", "C"),
        ("remove", "B"),
    ]
    assert answer.missing == ()
    alone = ask(bundled, "covertype", "C", "accuracy/A")
    assert [each.training_set.name for each in alone.neighbors] == ["AC", "BC", "CD"]
    assert [(each.move, each.training_set.key) for each in alone.missing] == [
        (Move("remove", "C"), "~")
    ]


# ------------------------------------------------------------------ covertype


def test_removing_neota_raises_accuracy_on_all_four_areas(bundled: Path) -> None:
    answer = ask(bundled, "covertype", "ABCD", "accuracy/ABCD")
    (delta,) = by_move(answer, "remove", "B").deltas
    assert delta.value == pytest.approx(0.0067, abs=5e-5)
    assert delta.value == pytest.approx(16 / 2400, abs=1e-5)
    assert (delta.effect, delta.status) == ("better", "exact")
    assert (delta.standard_error, delta.low, delta.high, delta.method) == (None, None, None, None)
    assert delta.note == "one replicate: error unknown"


def test_every_covertype_delta_is_the_difference_of_two_fields_of_the_file(bundled: Path) -> None:
    with (folder_of("covertype") / "covertype.csv").open(newline="", encoding="utf-8") as stream:
        rows = {row.pop("train_set"): row for row in csv.DictReader(stream)}
    checked = 0
    with lattice.open(str(bundled)) as database:
        covertype = database["covertype"]
        for name, row in rows.items():
            answer = covertype.neighbors(name)
            for neighbor in answer.neighbors:
                other = rows[neighbor.training_set.name]
                assert set(name) ^ set(neighbor.training_set.name) == {move_of(neighbor).object}
                for measure, delta in zip(answer.measures, neighbor.deltas, strict=True):
                    column = measure.removeprefix("accuracy/")
                    assert delta.value == float(other[column]) - float(row[column])
                    checked += 1
    assert checked == 2 * 28 * 15


# ------------------------------------------------------------------ silo: lower is better


def test_a_lower_perplexity_is_better(bundled: Path) -> None:
    answer = ask(bundled, "silo", "empty", "book 2")
    (neighbor,) = answer.neighbors
    assert neighbor.move == Move("add", "related-series-books")
    (delta,) = neighbor.deltas
    assert delta.value == pytest.approx(12.4 - 16.7)
    assert delta.effect == "better"
    back = ask(bundled, "silo", "related-series-books", "book 2")
    assert back.neighbors[0].deltas[0].value == pytest.approx(16.7 - 12.4)
    assert back.neighbors[0].deltas[0].effect == "worse"


# ------------------------------------------------------------------ California housing: seeds


def housing_scores(learner: str) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """r2 by mask and seed, shape (1024, 30), read from the files with numpy alone."""
    scores = np.full((1024, 30), np.nan)
    for seed in range(1, 31):
        name = f"model_name={learner}_player_sizes=increasing_n_players=10_{seed}.npz"
        with np.load(folder_of("california-housing") / name) as archive:
            masks = archive["coalitions"].astype(np.int64) @ (1 << np.arange(10))
            scores[masks, seed - 1] = archive["values"]
    return scores


@pytest.mark.parametrize("learner", ["decision_tree", "random_forest", "gradient_boosting"])
@pytest.mark.parametrize("mask", [0b1111111111, 0b0000010110, 0b1000000000])
def test_housing_deltas_are_paired_by_seed(bundled: Path, learner: str, mask: int) -> None:
    scores = housing_scores(learner)
    answer = ask(
        bundled, "california-housing", f"~{mask.to_bytes(2, 'little').hex()}", learner_of(learner)
    )
    cell = answer.cells[0]
    assert cell is not None
    assert cell.replicates == 30
    assert cell.mean == pytest.approx(scores[mask].mean())
    assert cell.standard_error == pytest.approx(stats.sem(scores[mask]))
    assert len(answer.neighbors) == 10
    for neighbor in answer.neighbors:
        other = mask ^ 1 << "abcdefghij".index(move_of(neighbor).object)
        per_seed = scores[other] - scores[mask]
        (delta,) = neighbor.deltas
        assert (delta.method, delta.replicates, delta.level) == ("paired", 30, 0.90)
        assert delta.value == pytest.approx(per_seed.mean())
        assert delta.standard_error == pytest.approx(per_seed.std(ddof=1) / np.sqrt(30))
        low, high = stats.ttest_1samp(per_seed, 0).confidence_interval(0.90)
        assert (delta.low, delta.high) == pytest.approx((low, high))
        assert delta.effect == ("better" if per_seed.mean() > 0 else "worse")


def learner_of(learner: str) -> str:
    return f"r2/held-out@{learner}"


def test_the_declared_empty_set_of_housing_is_labelled(bundled: Path) -> None:
    answer = ask(bundled, "california-housing", "empty", learner_of("random_forest"))
    cell = answer.cells[0]
    assert cell is not None
    assert (cell.mean, cell.standard_error, cell.origin) == (0.0, None, "declared")
    assert {move_of(each).kind for each in answer.neighbors} == {"add"}


# ------------------------------------------------------------------ missing scores, variants


def test_a_missing_score_makes_its_delta_unavailable_and_names_the_set(
    tmp_path: Path, write_file: Callable[[str, str], Path]
) -> None:
    file = write_file("gaps.csv", "train_set,accuracy/x,accuracy/y\nA,0.5,0.4\nAB,,0.6\nB,,\n")
    with lattice.create(str(tmp_path / "x.db")) as database:
        database.import_files([file])
        gaps = database["gaps"]
        (added,) = gaps.neighbors("A").neighbors
        (without,) = (
            each for each in gaps.neighbors("AB").neighbors if move_of(each).object == "A"
        )
    assert added.cells[0] is None
    lacking, known = added.deltas
    assert (lacking.status, lacking.value, lacking.effect) == ("unavailable", None, None)
    assert lacking.note == "no score of AB"
    assert known.value == pytest.approx(0.2)
    assert without.deltas[0].note == "no score of AB and B"
    assert without.deltas[1].note == "no score of B"


def test_an_equal_score_is_neither_better_nor_worse(
    tmp_path: Path, write_file: Callable[[str, str], Path]
) -> None:
    file = write_file("same.csv", "train_set,accuracy/x\nA,0.5\nAB,0.5\n")
    with lattice.create(str(tmp_path / "x.db")) as database:
        database.import_files([file])
        (delta,) = database["same"].neighbors("A").neighbors[0].deltas
    assert (delta.value, delta.effect) == (0.0, "equal")


def test_another_variant_of_a_held_object_is_no_neighbor(
    tmp_path: Path, write_file: Callable[[str, str], Path]
) -> None:
    file = write_file(
        "doses.csv", "train_set,accuracy\nnews,0.5\nnews-noisy,0.3\nbooks+news,0.7\nbooks,0.4\n"
    )
    mapping = parse(
        '[[objects]]\nname = "books"\n[[objects]]\nname = "news"\n'
        '[[objects]]\nname = "news-noisy"\nvariant_of = "news"\n',
        "doses.toml",
    )
    with lattice.create(str(tmp_path / "x.db")) as database:
        database.import_files([file], mapping=mapping)
        doses = database["doses"]
        from_news, from_noisy, from_books = (
            doses.neighbors(name) for name in ("news", "news-noisy", "books")
        )
    assert [each.training_set.name for each in from_news.neighbors] == ["books+news"]
    assert [each.training_set.name for each in from_news.missing] == ["empty"]
    assert [each.training_set.name for each in from_noisy.missing] == ["books+news-noisy", "empty"]
    assert [each.training_set.name for each in from_books.neighbors] == ["books+news"]
    assert [each.training_set.name for each in from_books.missing] == ["books+news-noisy", "empty"]


# ------------------------------------------------------------------ questions refused


def test_measures_are_given_in_the_order_asked_for(bundled: Path) -> None:
    answer = ask(bundled, "covertype", "AB", "accuracy/CD", "A")
    assert answer.measures == ("accuracy/CD", "accuracy/A")
    assert len(answer.neighbors[0].deltas) == len(answer.neighbors[0].cells) == 2


def test_a_set_that_is_not_stored_has_no_neighborhood_here(bundled: Path) -> None:
    with pytest.raises(SetNotStored, match="BCD is not stored in 'toy'") as refusal:
        ask(bundled, "toy", "^A")
    assert refusal.value.suggestions[0] == "ABCD"


def test_an_unknown_measure_is_refused_with_the_closest(bundled: Path) -> None:
    with pytest.raises(UnknownMeasure) as refusal:
        ask(bundled, "covertype", "AB", "accurcy/CD")
    assert "accuracy/CD" in refusal.value.suggestions


def test_a_move_from_a_declared_score_says_so(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        answer = database["california-housing"].neighbors("empty", measures=["@decision_tree"])
        other = database["california-housing"].neighbors("abc", measures=["@decision_tree"])
    notes = {each.deltas[0].note for each in answer.neighbors}
    assert notes == {"the score of empty is declared, not measured"}
    assert {each.deltas[0].note for each in other.neighbors} == {None}


# ------------------------------------------------------------------ balls, by enumeration


def moves_by_search(
    center: Members, lattice: Sample, kinds: Sequence[MoveOption], radius: int
) -> dict[Members, int]:
    """Moves to every set that could be stored, by breadth-first search in the full lattice.

    On the way a set may hold two variants of one object; at the end it may not.
    """
    everything = range(lattice.n)
    distance = {center: 0}
    reached = [center]
    for here in reached:
        if distance[here] == radius:
            continue
        outside = [each for each in everything if each not in here]
        steps: list[Members] = []
        if "add" in kinds:
            steps += [here | {each} for each in outside]
        if "remove" in kinds:
            steps += [here - {each} for each in here]
        if "swap" in kinds:
            steps += [here - {one} | {other} for one in here for other in outside]
        for there in steps:
            if there not in distance:
                distance[there] = distance[here] + 1
                reached.append(there)
    possible = set(lattice.admissible())
    return {each: far for each, far in distance.items() if far and each in possible}


def documented_order(center: Members, distance: int, members: Members) -> tuple[object, ...]:
    added, removed = sorted(members - center), sorted(center - members)
    return distance, len(removed) - len(added), len(removed), added, removed


KINDS: tuple[MoveOption, ...] = ("add", "remove", "swap")
MOVES = [each for size in (1, 2, 3) for each in itertools.combinations(KINDS, size)]


@given(
    seed=st.integers(0, 10**6),
    radius=st.integers(1, 4),
    kinds=st.sampled_from(MOVES),
    variants=st.booleans(),
    tried=st.booleans(),
)
@settings(max_examples=150, deadline=None)
def test_a_neighborhood_is_what_a_search_of_the_full_lattice_finds(
    seed: int, radius: int, kinds: tuple[MoveOption, ...], variants: bool, tried: bool
) -> None:
    lattice = sample(seed, n=6, density=0.6, replicates=1, variants=variants)
    center = lattice.stored[seed % len(lattice.stored)]
    near = moves_by_search(center, lattice, kinds, radius)
    with pytest.MonkeyPatch.context() as patch:
        if not tried:  # the way that large neighborhoods go
            patch.setattr(balls, "_MOST_TRIED", -1)
        answer = neighborhood(
            lattice.index, lattice.row(center), (0,), radius=radius, moves=kinds, limit=10_000
        )
    stored = set(lattice.stored)
    expected = sorted(near, key=lambda one: documented_order(center, near[one], one))
    assert [each.training_set.name for each in answer.neighbors] == [
        name_of(one) for one in expected if one in stored
    ]
    assert [each.training_set.name for each in answer.missing] == [
        name_of(one) for one in expected if one not in stored
    ]
    assert (answer.total, answer.missing_total) == (len(answer.neighbors), len(answer.missing))
    assert (answer.summaries, answer.next, answer.notes) == ((), None, ())
    by_name = {name_of(one): one for one in near}
    everything: list[Neighbor | MissingNeighbor] = [*answer.neighbors, *answer.missing]
    for each in everything:
        members = by_name[each.training_set.name]
        assert each.distance == near[members]
        assert each.added == tuple(NAMES[place] for place in sorted(members - center))
        assert each.removed == tuple(NAMES[place] for place in sorted(center - members))
        single = len(members ^ center) == 1
        assert (each.move is not None) == single
        if each.move is not None:
            kind: MoveKind = "add" if each.added else "remove"
            assert each.move == Move(kind, (*each.added, *each.removed)[0])
    for neighbor in answer.neighbors:
        members = by_name[neighbor.training_set.name]
        before, after = lattice.mean(0, center), lattice.mean(0, members)
        missing = before is None or after is None
        expected_value = None if before is None or after is None else after - before
        assert (neighbor.deltas[0].value is None) == missing
        assert neighbor.deltas[0].value == (
            None if expected_value is None else pytest.approx(expected_value)
        )


# ------------------------------------------------------------------ pages, orders, summaries


@given(
    seed=st.integers(0, 10**6),
    start=st.integers(0, 12),
    limit=st.integers(1, 12),
    sort=st.sampled_from([None, 0, 1]),
)
@settings(max_examples=80, deadline=None)
def test_pages_and_summaries_are_those_of_the_whole_neighborhood(
    seed: int, start: int, limit: int, sort: int | None
) -> None:
    lattice = sample(seed, n=5, density=0.7, replicates=3, present=0.7)
    index = lattice.index
    center = lattice.stored[seed % len(lattice.stored)]
    kinds: tuple[MoveOption, ...] = ("add", "remove", "swap")
    whole, page = (
        neighborhood(
            index, lattice.row(center), (0, 1), radius=2, moves=kinds, sort=sort, start=a, limit=b
        )
        for a, b in ((0, 10_000), (start, limit))
    )
    members = {name_of(each): each for each in lattice.stored}
    if sort is not None:
        unsorted = neighborhood(
            index, lattice.row(center), (0, 1), radius=2, moves=kinds, limit=10_000
        )
        sign = 1 if sort == 0 else -1

        def worth(each: Neighbor) -> tuple[bool, bool, float]:
            there = members[each.training_set.name]
            score, declared = lattice.mean(sort, there), there in lattice.declared[sort]
            return score is None, declared, 0.0 if declared else -sign * (score or 0.0)

        assert list(whole.neighbors) == sorted(unsorted.neighbors, key=worth)
        assert whole.sort == index.measures[sort].name
    assert [each.training_set for each in page.neighbors] == [
        each.training_set for each in whole.neighbors[start : start + limit]
    ]
    assert page.missing == whole.missing[:limit]
    later = neighborhood(
        index, lattice.row(center), (), radius=2, moves=kinds, limit=limit, missing_start=start
    )
    assert later.missing == whole.missing[start : start + limit]
    assert (page.total, page.missing_total) == (whole.total, whole.missing_total)
    assert page.next == (str(start + limit) if start + limit < whole.total else None)
    if len(page.neighbors) == whole.total and len(page.missing) == whole.missing_total:
        assert page.summaries == ()
        return
    assert page.notes == (OPTIMISTIC,)
    for summary in page.summaries:
        summarized(summary, [each for each in whole.neighbors if side(each) == summary.side], whole)
        assert summary.missing == sum(side(each) == summary.side for each in whole.missing)
    assert sum(each.stored for each in page.summaries) == whole.total
    assert sum(each.missing or 0 for each in page.summaries) == whole.missing_total


def side(each: Neighbor | MissingNeighbor) -> str:
    if len(each.added) == len(each.removed):
        return "swap"
    if each.added and each.removed:
        return "mixed"
    return "add" if each.added else "remove"


def summarized(
    summary: NeighborSummary, neighbors: Sequence[Neighbor], whole: Neighborhood
) -> None:
    """A summary says of its neighbors what counting and the statistics module say."""
    assert summary.stored == len(neighbors)
    for place, found in enumerate(summary.deltas):
        assert found.measure == whole.measures[place]
        deltas = [each.deltas[place] for each in neighbors]
        values = [each.value for each in deltas if each.value is not None]
        assert (found.known, found.unknown) == (len(values), len(deltas) - len(values))
        for effect in ("better", "worse", "equal"):
            assert getattr(found, effect) == sum(each.effect == effect for each in deltas)
        if not values:
            assert (found.quantiles, found.best, found.worst) == (None, None, None)
            continue
        quartiles = (
            statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1 else values * 3
        )
        assert found.quantiles == pytest.approx((min(values), *quartiles, max(values)))
        assert found.best is not None
        assert found.worst is not None
        ends = (max, min) if place == 0 else (min, max)
        assert (found.best.delta.value, found.worst.delta.value) == pytest.approx(
            tuple(end(values) for end in ends)
        )
        by_name = {each.training_set.name: each for each in neighbors}
        for extreme in (found.best, found.worst):
            same = by_name[extreme.training_set.name]
            assert (extreme.added, extreme.removed) == (same.added, same.removed)
            assert extreme.delta.value == same.deltas[place].value


def test_five_thousand_objects_have_their_missing_neighbors_counted() -> None:
    """4,998 of the 5,000 sets one move from a pair are missing, and 12 million within two."""
    n = 5_000
    objects = tuple(DataObject(f"chunk {each}", each) for each in range(n))
    masks = [0b11, 0b111, 0b1, 1 << 4_999 | 0b11, 0b1111, 1 << 4_999 | 0b10]
    words = words_of_masks(masks, word_count(n))
    words = words[display_order(words)]
    column = ScoreColumn.of(np.arange(6.0)[:, None], ("shared",), np.zeros(6, dtype=np.bool_))
    test = EvaluationSet("test")
    measure = Measure("accuracy/test", Metric("accuracy", "higher"), test, Protocol("p", "0"))
    index = LatticeIndex(
        "x", Universe(objects), (measure,), words, ranks(words).astype(np.int32), (column,)
    )
    center = index.row_of(0b11)
    near = neighborhood(index, center, (0,), limit=20)
    assert [each.added or each.removed for each in near.neighbors] == [
        ("chunk 2",),
        ("chunk 4999",),
        ("chunk 1",),
    ]
    assert near.missing_total == 5_000 - 3
    assert [each.training_set.name for each in near.missing[:2]] == [
        "chunk 0+chunk 1+chunk 3",
        "chunk 0+chunk 1+chunk 4",
    ]
    assert len(near.missing) == 20
    adds, removes = near.summaries
    assert (adds.side, adds.stored, adds.missing) == ("add", 2, 4_998 - 2)
    assert (removes.side, removes.stored, removes.missing) == ("remove", 1, 1)
    far = neighborhood(index, center, (0,), radius=2, limit=20)
    assert far.total == 5
    assert far.missing_total == math.comb(n, 1) + math.comb(n, 2) - 5
    assert len(far.missing) == 20


# ------------------------------------------------------------------ through the facade


def test_swaps_of_covertype_keep_the_size_and_sort_by_score(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        answer = database["covertype"].neighbors(
            "ABC", measures=["accuracy/ABCD"], radius=2, moves=["swap"], sort="accuracy/ABCD"
        )
    assert [each.training_set.name for each in answer.neighbors] == ["ACD", "ABD", "BCD"]
    assert {each.move for each in answer.neighbors} == {None}
    assert {each.training_set.rank for each in answer.neighbors} == {3}
    assert answer.moves == ("swap",)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"radius": 0}, "radius 0 cannot be given"),
        ({"radius": 9}, "Ask for 1 to 8 moves"),
        ({"moves": []}, "needs a kind of moves"),
        ({"moves": ["jump"]}, "'jump' is no kind of move"),
        ({"limit": 0}, "A page cannot start at 0 with 0 rows"),
    ],
)
def test_neighborhoods_that_make_no_sense_are_refused(
    bundled: Path, asked: dict[str, Any], says: str
) -> None:
    with lattice.open(str(bundled)) as database, pytest.raises(BadQuestion) as refusal:
        database["toy"].neighbors("AB", **asked)
    assert says in str(refusal.value)


def test_a_neighborhood_that_has_no_time_left_says_so() -> None:
    sampled = sample(1, n=8, density=0.05, replicates=1)
    with within(0):
        around = ball(sampled.index, 0, 1, frozenset({"add", "remove"}))
        found, in_time = around.first_missing(100)
    assert not in_time
    assert len(found) <= around.missing
