from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import lattice
from lattice.errors import SetNotStored, UnknownMeasure
from lattice.importing.mapping import parse
from lattice.model import Move, Neighbor, Neighborhood
from lattice.resources import bundled_manifests


def folder_of(name: str) -> Path:
    (manifest,) = (each for each in bundled_manifests() if each.parent.name == name)
    return manifest.parent


def ask(place: Path, name: str, training_set: str, *measures: str) -> Neighborhood:
    with lattice.open(str(place)) as database:
        return database[name].neighbors(training_set, measures=measures or None)


def by_move(answer: Neighborhood, kind: str, name: str) -> Neighbor:
    (found,) = (each for each in answer.neighbors if each.move == Move(kind, name))  # type: ignore[arg-type]
    return found


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
    assert [(each.move.kind, each.training_set.name) for each in answer.neighbors] == [
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
                assert set(name) ^ set(neighbor.training_set.name) == {neighbor.move.object}
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
        other = mask ^ 1 << "abcdefghij".index(neighbor.move.object)
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
    assert {each.move.kind for each in answer.neighbors} == {"add"}


# ------------------------------------------------------------------ missing scores, variants


def test_a_missing_score_makes_its_delta_unavailable_and_names_the_set(
    tmp_path: Path, write_file: Callable[[str, str], Path]
) -> None:
    file = write_file("gaps.csv", "train_set,accuracy/x,accuracy/y\nA,0.5,0.4\nAB,,0.6\nB,,\n")
    with lattice.create(str(tmp_path / "x.db")) as database:
        database.import_files([file])
        gaps = database["gaps"]
        (added,) = gaps.neighbors("A").neighbors
        (without,) = (each for each in gaps.neighbors("AB").neighbors if each.move.object == "A")
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
