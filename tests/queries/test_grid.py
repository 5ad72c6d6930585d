from __future__ import annotations

import csv
import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import lattice
from lattice.errors import BadQuestion, UnknownMeasure, UnknownObject
from lattice.facade import Lattice
from lattice.importing.mapping import parse
from lattice.model import Cell, Grid, GridColumn, GridRow, Pair
from lattice.queries.clustering import correlations
from lattice.resources import bundled_manifests

WriteFile = Callable[[str, str], Path]
Gaps = Callable[[str], Lattice]


def file_rows(name: str) -> dict[str, dict[str, str]]:
    (manifest,) = (each for each in bundled_manifests() if each.parent.name == name)
    with (manifest.parent / f"{name}.csv").open(newline="", encoding="utf-8") as stream:
        return {row.pop("train_set"): row for row in csv.DictReader(stream)}


def names_of(grid: Grid) -> list[str]:
    return [row.training_set.name for row in grid.items]


@pytest.fixture
def import_gaps(tmp_path: Path, write_file: WriteFile) -> Gaps:
    """Imports a lattice with missing cells, as a mapping says."""

    def run(mapping: str) -> Lattice:
        rows = "A,0.5,\nB,,0.25\nAB,0.75,0.5\nAC,,0.25\nBC,,.125\n"
        file = write_file("gaps.csv", f"train_set,accuracy/x,accuracy/y\n{rows}")
        database = lattice.create(str(tmp_path / f"{len(mapping)}.db"))
        reading = parse(mapping, "mapping.toml") if mapping else None
        database.import_files([file], mapping=reading)
        return database["gaps"]

    return run


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


def test_rows_are_filtered_and_sorted_by_any_measure_and_its_reverse(bundled: Path) -> None:
    rows = file_rows("covertype")
    with_a = [name for name in rows if "A" in name]
    with lattice.open(str(bundled)) as database:
        covertype = database["covertype"]
        best = covertype.grid(measures=["C"], sort="ABCD", where='contains("A")')
        worst = covertype.grid(measures=["C"], sort="-ABCD", where='contains("A")')
        falling = covertype.grid(sort="-rank")
    assert names_of(best) == sorted(with_a, key=lambda name: -float(rows[name]["ABCD"]))
    assert names_of(worst) == sorted(with_a, key=lambda name: float(rows[name]["ABCD"]))
    assert (best.total, best.sort, worst.sort) == (8, "accuracy/ABCD", "-accuracy/ABCD")
    assert [row.training_set.rank for row in falling.items] == [4, *[3] * 4, *[2] * 6, *[1] * 4]


def test_the_first_page_says_what_its_columns_hold(import_gaps: Gaps) -> None:
    grid = import_gaps('[[evaluation_sets]]\nname = "x"\ndomain = ["A", "all"]\n').grid()
    assert [each.name for each in grid.measures] == ["accuracy/x", "accuracy/y"]
    assert grid.columns == (
        GridColumn(cells=2, declared=0, missing=1, undefined=2, lowest=0.5, highest=0.75),
        GridColumn(cells=4, declared=0, missing=1, undefined=0, lowest=0.125, highest=0.5),
    )
    none = import_gaps("").grid(where="rank > 9")
    assert none.columns[0] == GridColumn(0, 0, 0, 0, None, None)


def test_only_the_first_page_has_columns_and_declared_scores_span_none(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        housing = database["california-housing"]
        first, second = housing.grid(limit=5), housing.grid(start=5, limit=5)
        (column, *_) = first.columns
        pages = [housing.grid(where="rank > 0", start=start, limit=1_000) for start in (0, 1_000)]
    means = [row.cells[0].mean for page in pages for row in page.items if row.cells[0]]
    assert second.columns == ()
    assert (column.cells, column.declared, column.missing) == (1_024, 1, 0)
    assert (column.lowest, column.highest) == (min(means), max(means))


def test_bands_are_the_means_of_the_rows_in_their_order(bundled: Path) -> None:
    rows = file_rows("covertype")
    with lattice.open(str(bundled)) as database:
        covertype = database["covertype"]
        found = covertype.bands(measures=["ABCD", "A"], sort="ABCD", most=4)
        every = covertype.bands(most=200)
        none = covertype.bands(where="rank > 9")
        order = names_of(covertype.grid(sort="ABCD"))
    assert found.starts == (0, 3, 7, 11)
    for column, means in zip(("ABCD", "A"), found.means, strict=True):
        for start, end, mean in zip(found.starts, (3, 7, 11, 15), means, strict=True):
            scores = [float(rows[name][column]) for name in order[start:end]]
            assert mean == pytest.approx(sum(scores) / len(scores), abs=1e-12)
    assert every.starts == tuple(range(15))
    assert every.ranks == (1,) * 4 + (2,) * 6 + (3,) * 4 + (4,)
    assert (none.total, none.starts, none.means[0]) == (0, (), ())


def test_a_band_without_scores_has_no_mean_and_declared_ones_take_no_part(
    bundled: Path, import_gaps: Gaps
) -> None:
    assert import_gaps("").bands(most=5, measures=["x"]).means == ((0.5, None, 0.75, None, None),)
    with lattice.open(str(bundled)) as database:
        found = database["california-housing"].bands(most=1_000, where="rank == 0")
    assert found.means == ((None,), (None,), (None,))


@pytest.mark.parametrize("most", [0, 1_001])
def test_no_such_number_of_bands(bundled: Path, most: int) -> None:
    with lattice.open(str(bundled)) as database, pytest.raises(BadQuestion, match="bands"):
        database["toy"].bands(most=most)


# ------------------------------------------------------------------ clustered columns


def test_correlations_are_those_of_the_rows_that_two_columns_share() -> None:
    random = np.random.default_rng(7)
    scores = random.normal(size=(40, 6)) + random.normal(size=(40, 1)) + 100
    scores[random.random(scores.shape) < 0.3] = np.nan
    scores[:, 4] = 0.5  # does not vary
    scores[2:, 5] = np.nan  # shares two rows at most
    found = correlations(scores)
    for one, other in itertools.product(range(6), repeat=2):
        both = ~np.isnan(scores[:, one]) & ~np.isnan(scores[:, other])
        if {one, other} & {4, 5}:
            assert np.isnan(found[one, other])
        else:
            expected = np.corrcoef(scores[both, one], scores[both, other])[0, 1]
            assert found[one, other] == pytest.approx(expected, abs=1e-10)


def test_columns_that_score_sets_alike_are_neighbors(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        covertype = database["covertype"]
        given, clustered = covertype.grid(), covertype.grid(columns="clustered")
        page = covertype.grid(columns="clustered", start=3, limit=2)
    assert page.measures == clustered.measures
    names = [each.name for each in given.measures]
    assert sorted(each.name for each in clustered.measures) == sorted(names)
    for one, other in zip(given.items, clustered.items, strict=True):
        cells = dict(zip(names, one.cells, strict=True))
        assert other.cells == tuple(cells[each.name] for each in clustered.measures)
    order = [each.evaluation_set.name for each in clustered.measures]
    assert order[-1] == "D"  # what D is evaluated on is learned from D alone
    (note,) = clustered.notes
    assert "correlation" in note
    assert "15 training sets" in note


def test_what_cannot_be_clustered_stays_as_given(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        silo, toy = database["silo"], database["toy"]
        found = silo.grid(columns="clustered")
        assert found.measures == silo.grid().measures
        assert "no two share three sets" in found.notes[0]
        few = toy.grid(measures=["A", "B"], columns="clustered")
        assert "fewer than three" in few.notes[0]


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
    with lattice.open(str(bundled)) as database:
        toy = database["toy"]
        for ask in (toy.grid, toy.bands):
            with pytest.raises(UnknownMeasure, match="'best' is no measure") as refusal:
                ask(sort="best")
            assert "rank, cost, size" in refusal.value.hint
        with pytest.raises(BadQuestion, match="'sorted' is no order of columns"):
            toy.grid(columns="sorted")  # type: ignore[arg-type]


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


def test_pairs_are_sorted_by_their_change_in_either_direction(bundled: Path) -> None:
    rows = file_rows("covertype")
    change = {
        name: float(rows[name.replace("B", "")]["ABCD"]) - float(rows[name]["ABCD"])
        for name in rows
        if "B" in name and name != "B"
    }
    rising = sorted(change, key=lambda name: change[name])
    with lattice.open(str(bundled)) as database:
        covertype = database["covertype"]
        best = covertype.pairs("B", measures=["A"], sort="ABCD")
        worst = covertype.pairs("B", measures=["A"], sort="-ABCD", limit=3)
    assert [each.with_object.name for each in best.items] == rising[::-1]
    assert [each.with_object.name for each in worst.items] == rising[:3]
    assert (best.sort, worst.sort, worst.next) == ("accuracy/ABCD", "-accuracy/ABCD", "3")


def test_declared_scores_come_after_the_measured_ones_in_every_order(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        housing = database["california-housing"]
        for order in ("@decision_tree", "-@decision_tree"):
            rows = housing.grid(sort=order, start=900, limit=1_000).items
            assert rows[-1].training_set.name == "empty"
            assert all(each.cells[0] and each.cells[0].origin == "measured" for each in rows[:-1])
            pairs = housing.pairs("a", sort=order, limit=512).items
            assert pairs[-1].without_object.name == "empty"
        around = housing.neighbors("a", measures=["@decision_tree"], sort="@decision_tree")
    assert around.neighbors[-1].training_set.name == "empty"


def test_pairs_are_filtered_by_the_set_that_has_the_object(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        page = database["covertype"].pairs("B", where='rank == 3 and contains("A")')
        none = database["covertype"].pairs("B", where='not contains("B")')
    assert [each.with_object.name for each in page.items] == ["ABC", "ABD"]
    assert (page.total, page.stored, none.total, none.stored) == (2, 7, 0, 7)
    assert none.summaries[0].mean is None


def test_pairs_are_summed_up_with_the_error_that_their_replicates_allow(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        housing = database["california-housing"]
        page = housing.pairs("c", measures=["@decision_tree"], limit=1_000)
        assert housing.pairs("c", start=1).summaries == ()
        index = housing.index()
    (found,) = page.summaries
    measured = [each for each in page.items if each.without_object.rank > 0]
    values = [each.deltas[0].value or 0.0 for each in measured]
    assert (found.pairs, found.declared) == (511, 1)
    assert found.better == sum(value > 0 for value in values)
    assert found.worse == sum(value < 0 for value in values)
    assert found.mean is not None
    assert found.mean.value == pytest.approx(sum(values) / 511, abs=1e-12)
    upper = [index.row_of(index.universe.read(each.with_object.key)) for each in measured]
    lower = [index.row_of(index.universe.read(each.without_object.key)) for each in measured]
    scores = index.columns[0].by_replicate
    blocks = (scores[lower] - scores[upper]).mean(axis=0)
    error = blocks.std(ddof=1) / np.sqrt(len(blocks))
    assert found.mean.standard_error == pytest.approx(error, rel=1e-9)
    assert (found.mean.method, found.mean.replicates) == ("paired", 30)


def test_a_mean_change_of_single_replicates_has_an_unknown_error(bundled: Path) -> None:
    with lattice.open(str(bundled)) as database:
        (found, *_) = database["silo"].pairs("related-series-books").summaries
    assert (found.better, found.worse) == (0, 1)
    assert found.mean is not None
    assert found.mean.value == pytest.approx(15.2 - 13.0)
    assert (found.mean.standard_error, found.mean.note) == (None, "one replicate: error unknown")
