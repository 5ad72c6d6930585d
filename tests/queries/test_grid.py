from __future__ import annotations

import csv
import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

import lattice
from lattice.errors import BadQuestion, UnknownObject
from lattice.model import Cell, Grid, GridRow, Pair
from lattice.resources import bundled_manifests

WriteFile = Callable[[str, str], Path]


def file_rows(name: str) -> dict[str, dict[str, str]]:
    (manifest,) = (each for each in bundled_manifests() if each.parent.name == name)
    with (manifest.parent / f"{name}.csv").open(newline="", encoding="utf-8") as stream:
        return {row.pop("train_set"): row for row in csv.DictReader(stream)}


def names_of(grid: Grid) -> list[str]:
    return [row.training_set.name for row in grid.items]


# ------------------------------------------------------------------ the table


def test_the_grid_holds_every_number_of_the_file(bundled: Path) -> None:
    rows = file_rows("covertype")
    with lattice.open(str(bundled)) as database:
        grid = database["covertype"].grid()
    assert grid.total == len(grid.items) == 15
    assert grid.next is None
    for row in grid.items:
        for measure, cell in zip(grid.measures, row.cells, strict=True):
            score = float(rows[row.training_set.name][measure.evaluation_set.name])
            assert cell == Cell(score, None, 1, "measured")


def test_rows_come_by_rank_and_then_by_object_position(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        grid = database["covertype"].grid(measures=["ABCD"])
    assert names_of(grid) == [
        "A",
        "B",
        "C",
        "D",
        "AB",
        "AC",
        "AD",
        "BC",
        "BD",
        "CD",
        "ABC",
        "ABD",
        "ACD",
        "BCD",
        "ABCD",
    ]
    assert [row.training_set.rank for row in grid.items] == [1] * 4 + [2] * 6 + [3] * 4 + [4]


def test_columns_are_those_asked_for_in_their_order(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        grid = database["covertype"].grid(measures=["accuracy/CD", "B"])
    assert [each.name for each in grid.measures] == ["accuracy/CD", "accuracy/B"]
    assert all(len(row.cells) == 2 for row in grid.items)


def test_sorted_by_score_the_best_set_is_first(bundled: Path) -> None:
    rows = file_rows("covertype")
    with lattice.open(str(bundled)) as database:
        grid = database["covertype"].grid(measures=["ABCD", "A"], sort="score")
    assert names_of(grid) == sorted(rows, key=lambda name: -float(rows[name]["ABCD"]))
    assert names_of(grid)[0] == "ACD"


def test_sorted_by_a_lower_is_better_score_the_lowest_is_first(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        grid = database["silo"].grid(measures=["book 1"], sort="score")
    assert [row.cells[0] and row.cells[0].mean for row in grid.items] == [13.0, 15.2]


@pytest.mark.parametrize(
    ("measure", "order"),
    [("loss", ["B", "AC", "A", "AB", "C"]), ("accuracy", ["C", "AB", "A", "AC", "B"])],
)
def test_sets_without_a_score_come_last_whatever_the_direction(
    tmp_path: Path, write_file: WriteFile, measure: str, order: list[str]
) -> None:
    file = write_file(
        "gaps.csv",
        f"train_set,{measure}/x\nA,0.5\nB,0.2\nC,0.9\nAB,0.7\nAC,0.3\nBC,\nABC,\n",
    )
    with lattice.create(str(tmp_path / "x.db")) as database:
        database.import_files([file])
        grid = database["gaps"].grid(sort="score")
    assert names_of(grid)[:5] == order
    assert names_of(grid)[5:] == ["BC", "ABC"]
    assert [row.cells for row in grid.items[5:]] == [(None,), (None,)]


def test_equal_scores_stay_in_display_order(tmp_path: Path, write_file: WriteFile) -> None:
    file = write_file("ties.csv", "train_set,accuracy/x\nABC,0.5\nB,0.5\nAC,0.9\nA,0.5\n")
    with lattice.create(str(tmp_path / "x.db")) as database:
        database.import_files([file])
        assert names_of(database["ties"].grid(sort="score")) == ["AC", "A", "B", "ABC"]


# ------------------------------------------------------------------ pages


@pytest.mark.parametrize("limit", [1, 4, 5, 15, 200])
def test_pages_put_together_are_the_whole_grid(bundled: Path, limit: int) -> None:
    with lattice.open(str(bundled)) as database:
        covertype = database["covertype"]
        whole = covertype.grid(measures=["A"], sort="score")
        items: list[GridRow] = []
        start: str | None = "0"
        pages = 0
        while start is not None:
            page = covertype.grid(measures=["A"], sort="score", start=int(start), limit=limit)
            assert page.total == 15
            assert len(page.items) <= limit
            items += page.items
            start, pages = page.next, pages + 1
    assert tuple(items) == whole.items
    assert pages == -(-15 // limit)


def test_a_page_beyond_the_end_is_empty(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        page = database["toy"].grid(start=4, limit=2)
        assert (page.items, page.next, page.total) == ((), None, 4)
        assert database["toy"].sets(start=9).items == ()
        assert database["toy"].pairs("B", start=9).items == ()


def test_sets_are_paged_with_their_members_and_cells(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        first = database["toy"].sets(limit=3)
        last = database["toy"].sets(start=int(first.next or "0"), limit=3)
    assert [each.members for each in first.items] == [("A", "B"), ("A", "B", "C"), ("A", "C", "D")]
    assert (first.total, last.total, last.next) == (4, 4, None)
    (full,) = last.items
    assert full.training_set.name == "ABCD"
    assert [cell and cell.mean for cell in full.cells] == [0.92, 0.88, 0.85, 0.82]


@pytest.mark.parametrize(("start", "limit"), [(-1, 10), (0, 0), (0, -5), (0, 1_001)])
def test_pages_that_cannot_be_are_refused(bundled: Path, start: int, limit: int) -> None:
    with lattice.open(str(bundled)) as database:
        toy = database["toy"]
        for ask in (toy.grid, toy.sets):
            with pytest.raises(BadQuestion, match="page cannot start") as refusal:
                ask(start=start, limit=limit)
            assert "1 to 1,000" in refusal.value.hint
        with pytest.raises(BadQuestion, match="page cannot start"):
            toy.pairs("A", start=start, limit=limit)


def test_an_order_that_is_none_is_refused(bundled: Path) -> None:
    with (
        lattice.open(str(bundled)) as database,
        pytest.raises(BadQuestion, match="'best' is no sort"),
    ):
        database["toy"].grid(sort="best")  # type: ignore[arg-type]


# ------------------------------------------------------------------ leave-one-out pairs


def test_pairs_put_every_set_with_an_object_beside_the_one_without(bundled: Path) -> None:
    rows = file_rows("covertype")
    with lattice.open(str(bundled)) as database:
        page = database["covertype"].pairs("B")
    found = {(pair.with_object.name, pair.without_object.name) for pair in page.items}
    assert found == {
        (upper, lower)
        for upper, lower in itertools.permutations(rows, 2)
        if set(upper) - set(lower) == {"B"} and set(lower) < set(upper)
    }
    assert (page.object, page.total, page.next) == ("B", 7, None)
    assert [pair.with_object.rank for pair in page.items] == [4, 3, 3, 3, 2, 2, 2]
    for pair in page.items:
        for measure, delta in zip(page.measures, pair.deltas, strict=True):
            column = measure.evaluation_set.name
            with_it, without = rows[pair.with_object.name], rows[pair.without_object.name]
            assert delta.value == float(without[column]) - float(with_it[column])


def test_the_toys_pair_of_b_shows_what_removing_it_changes(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        page = database["toy"].pairs("B")
    (pair,) = page.items
    assert (pair.with_object.name, pair.without_object.name) == ("ABCD", "ACD")
    assert [cell and cell.mean for cell in pair.cells_with] == [0.92, 0.88, 0.85, 0.82]
    assert [cell and cell.mean for cell in pair.cells_without] == [0.78, 0.55, 0.82, 0.80]
    assert [delta.value for delta in pair.deltas] == pytest.approx([-0.14, -0.33, -0.03, -0.02])


def test_removing_an_object_that_lowers_perplexity_is_worse(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        (pair,) = database["silo"].pairs("related-series-books").items
    assert pair.without_object.name == "empty"
    assert pair.deltas[0].value == pytest.approx(15.2 - 13.0)
    assert {delta.effect for delta in pair.deltas} == {"worse"}


def test_an_object_without_a_stored_pair_has_an_empty_page(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        page = database["toy"].pairs("A")
    assert (page.items, page.total, page.next) == ((), 0, None)


def test_pages_of_pairs_put_together_are_all_pairs(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        housing = database["california-housing"]
        whole = housing.pairs("c", measures=["@random_forest"], limit=1_000)
        assert whole.total == len(whole.items) == 512
        items: list[Pair] = []
        start: str | None = "0"
        while start is not None:
            page = housing.pairs("c", measures=["@random_forest"], start=int(start), limit=200)
            items += page.items
            start = page.next
    assert tuple(items) == whole.items


def test_an_unknown_object_is_refused_with_the_closest(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database, pytest.raises(UnknownObject) as refusal:
        database["silo"].pairs("related-books")
    assert refusal.value.suggestions == ("related-series-books",)
